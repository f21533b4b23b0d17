"""What the practice network that the app starts beside itself is given, and what an open session reads anew."""

from __future__ import annotations

import subprocess
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from akash_tui.compose import Program
from akash_tui.services.storage.settings import ActLimits, Bounds
from tests.helpers.worlds import Worlds


def test_the_practice_process_is_not_given_the_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(subprocess, "Popen", lambda *_, **options: given.update(options))
    monkeypatch.setenv("AKASH_TUI_PASSPHRASE_FILE", "/somewhere/secret")
    monkeypatch.setenv("LANG", "C.UTF-8")
    Program(tmp_path)._spawn_practice("calm", 7)
    assert given["env"]["AKASH_TUI_HOME"] == str(tmp_path)
    assert given["env"]["LANG"] == "C.UTF-8"
    assert "AKASH_TUI_PASSPHRASE_FILE" not in given["env"]


async def test_an_open_session_has_the_limits_that_are_saved_now(worlds: Worlds) -> None:
    async with worlds("calm").session() as session:
        assert session.bounds == Bounds()
        other = Program(session.journal.path.parent)
        limits = Bounds(act=ActLimits(day=Decimal(3)))
        try:
            other.save_settings(other.settings.model_copy(update={"bounds": limits}))
            assert session.bounds == limits
        finally:
            other.save_settings(other.settings.model_copy(update={"bounds": Bounds()}))
