"""`--log FILE`: requests and errors in a private file, and no secret of the home in it."""

from __future__ import annotations

import logging
import stat
from pathlib import Path

import pytest

from akash_tui.cli.app import run
from akash_tui.compose import Program
from tests.cli.conftest import Practice
from tests.cli.home import WORDS, Home
from tests.secret_errors import found_in


@pytest.mark.slow
def test_a_signed_command_is_logged_without_a_secret(home: Home, practice: Practice, tmp_path: Path) -> None:
    practice()
    path = tmp_path / "log"
    arguments = ("--network", "practice", "deploy", "web-page", "--accept", "cheapest", "--collect", "0.5s")
    answer = home.run(*arguments, "--yes", "-o", "jsonl", "--log", str(path))
    log = path.read_text(encoding="utf-8")
    assert answer.code == 0, answer.err
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "INFO akash_tui.requests: POST 127.0.0.1" in log
    assert "/cosmos/tx/v1beta1/txs 200 " in log
    assert "INFO akash_tui.requests: PUT 127.0.0.1" in log
    assert "/manifest 200 " in log
    assert "DEBUG akash_tui.requests: GET 127.0.0.1" in log
    assert not found_in(WORDS, log)
    for secret in ("correct horse", "eyJ", "Bearer", "Authorization"):
        assert secret not in log


def test_the_variable_names_a_file_and_the_option_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AKASH_TUI_LOG", str(tmp_path / "by-variable"))
    home = tmp_path / "home"
    assert run(Program(home), ["preset", "show", "nothing"]) == 2
    assert "failed (bad_input): There is no preset" in (tmp_path / "by-variable").read_text(encoding="utf-8")
    (tmp_path / "by-variable").unlink()
    assert (
        run(Program(home), ["--log", str(tmp_path / "first"), "preset", "list", "--log", str(tmp_path / "last")]) == 0
    )
    assert sorted(p.name for p in tmp_path.iterdir()) == ["last"]


def test_without_it_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AKASH_TUI_LOG", raising=False)
    assert run(Program(tmp_path), ["preset", "list"]) == 0
    assert list(tmp_path.iterdir()) == []
    assert not logging.getLogger("akash_tui").isEnabledFor(logging.INFO)


def test_a_file_that_cannot_be_written_is_refused(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(Program(tmp_path), ["preset", "list", "--log", str(tmp_path)]) == 2
    assert f"error: The log file {tmp_path} cannot be written: Is a directory." in capfd.readouterr().err


def test_a_crash_is_in_the_log_without_its_text(tmp_path: Path) -> None:
    class Broken(Program):
        @property
        def presets(self) -> None:  # type: ignore[override]
            raise ValueError(WORDS)

    assert run(Broken(tmp_path / "home"), ["preset", "list", "--log", str(tmp_path / "log")]) == 1
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "builtins.ValueError" in log
    assert not found_in(WORDS, log)
