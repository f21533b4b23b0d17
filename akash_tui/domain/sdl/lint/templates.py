"""Template variables that Akash would pass on as they stand, because the SDL is valid with them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from akash_tui.domain.sdl.problem import SdlProblem, join
from akash_tui.domain.sdl.read.model import Document
from akash_tui.domain.sdl.read.nodes import Mapping, Node, Scalar, Sequence, raw
from akash_tui.domain.sdl.read.reading import SdlReading
from akash_tui.domain.sdl.read.template import VARIABLE, variable_in

_PROGRAMS = ("command", "args")
"""Texts for a shell or a program, which may have variables of their own."""
_DEEPEST = 20


def check_templates(document: Document, reading: SdlReading) -> Iterator[SdlProblem]:
    """A warning for each value with a variable; in the environment only if it is the whole value."""
    reported = {(problem.line, problem.column) for problem in reading.problems if problem.code == "sdl.template"}
    if document.root is None:
        return
    for node, path in _values(document.root, "", 0):
        in_env = re.fullmatch(r"services\..+\.env\[\d+\]", path) is not None
        variable = _whole(node) if in_env else variable_in(node)
        if variable is None or (node.line, node.column) in reported:
            continue
        reported.add((node.line, node.column))
        code, message, advice, edit = reading.unfilled(variable, None if in_env else node)
        yield reading.problem(code, node, path, message, advice, edit)


def _whole(node: Node) -> str | None:
    """The variable that is the whole value of an environment variable."""
    value = raw(node).partition("=")[2].strip("\"' ")
    return value if VARIABLE.fullmatch(value) else None


def _values(node: Node, path: str, depth: int) -> Iterator[tuple[Node, str]]:
    if depth > _DEEPEST:
        return
    if isinstance(node, Scalar):
        yield node, path
    elif isinstance(node, Sequence):
        for index, item in enumerate(node.items):
            yield from _values(item, f"{path}[{index}]", depth + 1)
    elif isinstance(node, Mapping):
        for key, value in node.pairs:
            if raw(key) not in _PROGRAMS:
                yield from _values(value, join(path, raw(key)), depth + 1)
