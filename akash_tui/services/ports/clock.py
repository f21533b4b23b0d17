"""Time, as services see it."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Time, so that tests can stop it."""

    def now(self) -> datetime:
        """Aware UTC time of day."""

    def monotonic(self) -> float:
        """Seconds from an arbitrary start; only differences mean anything."""

    async def sleep(self, seconds: float) -> None: ...
