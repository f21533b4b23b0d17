"""SDL presets: those shipped with the program and the user's own, with what their header comments say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Preset:
    """One SDL file. `meta` holds its `# key: value` header lines, keys in lower case."""

    name: str
    title: str
    summary: str
    tags: tuple[str, ...]
    own: bool
    path: Path
    meta: dict[str, str]

    def text(self) -> str:
        """The whole SDL. Raises `BadInput` if the file is gone or is not UTF-8."""
        raise NotImplementedError


class Presets:
    """The shipped presets and those under `home/presets`; an own one hides a shipped one of its name."""

    def __init__(self, home: Path, shipped: Path | None = None) -> None:
        self.home = home

    def list(self) -> Sequence[Preset]:
        """Own ones first, each by name; unreadable files are left out."""
        raise NotImplementedError

    def find(self, name: str) -> Preset:
        """By name. Raises `BadInput` with the names that are there."""
        raise NotImplementedError

    def save(self, name: str, text: str, *, replace: bool = False) -> Preset:
        """Keep an SDL under a name. Raises `BadInput` for a bad name or one that is taken."""
        raise NotImplementedError

    def remove(self, name: str) -> None:
        """Delete an own preset. Raises `BadInput` for a shipped or unknown one."""
        raise NotImplementedError
