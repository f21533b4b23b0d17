"""YAML text into the SDL's plain nodes, by libyaml's events, with hard limits.

Nothing is ever made a Python value, so `yes`, `0x10` and `1.50` stay the text they are. Only the
first document is read, and a repeated anchor takes over, as in Go's yaml.v3. Our own loop builds
the tree, so depth costs no stack, and an alias points at its target instead of copying it.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import yaml
from yaml.parser import ParserError
from yaml.scanner import ScannerError

from akash_tui.adapters.sdl.yaml_advice import advice_on
from akash_tui.adapters.sdl.yaml_lookahead import first_fault, scanner_fault, tab_line
from akash_tui.domain.sdl.read.nodes import Alias, Content, Mapping, Node, ReadFault, Scalar, Sequence
from akash_tui.domain.text import clean

MAX_BYTES: Final = 1 << 20
"""Largest file read. A manifest of that size would not be taken by any provider."""
MAX_DEPTH: Final = 64
"""Deepest nesting read; an SDL needs about ten."""
MAX_NODES: Final = 60_000
"""Most values read."""

_LOADER: Final[Any] = getattr(yaml, "CLoader", yaml.Loader)
_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_TABBED_COMMENT: Final = re.compile(rb" *\t[ \t]*#")
_ESCAPED_SLASH: Final = re.compile(r"(?<!\\)(?:\\\\)*\\/")
"""A `\\/` in double quotes: YAML 1.2, which Go's reader is not."""
_TEMPLATE: Final = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_MARK: Final = b"\xef\xbb\xbf"
_CORE = "tag:yaml.org,2002:"


@dataclass(slots=True)
class _Open:
    """A collection whose end has not been read yet."""

    event: Any
    anchor: str | None
    flow: bool
    children: list[Node] = field(default_factory=list)


