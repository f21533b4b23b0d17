"""The chain's limits on units and groups (shared reference, SDL rule 3).

Go prints its maximum twice; here each limit has its own sentence with both bounds.
"""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.go.quantities import Mi, Ti, parse_cpu, size_text
from akash_tui.domain.sdl.problem import Edit, join, shown
from akash_tui.domain.sdl.read.model import Compute, Cpu, Document, Use
from akash_tui.domain.sdl.read.nodes import Node, Scalar, plain_edit, raw
from akash_tui.domain.sdl.read.reading import SdlReading
from akash_tui.domain.sdl.read.yaml_scalars import is_null

CPU_MILLI: Final = (10, 384_000)
MEMORY: Final = (Mi, 2 * Ti)
VOLUME: Final = (5 * Mi, 32 * Ti)
GPU_UNITS: Final = 24
_PARTS: Final = {
    "cpu": "cpu: and below it units: 1",
    "memory": "memory: and below it size: 1Gi",
    "storage": "storage: and below it size: 5Gi",
}
GROUP_FACTOR: Final = 50
"""A group may hold fifty of the largest unit."""


def check_limits(reading: SdlReading, document: Document) -> None:
    """Report units and groups outside the limits, and deployments that mix denominations."""
    seen: set[str] = set()
    groups: dict[str, list[Use]] = {}
    for use in document.uses():
        groups.setdefault(use.placement, []).append(use)
        compute = document.computes.get(use.profile or "")
        if compute is not None and compute.present and compute.name not in seen:
            seen.add(compute.name)
            _unit(reading, compute)
    if not reading.failed:
        for placement, uses in sorted(groups.items()):
            _group(reading, document, placement, uses)
        _denominations(reading, document)


def _unit(reading: SdlReading, compute: Compute) -> None:
    path = f"{join('profiles.compute', compute.name)}.resources"
    if compute.cpu is None:
        _absent(reading, compute, path, "cpu")
    elif compute.cpu.milli is not None and not CPU_MILLI[0] <= compute.cpu.milli <= CPU_MILLI[1]:
        reading.error(
            "sdl.cpu-limit",
            compute.cpu.node,
            f"{path}.cpu.units",
            f"CPU must be from 10m to 384 cores, but is {_cores(compute.cpu.milli)}.",
            *_cpu_remedy(compute.cpu),
        )
    if compute.memory is None:
        _absent(reading, compute, path, "memory")
    elif compute.memory.size is not None:
        _size(reading, compute.memory.node, f"{path}.memory.size", "Memory", compute.memory.size, MEMORY)
    if compute.volumes is None:
        _no_storage(reading, compute, path)
    for volume in compute.volumes or ():
        if volume.size is not None:
            what = f"The volume {shown(volume.name)}"
            _size(reading, volume.size_node, f"{path}.storage.{shown(volume.name)}.size", what, volume.size, VOLUME)
    gpu = compute.gpu
    if gpu is not None and not gpu.broken and gpu.units is not None:
        if gpu.units > GPU_UNITS:
            reading.error(
                "sdl.gpu-limit",
                gpu.node,
                f"{path}.gpu.units",
                f"At most {GPU_UNITS} GPUs fit one unit, but it asks for {gpu.units}.",
                "Write fewer units.",
            )
        if gpu.units == 0 and gpu.attributes:
            reading.error(
                "sdl.gpu-zero",
                gpu.node,
                f"{path}.gpu",
                "GPU models are listed, but units is 0.",
                "Write units: 1 or more, or remove the models.",
            )


def _cores(milli: int) -> str:
    return f"{milli}m" if milli < 1000 else f"{milli / 1000:g} core{'' if milli == 1000 else 's'}"


def _cpu_remedy(cpu: Cpu) -> tuple[str, Edit | None]:
    """What to write: units below `cpu: 2`, thousandths for 1000, which Kubernetes' users mean by it."""
    text = raw(cpu.node)
    cores = parse_cpu(text)
    if cpu.milli == 0 and isinstance(cores, int) and cores > 0:
        return f"Write cpu: and below it units: {text}.", plain_edit(cpu.node, f"{{units: {text}}}")
    if (
        text.isascii()
        and text.isdigit()
        and CPU_MILLI[1] // 1000 < int(text[:9]) <= CPU_MILLI[1]
        and int(text) % 100 == 0
    ):
        as_cores = _cores(int(text)) if int(text) >= 1000 else f"{int(text) / 1000:g} of a core"
        return f"Thousandths of a core are written with m: {text}m, which is {as_cores}.", plain_edit(
            cpu.node, f"{text}m"
        )
    return "Write a number of cores within these limits.", None


