"""One answer for many: fresh as it says, one request, the last one while its source fails."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import pytest

from akash_tui.services.core.cached_answer import FIRST_PAUSE, LONGEST_PAUSE, CachedAnswer
from akash_tui.services.ports import UNCHANGED, SourceAnswer, Unreachable
from tests.fakes.clock import START, FakeClock

FRESH = 60.0


@dataclass(frozen=True)
class Figure:
    number: int
    read_at: datetime


class Source:
    """Answers with the number of the request; `fault` makes it fail, `gate` holds it back."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.asked: list[Mapping[str, str]] = []
        self.called = asyncio.Event()
        self.fault: Unreachable | None = None
        self.gate: asyncio.Event | None = None
        self.template: SourceAnswer[list[Figure]] | None = None

    async def fetch(self, conditions: Mapping[str, str]) -> SourceAnswer[list[Figure]]:
        self.asked.append(conditions)
        self.called.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        now = self.clock.now()
        if self.template is not None:
            return replace(self.template, read_at=now)
        return SourceAnswer([Figure(len(self.asked), now)], now)


@pytest.fixture
def source() -> Source:
    return Source(FakeClock())


@pytest.fixture
def answer(source: Source) -> CachedAnswer[list[Figure]]:
    return CachedAnswer(source.clock, "figures", FRESH, source.fetch)


async def test_many_readers_are_one_request(source: Source, answer: CachedAnswer[list[Figure]]) -> None:
    source.gate = asyncio.Event()
    readers = [asyncio.create_task(answer.get()) for _ in range(20)]
    await source.called.wait()
    readers[0].cancel()
    source.gate.set()
    values = await asyncio.gather(*readers[1:])
    assert len(source.asked) == 1
    assert {value.value[0].number for value in values} == {1}


async def test_the_old_answer_stays_while_the_source_fails(source: Source, answer: CachedAnswer[list[Figure]]) -> None:
    await answer.get()
    source.fault = Unreachable("away", "wait")
    source.clock.elapsed += FRESH
    assert answer.due
    for _ in range(3):
        value = await answer.get()
        assert (value.value[0].number, value.old, value.fault) == (1, True, source.fault)
        assert (source.clock.now() - value.read_at).total_seconds() == FRESH
    assert len(source.asked) == 2  # it is left alone for a while
    assert not answer.due
    source.fault = None
    source.clock.elapsed += FIRST_PAUSE
    value = await answer.get()
    assert (value.value[0].number, value.old, value.fault) == (3, False, None)


async def test_a_source_that_never_answered_is_asked_again_after_its_pause(
    source: Source, answer: CachedAnswer[list[Figure]]
) -> None:
    source.fault = Unreachable("away", "wait")
    for _ in range(5):
        with pytest.raises(Unreachable):
            await answer.get()
    assert len(source.asked) == 1
    assert answer.cached is None
    source.fault = None
    with pytest.raises(Unreachable):
        await answer.get()  # still pausing: nobody waits for it
    source.clock.elapsed += LONGEST_PAUSE
    assert not (await answer.get()).old


@pytest.mark.parametrize(("lifetime", "seconds"), [(None, FRESH), (15.0, 15.0), (500.0, 500.0)])
async def test_the_answer_says_how_long_it_is_fresh(
    source: Source, answer: CachedAnswer[list[Figure]], lifetime: float | None, seconds: float
) -> None:
    source.template = SourceAnswer([Figure(7, START)], START, lifetime)
    await answer.get()
    source.clock.elapsed += seconds - 1
    await answer.get()
    assert len(source.asked) == 1
    source.clock.elapsed += 1
    await answer.get()
    assert len(source.asked) == 2


async def test_what_did_not_change_is_as_new(source: Source, answer: CachedAnswer[list[Figure]]) -> None:
    source.template = SourceAnswer([Figure(7, START)], START, None, {"If-None-Match": "v1"})
    await answer.get()
    source.template = SourceAnswer(UNCHANGED, START, None, {"If-None-Match": "v1"})
    source.clock.elapsed += FRESH
    value = await answer.get()
    assert source.asked == [{}, {"If-None-Match": "v1"}]
    assert value.value == [Figure(7, source.clock.now())]
    assert not value.old


async def test_nothing_changed_is_no_first_answer(source: Source, answer: CachedAnswer[list[Figure]]) -> None:
    source.template = SourceAnswer(UNCHANGED, START)
    with pytest.raises(Unreachable):
        await answer.get()


async def test_closing_stops_the_request(source: Source, answer: CachedAnswer[list[Figure]]) -> None:
    source.gate = asyncio.Event()
    reader = asyncio.create_task(answer.get())
    await source.called.wait()
    await answer.aclose()
    with pytest.raises(asyncio.CancelledError):
        await reader
