"""What a provider's public status page reports: leased, pending and free resources, summed over its machines."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from akash_tui.domain.market.supply import Amounts, Machine, Quantities, SupplyResources, amounts

_MOST_ENTRIES = 10_000
_MOST = 10**18


def read_stock(status: object) -> SupplyResources | None:
    """From the JSON of GET /status; None if it lists no machines.

    Parts that are empty are left out of the page (recordings, fact 33): then nothing is leased or pending. Storage is
    that of the machines and the free room for persistent volumes, as the indexer counts it.
    """
    inventory = _dict(_dict(_dict(status).get("cluster")).get("inventory"))
    nodes = _dicts(_dict(inventory.get("available")).get("nodes"))
    if not nodes:
        return None
    active, pending = _dicts(inventory.get("active")), _dicts(inventory.get("pending"))

    def part(name: str) -> Amounts:
        return amounts(
            _sum(active, name),
            _sum(pending, name),
            _sum((_dict(node.get("available")) for node in nodes), name),
            _sum((_dict(node.get("allocatable")) for node in nodes), name),
        )

    disks, volumes = part("storage_ephemeral"), _sum(_dicts(_dict(inventory.get("available")).get("storage")), "size")
    storage = replace(disks, available=_plus(disks.available, volumes), total=_plus(disks.total, volumes))
    return SupplyResources(part("cpu"), part("gpu"), part("memory"), storage, _machines(nodes))


def read_window(status: object) -> int | None:
    """Its reclamation window in whole seconds (the page has nanoseconds); 0 without one, None for an invalid one."""
    if not isinstance(status, dict):
        return None
    nanoseconds = status.get("reclamation_window", 0)
    if isinstance(nanoseconds, bool) or not isinstance(nanoseconds, int) or not 0 <= nanoseconds <= _MOST:
        return None
    return nanoseconds // 10**9


def _machines(nodes: list[dict[str, object]]) -> tuple[Machine, ...]:
    """Each machine; none if one of them has an invalid figure."""
    found = []
    for node in nodes:
        total, free = _quantities(_dict(node.get("allocatable"))), _quantities(_dict(node.get("available")))
        if total is None or free is None:
            return ()
        found.append(Machine(total, free))
    return tuple(found)


def _quantities(part: dict[str, object]) -> Quantities | None:
    cpu, gpu, memory, storage = (_sum([part], name) for name in ("cpu", "gpu", "memory", "storage_ephemeral"))
    if cpu is None or gpu is None or memory is None or storage is None:
        return None
    return Quantities(cpu, gpu, memory, storage)


def _plus(one: int | None, other: int | None) -> int | None:
    return None if one is None or other is None else one + other


def _sum(parts: Iterable[dict[str, object]], name: str) -> int | None:
    """None as soon as one of the figures is invalid: a partial sum would look like a whole one."""
    total = 0
    for part in parts:
        value = part.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST:
            return None
        total += value
    return total


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}


def _dicts(value: object) -> list[dict[str, object]]:
    return [item for item in value[:_MOST_ENTRIES] if isinstance(item, dict)] if isinstance(value, list) else []
