"""Pages: as the SDK does it, and as the akash modules do where they differ."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from akash_tui.practice.api.router import Query, bad_request

T = TypeVar("T")
DEFAULT_LIMIT = 100


Page = tuple[list[T], dict[str, Any]]


def sdk_page(query: Query, rows: Sequence[T]) -> Page[T]:
    """A page as the SDK's modules give it: `total` only if asked for, or if nothing was asked at all."""
    key = _key(query)
    start = int.from_bytes(key[:8], "big") if key else query.number("pagination.offset")
    rows = list(reversed(rows)) if query.flag("pagination.reverse") else rows
    limit = query.number("pagination.limit") or DEFAULT_LIMIT
    page = list(rows[start : start + limit])
    more = start + limit < len(rows)
    asked = any(name.startswith("pagination.") for name in query.values)
    counted = not asked or query.flag("pagination.count_total")
    total = str(len(rows)) if counted else "0"
    return page, {"next_key": _key_text((start + limit).to_bytes(8, "big")) if more else None, "total": total}


def _key(query: Query) -> bytes:
    """The `next_key` of an earlier page, if one was given."""
    try:
        return base64.b64decode(query.text("pagination.key"), validate=True)
    except binascii.Error as error:
        raise bad_request("invalid pagination key") from error


def _key_text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def akash_page(
    query: Query,
    rows: Iterable[T],
    *,
    key: Callable[[T], Sequence[Any]],
    states: Sequence[str],
    by_state: bool,
    state_filter: str = "filters.state",
    state: Callable[[Any], str] = attrgetter("state"),
) -> Page[T]:
    """A page as the akash modules give it: `total` counts this page only; an offset needs a state filter.

    `rows` come filtered (except by state) in key order; `by_state`: all rows of one state before the next.
    """
    wanted = query.text(state_filter)
    if query.number("pagination.offset") and not wanted:
        name = state_filter.replace("filters.", "filter.")
        raise bad_request(f"invalid request parameters. if offset is set, {name} must be provided")
    if wanted and wanted not in states:
        raise bad_request("invalid state value")
    found = [row for row in rows if not wanted or state(row) == wanted]
    if by_state:
        found.sort(key=lambda row: states.index(state(row)))
    if query.flag("pagination.reverse"):
        found.reverse()
    if resume := _key(query):
        if not resume.startswith(b"["):
            raise bad_request("invalid pagination key")
        names = [_name(key(row)) for row in found]
        start = names.index(resume) if resume in names else len(found)
    else:
        start = query.number("pagination.offset")
    limit = query.number("pagination.limit") or DEFAULT_LIMIT
    page = found[start : start + limit]
    next_key = _key_text(_name(key(found[start + limit]))) if start + limit < len(found) else None
    return page, {"next_key": next_key, "total": str(len(page))}


def _name(key: Sequence[Any]) -> bytes:
    return json.dumps(key, separators=(",", ":")).encode()
