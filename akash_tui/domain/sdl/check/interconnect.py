"""Placements of GPU interconnects: the capability that they must ask for, and one form in each (AEP-95)."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.problem import join, shown
from akash_tui.domain.sdl.read.model import Document, Interconnect
from akash_tui.domain.sdl.read.reading import SdlReading

CAPABILITY: Final = "capabilities/gpu-interconnect"
"""The attribute, with the value `true`, of every placement with an interconnect."""


def check_interconnects(reading: SdlReading, document: Document) -> None:
    """Report placements that lack the capability or mix both forms; profiles that are not deployed are free."""
    if not any(each.gpu is not None and each.gpu.interconnect is not None for each in document.computes.values()):
        return
    forms: dict[str, Interconnect] = {}
    lacking: set[str] = set()
    for use in document.uses():
        compute = document.computes.get(use.profile or "")
        placement = document.placements.get(use.placement)
        joined = compute.gpu.interconnect if compute is not None and compute.gpu is not None else None
        if joined is None or placement is None or use.service not in document.services:
            continue
        path = f"{join('profiles.placement', use.placement)}.attributes"
        if placement.name not in lacking and not any(
            each.key == CAPABILITY and each.value == "true" for each in placement.attributes
        ):
            lacking.add(placement.name)
            reading.error(
                "sdl.interconnect-capability",
                placement.node,
                path,
                f"The service `{shown(use.service)}` uses an interconnect, but the placement "
                f"`{shown(use.placement)}` does not ask for providers that have one.",
                f'Add {CAPABILITY}: "true" to the attributes of the placement.',
            )
        first = forms.setdefault(use.placement, joined)
        if first.implicit != joined.implicit:
            reading.error(
                "sdl.interconnect-mixed",
                joined.node,
                f"{join('profiles.compute', use.profile or '')}.resources.gpu.attributes.interconnect",
                f"The placement `{shown(use.placement)}` has interconnect: [] and a named group (the other is on "
                f"line {first.node.line}).",
                "Use one form in the whole placement.",
            )
