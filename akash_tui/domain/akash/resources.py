"""Resources that a group requests and a bid offers: CPU, memory, storage, GPU, endpoints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum

from akash_tui.domain.akash.gpu import GpuModel, parse_gpu_key
from akash_tui.domain.akash.money import DecCoin

GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Attribute:
    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Volume:
    """One storage volume; size in bytes."""

    name: str
    size: int
    attributes: tuple[Attribute, ...] = ()


class EndpointKind(IntEnum):
    """`akash.base.resources.v1beta4.Endpoint.Kind`."""

    SHARED_HTTP = 0
    RANDOM_PORT = 1
    LEASED_IP = 2


@dataclass(frozen=True, slots=True)
class Endpoint:
    kind: EndpointKind
    sequence_number: int = 0


@dataclass(frozen=True, slots=True)
class Resources:
    """One resource unit's contents: CPU in thousandths of a core, memory in bytes."""

    id: int
    cpu_milli: int
    memory: int
    storage: tuple[Volume, ...]
    gpu_units: int = 0
    gpu_attributes: tuple[Attribute, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    cpu_attributes: tuple[Attribute, ...] = ()
    memory_attributes: tuple[Attribute, ...] = ()

    @property
    def gpu_models(self) -> tuple[GpuModel, ...]:
        """The models named by the GPU attributes, in their order; unreadable keys are left out."""
        found = (parse_gpu_key(a.key) for a in self.gpu_attributes)
        return tuple(model for model in found if model is not None)


@dataclass(frozen=True, slots=True)
class ResourceUnit:
    """`count` replicas of one resource set, with the highest price for one, per block."""

    resources: Resources
    count: int
    price: DecCoin


@dataclass(frozen=True, slots=True)
class SignedBy:
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupSpec:
    """A deployment group: what is placed together at one provider."""

    name: str
    attributes: tuple[Attribute, ...] = ()
    signed_by: SignedBy = field(default_factory=SignedBy)
    units: tuple[ResourceUnit, ...] = ()

    @property
    def gpu_count(self) -> int:
        """GPUs of all replicas together."""
        return sum(u.resources.gpu_units * u.count for u in self.units)

    @property
    def gpu_models(self) -> tuple[GpuModel, ...]:
        """Acceptable models of all units, each once, in the order's own order."""
        return tuple(dict.fromkeys(m for u in self.units for m in u.resources.gpu_models))


@dataclass(frozen=True, slots=True)
class ResourceOffer:
    """What a bid offers for one resource unit (`resources_offer`), all `count` replicas together."""

    resources: Resources
    count: int


def have_sizes(offers: Iterable[ResourceOffer]) -> bool:
    """Whether the offers say how much CPU or memory they have: those of our own saved rows do not."""
    return any(offer.resources.cpu_milli or offer.resources.memory for offer in offers)


def totals(parts: Iterable[ResourceUnit | ResourceOffer]) -> tuple[Decimal, Decimal, Decimal]:
    """CPUs, GiB of memory and GiB of storage of all replicas together."""
    cpu = memory = storage = 0
    for part in parts:
        cpu += part.resources.cpu_milli * part.count
        memory += part.resources.memory * part.count
        storage += sum(volume.size for volume in part.resources.storage) * part.count
    return Decimal(cpu) / 1000, Decimal(memory) / GIB, Decimal(storage) / GIB


def highest_price(groups: Iterable[GroupSpec], denom: str) -> Decimal | None:
    """The most that groups may cost together per block, in `denom`; None if there is none or one in another token."""
    units = [unit for group in groups for unit in group.units]
    if not units or any(unit.price.denom != denom for unit in units):
        return None
    return sum((unit.price.amount * unit.count for unit in units), Decimal(0))
