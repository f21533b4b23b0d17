from __future__ import annotations

from datetime import UTC, datetime, timedelta

from akash_tui.adapters.system.clock import SystemClock
from akash_tui.services.ports import Clock


async def test_the_system_clock() -> None:
    clock: Clock = SystemClock()
    assert clock.now().tzinfo is UTC
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    before = clock.monotonic()
    await clock.sleep(0)
    assert clock.monotonic() >= before
