"""Where the cursor of an SDL stands: below which keys, in a key or in a value.

The text is half-written most of the time, so nothing is parsed: the keys above are found by their indentation, as a
person finds them. What is not understood gives no place, never a wrong one that looks sure: text of a block (`|`),
comments, and brackets that span several lines.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

ITEM: Final = "-"
"""An item of a list, as a part of a path."""
_FAR: Final = 20_000
"""Lines looked at above and below the cursor; no SDL is longer."""
_LONGEST: Final = 2_000
"""Characters of a line that are looked at."""
_DASHES: Final = re.compile(r" *(?:- +|-$)*")
_KEY: Final = re.compile(r"""(?:"([^"]*)"|'([^']*)'|([^\s"'#&*!|>%@`{}\[\],][^#{}\[\],]*?))\s*:(?=\s|$)""")
_BLOCK: Final = re.compile(r"(?:[&!]\S+ +)*[|>][-+0-9]*\s*(?:#.*)?$")
_WORD_END: Final = re.compile(r"[^\s,\]}#]*")


class CursorPart(StrEnum):
    """What the cursor stands in."""

    KEY = "key"
    """A key, or the beginning of one, or an item of a list of plain values."""
    VALUE = "value"
    NOTHING = "nothing"
    """A comment, a text of several lines, or something that is not understood."""


@dataclass(frozen=True, slots=True)
class CursorPlace:
    """The place of a cursor. Columns count from 0, in characters."""

    part: CursorPart
    path: tuple[str, ...] = ()
    """The keys above, from the outermost; `-` for an item of a list."""
    key: str = ""
    """In a value: its key. In a key: what stands there, as far as its end."""
    start: int = 0
    """Where the word at the cursor begins in its line."""
    end: int = 0
    typed: str = ""
    """The word up to the cursor."""
    siblings: Mapping[str, str] = field(default_factory=dict)
    """The other keys of the same mapping with what is written behind them."""
    has_colon: bool = False
    """Whether a colon stands behind the key already."""
    in_quotes: bool = False
    """Whether the word stands behind an opening quote."""


NOWHERE: Final = CursorPlace(CursorPart.NOTHING)


@dataclass(frozen=True, slots=True)
class _Line:
    """One line taken apart: the columns of its dashes, and the column, name and value of its key."""

    dashes: tuple[int, ...]
    column: int
    key: str | None
    value: str


def place_at(lines: Sequence[str], row: int, column: int) -> CursorPlace:
    """The place of the cursor, which stands before the character at `column` of line `row`; both count from 0."""
    if not 0 <= row < len(lines):
        return NOWHERE
    line = lines[row][:_LONGEST]
    if column > len(line) or _in_comment(line, column) or line.startswith(("---", "...")):
        return NOWHERE
    own = _parts(line)
    level = own.column if line.strip() else column
    path = _above(lines, row, level, own)
    if path is None:
        return NOWHERE
    siblings = _siblings(lines, row, level, own)
    behind = line[own.column :]
    colon = _KEY.match(behind)
    if own.key is None or colon is None or column <= own.column + colon.end() - 1:
        return _in_key(line, column, own, path, siblings, colon is not None)
    at = own.column + colon.end()
    if _BLOCK.match(line[at:].strip()):
        return NOWHERE
    return _in_value(line, column, at, (*path, own.key), siblings)


def _in_key(
    line: str, column: int, own: _Line, path: tuple[str, ...], siblings: Mapping[str, str], has_colon: bool
) -> CursorPlace:
    start = min(own.column, column)
    if line[start : start + 1] in ("{", "["):
        return _in_value(line, column, start, path, siblings)
    end = own.column + len(own.key) if has_colon and own.key is not None else _word_end(line, max(start, column))
    if " " in line[start:column].strip():
        return NOWHERE  # a sentence, such as an argument of a command
    key = own.key if own.key is not None else line[start:end].strip()
    typed = line[start:column].lstrip()
    return CursorPlace(CursorPart.KEY, path, key, column - len(typed), max(end, column), typed, siblings, has_colon)


def _in_value(line: str, column: int, at: int, path: tuple[str, ...], siblings: Mapping[str, str]) -> CursorPlace:
    """In what stands behind a key; `at` is the column right behind its colon."""
    start = at + len(line[at:column]) - len(line[at:column].lstrip())
    if line[start : start + 1] in ("{", "["):
        return _in_brackets(line, column, start, path)
    if line[start : start + 1] in ("&", "*", "!"):
        return NOWHERE
    in_quotes = line[start : start + 1] in ("'", '"') and start < column
    start += in_quotes
    end = _word_end(line, column)
    if end > column and line[end - 1] in "'\"":
        end -= 1
    typed = line[start:column]
    return CursorPlace(CursorPart.VALUE, path[:-1], path[-1], start, end, typed, siblings, in_quotes=in_quotes)


