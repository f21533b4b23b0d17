"""For how long the bids of a run have been collected, and the times of its checklist."""

from __future__ import annotations

from akash_tui.services.core.run_state import LONGEST_COUNTED, ReadTimes, StepState
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import run


def test_the_time_between_reads_that_went_well_counts() -> None:
    reads = ReadTimes()
    assert reads.collected(100) == 0
    reads.stop(100)
    reads.succeeded(100, 101)
    assert reads.collected(110) == 10
    reads.stop(120)
    reads.succeeded(120, 120)
    assert (reads.collected(125), reads.begun) == (25, 120)


def test_the_time_of_reads_that_fail_or_hang_does_not_count() -> None:
    reads = ReadTimes()
    reads.stop(0)
    reads.succeeded(0, 0)
    reads.stop(10)
    assert reads.collected(50) == 10, "this read does not end"
    reads.stop(60)  # it failed, and the next one begins
    assert reads.collected(70) == 10
    reads.succeeded(60, 100)  # it went well, but took long
    assert reads.collected(100) == 10 + LONGEST_COUNTED
    assert reads.collected(105) == 15 + LONGEST_COUNTED


def test_a_step_that_was_done_before_has_no_time() -> None:
    made = run(FrozenClock())
    made.begin("signed")
    made.step("manifest", StepState.DONE)
    assert (made.steps["signed"].state, made.steps["signed"].seconds) == (StepState.DONE, None)
    assert made.steps["manifest"].seconds == 0
