"""Untrusted JSON, measured before any parser sees it, and parsed so that no key waits.

A parser needs 10 to 70 times as long for a byte of `[],` as for a byte of a real answer, and holds the interpreter
meanwhile, also in a thread. Counting brackets, commas and quotes takes 1 to 2 ms per MiB. What passes is so small that
no parser holds the interpreter for more than some 50 ms; anything above `_INLINE` bytes is parsed in one thread that
all adapters share, one answer after the other.
"""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeVar

T = TypeVar("T")

DEPTH: Final = 32
"""Deepest nesting; the deepest recorded answer, a transaction with its messages and events, has 14 levels."""
_INLINE: Final = 1 << 15
"""Longest answer in bytes that is parsed where it arrives: the worst one of this size takes about 2 ms."""
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_ONE_KIND: Final = bytes.maketrans(b"{}", b"[]")


@dataclass(frozen=True, slots=True)
class JsonLimits:
    """The most that one answer may have."""

    bytes: int
    parts: int
    """Objects and lists."""
    values: int
    """Commas; also the limit for backslashes. Four times as many quotes are allowed, for an object's keys."""
    depth: int = DEPTH


class JsonTooLarge(ValueError):
    """An answer beyond its limits. The text continues the words "its answer"."""


def check(body: bytes, limits: JsonLimits) -> None:
    """Raise `JsonTooLarge` for JSON that a parser must not see. Strings count as well: they can only make it stricter,
    except for depth, where brackets in strings are left out."""
    if len(body) > limits.bytes:
        raise JsonTooLarge(f"is longer than {limits.bytes >> 10} KiB")
    parts = body.count(b"[") + body.count(b"{")
    if parts > limits.parts:
        raise JsonTooLarge(f"has more than {limits.parts} objects and lists")
    if max(body.count(b","), body.count(b"\\"), body.count(b'"') // 4) > limits.values:
        raise JsonTooLarge(f"has more than {limits.values} values")
    if parts > limits.depth and _deeper_than(body, limits.depth):
        raise JsonTooLarge(f"is nested more than {limits.depth} levels deep")


def _deeper_than(body: bytes, depth: int) -> bool:
    """True for deeper nesting: each round takes the innermost pairs away. A few brackets without a partner are no
    nesting but a cut answer, which the parser refuses as such."""
    plain = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = b"".join(plain.split(b'"')[::2]).translate(_ONE_KIND, _NO_BRACKETS)
    for _ in range(depth):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return b"[]" in brackets or len(brackets) > depth


def loads(body: bytes, limits: JsonLimits, **hooks: Any) -> object:
    """The value of JSON within the limits; ValueError for anything else. `hooks` are those of `json.loads`."""
    check(body, limits)
    try:
        with _collection_paused():
            return json.loads(body, **{"parse_constant": _no_constant, **hooks})
    except RecursionError:
        raise JsonTooLarge("is nested too deeply") from None


async def read(body: bytes, reader: Callable[[bytes], T]) -> T:
    """`reader(body)`, in the shared thread unless the body is small. The reader checks the limits itself."""

    def quietly() -> T:
        with _collection_paused():
            return reader(body)

    if len(body) <= _INLINE:
        return quietly()
    return await asyncio.get_running_loop().run_in_executor(_thread(), quietly)


@contextmanager
def _collection_paused() -> Iterator[None]:
    """No garbage collection meanwhile: JSON has no reference cycles, and for every few thousand new objects a
    collection would go over all objects of the program (100 to 200 ms) while keys wait."""
    collecting = gc.isenabled()
    if collecting:
        gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@cache
def _thread() -> ThreadPoolExecutor:
    """One for all: two large answers are never parsed at once, so that the loop gets its turn between them."""
    return ThreadPoolExecutor(1, thread_name_prefix="json")


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
