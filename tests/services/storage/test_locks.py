"""One process at a time on one deployment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.ports import Busy
from akash_tui.services.storage.locks import deployment_lock

ID = DeploymentId("akash1owner", 42)
HOLDER = """
import sys
from pathlib import Path
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.storage.locks import deployment_lock
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
