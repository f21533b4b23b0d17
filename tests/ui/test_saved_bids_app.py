"""A saved answer on the bids screen: the same rows and keys, read-only, without a network."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from textual.pilot import Pilot

from akash_tui.domain.akash.entities import Bid
from akash_tui.domain.akash.money import DecCoin
from akash_tui.domain.bids import filter_fields
from akash_tui.domain.bids.saved_bids import SavedBids
from akash_tui.domain.filtering.filter import EVERYTHING, Filter, parse_filter
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.ui.actions.registry import ACTIONS
from akash_tui.ui.bids.columns import order_words
from akash_tui.ui.bids.compare_screen import CompareScreen
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.saved_bids_app import SavedBidsApp
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.fakes.clock import FrozenClock
from tests.helpers.repaints import repaints
from tests.ui import screen_text
from tests.ui.fakes import BIDS, FakeProgram, until

PRICE = (SortKey("price"),)


def saved(home: Path, bids: Sequence[Bid] = BIDS, wanted: Filter = EVERYTHING) -> SavedBidsApp:
    return SavedBidsApp(FakeProgram(home), SavedBids(tuple(bids)), "bids.json", FrozenClock(), wanted, PRICE)  # type: ignore[arg-type]


async def test_a_saved_answer_opens_on_the_bids_screen_with_its_filter(tmp_path: Path) -> None:
    app = saved(tmp_path / "home", wanted=parse_filter("gpu:a100|h100", filter_fields.BIDS))
    async with app.run_test(size=(120, 40)) as pilot:
        table = app.screen.query_one("#bid-table", LiveTable)
        await until(pilot, lambda: len(table.rows) == 3)
        assert "saved answer, bids.json, read-only" in str(app.screen.query_one("#bids-panel").border_title)
        assert (
            "3 of 5 shown, 2 hidden by GPU (1 not known)"
            in app.screen.query_one("#bids-header", TextPane).content.plain
        )
        await pilot.press("escape")
        await until(pilot, lambda: len(table.rows) == 5)


async def test_nothing_can_be_taken_and_no_key_breaks_it(tmp_path: Path) -> None:
    app = saved(tmp_path / "home")
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.screen.query_one("#bid-table", LiveTable).rows)
        for key in ("a", "x", "h"):
            await pilot.press(key)
            assert "saved answer: there is nothing to accept" in app.status.line()[0]
        await pilot.press("1")
        assert "akash-tui alone opens the app" in app.status.line()[0]
        for key in sorted({key for action in ACTIONS for key in action.keys} - {"q"}):
            while not isinstance(app.screen, BidsScreen):
                await pilot.press("escape")
            await pilot.press(key)
        assert app.is_running
        while not isinstance(app.screen, BidsScreen):
            await pilot.press("escape")
        await pilot.press("escape", "q")  # the first leaves the filter line
    assert app.return_code == 0


@pytest.mark.parametrize("bids", [[], [BIDS[2]]], ids=["none", "one that discloses nothing"])
async def test_small_answers(tmp_path: Path, bids: list[Bid]) -> None:
    app = saved(tmp_path / "home", bids)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: isinstance(app.screen, BidsScreen) and app.screen.is_mounted)
        await repaints(pilot)
        table = app.screen.query_one("#bid-table", LiveTable)
        assert len(table.rows) == len(bids)
        assert table.empty == ("There is no bid in it." if not bids else table.empty)


async def head(pilot: Pilot[int], app: SavedBidsApp) -> str:
    """The lines above the table, once bids are shown."""
    await until(pilot, lambda: app.screen.query_one("#bid-table", LiveTable).rows)
    await repaints(pilot)
    return app.screen.query_one("#bids-header", TextPane).content.plain


async def test_bids_of_several_deployments_say_which(tmp_path: Path) -> None:
    other = [replace(bid, id=replace(bid.id, dseq=501)) for bid in BIDS[:2]]
    second = replace(BIDS[1], id=replace(BIDS[1].id, dseq=501, gseq=2))
    app = saved(tmp_path / "home", [*BIDS, *other, second])
    async with app.run_test(size=(120, 40)) as pilot:
        assert "8 bids" in await head(pilot, app)
        title = str(app.screen.query_one("#bids-panel").border_title)
        assert "2 deployments · dseq 501 and 812301" in title
        table = app.screen.query_one("#bid-table", LiveTable)
        shown = {order_words(line.row) for line in table.rows}
        assert shown == {"501", "501/2", "812301"}
        assert "dseq" in table.in_sight
        cursor = table.cursor_row
        assert cursor is not None
        wanted = f"dseq {cursor.row.id.dseq}"
        await until(pilot, lambda: wanted in app.screen.query_one("#detail-fields", LabelledLines).text)


async def test_brackets_go_through_all_deployments_and_each_of_them(tmp_path: Path) -> None:
    other = [replace(bid, id=replace(bid.id, dseq=501)) for bid in BIDS[:2]]
    app = saved(tmp_path / "home", [*BIDS, *other])
    async with app.run_test(size=(120, 40)) as pilot:
        assert "7 bids" in await head(pilot, app)
        table = app.screen.query_one("#bid-table", LiveTable)
        for key, dseqs in (
            ("right_square_bracket", {501}),
            ("right_square_bracket", {812301}),
            ("right_square_bracket", {501, 812301}),
            ("left_square_bracket", {812301}),
            ("left_square_bracket", {501}),
        ):
            await pilot.press(key)
            await until(pilot, lambda wanted=dseqs: {line.row.id.dseq for line in table.rows} == wanted)  # type: ignore[misc]
        await repaints(pilot)
        assert "dseq 501, 1 of 2 deployments [ ]" in str(app.screen.query_one("#bids-panel").border_title)
        assert "2 bids" in await head(pilot, app)


async def test_bids_of_several_deployments_are_compared_and_complete_a_filter(tmp_path: Path) -> None:
    other = [replace(bid, id=replace(bid.id, dseq=501)) for bid in BIDS[:2]]
    app = saved(tmp_path / "home", [*BIDS, *other])
    async with app.run_test(size=(120, 40)) as pilot:
        await head(pilot, app)
        screen = app.screen
        assert isinstance(screen, BidsScreen)
        assert len(screen.listed_rows()) == 7
        await pilot.press("space", "down", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await pilot.press("escape", "right_square_bracket")
        await until(pilot, lambda: len(screen.table.rows) == 2)
        assert len(screen.listed_rows()) == 2
        assert screen.compared() == []  # what is marked is of the deployment that is not shown


async def test_one_deployment_needs_no_column_for_it(tmp_path: Path) -> None:
    app = saved(tmp_path / "home")
    async with app.run_test(size=(120, 40)) as pilot:
        await head(pilot, app)
        assert "dseq" not in app.screen.query_one("#bid-table", LiveTable).in_sight


async def test_an_old_bid_discloses_nothing_and_that_is_all_that_is_said(tmp_path: Path) -> None:
    app = saved(tmp_path / "home", [replace(BIDS[0], offers=(), price=DecCoin("uakt", Decimal("368.32")))])
    async with app.run_test(size=(120, 40)) as pilot:
        above = await head(pilot, app)
        assert "best now   not disclosed" in above
        detail = app.screen.query_one("#detail-fields", LabelledLines)
        await until(pilot, lambda: "not disclosed" in detail.text)
        assert "0 GPU" not in detail.text
        assert "0.22 AKT/h" in detail.text
        assert screen_text.under(app, "price/h", "not disclosed", "●") == "0.22 AKT"
        assert "no GPU asked for" not in above


async def test_one_page_of_several_is_named_as_such(tmp_path: Path) -> None:
    program = FakeProgram(tmp_path / "home")
    app = SavedBidsApp(program, SavedBids(BIDS, more=True), "x", FrozenClock(), EVERYTHING, PRICE)  # type: ignore[arg-type]
    async with app.run_test(size=(120, 40)) as pilot:
        await head(pilot, app)
        assert "one page of several" in app.status.line()[0]
