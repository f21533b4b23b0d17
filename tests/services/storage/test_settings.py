"""Private files and settings."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from akash_tui.services.ports import BadInput
from akash_tui.services.storage.files import private_dir, write_atomic
from akash_tui.services.storage.home import SETTINGS_FILE
from akash_tui.services.storage.settings import RECENT, CustomNetwork, Settings, load, save, with_recent


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


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


def test_each_load_has_what_the_file_and_the_environment_say_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / SETTINGS_FILE
    path.write_text('{"theme": "one"}')
    assert load(tmp_path).theme == "one"
    path.write_text('{"theme": "two"}')
    assert load(tmp_path).theme == "two"
    monkeypatch.setenv("akash_tui_collect_seconds", "7")
    assert (load(tmp_path).theme, load(tmp_path).collect_seconds) == ("two", 7)
    monkeypatch.setenv("akash_tui_collect_seconds", "8")
    assert load(tmp_path).collect_seconds == 8
    path.write_text("{")
    with pytest.raises(BadInput):
        load(tmp_path)
    path.unlink()
    assert (load(tmp_path).theme, load(tmp_path).collect_seconds) == ("dark", 8)


def test_settings_that_are_the_same_are_made_once(tmp_path: Path) -> None:
    save(tmp_path, Settings(theme="one"))
    assert load(tmp_path) is load(tmp_path)


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
    assert len(settings.recent) == RECENT
    assert len(set(settings.recent)) == RECENT
