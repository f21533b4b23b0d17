"""Problems of GPU interconnects: a group name that no provider can use, a node without a peer."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from akash_tui.domain.sdl.problem import SdlProblem, Severity, join, shown
from akash_tui.domain.sdl.read.model import Document, Interconnect
from akash_tui.domain.sdl.read.reading import SdlReading

LABEL = re.compile(r"(?=.{1,63}\Z)[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?", re.ASCII)
"""A Kubernetes label value, which a provider makes of the group's name."""


def check_interconnects(document: Document, reading: SdlReading) -> Iterator[SdlProblem]:
    """A warning for each bad group name, and a hint for each group of a single node."""
    if not any(each.gpu is not None and each.gpu.interconnect is not None for each in document.computes.values()):
        return
    peers: Counter[tuple[str, str]] = Counter()
    joined: dict[tuple[str, str], tuple[str, Interconnect]] = {}
    for use in document.uses():
        compute = document.computes.get(use.profile or "")
        if compute is None or compute.gpu is None or compute.gpu.interconnect is None:
            continue
        group = (use.placement, compute.gpu.interconnect.group)
        peers[group] += use.count or 0
        joined.setdefault(group, (compute.name, compute.gpu.interconnect))
    for (placement, name), (profile, interconnect) in joined.items():
        path = f"{join('profiles.compute', profile)}.resources.gpu.attributes.interconnect"
        if not LABEL.fullmatch(name):
            yield reading.problem(
                "sdl.interconnect-group",
                interconnect.node,
                f"{path}.group",
                f"Providers refuse the group name `{shown(name)}`: it cannot be a Kubernetes label.",
                "Use at most 63 letters, digits, -, _ and ., the first and the last a letter or digit.",
            )
        if peers[placement, name] == 1:
            yield reading.problem(
                "sdl.interconnect-alone",
                interconnect.node,
                path,
                f"Only one node of the placement `{shown(placement)}` is in this interconnect: it has no peer.",
                "Raise count (each replica gets a node of its own), or remove interconnect.",
                severity=Severity.HINT,
            )
