"""What an order requires that no known provider has: why nobody bids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.akash.resources import GroupSpec, SignedBy
from akash_tui.domain.market.supply import ProviderSheet
from akash_tui.domain.text import clean

SHOWN = 3
"""So many values or models are named one by one."""


@dataclass(frozen=True, slots=True)
class KnownProvider:
    """What an order is matched with. `auditors` is None where nobody has read who signed for it."""

    attributes: frozenset[tuple[str, str]]
    gpus: tuple[GpuModel, ...]
    auditors: frozenset[str] | None = None

    def fits(self, group: GroupSpec) -> bool:
        """Whether it has all that the group requires, as far as that is known: every attribute with its value, one of
        the GPU models of each unit, and the signatures."""
        return (
            all((each.key, each.value) in self.attributes for each in group.attributes)
            and all(_has_gpu(self, unit.resources.gpu_models) for unit in group.units if unit.resources.gpu_units)
            and self._is_signed(group.signed_by)
        )

    def _is_signed(self, wanted: SignedBy) -> bool:
        if self.auditors is None:
            return True
        any_of = wanted.any_of
        return self.auditors.issuperset(wanted.all_of) and not (any_of and self.auditors.isdisjoint(any_of))


def known_by_sheet(sheet: ProviderSheet) -> KnownProvider:
    """A provider as an indexer lists it."""
    attributes = frozenset((each.key, each.value) for each in sheet.attributes)
    auditors = {auditor for each in sheet.attributes for auditor in each.auditors}
    return KnownProvider(attributes, sheet.profile.gpus, frozenset((*auditors, *sheet.profile.auditors)))


def known_by_record(provider: Provider) -> KnownProvider:
    """A provider as the chain lists it; its audits are another question."""
    return KnownProvider(frozenset((each.key, each.value) for each in provider.attributes), provider.gpus)


def unmet(groups: Iterable[GroupSpec], providers: Sequence[KnownProvider]) -> list[str]:
    """A sentence for each requirement that none of the providers meets; none if some may bid, or none is known."""
    if not providers:
        return []
    found: dict[str, None] = {}
    for group in groups:
        if any(provider.fits(group) for provider in providers):
            continue
        alone = list(_unmet_alone(group, providers))
        found |= dict.fromkeys(alone or ["No known provider has all that this order requires together."])
    return list(found)


def _unmet_alone(group: GroupSpec, providers: Sequence[KnownProvider]) -> Iterator[str]:
    for each in group.attributes:
        if not any((each.key, each.value) in provider.attributes for provider in providers):
            key = clean(each.key, 60)
            values = sorted({value for p in providers for name, value in p.attributes if name == each.key})
            others = f"; they have {', '.join(clean(v, 30) for v in values[:SHOWN])}" if values else ""
            others += f" and {len(values) - SHOWN} more values" if len(values) > SHOWN else ""
            yield f"No known provider has the attribute {key}={clean(each.value, 60)}{others}."
    for unit in group.units:
        models = unit.resources.gpu_models
        if unit.resources.gpu_units and not any(_has_gpu(provider, models) for provider in providers):
            names = list(dict.fromkeys(f"any {m.vendor}" if m.wildcard else m.words for m in models))
            more = f" or {len(names) - SHOWN} more" if len(names) > SHOWN else ""
            yield f"No known provider has the GPU {clean(' or '.join(names[:SHOWN]))}{more}."
    yield from _unsigned(group, providers)


def _unsigned(group: GroupSpec, providers: Sequence[KnownProvider]) -> Iterator[str]:
    """Auditors who signed for nobody; nothing unless every provider's audits are known."""
    auditors = [provider.auditors for provider in providers]
    if any(signed is None for signed in auditors):
        return
    known = {auditor for signed in auditors if signed is not None for auditor in signed}
    for auditor in group.signed_by.all_of:
        if auditor not in known:
            yield f"No known provider is audited by {clean(auditor, 60)}."
    choice = group.signed_by.any_of
    if choice and not known & {*choice}:
        more = f" or {len(choice) - SHOWN} more" if len(choice) > SHOWN else ""
        yield f"No known provider is audited by {' or '.join(clean(a, 60) for a in choice[:SHOWN])}{more}."


def _has_gpu(provider: KnownProvider, models: Sequence[GpuModel]) -> bool:
    """One of the models, or nothing is known of its GPUs and of what is asked."""
    return not models or any(wanted.matches(has) for wanted in models for has in provider.gpus)
