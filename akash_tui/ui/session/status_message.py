"""The status line: the newest message while it is fresh, else what is in progress."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from akash_tui.ui.widgets.styles import Tone

MESSAGE_SECONDS = 8.0
"""How long a message stays."""


@dataclass(slots=True)
class StatusMessage:
    """The newest message while it is fresh, else the newest task in progress."""

    monotonic: Callable[[], float] = time.monotonic
    doing: dict[str, str] = field(default_factory=dict)
    """Tasks in progress: text by a key that the caller chooses."""
    _message: tuple[str, Tone, float] | None = None

    def say(self, text: str, tone: Tone = "", seconds: float = MESSAGE_SECONDS) -> None:
        """Show a message for this many seconds."""
        self._message = (text, tone, self.monotonic() + seconds)

    def start(self, key: str, text: str) -> None:
        """Show a task in progress until `stop` is called with its key."""
        self.doing[key] = text

    def stop(self, key: str) -> None:
        """Remove a task in progress."""
        self.doing.pop(key, None)

    def clear_messages(self) -> None:
        """Remove the last message."""
        self._message = None

    @property
    def answered(self) -> bool:
        """True while a message is fresh."""
        return self._message is not None and self.monotonic() < self._message[2]

    def line(self) -> tuple[str, Tone]:
        """The text to show now and its tone; "" for nothing."""
        if self._message is not None:
            text, tone, until = self._message
            if self.monotonic() < until:
                return text, tone
            self._message = None
        if self.doing:
            return next(reversed(self.doing.values())), "accent"
        return "", ""
