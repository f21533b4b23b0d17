"""Leaving the app says what becomes of everything; a chain that falls silent is shown with its time and its keys."""

from __future__ import annotations

import pytest
from textual.widgets import TextArea

from akash_tui.services.ports import Unreachable
from akash_tui.ui.base.base_screen import header_facts
from akash_tui.ui.base.quit_dialog import QuitDialog, after_quitting
from tests.ui.fakes import Stage_, type_at_once, until


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_the_terminals_own_keys_ask_too(scene: Stage_, key: str) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        await pilot.press(key)
        await until(pilot, lambda: isinstance(scene.app.screen, QuitDialog))
        await pilot.press("escape")
        assert scene.app.is_running


@pytest.mark.parametrize("keys", [["ctrl+c", "ctrl+c"], ["ctrl+q", "ctrl+c"]])
async def test_a_second_time_quits_even_before_the_question_is_seen(scene: Stage_, keys: list[str]) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        type_at_once(scene.app, keys)
        await until(pilot, lambda: not scene.app.is_running)
    assert scene.app.return_code == 0


async def test_ctrl_c_asks_in_a_dialog_and_in_a_field_too(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("slash", "a", "ctrl+c")
        await until(pilot, lambda: isinstance(scene.app.screen, QuitDialog))
        await pilot.press("escape", "escape", "question_mark", "ctrl+c")
        await until(pilot, lambda: isinstance(scene.app.screen, QuitDialog))


async def test_ctrl_c_copies_where_text_is_selected(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("slash", *"a100", "shift+home", "ctrl+c")
        await pilot.pause()
        assert scene.app.clipboard == "a100"
        assert not isinstance(scene.app.screen, QuitDialog)


async def test_ctrl_z_says_why_it_cannot_suspend_and_is_undo_in_an_editor(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        await pilot.press("ctrl+z")
        assert scene.app.status.line()[0] == "There is no terminal. ctrl+q quits."
        await pilot.press("enter", "e")
        await until(pilot, lambda: isinstance(scene.app.focused, TextArea))
        editor = scene.app.focused
        assert isinstance(editor, TextArea)
        before = editor.text
        await pilot.press("x", "ctrl+z")
        assert editor.text == before


@pytest.mark.parametrize(
    ("owns", "demo", "description"),
    [
        (False, None, "Leases keep running"),
        (True, None, "pauses until the next start"),
        (True, ("calm", 7), "will be gone"),
    ],
)
async def test_what_is_said_at_quitting_is_true(scene: Stage_, owns: bool, demo: object, description: str) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        scene.program.owns_practice = owns
        scene.app.demo = demo  # type: ignore[assignment]
        assert description in after_quitting(scene.app)


async def test_a_picture_goes_into_the_home(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        await pilot.press("f12")
        (picture,) = (scene.program.home / "screenshots").iterdir()
        assert picture.read_text(encoding="utf-8").startswith("<svg")
        assert str(picture) in scene.app.status.line()[0]


async def test_a_silent_chain_is_said_with_its_time_and_keys(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        header_data = scene.app.header_data
        assert header_data is not None
        scene.app.session.chain.fault = Unreachable("No node of PRACTICE answers.", "Try again.")  # type: ignore[union-attr]
        for _ in range(2):
            await header_data.read(money=False)
        scene.app.status.clear_messages()
        said = "PRACTICE has not answered since 10:00:00. N restarts it, r tries again, ! shows details."
        assert header_data.outage() == said
        assert [p.title for p in scene.app.problems.entries] == ["No node of PRACTICE answers."]
        assert any(text.startswith("#812,345 ○") for text, _, _ in header_facts(header_data, False))
        scene.app.session.chain.fault = None  # type: ignore[union-attr]
        await header_data.read(money=False)
        assert header_data.outage() == ""
