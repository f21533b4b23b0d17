"""Go's JSON of a manifest service: which keys are there, which are null, which are left out.

Shared reference, protocol 7.5. The keys' order does not matter here: the hashed form sorts them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from akash_tui.domain.akash.resources import Attribute, Resources
from akash_tui.domain.sdl.go.text import SPACE
from akash_tui.domain.sdl.read.model import Credentials, Expose, Params, Service
from akash_tui.domain.sdl.read.reading import TextList

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExposedPort:
    """One `to` of one expose, as the manifest lists it."""

    expose: Expose
    service: str = ""
    everyone: bool = False
    ip: str = ""
    number: int = 0
    """Endpoint sequence number of a leased IP; 0 without one."""

    @property
    def port(self) -> int:
        """The container's port; 0 where the SDL is wrong."""
        return self.expose.port or 0

    @property
    def protocol(self) -> str:
        """In capitals; TCP where the SDL names none."""
        return self.expose.protocol.upper() or "TCP"


def service_json(
    service: Service, ports: list[ExposedPort], resources: Resources, count: int, interconnect: str, *, v21: bool
) -> Json:
    """One service of the manifest; `interconnect` is its group, or empty."""
    built: Json = {
        "name": service.name,
        "image": service.image,
        "command": texts_json(service.command),
        "args": texts_json(service.args),
        "env": texts_json(service.env),
        "resources": resources_json(resources),
        "count": count,
        "expose": [_port_json(port) for port in ports],
        "credentials": _credentials(service.credentials, v21) if service.credentials else None,
    }
    if service.params is not None:
        built["params"] = _params(service.params)
    if interconnect:
        built["interconnectGroup"] = interconnect
    return built


def resources_json(resources: Resources) -> Json:
    """The resources, equal in manifest and group; sizes are called `size` in both JSON forms."""
    return {
        "id": resources.id,
        "cpu": _amount("units", resources.cpu_milli, resources.cpu_attributes),
        "memory": _amount("size", resources.memory, resources.memory_attributes),
        "storage": [{"name": v.name, **_amount("size", v.size, v.attributes)} for v in resources.storage],
        "gpu": _amount("units", resources.gpu_units, resources.gpu_attributes),
        "endpoints": [
            {"kind": int(e.kind), "sequence_number": e.sequence_number}
            if e.kind
            else {"sequence_number": e.sequence_number}
            for e in resources.endpoints
        ],
    }


def _amount(key: str, value: int, attributes: tuple[Attribute, ...]) -> Json:
    built: Json = {key: {"val": str(value)}}
    if attributes:
        built["attributes"] = attributes_json(attributes)
    return built


def attributes_json(attributes: Iterable[Attribute]) -> list[Json]:
    """Go leaves out an empty key or value."""
    return [{k: v for k, v in (("key", a.key), ("value", a.value)) if v} for a in attributes]


def texts_json(texts: TextList | None) -> list[str] | None:
    """Go's null for a list that is absent."""
    return None if texts is None else list(texts.values)


def _port_json(port: ExposedPort) -> Json:
    http = port.expose.http
    options: Json = {
        "maxBodySize": http.max_body_size or 1_048_576,
        "readTimeout": http.read_timeout or 60_000,
        "sendTimeout": http.send_timeout or 60_000,
        "nextTries": http.next_tries or 3,
        "nextTimeout": http.next_timeout,
        "nextCases": list(http.next_cases.values)
        if http.next_cases and http.next_cases.values
        else ["error", "timeout"],
    }
    return {
        "port": port.port,
        "externalPort": port.expose.outside,
        "proto": port.protocol,
        "service": port.service,
        "global": port.everyone,
        "hosts": texts_json(port.expose.hosts),
        "httpOptions": options,
        "ip": port.ip,
        "endpointSequenceNumber": port.number,
    }


def _params(params: Params) -> Json:
    built: Json = {
        "storage": [{"name": m.volume, "mount": m.path, "readOnly": m.read_only} for m in params.mounts] or None
    }
    if params.has_permissions:
        built["permissions"] = (
            {"read": list(params.permissions.values)} if params.permissions and params.permissions.values else {}
        )
    if params.tee:
        built["tee"] = {"type": params.tee, "attestation": True}
    return built


def _credentials(credentials: Credentials, v21: bool) -> Json:
    """2.0 keeps the white space and drops the e-mail; 2.1 trims and keeps it."""
    written = {name: getattr(credentials, name) for name in ("host", "email", "username", "password")}
    return {name: value.strip(SPACE) for name, value in written.items()} if v21 else {**written, "email": ""}
