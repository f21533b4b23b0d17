"""Which requirements of a group a provider does not meet.

How providers match: shared reference, 8.1 (attributes with a glob on the key, signatures, capabilities) and 2.6
(reclamation). Only what is known counts against a provider.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import plain
from akash_tui.domain.akash.resources import GIB, Attribute
from akash_tui.domain.market.fit_reasons import (
    Change,
    ChangeKind,
    Failure,
    GroupNeed,
    UnfitReason,
    UnitNeed,
    is_persistent,
)
from akash_tui.domain.market.known_provider import KnownProvider
from akash_tui.domain.text import clean, plural, short_address

SHOWN: Final = 3
"""This many models or values are named one by one."""
INTERCONNECT: Final = "capabilities/gpu-interconnect"
ARCH_KEY: Final = "capabilities/cpu/arch"
_ARCHES: Final = {"amd64": ("amd64", "x86-64", "x86_64"), "arm64": ("arm64", "aarch64")}
"""What an SDL asks for, and how providers write it."""
_IP_KEYS: Final = ("feat-endpoint-ip", "ip-lease")


def failures(need: GroupNeed, provider: KnownProvider) -> Iterator[Failure]:
    """All that keeps a provider from bidding on a group by what it has, first reason first; whether it answers, and
    whether it is blocked, is not looked at."""
    units = need.units
    gpus = [failure for unit in units if unit.gpus for failure in _gpus(unit, provider)]
    yield from gpus if len(gpus) < 2 else sorted(gpus, key=lambda failure: _ORDER[failure.reason])
    if need.gpus:
        yield from _count(need, provider)
    if provider.attributes_known:
        yield from _attributes(need, provider)
    if provider.signatures_known:
        yield from _signatures(need, provider)
    for unit in units:
        if unit.volumes and provider.attributes_known:
            yield from _storage(unit, provider)
    for unit in units:
        yield from _unit_sizes(unit, provider)
    if provider.attributes_known and any(unit.leased_ip for unit in units) and not _says(provider, _IP_KEYS):
        fix = frozenset((Change(ChangeKind.DROP_IP),))
        yield Failure(UnfitReason.LEASED_IP, "leases no IP addresses", fix)
    if need.window_s is not None and provider.window_s is not None and provider.window_s < need.window_s:
        has = f"gives {hours(provider.window_s)} before it reclaims" if provider.window_s else "gives no time"
        fix = frozenset((Change(ChangeKind.DROP_RECLAMATION),))
        yield Failure(UnfitReason.RECLAMATION, f"{has}, {hours(need.window_s)} are asked for", fix)
    if provider.attributes_known:
        yield from _interconnect(need, provider)
        for arch in dict.fromkeys(unit.arch for unit in units):
            yield from _arch(arch, provider)


_ORDER: Final = {reason: number for number, reason in enumerate(UnfitReason)}


def hours(seconds: int) -> str:
    """`24 h`, `90 min`."""
    return f"{seconds // 3600} h" if seconds % 3600 == 0 else f"{seconds // 60} min"


# --- GPUs ---------------------------------------------------------------------------------------


def accepted(unit: UnitNeed, provider: KnownProvider) -> tuple[GpuModel, ...]:
    """Those of the provider's models that a unit accepts."""
    if not unit.models:
        return provider.gpus
    return tuple(has for has in provider.gpus if any(wanted.matches(has) for wanted in unit.models))


def _gpus(unit: UnitNeed, provider: KnownProvider) -> Iterator[Failure]:
    """A provider is matched by the capabilities that it advertises; without them by its models."""
    has = provider.gpus
    if provider.attributes_known:
        attributes = provider.attributes
        for pair in unit.keys:
            if pair in attributes:
                return
        if (not unit.models and has) or (unit.vendors and any(model.vendor in unit.vendors for model in has)):
            return
        if not has and not provider.gpu_total:
            yield _NO_GPU
            return
        failure = _unnamed_failure(unit.models, has)
        if failure is not None:
            yield failure
    elif has and not accepted(unit, provider):
        yield _gpu_failure(unit.models, has)


