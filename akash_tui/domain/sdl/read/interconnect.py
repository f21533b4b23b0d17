"""`gpu.attributes.interconnect`: GPUs of several nodes on one fast network (AEP-95, go/sdl v0.4.1).

`[]` is the group `auto`, `{group: NAME}` a named one; every other form is an error (shared reference, newer SDL
rules 1). The group is one more GPU attribute of the order, and a field of the service in the manifest.
"""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.problem import shown
from akash_tui.domain.sdl.read.model import Interconnect
from akash_tui.domain.sdl.read.nodes import Mapping, Node, Sequence
from akash_tui.domain.sdl.read.reading import SdlReading

INTERCONNECT_KEY: Final = "interconnect/group"
"""The key of the GPU attribute."""
AUTO: Final = "auto"
"""The group of `interconnect: []`, which nothing else may be called."""
_FORMS: Final = "Write interconnect: [] for one group of all, or interconnect: {group: NAME}."


def read_interconnect(reading: SdlReading, node: Node, path: str) -> Interconnect | None:
    """The group that a GPU profile joins; None after a problem. An alias is not followed, as in Go."""
    if isinstance(node, Sequence):
        if not node.items:
            return Interconnect(AUTO, True, node)
        reading.error("sdl.interconnect", node, path, "The list of an interconnect must be empty.", _FORMS)
        return None
    if not isinstance(node, Mapping):
        message = "interconnect must be [] or {group: NAME}; true and false are no longer accepted."
        reading.error("sdl.interconnect", node, path, message, _FORMS)
        return None
    before = len(reading.problems)
    name = reading.fields(node, path, ("group",)).text("group")
    if len(reading.problems) > before or name is None:
        return None
    if not name:
        reading.error("sdl.interconnect", node, path, "The interconnect names no group.", _FORMS)
        return None
    if name == AUTO:
        reading.error(
            "sdl.interconnect",
            node,
            f"{path}.group",
            f"The group name {shown(name)} is reserved: it is the group of interconnect: [].",
            "Choose another name, or write interconnect: [].",
        )
        return None
    return Interconnect(name, False, node)
