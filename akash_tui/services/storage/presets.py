"""SDL presets: those shipped with the program and the user's own, with the fields of their header comments.

A preset is an SDL file that begins with comment lines of the form `# title: …`, `# summary: …`,
`# tags: a, b`, `# note: …`; the header ends at the first line that is not a comment.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from akash_tui.domain.sdl.edit.header import header, with_header
from akash_tui.domain.sdl.edit.text_diff import fingerprint
from akash_tui.domain.text import clean
from akash_tui.services.errors import BadInput
from akash_tui.services.storage.files import packaged, private_dir, read_user_text, write_atomic, write_new
from akash_tui.services.storage.home import unreadable_rows

SUFFIX = ".yaml"
LARGEST = 1_000_000
"""Bytes; a file above it is no SDL."""
REMOVED = ".removed"
"""The folder, beside the presets, of the last one of each name that was removed: it can be had back."""
NAME_RULE = "Use small letters, digits, dots, dashes and underscores."
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


class PresetChanged(BadInput):
    """The file is not the one that was read; nothing was saved. `now` is its text."""

    code = "preset_changed"

    def __init__(self, name: str, now: str) -> None:
        super().__init__(
            f"The preset {name} was changed since it was read; nothing was saved.",
            "Look at what it says now, then save again, or choose another name.",
        )
        self.now = now


@dataclass(frozen=True, slots=True)
class FileAsRead:
    """An SDL file as it was when it was read: what is on the disk later is compared with it."""

    path: Path
    fingerprint: str

    @classmethod
    def of(cls, path: Path, text: str) -> FileAsRead:
        """The file `path`, which had this text."""
        return cls(path, fingerprint(text))

    def newer_text(self) -> str | None:
        """What the file says now if that differs; None if it is as it was, is gone or cannot be read."""
        try:
            text = _read(self.path)
        except BadInput:
            return None
        return text if self.newer(text) else None

    def newer(self, now: str) -> bool:
        """Whether the text `now` of the file is another than the one that was read."""
        return fingerprint(now) != self.fingerprint


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

    @property
    def note(self) -> str:
        """What the person wrote about it."""
        return self.meta.get("note", "")

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

    def save(self, name: str, text: str, *, replace: bool = False, over: str | None = None) -> Preset:
        """Save an SDL under a name. `replace` overwrites whatever is there; `over` overwrites the text with this
        fingerprint alone, which another copy of the program may have replaced meanwhile.

        Raises `PresetChanged` in that case, `BadInput` for a bad name or, without both, for one that is taken.
        """
        path = self._own(name)
        with self._writing():
            if not replace and path.exists():
                if over is None:
                    raise _taken(name)
                now = _read(path)
                if fingerprint(now) != over:
                    raise PresetChanged(name, now)
            write_atomic(path, text)
        return _preset(name, path, own=True)

    def describe(self, name: str, words: Mapping[str, str]) -> Preset:
        """Set lines of an own preset's header (`title`, `note`, `tags`); an empty text removes its line.

        Raises `BadInput` for a shipped or unknown one, or a text of several lines.
        """
        preset = self._find_own(name, "changed")
        text = read = preset.text()
        for key, value in words.items():
            if any(not sign.isprintable() for sign in value):
                raise BadInput(f"The {key} has to be one line of text.", "Leave out line breaks and control signs.")
            text = with_header(text, key, value.strip())
        return self.save(name, text, over=fingerprint(read))

    def copy(self, name: str, new: str) -> Preset:
        """Save any preset once more under a new name. Raises `BadInput` if that is taken."""
        text = self.find(name).text()
        with self._writing():
            self._make(new, text)
        return self.find(new)

    def rename(self, name: str, new: str) -> Preset:
        """Give an own preset another name. A kill leaves it under both. Raises `BadInput`."""
        with self._writing():  # else what another copy saves meanwhile would go with the old name
            preset = self._find_own(name, "renamed")
            self._make(new, preset.text())
            preset.path.unlink(missing_ok=True)
        return self.find(new)

    def remove(self, name: str) -> None:
        """Put an own preset away; `restore` brings it back. Raises `BadInput` for a shipped or unknown one."""
        with self._writing():
            preset = self._find_own(name, "removed")
            away = private_dir(self.folder / REMOVED)
            preset.path.replace(away / preset.path.name)

    def restore(self, name: str) -> Preset:
        """Bring the preset of this name back that was removed last. Raises `BadInput` if there is none, or the name is
        taken by now."""
        path = self._own(name)
        away = self.folder / REMOVED / path.name
        if not away.is_file():
            raise BadInput(f"No preset {name} was removed here.", "akash-tui preset list shows those that are there.")
        with self._writing():
            self._make(name, _read(away))
            away.unlink(missing_ok=True)
        return self.find(name)

    def _own(self, name: str) -> Path:
        if name_fault(name) is not None:
            raise BadInput(f"{clean(name)!r} cannot be a preset's name.", NAME_RULE)
        return self.folder / f"{name}{SUFFIX}"

    def _writing(self) -> AbstractContextManager[None]:
        """Between comparing a file and replacing it no other copy of the program saves one."""
        from akash_tui.services.storage.locks import change_lock  # here: completion reads the names alone

        return change_lock(self.folder / ".lock", "presets")

    def _make(self, name: str, text: str) -> None:
        path = self._own(name)
        private_dir(path.parent)
        try:
            write_new(path, text, replace=False)
        except FileExistsError:
            raise _taken(name) from None

    def _find_own(self, name: str, what: str) -> Preset:
        preset = self.find(name)
        if not preset.own:
            raise BadInput(
                f"{name} comes with the program.",
                f"Only your own presets can be {what}; akash-tui preset copy {name} NEW makes one.",
            )
        return preset


def _taken(name: str) -> BadInput:
    return BadInput(f"There is a preset {name} already.", "Choose another name, or replace it (--replace).")


def name_fault(name: str) -> str | None:
    """Why a preset cannot be called so; None if it can."""
    if not name:
        return "Type a name."
    return None if _NAME.fullmatch(name) else NAME_RULE


def name_for(text: str) -> str:
    """A name that a preset may have, made of a title or a file's name; empty if nothing of it fits."""
    return re.sub(r"[^a-z0-9._]+", "-", text.lower()).strip("-._")[:64].rstrip("-")


def _preset(name: str, path: Path, own: bool) -> Preset:
    meta = header(_read(path))
    tags = tuple(t for t in (t.strip() for t in meta.get("tags", "").split(",")) if t)
    return Preset(name, meta.get("title") or name, meta.get("summary", ""), tags, own, path, meta)


def _read(path: Path) -> str:
    return read_user_text(path, "an SDL file", LARGEST, utf16=True)