_NO_GPU: Final = Failure(UnfitReason.MODEL, "has no GPU")


@lru_cache(maxsize=4096)
def _unnamed_failure(models: tuple[GpuModel, ...], has: tuple[GpuModel, ...]) -> Failure | None:
    """None if one of the models is named with all that is wanted of it."""
    return None if any(_is_named(model, gpu) for model in models for gpu in has) else _gpu_failure(models, has)


def _is_named(wanted: GpuModel, has: GpuModel) -> bool:
    """Whether the model is named with all that is wanted of it; how finely a provider lists its models is its own."""
    named = (wanted.vram_gib is None or has.vram_gib is not None) and (wanted.interface is None or has.interface)
    return bool(named) and wanted.matches(has)


@lru_cache(maxsize=4096)
def _gpu_failure(models: tuple[GpuModel, ...], has: tuple[GpuModel, ...]) -> Failure:
    other = frozenset(Change(ChangeKind.ACCEPT_GPU, gpu=name) for name in {GpuModel(g.vendor, g.model) for g in has})
    for wanted in models:
        same = [gpu for gpu in has if (gpu.vendor, gpu.model) == (wanted.vendor, wanted.model)]
        if not same:
            continue
        fit_vram = [gpu for gpu in same if wanted.vram_gib in (None, gpu.vram_gib)]
        if not fit_vram and wanted.vram_gib is not None:
            vram = next((gpu.vram_gib for gpu in same if gpu.vram_gib is not None), None)
            words = "its {0} has {1} GB, not {2} GB" if vram is not None else "it does not say that its {0} has {2} GB"
            words = words.format(wanted.model, vram, wanted.vram_gib)
            change = Change(ChangeKind.DROP_VRAM, gpu=GpuModel(wanted.vendor, wanted.model, wanted.vram_gib))
            return Failure(UnfitReason.VRAM, words, (other - _plainly(wanted)) | {change})
        interface = next((gpu.interface for gpu in fit_vram if gpu.interface is not None), None)
        words = f"its {wanted.model} is {interface}, not {wanted.interface}"
        if interface is None or interface == wanted.interface:
            words = f"it does not advertise its {wanted.model} as {wanted.words}"
        change = Change(ChangeKind.DROP_INTERFACE, gpu=GpuModel(wanted.vendor, wanted.model, wanted.vram_gib))
        return Failure(UnfitReason.INTERFACE, words, (other - _plainly(wanted)) | {change})
    return Failure(
        UnfitReason.MODEL, f"has {_listed(gpu.model for gpu in has)}" if has else "names no GPU model", other
    )


def _plainly(model: GpuModel) -> frozenset[Change]:
    """To accept a model in any form is the same as to ask for less of it."""
    return frozenset((Change(ChangeKind.ACCEPT_GPU, gpu=GpuModel(model.vendor, model.model)),))


def _count(need: GroupNeed, provider: KnownProvider) -> Iterator[Failure]:
    machines, total, most = provider.resources.machines, provider.gpu_total, provider.most_gpus
    if most is None:
        return
    largest = max(unit.gpus for unit in need.units)
    if largest > most:
        where = "on its largest machine" if machines else "in all"
        words = f"has {plural(most, 'GPU')} {where}, not {largest}"
        yield Failure(UnfitReason.COUNT, words, _fewer(ChangeKind.FEWER_GPUS, largest, most))
    elif total is not None and need.gpus > total:
        each = total // max(1, sum(unit.count for unit in need.units if unit.gpus))
        words = f"has {plural(total, 'GPU')}, not {need.gpus} for all replicas"
        yield Failure(UnfitReason.COUNT, words, _fewer(ChangeKind.FEWER_GPUS, largest, each))


