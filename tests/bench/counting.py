"""A driver that makes Textual build its real terminal output, and only counts it."""

from __future__ import annotations

from textual.drivers.headless_driver import HeadlessDriver


class CountingDriver(HeadlessDriver):
    """What was written, in characters, over all apps of the process."""

    total = 0

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        CountingDriver.total += len(data)
