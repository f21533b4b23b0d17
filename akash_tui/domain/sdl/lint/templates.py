"""Template variables that Akash would pass on as they stand, because the SDL is valid with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import reduce

from akash_tui.domain.sdl.problem import SdlProblem, join
from akash_tui.domain.sdl.read.model import Document
from akash_tui.domain.sdl.read.nodes import Mapping, Node, Scalar, Sequence, raw
from akash_tui.domain.sdl.read.reading import SdlReading
from akash_tui.domain.sdl.read.template import VARIABLE, variable_in

_PROGRAMS = ("command", "args")
"""Texts for a shell or a program, which may have variables of their own."""
_SIGNS = re.compile(r"[{$<%\[]|__")
"""Each variable has one of these."""


def check_templates(document: Document, reading: SdlReading) -> Iterator[SdlProblem]:
    """A warning for each value with a variable; in the environment only if it is the whole value."""
    reported = {(problem.line, problem.column) for problem in reading.problems if problem.code == "sdl.template"}
    if document.root is None or not _has_signs(document.root):
        return
    for node, parts in _values(document.root):
        in_env = len(parts) == 4 and parts[0] == "services" and parts[2] == "env"
        variable = _whole(node) if in_env else variable_in(node)
        if variable is None or (node.line, node.column) in reported:
            continue
        reported.add((node.line, node.column))
        code, message, advice, edit = reading.unfilled(variable, None if in_env else node)
        yield reading.problem(code, node, _path(parts), message, advice, edit)


def _path(parts: tuple[str, ...]) -> str:
    return reduce(lambda path, part: path + part if part.startswith("[") else join(path, part), parts, "")


def _whole(node: Node) -> str | None:
    """The variable that is the whole value of an environment variable."""
    value = raw(node).partition("=")[2].strip("\"' ")
    return value if VARIABLE.fullmatch(value) else None


def _has_signs(root: Node) -> bool:
    """Whether any text could have a variable: most files have none, and need no second look."""
    waiting: list[Node] = [root]
    texts: list[str] = []
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            for key, value in node.pairs:
                if isinstance(value, Scalar):
                    texts.append(value.text)
                elif raw(key) not in _PROGRAMS:
                    waiting.append(value)
        elif isinstance(node, Scalar):
            texts.append(node.text)
        elif isinstance(node, Sequence):
            waiting += node.items
    return _SIGNS.search("\n".join(texts)) is not None


def _values(root: Node) -> Iterator[tuple[Scalar, tuple[str, ...]]]:
    """Every text but those of programs, with the keys that lead to it."""
    waiting: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    while waiting:
        node, parts = waiting.pop()
        if isinstance(node, Scalar):
            yield node, parts
        elif isinstance(node, Sequence):
            waiting += ((item, (*parts, f"[{index}]")) for index, item in enumerate(node.items))
        elif isinstance(node, Mapping):
            waiting += ((value, (*parts, raw(key))) for key, value in node.pairs if raw(key) not in _PROGRAMS)
