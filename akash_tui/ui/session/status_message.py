"""What the program says in one line: what is going on, and the answer to the last key."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from akash_tui.ui.widgets.styles import Tone

SECONDS = 8.0
"""How long an answer stays."""


@dataclass(slots=True)
class StatusMessage:
    """The newest answer while it is fresh, else the newest thing that is under way."""

    monotonic: Callable[[], float] = time.monotonic
    doing: dict[str, str] = field(default_factory=dict)
    """What is under way, by a key of whoever does it."""
    _said: tuple[str, Tone, float] | None = None

    def say(self, text: str, tone: Tone = "", seconds: float = SECONDS) -> None:
        self._said = (text, tone, self.monotonic() + seconds)

    def start(self, key: str, text: str) -> None:
        self.doing[key] = text

    def stop(self, key: str) -> None:
        self.doing.pop(key, None)

    def clear_messages(self) -> None:
        """Forget the last answer."""
        self._said = None

    @property
    def answered(self) -> bool:
        """True while an answer is fresh."""
        return self._said is not None and self.monotonic() < self._said[2]

    def line(self) -> tuple[str, Tone]:
        if self._said is not None:
            text, tone, until = self._said
            if self.monotonic() < until:
                return text, tone
            self._said = None
        if self.doing:
            return next(reversed(self.doing.values())), "accent"
        return "", ""
