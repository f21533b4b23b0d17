"""One process at a time on one deployment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.ports import BadInput, Busy
from akash_tui.services.storage.locks import NumberClaims, deployment_lock

ID = DeploymentId("akash1owner", 42)
HOLDER = """
import sys
from pathlib import Path
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.storage.locks import NumberClaims, deployment_lock
with deployment_lock(Path(sys.argv[1]), "fake-1", DeploymentId("akash1owner", 42)):
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
        with pytest.raises(Busy), deployment_lock(tmp_path, "fake-1", ID):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()
        with deployment_lock(tmp_path, "fake-1", ID):
            pass
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
