"""Untrusted JSON is measured before a parser sees it, and large answers are parsed beside the loop."""

from __future__ import annotations

import asyncio
import gc
import json
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.adapters.system import bounded_json
from akash_tui.adapters.system.bounded_json import JsonLimits, JsonTooLarge, loads, read

LIMITS = JsonLimits(1 << 20, parts=1_000, values=5_000)

TOO_LARGE = {
    "more bytes": (b" " * (LIMITS.bytes + 1), "longer than 1024 KiB"),
    "lists": (b"[" + b"[]," * 1_000 + b"[]]", "more than 1000 objects and lists"),
    "objects": (b"[" + b"{}," * 1_000 + b"{}]", "more than 1000 objects and lists"),
    "numbers": (b"[" + b"1," * 5_001 + b"1]", "more than 5000 values"),
    "keys": (b"{" + b'"":"" ' * 20_000 + b"}", "more than 5000 values"),
    "escapes": (b'["' + b"\\\\" * 5_000 + b'"]', "more than 5000 values"),
    "deep lists": (b"[" * 33 + b"]" * 33, "more than 32 levels"),
    "deep objects": (b'{"a":' * 33 + b"1" + b"}" * 33, "more than 32 levels"),
    "deep without an end": (b"[" * 900, "more than 32 levels"),
}


@pytest.mark.parametrize("case", TOO_LARGE)
def test_what_no_real_answer_has_never_reaches_the_parser(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body, words = TOO_LARGE[case]
    monkeypatch.setattr(json, "loads", lambda *_, **__: pytest.fail("the parser was called"))
    with pytest.raises(JsonTooLarge, match=words):
        loads(body, LIMITS)


@pytest.mark.parametrize("depth", [1, 2, 31, 32])
def test_nesting_up_to_the_limit_is_read(depth: int) -> None:
    body = b'{"a":[' * (depth // 2) + b"[]" * (depth % 2) + b"]}" * (depth // 2)
    assert loads(body, LIMITS) == json.loads(body)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(alphabet='[]{}",\\x\n', max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text('[{"\\', max_size=5), inner, max_size=3),
    max_leaves=20,
)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        value = list(value.values())
    return 1 + max(map(depth_of, value), default=0) if isinstance(value, list) else 0


@given(value=JSON)
def test_the_depth_is_exact_whatever_stands_in_the_strings(value: Any) -> None:
    body, depth = json.dumps(value).encode(), depth_of(value)
    assert not bounded_json._deeper_than(body, depth)
    assert depth == 0 or bounded_json._deeper_than(body, depth - 1)


@pytest.mark.parametrize("body", [b"", b"{", b"NaN", b"[Infinity]", b"\xff\xfe", b'"\xff"', b"[1}", b"9" * 5_000])
def test_what_is_no_json_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        loads(body, LIMITS)
    assert gc.isenabled()


async def test_a_large_answer_is_parsed_beside_the_loop_and_a_small_one_at_once() -> None:
    here, turns = threading.get_ident(), 0
    released = threading.Event()

    def reader(body: bytes) -> int:
        if len(body) > 100:
            assert released.wait(30), "the loop got no turn while a large answer was parsed"
        return threading.get_ident()

    assert await read(b"[]", reader) == here
    large = asyncio.create_task(read(b" " * 100_000, reader))
    while turns < 100:
        await asyncio.sleep(0)
        turns += 1
    assert not large.done()
    released.set()
    assert await large != here


async def test_large_answers_are_parsed_one_after_the_other() -> None:
    running, most = 0, 0

    def reader(body: bytes) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        json.loads(body)
        running -= 1

    await asyncio.gather(*(read(b"[" + b"1," * 50_000 + b"1]", reader) for _ in range(8)))
    assert (running, most) == (0, 1)


async def test_no_garbage_is_collected_while_an_answer_is_parsed() -> None:
    """A list of 90,000 objects made collections over the whole program, 250 ms each."""
    assert gc.isenabled()
    assert not await read(b"[]", lambda _: gc.isenabled())
    assert not await read(b" " * 100_000, lambda _: gc.isenabled())
    assert gc.isenabled()


def test_a_cut_answer_is_not_called_deep() -> None:
    body = json.dumps([{"a": [{"b": 1}] * 5}] * 20).encode()
    limits = bounded_json.JsonLimits(1 << 20, parts=1000, values=1000)
    bounded_json.check(body[:-9], limits)
    with pytest.raises(bounded_json.JsonTooLarge):
        bounded_json.check(b"[" * 33, limits)
