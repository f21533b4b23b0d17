"""GPU models as the network names them, and what a bid really discloses about its GPU.

Attribute keys have the form `vendor/<v>/model/<m>[/ram/<N>Gi][/interface/<i>]` in orders and
bids, and the same behind `capabilities/gpu/` in provider attributes (shared reference, 3.6, 8.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

CAPABILITY_PREFIX = "capabilities/gpu/"


class GpuSource(StrEnum):
    """How we know which GPU a bid offers. Only `BID` is the provider's own statement for this bid."""

    BID = "bid"
    PROVIDER = "provider"
    CANDIDATES = "candidates"
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class GpuModel:
    """One acceptable or offered GPU. `model` is `*` for "any"; VRAM in GiB and interface if named."""

    vendor: str
    model: str
    vram_gib: int | None = None
    interface: str | None = None

    @property
    def wildcard(self) -> bool:
        """Whether it stands for every model of its vendor."""
        return self.model == "*"

    @property
    def words(self) -> str:
        """`a100 80 GB sxm`: what is known of it besides its vendor."""
        vram = f"{self.vram_gib} GB" if self.vram_gib is not None else ""
        return " ".join(part for part in (self.model, vram, self.interface) if part)

    def key(self) -> str:
        """The attribute key, as orders and bids carry it."""
        key = f"vendor/{self.vendor}/model/{self.model}"
        if self.vram_gib is not None:
            key += f"/ram/{self.vram_gib}Gi"
        if self.interface is not None:
            key += f"/interface/{self.interface}"
        return key

    @property
    def asked(self) -> GpuModel:
        """As an order spells it: the indexer writes `sxm5`, requests and attributes only know `sxm` and `pcie`
        (shared reference, 3.6); any other interface cannot be requested and is left open."""
        found = (self.interface or "").lower()
        interface = "sxm" if found.startswith("sxm") else "pcie" if found.startswith("pcie") else None
        return GpuModel(self.vendor, self.model, self.vram_gib, interface)

    def matches(self, other: GpuModel) -> bool:
        """True if `other` fulfils this request: what this one leaves open matches anything."""
        return (
            self.vendor == other.vendor
            and (self.wildcard or self.model == other.model)
            and (self.vram_gib is None or other.vram_gib is None or self.vram_gib == other.vram_gib)
            and (
                self.interface is None
                or other.interface is None
                or self.interface[:3] == other.interface[:3]  # sxm2, sxm4, sxm5 all count as sxm
            )
        )


@lru_cache(maxsize=4096)  # few different keys, read again for every changed bid
def parse_gpu_key(key: str) -> GpuModel | None:
    """Read an attribute key in either form; None if it does not name a GPU model.

    Of a key with parts that are not known, such as a MIG slice, only vendor and model count: nobody can say whether the
    VRAM it names is that of the part it offers.
    """
    parts = key.removeprefix(CAPABILITY_PREFIX).split("/")
    if len(parts) < 4 or parts[0] != "vendor" or parts[2] != "model" or not parts[1] or not parts[3]:
        return None
    name = GpuModel(parts[1], parts[3])
    if len(parts) % 2:
        return name
    vram: int | None = None
    interface: str | None = None
    for part, value in zip(parts[4::2], parts[5::2], strict=True):
        if part == "ram" and value.endswith("Gi") and value[:-2].isascii() and value[:-2].isdigit():
            vram = int(value[:-2])
        elif part == "interface" and value:
            interface = value.lower()
        else:
            return name
    return GpuModel(name.vendor, name.model, vram, interface)


@dataclass(frozen=True, slots=True)
class GpuOffer:
    """What a bid offers for one resource: a model (or one of several candidates) and how many."""

    model: GpuModel
    count: int
    source: GpuSource
    fuller: GpuModel | None = None
    """The model with the VRAM and interface that only the provider's attributes name: show it marked as such."""

    @property
    def fullest(self) -> GpuModel:
        """All that is known of the model, by the bid or the provider."""
        return self.fuller or self.model
