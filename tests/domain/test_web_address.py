"""Which addresses of a provider a browser may be sent to."""

from __future__ import annotations

import pytest

from akash_tui.domain.web_address import web_address


@pytest.mark.parametrize(
    ("uri", "url"),
    [
        ("web.ingress.example.com", "http://web.ingress.example.com"),
        ("b.example:81", "http://b.example:81"),
        ("https://b.example/path?x=1", "https://b.example/path?x=1"),
        ("203.0.113.9:8080", None),  # a documentation address is not global
        ("8.8.8.8:8080", "http://8.8.8.8:8080"),
        ("[2606:4700::1111]:80", "http://[2606:4700::1111]:80"),
    ],
)
def test_good_ones(uri: str, url: str | None) -> None:
    assert web_address(uri, public=True) == url


@pytest.mark.parametrize(
    "uri",
    [
        "", "javascript:alert(1)", "javascript://x/%0aalert(1)",
        "file:///etc/passwd", "ftp://a.example", "data:text/html,x", "http://[::1",
        "http://user:pw@a.example", "http://a.example@evil.example", "a b.example", "a.example/<script>",
        "a.example/`id`",
        "http://a.example:0", "http://a.example:99999", "http://a.example:x", "-a.example", "a..example",
        "a.example\x1b[2J", "a.example/\u202e", "--version", "a.example/#x", "a.example/$(reboot)|x",
        "x" * 300,
        "127.1", "2130706433", "0x7f000001:80", "0x7f.1", "0177.0.0.1", "a.example.1",
    ],
)  # fmt: skip
@pytest.mark.parametrize("public", [True, False])
def test_bad_ones(uri: str, public: bool) -> None:
    assert web_address(uri, public=public) is None


@pytest.mark.parametrize(
    "uri",
    [
        "localhost:8080",
        "web.localhost",
        "127.0.0.1",
        "192.168.1.1",
        "10.0.0.1",
        "[::1]:80",
        "router.local",
        "169.254.169.254",
        "router",
        "nas.lan",
        "printer.home.arpa",
        "224.0.0.1",
        "[fec0::1]:80",
        "[64:ff9b::7f00:1]:80",
        "[2002:7f00:1::1]:80",
    ],
)
def test_neighbours_only_on_networks_that_are_not_public(uri: str) -> None:
    assert web_address(uri, public=True) is None
    assert web_address(uri, public=False) == f"http://{uri}"
