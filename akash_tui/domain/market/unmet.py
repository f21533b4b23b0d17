"""What an order requires that no known provider has: why nobody bids."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.fit_reasons import UnfitReason, need_of
from akash_tui.domain.market.known_provider import KnownProvider
from akash_tui.domain.market.matching import SHOWN, failures, has_attribute
from akash_tui.domain.text import clean


def unmet(groups: Iterable[GroupSpec], providers: Sequence[KnownProvider]) -> list[str]:
    """A sentence for each requirement that none of the providers meets; none if some may bid, or none is known."""
    if not providers:
        return []
    found: dict[str, None] = {}
    for group in groups:
        need = need_of(group)
        reasons = [{failure.reason for failure in failures(need, provider)} for provider in providers]
        if not all(reasons):
            continue
        alone = [*_attributes(group, providers), *_gpus(group, reasons), *_auditors(group, providers)]
        found |= dict.fromkeys(alone or ["No known provider has all that this order requires together."])
    return list(found)


def _attributes(group: GroupSpec, providers: Sequence[KnownProvider]) -> Iterator[str]:
    for each in group.attributes:
        if not any(has_attribute(provider, each) or not provider.attributes_known for provider in providers):
            key = clean(each.key, 60)
            values = sorted({value for p in providers for name, value in p.attributes if name == each.key})
            others = f"; they have {', '.join(clean(v, 30) for v in values[:SHOWN])}" if values else ""
            others += f" and {len(values) - SHOWN} more values" if len(values) > SHOWN else ""
            yield f"No known provider has the attribute {key}={clean(each.value, 60)}{others}."


def _gpus(group: GroupSpec, reasons: Sequence[set[UnfitReason]]) -> Iterator[str]:
    """The models where each provider has none of them: which unit it is of, a provider's reason does not say."""
    if all(each & {UnfitReason.MODEL, UnfitReason.VRAM, UnfitReason.INTERFACE} for each in reasons):
        names = list(dict.fromkeys(f"any {m.vendor}" if m.wildcard else m.words for m in group.gpu_models))
        more = f" or {len(names) - SHOWN} more" if len(names) > SHOWN else ""
        yield f"No known provider has the GPU {clean(' or '.join(names[:SHOWN]))}{more}."


def _auditors(group: GroupSpec, providers: Sequence[KnownProvider]) -> Iterator[str]:
    """Auditors who signed for nobody; nothing unless every provider's audits are known."""
    if not all(provider.signatures_known for provider in providers):
        return
    known = {auditor for p in providers for auditors in p.attributes.values() for auditor in auditors}
    for auditor in group.signed_by.all_of:
        if auditor not in known:
            yield f"No known provider is audited by {clean(auditor, 60)}."
    choice = group.signed_by.any_of
    if choice and not known & {*choice}:
        more = f" or {len(choice) - SHOWN} more" if len(choice) > SHOWN else ""
        yield f"No known provider is audited by {' or '.join(clean(a, 60) for a in choice[:SHOWN])}{more}."
