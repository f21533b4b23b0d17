"""The whole story on the real practice network: preset, bids, lease, running, closed, money back."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.market.supply import FigureSource
from akash_tui.services.ports import Unreachable
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.columns import BidLine
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.form_dialog import FormDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import until
from tests.ui.on_practice.program import FastProgram, ask_for_bids, confirming, table


async def bid_table(app: AkashApp, pilot: Pilot[int]) -> LiveTable[BidLine]:
    """From the start to three bids in the list."""
    await ask_for_bids(app, pilot)
    await until(pilot, lambda: len(table(app, "#bid-table").rows) >= 3)
    return table(app, "#bid-table")


async def leased(app: AkashApp, pilot: Pilot[int]) -> None:
    """From the bids to a lease that runs."""
    await until(pilot, lambda: app.busy is None)
    await pilot.press("down", "a")
    await until(pilot, lambda: confirming(app))
    await pilot.press("y")
    run_manager = app.run_manager
    assert run_manager is not None
    await until(pilot, lambda: run_manager.tracked is not None and run_manager.tracked.run.stage.value == "running")


async def test_from_preset_to_running_to_closed(program: FastProgram) -> None:
    app = AkashApp(program, demo=("calm", 7))

    async with app.run_test(size=(100, 30)) as pilot:
        await bid_table(app, pilot)
        await leased(app, pilot)
        await until(pilot, lambda: "http://" in app.screen.query_one("#facts", LabelledLines).text)
        dseq = str(app.screen.id_shown.dseq)  # type: ignore[attr-defined]
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, ConfirmSpend) and app.screen.armed)
        await pilot.press(*dseq, "enter")
        await until(pilot, lambda: "is closed" in app.status.line()[0])
        await until(pilot, lambda: app.header_data is not None and (app.header_data.act or 0) > 99_900_000)
        assert [e for e in app.problems.entries if e.doing != "watching"] == []  # low funds are a fact here
        assert not (program.home / "crashes").exists()


@pytest.mark.parametrize("scenario", ["indexer-silent", "indexer-garbage"])
async def test_a_useless_indexer_leaves_its_figures_unknown_and_nothing_waits(
    program: FastProgram, scenario: str
) -> None:
    """A silent one keeps every question for a minute: longer than each step here may take."""
    app = AkashApp(program, demo=(scenario, 7))
    async with app.run_test(size=(160, 48)) as pilot:
        table = await bid_table(app, pilot)
        run_manager = app.run_manager
        assert run_manager is not None
        assert app.session is not None
        prices = asyncio.create_task(app.market.gpus.get())
        await until(pilot, lambda: all(line.row.provider is not None for line in table.rows))
        for line in table.rows:
            assert (line.row.uptime, line.row.vs_market) == (None, None)
            assert (line.uptime[0], line.market[0]) == ("?", "?")
        await leased(app, pilot)
        facts = app.session.provider_cache
        assert (facts.profiles, facts.prices) == ({}, None)
        if scenario == "indexer-garbage":
            await until(pilot, prices.done)
            assert facts.sheet_answer is not None
            assert facts.price_answer is not None
            assert isinstance(facts.sheet_answer.fault, Unreachable)
            assert isinstance(facts.price_answer.fault, Unreachable)
        cached = app.market.gpus.cached
        assert cached is None or not [row for row in cached.value if row.source is FigureSource.INDEXER]
        prices.cancel()
        await asyncio.gather(prices, return_exceptions=True)


async def test_topped_up_by_agreement_seen_on_screen_and_closed(program: FastProgram) -> None:
    app = AkashApp(program, demo=("calm", 7))

    def facts() -> str:
        return app.screen.query_one("#facts", LabelledLines).text if app.screen.query("#facts") else ""

    async with app.run_test(size=(100, 40)) as pilot:
        await bid_table(app, pilot)
        await leased(app, pilot)
        await until(pilot, lambda: app.busy is None)
        id = app.screen.id_shown  # type: ignore[attr-defined]
        await pilot.press("A")
        await until(pilot, lambda: isinstance(app.screen, FormDialog))
        for field, value in zip(app.screen.query(Input), ("1", "2", "900h"), strict=True):
            field.value = value  # always due: the first one follows at once
        await pilot.press("enter")
        await until(pilot, lambda: confirming(app))
        sheet = app.screen.query_one("#sheet", LabelledLines).text
        assert "the first one now" in sheet
        assert "at most 2.00 ACT, 2 times" in sheet
        await pilot.press("y")
        logged = app.problems.entries
        await until(pilot, lambda: any("added automatically (1.00 of 2.00 ACT)" in e.title for e in logged))
        await until(pilot, lambda: any("Automatic top-up is off" in e.title for e in logged))
        await until(pilot, lambda: "off: 2.00 of 2.00 ACT are spent" in facts())
        assert not [e.title for e in logged if "could not" in e.title]
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, ConfirmSpend) and app.screen.armed)
        assert "comes back" in app.screen.query_one("#sheet", LabelledLines).text
        await pilot.press(*str(id.dseq), "enter")
        await until(pilot, lambda: "is closed" in app.status.line()[0])
        assert "came back" in app.status.line()[0]
        assert not (program.home / "crashes").exists()
