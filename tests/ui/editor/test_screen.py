"""The editor: problems as one types, fixes, finding, suggestions, drafts; nothing that was typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from textual import events
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.services.drafts import Drafts, preset_source
from akash_tui.ui.base.quit_dialog import QuitDialog
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.editor.find_bar import hits
from akash_tui.ui.editor.screen import NO_PROBLEM, EditorScreen
from akash_tui.ui.editor.side_panel import one_line_each
from akash_tui.ui.session.edited_sdl import EditedSdl
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import SDL as SHIPPED
from tests.ui.fakes import Stage_, until
from tests.ui.screen_text import text

SDL = SHIPPED.replace("                - model: l40s\n", "")
"""Without the model that nobody is known to have: no problem at all."""

SOURCE = preset_source("blog")
WRONG = SDL.replace("model: a100", "model: a10o").replace("denom: uact", "denom: uakt")


async def leave(scene: Stage_, pilot: Pilot[int]) -> None:
    """Back from the editor by escape: where suggestions are open, the first one closes those."""
    screen = scene.app.screen
    assert isinstance(screen, EditorScreen)
    if screen.suggester.shown.open:
        await pilot.press("escape")
    await pilot.press("escape")
    await until(pilot, lambda: scene.app.screen is not screen)


async def opened(scene: Stage_, pilot: Pilot[Any], text: str = SDL, saved: str | None = None) -> EditorScreen:
    """The editor on a text, checked once; what it gives back is in `scene.given`."""
    await scene.ready(pilot)
    given: list[str] = []
    scene.app.edit_sdl(EditedSdl("blog", "blog.yaml", SOURCE, text if saved is None else saved, text, given.append))
    await until(pilot, lambda: isinstance(scene.app.screen, EditorScreen))
    screen = scene.app.screen
    assert isinstance(screen, EditorScreen)
    screen.given = given  # type: ignore[attr-defined]
    await checked(pilot, screen)
    return screen


async def checked(pilot: Pilot[Any], screen: EditorScreen) -> None:
    await until(pilot, lambda: screen.checked == screen.version)


def below(screen: EditorScreen) -> str:
    return screen.query_one("#at-cursor", LabelledLines).text


def to(screen: EditorScreen, word: str) -> None:
    """Put the cursor behind a word."""
    row, line = next((n, line) for n, line in enumerate(screen.area.document.lines) if word in line)
    screen.area.move_cursor((row, line.index(word) + len(word)))


async def test_problems_come_as_one_types_and_f8_goes_to_them(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 34)) as pilot:
        screen = await opened(scene, pilot)
        assert NO_PROBLEM in below(screen)
        to(screen, "model: a100")
        await pilot.press("backspace", "o")
        await checked(pilot, screen)
        assert screen.report is not None
        problem = screen.report.problems[0]
        await until(pilot, lambda: "a10o" in below(screen))
        screen.area.move_cursor((0, 0))
        await pilot.press("f8")
        assert screen.area.cursor_location == (problem.line - 1, problem.column - 1)
        await pilot.press("ctrl+z", "ctrl+z")
        await checked(pilot, screen)
        await until(pilot, lambda: screen.area.text == SDL)
        await pilot.press("f8")
        await until(pilot, lambda: scene.app.status.line()[0] == NO_PROBLEM)


async def test_f7_fixes_and_ctrl_z_brings_it_back(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot, WRONG)
        assert screen.report is not None
        count = len(screen.report.problems)
        to(screen, "denom: uakt")
        await pilot.press("f7")
        await until(pilot, lambda: "denom: uact" in screen.area.text)
        await checked(pilot, screen)
        assert len(screen.report.problems) < count
        await pilot.press("ctrl+z")
        assert screen.area.text == WRONG


async def test_a_draft_is_saved_and_removed_when_nothing_differs(scene: Stage_) -> None:
    drafts = Drafts(scene.program.home)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        assert not drafts.has(SOURCE)
        await pilot.press("#", "x", "enter")
        assert screen.changed
        await until(pilot, lambda: screen.draft.version == screen.version)
        found = drafts.find(SOURCE)
        assert found is not None
        assert found.text == "#x\n" + SDL
        await until(pilot, lambda: "draft saved" in str(screen.query_one("#editor-text").border_title))
        await pilot.press("ctrl+r")
        await until(pilot, lambda: not drafts.has(SOURCE))
        await pilot.press("ctrl+z")
        await leave(scene, pilot)
        assert screen.given == ["#x\n" + SDL]  # type: ignore[attr-defined]
        assert drafts.has(SOURCE), "it is not saved yet"


async def test_quitting_writes_the_draft_first(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await opened(scene, pilot)
        await pilot.press("#", "y")
        await until(pilot, lambda: scene.app.unsaved)
        await pilot.press("ctrl+q")
        await until(pilot, lambda: "draft is saved" in str(scene.app.screen.query_one("#message", LabelledLines).text))
        await pilot.press("escape", "z")
    found = Drafts(scene.program.home).find(SOURCE)
    assert found is not None
    assert found.text.startswith("#yz")


async def test_another_preset_and_back_the_change_is_there(scene: Stage_) -> None:
    scene.program.presets.save("other", SDL)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        deploy = scene.app.screen
        assert isinstance(deploy, DeployScreen)
        for name in ("vllm-qwen", "other", "vllm-qwen"):
            deploy.list_sources()
            await deploy.open_source(next(one for one in deploy.all_sources if one.id == preset_source(name)))
            if name == "vllm-qwen" and not Drafts(scene.program.home).has(preset_source(name)):
                await pilot.press("e")
                await until(pilot, lambda: isinstance(scene.app.screen, EditorScreen))
                await pilot.press("#", "z", "enter")
                await leave(scene, pilot)
                await until(pilot, lambda: scene.app.screen is deploy)
        assert deploy.draft is not None
        assert deploy.draft.text == "#z\n" + SHIPPED
        assert deploy.draft.changed
        await pilot.press("ctrl+q")
        await until(pilot, lambda: isinstance(scene.app.screen, QuitDialog))
        said = scene.app.screen.query_one("#message", LabelledLines)
        assert "vllm-qwen has changes that are not saved. The draft is saved" in " ".join(said.text.split())


async def test_save_writes_where_it_came_from(scene: Stage_) -> None:
    scene.program.presets.save("blog", SDL)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        await pilot.press("#", "q", "enter", "ctrl+s")
        await until(pilot, lambda: scene.program.presets.find("blog").text() == "#q\n" + SDL)
        await until(pilot, lambda: not screen.changed)
        await until(pilot, lambda: not Drafts(scene.program.home).has(SOURCE))


async def test_what_another_copy_saved_meanwhile_is_replaced_after_a_question_only(scene: Stage_) -> None:
    scene.program.presets.save("blog", SDL)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        scene.program.presets.save("blog", "# theirs\n" + SDL, replace=True)
        await pilot.press("#", "q", "enter")
        for key, left in (("escape", "# theirs\n"), ("y", "#q\n")):
            await pilot.press("ctrl+s")
            await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
            assert "was changed after it was read here" in " ".join(text(scene.app).split())
            await pilot.press(key)
            await until(pilot, lambda: scene.app.screen is screen)
            await until(pilot, lambda left=left: scene.program.presets.find("blog").text() == left + SDL)  # type: ignore[misc]
        await until(pilot, lambda: not screen.changed)


async def test_what_is_shipped_is_saved_under_a_name(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        await pilot.press("#", "q", "enter", "ctrl+s")
        await until(pilot, lambda: scene.app.screen is not screen)
        scene.app.screen.query_one("#text", Input).value = "mine"
        await pilot.press("enter")
        await until(pilot, lambda: screen.edited.source == preset_source("mine"))
        assert scene.program.presets.find("mine").text() == "#q\n" + SDL
        assert not screen.changed
        await pilot.press("w")
        await until(pilot, lambda: Drafts(scene.program.home).has(preset_source("mine")))


async def test_find_goes_from_place_to_place(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        await pilot.press("ctrl+f", *"vllm")
        await until(pilot, lambda: screen.area.selected_text.lower() == "vllm")
        first = screen.area.cursor_location
        await pilot.press("enter")
        await until(pilot, lambda: screen.area.cursor_location > first)
        await pilot.press("escape")
        await until(pilot, lambda: screen.area.has_focus)
        assert screen.area.selected_text == "vllm"


def test_hits_ignore_capitals_unless_there_are_some() -> None:
    assert hits("Abc\nabc abc", "abc") == [(0, 0), (1, 0), (1, 4)]
    assert hits("Abc\nabc", "Abc") == [(0, 0)]
    assert hits("a", "") == []


async def test_suggestions_come_while_typing_and_tab_takes_one(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        to(screen, "image: vllm/vllm-openai:v0.6.3")
        await pilot.press("enter", "e", "n")
        await until(pilot, lambda: screen.suggester.shown.open)
        await pilot.press("tab")
        await until(pilot, lambda: not screen.suggester.shown.open)
        assert "    env:" in screen.area.text.split("\n")
        await pilot.press("enter", "enter")
        assert not screen.suggester.shown.open
        to(screen, "      expose:".strip())
        await pilot.press("ctrl+@")
        await pilot.pause()


async def test_asked_for_suggestions_take_enter_and_arrows(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot, SDL.replace("global: true", "global: "))
        to(screen, "global: ")
        await pilot.press("ctrl+@")
        await until(pilot, lambda: screen.suggester.shown.open)
        await pilot.press("down")
        assert screen.suggester.shown.suggestion is not None
        assert screen.suggester.shown.suggestion.text == "false"
        await pilot.press("enter")
        await until(pilot, lambda: "global: false" in screen.area.text)
        await pilot.press("ctrl+@")
        assert not screen.suggester.shown.open
        await leave(scene, pilot)


async def test_the_key_under_the_cursor_is_explained_at_every_width(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await opened(scene, pilot)
        to(screen, "amount")
        await until(pilot, lambda: "The most for one replica" in below(screen))
        assert "at most" in below(screen)
        await pilot.resize_terminal(140, 40)
        await until(pilot, lambda: "The most for one replica" in screen.query_one("#side", LabelledLines).text)
        assert "no GPU" not in screen.query_one("#side", LabelledLines).text


async def test_new_lines_are_indented_and_lines_moved(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot, "services:\n  web:\n")
        to(screen, "web:")
        await pilot.press("enter", "x")
        assert screen.area.text == "services:\n  web:\n    x\n"
        await pilot.press("shift+tab", "shift+tab")
        assert screen.area.text == "services:\n  web:\nx\n"
        await pilot.press("ctrl+z", "backspace", "backspace")
        assert screen.area.text == "services:\n  web:\n\n"


async def test_a_dash_begins_the_next_item(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        to(screen, "- model: a100")
        await pilot.press("enter", *"- model: t4")
        await checked(pilot, screen)
        assert "                - model: a100\n                - model: t4\n" in screen.area.text
        assert screen.report is not None
        assert screen.report.ok


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + SDL,
        SDL.replace("\n", "\r\n"),
        SDL + "# \x1b[31mred\x00 \u202e\u200b\n",
        "a: |\n" + ("  " + "x" * 61 + "\n") * 16_000,
    ],
    ids=["mark", "crlf", "control", "large"],
)
async def test_any_text_comes_back_as_it_was(scene: Stage_, text: str) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot, text)
        assert screen.text == text
        assert "\x1b" not in "".join(strip.text for strip in screen.area.render_lines(screen.area.region.reset_offset))
        screen.area.move_cursor(screen.area.document.end)
        await pilot.press("#")
        await pilot.resize_terminal(80, 24)
        await leave(scene, pilot)
        assert screen.given == [text + "#"]  # type: ignore[attr-defined]


async def test_a_large_paste_is_one_change(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        pasted = "# a line that was pasted\n" * 4_000
        scene.app.post_message(events.Paste(pasted))
        await until(pilot, lambda: len(screen.area.text) >= len(pasted))
        assert screen.area.text == pasted + SDL
        await checked(pilot, screen)
        await pilot.press("ctrl+z")
        assert screen.area.text == SDL


async def test_a_draft_that_cannot_be_written_is_said_and_tried_again(scene: Stage_) -> None:
    folder = scene.program.home / "drafts"
    folder.write_text("in the way")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        await pilot.press("#")
        await until(pilot, lambda: screen.draft.fault is not None)
        await until(pilot, lambda: "cannot be saved" in str(screen.query_one("#editor-text").border_title))
        await pilot.press("x")
        await until(pilot, lambda: "cannot be saved" in scene.app.unsaved)
        folder.unlink()
        await pilot.press("y")
        await until(pilot, lambda: screen.draft.fault is None and screen.draft.version == screen.version)


async def test_without_the_grammar_the_text_is_plain(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("akash_tui.ui.editor.area.grammar", lambda: None)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        assert not screen.area.is_syntax_aware
        await pilot.press("#")
        await checked(pilot, screen)


async def test_keys_have_the_colour_of_keys(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await opened(scene, pilot)
        accent = screen.area.get_component_rich_style("sdl-area--key").color
        strip = screen.area.render_lines(screen.area.region.reset_offset)[2]
        segment = next(each for each in strip if "services" in each.text)
        assert segment.style is not None
        assert segment.style.color == accent


def test_lines_below_the_text_are_cut_with_an_ellipsis() -> None:
    long, short = Content("args: What the command is given. " * 4), Content("no GPU")
    cut, whole = one_line_each([long, short], 40)
    assert str(cut).endswith("…")
    assert len(str(cut)) == 40
    assert str(whole) == "no GPU"
