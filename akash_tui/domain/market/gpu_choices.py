"""The GPU models to choose from for an SDL: those that it lists, then all others that the network has."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Final

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.gpu_table import variants
from akash_tui.domain.akash.money import rate_span
from akash_tui.domain.market.median_price import medians_of
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.text import NOT_KNOWN

UNKNOWN: Final[Mapping[GpuModel, int]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class GpuChoice:
    """One model as an SDL names or would name it, and what the network has of it; None or empty: not known."""

    model: GpuModel
    on: bool
    """Whether the SDL accepts it now."""
    listed: bool
    """Whether the text itself names it; others are added to it when they are ticked."""
    sizes: tuple[int, ...] = ()
    """VRAM in GiB of the cards that fit."""
    interfaces: tuple[str, ...] = ()
    free: int | None = None
    total: int | None = None
    medians: tuple[Decimal, ...] = ()
    """USD per GPU-hour of each variant, the lowest first."""
    fits: int | None = None
    """Providers that have it and could bid if the order accepts it."""

    @property
    def id(self) -> str:
        return self.model.key()

    @property
    def can_ask(self) -> bool:
        """Whether an order can ask for it: Akash ignores other vendors than nvidia."""
        return self.model.vendor == "nvidia"

    @property
    def name(self) -> str:
        """`a100`; `any nvidia`."""
        return f"any {self.model.vendor}" if self.model.wildcard else self.model.model

    @property
    def vram(self) -> str:
        """`80 GB`; `40–80 GB` where cards of different sizes fit."""
        if self.model.wildcard or not self.sizes:
            return "any" if self.model.wildcard else NOT_KNOWN
        low, high = self.sizes[0], self.sizes[-1]
        return f"{low} GB" if low == high else f"{low}–{high} GB"

    @property
    def interface(self) -> str:
        """`sxm`, `pcie`, or both, which is any."""
        return "any" if self.model.wildcard else ", ".join(self.interfaces) or NOT_KNOWN

    @property
    def stock(self) -> str:
        """Free and all of them: `31/120`."""
        if self.total is None and self.free is None:
            return NOT_KNOWN
        return "/".join(NOT_KNOWN if part is None else f"{part:,}" for part in (self.free, self.total))

    @property
    def median(self) -> str:
        """`0.42`; `0.74–0.98` where variants differ."""
        return rate_span(self.medians[0], self.medians[-1]) if self.medians else NOT_KNOWN


def gpu_choices(
    listed: Sequence[GpuModel],
    accepted: Collection[GpuModel],
    prices: Sequence[MarketPrice],
    fits: Mapping[GpuModel, int] = UNKNOWN,
) -> list[GpuChoice]:
    """The listed models in their own order, then the others, those with the least VRAM first; ticking moves none.

    `fits`: how many providers could bid with each model, as far as it is known."""
    found = [_choice(model, accepted, True, prices, fits) for model in listed]
    more = dict.fromkeys(model for model in accepted if model not in listed)
    more |= dict.fromkeys(model for model in network_models(prices, listed) if model not in listed)
    others = [_choice(model, accepted, False, prices, fits) for model in more]
    return found + sorted(others, key=lambda c: (not c.can_ask, c.sizes[:1] or (9999,), c.model.model, c.id))


def network_models(prices: Iterable[MarketPrice], listed: Sequence[GpuModel] = ()) -> list[GpuModel]:
    """What the network has beyond the listed models, as an SDL would name it: the VRAM only where cards of that name
    differ in it, the interface only where the listed ones have the other one."""
    gpus = list(dict.fromkeys(price.gpu.asked for price in prices))
    sizes = {(card.vendor, card.model): {c.vram_gib for c in variants(card.vendor, card.model)} for card in gpus}
    for gpu in gpus:
        sizes[gpu.vendor, gpu.model].add(gpu.vram_gib)
    named = [model for model in listed if not model.wildcard]
    out: list[GpuModel] = []
    for gpu in gpus:
        if any(model.matches(gpu) for model in named):
            continue
        vram = gpu.vram_gib if len(sizes[gpu.vendor, gpu.model]) > 1 else None
        plain = GpuModel(gpu.vendor, gpu.model, vram)
        out.append(gpu if any(plain.matches(model) for model in named) else plain)
    return list(dict.fromkeys(out))


def _choice(
    model: GpuModel,
    accepted: Collection[GpuModel],
    listed: bool,
    prices: Sequence[MarketPrice],
    fits: Mapping[GpuModel, int],
) -> GpuChoice:
    mine = [price for price in prices if model.matches(price.gpu)]
    cards = [price.gpu for price in mine] + [c for c in variants(model.vendor, model.model) if model.matches(c)]
    sizes = {model.vram_gib} if model.vram_gib is not None else {card.vram_gib for card in cards}
    interfaces = {model.interface} if model.interface is not None else {card.asked.interface for card in cards}
    return GpuChoice(
        model,
        model in accepted,
        listed,
        tuple(sorted(size for size in sizes if size is not None)),
        tuple(sorted((name for name in interfaces if name is not None), reverse=True)),
        _sum([price.free for price in mine]),
        _sum([price.total for price in mine]),
        tuple(medians_of(model, mine)),
        fits.get(model),
    )


def _sum(parts: Sequence[int | None]) -> int | None:
    """None where nothing is known, or not of all."""
    known = [part for part in parts if part is not None]
    return sum(known) if known and len(known) == len(parts) else None
