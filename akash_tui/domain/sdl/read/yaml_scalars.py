"""What a YAML scalar is, by the rules of Go's yaml.v3: null, true, a number, a time or just text.

Numbers follow YAML 1.1 (`0123` is octal, `0b1`, `0x1F`, `8_081`); words like `yes` are text except in
boolean fields (shared reference, SDL rules 13 and 14).
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import date
from typing import NamedTuple

from akash_tui.domain.sdl.go.numbers import parse_float, parse_integer
from akash_tui.domain.sdl.read.nodes import MERGE, NULL, STR, Node, Scalar, content_of

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
TRUE_WORDS = frozenset(("true", "True", "TRUE"))
FALSE_WORDS = frozenset(("false", "False", "FALSE"))
YES_WORDS = frozenset(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"))
NO_WORDS = frozenset(("n", "N", "no", "No", "NO", "off", "Off", "OFF"))
_FLOATS = {
    ".nan": "nan", ".NaN": "nan", ".NAN": "nan",
    ".inf": "inf", ".Inf": "inf", ".INF": "inf",
    "+.inf": "inf", "+.Inf": "inf", "+.INF": "inf",
    "-.inf": "-inf", "-.Inf": "-inf", "-.INF": "-inf",
}  # fmt: skip
_STYLE_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", re.ASCII)
_TIMESTAMP = re.compile(
    r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})"
    r"(?:[Tt ][0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}(?:\.[0-9]+)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?",
    re.ASCII,
)
_RESOLVABLE = frozenset(("", STR, "!!bool", "!!int", "!!float", NULL, "!!timestamp"))


class Resolved(NamedTuple):
    """What a scalar is: a tag in short form and None, a bool, a number, or its text."""

    tag: str
    value: bool | int | float | str | None


def _implicit(text: str, tag: str) -> Resolved:
    if text in _NULLS:
        return Resolved(NULL, None)
    if text in TRUE_WORDS:
        return Resolved("!!bool", True)
    if text in FALSE_WORDS:
        return Resolved("!!bool", False)
    if text == "<<":
        return Resolved(MERGE, text)
    if text in _FLOATS:
        return Resolved("!!float", float(_FLOATS[text]))
    first = text[0]
    if first == ".":
        number = parse_float(text)
        return Resolved(STR, text) if number is None else Resolved("!!float", number)
    if first in "+-0123456789":
        if tag in ("", "!!timestamp") and _is_timestamp(text):
            return Resolved("!!timestamp", text)
        plain = text.replace("_", "")
        whole = parse_integer(plain)
        if whole is not None:
            return Resolved("!!int", whole)
        number = parse_float(plain) if _STYLE_FLOAT.fullmatch(plain) else None
        if number is not None:
            return Resolved("!!float", number)
    return Resolved(STR, text)


def _is_timestamp(text: str) -> bool:
    found = _TIMESTAMP.fullmatch(text)
    if not found:
        return False
    try:
        date(max(1, int(found[1])), int(found[2]), int(found[3]))
    except ValueError:
        return False
    return True


def resolve(node: Scalar) -> Resolved | None:
    """What the scalar is; None if an explicit tag does not fit its text."""
    tag, text = node.tag, node.text
    if tag == STR or (not tag and node.style):
        return Resolved(STR, text)
    if tag == "!!binary":
        return Resolved(tag, _binary(text)) if _binary(text) is not None else None
    if tag not in _RESOLVABLE:
        return Resolved(tag, text)
    found = _implicit(text, tag)
    if tag in ("", found.tag):
        return found
    if tag == "!!float" and found.tag == "!!int" and isinstance(found.value, int) and found.value < 1 << 63:
        return Resolved(tag, float(found.value))
    return None


def _binary(text: str) -> str | None:
    try:
        data = base64.b64decode(text.replace("\r", "").replace("\n", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    return data.decode("utf-8", "replace")


def is_null(node: Node) -> bool:
    """True if Go would leave the target untouched."""
    content = content_of(node)
    if content is None:
        return False
    if isinstance(content, Scalar):
        if content.tag:
            return content.tag == NULL
        return not content.style and content.text in _NULLS
    return content.tag == NULL


def is_merge(node: Node) -> bool:
    """True for an unquoted `<<` key."""
    return isinstance(node, Scalar) and node.text == "<<" and (node.tag == MERGE or not (node.tag or node.style))