def _absent(reading: SdlReading, compute: Compute, path: str, what: str) -> None:
    reading.error(
        "sdl.resource-missing",
        compute.node,
        f"{path}.{what}",
        f"The compute profile `{shown(compute.name)}` has no {what}.",
        f"Add {_PARTS[what]} to its resources.",
    )


def _no_storage(reading: SdlReading, compute: Compute, path: str) -> None:
    """Go reads neither a text nor an empty list in the place of the volumes."""
    found = compute.storage_node
    if isinstance(found, Scalar) and not is_null(found):
        reading.wrong_kind(found, f"{path}.storage", "a list of volumes")
    else:
        _absent(reading, compute, path, "storage")


def _size(reading: SdlReading, node: Node, path: str, what: str, size: int, bounds: tuple[int, int]) -> None:
    low, high = bounds
    if not low <= size <= high:
        reading.error(
            "sdl.size-limit",
            node,
            path,
            f"{what} must be from {size_text(low)} to {size_text(high)}, but is {size_text(size)}.",
            f"A number without a unit counts bytes: write {text}Mi or {text}Gi."
            if size < low and (text := raw(node)).isdigit() and text.isascii() and text != "0"
            else "Write a size within these limits."
            if isinstance(node, Scalar)
            else "Write size: and the size: size: 5Gi.",
        )


def _group(reading: SdlReading, document: Document, placement: str, uses: list[Use]) -> None:
    cpu = gpu = memory = 0
    first: Use | None = None
    for use, compute, count in _units_of(document, uses):
        first = first or use
        cpu += (compute.cpu.milli or 0) * count if compute.cpu else 0
        memory += (compute.memory.size or 0) * count if compute.memory else 0
        gpu += (compute.gpu.units or 0) * count if compute.gpu else 0
    if first is None:
        return
    path = join("profiles.placement", placement)
    if cpu <= 0 or memory <= 0:
        reading.error(
            "sdl.count",
            first.node,
            join(join("deployment", first.service), placement),
            f"The placement `{shown(placement)}` deploys nothing: every count is 0.",
            "Write count: 1 or more.",
        )
    for what, total, most in (
        ("CPU", cpu, CPU_MILLI[1] * GROUP_FACTOR),
        ("GPUs", gpu, GPU_UNITS * GROUP_FACTOR),
        ("memory", memory, MEMORY[1] * GROUP_FACTOR),
    ):
        if total > most:
            reading.error(
                "sdl.group-limit",
                first.node,
                path,
                f"The placement `{shown(placement)}` asks for too much {what} in all ({total}; at most {most}).",
                "Lower count or the profiles, or spread the services over placements.",
            )


def _units_of(document: Document, uses: list[Use]) -> list[tuple[Use, Compute, int]]:
    """Units of a group with their counts; 2.1 adds up equal profiles in 32 bits, as Go does."""
    units: dict[str, tuple[Use, Compute, int]] = {}
    for use in uses:
        compute = document.computes.get(use.profile or "")
        if compute is None:
            continue
        key = compute.name if document.v21 else use.service
        first, _, count = units.get(key, (use, compute, 0))
        units[key] = (first, compute, (count + (use.count or 0)) & 0xFFFF_FFFF)
    return list(units.values())


def _denominations(reading: SdlReading, document: Document) -> None:
    first = ""
    for use in document.uses():
        placement = document.placements.get(use.placement)
        price = placement.prices.get(use.profile or "") if placement else None
        if price is None or price.amount is None:
            continue
        first = first or price.denom
        if price.denom != first:
            reading.error(
                "sdl.denom-mixed",
                price.denom_node,
                join(f"profiles.placement.{shown(use.placement)}.pricing", use.profile or ""),
                f"Prices in {shown(first)} and {shown(price.denom)} cannot stand in one deployment.",
                "Use uact everywhere.",
            )
            return
