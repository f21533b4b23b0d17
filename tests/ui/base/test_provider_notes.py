"""Favourites, blocks and notes by keys, and what a block does to accepting."""

from __future__ import annotations

from akash_tui.ui.bids.columns import BidLine
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import QuestionDialog
from tests.ui.bids.test_choosing import WIDE, answered, bids_screen
from tests.ui.fakes import Stage_, until
from tests.ui.screen_text import text


def line(scene: Stage_) -> BidLine:
    row = bids_screen(scene).table.cursor_row
    assert row is not None
    return row


async def test_favourites_blocked_and_notes_by_key_in_the_row_and_the_detail(scene: Stage_) -> None:
    async with scene.app.run_test(size=WIDE) as pilot:
        await scene.with_bids(pilot)
        provider, name = line(scene).row.id.provider, line(scene).row.name
        notes = scene.app.runs.session.provider_notes
        await pilot.press("f")
        await until(pilot, lambda: line(scene).provider[0] == f"★ {name}")
        await answered(scene, pilot, "i", "fast [bold]disks[/]")
        await until(pilot, lambda: notes.of(provider).note == "fast [bold]disks[/]")
        await answered(scene, pilot, "X", "died twice in May")
        await until(pilot, lambda: line(scene).provider == (f"✗ {name}", "warn"))
        assert notes.blocked() == {provider: "you blocked it: died twice in May"}
        detail = scene.app.screen.query_one("#detail-fields").render()
        assert "died twice in May" in str(detail)
        assert "fast [bold]disks[/]" in str(detail)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        await until(pilot, lambda: f"{name}: you blocked it: died twice in May." in text(scene.app))
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.screen is not None and scene.app.busy is None)
        assert not isinstance(scene.app.screen, ConfirmSpend)
        await pilot.press("X")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)
        await pilot.press("y")
        await until(pilot, lambda: notes.of(provider).blocked is None)
        await until(pilot, lambda: line(scene).provider[0] == f"★ {name}")