@lru_cache(maxsize=4096)  # many providers have machines of the same size
def _fewer(kind: ChangeKind, asked: int, most: int) -> frozenset[Change]:
    """Half, a quarter, … of what is asked for, as far as that is enough."""
    found, number = set(), asked // 2
    while number > 0:
        if number <= most:
            found.add(Change(kind, number=number))
        number //= 2
    return frozenset(found)


# --- attributes and signatures ------------------------------------------------------------------


def _attributes(need: GroupNeed, provider: KnownProvider) -> Iterator[Failure]:
    for wanted in need.spec.attributes:
        if has_attribute(provider, wanted) or wanted.key.startswith(INTERCONNECT):
            continue
        key, value, has = clean(wanted.key, 60), clean(wanted.value, 40), provider.values.get(wanted.key)
        words = f"does not state {key}" if has is None else f"{key} is {clean(has, 40)}, not {value}"
        yield Failure(UnfitReason.ATTRIBUTE, words, _dropped(need.name, wanted))


def _interconnect(need: GroupNeed, provider: KnownProvider) -> Iterator[Failure]:
    for wanted in need.spec.attributes:
        if wanted.key.startswith(INTERCONNECT) and not has_attribute(provider, wanted):
            yield Failure(UnfitReason.INTERCONNECT, "has no such GPU interconnect", _dropped(need.name, wanted))


@lru_cache(maxsize=256)
def _dropped(group: str, wanted: Attribute) -> frozenset[Change]:
    return frozenset((drop_attribute(group, wanted),))


def drop_attribute(group: str, wanted: Attribute) -> Change:
    """No longer to require an attribute."""
    return Change(ChangeKind.DROP_ATTRIBUTE, group=group, key=wanted.key, value=wanted.value)


def has_attribute(provider: KnownProvider, wanted: Attribute) -> bool:
    """Whether it gives itself the attribute; `*` and `?` in a wanted key match within one part of a path."""
    if (wanted.key, wanted.value) in provider.attributes:
        return True
    if "*" not in wanted.key and "?" not in wanted.key:
        return False
    pattern = _glob(wanted.key)
    return any(value == wanted.value and pattern.match(key) for key, value in provider.attributes)


