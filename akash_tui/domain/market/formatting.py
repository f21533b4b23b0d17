"""The market's figures in words, the same on the screen and on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import rate
from akash_tui.domain.market.daily_series import SeriesKind
from akash_tui.domain.market.supply import Amounts, FigureSource, UptimeCheck
from akash_tui.domain.text import NOT_KNOWN, plural

_STEPS: Final = (("T", Decimal(10) ** 12), ("G", Decimal(10) ** 9), ("M", Decimal(10) ** 6), ("k", Decimal(10) ** 3))
_BYTES: Final = (("PiB", 2**50), ("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20))
SOURCES: Final = {
    FigureSource.INDEXER: "indexer",
    FigureSource.PROVIDERS: "providers' own status",
    FigureSource.CHAIN: "chain",
}


def age(seconds: float) -> str:
    """`just now`, `9 min old`, `3 h old`, `12 d old`."""
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min old"
    if seconds < 172_800:
        return f"{int(seconds // 3600)} h old"
    return f"{int(seconds // 86_400)} d old"


def source_and_age(source: FigureSource, read_at: datetime, now: datetime) -> str:
    """Where a figure comes from and how old it is: `indexer, 9 min old`."""
    return f"{SOURCES[source]}, {age(max(0.0, (now - read_at).total_seconds()))}"


def count(value: int | None) -> str:
    """A number of things; `?` where it is unknown."""
    return NOT_KNOWN if value is None else f"{value:,}"


def price(value: Decimal | None) -> str:
    """USD per GPU-hour."""
    return NOT_KNOWN if value is None else rate(value)


def vram(gpu: GpuModel) -> str:
    """`80 GB`."""
    return NOT_KNOWN if gpu.vram_gib is None else f"{gpu.vram_gib} GB"


def uptime(share: float | None) -> str:
    """0.9987 → `99.8 %`; never rounded up."""
    return NOT_KNOWN if share is None else f"{int(share * 1000) / 10:.1f} %"


def check_strip(checks: Sequence[UptimeCheck], *, ascii_only: bool) -> str:
    """Checks that come newest first as one character each, the oldest first."""
    answered, silent = ("|", ".") if ascii_only else ("▮", "▯")
    return "".join(answered if check.online else silent for check in reversed(checks)) or NOT_KNOWN


def of_providers(some: int | None, all_: int | None) -> str:
    """`3 of 5 providers`, `1 of 1 provider`."""
    return f"{count(some)} of {plural(all_, 'provider')}"


def signed(value: int | None) -> str:
    """A change: `+3`, `−2`, `±0`; one that is not known is not mistaken for none."""
    if value is None:
        return NOT_KNOWN
    return f"+{value}" if value > 0 else f"−{-value}" if value < 0 else "±0"


def percent(share: Decimal | None) -> str:
    """0.7 → `70 %`."""
    return NOT_KNOWN if share is None else f"{share * 100:.0f} %"


def change(share: Decimal | None) -> str:
    """0.08 → `+8 %`; `` without anything to compare with."""
    if share is None:
        return ""
    whole = (share * 100).to_integral_value()
    if abs(whole) > 9999:
        return "more than 100-fold"
    return f"+{whole} %" if whole > 0 else f"−{-whole} %" if whole < 0 else "±0 %"


def moved(value: Decimal | None, before: Decimal | None, kind: SeriesKind) -> str:
    """The change of a series' figure: `+8 %`; of a share in points: `−2.1 points`; `` where one is not known."""
    if value is None or before is None:
        return ""
    if kind.unit == "%":
        points = value - before
        return f"{'−' if points < 0 else '+'}{abs(points):.1f} points"
    return change(value / before - 1) if before else ""


def size(value: int | None) -> str:
    """Bytes in binary units: `1.5 TiB`."""
    if value is None:
        return NOT_KNOWN
    for name, unit in _BYTES:
        if value >= unit:
            return f"{Decimal(value) / unit:,.1f} {name}"
    return f"{value:,} B"


def cores(value: int | None) -> str:
    """Thousandths of a CPU as CPUs."""
    return NOT_KNOWN if value is None else f"{Decimal(value) / 1000:,.0f}"


def amount(name: str, value: int | None) -> str:
    """A figure of `cpu`, `gpu`, `memory` or `storage` in its own unit."""
    return {"cpu": cores, "gpu": count}.get(name, size)(value)


def taken(name: str, amounts: Amounts) -> str:
    """`612 of 871 leased`."""
    return f"{amount(name, amounts.active)} of {amount(name, amounts.total)} leased"


def held(name: str, amounts: Amounts) -> str:
    """`, 6 in open bids`: what is neither leased nor free, because a bid has promised it; "" where nothing is."""
    return f", {amount(name, amounts.pending)} in open bids" if amounts.pending else ""


def figure(value: Decimal | None, kind: SeriesKind) -> str:
    """A value of a series with its unit: `$3,412`, `61.2 %`, `410 leases`."""
    if value is None:
        return NOT_KNOWN
    if kind.unit == "%":
        return f"{value:.1f} %"
    if kind.unit == "bytes":
        return size(int(value))
    if kind.unit == "USD":
        return f"${short(value)}"
    return f"{short(value)} {kind.unit.removesuffix('s') if value == 1 else kind.unit}"


def current(value: Decimal | None, kind: SeriesKind) -> str:
    """The newest value: of a sum it is what the day brought so far."""
    return f"{figure(value, kind)} {'today so far' if kind.flow else 'now'}"


def short(value: Decimal) -> str:
    """At most seven characters or so: `3,412`, `12.3M`, `0.42`."""
    for name, step in _STEPS:
        if abs(value) >= step * 100 or (name != "k" and abs(value) >= step):
            return f"{value / step:,.1f}{name}"
    if value == value.to_integral_value() or abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{value:,.2f}"


def bar(share: Decimal | None, width: int, *, ascii_only: bool = False) -> tuple[str, str]:
    """The filled and the empty part of a bar of `width` characters; empty where the share is unknown."""
    full, empty = ("#", ".") if ascii_only else ("█", "░")
    filled = 0 if share is None else int((min(max(share, Decimal(0)), Decimal(1)) * width).to_integral_value())
    return full * filled, empty * (width - filled)
