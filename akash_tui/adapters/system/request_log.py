"""One log line a request: method, host, path, status, milliseconds. No query, no header, no body."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

log = logging.getLogger("akash_tui.requests")


class LoggedRequest:
    """What becomes known of a request while it is under way."""

    status: int | None = None


@contextmanager
def logged_request(method: str, url: str) -> Iterator[LoggedRequest]:
    """Log the request when the body of this context has ended: reads at DEBUG, all others at INFO.

    A failure is logged by the type of its exception alone.
    """
    request, started, failure = LoggedRequest(), time.monotonic(), ""
    try:
        yield request
    except BaseException as error:
        failure = f" {type(error).__name__}"
        raise
    finally:
        level = logging.DEBUG if method == "GET" else logging.INFO
        if log.isEnabledFor(level):
            took = (time.monotonic() - started) * 1000
            log.log(level, "%s %s %s%s %.0f ms", method, _place(url), request.status or "-", failure, took)


def _place(url: str) -> str:
    try:
        parts = urlsplit(url)
        return f"{parts.hostname}{f':{parts.port}' if parts.port else ''}{parts.path}"
    except ValueError:
        return "(not a URL)"
