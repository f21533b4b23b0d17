"""Sections that stand too deep: `deployment` under `profiles`, `placement` under `compute`.

YAML gives no error for it: the section is an unknown key, or a profile or service of a strange name. What it is shows
from its own keys.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce

from akash_tui.domain.sdl.problem import Edit, SdlProblem, Severity, join
from akash_tui.domain.sdl.read.nodes import Alias, Mapping, Node, Scalar, Sequence, contents, raw
from akash_tui.domain.sdl.read.reading import SdlReading

_DEEPEST = 6
_SECTIONS = frozenset(("services", "profiles", "deployment", "endpoints", "placement"))


@dataclass(frozen=True, slots=True)
class Misplaced:
    """One section, the key it stands under, and the column (from 0) where it belongs."""

    key: Scalar
    value: Mapping
    under: str
    path: str
    column: int


def misplaced(root: Node | None) -> list[Misplaced]:
    """The sections of a file that stand too deep, the outermost only."""
    if not isinstance(root, Mapping):
        return []
    found: list[Misplaced] = []
    for key, value in root.pairs:
        if isinstance(value, Mapping):
            _look_below(value, (raw(key),), root, None, found)
    return found


def nodes_of(found: list[Misplaced]) -> set[int]:
    """The identity of every node in these sections: what else is odd about them does not matter."""
    waiting: list[Node] = [node for each in found for node in (each.key, each.value)]
    inside: set[int] = set()
    while waiting:
        node = waiting.pop()
        inside.add(id(node))
        waiting.extend(contents(node))
    return inside


def problems_of(reading: SdlReading, found: list[Misplaced], severity: Severity) -> Iterator[SdlProblem]:
    """One problem for each, with the edits that move its lines to the left."""
    for each in found:
        extra = each.key.column - 1 - each.column
        name = raw(each.key)
        yield reading.problem(
            "sdl.section-misplaced",
            each.key,
            each.path,
            f"{name} stands under {each.under} (line {each.key.line}): "
            + (f"take {extra} {'blank' if extra == 1 else 'blanks'} away." if extra > 0 else "it belongs elsewhere."),
            f"Move {name}: and all lines below it {extra} to the left, so that it "
            + ("begins in the first column." if each.column == 0 else "stands beside compute:.")
            if extra > 0
            else f"Write {name}: as a section of its own.",
            _moved(each, extra) if extra > 0 else (),
            severity,
        )


def _look_below(
    node: Mapping, parts: tuple[str, ...], root: Mapping, sibling: Scalar | None, found: list[Misplaced]
) -> None:
    if node.flow or len(parts) > _DEEPEST:
        return
    for key, value in node.pairs:
        if not isinstance(value, Mapping) or not isinstance(key, Scalar):
            continue
        here = (*parts, key.text)
        if key.text in _SECTIONS and not value.flow:
            if _is_section(key.text, value):
                found.append(Misplaced(key, value, parts[-1], reduce(join, here, ""), root.column - 1))
                continue
            if key.text == "placement" and parts[-1] == "compute" and sibling is not None and _is_placement(value):
                found.append(Misplaced(key, value, parts[-1], reduce(join, here, ""), sibling.column - 1))
                continue
        _look_below(value, here, root, key, found)


def _is_section(name: str, value: Mapping) -> bool:
    keys = {raw(key) for key, _ in value.pairs}
    if name == "profiles":
        return bool(keys & {"compute", "placement"})
    if name == "services":
        return any(_has(inner, "image", "expose") for _, inner in value.pairs)
    if name == "deployment":
        placed = [inner for _, service in value.pairs for inner in _values(service)]
        return any(_has(inner, "profile", "count") for inner in placed)
    return name == "endpoints" and any(_has(inner, "kind") for _, inner in value.pairs)


def _is_placement(value: Mapping) -> bool:
    return any(_has(inner, "pricing", "signedBy") for _, inner in value.pairs)


def _values(node: Node) -> list[Node]:
    return [value for _, value in node.pairs] if isinstance(node, Mapping) else []


def _has(node: Node, *names: str) -> bool:
    return isinstance(node, Mapping) and any(raw(key) in names for key, _ in node.pairs)


def _moved(each: Misplaced, blanks: int) -> tuple[Edit, ...]:
    """Takes the blanks from every line of the section; none if one of its values has lines of its own."""
    starts: set[int] = set()
    waiting: list[Node] = [each.key, each.value]
    while waiting:
        node = waiting.pop()
        own_lines = isinstance(node, Scalar) and (node.style in ("|", ">") or "\n" in node.text)
        if own_lines or (node.column - 1 < blanks and not _is_empty(node)):
            return ()
        if not _is_empty(node):
            starts.add(node.start - (node.column - 1))
        if not isinstance(node, Scalar | Alias) and not node.flow:
            waiting.extend(contents(node))
        elif isinstance(node, Mapping | Sequence) and any(inner.line != node.line for inner in contents(node)):
            return ()
    return tuple(Edit(start, start + blanks, "") for start in sorted(starts))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and node.start == node.end
