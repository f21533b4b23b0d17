"""What an order needs of a provider, why one cannot bid (a closed list), and the single changes that would let it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from akash_tui.domain.akash.gpu import CAPABILITY_PREFIX, GpuModel
from akash_tui.domain.akash.money import plain
from akash_tui.domain.akash.resources import GIB, EndpointKind, GroupSpec, ResourceUnit, Volume
from akash_tui.domain.text import clean, plural, short_address


class UnfitReason(StrEnum):
    """Why a provider cannot bid, in the order in which they are looked for. The values are those of the JSON output."""

    MODEL = "model"
    VRAM = "vram"
    INTERFACE = "interface"
    COUNT = "count"
    ATTRIBUTE = "attribute"
    AUDITOR = "auditor"
    STORAGE_CLASS = "storage_class"
    SIZE = "size"
    LEASED_IP = "leased_ip"
    RECLAMATION = "reclamation"
    INTERCONNECT = "interconnect"
    ARCH = "arch"
    OFFLINE = "offline"
    OLD_VERSION = "old_version"
    BLOCKED = "blocked"

    @property
    def words(self) -> str:
        """What all providers with this reason have in common: `no accepted model`."""
        return _REASON_WORDS[self]


_REASON_WORDS: Final = {
    UnfitReason.MODEL: "no accepted GPU model",
    UnfitReason.VRAM: "the model with other VRAM",
    UnfitReason.INTERFACE: "the model with another interface",
    UnfitReason.COUNT: "too few GPUs on one machine",
    UnfitReason.ATTRIBUTE: "another region or attribute",
    UnfitReason.AUDITOR: "not signed by the auditor",
    UnfitReason.STORAGE_CLASS: "no such storage class",
    UnfitReason.SIZE: "too little CPU, memory or disk on one machine",
    UnfitReason.LEASED_IP: "no leased IP addresses",
    UnfitReason.RECLAMATION: "reclamation window too short",
    UnfitReason.INTERCONNECT: "no GPU interconnect",
    UnfitReason.ARCH: "another CPU architecture",
    UnfitReason.OFFLINE: "offline",
    UnfitReason.OLD_VERSION: "old provider software",
    UnfitReason.BLOCKED: "blocked by you",
}


class ChangeKind(StrEnum):
    """What is changed."""

    ACCEPT_GPU = "accept_gpu"
    DROP_VRAM = "drop_vram"
    DROP_INTERFACE = "drop_interface"
    FEWER_GPUS = "fewer_gpus"
    DROP_ATTRIBUTE = "drop_attribute"
    DROP_AUDITOR = "drop_auditor"
    STORAGE_CLASS = "storage_class"
    LESS_CPU = "less_cpu"
    LESS_MEMORY = "less_memory"
    LESS_DISK = "less_disk"
    DROP_IP = "drop_ip"
    DROP_RECLAMATION = "drop_reclamation"
    DROP_ARCH = "drop_arch"
    RAISE_PRICE = "raise_price"


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `group` is a placement's name, "" where it concerns all of the SDL."""

    kind: ChangeKind
    group: str = ""
    key: str = ""
    """An attribute's key, an auditor's address ("" is the choice of several), a storage class that is replaced."""
    value: str = ""
    """An attribute's value, a storage class; ACT an hour for a price."""
    gpu: GpuModel | None = None
    """The model that is accepted, or of which less is required (with the VRAM that the SDL names)."""
    number: int = 0
    """GPUs of one replica, CPU in thousandths, or bytes."""

    @property
    def words(self) -> str:
        """`drop region us-west`, `also accept l40s`."""
        return _CHANGE_WORDS[self.kind].format(
            model=self.gpu.model if self.gpu is not None else "",
            gpu=self.gpu.words if self.gpu is not None else "",
            key=clean(self.key, 60),
            value=clean(self.value, 60),
            who=f"the auditor {short_address(clean(self.key, 60))}" if self.key else "the auditors",
            gpus=plural(self.number, "GPU"),
            cpus=plain(Decimal(self.number) / 1000),
            gib=plain(round(Decimal(self.number) / GIB, 1)),
        )


