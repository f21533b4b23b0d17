"""Crash reports: types and code lines, private, and no text of any exception."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from akash_tui.services.redaction import redacted_traceback
from akash_tui.services.storage.crash_report import write_crash_report
from tests.secret_errors import KINDS, WORDS, break_with, found_in

UNCAUGHT = """
import sys, threading
from akash_tui.services.redaction import redact_uncaught_errors
from tests.secret_errors import break_with
redact_uncaught_errors()
class Dies:
    def __del__(self):
        break_with("cause", sys.argv[1])
Dies()
thread = threading.Thread(target=break_with, args=("note", sys.argv[1]))
thread.start()
thread.join()
break_with("group", sys.argv[1])
"""


def broken(kind: str, words: str) -> BaseException:
    try:
        break_with(kind, words)
    except Exception as error:
        return error


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_report_holds_types_and_code_lines_and_no_text(tmp_path: Path, kind: str, words: str) -> None:
    path = write_crash_report(tmp_path, broken(kind, words))
    text = path.read_text(encoding="utf-8")
    assert not found_in(words, text)
    assert "in break_with" in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_causes_and_members_of_groups_are_named() -> None:
    assert "builtins.KeyError" in redacted_traceback(broken("cause", "x"))
    assert "builtins.KeyError" in redacted_traceback(broken("suppressed", "x"))
    lines = redacted_traceback(broken("group", "x"))
    assert {"builtins.ExceptionGroup", "builtins.ValueError", "builtins.KeyError"} <= set(lines)


def test_a_circle_of_causes_ends() -> None:
    one, two = ValueError(), KeyError()
    one.__cause__, two.__cause__ = two, one
    assert [line for line in redacted_traceback(one) if line] == ["builtins.ValueError", "builtins.KeyError"]


def test_a_report_without_an_exception_is_only_the_head(tmp_path: Path) -> None:
    assert len(write_crash_report(tmp_path, None).read_text(encoding="utf-8").splitlines()) == 1


@pytest.mark.parametrize("words", WORDS)
def test_python_itself_prints_no_message_either(words: str) -> None:
    done = subprocess.run([sys.executable, "-c", UNCAUGHT, words], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert not found_in(words, done.stdout, done.stderr)
    for name in ("RuntimeError", "KeyError", "ValueError", "ExceptionGroup"):
        assert f"builtins.{name}" in done.stderr


def test_there_is_one_writer_of_crash_reports() -> None:
    """Nothing else in the program formats tracebacks or writes into `crashes`."""
    package = Path(__file__).resolve().parents[3] / "akash_tui"
    found = {
        word: {path.name for path in package.rglob("*.py") if word in path.read_text(encoding="utf-8")}
        for word in ("import traceback", "print_exc(", "format_exc(", "write_crash_report(")
    }
    assert found == {
        "import traceback": {"redaction.py"},
        "print_exc(": set(),
        "format_exc(": set(),
        "write_crash_report(": {"crash_report.py"},
    }
