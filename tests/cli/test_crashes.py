"""Something breaks inside a command: one sentence and a private report, and no text of the exception anywhere."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest

import akash_tui
from akash_tui.cli.app import run
from akash_tui.compose import Program
from tests.cli.home import Home
from tests.helpers.worlds import GIVE_UP
from tests.secret_errors import KINDS, WORDS, break_with, files_of, found_in


class Broken(Program):
    """A program whose presets break."""

    def __init__(self, home: Path, kind: str, words: str) -> None:
        super().__init__(home)
        self.how = kind, words

    @property
    def presets(self) -> NoReturn:
        break_with(*self.how)


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_the_words_in_a_foreign_exception_are_nowhere(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str, words: str, debug: list[str]
) -> None:
    assert run(Broken(tmp_path, kind, words), ["preset", "list", *debug]) == 1
    out, err = capfd.readouterr()
    files = files_of(tmp_path)
    assert not found_in(words, out, err, *files)
    assert out == ""
    if debug:
        assert "in break_with" in err
        assert files == []
    else:
        assert err.startswith("error: Something broke inside akash-tui")
        assert len(files) == 1
        assert "in break_with" in files[0]


def test_an_error_with_advice_has_a_traceback_only_when_asked_for(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(Program(tmp_path), ["preset", "show", "nothing"]) == 2
    without = capfd.readouterr().err
    assert without.startswith("error: There is no preset")
    assert run(Program(tmp_path), ["preset", "show", "nothing", "--debug"]) == 2
    traceback = capfd.readouterr().err
    assert traceback.endswith(without)
    assert "akash_tui.services.errors.BadInput" in traceback
    assert "in find\n" in traceback


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize(
    ("command", "redirection"),
    [
        ("bids --from saved.json", ">/dev/full"),
        ("bids --from saved.json -o jsonl", ">/dev/full"),
        ("--help", ">/dev/full"),
        ("preset list", ">/dev/full 2>&1"),
    ],
)
def test_output_to_a_full_disk_is_one_sentence_and_no_report(
    home: Home, tmp_path: Path, command: str, redirection: str
) -> None:
    (tmp_path / "saved.json").write_text(
        '{"bids":[{"bid":{"id":{"owner":"o","dseq":"1","gseq":1,"oseq":1,"provider":"p"},"state":"open",'
        '"price":{"denom":"uact","amount":"1"},"created_at":"1"}}]}'
    )
    line = f"{shlex.quote(sys.executable)} -m akash_tui {command} {redirection}"
    env = home.env | {"PYTHONPATH": str(Path(akash_tui.__file__).parents[1])}
    done = subprocess.run(
        ["sh", "-c", line], cwd=tmp_path, env=env, capture_output=True, text=True, check=False, timeout=GIVE_UP
    )
    assert done.returncode == 2
    assert done.stderr.startswith("error: The disk is full") is not redirection.endswith("2>&1")
    assert done.stderr.count("error:") <= 1
    assert "broke" not in done.stderr
    assert not (home.path / "crashes").exists()


def test_a_closed_stdout_breaks_nothing(home: Home) -> None:
    line = f"{shlex.quote(sys.executable)} -m akash_tui preset list >&-"
    env = home.env | {"PYTHONPATH": str(Path(akash_tui.__file__).parents[1])}
    assert subprocess.run(["sh", "-c", line], env=env, check=False, timeout=GIVE_UP).returncode == 0
    assert not (home.path / "crashes").exists()
