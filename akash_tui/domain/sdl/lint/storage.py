"""Problems of volumes and counts: storage that is paid for and unused, or not shared as expected."""

from __future__ import annotations

from collections.abc import Iterator

from akash_tui.domain.sdl.problem import SdlProblem, shown
from akash_tui.domain.sdl.read.model import Compute, Document, Service, Use
from akash_tui.domain.sdl.read.reading import SdlReading

MOST_VOLUMES = 4
"""Akash's own client warns above this number per unit: providers may not bid."""


def check_storage(document: Document, reading: SdlReading) -> Iterator[SdlProblem]:
    """Warnings about volumes of deployed services, and about counts."""
    for use in document.uses():
        service = document.services.get(use.service)
        compute = document.computes.get(use.profile or "")
        if service is None or compute is None:
            continue
        yield from _mounts(reading, service, compute, document.v21)
        yield from _count(reading, use, compute)
        if compute.volumes and len(compute.volumes) > MOST_VOLUMES:
            yield reading.problem(
                "sdl.volumes-many",
                compute.node,
                f"profiles.compute.{shown(compute.name)}.resources.storage",
                f"The profile `{shown(compute.name)}` has {len(compute.volumes)} volumes; providers "
                f"expect at most {MOST_VOLUMES}.",
                "Use fewer, larger volumes.",
            )


def _mounts(reading: SdlReading, service: Service, compute: Compute, v21: bool) -> Iterator[SdlProblem]:
    mounted = {mount.volume for mount in service.params.mounts} if service.params else set()
    for volume in compute.volumes or ():
        if volume.name in mounted or volume.attributes is None:
            continue
        persistent = volume.attribute("persistent") == "true"
        if not persistent and volume.name == "default":
            continue
        if persistent and not mounted and not v21:
            continue  # an error already
        where = f"params: storage: {shown(volume.name)}: mount: /path"
        yield reading.problem(
            "sdl.volume-unmounted",
            volume.node,
            f"profiles.compute.{shown(compute.name)}.resources.storage.{shown(volume.name)}",
            f"The {'persistent ' if persistent else ''}volume `{shown(volume.name)}` is not mounted by the service "
            f"`{shown(service.name)}`: it is paid for and unused.",
            f"Add {where} to the service, or remove the volume.",
        )


def _count(reading: SdlReading, use: Use, compute: Compute) -> Iterator[SdlProblem]:
    path = f"deployment.{shown(use.service)}.{shown(use.placement)}.count"
    if use.count == 0 and not any(p.code == "sdl.count" and p.line == use.node.line for p in reading.problems):
        yield reading.problem(
            "sdl.count-zero",
            use.node,
            path,
            f"The count of `{shown(use.service)}` is 0: it will not run.",
            "Write count: 1, or remove the service from deployment.",
        )
    persistent = [v for v in compute.volumes or () if v.attribute("persistent") == "true"]
    if persistent and (use.count or 0) > 1:
        yield reading.problem(
            "sdl.count-persistent",
            use.node,
            path,
            f"`{shown(use.service)}` runs {use.count} times with persistent storage: each replica gets its own "
            "volume, and they do not share data.",
            "Use count: 1 if all must use the same data.",
        )
