"""An SDL file as plain nodes: every scalar stays the text it was, with its place in the file.

A reader (an adapter) makes these from YAML; nothing here knows YAML syntax. Lines and columns
count from 1; `start` and `end` are character offsets into the text, so that one value can be
replaced and everything else stays. Nodes are never changed once made; they are not frozen only because
making a frozen one takes three times as long, and reading is most of the time of compiling.
"""

from __future__ import annotations

from dataclasses import dataclass

from akash_tui.domain.sdl.problem import Edit

STR = "!!str"
NULL = "!!null"
MERGE = "!!merge"


@dataclass(slots=True, eq=False)
class Scalar:
    """One value as written, without its quotes. `tag` is an explicit one in short form, else empty."""

    text: str
    style: str = ""
    """`'`, `"`, `|`, `>`, or empty for a plain value."""
    tag: str = ""
    line: int = 1
    column: int = 1
    start: int = 0
    end: int = 0


@dataclass(slots=True, eq=False)
class Mapping:
    """`key: value` pairs in their order; repeated keys are included."""

    pairs: tuple[tuple[Node, Node], ...]
    flow: bool = False
    tag: str = ""
    line: int = 1
    column: int = 1
    start: int = 0
    end: int = 0


@dataclass(slots=True, eq=False)
class Sequence:
    items: tuple[Node, ...]
    flow: bool = False
    tag: str = ""
    line: int = 1
    column: int = 1
    start: int = 0
    end: int = 0


@dataclass(slots=True, eq=False)
class Alias:
    """A `*name`. `target` is None if the alias stands inside the very node that it names."""

    name: str
    target: Scalar | Mapping | Sequence | None
    line: int = 1
    column: int = 1
    start: int = 0
    end: int = 0


Node = Scalar | Mapping | Sequence | Alias
Content = Scalar | Mapping | Sequence


@dataclass(frozen=True, slots=True)
class ReadFault:
    """Why a text could not be read as nodes; a reader returns it instead of raising."""

    code: str
    message: str
    advice: str
    line: int = 1
    column: int = 1


def content_of(node: Node) -> Content | None:
    """The node itself, or what its alias names; None for an alias inside the node that it names."""
    return node.target if isinstance(node, Alias) else node


def contents(node: Node) -> tuple[Node, ...]:
    """Children in one flat row, keys and values alternating: how Go's own readers walk a node."""
    if isinstance(node, Sequence):
        return node.items
    if isinstance(node, Mapping):
        return tuple(n for pair in node.pairs for n in pair)
    return ()


def raw(node: Node) -> str:
    """The text that Go has as the node's `Value`: an alias has its own name, a collection nothing."""
    if isinstance(node, Scalar):
        return node.text
    return node.name if isinstance(node, Alias) else ""


def kind(node: Node) -> str:
    """A node's kind in words."""
    if isinstance(node, Scalar):
        return "text"
    if isinstance(node, Alias):
        return "an alias"
    return "a mapping" if isinstance(node, Mapping) else "a list"


def plain_edit(node: Node, text: str) -> Edit | None:
    """Replace a one-line scalar with its quotes by `text`; None where that is not certainly safe."""
    if not isinstance(node, Scalar) or node.tag or node.style in ("|", ">"):
        return None
    if not node.style and node.end - node.start != len(node.text):
        return None  # an anchor stands before it
    return Edit(node.start, node.end, text)
