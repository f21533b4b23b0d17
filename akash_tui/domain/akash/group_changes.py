"""Differences between an SDL and the groups of its deployment on chain, which an update cannot change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.akash.money import plain
from akash_tui.domain.akash.resources import Attribute, EndpointKind, GroupSpec, Resources, ResourceUnit


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that stays as it is on chain. `blocking`: providers refuse a manifest with another one."""

    what: str
    on_chain: str
    wanted: str
    blocking: bool

    def __str__(self) -> str:
        return f"{self.what}: {self.on_chain} on chain, {self.wanted} in the file"


def differences(on_chain: Sequence[GroupSpec], wanted: Sequence[GroupSpec]) -> tuple[Difference, ...]:
    """In the order of the groups. Names, resources, replicas and kinds of endpoints block (the provider's
    cross-validation, recordings `manifest_put_cross_*`); prices and placement are not checked again."""
    return tuple(_all(on_chain, wanted))


def _all(on_chain: Sequence[GroupSpec], wanted: Sequence[GroupSpec]) -> Iterator[Difference]:
    have = [g.name for g in on_chain]
    want = [g.name for g in wanted]
    if sorted(have) != sorted(want):
        yield Difference("groups", ", ".join(have) or "none", ", ".join(want) or "none", True)
        return
    by_name = {g.name: g for g in wanted}
    for group in on_chain:
        other = by_name[group.name]
        if len(group.units) != len(other.units):
            yield Difference(
                f"resource sets of {group.name}", str(len(group.units)), str(len(other.units)), blocking=True
            )
            continue
        for unit, new in zip(group.units, other.units, strict=True):
            where = group.name if len(group.units) == 1 else f"{group.name} #{unit.resources.id}"
            yield from _unit(where, unit, new)
        if sorted((a.key, a.value) for a in group.attributes) != sorted((a.key, a.value) for a in other.attributes):
            yield Difference(f"attributes of {group.name}", _pairs(group), _pairs(other), False)
        if group.signed_by != other.signed_by:
            yield Difference(f"auditors of {group.name}", _signed(group), _signed(other), False)


def _unit(where: str, unit: ResourceUnit, new: ResourceUnit) -> Iterator[Difference]:
    old, now = unit.resources, new.resources
    for what, a, b in (
        ("replicas", str(unit.count), str(new.count)),
        ("CPU", _cpu(old), _cpu(now)),
        ("memory", _size(old.memory), _size(now.memory)),
        ("storage", _storage(old), _storage(now)),
        ("GPU", _gpu(old), _gpu(now)),
        ("endpoints", _endpoints(old), _endpoints(now)),
    ):
        if a != b:
            yield Difference(f"{what} of {where}", a, b, True)
    if (unit.price.denom, unit.price.amount) != (new.price.denom, new.price.amount):
        yield Difference(f"highest price of {where}", _price(unit), _price(new), False)


def _price(unit: ResourceUnit) -> str:
    return f"{plain(unit.price.amount)} {unit.price.denom} a block"


def _cpu(resources: Resources) -> str:
    return plain(Decimal(resources.cpu_milli) / 1000) + _attributes(resources.cpu_attributes)


def _size(size: int) -> str:
    for unit, factor in (("Ti", 2**40), ("Gi", 2**30), ("Mi", 2**20), ("Ki", 2**10)):
        if size and size % factor == 0:
            return f"{size // factor} {unit}"
    return f"{size} bytes"


def _storage(resources: Resources) -> str:
    return ", ".join(
        f"{v.name} {_size(v.size)}{_attributes(v.attributes)}" for v in sorted(resources.storage, key=lambda v: v.name)
    )


def _gpu(resources: Resources) -> str:
    if not resources.gpu_units:
        return "none"
    models = sorted(str(a.key).removeprefix("vendor/") for a in resources.gpu_attributes)
    return f"{resources.gpu_units} × {' or '.join(models) or 'any'}"


def _endpoints(resources: Resources) -> str:
    names = {EndpointKind.SHARED_HTTP: "HTTP", EndpointKind.RANDOM_PORT: "port", EndpointKind.LEASED_IP: "leased IP"}
    kinds = sorted((e.kind, e.sequence_number) for e in resources.endpoints)
    return ", ".join(names.get(kind, str(kind)) + (f" {number}" if number else "") for kind, number in kinds) or "none"


def _attributes(attributes: Sequence[Attribute]) -> str:
    pairs = sorted(f"{a.key}={a.value}" for a in attributes)
    return f" ({', '.join(pairs)})" if pairs else ""


def _pairs(group: GroupSpec) -> str:
    return ", ".join(sorted(f"{a.key}={a.value}" for a in group.attributes)) or "none"


def _signed(group: GroupSpec) -> str:
    return ", ".join((*group.signed_by.all_of, *group.signed_by.any_of)) or "anybody"
