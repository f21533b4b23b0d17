"""Keys that arrive in one piece answer a dialog once, and take nothing else off the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from textual.content import Content
from textual.pilot import Pilot
from textual.screen import Screen

from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog, TextDialog, TextInputDialog
from tests.helpers.repaints import repaints
from tests.ui.fakes import Stage_, type_at_once, until

OPTIONS = [ChoiceOption("one", "One", key="o"), ChoiceOption("two", "Two")]
ANSWERS = [DialogAnswer("yes", "Yes", "y"), DialogAnswer("no", "No", "n")]
DIALOGS: dict[str, tuple[Callable[[], DialogBox[Any]], str, object]] = {
    "a choice by enter": (lambda: ChoiceDialog("Which?", OPTIONS), "enter", "one"),
    "a choice by its key": (lambda: ChoiceDialog("Which?", OPTIONS), "o", "one"),
    "a question": (lambda: QuestionDialog("Sure?", [], ANSWERS), "y", "yes"),
    "a line of text": (lambda: TextInputDialog("Name", [], value="x"), "enter", "x"),
    "a text to read": (lambda: TextDialog("Read", [Content("words")]), "enter", None),
    "esc": (lambda: QuestionDialog("Sure?", [], ANSWERS), "escape", None),
}


async def on_two_dialogs(scene: Stage_, pilot: Pilot[int], top: DialogBox[Any]) -> tuple[Screen[Any], list[object]]:
    """`top` in front of another dialog, which must not be answered; the answers as they come."""
    answers: list[object] = []
    await scene.ready(pilot)
    below = QuestionDialog("Below", [], ANSWERS)
    await scene.app.push_screen(below, lambda answer: answers.append(("below", answer)))
    await scene.app.push_screen(top, answers.append)
    await until(pilot, lambda: isinstance(top, (ChoiceDialog, TextDialog, TextInputDialog)) or top.armed)
    return below, answers


@pytest.mark.parametrize("name", DIALOGS)
async def test_a_dialog_is_answered_once(scene: Stage_, name: str) -> None:
    make, key, expected = DIALOGS[name]
    async with scene.app.run_test() as pilot:
        below, answers = await on_two_dialogs(scene, pilot, make())
        type_at_once(scene.app, [key])
        await until(pilot, lambda: bool(answers))
        await repaints(pilot)
        assert answers == [expected]
        assert scene.app.screen is below


@pytest.mark.parametrize("name", DIALOGS)
async def test_a_dialog_that_is_dismissed_before_it_stands(scene: Stage_, name: str) -> None:
    make, _, _ = DIALOGS[name]
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        before, dialog, answers = scene.app.screen, make(), []  # type: ignore[var-annotated]
        scene.app.push_screen(dialog, answers.append)
        dialog.dismiss(None)
        await until(pilot, lambda: bool(answers))
        await repaints(pilot)
        assert answers == [None]
        assert scene.app.screen is before


async def test_a_second_dismissal_takes_nothing_else_away(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        top = QuestionDialog("Top", [], ANSWERS)
        below, answers = await on_two_dialogs(scene, pilot, top)
        top.dismiss("yes")
        top.dismiss("no")
        await repaints(pilot)
        assert answers == ["yes"]
        assert scene.app.screen is below


async def test_a_covered_dialog_is_not_answered(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        top = QuestionDialog("Top", [], ANSWERS)
        below, answers = await on_two_dialogs(scene, pilot, top)
        below.dismiss("yes")
        await repaints(pilot)
        assert answers == []
        assert scene.app.screen is top
