"""Writing YAML values, and removing or adding items of a list, without changing anything else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from akash_tui.domain.sdl.problem import Edit
from akash_tui.domain.sdl.read.nodes import Alias, Mapping, Node, Scalar, Sequence, contents

_PLAIN = re.compile(r"[A-Za-z0-9_./](?:[A-Za-z0-9_./=@+%:-]*[A-Za-z0-9_./=@+%-])?")
"""Text that means the same with and without quotes, also in a list with brackets."""


def written(value: str, *, quote: bool = False) -> str:
    """A one-line value as YAML: plain where that is safe, unless `quote` is set."""
    return value if not quote and _PLAIN.fullmatch(value) else quoted(value)


def quoted(text: str) -> str:
    """Double quotes; what does not print is escaped the YAML way, so that it can be shown safely."""
    inner = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in inner)


def last_end(node: Node) -> int:
    """Where the node's own text ends; a block collection's end is already behind its comments."""
    if isinstance(node, (Scalar, Alias)) or node.flow:
        return node.end
    ends = [last_end(child) for child in contents(node)]
    return max(ends, default=node.end)


def line_start(text: str, at: int) -> int:
    """Offset of the first character of the line that holds `at`."""
    return text.rfind("\n", 0, at) + 1


def line_end(text: str, at: int) -> int:
    """Offset behind the line break of the line that holds `at`, or of the end of the text."""
    found = text.find("\n", at)
    return len(text) if found < 0 else found + 1


def newline_of(text: str) -> str:
    """The line break this text uses."""
    return "\r\n" if "\r\n" in text else "\n"


def dash_offset(text: str, item: Node) -> int:
    """Offset of the dash that opens a block list's item; ValueError if there is none."""
    start = item.start
    while start > 0 and text[start - 1] in " \t\r\n":
        start -= 1
    if start == 0 or text[start - 1] != "-":
        raise ValueError(f"Cannot find the list item on line {item.line}.")
    return start - 1


def line_removal(text: str, item: Node) -> Edit:
    """Remove a block list's item: its dash, its lines, and a comment on its last line."""
    start, end = line_start(text, dash_offset(text, item)), last_end(item)
    return Edit(start, end if end and text[end - 1] == "\n" else line_end(text, end), "")


def new_lines(text: str, after: Node, indent: int, blocks: list[list[str]]) -> Edit:
    """Insert lines after the line on which `after` ends."""
    newline = newline_of(text)
    end = last_end(after)
    at = end if end and text[end - 1] == "\n" else line_end(text, end)
    lines = "".join(" " * indent + line + newline for block in blocks for line in block)
    if at == len(text) and text and not text.endswith("\n"):
        return Edit(at, at, newline + lines.removesuffix(newline))
    return Edit(at, at, lines)


def first_keys(text: str, into: Mapping, keys: Iterable[str]) -> Edit:
    """Insert keys with their values before the first one of a mapping, which must have one unless it has braces."""
    if into.flow:
        return Edit(into.start + 1, into.start + 1, ", ".join(keys) + (", " if into.pairs else ""))
    first = into.pairs[0][0]
    pad = newline_of(text) + " " * (first.column - 1)
    return Edit(first.start, first.start, "".join(key + pad for key in keys))


def flow_changes(sequence: Sequence, gone: list[Node], new: list[str]) -> Iterator[Edit]:
    """Remove items of `[a, b]` and add others, each with its comma."""
    items = sequence.items
    kept = [index for index, item in enumerate(items) if item not in gone]
    if not kept:
        start, end = (items[0].start, items[-1].end) if items else (sequence.start + 1, sequence.end - 1)
        yield Edit(start, end, ", ".join(new))
        return
    for index, item in enumerate(items):
        if item in gone and index < kept[-1]:
            yield Edit(item.start, items[index + 1].start, "")
        elif item in gone:
            yield Edit(items[index - 1].end, item.end, "")
    if new:
        end = items[kept[-1]].end
        yield Edit(end, end, "".join(f", {text}" for text in new))
