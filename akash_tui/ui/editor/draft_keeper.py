"""The draft of the text in the editor: written soon after a change, and a last time when the editor ends."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Final

from akash_tui.services.drafts import Drafts, DraftWriter
from akash_tui.services.ports import AkashError
from akash_tui.ui.editor.pauses import Pause

DRAFT_SECONDS: Final = 0.4
"""Longest time from a change until its draft is written."""


class DraftKeeper:
    """Keeps one draft. `read` gives the version and the text that is to be kept, `now` the time of the network;
    `failed` is called for the first of several failures in a row."""

    def __init__(
        self,
        drafts: Drafts,
        read: Callable[[], tuple[int, str]],
        now: Callable[[], datetime],
        failed: Callable[[AkashError], None],
    ) -> None:
        self._drafts = drafts
        self._read = read
        self._now = now
        self._failed = failed
        self._due = Pause()
        self.version = 0
        """The version whose draft is on the disk."""
        self.fault: AkashError | None = None
        """Why the last one could not be written."""

    def begin(self, source: str, saved: str) -> None:
        """Keep the draft of this source from now on; `saved` is its own text, which needs none."""
        self._writer = DraftWriter(self._drafts, source, saved)

    async def move(self, source: str, to: str, saved: str, version: int) -> None:
        """This version was saved as `to`: the draft of `source` goes, and the next one is of `to`."""
        self.begin(to, saved)
        await asyncio.to_thread(self._drafts.remove, source)
        self.version = version
        self.changed()

    @property
    def left_out(self) -> bool:
        """Whether the value of a secret parameter was left out of what was written last."""
        return self._writer.left_out

    def changed(self) -> None:
        """The text is another one: write its draft soon."""
        self._due.begin()

    async def write_next(self) -> None:
        """Wait for a change, and write its draft soon after it."""
        await self._due.since_first(DRAFT_SECONDS)
        version, text = self._read()
        try:
            await asyncio.to_thread(self._writer.write, version, text, self._now())
        except AkashError as error:
            self._fail(error)
        else:
            self.version, self.fault = version, None

    def write_now(self) -> None:
        """Write what is not written yet, before the screen goes."""
        version, text = self._read()
        if version in (0, self.version):
            return
        try:
            self._writer.write(version, text, self._now())
            self.version = version
        except AkashError as error:
            self._fail(error)

    def _fail(self, error: AkashError) -> None:
        if self.fault is None:
            self._failed(error)
        self.fault = error
