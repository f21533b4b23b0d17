"""Home, private files and settings."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from akash_tui.services.ports import BadInput
from akash_tui.services.storage import settings as module
from akash_tui.services.storage.files import private_dir, write_atomic
from akash_tui.services.storage.home import SETTINGS_FILE, home_dir
from akash_tui.services.storage.settings import CustomNetwork, Settings, load, save, with_recent


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


def test_an_open_folder_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "open"
    folder.mkdir(mode=0o755)
    folder.chmod(0o755)
    private_dir(folder)
    assert mode(folder) == 0o700


def test_a_save_is_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "home" / "x.json"
    write_atomic(path, "old")
    assert mode(path) == 0o600

    def fails(source: object, target: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", fails)
    with pytest.raises(OSError, match="disk full"):
        write_atomic(path, "new")
    assert path.read_text() == "old"
    assert [p.name for p in path.parent.iterdir()] == ["x.json"]


def test_defaults_without_a_file(tmp_path: Path) -> None:
    assert load(tmp_path) == Settings()
    assert load(tmp_path).default_network is None


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    own = CustomNetwork(name="mine", chain_id="x-1", rest=("http://h/r",), rpc=("http://h/p",))
    settings = Settings(default_network="sandbox", networks=(own,), notes={"akash1p": "fast pull"})
    save(tmp_path, settings)
    assert load(tmp_path) == settings
    assert mode(tmp_path / SETTINGS_FILE) == 0o600


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("{", "Expecting"),
        ("[" * 100_000, "nested too deeply"),
        ('{"collect_seconds": 1e400}', "collect_seconds"),
        ("[]", "object"),
        ('{"them": 1}', "them"),
        ('{"collect_seconds": 0}', "collect_seconds"),
        ('{"on_fail": "explode"}', "on_fail"),
        ('{"networks": [{"name": "Bad Name", "chain_id": "x", "rest": ["a"], "rpc": ["b"]}]}', "name"),
    ],
)
def test_a_bad_file_names_what_is_wrong(tmp_path: Path, text: str, word: str) -> None:
    (tmp_path / SETTINGS_FILE).write_text(text)
    with pytest.raises(BadInput, match=word):
        load(tmp_path)


def test_recent_ones_come_first_and_once() -> None:
    settings = Settings()
    for name in ["a", "b", "a", *map(str, range(20))]:
        settings = with_recent(settings, name)
    assert settings.recent[0] == "19"
    assert len(settings.recent) == module.RECENT
    assert len(set(settings.recent)) == module.RECENT
