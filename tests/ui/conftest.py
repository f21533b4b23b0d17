"""Fixtures of the screen tests: a stage with a script, still time, no animation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input

from akash_tui.services.deployment import resume
from tests.ui.fakes import FakeAutoTopUp, FakeLeases, Stage_, stage
from tests.ui.leases import fakes as lease_fakes
from tests.ui.market import fakes as market_fakes


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No blinking, no motion, one time zone, and nothing to resume."""

    async def nothing(session: object) -> resume.ResumeReport:
        return resume.ResumeReport((), ())

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(resume, "resume", nothing)
    monkeypatch.setattr(FakeLeases, "views", ())
    monkeypatch.setattr("akash_tui.services.leases.lease_list.Leases", FakeLeases)
    monkeypatch.setattr("akash_tui.ui.session.background_monitor.AutoTopUp", FakeAutoTopUp)
    monkeypatch.setattr(FakeAutoTopUp, "orders", {})
    monkeypatch.setattr(FakeAutoTopUp, "made", [])
    monkeypatch.setattr("akash_tui.ui.leases.detail_screen.Leases", FakeLeases)
    monkeypatch.setattr("akash_tui.ui.market.savings_page.Leases", FakeLeases)
    market_fakes.install(monkeypatch)
    lease_fakes.install(monkeypatch)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def scene(tmp_path: Path) -> Stage_:
    return stage(tmp_path / "home")
