"""A form: its fields are seen, taken together, and one that is refused says why and has the focus."""

from __future__ import annotations

from typing import Any

import pytest
from textual.widgets import Input

from akash_tui.domain.akash.amounts import parse_deposit, parse_hours, parse_uact
from akash_tui.ui.dialogs.form_dialog import FormDialog, FormField
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from tests.ui.fakes import Stage_, until
from tests.ui.screen_text import line_of

FIELDS = (
    FormField("amount", "each time", "24h", "hours or ACT", parse_deposit),
    FormField("total", "in total", "37", "ACT at most", parse_uact),
    FormField("below", "when below", "6h", "hours left", parse_hours),
)


async def shown(scene: Stage_, pilot: Any, answers: list[object]) -> FormDialog:
    await scene.ready(pilot)
    scene.app.push_screen(FormDialog("Form", [LabelledLine("", "Body.")], FIELDS), answers.append)
    await until(pilot, lambda: isinstance(scene.app.screen, FormDialog))
    dialog = scene.app.screen
    assert isinstance(dialog, FormDialog)
    await until(pilot, lambda: isinstance(dialog.focused, Input))
    return dialog


async def test_each_field_stands_on_a_line_with_its_label_and_its_meaning(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await shown(scene, pilot, [])
        await pilot.pause()
        for field in FIELDS:
            assert field.value in line_of(scene.app, field.label, field.note)


async def test_enter_takes_all_fields(scene: Stage_) -> None:
    answers: list[object] = []
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await shown(scene, pilot, answers)
        await pilot.press("tab", "ctrl+u", *"50", "enter")
        await until(pilot, lambda: bool(answers))
        assert answers == [("24h", "50", "6h")]


@pytest.mark.parametrize(("at", "text"), [(0, ""), (0, "0"), (1, "x"), (1, "24h"), (2, "0h"), (2, "$5")])
async def test_a_text_that_is_refused_has_the_focus_and_a_reason(scene: Stage_, at: int, text: str) -> None:
    answers: list[object] = []
    async with scene.app.run_test(size=(80, 24)) as pilot:
        dialog = await shown(scene, pilot, answers)
        dialog.query_one(f"#{FIELDS[at].id}", Input).value = text
        await pilot.press("enter")
        await until(pilot, lambda: dialog.focused is not None and dialog.focused.id == FIELDS[at].id)
        assert FIELDS[at].label in dialog.query_one("#wrong", LabelledLines).text
        await pilot.press("escape")
        await until(pilot, lambda: bool(answers))
        assert answers == [None]
