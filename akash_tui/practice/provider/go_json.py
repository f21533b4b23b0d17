"""JSON read and written the way Go's encoding/json does it, with its error texts: providers are Go programs."""

from __future__ import annotations

import json
from typing import Any

_SPACE = b" \t\r\n"
_LITERALS = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}
_MAX_DEPTH = 200  # Go allows 10000; no manifest is deeper than a dozen


class GoJsonError(ValueError):
    """A body that Go could not decode; the text is the one Go gives."""


def decode_first(data: bytes) -> Any:
    """The first JSON value in `data` (as json.Decoder.Decode: what follows it is not looked at)."""
    start = _skip(data, 0)
    if start == len(data):
        raise GoJsonError("EOF")
    end = _value(data, start, 0)
    return json.loads(data[start:end].decode("utf-8", "replace"))


def encode(value: Any, *, sort: bool = False) -> bytes:
    """Compact JSON with Go's HTML escaping; sorted keys give the canonical form that is hashed."""
    text = json.dumps(value, sort_keys=sort, separators=(",", ":"), ensure_ascii=False)
    for plain, escaped in (
        ("<", "\\u003c"),
        (">", "\\u003e"),
        ("&", "\\u0026"),
        ("\u2028", "\\u2028"),
        ("\u2029", "\\u2029"),
    ):
        text = text.replace(plain, escaped)
    return text.encode("utf-8", "surrogatepass")


def kind_of(value: Any) -> str:
    """What Go calls the JSON type of a decoded value in its type errors."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "bool"
    if isinstance(value, int | float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object"


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


def _skip(data: bytes, at: int) -> int:
    while at < len(data) and data[at] in _SPACE:
        at += 1
    return at


def _value(data: bytes, at: int, depth: int) -> int:
    """The index after the value that starts at `at` (no white space before it)."""
    if depth > _MAX_DEPTH:
        raise GoJsonError("exceeded max depth")
    if at >= len(data):
        raise _bad(data, at, "")
    first = data[at]
    if first == ord("{"):
        return _object(data, at + 1, depth)
    if first == ord("["):
        return _array(data, at + 1, depth)
    if first == ord('"'):
        return _string(data, at + 1)
    if first in _LITERALS:
        return _literal(data, at, _LITERALS[first])
    if first == ord("-") or ord("0") <= first <= ord("9"):
        return _number(data, at)
    raise _bad(data, at, "looking for beginning of value")


def _object(data: bytes, at: int, depth: int) -> int:
    at = _skip(data, at)
    if at < len(data) and data[at] == ord("}"):
        return at + 1
    while True:
        at = _skip(data, at)
        if at >= len(data) or data[at] != ord('"'):
            raise _bad(data, at, "looking for beginning of object key string")
        at = _skip(data, _string(data, at + 1))
        if at >= len(data) or data[at] != ord(":"):
            raise _bad(data, at, "after object key")
        at = _skip(data, _value(data, _skip(data, at + 1), depth + 1))
        if at < len(data) and data[at] == ord("}"):
            return at + 1
        if at >= len(data) or data[at] != ord(","):
            raise _bad(data, at, "after object key:value pair")
        at += 1


def _array(data: bytes, at: int, depth: int) -> int:
    at = _skip(data, at)
    if at < len(data) and data[at] == ord("]"):
        return at + 1
    while True:
        at = _skip(data, _value(data, _skip(data, at), depth + 1))
        if at < len(data) and data[at] == ord("]"):
            return at + 1
        if at >= len(data) or data[at] != ord(","):
            raise _bad(data, at, "after array element")
        at += 1


def _string(data: bytes, at: int) -> int:
    while at < len(data):
        byte = data[at]
        if byte == ord('"'):
            return at + 1
        if byte < 0x20:
            raise _bad(data, at, "in string literal")
        if byte == ord("\\"):
            at += 1
            if at >= len(data):
                break
            if data[at] == ord("u"):
                for _ in range(4):
                    at += 1
                    if at >= len(data) or data[at] not in b"0123456789abcdefABCDEF":
                        raise _bad(data, at, "in \\u hexadecimal character escape")
            elif data[at] not in b'bfnrt\\/"':
                raise _bad(data, at, "in string escape code")
        at += 1
    raise _bad(data, at, "")


def _literal(data: bytes, at: int, word: bytes) -> int:
    for offset in range(1, len(word)):
        if at + offset >= len(data) or data[at + offset] != word[offset]:
            raise _bad(data, at + offset, f"in literal {word.decode()} (expecting {_quote(word[offset])})")
    return at + len(word)


def _digits(data: bytes, at: int) -> int:
    while at < len(data) and ord("0") <= data[at] <= ord("9"):
        at += 1
    return at


def _number(data: bytes, at: int) -> int:
    if data[at] == ord("-"):
        at += 1
    if at < len(data) and data[at] == ord("0"):
        at += 1
    else:
        end = _digits(data, at)
        if end == at:
            raise _bad(data, at, "in numeric literal")
        at = end
    if at < len(data) and data[at] == ord("."):
        end = _digits(data, at + 1)
        if end == at + 1:
            raise _bad(data, end, "after decimal point in numeric literal")
        at = end
    if at < len(data) and data[at] in b"eE":
        at += 1
        if at < len(data) and data[at] in b"+-":
            at += 1
        end = _digits(data, at)
        if end == at:
            raise _bad(data, at, "in exponent of numeric literal")
        at = end
    return at