def read_nodes(text: str | bytes, fixes: int = 20) -> Node | ReadFault | None:
    """The first document as nodes; None if there is none; a fault instead of any exception.

    Up to `fixes` comment lines that are indented by a tab are accepted where Go accepts them.
    """
    data = text
    if isinstance(text, bytes) and text[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        try:
            data = text.decode("utf-16")
        except UnicodeDecodeError as error:
            line = text[: error.start].decode("utf-16", "replace").count("\n") + 1
            return ReadFault("yaml.encoding", "This is not UTF-16 text.", "Save the file as UTF-8.", line, 1)
    if isinstance(data, str):
        try:
            data = data.encode("utf-8")
        except UnicodeEncodeError:
            return ReadFault(
                "yaml.encoding", "The text has characters that cannot be written as UTF-8.", "Save the file as UTF-8."
            )
    if len(data) > MAX_BYTES:
        return ReadFault(
            "yaml.too-large",
            f"The file has {len(data)} bytes; an SDL may have {MAX_BYTES}.",
            "Is this really an SDL? Large data belongs into the image or a volume.",
        )
    nul = data.find(b"\0")
    if nul >= 0:
        line = data.count(b"\n", 0, nul) + 1
        return ReadFault(
            "yaml.nul", "The file has a NUL byte: it is not text.", "Save the file as UTF-8 text.", line, 1
        )
    stray = data.find(_MARK, 1)  # even in a comment it upsets Go's count of columns
    if stray >= 0:
        return ReadFault(
            "yaml.syntax",
            "A byte order mark is in the middle of the file.",
            "Remove the invisible character from this line.",
            data.count(b"\n", 0, stray) + 1,
            1,
        )
    try:
        return _build(data)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        fixed = _without_tab_before_comment(data, mark.line) if mark and fixes else None
        if fixed is not None:
            return read_nodes(fixed, fixes - 1)
        body = _text(data)
        of_go = None
        if mark is not None and isinstance(error, ParserError):
            of_go = scanner_fault(body, mark.index)
        elif "could not find expected ':'" in str(error.problem):
            of_go = first_fault(body)
        return _syntax(of_go or error, body)
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        reason = clean(str(getattr(error, "reason", "") or "not readable text"))
        position = getattr(error, "position", None)
        before = data[:position].decode("utf-8", "replace") if isinstance(position, int) and position > 0 else ""
        place = (before.count("\n") + 1, len(before) - before.rfind("\n"))
        character = getattr(error, "character", None)
        if "control characters" in reason and isinstance(character, int):
            name = {0x1B: " (escape, which begins a colour of the terminal)", 0x7F: " (delete)"}.get(character, "")
            return ReadFault(
                "yaml.control",
                f"The character U+{character:04X}{name} cannot stand in YAML.",
                "Remove the invisible character.",
                *place,
            )
        return ReadFault("yaml.encoding", f"The text cannot be read: {reason}.", "Save the file as UTF-8.", *place)


def _build(data: bytes) -> Node | ReadFault | None:
    stack: list[_Open] = []
    anchors: dict[str, Content | _Open] = {}
    root: Node | None = None
    count = 0
    slashes = _text(data) if b"\\/" in data else ""
    next_event: Callable[[], Any] = _LOADER(data).get_event
    while True:
        event = next_event()
        kind = type(event)
        node: Node
        if kind is yaml.ScalarEvent:
            node = Scalar(event.value, event.style or "", _short(event.tag), *_place(event))
            if node.tag == "!!null" and node.text not in _NULLS:
                return _odd_null(event)
            if slashes and node.style == '"' and _ESCAPED_SLASH.search(slashes, node.start, node.end):
                return ReadFault(
                    "yaml.syntax",
                    "The escape \\/ in this text is not known to Akash's YAML reader.",
                    "Write / without the backslash.",
                    node.line,
                    node.column,
                )
            if event.anchor is not None:
                anchors[event.anchor] = node
        elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
            if len(stack) >= MAX_DEPTH:
                return ReadFault(
                    "yaml.too-deep",
                    f"Values are nested more than {MAX_DEPTH} deep.",
                    "An SDL needs about ten levels: look for runaway brackets or indentation.",
                    *_place(event)[:2],
                )
            if event.tag == _CORE + "null":
                return _odd_null(event)
            opened = _Open(event, event.anchor, bool(event.flow_style))
            stack.append(opened)
            if opened.anchor is not None:
                anchors[opened.anchor] = opened
            continue
        elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
            closed = stack.pop()
            node = _close(closed, event)
            if closed.anchor is not None and anchors.get(closed.anchor) is closed:
                anchors[closed.anchor] = node
        elif kind is yaml.AliasEvent:
            target = anchors.get(event.anchor)
            if target is None:
                return ReadFault(
                    "yaml.alias",
                    f"The alias *{clean(event.anchor)} names nothing.",
                    f"Define it before its use, with &{clean(event.anchor)}.",
                    *_place(event)[:2],
                )
            node = Alias(event.anchor, None if isinstance(target, _Open) else target, *_place(event))
        elif kind is yaml.DocumentStartEvent:
            if event.version is not None and tuple(event.version) != (1, 1):
                return ReadFault(
                    "yaml.syntax",
                    "The file asks for a YAML version other than 1.1, which Akash tools refuse.",
                    "Remove the %YAML line.",
                    *_place(event)[:2],
                )
            continue
        elif kind is yaml.DocumentEndEvent:
            fault = _behind(data, next_event, event.end_mark.index)
            return root if fault is None else _syntax(fault, _text(data))
        elif kind is yaml.StreamEndEvent:
            return root
        else:
            continue
        count += 1
        if count > MAX_NODES:
            return ReadFault(
                "yaml.too-large",
                f"The file has more than {MAX_NODES} values.",
                "Is this really an SDL?",
                node.line,
                node.column,
            )
        if stack:
            stack[-1].children.append(node)
        else:
            root = node


def _behind(data: bytes, next_event: Callable[[], Any], end: int) -> Any | None:
    """A fault right behind the first document, where Go's scanner looks although nothing there is read."""
    try:
        if end >= len(data) or type(next_event()) is yaml.StreamEndEvent:
            return None
    except yaml.YAMLError:
        pass  # what is wrong further on does not matter
    return scanner_fault(_text(data), end)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace").removeprefix("\ufeff")


def _without_tab_before_comment(data: bytes, line: int) -> bytes | None:
    """The text with this line's tabs as spaces, if it is a comment below a comment; else None.

    libyaml refuses a tab there; Go's reader swallows it together with the comment above.
    """
    lines = data.split(b"\n")
    if line >= len(lines) or not _TABBED_COMMENT.match(lines[line]):
        return None
    above = next((each for each in reversed(lines[:line]) if each.strip()), b"")
    if not above.lstrip(b" \t").startswith(b"#"):
        return None
    lines[line] = lines[line].replace(b"\t", b" ", lines[line].index(b"#"))
    return b"\n".join(lines)


def _syntax(error: Any, text: str) -> ReadFault:
    """The fault with the line that Go's yaml.v3 reports (`parser.fail` in its decode.go).

    That is where the unreadable part begins (the context), else where the reader stopped (the problem). Lines count
    from 0 there; one is added for a fault of the scanner, but not for one of the parser, which therefore shows the
    line above.
    """
    context, problem = error.context_mark, error.problem_mark
    scanning = isinstance(error, ScannerError)
    begun = next((mark.line for mark in (context, problem) if mark is not None and mark.line), 0)
    line = tab_line(text, error) or max(1, begun + scanning)
    column = next((mark.column + 1 for mark in (problem, context) if mark is not None and mark.line + 1 == line), 1)
    what = clean(str(error.problem or error.context or "not valid YAML"))
    stopped = problem.line + 1 if problem is not None else line
    lines = text.splitlines()
    variable = next((found[0] for each in {line, stopped, line + 1} if (found := _variable(lines, each))), None)
    at = lines[stopped - 1] if 0 < stopped <= len(lines) else ""
    before = lines[stopped - 2] if 1 < stopped <= len(lines) + 1 else ""
    return ReadFault(
        "yaml.syntax",
        f"This is not valid YAML: {what}" + (f" (noticed on line {stopped})." if stopped != line else "."),
        f"The template variable {clean(variable, 60)} is not filled in. Write the value in its place."
        if variable
        else advice_on(what, at, before),
        line,
        column,
    )


def _variable(lines: list[str], number: int) -> re.Match[str] | None:
    """A template's `{{ x }}` or `{% x %}` on a line, counted from 1."""
    return _TEMPLATE.search(lines[number - 1]) if 0 < number <= len(lines) else None


def _odd_null(event: Any) -> ReadFault:
    """A tag that says "nothing" on something; Go half ignores it, nobody intends it."""
    return ReadFault(
        "yaml.tag",
        "The tag !!null is on a value that is not null.",
        "Remove the tag.",
        *_place(event)[:2],
    )


def _place(event: Any) -> tuple[int, int, int, int]:
    """Line and column (from 1), and where it begins and ends in the text."""
    start = event.start_mark
    return start.line + 1, start.column + 1, start.index, event.end_mark.index


def _close(opened: _Open, event: Any) -> Mapping | Sequence:
    place = (opened.flow, _short(opened.event.tag), *_place(opened.event)[:3], event.end_mark.index)
    children = opened.children
    if type(opened.event) is yaml.MappingStartEvent:
        return Mapping(tuple(zip(children[::2], children[1::2], strict=True)), *place)
    return Sequence(tuple(children), *place)


def _short(tag: str | None) -> str:
    """`tag:yaml.org,2002:int` → `!!int`; the "!" that only says "not plain" counts as no tag."""
    if not tag or tag == "!":
        return ""
    return "!!" + tag[len(_CORE) :] if tag.startswith(_CORE) else tag
