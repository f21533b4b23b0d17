"""The help of a screen: its words first, each of them explained by the glossary, then its keys."""

from __future__ import annotations

import pytest

from akash_tui.ui.actions.action import PLACES
from akash_tui.ui.base.glossary_screen import GlossaryScreen, glossary
from akash_tui.ui.base.help_screen import WORDS, HelpScreen, help_columns, screen_words
from akash_tui.ui.widgets.labelled_lines import LabelledLine
from tests.ui.fakes import Stage_, until
from tests.ui.screen_text import line_of, text

ROOM = 80 - 25
"""Columns for a meaning on the smallest usual screen: beside the frame, the word and the scroll bar."""


@pytest.mark.parametrize("where", WORDS)
def test_every_word_of_a_screen_is_in_the_glossary_and_fits_on_its_line(where: str) -> None:
    assert where in PLACES
    assert len(WORDS[where]) == len(screen_words(where, glossary()))
    assert [e.short for e in screen_words(where, glossary()) if len(e.short) > ROOM] == []


@pytest.mark.parametrize("where", sorted(set(PLACES) - {"app", "table", "field", "filter", "editor", "columns"}))
def test_every_screen_explains_words(where: str) -> None:
    assert WORDS[where]


def test_the_keys_of_the_field_that_is_typed_in_come_first() -> None:
    left, _ = help_columns("deploy", "field")
    titles = [str(line) for line in left if not hasattr(line, "label")]
    assert titles == [PLACES["field"], PLACES["deploy"]]


async def test_enter_on_a_word_opens_the_glossary_at_it_and_esc_leads_back(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("?")
        await until(pilot, lambda: isinstance(scene.app.screen, HelpScreen))
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: isinstance(scene.app.screen, GlossaryScreen))
        screen = scene.app.screen
        assert isinstance(screen, GlossaryScreen)
        await until(pilot, lambda: screen.words.cursor_id == "provider")
        assert "Who offers machines" in text(scene.app)
        await pilot.press("escape", "escape")
        assert scene.app.front_screen is not None


async def test_down_goes_through_the_words_and_then_through_the_keys(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("?")
        await until(pilot, lambda: isinstance(scene.app.screen, HelpScreen))
        screen = scene.app.screen
        assert isinstance(screen, HelpScreen)
        await pilot.press(*["down"] * len(screen.entries))
        await until(pilot, lambda: screen.keys_pane.has_focus)
        await pilot.press("down")
        await until(pilot, lambda: screen.keys_pane.scroll_offset.y == 1)
        await pilot.press("up", "up")
        await until(pilot, lambda: screen.words.has_focus)
        await pilot.press("?")
        await until(pilot, lambda: scene.app.screen is scene.app.front_screen)


async def test_a_dialog_shows_no_key_of_the_screen_below(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 48)) as pilot:
        await scene.ready(pilot)
        await pilot.press("q")
        await until(pilot, lambda: scene.app.front_screen is None)
        await pilot.press("?")
        await until(pilot, lambda: isinstance(scene.app.screen, HelpScreen))
        await until(pilot, lambda: PLACES["field"] in text(scene.app))
        assert PLACES["app"] not in text(scene.app)


@pytest.mark.parametrize(("width", "beside"), [(119, False), (120, True)])
async def test_the_keys_stand_in_two_columns_where_there_is_room(scene: Stage_, width: int, beside: bool) -> None:
    async with scene.app.run_test(size=(width, 48)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("?")
        await until(pilot, lambda: isinstance(scene.app.screen, HelpScreen) and "Bids" in text(scene.app))
        left, right = scene.app.screen.query_one("#left").region, scene.app.screen.query_one("#right").region
        assert (left.y == right.y) is beside
        assert (left.right <= right.x) is beside
        if beside:
            assert line_of(scene.app, "Bids", PLACES["app"])


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=str)
async def test_the_lines_below_are_counted_when_the_words_have_their_room(scene: Stage_, size: tuple[int, int]) -> None:
    async with scene.app.run_test(size=size) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(scene.app.screen, HelpScreen) and "more lines" in text(scene.app))
        dialog = scene.app.screen
        assert isinstance(dialog, HelpScreen)
        for shown in (True, False):  # the words leave their room to the keys, and say so
            dialog.words.display = shown
            await until(pilot, lambda: f"{dialog.lines_below} more lines" in text(scene.app))
        assert dialog.lines_below > 0


def test_nothing_is_listed_twice_where_a_screen_is_also_its_field() -> None:
    left, _ = help_columns("editor", "editor")
    keys = [line.label.split() for line in left if isinstance(line, LabelledLine) and line.label.strip()]
    assert keys
    assert [each for each in keys if len(set(each)) < len(each) or keys.count(each) > 1] == []
