"""Paths to functions: the REST gateway without a socket, so that tests need none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from akash_tui.practice.api.api_error import NOT_MOUNTED, ApiError, bad_request
from akash_tui.practice.api.paging import Query

if TYPE_CHECKING:
    from akash_tui.practice.chain.world import World


@dataclass(frozen=True, slots=True)
class Request:
    """One request as a function sees it; `parts` are the named pieces of the path."""

    world: World
    parts: Mapping[str, str]
    query: Query
    body: Mapping[str, Any]


Endpoint = Callable[[Request], dict[str, Any]]


class Router:
    """Answers requests; an unknown path is 501, as on the real gateway."""

    def __init__(self, world: World, routes: Iterable[tuple[str, str, Endpoint]]) -> None:
        self.world = world
        self._routes = [(method, _pattern(path), endpoint) for method, path, endpoint in routes]

    def answer(
        self, method: str, path: str, query: Mapping[str, str] | None = None, body: bytes = b""
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of the answer; `path` still percent-encoded."""
        try:
            for wanted, pattern, endpoint in self._routes:
                match = pattern.fullmatch(path)
                if match and wanted == method:
                    parts = {name: unquote(value) for name, value in match.groupdict().items()}
                    return 200, endpoint(Request(self.world, parts, Query(query or {}), _json(body)))
            raise NOT_MOUNTED
        except ApiError as error:
            return error.status, error.json


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path) + "/?")


def _json(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        data = json.loads(body)
    except ValueError as error:
        raise bad_request(str(error)) from error
    if not isinstance(data, dict):
        raise bad_request("json: cannot unmarshal into Go value")
    return data
