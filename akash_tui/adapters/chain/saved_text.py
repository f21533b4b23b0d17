"""The text of a saved answer → plain values: JSON, JSON Lines or YAML, in UTF-8 or UTF-16, measured before parsing.

Nothing is executed, no YAML tag or alias is followed, and every scalar of YAML stays the text it is.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Any, Final

import yaml

from akash_tui.adapters.system.bounded_json import DEPTH, JsonLimits, JsonTooLarge, check
from akash_tui.domain.text import clean
from akash_tui.services.ports import BadInput

LIMITS: Final = JsonLimits(16 << 20, parts=400_000, values=1_000_000)
"""The most that JSON may have: some ten thousand bids."""
YAML_VALUES: Final = 200_000
"""Most values read of YAML, which is parsed much more slowly: two thousand bids."""
DOCUMENTS: Final = 20_000
"""Most JSON values one after another."""

_LOADER: Final[Any] = getattr(yaml, "CLoader", yaml.Loader)
_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))
_HEADERS: Final = re.compile(r"HTTP/\d[^\n]*\n(?:[^\r\n][^\n]*\n)*\r?\n\s*")
"""What `curl -i` prints before an answer. Each line has one way to match: a cut answer ends in one of any length."""
_JSON_LINE: Final = re.compile(r"^[{\[]", re.MULTILINE)
_ERROR: Final = re.compile(r"^(?:error|curl): *(\S.*)", re.IGNORECASE | re.MULTILINE)
_TITLE: Final = re.compile(r"<title>\s*([^<]{1,100})", re.IGNORECASE)
SMALLER: Final = "Save the answer of one deployment only."


class NotJson(BadInput):
    """Text that begins like JSON and is none."""


def documents(raw: str | bytes) -> list[object]:
    """Every value in the text, one after another; numbers with a point stay text. `BadInput` says what it is else."""
    text = _text(raw).removeprefix("\ufeff").strip()
    begin = 0
    while found := _HEADERS.match(text, begin):  # one block for each redirect
        begin = found.end()
    text = text[begin:]
    if not text:
        raise BadInput(
            "The file is empty: there is no answer in it.",
            "Run the command that should have written it alone, to see why it printed nothing.",
        )
    if text[0] == "<":
        title = _TITLE.search(text[:10_000])
        named = f", {clean(title[1]).strip()!r}" if title else ""
        raise BadInput(
            f"The file is a web page{named}, not the answer of a node.",
            "Ask again, or another node: its address may be wrong, or it is behind something that failed.",
        )
    if text[0] not in "{[":
        try:
            return _yaml_values(text)
        except BadInput as error:
            line = _JSON_LINE.search(text)
            if line is None:
                raise _said_by_a_command(text) or error from None
            try:
                return json_values(text[line.start() :])  # what the command said before its answer
            except BadInput:
                raise error from None
    try:
        return json_values(text)
    except NotJson as error:
        try:
            return _yaml_values(text)  # YAML may begin like JSON
        except BadInput:
            raise error from None


def _said_by_a_command(text: str) -> BadInput | None:
    """What a command line printed in place of an answer."""
    found = _ERROR.search(text[:10_000])
    if found is None:
        return None
    return BadInput(
        f"The file has an error message and no bids: {clean(found[1], 200).strip().rstrip('.')}.",
        "Check the address and the deployment's number, and ask again or another node.",
    )


def _text(raw: str | bytes) -> str:
    """The characters; UTF-16 by its byte order mark, as PowerShell's `>` writes it."""
    if len(raw) > LIMITS.bytes:
        raise BadInput("The file is too large to hold bids.", SMALLER)
    if isinstance(raw, str):
        return raw
    if raw.startswith(b"\x1f\x8b"):
        raise BadInput("The file is packed (gzip).", "Unpack it first: gunzip -c FILE | akash-tui bids --from -")
    encoding = "utf-16" if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8"
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise BadInput(f"The file is not text: line {line} is not UTF-8.", "Save the answer unchanged.") from None


def json_values(text: str) -> list[object]:
    """One JSON value, or several after another. Raises `BadInput`, `NotJson` for the syntax."""
    try:
        check(text.encode("utf-8", "surrogatepass"), LIMITS)
    except JsonTooLarge as error:
        raise BadInput(f"The file cannot hold bids: it {error}.", SMALLER) from None
    decoder = json.JSONDecoder(parse_float=str)
    out: list[object] = []
    at = 0
    try:
        while at < len(text):
            value, at = decoder.raw_decode(text, at)
            out.append(value)
            if len(out) > DOCUMENTS:
                raise BadInput(f"The file has more than {DOCUMENTS} JSON values.", SMALLER)
            while at < len(text) and text[at] in " \t\r\n,":
                at += 1
    except json.JSONDecodeError as error:
        opened = sum(text.count(sign) for sign in "{[") - sum(text.count(sign) for sign in "}]")
        cut = " The file may be cut off." if opened > 0 else ""
        raise NotJson(
            f"The file is not valid JSON: line {error.lineno}, column {error.colno}.{cut}",
            "Save the node's answer unchanged.",
        ) from None
    except (ValueError, RecursionError):  # a number with thousands of digits
        raise BadInput("The file is not valid JSON.", "Save the node's answer unchanged.") from None
    return out


def _yaml_values(text: str) -> list[object]:
    """The documents of YAML, as the official command line prints an answer. Raises `BadInput`."""
    stack: list[list[object]] = []
    out: list[object] = []
    count = 0
    try:
        next_event = _LOADER(text).get_event
        while True:
            event = next_event()
            kind = type(event)
            value: object
            if kind is yaml.ScalarEvent:
                value = None if not event.style and event.value in _NULLS else event.value
            elif kind in (yaml.MappingStartEvent, yaml.SequenceStartEvent):
                if len(stack) >= DEPTH:
                    raise BadInput(f"The file cannot hold bids: it is nested more than {DEPTH} levels deep.", SMALLER)
                stack.append([])
                continue
            elif kind is yaml.MappingEndEvent:
                parts = stack.pop()
                value = {key: part for key, part in zip(parts[::2], parts[1::2], strict=True) if isinstance(key, str)}
            elif kind is yaml.SequenceEndEvent:
                value = stack.pop()
            elif kind is yaml.AliasEvent:
                raise BadInput("The file has YAML aliases, which no saved answer has.", "Save the answer unchanged.")
            elif kind is yaml.StreamEndEvent:
                break
            else:
                continue
            count += 1
            if count > YAML_VALUES:
                raise BadInput(f"The file cannot hold bids: it has more than {YAML_VALUES} values.", SMALLER)
            (stack[-1] if stack else out).append(value)
    except yaml.MarkedYAMLError as error:
        line = f": line {error.problem_mark.line + 1}" if error.problem_mark is not None else ""
        raise BadInput(f"The file is neither JSON nor YAML{line}.", "Save the node's answer unchanged.") from None
    except (yaml.YAMLError, ValueError):
        raise BadInput("The file is neither JSON nor YAML.", "Save the node's answer unchanged.") from None
    if not any(isinstance(value, (dict, list)) for value in out) and text not in _NULLS:
        raise BadInput("The file is neither JSON nor YAML.", "Save the node's answer unchanged.")
    return out
