"""Taking the values of secret parameters out of a text that somebody types: out of whole YAML in every style that a
value can have (plain, quoted, `|`, `>`, over several lines), and out of what is half-written, which is no YAML yet.

So it reads lines and quotes, no nodes. In doubt a line goes with the value: a draft is never worth a secret.
"""

from __future__ import annotations

import re
from typing import Final

_DECLARED: Final = re.compile(r"#\s*parameter\s+(\S+?)\s*:\s*secret", re.IGNORECASE)
_BEGINS_ITEM: Final = re.compile(r"[ \t]*(?:#[ \t]*)?(?:-[ \t]+)*-?[ \t]*(?:[^\s:#]+:[ \t]+)?(?:[&!]\S*[ \t]+)*")
"""What stands before a value on its line, where that line begins an item, or has it behind its key."""
_BEGINS_KEY: Final = re.compile(r"[ \t]*(?:- +)*")
_BLOCK: Final = re.compile(r"(?:.*[\s:-])?[|>][-+0-9]{0,2}[ \t]*(?:#.*)?")
"""A line whose value begins below it, as `|` or `>`."""
_OPEN_QUOTE: Final = re.compile(r"(?:.*[\s:\[,{-])?([\"'])\\?[ \t]*")
"""A line whose value begins below it, behind a quote."""
_STRUCTURE: Final = re.compile(r"\s*(?:-(?:\s|$)|#|---(?:\s|$)|\.\.\.(?:\s|$)|(?:<<|[\w./-]+)[ \t]*:(?:\s|$))")
_QUOTED_KEY: Final = re.compile(r"\s*(?:\"[^\"]*\"|'[^']*')[ \t]*:(?:\s|$)")
_LOOK_BACK: Final = 100_000
"""Characters above a value among which the line is looked for that it belongs to."""
_CLOSING: Final = {
    '"': re.compile(r"(?:\\[\s\S]|[^\"\\])*+(?=\"(?:[ \t]*(?:[\r\n,\]}:]|\Z)|[ \t]+#))"),
    "'": re.compile(r"(?:''|[^'])*+(?='(?!')(?:[ \t]*(?:[\r\n,\]}:]|\Z)|[ \t]+#))"),
}
"""The rest of a quoted value before its end: a quote behind which a value can end."""


def without_secrets(text: str, before: str = "") -> str:
    """The text without any value that stands for a declared secret parameter, in whichever form it was typed.

    What is half-written counts too: a declaration anywhere in the text, and one that was there `before`.
    """
    lines = (*before.splitlines(), *text.splitlines())
    matches = (_DECLARED.match(line.removeprefix("\ufeff").strip()) for line in lines)
    names = {match[1] for match in matches if match is not None}
    if not names:
        return text
    one = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    place = re.compile(rf"(?<![\w$(])(?:({one})=|([\"']?)({one})\2[ \t]*:(?=\s|\Z))")
    out: list[str] = []
    at = 0
    while (found := place.search(text, at)) is not None:
        out.append(text[at : found.end()])
        at = max(found.end(), _end(text, found.start(), found.end(), key=found[1] is None))
    return "".join(out) + text[at:]


def _end(text: str, start: int, value: int, *, key: bool) -> int:
    """Where the value ends that begins at `value`; its name stands at `start`, as a key or as a variable."""
    begin = text.rfind("\n", 0, start) + 1
    lead = text[begin:start]
    quote = "" if key else _open_quote(lead)
    if quote:
        return _quoted_end(text, value, quote, _column(lead))
    in_list = _is_in_list(text, begin, lead)
    if key:
        if not in_list and not _BEGINS_KEY.fullmatch(lead):
            return value
        after = re.compile(r"[ \t]*([\"'])").match(text, value)
        if after is not None and (closed := _CLOSING[after[1]].match(text, after.end())) is not None:
            return closed.end() + 1
    if in_list:
        return _list_end(text, value, _indent(lead) - 1)
    if key:
        return _key_end(text, value, len(lead))
    if not _BEGINS_ITEM.fullmatch(lead):
        return _inside_end(text, value, _indent(lead))
    if lead.strip():
        return _lines_end(text, value, _column(lead), commented=lead.lstrip().startswith("#"))
    parent, is_first = _parent(text, begin, len(lead))
    if (opened := _OPEN_QUOTE.fullmatch(parent)) and is_first:
        return _quoted_end(text, value, opened[1], _column(parent))
    if _BLOCK.fullmatch(parent):  # in its first line it is the variable, later on a line of a script
        return _lines_end(text, value, _column(parent)) if is_first else _lines_end(text, value, len(lead), only=True)
    return _lines_end(text, value, len(lead))


