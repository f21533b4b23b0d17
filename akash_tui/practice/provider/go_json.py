"""JSON read and written the way Go's encoding/json does it, with its error texts: providers are Go programs."""

from __future__ import annotations

import json
import re
from typing import Any

_LITERALS = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
_MAX_DEPTH = 200  # Go allows 10000; no manifest is deeper than a dozen
_SPACE = re.compile(rb"[ \t\r\n]*")
_TEXT = re.compile(rb'(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*')
_HEX = re.compile(rb"[0-9a-fA-F]*")
_NUMBER = (
    (re.compile(rb"-?"), re.compile(rb"0|[1-9][0-9]*"), "in numeric literal"),
    (re.compile(rb"\."), re.compile(rb"[0-9]+"), "after decimal point in numeric literal"),
    (re.compile(rb"[eE][+-]?"), re.compile(rb"[0-9]+"), "in exponent of numeric literal"),
)
"""The parts of a number: how one begins, the digits that must follow, and where Go says that they are missing."""
_KINDS = {bool: "bool", int: "number", float: "number", str: "string", list: "array", dict: "object"}
_ESCAPES = str.maketrans({character: f"\\u{ord(character):04x}" for character in "<>&\u2028\u2029"})


class GoJsonError(ValueError):
    """A body that Go could not decode; the text is the one Go gives."""


def decode_first(data: bytes) -> Any:
    """The first JSON value in `data` (as json.Decoder.Decode: what follows it is not looked at)."""
    start = _past(_SPACE, data, 0)
    if start == len(data):
        raise GoJsonError("EOF")
    end = _value(data, start, 0)
    return json.loads(data[start:end].decode("utf-8", "replace"))


def encode(value: Any, *, sort: bool = False) -> bytes:
    """Compact JSON with Go's HTML escaping; sorted keys give the canonical form that is hashed."""
    text = json.dumps(value, sort_keys=sort, separators=(",", ":"), ensure_ascii=False)
    return text.translate(_ESCAPES).encode("utf-8", "surrogatepass")


def kind_of(value: Any) -> str:
    """What Go calls the JSON type of a decoded value in its type errors."""
    return _KINDS.get(type(value), "null")


def _quote(byte: int) -> str:
    if byte == ord("'"):
        return "'\\''"
    if byte == ord('"'):
        return "'\"'"
    inner = json.dumps(chr(byte))[1:-1]
    return f"'{inner}'"


def _bad(data: bytes, at: int, where: str) -> GoJsonError:
    if at >= len(data):
        return GoJsonError("unexpected EOF")
    return GoJsonError(f"invalid character {_quote(data[at])} {where}")


def _past(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    """The index after what the pattern matches at `at`; `at` itself if it does not match."""
    match = pattern.match(data, at)
    return match.end() if match else at


def _expect(data: bytes, at: int, byte: bytes, where: str) -> int:
    """The index after this byte, which must come next."""
    if data[at : at + 1] != byte:
        raise _bad(data, at, where)
    return at + 1


def _value(data: bytes, at: int, depth: int) -> int:
    """The index after the value that starts at `at` (no white space before it)."""
    if depth > _MAX_DEPTH:
        raise GoJsonError("exceeded max depth")
    if at >= len(data):
        raise _bad(data, at, "")
    first = data[at]
    if first in b"{[":
        return _items(data, at + 1, depth, keyed=first == ord("{"))
    if first == ord('"'):
        return _string(data, at + 1)
    if first in _LITERALS:
        return _literal(data, at, _LITERALS[first])
    if first == ord("-") or ord("0") <= first <= ord("9"):
        return _number(data, at)
    raise _bad(data, at, "looking for beginning of value")


def _items(data: bytes, at: int, depth: int, *, keyed: bool) -> int:
    """The index after an object (`keyed`) or an array whose first item starts at `at`."""
    end, where = (b"}", "after object key:value pair") if keyed else (b"]", "after array element")
    at = _past(_SPACE, data, at)
    if data[at : at + 1] == end:
        return at + 1
    while True:
        at = _past(_SPACE, data, at)
        if keyed:
            at = _expect(data, at, b'"', "looking for beginning of object key string")
            at = _past(_SPACE, data, _string(data, at))
            at = _expect(data, at, b":", "after object key")
        at = _past(_SPACE, data, _value(data, _past(_SPACE, data, at), depth + 1))
        if data[at : at + 1] == end:
            return at + 1
        at = _expect(data, at, b",", where)


def _string(data: bytes, at: int) -> int:
    """The index after a string whose text starts at `at`."""
    at = _past(_TEXT, data, at)
    if data[at : at + 2] == b"\\u":
        raise _bad(data, _past(_HEX, data, at + 2), "in \\u hexadecimal character escape")
    if data[at : at + 1] == b"\\":
        raise _bad(data, at + 1, "in string escape code")
    return _expect(data, at, b'"', "in string literal")


def _literal(data: bytes, at: int, word: bytes) -> int:
    for offset in range(1, len(word)):
        if at + offset >= len(data) or data[at + offset] != word[offset]:
            raise _bad(data, at + offset, f"in literal {word.decode()} (expecting {_quote(word[offset])})")
    return at + len(word)


def _number(data: bytes, at: int) -> int:
    for opening, digits, where in _NUMBER:
        begin = opening.match(data, at)
        if begin is not None:
            at = _past(digits, data, begin.end())
            if at == begin.end():
                raise _bad(data, at, where)
    return at
