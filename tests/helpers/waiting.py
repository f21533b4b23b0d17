"""Waiting for conditions of the real world."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

from tests.helpers.worlds import GIVE_UP


async def until(condition: Callable[[], bool], seconds: float = GIVE_UP) -> None:
    """Wait for a condition of the real world, or fail."""
    give_up = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < give_up, "it did not happen in time"
        await asyncio.sleep(0.02)