@lru_cache(maxsize=256)
def _glob(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", "[^/]*").replace(r"\?", "[^/]") + r"\Z")


def _signatures(need: GroupNeed, provider: KnownProvider) -> Iterator[Failure]:
    """Every auditor of `all_of`, and one of `any_of`, must have signed all the required attributes."""
    signed_by = need.spec.signed_by
    for auditor in signed_by.all_of:
        unsigned = _unsigned(need, provider, auditor)
        if unsigned is not None:
            fixes = {Change(ChangeKind.DROP_AUDITOR, group=need.name, key=auditor)}
            if len(unsigned) == 1:
                fixes.add(drop_attribute(need.name, unsigned[0]))
            yield Failure(UnfitReason.AUDITOR, _unsigned_words(auditor, unsigned), frozenset(fixes))
    if signed_by.any_of:
        each = {auditor: _unsigned(need, provider, auditor) for auditor in signed_by.any_of}
        if all(unsigned is not None for unsigned in each.values()):
            fixes = {Change(ChangeKind.DROP_AUDITOR, group=need.name)}
            fixes |= {drop_attribute(need.name, u[0]) for u in each.values() if u is not None and len(u) == 1}
            (auditor, unsigned), *others = each.items()
            words = "none of the auditors has signed it" if others else _unsigned_words(auditor, unsigned or ())
            yield Failure(UnfitReason.AUDITOR, words, frozenset(fixes))


def _unsigned(need: GroupNeed, provider: KnownProvider, auditor: str) -> tuple[Attribute, ...] | None:
    """The required attributes that it has and an auditor has not signed; empty if he has signed nothing at all, None
    if nothing is missing."""
    if auditor not in provider.auditors:
        return ()
    missing = tuple(
        wanted
        for wanted in need.spec.attributes
        if auditor not in provider.attributes.get((wanted.key, wanted.value), (auditor,))
    )
    return missing or None


def _unsigned_words(auditor: str, unsigned: tuple[Attribute, ...]) -> str:
    what = f"its {clean(unsigned[0].key, 40)}" if unsigned else "it"
    return f"{short_address(clean(auditor, 60))} has not signed {what}"


def _says(provider: KnownProvider, keys: Iterable[str]) -> bool:
    return any((key, "true") in provider.attributes for key in keys)


# --- machines -----------------------------------------------------------------------------------


def _storage(unit: UnitNeed, provider: KnownProvider) -> Iterator[Failure]:
    classes = provider.storage_classes
    for volume in unit.volumes:
        wanted = {(each.key, each.value) for each in volume.attributes if each.key in ("class", "persistent")}
        if not wanted or any(wanted <= group for group in classes):
            continue
        name = next((value for key, value in wanted if key == "class"), "")
        other = {
            Change(ChangeKind.STORAGE_CLASS, key=name, value=value)
            for group in classes
            if ("persistent", "true" if is_persistent(volume) else "false") in group
            for key, value in group
            if key == "class" and value != name
        }
        yield Failure(
            UnfitReason.STORAGE_CLASS, f"has no storage of class {clean(name, 20) or 'any'}", frozenset(other)
        )


def _unit_sizes(unit: UnitNeed, provider: KnownProvider) -> Iterator[Failure]:
    """CPU, memory or disk that no machine of it has beside the GPUs, or all of them together where nobody counted."""
    resources = provider.resources
    for machine in resources.machines:
        size = machine.total
        if size.gpu >= unit.gpus and size.cpu >= unit.cpu and size.memory >= unit.memory and size.storage >= unit.disk:
            return
    machines = [machine.total for machine in resources.machines if machine.total.gpu >= unit.gpus]
    if resources.machines and not machines:
        return  # the GPUs are the reason
    parts = (
        (ChangeKind.LESS_CPU, unit.cpu, [each.cpu for each in machines], resources.cpu.total),
        (ChangeKind.LESS_MEMORY, unit.memory, [each.memory for each in machines], resources.memory.total),
        (ChangeKind.LESS_DISK, unit.disk, [each.storage for each in machines], resources.storage.total),
    )
    enough = True
    for kind, asked, each_has, together in parts:
        most = max(each_has, default=together)
        if most is not None and asked > most:
            enough = False
            where = "on its largest machine" if machines else "in all"
            words = f"has {amount_words(kind, most)} {where}, not {amount_words(kind, asked)}"
            yield Failure(UnfitReason.SIZE, words, _fewer(kind, asked, most))
    if enough and machines:
        yield Failure(UnfitReason.SIZE, "no machine of it has the CPU, memory and disk together")


@lru_cache(maxsize=4096)
def amount_words(kind: ChangeKind, amount: int) -> str:
    """`2.5 CPU`, `96 GiB of memory`: a size in thousandths or bytes."""
    if kind is ChangeKind.LESS_CPU:
        return f"{plain(Decimal(amount) / 1000)} CPU"
    what = "memory" if kind is ChangeKind.LESS_MEMORY else "disk"
    return f"{plain(round(Decimal(amount) / GIB, 1))} GiB of {what}"


def _arch(wanted: str | None, provider: KnownProvider) -> Iterator[Failure]:
    if wanted is None:
        return
    has = provider.values.get(ARCH_KEY)
    if has is not None and has.casefold() not in _ARCHES.get(wanted, (wanted,)):
        fix = frozenset((Change(ChangeKind.DROP_ARCH, value=wanted),))
        yield Failure(UnfitReason.ARCH, f"its CPUs are {clean(has, 20)}, not {clean(wanted, 20)}", fix)


def _listed(names: Iterable[str]) -> str:
    """`a100, h100 and 2 more`."""
    each = [clean(name, 30) for name in dict.fromkeys(names)]
    more = f" and {len(each) - SHOWN} more" if len(each) > SHOWN else ""
    return ", ".join(each[:SHOWN]) + more
