"""What is wrong with an SDL, where, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from akash_tui.domain.text import clean


class Severity(StrEnum):
    ERROR = "error"
    """The file cannot be used as it is."""
    WARNING = "warning"
    """It works, but probably not as intended."""
    HINT = "hint"


@dataclass(frozen=True, slots=True)
class Edit:
    """Replace the characters from `start` up to `end` of the text by `text`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class SdlProblem:
    """One finding. `code` is stable and can be explained; `fixes` are edits that are safe to make, together."""

    severity: Severity
    code: str
    file: str
    line: int
    column: int
    path: str
    message: str
    advice: str
    fixes: tuple[Edit, ...] = ()

    @property
    def fixable(self) -> bool:
        """Whether `sdl check --fix` can correct it."""
        return bool(self.fixes)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.severity.value}: {self.message} [{self.code}]"

    def to_json(self) -> dict[str, object]:
        """The object that `sdl check --json` prints."""
        names = ("severity", "code", "file", "line", "column", "path", "message", "advice", "fixable")
        return {name: getattr(self, name) for name in names}


def in_file_order(problems: Iterable[SdlProblem]) -> tuple[SdlProblem, ...]:
    """By place, without repeats."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda p: (p.line, p.column)))


def apply_edits(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all edits made; of two that overlap only the first counts. Everything else stays."""
    parts: list[str] = []
    at = 0
    for edit in sorted(set(edits), key=lambda e: (e.start, e.end, e.text)):
        if edit.start < at:
            continue
        parts += (text[at : edit.start], edit.text)
        at = edit.end
    parts.append(text[at:])
    return "".join(parts)


def join(path: str, name: str) -> str:
    """`a` and `b` → `a.b`; names that come from the file are cleaned."""
    return f"{path}.{shown(name)}" if path else shown(name)


def shown(text: str) -> str:
    """Foreign text, safe and short enough for a sentence."""
    if len(text) <= 60 and text.isascii() and text.isprintable():
        return text
    return clean(text, 60)
