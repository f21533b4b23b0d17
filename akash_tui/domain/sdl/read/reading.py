"""Typed reading of nodes, with the rules of Go's yaml.v3, collecting every problem.

The rules (shared reference, SDL rules 12 to 14 and 19; checked against yaml.v3 itself): null leaves a
field unset and is dropped from lists; any other scalar is valid for a text field as written; numbers follow
YAML 1.1; explicit keys override merged ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from akash_tui.domain.sdl.go.numbers import to_uint64
from akash_tui.domain.sdl.problem import join, shown
from akash_tui.domain.sdl.read.nodes import (
    Alias,
    Content,
    Mapping,
    Node,
    Scalar,
    Sequence,
    content_of,
    contents,
    raw,
)
from akash_tui.domain.sdl.read.read_problems import ReadProblems
from akash_tui.domain.sdl.read.yaml_scalars import (
    FALSE_WORDS,
    NO_WORDS,
    TRUE_WORDS,
    YES_WORDS,
    Resolved,
    is_merge,
    is_null,
    resolve,
)

MAX_STEPS: Final = 150_000
"""Most values read, counting what aliases repeat; far above any real file, far below a malicious one."""


class MappingEntry(NamedTuple):
    """One key of a mapping, merged ones included."""

    name: str
    key: Node
    value: Node


class Unknown(NamedTuple):
    """An unknown key, and the keys that are known there."""

    path: str
    entry: MappingEntry
    known: tuple[str, ...]


class TextList(NamedTuple):
    """A list of text and the nodes it came from, for positions."""

    values: tuple[str, ...]
    nodes: tuple[Node, ...]


class Fields(dict[str, MappingEntry]):
    """The known fields of one mapping by their names; one that is absent reads as empty, 0, or None for a list."""

    def __init__(self, reading: SdlReading, path: str) -> None:
        super().__init__()
        self.reading = reading
        self.path = path

    def at(self, name: str) -> str:
        """The path of a field."""
        return join(self.path, name)

    def text(self, name: str) -> str | None:
        """The text; empty without the key, None (and a problem was noted) if it is none."""
        return self.reading.text(self[name].value, self.at(name)) if name in self else ""

    def texts(self, name: str) -> TextList | None:
        """The texts; None without the key, and (with a problem noted) if they are none."""
        return self.reading.texts(self[name].value, self.at(name)) if name in self else None

    def number(self, name: str) -> int | None:
        """The whole number; 0 without the key, None (and a problem was noted) if it is none."""
        return self.reading.number(self[name].value, self.at(name)) if name in self else 0

    def boolean(self, name: str) -> bool:
        return bool(name in self and self.reading.boolean(self[name].value, self.at(name)))

    def items_of(self, name: str) -> Iterator[tuple[str, Node]]:
        """The items of a list, each with its path."""
        items = self.reading.items(self[name].value, self.at(name)) if name in self else None
        for index, item in enumerate(items or ()):
            yield f"{self.at(name)}[{index}]", item

    def values_of(self) -> dict[str, Node]:
        """The node of each field."""
        return {name: entry.value for name, entry in self.items()}


class SdlReading(ReadProblems):
    """One pass over one file: returns values and collects problems."""

    __slots__ = ("_steps", "repeated", "unknown")

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.unknown: list[Unknown] = []
        """Keys without a field: Go ignores them, but they were written for a reason."""
        self.repeated: list[tuple[str, Node, Node]] = []
        """Repeated keys where Go takes the last one: path, the later key and the first."""
        self._steps = 0

    # --- nodes ----------------------------------------------------------------------------------

    def follow(self, node: Node, path: str) -> Content | None:
        """The node itself or the target of its alias; None (and a problem) if the alias contains itself."""
        self._steps += 1
        if self._steps > MAX_STEPS:
            if self._steps == MAX_STEPS + 1:
                self.error(
                    "yaml.alias",
                    node,
                    path,
                    "Aliases repeat too much of this file.",
                    "Write the parts out instead of nesting aliases.",
                )
            return None
        if not isinstance(node, Alias):
            return node
        if node.target is None:
            self.error(
                "yaml.alias",
                node,
                path,
                f"The alias *{shown(node.name)} is inside the part it names.",
                "An alias cannot contain itself.",
            )
        return node.target

    def entries(self, node: Node, path: str) -> list[MappingEntry]:
        """The keys of a mapping, merged ones included; null gives none."""
        if is_null(node):
            return []
        content = self.follow(node, path)
        if content is None:
            return []
        if not isinstance(content, Mapping):
            self.wrong_kind(content, path, "a mapping (key: value)")
            return []
        found: dict[str, MappingEntry] = {}
        self._collect(content, path, found, None)
        return list(found.values())

    def fields(self, node: Node, path: str, known: tuple[str, ...]) -> Fields:
        """Like `entries`, for a mapping with fixed field names; others are collected as unknown."""
        found = Fields(self, path)
        for entry in self.entries(node, path):
            if entry.name in known:
                found[entry.name] = entry
            else:
                self.unknown.append(Unknown(path, entry, known))
        return found

    def pairs(self, content: Node, path: str) -> list[tuple[Node, Node]]:
        """Keys and values as Go's loops over a node read them: repeats included, none in a plain text, and a list
        is taken in pairs. Go panics on a list of odd length; here it is a problem."""
        flat = contents(content)
        if len(flat) % 2:
            self.wrong_kind(content, path, "a mapping (key: value)")
            return []
        found = list(zip(flat[::2], flat[1::2], strict=True))
        first: dict[str, int] = {}
        for at, (key, _) in enumerate(found):
            earlier = first.setdefault(raw(key), at)
            if earlier < at:
                self.repeated.append((join(path, raw(key)), key, found[earlier][0]))
        return found

    def field_at(self, node: Node, *names: str) -> MappingEntry | None:
        """The field that these names lead to, from mapping to mapping; None if there is none.

        The keys beside it are not collected as unknown: the place is looked up again, not read.
        """
        entry: MappingEntry | None = None
        for name in names:
            entry = next((each for each in self.entries(node, "") if each.name == name), None)
            if entry is None:
                return None
            node = entry.value
        return entry

    def _collect(self, node: Mapping, path: str, found: dict[str, MappingEntry], seen: set[str] | None) -> None:
        merge: Node | None = None
        first: dict[tuple[type[Node], str], Node] = {}
        self._steps += len(node.pairs)
        for key, value in node.pairs:
            earlier = first.setdefault((type(key), raw(key)), key)
            if earlier is not key:
                self.error(
                    "yaml.duplicate-key",
                    key,
                    join(path, raw(key)),
                    f"The key `{shown(raw(key))}` is here twice; the first is on line {earlier.line}.",
                    "Remove one of the two.",
                )
                continue
            if is_merge(key):
                merge = value
                continue
            name: str | None
            if type(key) is Scalar and not key.tag:
                if is_null(key):
                    continue
                name = key.text
            else:
                content = self.follow(key, path)
                if content is None or is_null(content):
                    continue
                name = self.text(content, join(path, "a key"))
                if name is None:
                    continue
            if seen is not None:
                if name in seen:
                    continue
                seen.add(name)
            if name in found and is_null(value):
                continue
            found[name] = MappingEntry(name, key, value)
        if merge is not None:
            if seen is None:
                seen = {e.name for e in found.values() if self._is_text_key(e.key)}
            self._merge(merge, path, found, seen)

    @staticmethod
    def _is_text_key(key: Node) -> bool:
        """Go remembers explicit keys by type: only those that are text shadow merged ones."""
        content = content_of(key)
        resolved = resolve(content) if isinstance(content, Scalar) else None
        return resolved is not None and isinstance(resolved.value, str) and resolved.tag != "!!timestamp"

    def _merge(self, merge: Node, path: str, found: dict[str, MappingEntry], seen: set[str]) -> None:
        parts = merge.items if isinstance(merge, Sequence) else (merge,)
        for part in parts:
            content = self.follow(part, path)
            if isinstance(content, Mapping):
                self._collect(content, path, found, seen)
            elif content is not None:
                self.error(
                    "yaml.merge",
                    part,
                    join(path, "<<"),
                    "`<<` can only merge mappings.",
                    "It must name a mapping, or a list of mappings.",
                )

    # --- values ---------------------------------------------------------------------------------

    def scalar(self, node: Node, path: str, wanted: str) -> tuple[Scalar, Resolved] | None:
        """A single value and what it is; None after a problem."""
        content = self.follow(node, path)
        if content is None:
            return None
        if not isinstance(content, Scalar):
            self.wrong_kind(content, path, wanted)
            return None
        resolved = resolve(content)
        if resolved is None:
            self.error(
                "yaml.tag",
                content,
                path,
                f"`{shown(content.text)}` does not match its tag {shown(content.tag)}.",
                f"Remove {shown(content.tag)}.",
            )
            return None
        return content, resolved

    def text(self, node: Node, path: str) -> str | None:
        """The text as written; empty for null; None after a problem."""
        if type(node) is Scalar and not node.tag:  # nearly every value: its type does not matter here
            self._steps += 1
            return "" if is_null(node) else node.text
        if is_null(node):
            return ""
        found = self.scalar(node, path, "text")
        if found is None:
            return None
        content, resolved = found
        return str(resolved.value) if resolved.tag == "!!binary" else content.text

    def items(self, node: Node, path: str) -> tuple[Node, ...] | None:
        """The items of a list; None if absent, null, or (after a problem) not a list."""
        if is_null(node):
            return None
        content = self.follow(node, path)
        if content is None:
            return None
        if not isinstance(content, Sequence):
            self.wrong_kind(content, path, "a list (lines starting with -)")
            return None
        return content.items

    def texts(self, node: Node, path: str) -> TextList | None:
        """A list of text; nulls in it are dropped."""
        items = self.items(node, path)
        if items is None:
            return None
        values: list[str] = []
        nodes: list[Node] = []
        for index, item in enumerate(items):
            if is_null(item):
                continue
            value = self.text(item, f"{path}[{index}]")
            if value is not None:
                values.append(value)
                nodes.append(item)
        return TextList(tuple(values), tuple(nodes))

    def number(self, node: Node, path: str) -> int | None:
        """An unsigned 32-bit number; fractions are cut off; 0 for null; None after a problem."""
        if is_null(node):
            return 0
        found = self.scalar(node, path, "a whole number")
        if found is None:
            return None
        content, (_, value) = found
        whole: int | None = None
        if isinstance(value, float):
            whole = to_uint64(value) if value == value and value <= 1.8446744073709552e19 else None
        elif isinstance(value, int) and not isinstance(value, bool):
            whole = value
        if whole is not None and 0 <= whole < 1 << 32:
            return whole
        quoted = content.text.isascii() and content.text.isdigit()
        outside, colon, inside = content.text.partition(":")
        advice = "Write digits only."
        if colon and path.endswith(".port") and outside.isdigit() and inside.isdigit():
            advice = f"Write port: {inside}, where the container listens, and as: {outside}, the port outside."
        number, slash, protocol = content.text.partition("/")
        if slash and path.endswith(".port") and number.isdigit() and protocol.lower() in ("tcp", "udp"):
            advice = f"Write port: {number}, and beside it proto: {protocol.lower()}."
        self.wrong_value("sdl.number", content, path, "a whole number from 0 to 4294967295", advice, quoted)
        return None

    def boolean(self, node: Node, path: str) -> bool | None:
        """true/false, or yes/no words, which count even in quotes; False for null."""
        if is_null(node):
            return False
        found = self.scalar(node, path, "true or false")
        if found is None:
            return None
        content, (tag, value) = found
        if isinstance(value, bool):
            return value
        if value in YES_WORDS | NO_WORDS and tag != "!!timestamp":
            return value in YES_WORDS
        quoted = content.text in TRUE_WORDS | FALSE_WORDS
        self.wrong_value("sdl.bool", content, path, "true or false", "Write true or false.", quoted)
        return None
