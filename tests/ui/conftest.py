"""Fixtures of the screen tests: a stage with a script, still time, no animation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import lease_fakes
import market_fakes
import pytest
from textual.widgets import Input
from ui_fakes import FakeAutoTopUp, FakeLeases, Stage_, stage

from akash_tui.services import resume


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No blinking, no motion, one time zone, and nothing to resume."""

    async def nothing(session: object) -> resume.Report:
        return resume.Report((), ())

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(resume, "resume", nothing)
    monkeypatch.setattr(FakeLeases, "views", ())
    monkeypatch.setattr("akash_tui.services.fleet.Leases", FakeLeases)
    monkeypatch.setattr("akash_tui.ui.patrol.AutoTopUp", FakeAutoTopUp)
    monkeypatch.setattr(FakeAutoTopUp, "orders", {})
    monkeypatch.setattr(FakeAutoTopUp, "made", [])
    monkeypatch.setattr("akash_tui.ui.lease.Leases", FakeLeases)
    monkeypatch.setattr("akash_tui.ui.market_moving.Leases", FakeLeases)
    market_fakes.install(monkeypatch)
    lease_fakes.install(monkeypatch)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def scene(tmp_path: Path) -> Stage_:
    return stage(tmp_path / "home")
