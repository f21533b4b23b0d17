"""GPUs and machines of practice providers, and what is free on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

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

    @property
    def product(self) -> str:
        """As the driver calls it: `NVIDIA H100`."""
        return f"{self.vendor} {self.model}".upper()

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


class Need(NamedTuple):
    """What one replica takes: thousandths of a CPU, bytes, bytes, GPUs."""

    cpu: int
    memory: int
    storage: int
    gpus: int

    def minus(self, other: Need) -> Need:
        """What is left when the other is taken away."""
        return Need(*(have - taken for have, taken in zip(self, other, strict=True)))

    def suffices(self, wanted: Need) -> bool:
        """True if there is at least as much of everything."""
        return min(self.minus(wanted)) >= 0


def need_of(resource: Json) -> Need:
    """The need of one replica of a resource in REST's shape."""
    return Need(
        int(resource["cpu"]["units"]["val"]),
        int(resource["memory"]["quantity"]["val"]),
        sum(int(volume["quantity"]["val"]) for volume in resource["storage"]),
        int((resource.get("gpu") or {"units": {"val": "0"}})["units"]["val"]),
    )


def gpus_of(spec: Json) -> int:
    """The GPUs of all replicas of a group spec."""
    return sum(need_of(unit["resource"]).gpus * int(unit["count"]) for unit in spec["resources"])


def sum_of(needs: list[Need]) -> Need:
    """Several needs together."""
    return Need(*(sum(column) for column in zip(Need(0, 0, 0, 0), *needs, strict=True)))


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
    """The machines of one provider, what leases have taken of them, and what open bids have promised."""

    nodes: tuple[Node, ...]
    taken: dict[tuple[Any, ...], list[Placement]] = field(default_factory=dict)
    promised: dict[tuple[Any, ...], list[Placement]] = field(default_factory=dict)

    def free(self, *, promised: bool = True) -> list[Need]:
        """What is free on each machine; without `promised`, what no lease has taken."""
        left = [node.size for node in self.nodes]
        for places in (self.taken, self.promised) if promised else (self.taken,):
            for placement in (p for placements in places.values() for p in placements):
                left[placement.node] = left[placement.node].minus(placement.need)
        return left

    def place(self, spec: Json) -> list[Placement] | None:
        """Room for every replica of a group spec, first fit; None if there is none. Reserves nothing."""
        left = self.free()
        placements: list[Placement] = []
        for unit in spec["resources"]:
            need = need_of(unit["resource"])
            wanted = [a["key"] for a in unit["resource"]["gpu"]["attributes"]] if need.gpus else []
            model: Gpu | None = None  # all replicas of a unit get the same model
            for _ in range(unit["count"]):
                for index, node in enumerate(self.nodes):
                    suits = not need.gpus or (
                        node.gpu is not None
                        and (model is None or node.gpu == model)
                        and any(node.gpu.fits(key) for key in wanted)
                    )
                    if suits and left[index].suffices(need):
                        model = node.gpu if need.gpus else None
                        placements.append(Placement(index, need, model))
                        left[index] = left[index].minus(need)
                        break
                else:
                    return None
        return placements

    def fill(self, key: tuple[Any, ...]) -> None:
        """Take every GPU that is free."""
        free = [(at, left) for at, left in enumerate(self.free()) if left.gpus]
        self.taken[key] = [Placement(at, Need(0, 0, 0, left.gpus), self.nodes[at].gpu) for at, left in free]

    def reserve(self, key: tuple[Any, ...], spec: Json) -> None:
        """Take room for a lease, what its bid has promised or other; nothing is taken if there is none any more."""
        placements = self.promised.pop(key, None) or self.place(spec)
        if placements is not None:
            self.taken[key] = placements

    def release(self, key: tuple[Any, ...]) -> None:
        """Give back the room of a lease or a bid; unknown keys are fine."""
        self.taken.pop(key, None)
        self.promised.pop(key, None)

    def gpus(self, *, promised: bool = False) -> Iterable[tuple[Gpu, int, int]]:
        """(model, how many there are, how many are leased, or also promised to open bids), each model once."""
        total: Counter[Gpu] = Counter()
        used: Counter[Gpu] = Counter()
        for node, left in zip(self.nodes, self.free(promised=promised), strict=True):
            if node.gpu is not None:
                total[node.gpu] += node.size.gpus
                used[node.gpu] += node.size.gpus - left.gpus
        return [(gpu, count, used[gpu]) for gpu, count in total.items()]
