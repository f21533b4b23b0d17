"""Pipes, sockets, devices and links in place of a file: refused at once, wherever a file is opened."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import pytest

from akash_tui.adapters.wallet.vault import DiskVault
from akash_tui.cli.app import run
from akash_tui.compose import Program
from akash_tui.private_files import close_to_others, open_plain_file, private_folder, read_plain_file
from akash_tui.services.automation.policy import read_policy
from akash_tui.services.core.networks import Networks
from akash_tui.services.ports import AkashError, BadInput, Locked
from akash_tui.services.storage import settings
from akash_tui.services.storage.disk_cache import DiskCache, SingleLine
from akash_tui.services.storage.files import private_dir
from akash_tui.services.storage.home import SETTINGS_FILE, unreadable_rows
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.log_file import close_log, open_log
from akash_tui.services.storage.presets import Presets
from akash_tui.ui.deploy.sdl_files import read_file

AT_ONCE = 10
"""Seconds after which opening counts as waiting for ever."""
WORDS = "abandon " * 11 + "about"


def _fifo(path: Path) -> None:
    os.mkfifo(path)


def _socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # the path of a socket may have 107 bytes
    try:
        with closing(socket.socket(socket.AF_UNIX)) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def _device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def _link_to_fifo(path: Path) -> None:
    os.mkfifo(path.with_name("the-pipe"))
    path.symlink_to("the-pipe")


KINDS: list[tuple[Callable[[Path], None], str]] = [
    (_fifo, "named pipe"),
    (_socket, "socket"),
    (_device, "device"),
    (_link_to_fifo, "named pipe"),
]
every_kind = pytest.mark.parametrize(("make", "word"), KINDS)


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    def late(number: int, frame: object) -> NoReturn:
        raise AssertionError("it waits for what never comes")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(AT_ONCE)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@every_kind
@pytest.mark.parametrize(
    "arguments",
    [
        ("sdl", "check", "{}"),
        ("sdl", "build", "{}"),
        ("bids", "--from", "{}"),
        ("preset", "save", "mine", "{}"),
        ("preset", "export", "web-page", "{}"),
        ("preset", "export", "web-page", "{}", "--replace"),
        ("preset", "list", "--log", "{}"),
        ("practice", "--state", "{}"),
    ],
)
def test_a_command_refuses_what_is_no_file(
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    make: Callable[[Path], None],
    word: str,
    arguments: tuple[str, ...],
) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    path = tmp_path / "given.yaml"
    make(path)
    assert run(Program(tmp_path / "home"), [a.format(path) for a in arguments]) == 2
    printed = "".join(capfd.readouterr())
    assert word in printed or "not a plain file" in printed
    assert "try: " in printed or "Give the path" in printed


@every_kind
def test_a_passphrase_file_that_is_no_file_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, make: Callable[[Path], None], word: str
) -> None:
    make(tmp_path / "secret")
    monkeypatch.setenv("AKASH_TUI_PASSPHRASE_FILE", str(tmp_path / "secret"))
    with pytest.raises(Locked, match="AKASH_TUI_PASSPHRASE_FILE cannot be read") as caught:
        DiskVault(tmp_path / "home", use_keyring=False).add("main", WORDS)
    assert word in caught.value.advice


@every_kind
def test_the_screen_and_a_policy_refuse_it(tmp_path: Path, make: Callable[[Path], None], word: str) -> None:
    make(tmp_path / "given")
    for read in (read_file, read_policy):
        with pytest.raises(BadInput, match=word):
            read(tmp_path / "given")


@every_kind
def test_settings_that_are_no_file_are_refused(tmp_path: Path, make: Callable[[Path], None], word: str) -> None:
    make(tmp_path / SETTINGS_FILE)
    with pytest.raises(BadInput, match=word):
        settings.load(tmp_path)


@every_kind
def test_a_journal_that_is_no_file_is_refused_and_left(tmp_path: Path, make: Callable[[Path], None], word: str) -> None:
    path = tmp_path / "journal.db"
    make(path)
    before = path.lstat()
    with pytest.raises(AkashError, match=word) as caught:
        Journal(path)
    assert caught.value.exit_code == 2
    assert path.lstat().st_mode == before.st_mode


@every_kind
def test_a_list_of_wallets_or_a_sealed_file_that_is_no_file_is_refused(
    tmp_path: Path, make: Callable[[Path], None], word: str
) -> None:
    (tmp_path / "one").mkdir()
    make(tmp_path / "one" / "wallets.json")
    with pytest.raises(Locked) as caught:
        DiskVault(tmp_path / "one").wallets()
    assert word in caught.value.advice
    vault = DiskVault(tmp_path / "two", lambda prompt: "correct horse", use_keyring=False)
    sealed = tmp_path / "two" / "wallets" / f"{vault.add('main', WORDS).address}.sealed"
    sealed.unlink()
    make(sealed)
    with pytest.raises(Locked, match="cannot be read") as caught:
        vault.signer("main")
    assert word in caught.value.advice


@every_kind
def test_presets_caches_and_a_practice_network_that_are_no_files_are_as_if_not_there(
    tmp_path: Path, make: Callable[[Path], None], word: str
) -> None:
    unreadable_rows.take()
    (tmp_path / "presets").mkdir()
    make(tmp_path / "presets" / "mine.yaml")
    for _ in range(2):
        assert "mine" not in [preset.name for preset in Presets(tmp_path).list()]
    (line,) = unreadable_rows.take()
    assert word in line
    assert line.endswith("It is left out of the presets.")
    cache, form = DiskCache(tmp_path, "x"), SingleLine[int](int)
    cache.save("answer", form, datetime.now(UTC), 5)
    (path,) = (tmp_path / "cache").rglob("*.jsonl")
    path.unlink()
    make(path)
    assert cache.load("answer", form) is None
    make(tmp_path / "practice.json")
    assert Networks(tmp_path, settings.Settings()).practice() is None


@pytest.mark.parametrize("raw", [b"\xff\xfe", b"[" * 100_000, b'{"pid": 1e400}', b"\x00", b'{"pid": "x"}'])
def test_files_of_the_home_that_cannot_be_understood_cost_no_command(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "practice.json").write_bytes(raw)
    assert Networks(tmp_path, settings.Settings()).practice() is None
    cache, form = DiskCache(tmp_path, "x"), SingleLine[int](int)
    cache.save("answer", form, datetime.now(UTC), 5)
    (path,) = (tmp_path / "cache").rglob("*.jsonl")
    head = path.read_bytes().splitlines()[0]
    for content in (raw, head + b"\n" + raw):
        path.write_bytes(content)
        assert cache.load("answer", form) is None
    (tmp_path / "presets").mkdir()
    (tmp_path / "presets" / "mine.yaml").write_bytes(b"\xff" + raw)
    assert "mine" not in [preset.name for preset in Presets(tmp_path).list()]
    (tmp_path / SETTINGS_FILE).write_bytes(raw)
    with pytest.raises(BadInput, match=str(tmp_path / SETTINGS_FILE)):
        settings.load(tmp_path)
    (tmp_path / "wallets.json").write_bytes(raw)
    with pytest.raises(Locked, match="damaged; nothing was changed"):
        DiskVault(tmp_path).wallets()


def test_a_pipe_that_takes_the_place_of_a_file_between_look_and_open_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, opens = tmp_path / "file", os.open
    path.write_text("x")

    def swapped(*given: object) -> int:
        path.unlink()
        os.mkfifo(path)
        return opens(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", swapped)
    with pytest.raises(OSError, match="named pipe"):
        read_plain_file(path, 10)


# --- databases ------------------------------------------------------------------------------------


def test_no_reader_of_files_opens_a_database_of_this_process(tmp_path: Path) -> None:
    """One that did, and closed it, would give up the locks that SQLite holds on it."""
    journal = Journal(tmp_path / "journal.db")
    with journal.writing() as db:  # another process holds what this one writes back for locked
        db.execute("DELETE FROM avoided")
        (tmp_path / "link.yaml").symlink_to(journal.path)
        os.link(journal.path, tmp_path / "same.yaml")
        names = ("journal.db", "journal.db-wal", "journal.db-shm", "link.yaml", "same.yaml")
        for read in (read_file, read_policy):
            for name in names:
                with pytest.raises(BadInput, match="It is a database of akash-tui"):
                    read(tmp_path / name)
        assert _another_process_waits(journal.path)
    journal.close()


def _another_process_waits(path: Path) -> bool:
    write = f"import sqlite3; sqlite3.connect({str(path)!r}, timeout=0).execute('BEGIN IMMEDIATE')"
    ran = subprocess.run([sys.executable, "-c", write], capture_output=True, text=True, check=False)
    return "database is locked" in ran.stderr


def test_a_file_that_has_the_number_of_a_database_that_is_gone_is_read(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "journal.db")
    with journal.writing():
        pass
    journal.close()
    journal.path.rename(tmp_path / "moved")  # the same number
    assert read_plain_file(tmp_path / "moved", 6) == b"SQLite "


@pytest.mark.parametrize(
    "arguments", [("preset", "export", "web-page", "{}", "--replace"), ("preset", "list", "--log", "{}")]
)
def test_nothing_is_written_over_or_into_a_database(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    journal = Journal(home / "journal.db")
    with journal.writing():
        pass
    journal.close()
    before = journal.path.read_bytes()
    assert run(Program(home), [a.format(journal.path) for a in arguments]) == 2
    assert "database" in "".join(capfd.readouterr())
    assert journal.path.read_bytes() == before


# --- links ----------------------------------------------------------------------------------------


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_link_to_an_open_folder_is_refused_and_the_folder_stays_open(tmp_path: Path) -> None:
    target, link = tmp_path / "target", tmp_path / "link"
    target.mkdir()
    target.chmod(0o755)
    link.symlink_to(target)
    with pytest.raises(BadInput, match="is a link to") as caught:
        private_dir(link)
    assert f"chmod 700 {target}" in caught.value.advice
    assert mode(target) == 0o755
    target.chmod(0o700)
    assert private_folder(link) is True


def test_the_target_of_a_link_in_the_home_is_not_closed(tmp_path: Path) -> None:
    target, home = tmp_path / "target", tmp_path / "home"
    target.write_bytes(b"")
    target.chmod(0o644)
    home.mkdir(mode=0o700)
    (home / "journal.db").symlink_to(target)
    Journal(home / "journal.db").close()
    close_to_others(home / "journal.db")
    assert mode(target) == 0o644


def test_a_link_to_nowhere_makes_no_file_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic link"):
        open_plain_file(tmp_path / "link", os.O_WRONLY | os.O_CREAT)
    with pytest.raises(BadInput, match="cannot be written"):
        open_log(tmp_path / "link")
    assert not (tmp_path / "elsewhere").exists()


def test_a_log_that_is_a_link_to_an_open_file_is_refused_untouched(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine\n")
    target.chmod(0o644)
    (tmp_path / "log").symlink_to(target)
    with pytest.raises(BadInput, match="It is a link to a file that others may read"):
        open_log(tmp_path / "log")
    assert (mode(target), target.read_text()) == (0o644, "mine\n")
    target.chmod(0o600)
    close_log(open_log(tmp_path / "log"))
    assert target.read_text() != "mine\n"
