"""Names in the files of a home, read without all that it takes to use what they name.

A shell that completes a word asks for these at each key. The code that writes these files checks them; here anything
unexpected is left out. Raises `BadInput` or `ValueError` where a whole file cannot be read.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from akash_tui.services.storage.files import read_text
from akash_tui.services.storage.home import JOURNAL_FILE, SETTINGS_FILE, WALLETS_FILE

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WAIT_SECONDS = 0.2
"""For a journal that is being written; a key must not wait longer."""


def own_networks(home: Path) -> list[str]:
    """The networks of the settings, beside those that the program knows."""
    return [name for name, _ in _named(home / SETTINGS_FILE, "networks", "chain_id")]


def wallets(home: Path) -> list[tuple[str, str]]:
    """Each wallet's name and address."""
    return _named(home / WALLETS_FILE, "wallets", "address")


def deployments(home: Path) -> list[tuple[int, str]]:
    """The number (dseq) and chain id of each deployment that something was signed for here, the newest first."""
    import sqlite3

    path = home / JOURNAL_FILE
    if not path.is_file():
        return []
    try:
        file = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_WAIT_SECONDS)
        try:
            found = file.execute("SELECT dseq, chain_id FROM intents WHERE dseq IS NOT NULL ORDER BY key DESC")
            return list(dict.fromkeys((int(dseq), str(chain)) for dseq, chain in found if _NAME.fullmatch(str(chain))))
        finally:
            file.close()
    except sqlite3.Error as error:
        raise ValueError(f"{path} cannot be read") from error


def _named(path: Path, listed: str, about: str) -> list[tuple[str, str]]:
    """The names in one list of a JSON file, each with another of its fields; none without the file."""
    value: Any = json.loads(read_text(path) or "{}")
    rows = value.get(listed) if isinstance(value, dict) else None
    found = [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    pairs = [(str(row.get("name")), str(row.get(about, ""))) for row in found]
    return [(name, text) for name, text in pairs if _NAME.fullmatch(name) and text.isprintable()]
