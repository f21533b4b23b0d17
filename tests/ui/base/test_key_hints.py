"""The key bar follows the focus: a field's keys in a field, a dialog's in a dialog, elsewhere what works now."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.entities import BidState
from akash_tui.ui.base.command_palette import OneCommandPalette
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.widgets.key_bar import KeyBar
from tests.ui.fakes import BIDS, Stage_, until
from tests.ui.screen_text import lines


def bar(scene: Stage_) -> str:
    """The last line of the screen."""
    return lines(scene.app)[-1]


def keys(scene: Stage_) -> dict[str, bool]:
    """Title of each key that is shown, and whether it works."""
    shown = scene.app.screen.query_one(KeyBar)
    return {hint.title: hint.usable for hint in shown.hints}


async def test_in_the_list_enter_opens(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        await until(pilot, lambda: "enter open  / search" in bar(scene))
        assert "get bids" not in bar(scene)
        await until(pilot, lambda: keys(scene).get("GPU classes"))  # of the preview under the cursor
        await pilot.press("enter")
        await until(pilot, lambda: "enter get bids  space tick GPU" in bar(scene))


async def test_a_field_shows_its_own_keys_and_none_that_would_be_typed(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "space tick GPU" in bar(scene))
        await pilot.press("tab")
        await until(pilot, lambda: bar(scene).startswith(" enter get bids  esc back  tab next field  ctrl+u clear"))
        assert bar(scene).rstrip().endswith("f1 help  ctrl+p all")
        await pilot.press("f1")
        await until(pilot, lambda: bool(scene.app.screen.query("#keys-pane")))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "enter open" in bar(scene))


async def test_the_editor_shows_its_own_keys(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: "space tick GPU" in bar(scene))
        await pilot.press("e")
        await until(pilot, lambda: bar(scene).startswith(" ctrl+s save  ctrl+z undo"))
        await pilot.press("escape")
        await until(pilot, lambda: "enter get bids" in bar(scene))


@pytest.mark.parametrize(("place", "saves"), [("2", True), ("4", False)])
async def test_a_filter_shows_its_own_keys(scene: Stage_, place: str, saves: bool) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press(place)
        await until(pilot, lambda: "/ filter" in bar(scene))
        await pilot.press("slash")
        await until(pilot, lambda: bar(scene).startswith(" enter apply  esc show all  tab complete"))
        assert ("ctrl+s save view" in bar(scene)) is saves


async def test_when_no_bid_is_open_any_more_the_keys_that_help_come_first(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.with_bids(pilot)
        gone = [replace(one, state=BidState.CLOSED) for one in BIDS]
        scene.deployer.run.book.apply(gone, height=812_346, now=scene.program.clock.now())
        await until(pilot, lambda: bar(scene).startswith(" n ask again  x close  enter details"))


async def test_a_money_dialog_shows_yes_and_no_until_it_is_closed(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await until(pilot, lambda: bar(scene).startswith(" y lease it  n cancel"))
        assert bar(scene).rstrip().endswith("? help")
        await pilot.press("?")
        await until(pilot, lambda: "gas" in "\n".join(lines(scene.app)))
        await pilot.press("escape", "n")
        await until(pilot, lambda: "a accept" in bar(scene))
        assert "accept" not in scene.deployer.done


async def test_a_text_dialog_shows_enter_and_esc(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        await until(pilot, lambda: keys(scene).get("GPU classes"))
        await pilot.press("s")
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        await until(pilot, lambda: bar(scene).startswith(" enter OK  esc cancel  tab next field"))
        await pilot.press("ctrl+p")
        assert isinstance(scene.app.screen, TextInputDialog), "the palette has nothing for a dialog"


async def test_the_palette_shows_its_keys(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(scene.app.screen, OneCommandPalette))
        await until(pilot, lambda: bar(scene).startswith(" enter run it"))


async def test_esc_on_network_leads_back_to_where_it_was_asked_for(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("N")
        await until(pilot, lambda: scene.app.current_mode == "welcome")
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.current_mode == "bids")
