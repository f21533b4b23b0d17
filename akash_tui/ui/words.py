"""How figures, times and GPUs are put into words on the screen."""

from __future__ import annotations

import re
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.disclosure import Disclosure
from akash_tui.domain.gpu import GpuModel, GpuSource
from akash_tui.domain.money import UACT, UAKT, Coin, rate, units
from akash_tui.ui.tones import Tone

_HASH = re.compile(r"\b[0-9A-Fa-f]{64}\b")
NOT_KNOWN = "?"
NONE = "–"
"""There is none; what nobody told is `?`."""
DECADE = Decimal(24 * 3652)
"""Hours; nobody's deposit lasts longer, whatever a price says."""
MOST_SHOWN = Decimal(1_000_000)
"""No table is wide enough for more, and nobody pays it: a cut number would be a wrong one."""
NOT_DISCLOSED = "not disclosed"


def clock(seconds: float) -> str:
    """Minutes and seconds: `4:22`; never below zero."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02d}"


def ago(seconds: float) -> str:
    """An age in steps that do not flicker: `now`, `20 s`, `3 min`, `2 h`, `4 d`."""
    whole = max(0, int(seconds))
    if whole < 10:
        return "now"
    if whole < 60:
        return f"{whole // 10 * 10} s"
    if whole < 3600:
        return f"{whole // 60} min"
    if whole < 2 * 86400:
        return f"{whole // 3600} h"
    return f"{whole // 86400} d"


def span(hours: Decimal | None) -> str:
    """How long something lasts: `45 min`, `5.4 h`, `4.5 d`; `?` when not known."""
    if hours is None:
        return NOT_KNOWN
    if hours < 1:
        return f"{int(hours * 60)} min"
    if hours < 48:
        return f"{hours:.1f} h"
    if hours >= DECADE:
        return ">10 y"
    return f"{hours / 24:.1f} d" if hours < 2400 else f"{hours / 24:,.0f} d"


def span_long(hours: Decimal) -> str:
    """`5 h 26 min`, `3 d 4 h`."""
    minutes = int(hours * 60)
    if minutes < 60:
        return f"{minutes} min"
    if minutes < 48 * 60:
        return f"{minutes // 60} h {minutes % 60} min"
    return f"{minutes // 1440} d {minutes % 1440 // 60} h"


def local_time(at: datetime) -> str:
    """A moment in the time zone of this machine: `Tue 24 Nov 11:40`."""
    return at.astimezone().strftime("%a %d %b %H:%M")


def act(hourly: Decimal | None) -> str:
    """ACT per hour for a table cell; `?` when not known."""
    if hourly is None:
        return NOT_KNOWN
    return rate(hourly) if abs(hourly) < MOST_SHOWN else f">{rate(MOST_SHOWN - 1).removesuffix('.00')}"


def per_gb(value: Decimal | None) -> str:
    """ACT per GB of VRAM and hour: about a hundredth of a price, so two more places."""
    return NOT_KNOWN if value is None else act(value) if value >= 1 else f"{value:.4f}"


_SYMBOLS = {UACT: "ACT", UAKT: "AKT"}


def amount(coin: Coin, places: int = 2) -> str:
    """`5.00 ACT`; a denomination that we do not know stays as the chain writes it."""
    symbol = _SYMBOLS.get(coin.denom)
    return f"{units(coin.amount, places)} {symbol}" if symbol else str(coin)


def fee(coin: Coin) -> str:
    """Gas fees are small: four places, never shown as zero when they are not."""
    return amount(coin, 4 if coin.amount >= 100 or coin.amount == 0 else 6)


def gpu_name(model: GpuModel) -> str:
    """`a100`, or `any nvidia` for a wildcard."""
    return "any " + model.vendor if model.wildcard else model.model


def gpus(disclosure: Disclosure) -> tuple[str, Tone]:
    """A bid's GPUs in a few cells, marked by how we know.

    `a100 ×1` is the bid's own word; `a100 ×1ᵖ` comes from the provider's attributes; `a100 or h100?` may be
    either; `not disclosed` is just that.
    """
    if not disclosure.gpus:
        return "no GPU", "muted"
    sources = {offer.source for offer in disclosure.gpus}
    if GpuSource.NONE in sources:
        return NOT_DISCLOSED, "warn"
    if GpuSource.CANDIDATES in sources:
        names = list(dict.fromkeys(gpu_name(offer.model) for offer in disclosure.gpus))
        return " or ".join(names[:2]) + (" or…" if len(names) > 2 else "") + "?", "warn"
    counted: dict[str, int] = {}
    for offer in disclosure.gpus:
        counted[gpu_name(offer.model)] = counted.get(gpu_name(offer.model), 0) + offer.count
    text = " + ".join(f"{name} ×{count}" for name, count in counted.items())
    return text + ("ᵖ" if GpuSource.PROVIDER in sources else ""), ""


def vram(disclosure: Disclosure) -> tuple[str, Tone]:
    """`80 GB` as the bid says, `80 GBᵖ` as only the provider's attributes say, `?` while not known, `–` without GPU."""
    if not disclosure.gpus:
        return NONE, "muted"
    if not disclosure.known:
        return NOT_KNOWN, "muted"
    sizes: set[int | None] = set()
    told_by_bid = True
    for offer, full in zip(disclosure.gpus, disclosure.fuller, strict=True):
        size = offer.model.vram_gib
        if size is None or offer.source is not GpuSource.BID:
            told_by_bid = False
        sizes.add(size if size is not None else full.vram_gib if full is not None else None)
    known = sorted(size for size in sizes if size is not None)
    if len(known) != len(sizes):
        return NOT_KNOWN, "muted"
    text = f"{known[0]} GB" if len(known) == 1 else f"{known[0]}–{known[-1]} GB"
    return (text, "") if told_by_bid else (text + "ᵖ", "muted")


