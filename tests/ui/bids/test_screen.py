"""The bids screen: what it shows, what its keys do, what it refuses."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.entities import BidState
from akash_tui.domain.market.fit_reasons import Change, ChangeKind
from akash_tui.services.market.silent_providers import WhoPage
from akash_tui.services.ports import BidGone, ProviderFault
from akash_tui.ui.bids import screen as bids_screen
from akash_tui.ui.bids import who as bids_who
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.columns_dialog import ColumnsDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.dialogs.who_could_bid import WhoDialog
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import BIDS, Stage_, bid, bid_id, stage, until
from tests.ui.fakes import run as fake_run
from tests.ui.who_pages import who_page


def table(scene: Stage_) -> LiveTable:  # type: ignore[type-arg]
    return scene.app.screen.query_one("#bid-table", LiveTable)


def head(scene: Stage_) -> str:
    return scene.app.screen.query_one("#bids-header", TextPane).content.plain


def cells(scene: Stage_, key: str) -> list[str]:
    screen = scene.app.screen
    assert isinstance(screen, BidsScreen)
    shown = table(scene)
    column = next(c for c in shown.columns if c.key == key)
    return [column.cell(row)[0] for row in shown.rows]


async def test_bids_say_how_the_gpu_is_known(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        assert cells(scene, "gpu") == ["rtx4090 ×1", "a100 ×1", "not disclosed", "a100 or h100?", "h100 ×1"]
        assert cells(scene, "price") == ["0.38", "0.92", "0.95", "1.19", "1.71"]
        assert cells(scene, "vram")[1] == "80 GBᵖ"  # only the provider's attributes say so


async def test_the_header_shows_the_best_price_of_each_model(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        said = scene.app.screen.query_one("#bids-header", TextPane).content.plain
        assert "rtx4090 ≈$0.38" in said
        assert "h100 ≈$1.71" in said
        assert "no bid yet: l40s" in said
        assert "5 of max 21 bids" in said


async def test_the_cursor_stays_with_its_bid_when_prices_move(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("down")
        chosen = table(scene).cursor_id
        assert chosen == str(bid_id(2))
        scene.program.clock.passed += 10  # the key's hold is over
        cheaper = (*BIDS[:1], BIDS[1], bid(3, "100"), *BIDS[3:])
        scene.deployer.run.book.apply(cheaper, height=812_347, now=scene.program.clock.now())
        await until(pilot, lambda: cells(scene, "gpu")[0] == "not disclosed")
        assert table(scene).cursor_id == chosen
        assert table(scene).cursor_index == 2


async def test_of_another_deployment_the_cursor_is_on_the_best_bid_until_a_key_moves_it(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("down", "p")
        run = fake_run(scene.program.clock, bids=())
        run.id = replace(run.id, dseq=run.id.dseq + 9)
        scene.deployer.run = run
        assert scene.app.run_manager is not None
        scene.app.run_manager.take(run)
        scene.app.run_manager.current = run.id
        await until(pilot, lambda: not table(scene).rows)
        for bids in ([bid(2, "1500", "a100")], [bid(2, "1500", "a100"), bid(1, "700", "rtx4090")]):
            run.book.apply(bids, height=812_350, now=scene.program.clock.now())
            run.touch()
            await until(pilot, lambda bids=bids: len(table(scene).rows) == len(bids))  # type: ignore[misc]
        assert cells(scene, "gpu") == ["rtx4090 ×1", "a100 ×1"]
        assert table(scene).cursor_index == 0


async def test_a_key_pins_the_order_for_a_moment(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("down")
        before = [row.id for row in table(scene).rows]
        scene.deployer.run.book.apply((*BIDS[:4], bid(5, "1", "a100")), height=812_346, now=scene.program.clock.now())
        await until(pilot, lambda: "would move" in str(scene.app.screen.query_one("#bids-panel").border_subtitle))
        assert [row.id for row in table(scene).rows] == before
        scene.program.clock.passed += 2
        await until(pilot, lambda: table(scene).rows[0].id == str(bid_id(5)))


async def test_p_pins_the_order_until_it_is_unpinned(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("p")
        scene.program.clock.passed += 60
        scene.deployer.run.book.apply((*BIDS[:4], bid(5, "1", "a100")), height=812_346, now=scene.program.clock.now())
        await until(pilot, lambda: "pinned, p unpins" in str(scene.app.screen.query_one("#bids-panel").border_subtitle))
        assert table(scene).rows[0].id == str(bid_id(1))
        await pilot.press("p")
        await until(pilot, lambda: table(scene).rows[0].id == str(bid_id(5)))


async def test_a_bid_that_is_gone_cannot_be_accepted(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        gone = bid(1, "637.5", "rtx4090", state=BidState.CLOSED)
        await pilot.press("g")
        scene.deployer.run.book.apply((gone, *BIDS[1:]), height=812_346, now=scene.program.clock.now())
        await until(pilot, lambda: any(row.gone for row in table(scene).rows))
        await pilot.press("a")
        assert isinstance(scene.app.screen, BidsScreen)
        assert "cannot be accepted" in scene.app.status.line()[0]
        assert scene.deployer.done == []


async def test_accept_shows_the_quote_and_leases_exactly_that(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("down", "a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.quote is not None)
        dialog = scene.app.screen
        assert isinstance(dialog, ConfirmSpend)
        said = dialog.query_one("#sheet", LabelledLines).text
        assert "a100 ×1, 80 GB sxm at europlots.com, ap-east, audited" in said
        assert "GPU source model: stated in the bid; VRAM: from the provider's attributes" in said
        assert "≈ $0.92 an hour" in said
        assert dialog.focused is not None
        assert dialog.focused.id == "no"
        await until(pilot, lambda: dialog.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: scene.deployer.done[-1:] == ["wait_running"])
        assert scene.deployer.taken == [(bid_id(2).provider,)]
        assert isinstance(scene.app.screen, LeaseScreen)


async def test_next_best_when_one_fails_before_the_lease(scene: Stage_) -> None:
    scene.deployer.faults["accept"] = [BidGone("The provider has withdrawn this bid.", "Take another one.")]
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        said = scene.app.screen.query_one("#message", LabelledLines).text
        assert "withdrawn" in said
        assert "a100 ×1 at europlots.com" in said
        await until(pilot, lambda: scene.app.screen.armed)  # type: ignore[attr-defined]
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: len(scene.deployer.taken) == 2)
        assert scene.deployer.taken[1] == (bid_id(2).provider,)


async def test_after_the_lease_a_failure_says_that_it_costs(scene: Stage_) -> None:
    fault = ProviderFault("The provider refused the manifest.", "Close the lease, or try again.")
    scene.deployer.faults["deliver"] = [fault]
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: "keeps costing" in scene.app.status.line()[0])
        await until(pilot, lambda: "keeps costing" in scene.app.screen.query_one("#steps", LabelledLines).text)
        assert fault.title in [problem.title for problem in scene.app.problems.entries]
        await pilot.press("m")  # tries again, and now it works
        await until(pilot, lambda: scene.deployer.run.stage.value == "running")


async def test_several_groups_with_total(tmp_path) -> None:  # type: ignore[no-untyped-def]
    scene = stage(tmp_path / "home", groups=(1, 2))
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("a")
        assert "Group 2 has no choice yet" in scene.app.status.line()[0]
        await pilot.press("]")
        await until(pilot, lambda: len(table(scene).rows) == 1)
        assert "total      0 of 2 chosen · all ≈$" in head(scene)
        await pilot.press("space", "[")
        await until(pilot, lambda: len(table(scene).rows) == 5)
        await until(pilot, lambda: "total      1 of 2 chosen ≈$" in head(scene))
        assert "dcloud adds ≈$0.38/h" in head(scene)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: scene.deployer.taken)
        assert sorted(scene.deployer.taken[0]) == sorted((bid_id(1).provider, bid_id(6).provider))


async def test_sort_by_key_and_by_header(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        assert table(scene).sorted_by == ("price", False)
        await pilot.press("O")
        await until(pilot, lambda: cells(scene, "price")[0] == "1.71")
        await pilot.press("o")
        await until(pilot, lambda: table(scene).sorted_by == ("per_gpu", False))
        shown = table(scene)
        x = 1 + sum(width + 1 for column, width in shown._fitted[: [c.key for c, _ in shown._fitted].index("provider")])
        await pilot.click("#bid-table", offset=(x, 0))
        await until(pilot, lambda: shown.sorted_by is not None and shown.sorted_by[0] == "provider")


async def test_columns_by_key_are_kept_and_the_score_stands_beside_them(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("C")
        await until(pilot, lambda: isinstance(scene.app.screen, ColumnsDialog))
        await pilot.press("down", "down", "space", "enter")  # without the interface
        await until(pilot, lambda: "interface" not in [column.key for column in table(scene).columns])
        saved = scene.program.settings.lists["bids"]
        assert saved.columns[:3] == ("state", "gpu", "vram")
        assert saved.sort == "", "the list begins with the cheapest bid each time"
        await pilot.press("s")
        await until(pilot, lambda: [column.key for column in table(scene).columns][:2] == ["score", "state"])


async def test_without_bids_it_says_why_and_what_to_do(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        await pilot.press("2")
        await until(pilot, lambda: "No deployment is waiting" in table(scene).empty)
        await pilot.press("a")
        assert "1 starts one" in scene.app.status.line()[0]


async def test_explain_no_bids_after_the_usual_time_and_w_asks_again_with_a_change(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []

    async def page(app: object, run: object) -> WhoPage:
        asked.append(run)
        return who_page(silent=True)

    async def again(app: object, id: object, change: Change | None = None) -> None:
        asked.append(change)

    monkeypatch.setattr(bids_screen, "silence_of", page)
    monkeypatch.setattr(bids_who, "silence_of", page)
    monkeypatch.setattr(bids_who, "ask_again", again)
    run = fake_run(scene.program.clock, bids=())
    scene.deployer.run = run
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.ready(pilot)
        assert scene.app.run_manager is not None
        scene.app.run_manager.take(run)
        scene.app.run_manager.current = run.id
        await pilot.press("2")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen) and scene.app.screen.is_mounted)
        await until(pilot, lambda: "No bids yet" in table(scene).empty)
        scene.program.clock.passed += 60
        await until(pilot, lambda: "most answer by 0:24" in table(scene).empty)
        shown = table(scene).empty
        for words in (
            "full: 0 GPUs free, 1 needed   likely",
            "usually 0.91–0.97 for a100, your cap is 0.60   likely",
            "has never answered you (4 orders)   likely",
            "not known: no reason was found",
            "w  drop region us-west (+6 providers, 24 GPUs) and ask again",
            "x closes the order",
        ):
            assert words in shown
        seen = len(asked)
        await pilot.press("w")
        await until(pilot, lambda: isinstance(scene.app.screen, WhoDialog) and scene.app.screen.page is not None)
        await pilot.press("enter")
        await until(pilot, lambda: len(asked) == seen + 2)
        assert asked[-1] == Change(ChangeKind.DROP_ATTRIBUTE, "dc", "region", "us-west")
