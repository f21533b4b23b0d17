"""`services`: one service with its image, environment, exposes, parameters and credentials."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.go.host_url import host_in_url_ok
from akash_tui.domain.sdl.read.model import Credentials, Expose, ExposeTarget, HttpOptions, Mount, Params, Service
from akash_tui.domain.sdl.read.nodes import Node
from akash_tui.domain.sdl.read.reading import MappingEntry, SdlReading, TextList, join, shown
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

    def texts(name: str) -> TextList | None:
        return reading.texts(found[name].value, join(path, name)) if name in found else None

    image: str | None = ""
    if "image" in found:
        image = reading.text(found["image"].value, join(path, "image"))
    for index, item in enumerate(_items(reading, found, "dependencies", path)):
        here = f"{path}.dependencies[{index}]"
        dependency = reading.fields(item, here, ("service",))
        if "service" in dependency:
            reading.text(dependency["service"].value, join(here, "service"))
    exposes = tuple(
        _expose(reading, item, f"{path}.expose[{index}]")
        for index, item in enumerate(_items(reading, found, "expose", path))
        if not is_null(item)
    )
    return Service(
        entry.name,
        image,
        texts("command"),
        texts("args"),
        texts("env"),
        exposes,
        _params(reading, found.get("params"), join(path, "params")),
        _credentials(reading, found.get("credentials"), join(path, "credentials")),
        entry.key,
        {name: e.value for name, e in found.items()},
    )


def _items(reading: SdlReading, found: dict[str, MappingEntry], name: str, path: str) -> tuple[Node, ...]:
    return (reading.items(found[name].value, join(path, name)) or ()) if name in found else ()


def _expose(reading: SdlReading, node: Node, path: str) -> Expose:
    found = reading.fields(node, path, _EXPOSE_FIELDS)
    places = {name: e.value for name, e in found.items()}

    def number(name: str) -> int | None:
        return reading.number(places[name], join(path, name)) if name in places else 0

    return Expose(
        number("port"),
        number("as") or 0,
        (reading.text(places["proto"], join(path, "proto")) or "") if "proto" in places else "",
        tuple(
            _target(reading, item, f"{path}.to[{index}]")
            for index, item in enumerate(_items(reading, found, "to", path))
            if not is_null(item)
        ),
        _hosts(reading, places["accept"], join(path, "accept")) if "accept" in places else None,
        _http(reading, places.get("http_options"), join(path, "http_options")),
        node,
        places,
    )


def _target(reading: SdlReading, node: Node, path: str) -> ExposeTarget:
    found = reading.fields(node, path, ("service", "global", "ip", "http_options"))
    _http(reading, found["http_options"].value if "http_options" in found else None, join(path, "http_options"))

    def text(name: str) -> str:
        return (reading.text(found[name].value, join(path, name)) or "") if name in found else ""

    everyone = reading.boolean(found["global"].value, join(path, "global")) if "global" in found else False
    return ExposeTarget(text("service"), bool(everyone), text("ip"), node)


def _hosts(reading: SdlReading, node: Node, path: str) -> TextList | None:
    hosts = reading.texts(node, path)
    for host, place in zip(hosts.values, hosts.nodes, strict=True) if hosts else ():
        if not host_in_url_ok(host):
            reading.error(
                "sdl.host",
                place,
                path,
                f"`{shown(host)}` cannot be a host name.",
                "Write a plain name like www.example.com, without http:// and path.",
            )
    return hosts


def _http(reading: SdlReading, node: Node | None, path: str) -> HttpOptions:
    if node is None or is_null(node):
        return HttpOptions()
    found = reading.fields(node, path, (*_HTTP_NUMBERS, "next_cases"))
    numbers = {
        name: reading.number(found[name].value, join(path, name)) or 0 for name in _HTTP_NUMBERS if name in found
    }
    cases = reading.texts(found["next_cases"].value, join(path, "next_cases")) if "next_cases" in found else None
    return HttpOptions(**numbers, next_cases=cases, places={name: e.value for name, e in found.items()})


def _params(reading: SdlReading, entry: MappingEntry | None, path: str) -> Params | None:
    if entry is None or is_null(entry.value):
        return None
    found = reading.fields(entry.value, path, ("storage", "permissions", "tee"))
    mounts: list[Mount] = []
    if "storage" in found:
        for volume in reading.entries(found["storage"].value, join(path, "storage")):
            here = join(path, f"storage.{volume.name}")
            parts = reading.fields(volume.value, here, ("mount", "readOnly"))
            mounts.append(
                Mount(
                    volume.name,
                    reading.text(parts["mount"].value, join(here, "mount")) if "mount" in parts else "",
                    bool("readOnly" in parts and reading.boolean(parts["readOnly"].value, join(here, "readOnly"))),
                    volume.key,
                )
            )
    read: TextList | None = None
    has_permissions = "permissions" in found and not is_null(found["permissions"].value)
    if has_permissions:
        inner = reading.fields(found["permissions"].value, join(path, "permissions"), ("read",))
        if "read" in inner:
            read = reading.texts(inner["read"].value, join(path, "permissions.read"))
    tee = found.get("tee")
    return Params(
        tuple(sorted(mounts, key=lambda m: m.volume)),
        read,
        has_permissions,
        (reading.text(tee.value, join(path, "tee")) or "") if tee else "",
        tee.value if tee else None,
    )


def _credentials(reading: SdlReading, entry: MappingEntry | None, path: str) -> Credentials | None:
    if entry is None or is_null(entry.value):
        return None
    names = ("host", "email", "username", "password")
    found = reading.fields(entry.value, path, names)
    values = {
        name: (reading.text(found[name].value, join(path, name)) or "") if name in found else "" for name in names
    }
    return Credentials(**values, node=entry.key)
