"""The glossary: every word that a screen's help lists is in it, it is searched while one types, esc leads back."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from akash_tui.services.storage import files
from akash_tui.ui.base import glossary_screen
from akash_tui.ui.base.glossary_screen import GlossaryScreen, glossary
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import Stage_, until

MUST = {
    *("AKT", "ACT", "dseq", "escrow", "provider", "audited", "gas", "SDL", "block", "uact/block"),
    *("order", "lease", "deposit", "manifest", "bid cap", "20 at most"),
}


def test_what_a_newcomer_meets_is_explained() -> None:
    names = {name for entry in glossary() for name in entry.names}
    assert names >= MUST
    by_name = {name: entry.meaning for entry in glossary() for name in entry.names}
    assert "exchange" in by_name["AKT"], "where it comes from"
    assert "mints it from AKT" in by_name["ACT"], "where it comes from"
    assert "Overclock Labs" in by_name["audited"], "by whom"


def test_no_name_stands_for_two_things() -> None:
    names = [name for entry in glossary() for name in entry.names]
    assert sorted(names) == sorted(set(names))


def meaning(scene: Stage_) -> str:
    return scene.app.screen.query_one("#meaning", LabelledLines).text


async def opened(scene: Stage_, pilot: Pilot[int]) -> GlossaryScreen:
    await scene.ready(pilot)
    await pilot.press("W")
    await until(pilot, lambda: isinstance(scene.app.screen, GlossaryScreen))
    screen = scene.app.screen
    assert isinstance(screen, GlossaryScreen)
    return screen


async def test_typing_searches_and_arrows_choose(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await opened(scene, pilot)
        everything = len(screen.words.rows)
        await pilot.press(*"gas")
        await until(pilot, lambda: screen.words.cursor_id == "gas")
        await until(pilot, lambda: "paid in AKT" in meaning(scene))
        await pilot.press("down")
        await until(pilot, lambda: screen.words.cursor_id != "gas")
        await pilot.press("escape")
        await until(pilot, lambda: len(screen.words.rows) == everything)
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.screen is not screen)


async def test_a_glossary_that_cannot_be_read_is_said_and_help_still_opens(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    glossary.cache_clear()
    monkeypatch.setattr(glossary_screen, "packaged", lambda name: files.packaged("no-such-file"))
    try:
        async with scene.app.run_test(size=(80, 24)) as pilot:
            await scene.ready(pilot)
            await pilot.press("W")
            await until(pilot, lambda: len(scene.app.problems.entries) == 1)
            await pilot.press("?")
            await until(pilot, lambda: bool(scene.app.screen.query("#keys-pane")))
    finally:
        glossary.cache_clear()
