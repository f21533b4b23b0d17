"""The services of the app, answering by a script: for tests of screens without any network."""

from __future__ import annotations

import pytest

from akash_tui.services.deployment import resume
from tests.ui import fakes
from tests.ui.fakes import FakeAutoTopUp, FakeLeases
from tests.ui.leases import fakes as lease_fakes
from tests.ui.market import fakes as market_fakes


def script_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every service answer by its script, with nothing to resume."""

    async def nothing(session: object) -> resume.ResumeReport:
        return resume.ResumeReport((), ())

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
