"""A preset that another copy of the app saved, a file that an editor changed: the person is asked, nothing is lost."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input

from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import SDL, Stage_, until


async def _mine_loaded(scene: Stage_, pilot: Any) -> DeployScreen:
    await scene.ready(pilot)
    screen = scene.app.screen
    assert isinstance(screen, DeployScreen)
    path = scene.program.presets.save("mine", SDL).path
    screen.list_sources()
    (source,) = (one for one in screen.all_sources if one.path == path)
    screen.background(screen.open_source(source), "load")
    await until(pilot, lambda: screen.draft is not None and screen.may_ask)
    return screen


async def _question(scene: Stage_, pilot: Any) -> str:
    await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)
    return scene.app.screen.query_one("#message", LabelledLines).text


def _saved_elsewhere(scene: Stage_, old: str, new: str) -> str:
    text = SDL.replace(old, new)
    scene.program.presets.save("mine", text, replace=True)
    return text


async def test_the_later_save_of_two_copies_is_asked_about_with_what_differs(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _mine_loaded(scene, pilot)
        theirs = _saved_elsewhere(scene, "cpu: {units: 8}", "cpu: {units: 4}")
        assert screen.draft is not None
        screen.draft.replace(SDL.replace("size: 32Gi", "size: 64Gi"))
        mine = screen.draft.text
        for key, left in (("n", theirs), ("y", mine)):
            await pilot.press("s")
            await until(pilot, lambda: bool(scene.app.screen.query(Input)) and scene.app.screen is not screen)
            await pilot.press("enter")
            said = await _question(scene, pilot)
            assert "was changed after it was read here" in said
            lines = [" ".join(line.split()) for line in said.splitlines()]
            assert "- 15 cpu: {units: 4}" in lines
            assert "+ 15 cpu: {units: 8}" in lines
            await pilot.press(key)
            await until(pilot, lambda: screen.may_ask)
            assert scene.program.presets.find("mine").text() == left
        assert screen.draft.text == mine
        # its own save is no news to it
        await pilot.press("3", "1")
        await until(pilot, lambda: screen.may_ask)
        assert await screen_asks_nothing(screen)


async def screen_asks_nothing(screen: DeployScreen) -> bool:
    """Look once more, to the end: no question was shown."""
    await screen._look_for_newer()
    return screen.may_ask


async def test_coming_back_notices_a_newer_file_and_reads_it_only_if_wanted(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _mine_loaded(scene, pilot)
        assert screen.draft is not None
        newer = _saved_elsewhere(scene, "port: 8000", "port: 9000")
        await pilot.press("3", "1")
        said = await _question(scene, pilot)
        assert "mine.yaml was changed on the disk" in said
        assert "drops" not in said, "nothing was typed here"
        await pilot.press("escape")
        await until(pilot, lambda: screen.may_ask)
        assert screen.draft.text == SDL
        assert await screen_asks_nothing(screen), "asked once for each change"
        newer = _saved_elsewhere(scene, "port: 8000", "port: 9001")
        scene.app.app_focus = False
        scene.app.app_focus = True  # back from another window
        await _question(scene, pilot)
        await pilot.press("r")
        await until(pilot, lambda: screen.draft is not None and screen.draft.text == newer)
        assert "read again" in scene.app.status.line()[0]


async def test_what_was_changed_here_can_be_saved_before_the_newer_file_is_read(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await _mine_loaded(scene, pilot)
        assert screen.draft is not None
        screen.draft.replace(SDL.replace("size: 32Gi", "size: 64Gi"))
        mine, newer = screen.draft.text, _saved_elsewhere(scene, "port: 8000", "port: 9000")
        await pilot.press("3", "1")
        assert "changes of yours" in await _question(scene, pilot)
        await pilot.press("s")
        await until(pilot, lambda: bool(scene.app.screen.query("#text")))
        scene.app.screen.query_one("#text", Input).value = "mine-2"
        await pilot.press("enter")
        await until(pilot, lambda: screen.draft is not None and screen.draft.text == newer)
        assert scene.program.presets.find("mine-2").text() == mine
