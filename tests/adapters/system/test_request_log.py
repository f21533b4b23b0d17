"""One log line a request: what was asked of whom, never what was sent."""

from __future__ import annotations

import logging

import pytest

from akash_tui.adapters.system.request_log import logged_request


def test_a_read_is_a_debug_line_without_query(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "akash_tui.requests"), logged_request("GET", "https://n.io:1/a/b?key=x") as it:
        it.status = 200
    (record,) = caplog.records
    assert record.levelno == logging.DEBUG
    assert record.getMessage().startswith("GET n.io:1/a/b 200 ")
    assert record.getMessage().endswith(" ms")


def test_a_write_is_an_info_line(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "akash_tui.requests"):
        with logged_request("GET", "https://n.io/read"):
            pass
        with logged_request("PUT", "https://user:word@n.io/deployment/1/manifest"):
            pass
    (record,) = caplog.records
    assert record.getMessage().startswith("PUT n.io/deployment/1/manifest - ")


def test_a_failure_is_its_type_alone(caplog: pytest.LogCaptureFixture) -> None:
    with (
        caplog.at_level(logging.DEBUG, "akash_tui.requests"),
        pytest.raises(ValueError, match="hidden"),
        logged_request("GET", "https://n.io/"),
    ):
        raise ValueError("hidden")
    (record,) = caplog.records
    assert "GET n.io/ - ValueError " in record.getMessage()
    assert "hidden" not in record.getMessage()


@pytest.mark.parametrize("url", ["http://[::1", "https://n.io:port/", "", "not a url"])
def test_a_bad_url_disturbs_nobody(caplog: pytest.LogCaptureFixture, url: str) -> None:
    with caplog.at_level(logging.DEBUG, "akash_tui.requests"), logged_request("GET", url):
        pass
    assert len(caplog.records) == 1
