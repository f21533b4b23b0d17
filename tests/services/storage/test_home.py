"""Where the home folder is, and what is refused as one."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from akash_tui.services.ports import BadInput
from akash_tui.services.storage import home as module
from akash_tui.services.storage.home import home_dir


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_home_is_where_the_variable_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKASH_TUI_HOME", str(tmp_path / "deep" / "home"))
    assert home_dir() == tmp_path / "deep" / "home"
    assert mode(home_dir()) == 0o700


def test_without_the_variable_it_is_the_platforms_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKASH_TUI_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert tmp_path in home_dir().parents


@pytest.mark.parametrize("foreign", [("a.txt",), ("settings.json", "src"), (".bashrc", "presets"), ("lib", "wallets")])
def test_a_folder_that_is_not_ours_is_refused_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, foreign: tuple[str, ...]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in foreign:
        (folder / name).write_text("x")
    folder.chmod(0o755)
    monkeypatch.setenv("AKASH_TUI_HOME", str(folder))
    with pytest.raises(BadInput, match=r"has files that are not akash-tui's\. Nothing was changed there") as caught:
        home_dir()
    assert caught.value.exit_code == 2
    assert mode(folder) == 0o755
    assert {p.name for p in folder.iterdir()} == set(foreign)


def test_the_root_of_the_file_system_is_no_home_even_with_our_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    before = mode(Path("/"))
    monkeypatch.setenv("AKASH_TUI_HOME", "/")
    monkeypatch.setattr(module, "MARKS", ("etc",))
    with pytest.raises(BadInput, match="not akash-tui's"):
        home_dir()
    assert mode(Path("/")) == before


@pytest.mark.parametrize(
    "names", [(), ("settings.json", "presets"), ("journal.db", "a.txt"), ("wallets.json.bak", "x")]
)
def test_an_empty_folder_and_one_of_ours_are_a_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for name in names:
        (folder / name).write_text("x")
    folder.chmod(0o755)
    monkeypatch.setenv("AKASH_TUI_HOME", str(folder))
    assert home_dir() == folder
    assert mode(folder) == 0o700


@pytest.mark.parametrize("made", ["file", "pipe"])
def test_a_home_that_is_no_folder_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: str) -> None:
    path = tmp_path / "home"
    path.write_text("x") if made == "file" else os.mkfifo(path)
    monkeypatch.setenv("AKASH_TUI_HOME", str(path))
    with pytest.raises(BadInput, match="cannot be a home folder: Not a directory"):
        home_dir()
