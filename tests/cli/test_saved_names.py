"""Names for the shell's completion: what a file holds, and nothing that could harm a command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from akash_tui.cli.saved_names import deployments, own_networks, wallets


def test_without_files_there_are_no_names(tmp_path: Path) -> None:
    assert (own_networks(tmp_path), wallets(tmp_path), deployments(tmp_path)) == ([], [], [])


def test_what_is_no_name_is_left_out(tmp_path: Path) -> None:
    rows = [{"name": name, "chain_id": "a"} for name in ("good", "two words", "a\nb", "$(x)", "", 7)]
    rows += [{"name": "bad-about", "chain_id": "\x1b[2J"}]
    (tmp_path / "settings.json").write_text(json.dumps({"networks": [*rows, "text", None]}))
    assert own_networks(tmp_path) == ["good", "7"]


@pytest.mark.parametrize("text", ["[]", '{"wallets": 7}', '{"wallets": [7]}'])
def test_another_form_has_no_names(tmp_path: Path, text: str) -> None:
    (tmp_path / "wallets.json").write_text(text)
    assert wallets(tmp_path) == []


def test_what_is_no_journal_is_a_value_error(tmp_path: Path) -> None:
    (tmp_path / "journal.db").write_text("no journal, but long enough to be read as one" * 99)
    with pytest.raises(ValueError, match="cannot be read"):
        deployments(tmp_path)
