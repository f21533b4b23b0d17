"""Paths to functions: the REST gateway without a socket, so that tests need none."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import unquote

from akash_tui.practice.chain.world import World
from akash_tui.practice.state.crypto import address_fault


class ApiError(Exception):
    """An answer that is not 200: an HTTP status, a gRPC code and a message."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.json = {"code": code, "message": message, "details": []}


bad_request = partial(ApiError, 400, 3)
not_found = partial(ApiError, 404, 5)
unknown = partial(ApiError, 500, 2)


@dataclass(frozen=True, slots=True)
class Query:
    """The parameters of a request."""

    values: Mapping[str, str]

    def text(self, name: str) -> str:
        """A parameter, empty if absent."""
        return self.values.get(name, "")

    def number(self, name: str) -> int:
        """An unsigned parameter, 0 if absent; 400 if it is not a number."""
        text = self.text(name)
        if not text:
            return 0
        if not (text.isascii() and text.isdigit()):
            raise bad_request(f'parsing field "{name}": strconv.ParseUint: parsing "{text}": invalid syntax')
        return int(text)

    def flag(self, name: str) -> bool:
        """A boolean parameter."""
        return self.text(name).lower() in ("1", "t", "true")

    def address(self, name: str) -> str:
        """An address in an id, `id.owner`; 400 if it is none."""
        address = self.text(f"id.{name}")
        if address_fault(address):
            raise bad_request(f"invalid {name} address")
        return address


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
            raise ApiError(501, 12, "Not Implemented")
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
