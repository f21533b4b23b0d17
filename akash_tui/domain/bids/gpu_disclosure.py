"""Which GPU a bid gives, and how we know: the bid's own word, the provider's attributes, or nothing.

Facts from the recordings: an offer normally names one concrete model; VRAM and interface are in it
only if the order named them; a bid may merely echo the order's several models; old bids have no
offer at all. Nothing here is ever a guess put as fact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from akash_tui.domain.akash.gpu import GpuModel, GpuOffer, GpuSource
from akash_tui.domain.akash.provider import Provider, ProviderProfile, fullest
from akash_tui.domain.akash.resources import GroupSpec, ResourceOffer


@dataclass(frozen=True, slots=True)
class Disclosure:
    """What a bid gives, each kind of GPU with how we know it."""

    gpus: tuple[GpuOffer, ...]
    count: int = 0
    """GPUs in all, as offered (or as ordered, where the bid has no offer)."""

    known: bool = field(init=False, compare=False, repr=False)
    """True if every GPU's model is known from the bid or from the provider."""
    vram_gib: int | None = field(init=False, compare=False, repr=False)
    """GiB on the smallest of its GPUs, by the bid or the provider; None if that of any one is not known."""
    vram_total_gib: int | None = field(init=False, compare=False, repr=False)
    """GiB on all its GPUs together; None if that of any one is not known."""

    def __post_init__(self) -> None:
        # computed once: the bid list reads them of every bid, ten times a second
        known = all(g.source in (GpuSource.BID, GpuSource.PROVIDER) for g in self.gpus)
        sized = [(vram, offer.count) for offer in self.gpus if (vram := offer.fullest.vram_gib) is not None]
        complete = known and bool(sized) and len(sized) == len(self.gpus)
        object.__setattr__(self, "known", known)
        object.__setattr__(self, "vram_gib", min(v for v, _ in sized) if complete else None)
        object.__setattr__(self, "vram_total_gib", sum(v * count for v, count in sized) if complete else None)

    @property
    def only_model(self) -> GpuModel | None:
        """The model that all its GPUs are, as fully as it is known; None where that is not known."""
        models = {offer.fullest for offer in self.gpus}
        return next(iter(models)) if self.known and len(models) == 1 else None


_UNKNOWN = GpuModel("", "")
"""Stands where nothing is known: empty vendor and model, source NONE."""


def disclose(
    offers: Sequence[ResourceOffer],
    spec: GroupSpec | None,
    provider: Provider | None,
    profile: ProviderProfile | None = None,
) -> Disclosure:
    """Join a bid's offers with its order's group and with what is known of its provider."""
    has = provider.gpus if provider is not None else ()
    if not has and profile is not None:
        has = fullest(profile.gpus)
    if offers:
        units = [
            (o.resources.gpu_models, o.resources.gpu_units * o.count, True) for o in offers if o.resources.gpu_units
        ]
        asked = {u.resources.id: u.resources.gpu_models for u in spec.units} if spec is not None else {}
        wanted = [asked.get(o.resources.id, ()) for o in offers if o.resources.gpu_units]
    elif spec is not None:
        units = [((), u.resources.gpu_units * u.count, False) for u in spec.units if u.resources.gpu_units]
        wanted = [u.resources.gpu_models for u in spec.units if u.resources.gpu_units]
    else:
        return Disclosure((GpuOffer(_UNKNOWN, 0, GpuSource.NONE),))
    gpus: list[GpuOffer] = []
    for (models, count, offered), acceptable in zip(units, wanted, strict=True):
        gpus += _one_unit(models, count, acceptable, has, offered)
    return Disclosure(tuple(gpus), sum(count for _, count, _ in units))


def _one_unit(
    models: tuple[GpuModel, ...],
    count: int,
    acceptable: tuple[GpuModel, ...],
    has: tuple[GpuModel, ...],
    offered: bool,
) -> list[GpuOffer]:
    concrete = [m for m in models if not m.wildcard]
    if len(models) == 1 and concrete:
        return [GpuOffer(concrete[0], count, GpuSource.BID, _fuller(concrete[0], has))]
    wanted = models or acceptable
    fits = [m for m in has if not m.wildcard and any(w.matches(m) for w in wanted)]
    named = _by_name(fits)
    if len(named) == 1:
        return [GpuOffer(named[0], count, GpuSource.PROVIDER, _fuller(named[0], has))]
    candidates = named or (_by_name(concrete) if offered else [])
    if candidates:
        return [GpuOffer(m, count, GpuSource.CANDIDATES) for m in candidates]
    return [GpuOffer(_UNKNOWN, count, GpuSource.NONE)]


def _by_name(models: Sequence[GpuModel]) -> list[GpuModel]:
    """One entry a vendor and name; VRAM and interface stay only where all variants agree."""
    groups: dict[tuple[str, str], list[GpuModel]] = {}
    for model in models:
        groups.setdefault((model.vendor, model.model), []).append(model)
    return [_common(variants) for variants in groups.values()]


def _common(variants: Sequence[GpuModel]) -> GpuModel:
    first = variants[0]
    vram = first.vram_gib if len({m.vram_gib for m in variants}) == 1 else None
    interface = first.interface if len({m.interface for m in variants}) == 1 else None
    return GpuModel(first.vendor, first.model, vram, interface)


def _fuller(model: GpuModel, has: Sequence[GpuModel]) -> GpuModel | None:
    """The same model with what all of the provider's matching entries agree on; None if that adds nothing."""
    variants = [m for m in has if not m.wildcard and m.vendor == model.vendor and model.matches(m)]
    if not variants:
        return None
    common = _common(variants)
    full = GpuModel(
        model.vendor,
        model.model,
        model.vram_gib if model.vram_gib is not None else common.vram_gib,
        model.interface if model.interface is not None else common.interface,
    )
    return None if full == model else full
