"""Pauses that grow with each failure, stay within their bounds, and begin again after a success."""

from __future__ import annotations

import pytest

from akash_tui.services.ports import Backoff
from tests.fakes.clock import FakeClock


def test_each_failure_doubles_the_pause_up_to_the_longest() -> None:
    backoff = Backoff(FakeClock(), 15, 100)
    assert [backoff.failed() for _ in range(5)] == [15, 30, 60, 100, 100]


def test_a_success_begins_with_the_first_pause_again() -> None:
    backoff = Backoff(FakeClock(), 1, 100, factor=3)
    assert [backoff.failed() for _ in range(3)] == [1, 3, 9]
    backoff.succeeded()
    assert backoff.ready
    assert backoff.failed() == 1


def test_ten_thousand_failures_are_still_a_number() -> None:
    backoff = Backoff(FakeClock(), 0.5, 30)
    assert {backoff.failed() for _ in range(10_000)} >= {0.5, 30}
    assert backoff.failed() == 30


def test_nothing_is_ready_before_its_pause_is_over() -> None:
    clock = FakeClock()
    backoff = Backoff(clock, 10, 100)
    assert backoff.ready
    backoff.failed()
    clock.elapsed += 9.9
    assert not backoff.ready
    assert backoff.left == pytest.approx(0.1)
    clock.elapsed += 0.1
    assert backoff.ready


async def test_waiting_sleeps_as_long_as_the_pause() -> None:
    clock = FakeClock()
    backoff = Backoff(clock, 10, 100)
    await backoff.wait()
    await backoff.wait()
    assert clock.elapsed == 10 + 20


@pytest.mark.parametrize(("asked", "pause"), [(None, 10), (0.0, 10), (4.0, 4), (600.0, 600)])
def test_the_other_side_may_ask_for_another_pause(asked: float | None, pause: float) -> None:
    clock = FakeClock()
    backoff = Backoff(clock, 10, 100)
    assert backoff.failed(asked) == backoff.left == pause
    assert backoff.failed() == 20  # it counts all the same


def test_jitter_stays_between_its_bounds_and_differs() -> None:
    backoff = Backoff(FakeClock(), 10, 10, jitter=(0.5, 1.0))
    pauses = {backoff.failed() for _ in range(200)}
    assert all(5 <= pause <= 10 for pause in pauses)
    assert len(pauses) > 1
