"""Query parameters and pages: as the SDK does it, and as the akash modules do where they differ."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from akash_tui.practice.api.api_error import bad_request

T = TypeVar("T")
DEFAULT_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a request."""

    values: Mapping[str, str]

    def text(self, name: str) -> str:
        """A parameter, empty if absent."""
        return self.values.get(name, "")

    def number(self, name: str) -> int:
        """An unsigned parameter, 0 if absent; 400 if it is not a number."""
        text = self.values.get(name, "")
        if not text:
            return 0
        if not (text.isascii() and text.isdigit()):
            raise bad_request(f'parsing field "{name}": strconv.ParseUint: parsing "{text}": invalid syntax')
        return int(text)

    def flag(self, name: str) -> bool:
        """A boolean parameter."""
        return self.values.get(name, "").lower() in ("1", "t", "true")

    @property
    def paged(self) -> bool:
        """Was any pagination parameter given?"""
        return any(name.startswith("pagination.") for name in self.values)


Page = tuple[list[T], dict[str, Any]]


def sdk_page(query: Query, rows: Sequence[T]) -> Page[T]:
    """A page as the SDK's modules give it: `total` only if asked for, or if nothing was asked at all."""
    start = _key_offset(query) if query.text("pagination.key") else query.number("pagination.offset")
    rows = list(reversed(rows)) if query.flag("pagination.reverse") else rows
    limit = query.number("pagination.limit") or DEFAULT_LIMIT
    page = list(rows[start : start + limit])
    more = start + limit < len(rows)
    counted = not query.paged or query.flag("pagination.count_total")
    total = str(len(rows)) if counted else "0"
    return page, {"next_key": _key(start + limit) if more else None, "total": total}


def _key(offset: int) -> str:
    return base64.b64encode(offset.to_bytes(8, "big")).decode()


def _key_offset(query: Query) -> int:
    try:
        return int.from_bytes(base64.b64decode(query.text("pagination.key"), validate=True)[:8], "big")
    except binascii.Error as error:
        raise bad_request("invalid pagination key") from error


def akash_page(
    query: Query,
    rows: Iterable[T],
    *,
    key: Callable[[T], Sequence[Any]],
    state: Callable[[T], str],
    states: Sequence[str],
    by_state: bool,
    state_filter: str = "filters.state",
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
    if query.text("pagination.key"):
        resume = _resume(query)
        names = [json.loads(json.dumps(key(row))) for row in found]
        start = names.index(resume) if resume in names else len(found)
    else:
        start = query.number("pagination.offset")
    limit = query.number("pagination.limit") or DEFAULT_LIMIT
    page = found[start : start + limit]
    following = found[start + limit] if start + limit < len(found) else None
    next_key = None
    if following is not None:
        next_key = base64.b64encode(json.dumps(key(following), separators=(",", ":")).encode()).decode()
    return page, {"next_key": next_key, "total": str(len(page))}


def _resume(query: Query) -> Any:
    try:
        return json.loads(base64.b64decode(query.text("pagination.key"), validate=True))
    except (binascii.Error, ValueError) as error:
        raise bad_request("invalid pagination key") from error
