"""A world's own time: as fast as its speed says, without a jump where the speed changes."""

from __future__ import annotations

import pytest

from akash_tui.practice.chain.pace import MOST_SPEED, Pace


def test_time_passes_as_fast_as_the_speed_says() -> None:
    wall = 1_800_000_000.0
    pace = Pace(6.0, lambda: int(wall * 1e9))
    assert (pace.interval, pace.seconds()) == (6.0, wall)
    wall += 10
    pace.turn(60)
    assert (pace.interval, pace.seconds()) == (0.1, 1_800_000_010.0)
    wall += 10
    assert pace.seconds() == 1_800_000_610.0
    pace.turn(1)
    wall += 5
    assert pace.seconds() == 1_800_000_615.0


@pytest.mark.parametrize("speed", [0, -1, MOST_SPEED + 1, float("nan"), float("inf")])
def test_other_speeds_are_refused(speed: float) -> None:
    pace = Pace(6.0, lambda: 0)
    with pytest.raises(ValueError, match="not possible"):
        pace.turn(speed)
    assert pace.speed == 1
