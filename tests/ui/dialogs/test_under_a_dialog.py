"""While a dialog is open the world goes on: the screen under it, and what the dialog's figures rest on."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot
from textual.widgets import Button

from akash_tui.domain.akash.entities import BidState
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.widgets.bars import StatusBar, TextPane
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import BIDS, HEIGHT, Stage_, bid, until


async def asked(scene: Stage_, pilot: Pilot[int]) -> ConfirmSpend:  # type: ignore[type-arg]
    """The quote of the second bid, ready to be taken."""
    await scene.with_bids(pilot)
    await pilot.press("down", "a")
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
    assert isinstance(scene.app.screen, ConfirmSpend)
    return scene.app.screen


async def test_bids_and_clock_go_on(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("B")
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        below = scene.app.screen_stack[0]
        assert isinstance(below, BidsScreen)
        scene.program.clock.passed += 20
        more = (*BIDS, bid(7, "700", "l40s"))
        scene.deployer.run.book.apply(more, height=HEIGHT + 3, now=scene.program.clock.now())
        scene.deployer.run.touch()
        await until(pilot, lambda: len(below.query_one("#bid-table", LiveTable).rows) == 6)
        await until(pilot, lambda: "collecting 0:58" in str(below.query_one("#bids-panel").border_title))
        assert isinstance(scene.app.screen, TextInputDialog)


async def test_a_quote_marks_itself_when_its_bid_goes(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        dialog = await asked(scene, pilot)
        gone = bid(2, "1543.6", "a100", state=BidState.CLOSED)
        scene.deployer.run.book.apply((BIDS[0], gone, *BIDS[2:]), height=HEIGHT + 1, now=scene.program.clock.now())
        await until(pilot, lambda: dialog.stale)
        assert "europlots.com: this bid is gone" in dialog.query_one("#sheet", LabelledLines).text
        assert "≈ $0.92 an hour" in dialog.query_one("#sheet", LabelledLines).text, "what was shown stays readable"
        assert dialog.query_one("#yes", Button).disabled
        await pilot.press("y")
        assert scene.app.screen is dialog
        assert "nothing was done" in str(dialog.query_one(".box").border_subtitle)
        await pilot.press("enter")  # cancel has the focus
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        assert scene.deployer.taken == []


async def test_a_quote_marks_itself_when_the_price_moves_and_never_trusts_it_again(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    checks = 0
    check = ConfirmSpend._check_quote

    def counted(dialog: ConfirmSpend) -> None:  # type: ignore[type-arg]
        nonlocal checks
        check(dialog)
        checks += 1

    monkeypatch.setattr(ConfirmSpend, "_check_quote", counted)
    async with scene.app.run_test(size=(80, 24)) as pilot:
        dialog = await asked(scene, pilot)
        book = scene.deployer.run.book
        book.apply((BIDS[0], bid(2, "3000", "a100"), *BIDS[2:]), height=HEIGHT + 1, now=scene.program.clock.now())
        await until(pilot, lambda: "asks ≈ $1.79 an hour now" in dialog.stale)
        book.apply(BIDS, height=HEIGHT + 2, now=scene.program.clock.now())
        before = checks
        await until(pilot, lambda: checks >= before + 2)
        await pilot.press("y")
        assert scene.app.screen is dialog
        assert scene.deployer.taken == []


async def test_a_long_answer_takes_the_lines_it_needs(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.with_bids(pilot)
        said = "vllm-qwen: the lease is there and costs, its workload is not. " + "m sends the manifest again. " * 3
        scene.app.status.say(said.strip(), "bad", 60)
        bar = scene.app.screen.query_one("#activity", StatusBar)
        await until(pilot, lambda: bar.size.height == 2)
        shown = " ".join(bar.render_line(y).text.strip() for y in range(2))
        assert shown == said.strip()
        scene.app.status.clear_messages()
        await until(pilot, lambda: bar.size.height == 1)


async def test_all_bids_gone_says_what_to_do_next(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.with_bids(pilot)
        screen = scene.app.screen
        gone = [bid(n, "700", "a100", state=BidState.CLOSED) for n in range(1, 6)]
        scene.deployer.run.book.apply(gone, height=HEIGHT + 9, now=scene.program.clock.now())
        scene.deployer.run.touch()
        head = screen.query_one("#bids-header", TextPane)
        await until(pilot, lambda: "n asks again, x closes it" in head.content.plain)
        assert "no bid is open any more" in str(screen.query_one("#bids-panel").border_title)
        scene.program.clock.passed += 300  # those that went leave the list
        await until(pilot, lambda: "one order.\nn asks again" in screen.query_one(LiveTable).empty)
        assert "n asks again" not in head.content.plain, "it is said once"
