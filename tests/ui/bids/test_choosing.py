"""Choosing a bid: one test for each thing that a person must see or be able to do on the bids screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.entities import Bid, BidId, BidState, LeaseId, OrderId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import UACT, DecCoin
from akash_tui.domain.akash.provider import ProviderProfile
from akash_tui.domain.bids.bid_memory import BidOutcome, SeenBid, SeenOrder
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.services.memory.bid_memory import BidMemory
from akash_tui.services.memory.writing import BidResult
from akash_tui.services.storage.journal_entries import SavedLease
from akash_tui.ui.bids.columns import COLUMNS
from akash_tui.ui.bids.compare_screen import CompareScreen
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.filter_bar import FilterBar
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.fakes.clock import SCREENS_START as START
from tests.fakes.vault import OWNER
from tests.ui.fakes import BIDS, HEIGHT, PROVIDERS, Stage_, bid, bid_id, stage, until

WIDE = (220, 50)
A100 = 2


def profile(number: int, **more: Any) -> ProviderProfile:
    made = ProviderProfile(
        bid_id(number).provider, None, "https://x:8443", True, True, 0.999, 0.987, 0.95, "eu-west", "NL", None, "0.6.4",
        212, (GpuModel("nvidia", "a100", 80, "sxm"),), ("akash1auditor9999999999",), START,
    )  # fmt: skip
    return replace(made, **more)


def learn(scene: Stage_) -> None:
    """What an indexer reports: one provider's profile, and the market's price of an a100."""
    price = MarketPrice(GpuModel("nvidia", "a100", 80, "sxm"), None, Decimal("1.00"), None, 3, 9, START)
    scene.deployer.run.book.learn(profiles={bid_id(A100).provider: profile(A100)}, prices=[price])
    scene.deployer.run.touch()


def remember(scene: Stage_) -> None:
    """Earlier bids of every provider for the model that it offers now, and a lease of the first that failed."""
    session = scene.app.runs.session
    memory = session.memory = BidMemory(scene.program.home / "memory" / "practice-1.db", scene.program.clock.now)
    now = scene.program.clock.now()
    for at, row in enumerate(scene.deployer.run.book.rows()):
        for days, share in ((20, "0.82"), (9, "1.10"), (3, "0.95")):
            order = OrderId(OWNER, 100 * at + days, 1, 1)
            seen_at = now - timedelta(days=days)
            memory.put([SeenOrder(order, seen_at, seen_at, (), 1)])
            id = BidId(order.owner, order.dseq, 1, 1, row.id.provider)
            gpu_h = None if row.gpu_h is None else row.gpu_h * Decimal(share)
            memory.put([SeenBid(id, seen_at, 10 + days, row.disclosure.only_model, 1, row.bid.price, gpu_h)])
            if days == 9:
                memory.put([BidResult(id, BidOutcome.FAILED, why="it refused the manifest")])
            if days == 20:
                memory.put([BidResult(id, BidOutcome.RUNNING, 41)])
    memory.close()


def now_bids(scene: Stage_, bids: Sequence[Bid]) -> None:
    scene.deployer.run.book.apply(bids, height=HEIGHT + 1, now=scene.program.clock.now())
    scene.deployer.run.touch()


def bids_screen(scene: Stage_) -> BidsScreen:
    screen = scene.app.screen
    assert isinstance(screen, BidsScreen)
    return screen


def shown(scene: Stage_) -> list[int]:
    """The bids in sight, by their numbers in the script."""
    rows = scene.app.screen_stack[0].query_one("#bid-table", LiveTable).rows
    return [int(row.row.id.provider[10:12]) for row in rows]


def cell(scene: Stage_, key: str, number: int) -> tuple[str, str]:
    rows = {line.row.id: line for line in bids_screen(scene).table.rows}
    return next(c for c in COLUMNS if c.key == key).cell(rows[bid_id(number)])


def head(scene: Stage_) -> str:
    return bids_screen(scene).query_one("#bids-header", TextPane).content.plain


def detail(scene: Stage_) -> str:
    return bids_screen(scene).query_one("#detail-fields", LabelledLines).text


async def typed(scene: Stage_, pilot: Pilot[int], text: str) -> None:
    await pilot.press("slash")
    await until(pilot, lambda: bids_screen(scene).query_one(FilterBar).display)
    bids_screen(scene).query_one("#filter", Input).value = text
    await pilot.pause()


async def order_asked(scene: Stage_, pilot: Pilot[int]) -> None:
    """Ask for the columns to sort by: a line of the saved filters."""
    await pilot.press("v")
    await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
    await pilot.press("s")
    await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))


async def answered(scene: Stage_, pilot: Pilot[int], key: str, text: str) -> None:
    """Press a key that asks for a line of text, and give it."""
    await pilot.press(key)
    await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
    scene.app.screen.query_one("#text", Input).value = text
    await pilot.press("enter")


# -- what each bid says ---------------------------------------------------------------


async def test_screen_says_what_changed(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        scene.program.clock.passed += 60
        gone = bid(3, "1600", state=BidState.CLOSED)
        pricier = bid(1, "700", "rtx4090")
        now_bids(scene, (pricier, bid(2, "1500", "a100"), gone, BIDS[3], bid(7, "700", "l40s")))
        await until(pilot, lambda: 7 in shown(scene))
        assert [cell(scene, "state", n)[0] for n in (1, 2, 3, 4, 7)] == ["▲", "▼", "✕", "", "●"]
        assert shown(scene)[-1] in (3, 5)  # what is gone stands last, until it goes for good
        scene.program.clock.passed += 500
        await until(pilot, lambda: 3 not in shown(scene))


async def test_a_key_jumps_to_the_best_of_each_model(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        seen = []
        for _ in range(4):
            await pilot.press("b")
            seen.append(bids_screen(scene).table.cursor_id)
        assert seen == [str(bid_id(n)) for n in (2, 4, 1, 2)]  # the cursor stood on the first already


# -- order, filter, views -------------------------------------------------------------


async def test_sort_by_any_column_and_by_several(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        await order_asked(scene, pilot)
        scene.app.screen.query_one("#text", Input).value = "region,-price"
        await pilot.press("enter")
        await until(pilot, lambda: shown(scene) == [2, 4, 1, 5, 3])
        assert "region ▲, price ▼" in str(bids_screen(scene).query_one("#bids-panel").border_subtitle)
        await pilot.press("P")
        await until(pilot, lambda: shown(scene) == [1, 2, 3, 5, 4])
        await order_asked(scene, pilot)
        scene.app.screen.query_one("#text", Input).value = "prize"
        await pilot.press("enter")
        assert "no column 'prize'" in scene.app.screen.query_one("#wrong", LabelledLines).text


async def test_filter_language_with_an_error_below_while_the_last_good_filter_stays(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        await typed(scene, pilot, "gpu:a100|h100 usd_h<1.5")
        await until(pilot, lambda: shown(scene) == [2, 5])
        assert "2 of 5 shown, 2 hidden by GPU (1 not known), 1 by price" in head(scene)
        await typed(scene, pilot, "gpu:a100|h100 usd_h<1.5 uptme7>1")
        description = bids_screen(scene).query_one("#filter-hint", TextPane)
        await until(
            pilot, lambda: "there is no field 'uptme7' at 25. Did you mean uptime7?" in description.content.plain
        )
        await pilot.press("enter")
        assert bids_screen(scene).query_one(FilterBar).display, "a mistake is not put away"
        assert shown(scene) == [2, 5]
        await pilot.press("escape")
        await until(pilot, lambda: shown(scene) == [1, 2, 3, 5, 4])
        assert scene.app.screen.focused is bids_screen(scene).table


async def test_a_filter_is_kept_completed_and_dropped(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        await typed(scene, pilot, "!audit")
        field = bids_screen(scene).query_one("#filter", Input)
        await until(pilot, lambda: bool(field._suggestion))
        await pilot.press("tab")
        assert field.value == "!audited "
        field.value = "gpu:h100"
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: shown(scene) == [4])
        assert scene.app.screen.focused is bids_screen(scene).table
        await pilot.press("slash")
        field.value = "gpu:t4"
        await pilot.press("enter")
        await until(pilot, lambda: "The filter hides all 5 bids" in bids_screen(scene).table.empty)
        await pilot.press("b")
        assert "hides every best bid" in scene.app.status.line()[0]
        await pilot.press("escape")
        await until(pilot, lambda: len(shown(scene)) == 5)


async def test_saved_views(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        await order_asked(scene, pilot)
        scene.app.screen.query_one("#text", Input).value = "-price"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        await typed(scene, pilot, "usd_h>1")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        scene.app.screen.query_one("#text", Input).value = "dear"
        await pilot.press("enter")
        await until(pilot, lambda: "dear" in scene.program.settings.views)
        await pilot.press("enter", "v")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await pilot.press("enter")  # all bids, by price
        await until(pilot, lambda: shown(scene) == [1, 2, 3, 5, 4])
        await pilot.press("v")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await pilot.press("down", "enter")
        await until(pilot, lambda: shown(scene) == [4, 5])
        await pilot.press("v")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await pilot.press("G", "up", "enter")  # below it stands the order by several columns
        await until(pilot, lambda: not scene.program.settings.views)


async def test_a_pinned_order_counts_the_changes(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("p")
        await until(
            pilot, lambda: "pinned, p unpins" in str(bids_screen(scene).query_one("#bids-panel").border_subtitle)
        )
        now_bids(scene, (bid(1, "9000", "rtx4090"), *BIDS[1:], bid(7, "1", "a100")))
        await until(pilot, lambda: "+2 changes" in str(bids_screen(scene).query_one("#bids-panel").border_subtitle))
        assert shown(scene)[:2] == [1, 2]
        await pilot.press("p")
        await until(pilot, lambda: shown(scene)[0] == 7)
        assert "change" not in str(bids_screen(scene).query_one("#bids-panel").border_subtitle)


async def test_score_is_explained_and_price_order_is_one_key_away(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        lease = SavedLease(
            LeaseId(OWNER, 1, 1, 1, bid_id(4).provider), DecCoin(UACT, Decimal(1)), delivered=True, tried=True
        )
        await scene.ready(pilot)
        assert scene.app.session is not None
        scene.app.session.journal.kept = {1: [lease]}  # type: ignore[attr-defined]
        await scene.with_bids(pilot)
        assert bids_screen(scene).bid_list.by_score is False
        await pilot.press("s", "home")
        await until(pilot, lambda: bids_screen(scene).table.sorted_by == ("score", True))
        points = [line.points or 0 for line in bids_screen(scene).table.rows]
        assert points == sorted(points, reverse=True)
        await until(pilot, lambda: f"score {points[0]} of 100" in detail(scene))
        parts = [line for line in detail(scene).splitlines() if "/" in line and " · " in line][-6:]
        assert sum(int(line.split()[1].split("/")[0]) for line in parts) == points[0]
        bids_screen(scene).table.move_to_id(str(bid_id(4)))
        await until(pilot, lambda: "history 10/10 · 1 of your 1 lease there accepted the manifest" in detail(scene))
        await pilot.press("P")
        await until(pilot, lambda: shown(scene) == [1, 2, 3, 5, 4])


# -- comparing and capping ------------------------------------------------------------


async def test_side_by_side_compare_of_two_to_four_offers(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 40)) as pilot:
        await scene.with_bids(pilot)
        learn(scene)
        await pilot.press("c")
        assert "Mark 2 to 4 bids" in scene.app.status.line()[0]
        await pilot.press("space", "down", "space", "c")
        await until(pilot, lambda: isinstance(scene.app.screen, CompareScreen) and scene.app.screen.table.rows)
        compared = scene.app.screen
        assert isinstance(compared, CompareScreen)
        lines = {a.id: a for a in compared.table.rows}
        assert lines["GPU"].texts == ("rtx4090 ×1", "a100 ×1")
        assert lines["price/h"].texts == ("0.38", "0.92")
        assert lines["price/h"].best == {0}
        assert lines["$ for 24 h"].texts == ("9.12", "22.08")
        assert lines["audited by"].best == set(), "the other's audit is not known"
        assert lines["uptime 7d"].texts == ("?", "98.7 %")
        assert not lines["memory"].differs
        assert "0.38 ★" in compared.table.render_line(1 + list(lines).index("price/h")).text
        await pilot.press("s")
        await until(pilot, lambda: all(a.differs for a in compared.table.rows))
        await pilot.press("right", "a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: scene.deployer.taken == [(bid_id(2).provider,)])


async def test_a_bid_dropped_from_the_comparison_is_not_marked_any_more(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("space", "down", "space", "down", "space", "c")
        await until(pilot, lambda: isinstance(scene.app.screen, CompareScreen))
        await pilot.press("space")
        assert isinstance(scene.app.screen, CompareScreen)
        await pilot.press("space")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        assert scene.app.run_manager is not None
        assert scene.app.run_manager.tracked is not None
        assert scene.app.run_manager.tracked.marks == [bid_id(3)]


async def test_a_bid_that_went_cannot_be_accepted_from_the_comparison(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("space", "down", "space", "c")
        await until(pilot, lambda: isinstance(scene.app.screen, CompareScreen))
        now_bids(scene, (bid(1, "637.5", "rtx4090", state=BidState.CLOSED), *BIDS[1:]))
        await pilot.press("a")
        description = scene.app.screen.query_one("#compare-message", TextPane)
        assert "cannot be accepted" in description.content.plain
        assert scene.deployer.done == []


async def test_budget_cap_dims_with_the_reason(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        await answered(scene, pilot, "B", "0.90/h 24h $20")
        await until(pilot, lambda: "≈$0.90/h · 24 h · ≈$20.00 in all" in head(scene))
        assert "4 above budget $" in head(scene)
        assert shown(scene) == [1, 2, 3, 5, 4], "rows above the budget stay in sight"
        assert (cell(scene, "over", A100)[0], cell(scene, "price", A100)[1]) == ("$", "muted")
        assert cell(scene, "over", 1)[0] == ""
        await pilot.press("down")
        await until(pilot, lambda: "≈ $0.92 an hour; the budget is $0.90" in detail(scene))


async def test_a_budget_is_kept_for_the_deployment_and_its_preset(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        await answered(scene, pilot, "B", "1.5")
        await until(pilot, lambda: len(scene.program.settings.budgets) == 2)
        assert set(scene.program.settings.budgets.values()) == {"1.5/h"}
        run_manager = scene.app.run_manager
        assert run_manager is not None
        run_manager.tracked_runs.clear()
        assert run_manager.take(scene.deployer.run).budget.per_hour == Decimal("1.5")
        other = replace(scene.deployer.run, id=replace(scene.deployer.run.id, dseq=9))
        assert run_manager.take(other).budget.per_hour == Decimal("1.5"), "the next one from the same preset"


async def test_deposit_by_hours_at_the_bid_that_is_taken(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        await answered(scene, pilot, "h", "3d")
        await until(pilot, lambda: "the deposit will cover 72 h" in head(scene))
        assert scene.deployer.run.hours == 72
        await answered(scene, pilot, "h", "")
        await until(pilot, lambda: scene.deployer.run.hours is None)
        await answered(scene, pilot, "h", "12")
        await until(pilot, lambda: scene.deployer.run.hours == 12)


# -- hostile --------------------------------------------------------------------------


async def test_absurd_prices_rank_nowhere_unmarked(tmp_path) -> None:  # type: ignore[no-untyped-def]
    scene = stage(tmp_path / "home")
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        odd = ("0", "-5", "NaN", "1e60", "0.0000001")
        now_bids(scene, [*BIDS, *(bid(10 + n, price, "a100") for n, price in enumerate(odd))])
        await until(pilot, lambda: len(shown(scene)) == 10)
        marked = [n for n in shown(scene) if cell(scene, "state", n) == ("!", "bad")]
        assert sorted(marked) == [10, 11, 12, 13, 14]
        assert [n for n in shown(scene) if n not in marked] == [1, 2, 3, 5, 4]
        assert set(shown(scene)[-4:]) == {10, 11, 12, 13}, "what is no price has no place in the order"
        await pilot.press("down", "s")
        await order_asked(scene, pilot)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        await pilot.press("P")
        await until(pilot, lambda: shown(scene)[0] == 14)
        await pilot.press("home")
        await until(pilot, lambda: "check this bid carefully" in detail(scene))
        assert PROVIDERS  # the screen is still there, and alive
