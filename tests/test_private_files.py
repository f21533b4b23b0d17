"""The one writer of files: private, whole or not at all, and on the disk with its name."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from akash_tui.private_files import make_file, move_file, private_folder, replace_file, write_private

KILLED = """
import os, signal, sys
from pathlib import Path
from akash_tui import private_files
real = getattr(os, sys.argv[2])
def die(*given):
    if sys.argv[3] == "after":
        real(*given)
    os.kill(os.getpid(), signal.SIGKILL)
setattr(os, sys.argv[2], die)
private_files.write_private(Path(sys.argv[1]), b"new")
"""


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_folder_and_file_are_private(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "c.json"
    write_private(path, b"x")
    assert (mode(path), mode(path.parent), path.read_bytes()) == (0o600, 0o700, b"x")
    path.chmod(0o644)
    path.parent.chmod(0o755)
    write_private(path, b"y")
    assert (mode(path), mode(path.parent), path.read_bytes()) == (0o600, 0o700, b"y")


def test_content_is_on_the_disk_before_the_name_and_the_name_before_it_returns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, os.replace

    def synced(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def replaced(old: str, new: Path) -> None:
        steps.append("name")
        replace(old, new)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    write_private(tmp_path / "a", b"x")
    assert steps == ["file", "name", "folder"]
    steps.clear()
    make_file(tmp_path / "b", b"x")
    assert steps == ["file", "folder"]


@pytest.mark.parametrize(
    ("step", "when", "content"),
    [("fsync", "before", "old"), ("replace", "before", "old"), ("replace", "after", "new")],
)
def test_a_kill_leaves_the_old_content_or_the_new(tmp_path: Path, step: str, when: str, content: str) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    done = subprocess.run([sys.executable, "-c", KILLED, str(path), step, when], check=False)
    assert done.returncode == -signal.SIGKILL
    assert path.read_text() == content


@pytest.mark.parametrize("write", [write_private, make_file])
def test_a_write_that_fails_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: object
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "file", b"x")  # type: ignore[operator]
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    make_file(tmp_path / "file", b"first")
    with pytest.raises(FileExistsError):
        make_file(tmp_path / "file", b"second")
    assert (tmp_path / "file").read_bytes() == b"first"


def test_a_mode_can_be_kept_and_the_folder_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    replace_file(tmp_path / "file", b"x", 0o644)
    assert (mode(tmp_path / "file"), mode(tmp_path)) == (0o644, 0o755)


def test_a_folder_shared_by_all_stays_open(tmp_path: Path) -> None:
    shared = tmp_path / "tmp"
    shared.mkdir()
    shared.chmod(0o1777)
    assert private_folder(shared) is False
    assert mode(shared) == 0o1777
    assert private_folder(shared / "own") is True
    assert mode(shared / "own") == 0o700


def test_a_new_name_is_on_the_disk_and_takes_the_place_of_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new, steps = tmp_path / "old", tmp_path / "new", list[str]()
    old.write_text("mine")
    new.write_text("another")
    fsync = os.fsync

    def synced(handle: int) -> None:
        steps.append(f"folder synced: {stat.S_ISDIR(os.fstat(handle).st_mode)}, moved: {not old.exists()}")
        fsync(handle)

    monkeypatch.setattr(os, "fsync", synced)
    move_file(old, new)
    assert (new.read_text(), steps) == ("mine", ["folder synced: True, moved: True"])
