"""Fixtures of the screen tests: a stage with a script, still time, no animation."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import textual._doc
import textual.app
import textual.pilot
from textual._compositor import Compositor
from textual._context import active_app
from textual.app import App
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.widgets import Input

from akash_tui.ui.base import base_screen
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.dialogs import confirm_spend
from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.widgets.textual_private import QuickStylesheet, StyleMemory
from tests.ui.fakes import Stage_, stage
from tests.ui.pictures import Before, Pictures, Size
from tests.ui.scripted import script_services

MEMORIES = 64
"""Sets of rules whose styles are remembered; each new kind of widget in an app makes another set."""


@pytest.fixture(scope="session", autouse=True)
def _style_sheets_are_parsed_once() -> Iterator[None]:
    """Every app of a test would parse the same sheets again; Textual itself reuses what it has parsed in one app.

    What was worked out from the same rules is remembered as well.
    """
    memories: dict[tuple[RuleSet, ...], StyleMemory] = {}

    def memory_of(sheet: QuickStylesheet, rules: list[RuleSet]) -> StyleMemory:
        memory = memories.pop(tuple(rules), None) or StyleMemory(rules)
        memories[tuple(rules)] = memory
        while len(memories) > MEMORIES:
            del memories[next(iter(memories))]
        return memory

    parsed: dict[object, list[RuleSet]] = {}
    parse = Stylesheet._parse_rules
    of_variables: dict[frozenset[tuple[str, str]], int] = {}
    last: tuple[dict[str, str], int] = {}, -1

    def parse_once(sheet: Stylesheet, *args: Any, **options: Any) -> list[RuleSet]:
        nonlocal last
        if last[0] is not sheet._variables:  # the same for a hundred sheets in a row
            last = sheet._variables, of_variables.setdefault(frozenset(sheet._variables.items()), len(of_variables))
        key = last[1], args, tuple(sorted(options.items()))
        if key not in parsed:
            parsed[key] = parse(sheet, *args, **options)
        return parsed[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "_parse_rules", parse_once)
        patch.setattr(QuickStylesheet, "memory_of", memory_of)
        yield


async def _until_idle(min_sleep: float = 0.0, max_sleep: float = 1.0) -> None:
    """Takes the place of Textual's `wait_for_idle`, which watches the processor's time, 20 ms at least per key.

    Here a key has been answered when the event loop has nothing to do but wait, and the screens have then been painted
    as at their next tick.
    """
    give_up = time.monotonic() + max_sleep
    await _until_nothing_is_ready(give_up)
    app = active_app.get(None)
    if app is not None:
        for screen in app.screen_stack:
            if isinstance(screen, BaseScreen):
                screen._tick()
        await _until_nothing_is_ready(give_up)


async def _until_nothing_is_ready(give_up: float) -> None:
    """Three turns of the loop in a row without another callback: a message may pass through a queue in between."""
    ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]
    quiet = 0
    await asyncio.sleep(0.002)  # a dialog arms after a millisecond here
    while quiet < 3 and time.monotonic() < give_up:
        await asyncio.sleep(0)
        quiet = 0 if ready else quiet + 1


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No blinking, no motion, one time zone; repaints and dialogs that wait for nobody's eyes."""
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setattr(Input, "cursor_blink", False)
    monkeypatch.setattr(base_screen, "FPS", 5.0)  # `_until_idle` ticks besides
    monkeypatch.setattr(textual.app, "wait_for_idle", _until_idle)
    monkeypatch.setattr(textual.pilot, "wait_for_idle", _until_idle)
    monkeypatch.setattr(DialogBox, "arm_seconds", 0.001)
    monkeypatch.setattr(confirm_spend, "CHECK_SECONDS", 0.05)
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The services answer by a script; not so in `on_practice`."""
    script_services(monkeypatch)


@pytest.fixture(autouse=True)
def drawn_when_read(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The screen is drawn when the test reads it or takes its picture, and not each time it changes: nobody sees the
    terminal of a test, and drawing is a third of its time. A test marked `drawn` draws as the app does."""
    if "drawn" in request.keywords:
        return
    render = Compositor.render_update

    def render_update(self: Compositor, full: bool = False, **options: Any) -> Any:
        if full:
            return render(self, full, **options)
        self._dirty_regions.clear()
        return None

    monkeypatch.setattr(Compositor, "render_update", render_update)


@pytest.fixture(scope="session")
def pictures(request: pytest.FixtureRequest) -> Pictures:
    return Pictures(request.session.items)


@pytest.fixture
def snap_compare(
    snap_compare: Callable[..., bool],
    pictures: Pictures,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[..., bool]:
    """The plugin's own, with one run of the app for all sizes of a screen."""

    def compare(app: App[Any], *, run_before: Before, terminal_size: Size) -> bool:
        picture = pictures.take(request.node, app, terminal_size, run_before)
        with monkeypatch.context() as patch:
            patch.setattr(textual._doc, "take_svg_screenshot", lambda **_: picture)
            return snap_compare(app, terminal_size=terminal_size)

    return compare


@pytest.fixture
def scene(tmp_path: Path) -> Stage_:
    return stage(tmp_path / "home")
