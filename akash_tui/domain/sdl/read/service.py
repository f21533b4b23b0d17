"""`services`: one service with its image, environment, exposes, parameters and credentials."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.go.host_url import host_in_url_ok
from akash_tui.domain.sdl.go.numbers import MAX_HTTP_TIMEOUT, parse_http_timeout, suggest_http_timeout
from akash_tui.domain.sdl.problem import join, shown
from akash_tui.domain.sdl.read.host import plain_host
from akash_tui.domain.sdl.read.model import Credentials, Expose, ExposeTarget, HttpOptions, Mount, Params, Service
from akash_tui.domain.sdl.read.nodes import Node, plain_edit
from akash_tui.domain.sdl.read.reading import Fields, MappingEntry, SdlReading, TextList
from akash_tui.domain.sdl.read.yaml_scalars import is_null

SERVICE_FIELDS: Final = ("image", "command", "args", "env", "expose", "dependencies", "params", "credentials")
EXPOSE_FIELDS: Final = ("port", "as", "proto", "to", "accept", "http_options")
_HTTP_NUMBERS: Final = ("max_body_size", "next_tries", "next_timeout")
_HTTP_TIMEOUTS: Final = ("read_timeout", "send_timeout")
TARGET_FIELDS: Final = ("service", "global", "ip", "http_options")
HTTP_FIELDS: Final = (*_HTTP_NUMBERS, *_HTTP_TIMEOUTS, "next_cases")


def read_service(reading: SdlReading, entry: MappingEntry, path: str) -> Service:
    """Read one service, deployed or not: Go decodes all of them."""
    found = reading.fields(entry.value, path, SERVICE_FIELDS)
    for here, item in found.items_of("dependencies"):
        reading.fields(item, here, ("service",)).text("service")
    exposes = tuple(_expose(reading, item, here) for here, item in found.items_of("expose") if not is_null(item))
    return Service(
        entry.name,
        found.text("image"),
        found.texts("command"),
        found.texts("args"),
        found.texts("env"),
        exposes,
        _params(reading, found.get("params"), found.at("params")),
        _credentials(reading, found.get("credentials"), found.at("credentials")),
        entry.key,
        found.values_of(),
    )


def _expose(reading: SdlReading, node: Node, path: str) -> Expose:
    found = reading.fields(node, path, EXPOSE_FIELDS)
    return Expose(
        found.number("port"),
        found.number("as") or 0,
        found.text("proto") or "",
        tuple(_target(reading, item, here) for here, item in found.items_of("to") if not is_null(item)),
        _hosts(found),
        _http(found),
        node,
        found.values_of(),
    )


def _target(reading: SdlReading, node: Node, path: str) -> ExposeTarget:
    found = reading.fields(node, path, TARGET_FIELDS)
    _http(found)
    everyone = found.boolean("global")
    return ExposeTarget(found.text("service") or "", everyone, found.text("ip") or "", node)


def _hosts(expose: Fields) -> TextList | None:
    hosts = expose.texts("accept")
    for host, place in zip(hosts.values, hosts.nodes, strict=True) if hosts else ():
        if not host_in_url_ok(host):
            better, why = plain_host(host)
            expose.reading.error(
                "sdl.host",
                place,
                expose.at("accept"),
                f"`{shown(host)}` cannot be a host name{why}.",
                f"Write {better}." if better else "Write a plain name like www.example.com, without http:// and path.",
                plain_edit(place, better) if better else None,
            )
    return hosts


def _http(expose: Fields) -> HttpOptions:
    entry = expose.get("http_options")
    if entry is None or is_null(entry.value):
        return HttpOptions()
    found = expose.reading.fields(entry.value, expose.at("http_options"), HTTP_FIELDS)
    numbers = {name: found.number(name) or 0 for name in _HTTP_NUMBERS}
    numbers |= {name: _timeout(found, name) for name in _HTTP_TIMEOUTS if name in found}
    return HttpOptions(**numbers, next_cases=found.texts("next_cases"), places=found.values_of())


def _timeout(http: Fields, name: str) -> int:
    """Milliseconds; 0 for null and after a problem (shared reference, newer SDL rules 3)."""
    node, path = http[name].value, http.at(name)
    if is_null(node):
        return 0
    found = http.reading.scalar(node, path, "a time like 90s")
    if found is None:
        return 0
    content, (tag, value) = found
    milliseconds = value if tag == "!!int" and isinstance(value, int) else parse_http_timeout(str(value))
    if tag in ("!!bool", "!!float") or milliseconds is None or milliseconds < 0:
        http.reading.misspelled(
            "sdl.http-timeout",
            content,
            path,
            f"`{shown(content.text)}` is not a time for {name}.",
            suggest_http_timeout(content.text),
            "Write milliseconds (90000), or a whole number with ms, s, m or h (90s).",
        )
        return 0
    if milliseconds > MAX_HTTP_TIMEOUT:
        http.reading.error(
            "sdl.http-timeout",
            content,
            path,
            f"{name} may be at most {MAX_HTTP_TIMEOUT} milliseconds (1193h), but is `{shown(content.text)}`.",
            "Write a shorter time.",
        )
        return 0
    return milliseconds


def _params(reading: SdlReading, entry: MappingEntry | None, path: str) -> Params | None:
    if entry is None or is_null(entry.value):
        return None
    found = reading.fields(entry.value, path, ("storage", "permissions", "tee"))
    mounts: list[Mount] = []
    if "storage" in found:
        for volume in reading.entries(found["storage"].value, found.at("storage")):
            parts = reading.fields(volume.value, join(path, f"storage.{volume.name}"), ("mount", "readOnly"))
            mounts.append(Mount(volume.name, parts.text("mount"), parts.boolean("readOnly"), volume.key))
    read: TextList | None = None
    has_permissions = "permissions" in found and not is_null(found["permissions"].value)
    if has_permissions:
        read = reading.fields(found["permissions"].value, found.at("permissions"), ("read",)).texts("read")
    return Params(
        tuple(sorted(mounts, key=lambda m: m.volume)),
        read,
        has_permissions,
        found.text("tee") or "",
        found["tee"].value if "tee" in found else None,
    )


def _credentials(reading: SdlReading, entry: MappingEntry | None, path: str) -> Credentials | None:
    if entry is None or is_null(entry.value):
        return None
    names = ("host", "email", "username", "password")
    found = reading.fields(entry.value, path, names)
    return Credentials(**{name: found.text(name) or "" for name in names}, node=entry.key)
