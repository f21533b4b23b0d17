"""The market's two tables: GPU models and providers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.gpu_rows import GpuRow
from akash_tui.domain.market.provider_rows import name_of
from akash_tui.domain.market.supply import ProviderSheet
from akash_tui.domain.provider_note import UNDECIDED, ProviderNote
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.ui.widgets.gpu_colours import PriceRanks, gpu_tone
from akash_tui.ui.widgets.live_table import Cell, Column, named_column


def _free(row: GpuRow) -> Cell:
    return market_formatting.count(row.free), "good" if row.free else "muted" if row.free == 0 else ""


def _price(value: object) -> Cell:
    return (str(value), "muted") if value == NOT_KNOWN else (str(value), "")


def price_ranks(rows: Iterable[GpuRow]) -> PriceRanks:
    """The median prices of the variants of each model."""
    return PriceRanks((row.gpu.model, row.median) for row in rows if row.median is not None)


def gpu_columns(ranks: Callable[[], PriceRanks]) -> tuple[Column[GpuRow], ...]:
    """The columns of the GPU table, with `ranks` of all its rows behind the median prices."""

    def median(row: GpuRow) -> Cell:
        return market_formatting.price(row.median), "muted" if row.median is None else ranks().shade(
            row.gpu.model, row.median
        )

    return tuple(replace(each, cell=median) if each.key == "median" else each for each in GPU_COLUMNS)


def _paid(row: GpuRow) -> Cell:
    if row.paid is None:
        return "", ""
    return f"≈{market_formatting.price(row.paid.gpu_h)} on {row.paid.at.astimezone():%-d %b}", "muted"


GPU_COLUMNS: tuple[Column[GpuRow], ...] = (
    named_column("gpu", 10, lambda r: (r.gpu.model, gpu_tone(r.gpu.model)), stays=0, grow=8, middle=True),
    named_column("vram", 6, lambda r: (market_formatting.vram(r.gpu), ""), right=True, stays=1),
    named_column("interface", 4, lambda r: (r.gpu.interface or NOT_KNOWN, "muted"), stays=3, grow=4, untitled=True),
    named_column("free", 5, _free, right=True, stays=1),
    named_column("total", 5, lambda r: (market_formatting.count(r.total), "muted"), right=True, stays=1),
    named_column(
        "providers",
        9,
        lambda r: (f"{market_formatting.count(r.providers_free)} of {market_formatting.count(r.providers)}", ""),
        right=True,
        stays=4,
    ),
    named_column("min", 6, lambda r: _price(market_formatting.price(r.minimum)), right=True, stays=2),
    named_column("median", 6, lambda r: _price(market_formatting.price(r.median)), right=True, stays=1),
    named_column("max", 6, lambda r: _price(market_formatting.price(r.maximum)), right=True, stays=3),
    named_column("leased_7d", 9, lambda r: (market_formatting.signed(r.leased_7d), "muted"), right=True, stays=5),
    named_column("paid", 15, _paid, stays=6),
)


def _answers(row: ProviderSheet) -> Cell:
    signs: dict[bool | None, Cell] = {True: ("●", "good"), False: ("✕", "bad"), None: ("?", "muted")}
    return signs[row.profile.online]


def _audited(row: ProviderSheet) -> Cell:
    signs: dict[bool | None, Cell] = {True: ("✓", "good"), False: ("–", "muted"), None: ("?", "muted")}
    return signs[row.profile.audited]


def _models(row: ProviderSheet) -> Cell:
    return ", ".join(dict.fromkeys(gpu.model for gpu in row.profile.gpus)) or "–", ""


PROVIDER_COLUMNS: tuple[Column[ProviderSheet], ...] = (
    named_column("online", 1, _answers, stays=0, untitled=True),
    named_column(
        "provider", 16, lambda r: (name_of(r).full, "strong"), stays=0, grow=24, narrow=lambda r: name_of(r).short
    ),
    named_column(
        "free",
        5,
        lambda r: (
            market_formatting.count(r.resources.gpu.available),
            "good" if r.resources.gpu.available else "muted",
        ),
        right=True,
        stays=1,
    ),
    named_column("total", 5, lambda r: (market_formatting.count(r.resources.gpu.total), "muted"), right=True, stays=1),
    named_column("gpu", 14, _models, stays=2, grow=14),
    named_column("region", 11, lambda r: (r.profile.region or NOT_KNOWN, ""), stays=4, grow=5),
    named_column("uptime_7d", 10, lambda r: (market_formatting.uptime(r.profile.uptime_7d), ""), right=True, stays=3),
    named_column("audited", 8, _audited, stays=3),
    named_column("version", 8, lambda r: (r.profile.version or NOT_KNOWN, "muted"), stays=6),
    named_column("leases", 6, lambda r: (market_formatting.count(r.profile.leases), "muted"), right=True, stays=5),
)


def provider_columns(notes: Callable[[], Mapping[str, ProviderNote]]) -> tuple[Column[ProviderSheet], ...]:
    """The columns of the provider table; ★ or ✗ stands before the name of a favourite and of one that is blocked."""

    def signed(row: ProviderSheet, name: str) -> str:
        sign = notes().get(row.owner, UNDECIDED).sign
        return f"{sign} {name}" if sign else name

    def name(row: ProviderSheet) -> Cell:
        is_blocked = notes().get(row.owner, UNDECIDED).blocked is not None
        return signed(row, name_of(row).full), "warn" if is_blocked else "strong"

    def short(row: ProviderSheet) -> str:
        return signed(row, name_of(row).short)

    return tuple(
        replace(each, cell=name, narrow=short) if each.key == "provider" else each for each in PROVIDER_COLUMNS
    )
