"""The list with 200 deployments: how soon it stands, what a round asks, and how long each key waits for its paint.

The list opens while the chain says nothing, from what an earlier start kept. Keys are pressed while rounds go on
every four seconds and providers answer.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from textual import events
from textual.screen import Screen

from akash_tui import ui
from akash_tui.services.leases.lease_list import LeaseList
from akash_tui.services.storage.settings import Settings
from akash_tui.ui.app import AkashApp
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.session import gc_pauses
from akash_tui.ui.session.background_monitor import BackgroundMonitor
from akash_tui.ui.session.run_manager import RunManager
from tests.bench.figures import HEAD, Figures, Skipped
from tests.bench.many_leases import PROVIDERS, Chain, session
from tests.bench.watched import SIZE, There, Watched, as_on_a_terminal

DEPLOYMENTS = 200
GOAL_MS = 50.0
OPENINGS = 9
ROUNDS = 25


class _App(AkashApp):
    """Rests on an empty screen; its wallet has deployed much."""

    CSS_PATH = str(Path(ui.__file__).with_name("app.tcss"))
    MODES: ClassVar[dict[str, Any]] = {"rest": Screen, "leases": LeasesScreen}
    DEFAULT_MODE = "rest"

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        event.prevent_default()  # there is no network to open


def _watched(home: Path, chain: Chain) -> Watched:
    app = _App(SimpleNamespace(home=home, settings=Settings(), aclose=_nothing))  # type: ignore[arg-type]
    app.session = session(home, chain)
    app.monitor = BackgroundMonitor(app, app.session, _nothing_moved)
    app.run_manager = RunManager(app, app.session, app.manifest_refused)
    return Watched(app)


def _monitor(app: AkashApp) -> None:
    """As `SessionApp.enter` does."""
    assert app.monitor is not None
    app.run_worker(
        app._quietly("watching your deployments", app.monitor.run),
        group="monitor",
        exclusive=True,
        exit_on_error=False,
    )


async def _nothing() -> None:
    """Nothing is open."""


def _nothing_moved() -> None:
    """No money moves here."""


async def _round(home: Path) -> tuple[list[Counter[str]], list[float]]:
    """What the first and the next round ask of the chain, and what they take; the list is then on the disk."""
    chain = Chain(DEPLOYMENTS)
    here = session(home, chain)
    fleet = LeaseList(here, home)
    asked, took = [], []
    for _ in range(2):
        chain.asked.clear()
        began = time.perf_counter()
        await fleet.read()
        took.append((time.perf_counter() - began) * 1000)
        asked.append(Counter(chain.asked))
    await here.aclose()
    return asked, took


async def _opening(home: Path) -> float:
    """From the key to the list while the chain is silent; the disk is read meanwhile."""
    watched = _watched(home, Chain(DEPLOYMENTS, silent=True))
    app = watched.app

    def enter() -> object:
        _monitor(app)
        return app.switch_mode("leases")

    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        gc.collect()
        return await watched.until(lambda: f"{DEPLOYMENTS} deployments" in watched.text(), enter)


async def _keys(home: Path) -> tuple[dict[str, list[float]], int]:
    watched = _watched(home, Chain(DEPLOYMENTS))
    app = watched.app
    found: dict[str, list[float]] = {}

    async def press(name: str, key: str, there: There) -> None:
        try:
            found.setdefault(name, []).append(await watched.key(key, there))
        except Skipped as why:
            raise Skipped(f"{name}: {why}") from None

    async with as_on_a_terminal(), app.run_test(size=SIZE):
        _monitor(app)
        await watched.until(lambda: "2/2" in watched.text(), lambda: app.switch_mode("leases"))
        screen = app.screen
        assert isinstance(screen, LeasesScreen)
        assert screen.lease_list is not None
        gc_pauses.settle()  # as `SessionApp` does on a terminal
        before = screen.lease_list.revision

        def changes(value: Callable[[], object]) -> There:
            was = value()
            return lambda: value() != was

        for _ in range(ROUNDS):
            for key in ("down", "pagedown", "up", "pageup", "end", "home", "down"):
                await press(key, key, changes(lambda: screen.table.cursor_id))
            await press("space mark", "space", changes(lambda: set(screen.table.marks)))
            await press("esc takes the marks away", "escape", lambda: not screen.table.marks)
            await press("c show closed", "c", lambda: "hide closed" in watched.text())
            await press("c hide closed", "c", lambda: "show closed" in watched.text())
            await press("enter opens one", "enter", lambda: app.screen is not screen and "dseq" in watched.text())
            await press("esc", "escape", lambda: app.screen is screen and "left ACT" in watched.text())
        changed = screen.lease_list.revision - before
    return found, changed


def run() -> Iterator[str]:
    """Lines of the report."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        asked, took = asyncio.run(_round(home))
        for name, each, ms in zip(("first", "next"), asked, took, strict=True):
            total = sum(each.values())
            yield f"  {name + ' round':<44}{total:>10} requests, {each['provider']} of them for records, {ms:.0f} ms"
        opened = [asyncio.run(_opening(home)) for _ in range(OPENINGS)]
        yield HEAD
        yield Figures.of(opened).line("open → the list of the last start painted", "ms")
        keys, changed = asyncio.run(_keys(home))
    for name, pressed in keys.items():
        yield Figures.of(pressed).line(name, "ms")
    worst = max(keys, key=lambda name: Figures.of(keys[name]).p95)
    yield f"  → the slowest key is {worst!r}: {Figures.of(keys[worst]).p95:.0f} ms p95, goal ≤ {GOAL_MS:g}"
    yield f"    {DEPLOYMENTS} deployments at {PROVIDERS} providers; the list changed {changed} times meanwhile"