def gpus_in_full(disclosure: Disclosure) -> str:
    """What a money dialog says: `a100 ×1, 80 GB sxm`; who says so is told by `gpu_source`."""
    name, _ = gpus(disclosure)
    if not disclosure.gpus or not disclosure.known:
        return name
    size, _ = vram(disclosure)
    more = " ".join(part for part in ("VRAM not known" if size == NOT_KNOWN else size, interface(disclosure)) if part)
    return f"{name}, {more}".replace("ᵖ", "")


def gpu_source(disclosure: Disclosure) -> str:
    """Who says which GPU it is, and how large; "" without a GPU."""
    sources = {offer.source for offer in disclosure.gpus}
    if not sources:
        return ""
    if GpuSource.NONE in sources:
        return "neither the bid nor its provider's attributes say which model"
    if GpuSource.CANDIDATES in sources:
        return "one of these; the bid does not say which"
    if GpuSource.PROVIDER in sources:
        return "by its provider's attributes; the bid itself does not name the model"
    size, _ = vram(disclosure)
    if size == NOT_KNOWN:
        return "the model by the bid itself; nobody says how much VRAM"
    return "the model by the bid itself, its VRAM by its provider's attributes" if "ᵖ" in size else "by the bid itself"


def interface(disclosure: Disclosure) -> str:
    """`sxm`, `pcie` or nothing, when one is known for all."""
    if not disclosure.known:
        return ""
    seen = {
        offer.model.interface or (full.interface if full is not None else None)
        for offer, full in zip(disclosure.gpus, disclosure.fuller, strict=True)
    }
    only = seen.pop() if len(seen) == 1 else None
    return only or ""


def hashes(text: str) -> list[str]:
    """The transaction hashes in a sentence."""
    return _HASH.findall(text)


def short_hashes(text: str) -> str:
    """Transaction hashes in a sentence, shortened: `9B04…BBC9`."""
    return _HASH.sub(lambda found: f"{found[0][:4]}…{found[0][-4:]}", text)


def plural(count: int, noun: str, nouns: str = "") -> str:
    """`1 bid`, `3 bids`."""
    return f"{count} {noun if count == 1 else nouns or noun + 's'}"
