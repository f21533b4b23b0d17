"""One GPU model on the market as a row: how many, how free, at what price, and what the filter can ask of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Final

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.filtering.filter import Filter
from akash_tui.domain.filtering.filter_fields import Field, FieldKind, number_field, texts, vocabulary
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import GpuDay

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OwnLease:
    """A lease of ours, as our journal has it. `price_h` is ACT per hour at today's block time."""

    provider: str
    dseq: int
    at: datetime
    price_h: Decimal | None
    gpu: GpuModel | None
    """The one model that it can be: by the SDL alone, or by what its provider has; None if that leaves several."""
    gpu_count: int

    @property
    def gpu_h(self) -> Decimal | None:
        """ACT per GPU-hour; None where that is unknown."""
        return self.price_h / self.gpu_count if self.price_h is not None and self.gpu_count else None


@dataclass(frozen=True, slots=True)
class GpuRow(MarketPrice):
    """One model and variant of the market's table."""

    leased_7d: int | None = None
    """GPUs of the model leased now, less those a week ago; None where several variants share the model's name."""
    paid: OwnLease | None = None
    """The newest lease of ours with this GPU, its price known."""

    @property
    def id(self) -> str:
        return self.gpu.key()

    @property
    def leased(self) -> int | None:
        """GPUs that are not free; None where either number is not known."""
        return None if self.free is None or self.total is None else max(0, self.total - self.free)


def gpu_rows(
    prices: Iterable[MarketPrice],
    changes: Mapping[tuple[str, str], int] | None = None,
    mine: Sequence[OwnLease] = (),
) -> list[GpuRow]:
    """The table: by vendor and model, the most VRAM first within a model; a variant listed twice counts once.

    `changes` are `weekly_changes`, which count all variants of a model together.
    """
    found = {price.gpu: price for price in prices}
    names = [(gpu.vendor, gpu.model) for gpu in found]
    changes = changes or {}
    paid = [lease for lease in mine if lease.gpu_h is not None]
    rows = [
        GpuRow(
            **{field.name: getattr(price, field.name) for field in fields(price)},
            leased_7d=changes.get((gpu.vendor, gpu.model)) if names.count((gpu.vendor, gpu.model)) == 1 else None,
            paid=next((x for x in paid if x.gpu is not None and x.gpu.matches(gpu)), None),
        )
        for gpu, price in found.items()
    ]
    return sorted(rows, key=lambda r: (r.gpu.model, r.gpu.vendor, -(r.gpu.vram_gib or 0), r.gpu.interface or ""))


def weekly_changes(days: Sequence[GpuDay]) -> dict[tuple[str, str], int]:
    """Per vendor and model: leased on the newest day less leased exactly a week before, where both are known."""
    if not days:
        return {}
    newest = max(d.day for d in days)
    now = {(d.vendor, d.model): d.leased for d in days if d.day == newest}
    then = {(d.vendor, d.model): d.leased for d in days if d.day == newest - WEEK}
    changes: dict[tuple[str, str], int] = {}
    for key, leased in now.items():
        before = then.get(key)
        if leased is not None and before is not None:
            changes[key] = leased - before
    return changes


_FIELDS = (
    Field("gpu", FieldKind.NAME, "GPU model: gpu:h100|a100, gpu:rtx*", lambda r: texts(r.gpu.model), "GPU"),
    Field("vendor", FieldKind.NAME, "nvidia, amd", lambda r: texts(r.gpu.vendor), "GPU"),
    Field("interface", FieldKind.TEXT, "sxm, pcie", lambda r: texts(r.gpu.interface), "interface"),
    number_field("vram", "VRAM", "GB on each GPU", lambda r: r.gpu.vram_gib, "gb", "gib"),
    number_field("free", "free GPUs", "GPUs that can be leased now", lambda r: r.free),
    number_field("total", "GPUs", "GPUs in all", lambda r: r.total),
    number_field("providers", "providers", "providers that have one free", lambda r: r.providers_free),
    number_field("min", "price", "least dollars per GPU-hour in recent bids", lambda r: r.minimum, "$"),
    number_field("median", "price", "median dollars per GPU-hour", lambda r: r.median, "$"),
    number_field("max", "price", "most dollars per GPU-hour", lambda r: r.maximum, "$"),
    number_field("leased_7d", "change", "GPUs leased now, less those a week ago", lambda r: r.leased_7d),
    number_field("paid", "price", "dollars per GPU-hour that you paid last", lambda r: r.paid and r.paid.gpu_h, "$"),
)


def _haystack(row: GpuRow) -> str:
    return " ".join((row.gpu.vendor, row.gpu.model, f"{row.gpu.vram_gib or '?'}gb", row.gpu.interface or "")).casefold()


MIN: Final = dict.fromkeys(("price", "usd_h", "price_h", "per_gpu", "usd_gpu_h", "gpu_h"), "min")
"""Of GPU models, a price without a further word is the lowest one."""
GPUS: Final = vocabulary(_FIELDS, _haystack, MIN)


def free_matches(wanted: Filter, rows: Sequence[GpuRow]) -> list[GpuRow]:
    """What a price alert is for: rows that match and have a GPU free, unless the filter itself asks about that."""
    about_free = any(term.by == GPUS.fields["free"].by for term in wanted.terms)
    return [row for row in wanted.apply(rows).rows if about_free or (row.free or 0) >= 1]


def unmatched_words(wanted: Filter, rows: Sequence[GpuRow]) -> list[str]:
    """Plain words of a filter that nothing in the table is called by; none where the table is empty."""
    return [t.text for t in wanted.terms if t.is_word and rows and not any(t.holds(row) for row in rows)]
