"""The home folder: where it is, and what of its content had to be left out.

`AKASH_TUI_HOME` moves all of it; without it config, data and cache follow the platform's custom, in one folder. Folders
are 0700 and files 0600; a save is a whole new file put in place at once.
"""

from __future__ import annotations

import os
from pathlib import Path

from akash_tui.services.errors import BadInput
from akash_tui.services.storage.disk_faults import disk_fault
from akash_tui.services.storage.files import private_dir

HOME_VARIABLE = "AKASH_TUI_HOME"
LOG_VARIABLE = "AKASH_TUI_LOG"
"""Environment variable that names a log file where `--log` does not."""
SETTINGS_FILE = "settings.json"
JOURNAL_FILE = "journal.db"
WALLETS_FILE = "wallets.json"
MARKS = (JOURNAL_FILE, WALLETS_FILE, "practice-wallet", "practice.json", "practice-world.json")
"""A folder with a file whose name begins like one of these is a home of ours, whatever else lies in it."""
COMMON_NAMES = frozenset(
    (
        *(SETTINGS_FILE, "wallets", "presets", "cache", "crashes", "exports", "locks", "screenshots"),
        *("memory", "receipts", "drafts"),
        *("passphrase", "akash-tui.log", "lost+found", ".DS_Store"),
    )
)
"""Names of ours that other programs use too, what people put there for us before the first start, and what systems put
into every folder: a folder that holds nothing else may be a home."""


def home_dir() -> Path:
    """The folder of all our files, made with mode 0700 if it is not there.

    Raises `BadInput` if AKASH_TUI_HOME names a folder that is not ours (nothing in it, and not its mode, is changed) or
    if it cannot be made, `DiskFault` if the disk is the reason.
    """
    try:
        return _made()
    except OSError as error:
        raise disk_fault(error) or BadInput(
            f"The home folder cannot be made: {error.strerror}.", "set AKASH_TUI_HOME to a folder of your own."
        ) from None


def _made() -> Path:
    named = os.environ.get(HOME_VARIABLE)
    if named:
        path = Path(named).expanduser()
        _refuse_foreign(path)
        return private_dir(path)
    from platformdirs import user_data_path

    return private_dir(user_data_path("akash-tui", appauthor=False))


def _refuse_foreign(path: Path) -> None:
    try:
        names = os.listdir(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise disk_fault(error, path) or BadInput(
            f"{HOME_VARIABLE} names {path}, which cannot be a home folder: {error.strerror}.", "Name a folder."
        ) from error
    if path == Path(path.anchor) or not (
        any(name.startswith(MARKS) for name in names) or COMMON_NAMES.issuperset(names)
    ):
        raise BadInput(
            f"{HOME_VARIABLE} names {path}, which has files that are not akash-tui's. Nothing was changed there.",
            f"Name an empty folder or one that does not exist yet, such as {path / 'akash-tui'}.",
        )


class UnreadableRows:
    """What had to be left out, each once while the program runs, until a front end has shown it."""

    def __init__(self) -> None:
        self._known: set[tuple[str, str, object]] = set()
        self._new: list[str] = []

    def add(self, path: Path, table: str, row: object, words: str) -> None:
        """Report a row of a file's table, unless it was reported before."""
        if (str(path), table, row) not in self._known:
            self._known.add((str(path), table, row))
            self._new.append(words)

    def take(self) -> list[str]:
        """The sentences that nobody has shown yet."""
        new, self._new = self._new, []
        return new


unreadable_rows = UnreadableRows()
