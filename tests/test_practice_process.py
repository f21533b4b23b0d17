"""What the practice network that the app starts beside itself is given."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from akash_tui.practice_process import FreshWorld, PracticeProcess
from akash_tui.services.core.program import Home


def test_the_practice_process_is_not_given_the_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **options: given.update(options))
    monkeypatch.setenv("AKASH_TUI_PASSPHRASE_FILE", "/somewhere/secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    PracticeProcess(Home(tmp_path))._spawn(FreshWorld("calm", 7, "akash1me"))
    assert given["env"]["AKASH_TUI_HOME"] == str(tmp_path)
    assert given["env"]["LANG"] == "C.UTF-8"
    assert "AKASH_TUI_PASSPHRASE_FILE" not in given["env"]
