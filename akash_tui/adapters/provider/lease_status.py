"""A lease's status as its provider reports it, read without trusting any of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from akash_tui.domain.text import clean
from akash_tui.services.ports import ForwardedPort, LeasedIp, LeaseStatus, ServiceStatus

_MOST_SERVICES = 200
_MOST_ENTRIES = 1_000
_URI = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?(?:/[A-Za-z0-9._~/-]{0,200})?\Z")
_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,251}[A-Za-z0-9])?\Z")


def read_lease_status(value: object, read_at: datetime) -> LeaseStatus:
    """Read the JSON of GET lease status; ValueError for anything else.

    `uris`, `forwarded_ports` and `ips` may be null (recordings, fact 34). Counts that make no sense
    become 0, so that a service never counts as running by mistake; invalid host names are
    left out, because people open them.
    """
    if not isinstance(value, dict) or "services" not in value:
        raise ValueError("it is not a lease status")
    return LeaseStatus(
        tuple(_service(name, entry) for name, entry in _items(value.get("services"))),
        tuple(_ports(value.get("forwarded_ports"))),
        tuple(_ips(value.get("ips"))),
        read_at,
    )


def read_moved(value: object, asked: Sequence[str]) -> tuple[str, ...]:
    """Read the JSON of POST hostname/migrate: which of the names asked for moved; ValueError if it has no list."""
    moved = value.get("transferred") if isinstance(value, dict) else None
    if not isinstance(moved, list):
        raise ValueError("it does not list the names that moved")
    return tuple(host for host in asked if host in moved[:_MOST_ENTRIES])


def _service(name: str, entry: object) -> ServiceStatus:
    entry = entry if isinstance(entry, dict) else {}
    uris = entry.get("uris")
    uris = uris[:_MOST_ENTRIES] if isinstance(uris, list) else []
    return ServiceStatus(
        clean(name),
        _count(entry.get("ready_replicas")),
        _count(entry.get("total")),
        tuple(uri for uri in uris if isinstance(uri, str) and _URI.match(uri)),
        _count_or_none(entry, "updated_replicas"),
        _count_or_none(entry, "available_replicas"),
        _count_or_none(entry, "observed_generation"),
    )


def _ports(value: object) -> Iterator[ForwardedPort]:
    for service, entry in _entries(value):
        host, port, external = entry.get("host"), _port(entry.get("port")), _port(entry.get("externalPort"))
        if isinstance(host, str) and _HOST.match(host) and port and external:
            yield ForwardedPort(clean(service), host, port, external, _protocol(entry.get("proto")))


def _ips(value: object) -> Iterator[LeasedIp]:
    """Here the provider writes capital keys (shared reference, 5.2)."""
    for service, entry in _entries(value):
        ip, port, external = entry.get("IP"), _port(entry.get("Port")), _port(entry.get("ExternalPort"))
        if isinstance(ip, str) and _HOST.match(ip) and port and external:
            yield LeasedIp(clean(service), ip, port, external, _protocol(entry.get("Protocol")))


def _items(value: object) -> list[tuple[str, object]]:
    return sorted(value.items())[:_MOST_SERVICES] if isinstance(value, dict) else []


def _entries(value: object) -> Iterator[tuple[str, dict[str, object]]]:
    for service, entries in _items(value):
        for entry in entries[:_MOST_ENTRIES] if isinstance(entries, list) else ():
            if isinstance(entry, dict):
                yield service, entry


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000 else 0


def _count_or_none(entry: dict[str, object], key: str) -> int | None:
    """None where the provider does not send it."""
    value = entry.get(key)
    return None if value is None else _count(value)


def _port(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 65536 else None


def _protocol(value: object) -> str:
    return clean(value, 8).upper() if isinstance(value, str) else "TCP"
