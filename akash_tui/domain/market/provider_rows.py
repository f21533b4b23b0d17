"""Providers as the market lists them: what the filter can ask of one, and the orders to list them in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from akash_tui.domain.akash.provider import ProviderName, provider_name
from akash_tui.domain.filtering.filter import Filter
from akash_tui.domain.filtering.filter_fields import Field, FieldKind, number_field, percent, texts, vocabulary
from akash_tui.domain.filtering.sorting import SortKey, ordered
from akash_tui.domain.market.sorting import PROVIDER_SORTS
from akash_tui.domain.market.supply import ProviderSheet


def name_of(sheet: ProviderSheet) -> ProviderName:
    """Its name, the same as in the bid list and the lease list."""
    return provider_name(sheet.owner, None, sheet.profile)


_FIELDS = (
    Field(
        "gpu", FieldKind.NAME, "has this GPU model: gpu:h100|a100",
        lambda s: ([g.model for g in s.profile.gpus], ()), "GPU",
    ),
    number_field("free", "free GPUs", "GPUs that can be leased now", lambda s: s.resources.gpu.available),
    number_field("total", "GPUs", "GPUs in all", lambda s: s.resources.gpu.total),
    number_field("uptime_1d", "uptime", "per cent of the last day", lambda s: percent(s.profile.uptime_1d), "%"),
    number_field("uptime_7d", "uptime", "per cent of the last 7 days", lambda s: percent(s.profile.uptime_7d), "%"),
    number_field("uptime_30d", "uptime", "per cent of the last 30 days", lambda s: percent(s.profile.uptime_30d), "%"),
    number_field("leases", "leases", "leases that it has", lambda s: s.profile.leases),
    Field("online", FieldKind.FLAG, "it answers", lambda s: s.profile.online, "reachability"),
    Field("audited", FieldKind.FLAG, "an auditor has signed for it", lambda s: s.profile.audited, "audit"),
    Field(
        "region", FieldKind.TEXT, "region, city or country: region:eu",
        lambda s: texts(s.profile.region, s.city, s.profile.country), "region",
    ),
    Field(
        "provider", FieldKind.TEXT, "name, host or address",
        lambda s: texts(name_of(s).full, s.profile.host_uri, s.owner), "provider",
    ),
    Field("version", FieldKind.TEXT, "the provider's software", lambda s: texts(s.profile.version), "version"),
)  # fmt: skip


def _haystack(sheet: ProviderSheet) -> str:
    profile = sheet.profile
    models = " ".join(gpu.model for gpu in profile.gpus)
    parts = (name_of(sheet).full, profile.host_uri, sheet.owner, profile.region, sheet.city, profile.country, models)
    return "\n".join(part for part in parts if part).casefold()


PROVIDERS: Final = vocabulary(_FIELDS, _haystack)


def listed(sheets: Iterable[ProviderSheet], wanted: Filter, sort: Sequence[SortKey]) -> list[ProviderSheet]:
    """Those for which every term surely holds; providers that do not answer come last, unknown values before them."""
    found = ordered(wanted.apply(list(sheets)).rows, PROVIDER_SORTS, [*sort, SortKey("provider")])
    return sorted(found, key=lambda s: s.profile.online is False)
