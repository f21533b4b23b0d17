"""GPUs and machines of practice providers, and what is free on them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

GIB = 2**30
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Gpu:
    """One model as the network's GPU list names it: memory in GiB, interface in that list's spelling (`SXM5`)."""

    vendor: str
    model: str
    memory: int
    interface: str

    @property
    def plain_interface(self) -> str:
        """As requests and attributes spell it: `sxm` for every SXM generation, else lower case."""
        return "sxm" if self.interface.upper().startswith("SXM") else self.interface.lower()

    def capabilities(self) -> list[str]:
        """The capability keys a provider publishes for it, from coarse to fine."""
        base = f"vendor/{self.vendor}/model/{self.model}"
        ram, interface = f"ram/{self.memory}Gi", f"interface/{self.plain_interface}"
        return [base, f"{base}/{ram}", f"{base}/{interface}", f"{base}/{ram}/{interface}"]

    def fits(self, wanted: str) -> bool:
        """True if it fulfils a requested attribute key (`vendor/nvidia/model/*`, `.../h100/ram/80Gi/interface/sxm`)."""
        parts = wanted.split("/")
        named = dict(zip(parts[::2], parts[1::2], strict=False))
        return (
            named.get("vendor") == self.vendor
            and named.get("model", "*") in ("*", self.model)
            and named.get("ram", f"{self.memory}Gi") == f"{self.memory}Gi"
            and named.get("interface", self.plain_interface).lower()[:3] == self.plain_interface[:3]
        )

    def named_like(self, wanted: str) -> str:
        """Its key as a bid names it: the concrete model, memory and interface only if the request named them."""
        key = f"vendor/{self.vendor}/model/{self.model}"
        if "/ram/" in wanted:
            key += f"/ram/{self.memory}Gi"
        if "/interface/" in wanted:
            key += f"/interface/{wanted.rpartition('/interface/')[2]}"
        return key


def _gpu(model: str, memory: int, interface: str = "PCIe", vendor: str = "nvidia") -> Gpu:
    return Gpu(vendor, model, memory, interface)


H200 = _gpu("h200", 141, "SXM5")
H100_SXM = _gpu("h100", 80, "SXM5")
H100_PCIE = _gpu("h100", 80)
A100_SXM = _gpu("a100", 80, "SXM4")
A100_80 = _gpu("a100", 80)
A100_40 = _gpu("a100", 40)
PRO6000 = _gpu("pro6000se", 96)
RTX5090 = _gpu("rtx5090", 32)
RTX4090 = _gpu("rtx4090", 24)
RTX3090 = _gpu("rtx3090", 24)
A6000 = _gpu("rtxa6000", 48)
V100 = _gpu("v100", 32, "SXM2")
T4 = _gpu("t4", 16)
MI100 = _gpu("mi100", 32, vendor="amd")
ALL_GPUS = (
    *(H200, H100_SXM, H100_PCIE, A100_SXM, A100_80, A100_40, PRO6000),
    *(RTX5090, RTX4090, RTX3090, A6000, V100, T4, MI100),
)


@dataclass(frozen=True, slots=True)
class Need:
    """What one replica takes: thousandths of a CPU, bytes, bytes, GPUs."""

    cpu: int
    memory: int
    storage: int
    gpus: int


def need_of(resource: Json) -> Need:
    """The need of one replica of a resource in REST's shape."""
    return Need(
        int(resource["cpu"]["units"]["val"]),
        int(resource["memory"]["quantity"]["val"]),
        sum(int(volume["quantity"]["val"]) for volume in resource["storage"]),
        int((resource.get("gpu") or {"units": {"val": "0"}})["units"]["val"]),
    )


def sum_of(needs: list[Need]) -> Need:
    """Several needs together."""
    columns = [(n.cpu, n.memory, n.storage, n.gpus) for n in needs]
    return Need(*(sum(column) for column in zip(*columns, strict=True))) if columns else Need(0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Node:
    """A machine of a provider, with GPUs of one model or none."""

    name: str
    size: Need
    gpu: Gpu | None = None


@dataclass(frozen=True, slots=True)
class Placement:
    """Where one replica runs, what it takes there, and the GPU model it gets."""

    node: int
    need: Need
    gpu: Gpu | None


@dataclass(slots=True)
class Stock:
    """The machines of one provider and what leases have taken of them."""

    nodes: tuple[Node, ...]
    taken: dict[tuple[Any, ...], list[Placement]] = field(default_factory=dict)

    def free(self) -> list[Need]:
        """What is free on each machine."""
        left = [[n.size.cpu, n.size.memory, n.size.storage, n.size.gpus] for n in self.nodes]
        for placement in (p for placements in self.taken.values() for p in placements):
            need = placement.need
            for index, amount in enumerate((need.cpu, need.memory, need.storage, need.gpus)):
                left[placement.node][index] -= amount
        return [Need(*each) for each in left]

    def place(self, spec: Json) -> list[Placement] | None:
        """Room for every replica of a group spec, first fit; None if there is none. Reserves nothing."""
        left = [[n.cpu, n.memory, n.storage, n.gpus] for n in self.free()]
        placements: list[Placement] = []
        for unit in spec["resources"]:
            need = need_of(unit["resource"])
            wanted = [a["key"] for a in unit["resource"]["gpu"]["attributes"]] if need.gpus else []
            amounts = (need.cpu, need.memory, need.storage, need.gpus)
            model: Gpu | None = None  # all replicas of a unit get the same model
            for _ in range(unit["count"]):
                for index, node in enumerate(self.nodes):
                    suits = not need.gpus or (
                        node.gpu is not None
                        and (model is None or node.gpu == model)
                        and any(node.gpu.fits(key) for key in wanted)
                    )
                    if suits and all(have >= want for have, want in zip(left[index], amounts, strict=True)):
                        model = node.gpu if need.gpus else None
                        placements.append(Placement(index, need, model))
                        left[index] = [have - want for have, want in zip(left[index], amounts, strict=True)]
                        break
                else:
                    return None
        return placements

    def reserve(self, key: tuple[Any, ...], spec: Json) -> bool:
        """Take room for a lease; False (and nothing taken) if there is none any more."""
        placements = self.place(spec)
        if placements is None:
            return False
        self.taken[key] = placements
        return True

    def release(self, key: tuple[Any, ...]) -> None:
        """Give a lease's room back; unknown keys are fine."""
        self.taken.pop(key, None)

    def gpus(self) -> Iterable[tuple[Gpu, int, int]]:
        """(model, how many there are, how many are taken), each model once."""
        total: dict[Gpu, int] = {}
        used: dict[Gpu, int] = {}
        for node, left in zip(self.nodes, self.free(), strict=True):
            if node.gpu is not None:
                total[node.gpu] = total.get(node.gpu, 0) + node.size.gpus
                used[node.gpu] = used.get(node.gpu, 0) + node.size.gpus - left.gpus
        return [(gpu, count, used[gpu]) for gpu, count in total.items()]
