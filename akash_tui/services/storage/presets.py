"""SDL presets: those shipped with the program and the user's own, with the fields of their header comments.

A preset is an SDL file that begins with comment lines of the form `# title: …`, `# summary: …`,
`# tags: a, b`; the header ends at the first line that is not a comment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from akash_tui.domain.text import clean
from akash_tui.services.errors import BadInput
from akash_tui.services.storage.files import packaged, read_user_text, write_atomic
from akash_tui.services.storage.home import unreadable_rows

SUFFIX = ".yaml"
LARGEST = 1_000_000
"""Bytes; a file above it is no SDL."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
_HEADER = re.compile(r"#\s*([A-Za-z][A-Za-z0-9 _-]{0,30}?)\s*:\s*(.*)")


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
        return _read(self.path)


class Presets:
    """The shipped presets and those under `home/presets`; an own one hides a shipped one of its name."""

    def __init__(self, home: Path, shipped: Path | None = None) -> None:
        self.folder = home / "presets"
        self.shipped = shipped or packaged("sdl_templates")

    def list(self) -> Sequence[Preset]:
        """Own ones first, each by name; unreadable files are left out, and reported once."""
        found: dict[str, Preset] = {}
        for folder, own in ((self.folder, True), (self.shipped, False)):
            for path in sorted(folder.glob(f"*{SUFFIX}")):
                name = path.name.removesuffix(SUFFIX)
                if name in found or not _NAME.fullmatch(name):
                    continue
                try:
                    found[name] = _preset(name, path, own)
                except BadInput as error:
                    unreadable_rows.add(path, "presets", name, f"{error.title} It is left out of the presets.")
        return list(found.values())

    def find(self, name: str) -> Preset:
        """By name. Raises `BadInput` with the names that are there."""
        listed = self.list()
        for preset in listed:
            if preset.name == name:
                return preset
        raise BadInput(
            f"There is no preset {clean(name)!r}.", f"There are {', '.join(p.name for p in listed) or 'none'}."
        )

    def save(self, name: str, text: str, *, replace: bool = False) -> Preset:
        """Save an SDL under a name. Raises `BadInput` for a bad name or one that is taken."""
        if not _NAME.fullmatch(name):
            raise BadInput(
                f"{clean(name)!r} cannot be a preset's name.",
                "Use small letters, digits, dots, dashes and underscores.",
            )
        path = self.folder / f"{name}{SUFFIX}"
        if path.exists() and not replace:
            raise BadInput(f"There is a preset {name} already.", "Choose another name, or replace it (--replace).")
        write_atomic(path, text)
        return _preset(name, path, own=True)

    def remove(self, name: str) -> None:
        """Delete an own preset. Raises `BadInput` for a shipped or unknown one."""
        preset = self.find(name)
        if not preset.own:
            raise BadInput(f"{name} comes with the program.", "Only your own presets can be removed.")
        preset.path.unlink(missing_ok=True)


def header(text: str) -> dict[str, str]:
    """The `# key: value` lines at the top, keys in lower case; the first of a key counts."""
    meta: dict[str, str] = {}
    for line in text.removeprefix("\ufeff").splitlines():
        if not line.startswith("#"):
            break
        match = _HEADER.fullmatch(line.rstrip())
        if match is not None:
            meta.setdefault(match[1].lower(), clean(match[2]))
    return meta


def _preset(name: str, path: Path, own: bool) -> Preset:
    meta = header(_read(path))
    tags = tuple(t for t in (t.strip() for t in meta.get("tags", "").split(",")) if t)
    return Preset(name, meta.get("title") or name, meta.get("summary", ""), tags, own, path, meta)


def _read(path: Path) -> str:
    return read_user_text(path, "an SDL file", LARGEST, utf16=True)