def _in_brackets(line: str, column: int, at: int, path: tuple[str, ...]) -> CursorPlace:
    """Inside `{…}` or `[…]` that stand on one line."""
    open_: list[tuple[str, dict[str, str]]] = []
    here = list(path)
    key: str | None = None
    start = at
    quote = ""
    for i in range(at, column):
        sign = line[i]
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign in "{[":
            if key is not None:
                here.append(key)
            if sign == "[":
                here.append(ITEM)
            open_.append((sign + ("" if key is None else "k"), {}))
            key, start = None, i + 1
        elif sign in "}]":
            if not open_:
                return NOWHERE
            kind, _ = open_.pop()
            if kind[0] == "[":
                here.pop()
            if "k" in kind:
                here.pop()
            key, start = None, i + 1
        elif sign == ",":
            if open_ and key is not None:
                open_[-1][1][key] = line[start:i].strip()
            key, start = None, i + 1
        elif sign == ":" and key is None and line[i + 1 : i + 2] in (" ", "") and open_:
            key, start = line[start:i].strip().strip("'\""), i + 1
    if not open_ or quote:
        return NOWHERE
    start += len(line[start:column]) - len(line[start:column].lstrip())
    end = _word_end(line, column)
    siblings = open_[-1][1]
    if key is not None:
        return CursorPlace(CursorPart.VALUE, tuple(here), key, start, end, line[start:column], siblings)
    has_colon = line[end - 1 : end] == ":"
    end -= has_colon
    return CursorPlace(
        CursorPart.KEY, tuple(here), line[start:end], start, max(end, column), line[start:column], siblings, has_colon
    )


def _above(lines: Sequence[str], row: int, level: int, own: _Line) -> tuple[str, ...] | None:
    """The keys above a line, from the outermost; None inside a text of several lines."""
    path: list[str] = []
    after_dash = False
    for dash in reversed(own.dashes):
        if dash < level:
            path.append(ITEM)
            level, after_dash = dash, True
    for at in range(row - 1, max(-1, row - _FAR), -1):
        if level == 0 and not after_dash:
            break
        text = lines[at][:_LONGEST]
        if not text[:level].strip(" ") and (not after_dash or _is_inside(text, level)):
            continue
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        if text.startswith(("---", "...")):
            break
        line = _parts(text)
        if line.key is None and line.dashes and line.dashes[0] < level and _BLOCK.match(line.value.strip()):
            return None
        if line.column < level or (after_dash and line.column == level):
            if _BLOCK.match(line.value.strip()):
                return None
            if line.key is None:
                if line.column < level and not line.dashes:
                    return None  # text that goes on over several lines
            elif not line.value.strip() or line.value.strip().startswith(("#", "&", "!")):
                path.append(line.key)
                level, after_dash = line.column, False
            elif line.column < level:
                return None  # below a value that stands on its own line
        for dash in reversed(line.dashes):
            if dash < level:
                path.append(ITEM)
                level, after_dash = dash, True
    if after_dash and level > 0:
        return None
    return tuple(reversed(path))


def _siblings(lines: Sequence[str], row: int, level: int, own: _Line) -> dict[str, str]:
    """The other keys of the mapping that the line belongs to."""
    found: dict[str, str] = {}
    if not own.dashes:  # else the line begins its item: nothing of it stands above
        for at in range(row - 1, max(-1, row - _FAR), -1):
            text = lines[at][:_LONGEST]
            if _is_inside(text, level) or not text.strip() or text.lstrip().startswith("#"):
                continue
            line = _parts(text)
            if line.column == level and line.key is not None:
                found.setdefault(line.key, line.value.strip())
            if line.column < level or (line.dashes and line.dashes[-1] < level <= line.column):
                break
    for at in range(row + 1, min(len(lines), row + _FAR)):
        text = lines[at][:_LONGEST]
        if _is_inside(text, level) or not text.strip() or text.lstrip().startswith("#"):
            continue
        line = _parts(text)
        first = line.dashes[0] if line.dashes else line.column
        if first < level:
            break
        if line.column == level and not line.dashes and line.key is not None:
            found.setdefault(line.key, line.value.strip())
    return found


def key_of(text: str) -> tuple[int, str, str] | None:
    """Column, name and value of the key in a line; None if it has none."""
    line = _parts(text[:_LONGEST])
    return None if line.key is None else (line.column, line.key, line.value)


def dash_of(above: str, column: int) -> int | None:
    """Where the next item's dash stands, if `above` is an item whose key begins at `column`; else None."""
    line = _parts(above[:_LONGEST])
    return line.dashes[-1] if line.dashes and line.key is not None and line.column == column else None


def _parts(text: str) -> _Line:
    lead = _DASHES.match(text)
    assert lead is not None  # it matches nothing too
    column = lead.end()
    dashes = tuple(i for i, sign in enumerate(lead[0]) if sign == "-")
    if not text[column:].strip() and not dashes:
        column = len(text)
    key = _KEY.match(text, column)
    if key is None:
        return _Line(dashes, column, None, text[column:])
    name = next(part for part in key.groups() if part is not None)
    return _Line(dashes, column, name, text[key.end() :])


def _is_inside(text: str, level: int) -> bool:
    """Whether a line stands further right than a key at `level`. Most lines do, and need not be taken apart."""
    indent = len(text) - len(text.lstrip(" "))
    return indent > level or (indent == level and (text.startswith("- ", indent) or text[indent:] == "-"))


def _word_end(line: str, column: int) -> int:
    found = _WORD_END.match(line, column)
    return found.end() if found is not None else column


def _in_comment(line: str, column: int) -> bool:
    quote = ""
    for i, sign in enumerate(line[:column]):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"" and (i == 0 or line[i - 1] in " [{,:-"):
            quote = sign
        elif sign == "#" and (i == 0 or line[i - 1] == " "):
            return True
    return False
