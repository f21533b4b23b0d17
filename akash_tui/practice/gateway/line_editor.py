"""The line of a practice shell on a terminal: typed, edited with the usual keys, and called back from the history."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final
from unicodedata import combining, east_asian_width

END: Final = "\x04"
"""In place of a line: ctrl+d on an empty one."""
MOST: Final = 4096
"""Characters of a line; more are not taken."""
KEPT: Final = 100
"""Lines of the history."""
_ESCAPE = re.compile(r"\x1b(\[[0-9;]*[~A-Za-z]|O[A-Za-z])")
_STARTED = re.compile(r"\x1b(\[[0-9;]*|O)?\Z")
_KEYS: Final = {
    **{"[D": "\x02", "OD": "\x02", "[C": "\x06", "OC": "\x06", "[A": "\x10", "OA": "\x10", "[B": "\x0e", "OB": "\x0e"},
    **{"[H": "\x01", "OH": "\x01", "[1~": "\x01", "[F": "\x05", "OF": "\x05", "[4~": "\x05", "[3~": "\x04\x04"},
}
"""Escape sequences of the cursor keys as the control characters that do the same."""


class LineEditor:
    """One line at a time; what it echoes assumes that the cursor stands behind the prompt when a line begins."""

    def __init__(self, prompt: str) -> None:
        self.prompt = prompt
        self.text = ""
        self.at = 0
        self._history: list[str] = []
        self._back = 0
        self._kept = ""  # what was typed before the history was entered
        self._rest = ""
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def typed(self, data: bytes) -> Iterator[tuple[str, str | None]]:
        """What to echo for these bytes, piece by piece, each with the line that is then complete (or None, or END)."""
        text, self._rest = self._rest + self._decoder.decode(data), ""
        while text:
            key, text = text[0], text[1:]
            if key == "\x1b":
                if _STARTED.match(key + text):
                    self._rest = key + text
                    return
                found = _ESCAPE.match(key + text)
                text = text[len(found[0]) - 1 :] if found else text
                key = _KEYS.get(found[1], "") if found else ""
            if key in ("\r", "\n"):
                yield "\n", self._submit()
            elif key == "\x03":
                self._take("")
                yield "^C\n" + self.prompt, None
            elif key == END and not self.text:
                yield "", END
            elif key:
                yield self._edit(key), None

    def _submit(self) -> str:
        line = self.text
        if line.strip() and line not in self._history[-1:]:
            self._history = [*self._history, line][-KEPT:]
        self._take("")
        self._back = 0
        return line

    def _take(self, text: str) -> None:
        self.text, self.at = text, len(text)

    def _edit(self, key: str) -> str:
        """Change the line; what shows the change."""
        before, behind = self.text[: self.at], self.text[self.at :]
        if key in ("\x7f", "\x08"):
            before = before[:-1]
        elif key in ("\x04", "\x04\x04"):
            behind = behind[1:]
        elif key == "\x15":
            before = ""
        elif key == "\x0b":
            behind = ""
        elif key == "\x17":
            before = re.sub(r"\S*\s*\Z", "", before)
        elif key in ("\x02", "\x06", "\x01", "\x05"):
            to = {"\x02": self.at - 1, "\x06": self.at + 1, "\x01": 0, "\x05": len(self.text)}[key]
            to = min(max(to, 0), len(self.text))
            before, behind = self.text[:to], self.text[to:]
        elif key in ("\x10", "\x0e"):
            before, behind = self._called_back(1 if key == "\x10" else -1), ""
        elif key == "\x0c":
            return "\x1b[H\x1b[2J" + self._drawn()
        elif key.isprintable() and len(self.text) < MOST:
            before += key
            if not behind:
                self._take(before)
                return key
        self.text, self.at = before + behind, len(before)
        return "\r\x1b[K" + self._drawn()

    def _called_back(self, step: int) -> str:
        if self._back == 0:
            self._kept = self.text
        self._back = min(max(self._back + step, 0), len(self._history))
        return self._history[-self._back] if self._back else self._kept

    def _drawn(self) -> str:
        left = _width(self.text[self.at :])
        return self.prompt + self.text + (f"\x1b[{left}D" if left else "")


def _width(text: str) -> int:
    """Columns on a terminal."""
    return sum(0 if combining(c) else 2 if east_asian_width(c) in "WF" else 1 for c in text)
