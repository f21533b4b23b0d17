"""A bid's GPUs, prices and spans in words, the same on the screen and on the command line."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel, GpuSource
from akash_tui.domain.akash.money import rate
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.gpu_disclosure import Disclosure
from akash_tui.domain.text import NOT_KNOWN

NONE = "–"
"""There is none; `?` is for what is unknown."""
DECADE = Decimal(24 * 3652)
"""Hours; nobody's deposit lasts longer, whatever a price says."""
MOST_SHOWN = Decimal(1_000_000)
"""No table is wide enough for more, and nobody pays it: a cut number would be a wrong one."""
NOT_DISCLOSED = "not disclosed"


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


def act(hourly: Decimal | None) -> str:
    """ACT per hour for a table cell; `?` when not known."""
    if hourly is None:
        return NOT_KNOWN
    return rate(hourly) if abs(hourly) < MOST_SHOWN else f">{rate(MOST_SHOWN - 1).removesuffix('.00')}"


def hourly(row: BidRow) -> str:
    """What a bid costs in an hour, for a table cell: `0.52` is ACT; one that is priced in AKT says so: `0.52 AKT`."""
    return act(row.price_h) if row.akt_h is None else f"{act(row.akt_h)} AKT"


def hourly_words(row: BidRow) -> str:
    """The same in a sentence: `≈ $0.52/h`, `0.52 AKT/h`; "" where it cannot be said."""
    if row.price_h is None and row.akt_h is None:
        return ""
    return f"{hourly(row)}/h" if row.akt_h is not None else f"≈ ${hourly(row)}/h"


def per_gb(value: Decimal | None) -> str:
    """ACT per GB of VRAM and hour: about a hundredth of a price, so two more places."""
    return NOT_KNOWN if value is None else act(value) if value >= 1 else f"{value:.4f}"


def gpu_name(model: GpuModel) -> str:
    """`a100`, or `any nvidia` for a wildcard."""
    return "any " + model.vendor if model.wildcard else model.model


def gpus(disclosure: Disclosure) -> str:
    """A bid's GPUs in a few cells, marked by how we know.

    `a100 ×1` is the bid's own word; `a100 ×1ᵖ` comes from the provider's attributes; `a100 or h100?` may be
    either; `not disclosed` is just that.
    """
    if not disclosure.gpus:
        return "no GPU"
    sources = {offer.source for offer in disclosure.gpus}
    if GpuSource.NONE in sources:
        return NOT_DISCLOSED
    if GpuSource.CANDIDATES in sources:
        names = list(dict.fromkeys(gpu_name(offer.model) for offer in disclosure.gpus))
        return " or ".join(names[:2]) + (" or…" if len(names) > 2 else "") + "?"
    counted: dict[str, int] = {}
    for offer in disclosure.gpus:
        counted[gpu_name(offer.model)] = counted.get(gpu_name(offer.model), 0) + offer.count
    text = " + ".join(f"{name} ×{count}" for name, count in counted.items())
    return text + ("ᵖ" if GpuSource.PROVIDER in sources else "")


def vram(disclosure: Disclosure) -> str:
    """`80 GB` as the bid says, `80 GBᵖ` as only the provider's attributes say, `?` while not known, `–` without GPU."""
    if not disclosure.gpus:
        return NONE
    if not disclosure.known:
        return NOT_KNOWN
    known = sorted({size for offer in disclosure.gpus if (size := offer.fullest.vram_gib) is not None})
    if any(offer.fullest.vram_gib is None for offer in disclosure.gpus):
        return NOT_KNOWN
    from_bid = all(offer.model.vram_gib is not None and offer.source is GpuSource.BID for offer in disclosure.gpus)
    text = f"{known[0]} GB" if len(known) == 1 else f"{known[0]}–{known[-1]} GB"
    return text if from_bid else text + "ᵖ"


def gpus_in_full(disclosure: Disclosure) -> str:
    """For a dialog before money is spent: `a100 ×1, 80 GB sxm`; `gpu_source` names the source."""
    name = gpus(disclosure)
    if not disclosure.gpus or not disclosure.known:
        return name
    size = vram(disclosure)
    more = " ".join(part for part in ("VRAM not known" if size == NOT_KNOWN else size, interface(disclosure)) if part)
    return f"{name}, {more}".replace("ᵖ", "")


def gpu_source(disclosure: Disclosure) -> str:
    """Who says which GPU it is, and how large; "" without a GPU."""
    sources = {offer.source for offer in disclosure.gpus}
    if not sources:
        return ""
    if GpuSource.NONE in sources:
        return "model: not stated, neither in the bid nor in the provider's attributes"
    if GpuSource.CANDIDATES in sources:
        return "model: one of these, the bid does not state which"
    if GpuSource.PROVIDER in sources:
        return "model: from the provider's attributes, not stated in the bid"
    size = vram(disclosure)
    if size == NOT_KNOWN:
        return "model: stated in the bid; VRAM: not known"
    return "model: stated in the bid; VRAM: " + (
        "from the provider's attributes" if "ᵖ" in size else "stated in it too"
    )


def interface(disclosure: Disclosure) -> str:
    """`sxm`, `pcie` or nothing, when one is known for all."""
    if not disclosure.known:
        return ""
    seen = {offer.fullest.interface for offer in disclosure.gpus}
    return (seen.pop() or "") if len(seen) == 1 else ""