_CHANGE_WORDS: Final = {
    ChangeKind.ACCEPT_GPU: "also accept {model}",
    ChangeKind.DROP_VRAM: "accept {model} with any VRAM",
    ChangeKind.DROP_INTERFACE: "accept {gpu} with any interface",
    ChangeKind.FEWER_GPUS: "ask for {gpus} on one machine",
    ChangeKind.DROP_ATTRIBUTE: "drop {key} {value}",
    ChangeKind.DROP_AUDITOR: "drop {who}",
    ChangeKind.STORAGE_CLASS: "use storage class {value}",
    ChangeKind.LESS_CPU: "ask for {cpus} CPU",
    ChangeKind.LESS_MEMORY: "ask for {gib} GiB of memory",
    ChangeKind.LESS_DISK: "ask for {gib} GiB of disk",
    ChangeKind.DROP_IP: "lease no IP address",
    ChangeKind.DROP_RECLAMATION: "drop the reclamation window",
    ChangeKind.DROP_ARCH: "drop the CPU architecture {value}",
    ChangeKind.RAISE_PRICE: "raise the cap to ${value}/h",
}


@dataclass(frozen=True, slots=True)
class Failure:
    """One requirement that a provider does not meet, in words about it, and the changes that would end it."""

    reason: UnfitReason
    words: str
    fixes: frozenset[Change] = frozenset()


@dataclass(frozen=True, slots=True)
class UnitNeed:
    """What one replica of a unit takes on one machine: CPU in thousandths, memory and disk in bytes."""

    count: int
    gpus: int
    models: tuple[GpuModel, ...]
    keys: tuple[tuple[str, str], ...]
    """The GPU models as provider attributes name them, with their value; without wildcards."""
    vendors: frozenset[str]
    """Vendors of which any model is accepted."""
    cpu: int
    memory: int
    disk: int
    volumes: tuple[Volume, ...]
    """Those that ask for a storage class."""
    arch: str | None
    leased_ip: bool


@dataclass(frozen=True, slots=True)
class GroupNeed:
    """A group, prepared for being compared with many providers."""

    spec: GroupSpec
    units: tuple[UnitNeed, ...]
    gpus: int
    window_s: int | None

    @property
    def name(self) -> str:
        return self.spec.name


def need_of(spec: GroupSpec, window_s: int | None = None) -> GroupNeed:
    """`window_s`: the shortest reclamation window that the deployment demands, in seconds."""
    return GroupNeed(spec, tuple(_unit(unit) for unit in spec.units), spec.gpu_count, window_s)


def _unit(unit: ResourceUnit) -> UnitNeed:
    resources = unit.resources
    models = resources.gpu_models
    keys = [
        (CAPABILITY_PREFIX + each.key, each.value)
        for each in resources.gpu_attributes
        if each.key.startswith("vendor/")
    ]
    arch = next((each.value for each in resources.cpu_attributes if each.key == "arch"), None)
    return UnitNeed(
        count=unit.count,
        gpus=resources.gpu_units,
        models=models,
        keys=tuple(pair for pair in keys if "*" not in pair[0]),
        vendors=frozenset(model.vendor for model in models if model.wildcard and model.vram_gib is None),
        cpu=resources.cpu_milli,
        memory=resources.memory,
        disk=sum(volume.size for volume in resources.storage if not is_persistent(volume)),
        volumes=tuple(volume for volume in resources.storage if volume.attributes),
        arch=arch,
        leased_ip=any(endpoint.kind is EndpointKind.LEASED_IP for endpoint in resources.endpoints),
    )


def is_persistent(volume: Volume) -> bool:
    """Whether it outlives its pod, and so lies on no machine's own disk."""
    return any(each.key == "persistent" and each.value == "true" for each in volume.attributes)
