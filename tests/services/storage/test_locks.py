"""One process at a time on one deployment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.ports import BadInput, Busy
from akash_tui.services.ports.lock_holder import LockHolder, read_holder
from akash_tui.services.storage import locks
from akash_tui.services.storage.locks import NumberClaims, change_lock, deployment_lock

ID = DeploymentId("akash1owner", 42)
HOLDER = """
import sys
from pathlib import Path
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.storage.locks import NumberClaims, deployment_lock
with deployment_lock(Path(sys.argv[1]), "fake-1", DeploymentId("akash1owner", 42), "akash-tui deploy"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_it_is_held_once_and_given_back(tmp_path: Path) -> None:
    with deployment_lock(tmp_path, "fake-1", ID):
        with pytest.raises(Busy, match="42"), deployment_lock(tmp_path, "fake-1", ID):
            pass
        with (
            deployment_lock(tmp_path, "fake-1", DeploymentId("akash1owner", 43)),
            deployment_lock(tmp_path, "other-1", ID),
        ):
            pass
    with deployment_lock(tmp_path, "fake-1", ID):
        pass


@pytest.mark.parametrize("make", [Path.touch, os.mkfifo])
def test_what_is_no_folder_is_refused_and_left(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "locks")
    with pytest.raises(BadInput, match="not a folder"), deployment_lock(tmp_path / "locks", "fake-1", ID):
        pass
    assert not (tmp_path / "locks").is_dir()


def test_the_message_says_what_to_do(tmp_path: Path) -> None:
    with (
        deployment_lock(tmp_path, "fake-1", ID),
        pytest.raises(Busy) as caught,
        deployment_lock(tmp_path, "fake-1", ID),
    ):
        pass
    assert "akash-tui lease status 42" in caught.value.advice


def test_the_lock_file_is_private_and_stays(tmp_path: Path) -> None:
    with deployment_lock(tmp_path / "locks", "fake-1", ID):
        pass
    (path,) = (tmp_path / "locks").iterdir()
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_another_thread_may_give_it_back(tmp_path: Path) -> None:
    held = deployment_lock(tmp_path, "fake-1", ID)
    held.__enter__()
    thread = threading.Thread(target=held.__exit__, args=(None, None, None))
    thread.start()
    thread.join()
    with deployment_lock(tmp_path, "fake-1", ID):
        pass


def test_the_message_says_if_it_is_this_program_itself(tmp_path: Path) -> None:
    at = datetime(2026, 11, 24, 14, 2, 11, tzinfo=UTC)
    with (
        deployment_lock(tmp_path, "fake-1", ID, now=at),
        pytest.raises(Busy, match=r"This akash-tui is itself at work on deployment 42 \(since 14:02:11 UTC\)"),
        deployment_lock(tmp_path, "fake-1", ID),
    ):
        pass


@pytest.mark.parametrize(
    "note", ["", "[]", "{}", '{"pid": 1, "command": "x", "since": "soon", "host": ""}', "9" * 9999]
)
def test_a_note_that_is_none_names_nobody(tmp_path: Path, note: str) -> None:
    with deployment_lock(tmp_path, "fake-1", ID):
        (path,) = tmp_path.glob("*.holder")
        path.write_text(note)
        with (
            pytest.raises(Busy, match="Another akash-tui is at work on deployment 42; nothing"),
            deployment_lock(tmp_path, "fake-1", ID),
        ):
            pass


def test_who_writes_a_file_is_named_and_waited_for_a_bounded_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(locks, "WAIT_SECONDS", 0.01)
    path = tmp_path / ".lock"
    with change_lock(path, "presets"):
        with (
            pytest.raises(Busy, match=r"This akash-tui is itself writing presets \(since .* UTC\); it did not end"),
            change_lock(path, "presets"),
        ):
            pass
        elsewhere = LockHolder(2**22 + 1, "akash-tui", datetime(2026, 11, 24, 14, 2, tzinfo=UTC), "other-host")
        (tmp_path / ".holder").write_text(elsewhere.note())
        with (
            pytest.raises(Busy, match=r"writing presets: process 4194305 on other-host \(akash-tui\), since 14:02"),
            change_lock(path, "presets"),
        ):
            pass
    with change_lock(path, "presets"):
        pass
    assert not (tmp_path / ".holder").exists()


def test_a_holder_on_another_machine_is_named_with_it(tmp_path: Path) -> None:
    elsewhere = LockHolder(2**22 + 1, "akash-tui", datetime(2026, 11, 24, 14, 2, tzinfo=UTC), "other-host")
    (tmp_path / "a.holder").write_text(elsewhere.note())
    assert read_holder(tmp_path / "a.holder") == elsewhere
    assert "on other-host" in elsewhere.words


def test_an_error_inside_gives_it_back(tmp_path: Path) -> None:
    with pytest.raises(KeyError), deployment_lock(tmp_path, "fake-1", ID):
        raise KeyError
    with deployment_lock(tmp_path, "fake-1", ID):
        pass


def test_a_killed_holder_gives_it_back(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(Busy) as caught, deployment_lock(tmp_path, "fake-1", ID):
            pass
        (note,) = tmp_path.glob("*.holder")
        known = read_holder(note)
        assert known is not None
        assert (known.pid, known.command) == (holder.pid, "akash-tui deploy")
        assert f"process {holder.pid} (akash-tui deploy), since {known.since:%H:%M:%S} UTC" in caught.value.title
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        assert read_holder(note) is None, "what a killed holder left names nobody"
        with deployment_lock(tmp_path, "fake-1", ID):
            pass
        assert not note.exists()
    finally:
        holder.kill()
        holder.wait()
        for pipe in (holder.stdin, holder.stdout):
            assert pipe is not None
            pipe.close()


def test_two_sessions_of_one_home_never_quote_the_same_number(tmp_path: Path) -> None:
    mine, other = NumberClaims(tmp_path), NumberClaims(tmp_path)
    id = DeploymentId("akash1owner", 100)
    assert mine.claim("chain", id)
    assert not other.claim("chain", id)
    assert not mine.claim("chain", id), "nor does one session quote it twice"
    assert other.claim("chain", DeploymentId("akash1owner", 101))
    mine.release()
    assert other.claim("chain", id)
    other.release()


def test_a_session_holds_the_numbers_of_its_newest_quotes_only(tmp_path: Path) -> None:
    mine, other = NumberClaims(tmp_path), NumberClaims(tmp_path)
    numbers = [n for n in range(200) if mine.claim("chain", DeploymentId("akash1owner", n))]
    assert other.claim("chain", DeploymentId("akash1owner", numbers[0]))
    assert not other.claim("chain", DeploymentId("akash1owner", numbers[-1]))
    mine.release()
    other.release()


def test_a_home_that_cannot_be_written_still_quotes(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file where the folder should be")
    assert NumberClaims(tmp_path / "locks").claim("chain", DeploymentId("akash1owner", 1))
