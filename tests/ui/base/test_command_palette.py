"""The command palette finds an action by its title and by the words of its description."""

from __future__ import annotations

import pytest
from textual.command import CommandList, CommandPalette, Hit
from textual.pilot import Pilot

from akash_tui.ui.actions.action import EVERYWHERE, PLACES
from akash_tui.ui.actions.registry import at
from akash_tui.ui.app import AkashApp
from akash_tui.ui.base.command_palette import ActionCommands
from akash_tui.ui.leases.list_screen import LeasesScreen
from tests.ui.fakes import Stage_, type_at_once, until


async def found(scene: Stage_, query: str) -> list[str]:
    """Titles found on the lease list, best first."""
    commands = ActionCommands(scene.app.screen)
    hits = [hit async for hit in commands.search(query) if isinstance(hit, Hit)]
    return [str(hit.text) for hit in sorted(hits, key=lambda hit: -hit.score)]


ON_LEASES = (
    ("wallet", "Wallet"),
    ("import wallet", "import wallet"),
    ("copy", "Leases: copy"),
    ("fund", "Leases: top up"),
    ("colour", "theme"),
    ("errors", "problems"),
    ("save picture", "screenshot"),
    ("NEW BIDS", "Leases: deploy again"),
    ("month", "Leases: savings"),
    ("refund", "Leases: close"),
)


async def test_words_of_the_description_find_the_action(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(scene.app.screen, LeasesScreen))
        best = {query: (await found(scene, query))[:2] for query, _ in ON_LEASES}
        assert [(query, title, best[query]) for query, title in ON_LEASES if title not in best[query]] == []


ON_THE_FIRST_SCREEN = (
    ("wallet", "create wallet"),
    ("mint", "What is mint?"),
    ("wallet", "Wallet"),
    ("mint", "Wallet"),
    ("copy", "copy address"),
    ("fund", "copy address"),
    ("key", "help"),
    ("address", "copy address"),
    ("escrow", "glossary"),
    ("ACT", "What is ACT?"),
    ("refund", "What is refund?"),
)


async def test_a_newcomer_finds_something_on_the_first_screen(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        all_found = {query: await found(scene, query) for query, _ in ON_THE_FIRST_SCREEN}
        lacking = [(query, title) for query, title in ON_THE_FIRST_SCREEN if title not in all_found[query]]
        assert lacking == [], all_found


async def test_an_action_of_another_place_is_found_and_opens_it(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        commands = ActionCommands(scene.app.screen)
        hits = [hit async for hit in commands.search("clear the marks") if isinstance(hit, Hit)]
        assert hits[0].text == "Leases: mark"
        assert str(hits[0].help).startswith("Opens Leases; there space does it.")
        hits[0].command()
        await until(pilot, lambda: isinstance(scene.app.screen, LeasesScreen))


async def test_every_action_is_found_by_each_word_of_its_description(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(scene.app.screen, LeasesScreen))
        for place in ("leases", EVERYWHERE):
            for action in at(place):
                name = f"{PLACES[place]}: {action.title}" if place != EVERYWHERE else action.title
                for word in (w.strip(".,;:()") for w in action.help.split()):
                    assert not action.palette or name in await found(scene, word), f"{action.id}: {word}"


async def test_a_word_in_a_title_stands_before_one_in_a_description(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        await pilot.press("3")
        await until(pilot, lambda: isinstance(scene.app.screen, LeasesScreen))
        assert (await found(scene, "deploy"))[0] in ("Deploy", "Leases: deploy again")
        assert await found(scene, "xyzzy") == []


async def test_an_action_found_by_its_description_is_done(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        before = scene.app.theme
        await pilot.press("colon")
        await until(pilot, lambda: isinstance(scene.app.screen, CommandPalette))
        await pilot.press(*"blind")
        palette = scene.app.screen
        await until(pilot, lambda: palette.query_one("CommandList").option_count == 1)  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.theme != before)


async def palette_that_found(scene: Stage_, pilot: Pilot[int], words: str) -> CommandPalette:
    """The palette, with one command found."""
    await scene.ready(pilot)
    await pilot.press("colon")
    await until(pilot, lambda: isinstance(scene.app.screen, CommandPalette))
    await pilot.press(*words)
    palette = scene.app.screen
    assert isinstance(palette, CommandPalette)
    await until(pilot, lambda: palette.query_one(CommandList).option_count == 1)
    return palette


@pytest.mark.parametrize("keys", [["enter"] * 2, ["enter"] * 5, ["enter", "x", "enter"]])
async def test_enters_that_arrive_in_one_piece_run_the_command_once(scene: Stage_, keys: list[str]) -> None:
    done: list[str] = []
    async with scene.app.run_test() as pilot:
        await palette_that_found(scene, pilot, "blind")
        scene.app.do_theme = lambda: done.append("theme")  # type: ignore[method-assign]
        type_at_once(scene.app, keys)
        await until(pilot, lambda: bool(done))
        await pilot.pause()
        assert done == ["theme"]
        assert len(scene.app.screen_stack) == 1
        assert scene.app.is_running


async def test_a_burst_that_opens_the_palette_too(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    keys: list[str] = []
    monkeypatch.setattr(AkashApp, "on_key", lambda self, event: keys.append(event.key), raising=False)
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        type_at_once(scene.app, ["colon", *"the", "enter", "enter"])
        await until(pilot, lambda: keys.count("enter") == 2)
        handled: list[bool] = []
        scene.app.call_later(handled.append, True)  # comes after what the last key does
        await until(pilot, lambda: bool(handled))
        assert scene.app.is_running


async def test_moves_before_the_list_has_a_size_and_a_second_palette_at_once(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        for _ in range(3):
            type_at_once(scene.app, ["colon", "t", "pageup", "pagedown", "escape", "ctrl+p", "down", "escape"])
            await pilot.pause()
        await until(pilot, lambda: scene.app.is_running)


async def test_the_palette_opens_once(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        type_at_once(scene.app, ["ctrl+p", "ctrl+p"])
        await until(pilot, lambda: isinstance(scene.app.screen, CommandPalette))
        await pilot.press("escape")
        await until(pilot, lambda: len(scene.app.screen_stack) == 1)
