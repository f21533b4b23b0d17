"""Something breaks inside a command: one sentence and a private report, and no text of the exception anywhere."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

import pytest

from akash_tui.cli.app import run
from akash_tui.compose import Program
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
