"""`services`: one service with its image, environment, exposes, parameters and credentials."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.go.host_url import host_in_url_ok
from akash_tui.domain.sdl.problem import join, shown
from akash_tui.domain.sdl.read.model import Credentials, Expose, ExposeTarget, HttpOptions, Mount, Params, Service
from akash_tui.domain.sdl.read.nodes import Node
from akash_tui.domain.sdl.read.reading import Fields, MappingEntry, SdlReading, TextList
from akash_tui.domain.sdl.read.yaml_scalars import is_null

SERVICE_FIELDS: Final = ("image", "command", "args", "env", "expose", "dependencies", "params", "credentials")
_EXPOSE_FIELDS: Final = ("port", "as", "proto", "to", "accept", "http_options")
_HTTP_NUMBERS: Final = (
    "max_body_size",
    "proxy_buffer_size",
    "read_timeout",
    "send_timeout",
    "next_tries",
    "next_timeout",
)


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
    found = reading.fields(node, path, _EXPOSE_FIELDS)
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
    found = reading.fields(node, path, ("service", "global", "ip", "http_options"))
    _http(found)
    everyone = found.boolean("global")
    return ExposeTarget(found.text("service") or "", everyone, found.text("ip") or "", node)


def _hosts(expose: Fields) -> TextList | None:
    hosts = expose.texts("accept")
    for host, place in zip(hosts.values, hosts.nodes, strict=True) if hosts else ():
        if not host_in_url_ok(host):
            expose.reading.error(
                "sdl.host",
                place,
                expose.at("accept"),
                f"`{shown(host)}` cannot be a host name.",
                "Write a plain name like www.example.com, without http:// and path.",
            )
    return hosts


def _http(expose: Fields) -> HttpOptions:
    entry = expose.get("http_options")
    if entry is None or is_null(entry.value):
        return HttpOptions()
    found = expose.reading.fields(entry.value, expose.at("http_options"), (*_HTTP_NUMBERS, "next_cases"))
    numbers = {name: found.number(name) or 0 for name in _HTTP_NUMBERS}
    return HttpOptions(**numbers, next_cases=found.texts("next_cases"), places=found.values_of())


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
