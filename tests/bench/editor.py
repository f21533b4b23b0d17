"""Typing in an SDL of 2,000 lines: the editor beside Textual's bare TextArea with the same colours."""

from __future__ import annotations

import asyncio
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from textual import events
from textual.app import App, ComposeResult
from textual.document._document import EditResult
from textual.document._edit import Edit
from textual.widgets import TextArea

from akash_tui.domain.sdl.complete.indentation import indent_below
from akash_tui.domain.sdl.problem import SdlProblem
from akash_tui.ui.editor.area import grammar
from akash_tui.ui.editor.screen import EditorScreen
from akash_tui.ui.session.edited_sdl import EditedSdl
from tests.bench.counting import CountingDriver
from tests.bench.figures import HEAD, Figures, Skipped, ratio
from tests.ui.fakes import SDL, stage

LINES = 2_000
SIZE = (120, 40)
KEYS = 60
"""Keys of one turn."""
SLOWEST = 0.25
"""Most seconds between two keys: some pauses let the text be checked, while the next key may come any moment."""
KEY_GOAL = 1.3
PROBLEM_GOAL_MS = 300.0
WAIT_SECONDS = 20.0


@dataclass
class Seen:
    """When the terminal was written to."""

    writes: list[float] = field(default_factory=list)

    def driver(self) -> type[CountingDriver]:
        seen = self

        class Driver(CountingDriver):
            def write(self, data: str) -> None:
                super().write(data)
                if len(data) > 16:  # not only a mark of synchronised output
                    seen.writes.append(time.perf_counter())

        return Driver


class BareArea(TextArea):
    """Textual's own, but for enter: a new line is indented as in the editor, so that both have the same text."""

    def on_key(self, event: events.Key) -> None:
        if event.key == "enter":
            event.stop()
            event.prevent_default()
            row, column = self.cursor_location
            self.insert("\n" + indent_below(self.document.get_line(row)[:column]))


class BareApp(App[None]):
    """Nothing but the text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield BareArea.code_editor(self._text, language="yaml", theme="css", soft_wrap=False)


def large_sdl() -> str:
    """2,000 lines: a real SDL whose service has many variables."""
    head, _, tail = SDL.partition("    expose:\n")
    count = LINES - SDL.count("\n") - 1
    many = "".join(f"      - VARIABLE_{n}=value number {n}\n" for n in range(count))
    return f"{head}    env:\n{many}    expose:\n{tail}"


def run(rounds: int) -> Iterator[str]:
    """Lines of the report; the two take turns in one process."""
    if grammar() is None:
        raise Skipped("the grammar of YAML is not installed")
    text = large_sdl()
    bare: list[float] = []
    ours: list[float] = []
    problems: list[float] = []
    for turn in range(rounds):
        bare += asyncio.run(_bare(text, turn))
        typed, found = asyncio.run(_editor(text, turn))
        ours += typed
        problems += found
    mine, theirs, late = Figures.of(ours), Figures.of(bare), Figures.of(problems)
    yield HEAD
    yield theirs.line("bare TextArea: key → paint", "ms")
    yield mine.line("the editor: key → paint", "ms")
    yield late.line("last key → its problem painted", "ms")
    yield ratio("key → paint, p95", mine.p95, theirs.p95, KEY_GOAL)
    yield ratio(f"problem, median, as a share of {PROBLEM_GOAL_MS:g} ms", late.median, PROBLEM_GOAL_MS, 1.0)


async def _bare(text: str, seed: int) -> list[float]:
    seen = Seen()
    app = BareApp(text)
    app.driver_class = seen.driver()
    async with app.run_test(headless=False, size=SIZE) as pilot:
        await pilot.pause()
        return await _type(app.query_one(TextArea), seen, seed)


async def _editor(text: str, seed: int) -> tuple[list[float], list[float]]:
    seen = Seen()
    with tempfile.TemporaryDirectory() as home:
        scene = stage(Path(home) / "home")
        scene.app.driver_class = seen.driver()
        async with scene.app.run_test(headless=False, size=SIZE) as pilot:
            await scene.ready(pilot)
            scene.app.edit_sdl(EditedSdl("bench", "bench.yaml", "text bench", text, text, lambda _: None))
            await _until(lambda: isinstance(scene.app.screen, EditorScreen))
            screen = scene.app.screen
            assert isinstance(screen, EditorScreen)
            await _until(lambda: screen.checked == screen.version)
            typed = await _type(screen.area, seen, seed)
            screen.area.replace_all(text)  # what was typed is no SDL: nothing more would be found in it
            return typed, await _problems(screen, seen)


async def _type(area: TextArea, seen: Seen, seed: int) -> list[float]:
    """Milliseconds from each key to the first output that it causes."""
    dice = random.Random(seed)
    area.cursor_blink = False
    area.move_cursor((LINES // 2, 30))
    edits: list[float] = []
    edit = area.edit

    def noted(change: Edit) -> EditResult:
        result = edit(change)
        edits.append(time.perf_counter())
        return result

    area.edit = noted  # type: ignore[method-assign, assignment]
    found = []
    for number in range(KEYS):
        await asyncio.sleep(dice.uniform(0.04, SLOWEST))
        count, began = len(edits), time.perf_counter()
        area.app.post_message(events.Key("x", "x") if number % 9 else events.Key("enter", "\r"))
        await _until(lambda count=count: len(edits) > count and seen.writes and seen.writes[-1] >= edits[-1])  # type: ignore[misc]
        painted = next(at for at in seen.writes if at >= edits[-1])
        found.append((painted - began) * 1000)
    return found


async def _problems(screen: EditorScreen, seen: Seen) -> list[float]:
    """Milliseconds from a key that makes an error, or takes it away, to the output that shows what is found now."""
    area = screen.area
    await _until(lambda: screen.checked == screen.version)
    row = next(n for n, line in enumerate(area.document.lines) if "count: 1" in line)
    shown: list[float] = []
    show = area.show_problems

    def noted(problems: Sequence[SdlProblem]) -> None:
        show(problems)
        shown.append(time.perf_counter())

    area.show_problems = noted  # type: ignore[method-assign]
    found = []
    for number in range(10):
        area.move_cursor((row, len(area.document.get_line(row)) - (1 if "}" in area.document.get_line(row) else 0)))
        await asyncio.sleep(0.3)
        began = time.perf_counter()
        area.app.post_message(events.Key("y", "y") if number % 2 == 0 else events.Key("backspace", None))
        version = screen.version
        await _until(lambda version=version: screen.version > version and screen.checked == screen.version)  # type: ignore[misc]
        assert screen.report is not None
        assert any(problem.line == row + 1 for problem in screen.report.problems) == (number % 2 == 0)
        await _until(lambda: seen.writes[-1] >= shown[-1])
        painted = next(at for at in seen.writes if at >= shown[-1])
        found.append((painted - began) * 1000)
    return found


async def _until(fact: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT_SECONDS
    while not fact():
        if time.monotonic() > end:
            raise Skipped("the screen did not answer")
        await asyncio.sleep(0.0005)
