"""Fixtures of the screen tests: a stage with a script, still time, no animation."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.widgets import Input

from akash_tui.services.deployment import resume
from akash_tui.ui.base import base_screen
from akash_tui.ui.dialogs import confirm_spend
from akash_tui.ui.dialogs.dialog_box import DialogBox
from tests.ui import fakes
from tests.ui.fakes import FakeAutoTopUp, FakeLeases, Stage_, stage
from tests.ui.leases import fakes as lease_fakes
from tests.ui.market import fakes as market_fakes


@pytest.fixture(scope="session", autouse=True)
def _style_sheets_are_parsed_once() -> Iterator[None]:
    """Every app of a test would parse the same sheets again; Textual itself reuses what it has parsed in one app."""
    parsed: dict[object, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parse_once(sheet: Stylesheet, *args: Any, **options: Any) -> list[RuleSet]:
        key = frozenset(sheet._variables.items()), args, tuple(sorted(options.items()))
        if key not in parsed:
            parsed[key] = parse(sheet, *args, **options)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        yield


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No blinking, no motion, one time zone, nothing to resume; repaints and dialogs that wait for nobody's eyes."""

    async def nothing(session: object) -> resume.ResumeReport:
        return resume.ResumeReport((), ())

    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(base_screen, "FPS", 20.0)
    monkeypatch.setattr(DialogBox, "arm_seconds", 0.02)
    monkeypatch.setattr(confirm_spend, "CHECK_SECONDS", 0.05)
    monkeypatch.setattr(resume, "resume", nothing)
    monkeypatch.setattr(FakeLeases, "views", ())
    monkeypatch.setattr("akash_tui.services.leases.lease_list.Leases", FakeLeases)
    monkeypatch.setattr("akash_tui.ui.session.background_monitor.AutoTopUp", FakeAutoTopUp)
    monkeypatch.setattr(FakeAutoTopUp, "orders", {})
    monkeypatch.setattr(FakeAutoTopUp, "made", [])
    monkeypatch.setattr("akash_tui.ui.leases.detail_screen.Leases", FakeLeases)
    monkeypatch.setattr("akash_tui.ui.market.savings_page.Leases", FakeLeases)
    fakes.install(monkeypatch)
    market_fakes.install(monkeypatch)
    lease_fakes.install(monkeypatch)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def scene(tmp_path: Path) -> Stage_:
    return stage(tmp_path / "home")
