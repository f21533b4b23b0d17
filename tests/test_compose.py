"""What the practice network that the app starts beside itself is given."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from akash_tui.compose import Program


def test_the_practice_process_is_not_given_the_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **options: given.update(options))
    monkeypatch.setenv("AKASH_TUI_PASSPHRASE_FILE", "/somewhere/secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    Program(tmp_path)._spawn_practice("calm", 7)
    assert given["env"]["AKASH_TUI_HOME"] == str(tmp_path)
    assert given["env"]["LANG"] == "C.UTF-8"
    assert "AKASH_TUI_PASSPHRASE_FILE" not in given["env"]