def _is_in_list(text: str, begin: int, lead: str) -> bool:
    """Whether what stands behind `lead`, on the line at `begin`, is an item of `[…]` or `{…}`."""
    above = text[max(0, begin - _LOOK_BACK) : begin].splitlines()
    for line in (lead, *reversed(above)):
        if line.strip() and not (line is not lead and line.lstrip().startswith("#")):
            return line.rstrip()[-1] in "[,{"
    return False


def _quoted_end(text: str, value: int, quote: str, base: int) -> int:
    closed = _CLOSING[quote].match(text, value)
    return closed.end() if closed is not None else _lines_end(text, value, base)


def _list_end(text: str, value: int, base: int) -> int:
    """In a list on one line, or in one of several lines."""
    rest = re.compile(r"[^,\]}]*").match(text, value, _lines_end(text, value, base))
    return value if rest is None else rest.end() - (len(rest[0]) - len(rest[0].rstrip()))


def _key_end(text: str, value: int, base: int) -> int:
    end = _line_end(text, value)
    rest = text[value:end].strip()
    if not rest:  # what follows may be a whole mapping, of a service that has the name of the secret
        below = text[end:].lstrip("\r\n \t")
        line = text.rfind("\n", 0, len(text) - len(below)) + 1
        is_text = below and len(text) - len(below) - line > base and not _STRUCTURE.match(below)
        return _lines_end(text, value, base) if is_text else value
    return _lines_end(text, value, base)


def _inside_end(text: str, value: int, base: int) -> int:
    """In the middle of a command."""
    if (quote := text[value : value + 1]) in _CLOSING:
        closed = re.compile(rf"{quote}[^{quote}]*{quote}").match(text, value, _lines_end(text, value, base - 1))
        return closed.end() if closed is not None else _line_end(text, value)
    rest = re.compile(r"[^\r\n,\]\"']*").match(text, value)
    return value if rest is None else rest.end()


def _lines_end(text: str, value: int, base: int, *, commented: bool = False, only: bool = False) -> int:
    """To the end of the line, and of those below that are indented by more than `base`, or (unless `only` those count)
    that begin nothing else: lines that were pasted. The same in a comment."""
    end = at = _line_end(text, value)
    keys_in_quotes = text[value:end].lstrip()[:1] in ("{", "[")  # they are a part of pasted JSON
    while (begin := text.find("\n", at) + 1) > 0:
        at = _line_end(text, begin)
        line = text[begin:at]
        if commented:
            if not line.lstrip().startswith("#"):
                break
            line = line.replace("#", " ", 1)
        if line.strip():
            ends = only or _STRUCTURE.match(line) or (not keys_in_quotes and _QUOTED_KEY.match(line))
            if _indent(line) <= base and ends:
                break
            end = at
    return end


def _parent(text: str, begin: int, indent: int) -> tuple[str, bool]:
    """The line that the one at `begin`, with this indentation, belongs to; and whether it is the first one below it."""
    is_first = True
    for line in reversed(text[max(0, begin - _LOOK_BACK) : begin].splitlines()):
        if line.strip():
            if _indent(line) < indent:
                return line, is_first
            is_first = False
    return "", False


def _open_quote(lead: str) -> str:
    """The quote that is open behind this beginning of a line; empty: none."""
    quote, at = "", 0
    while at < len(lead):
        sign = lead[at]
        if (quote == '"' and sign == "\\") or (quote == "'" and lead.startswith("''", at)):
            at += 1
        elif sign == quote:
            quote = ""
        elif not quote and sign in _CLOSING and (at == 0 or lead[at - 1] in " \t[,{:-(="):
            quote = sign
        at += 1
    return quote


def _line_end(text: str, at: int) -> int:
    """Where the line ends that `at` is in, without its line break."""
    end = text.find("\n", at)
    end = len(text) if end < 0 else end
    return end - 1 if end > at and text[end - 1] == "\r" else end


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _column(lead: str) -> int:
    """The column of the dash, or of the key, before a value."""
    plain = lead.replace("#", " ", 1) if lead.lstrip().startswith("#") else lead
    dash = re.match(r"[ \t]*(?:-[ \t]+)*(?=-)", plain)
    keyed = re.match(r"[ \t]*(?:-[ \t]+)*(?=[^\s:-][^\s:]*:[ \t])", plain)
    found = keyed or dash
    return found.end() if found is not None else _indent(plain)
