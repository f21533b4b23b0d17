"""Opening the market with a warm cache beside opening the bids, and how long each of its keys waits for its paint.

2,000 providers, 80 GPU models and 1,000 days lie on the disk, and the index does not answer: what is seen comes
from there. A key's time ends with the first paint in which the key has done what it is for.
"""

from __future__ import annotations

import asyncio
import gc
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ClassVar

from textual import events
from textual.screen import Screen

from akash_tui import ui
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.bids.budget import Budget
from akash_tui.services.market.market_data import Market
from akash_tui.services.ports import Unreachable
from akash_tui.services.storage.settings import Settings
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.market.chart import SERIES
from akash_tui.ui.market.chart_screen import ChartScreen
from akash_tui.ui.market.screen import MarketScreen
from akash_tui.ui.session import gc_pauses
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.live_table import LiveTable
from tests.bench.bids_screen import run_of
from tests.bench.big_index import DAYS, MODELS, PROVIDERS, BigIndex
from tests.bench.figures import HEAD, Figures, Skipped, ratio
from tests.bench.load import Market as Bids
from tests.bench.watched import SIZE, There, Watched, as_on_a_terminal

GOAL_MS = 50.0
OPENINGS = 9
ROUNDS = 25


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class _Away(BigIndex):
    """The index does not answer: nothing is read, nothing is failed, and everything waits for it."""

    async def _silent(self, *_: object) -> Any:
        await asyncio.get_running_loop().create_future()

    gpu_prices = capacity = gpu_days = series = sheets = sheet = _silent  # type: ignore[assignment]


class _Chain:
    async def block_time(self) -> BlockTime:
        return BlockTime(Decimal(6), True, 100)

    async def provider(self, owner: str) -> Any:
        raise Unreachable("No node here", "It is a bench.")


class _App(AkashApp):
    """Rests on an empty screen; has bids that are collecting, and a market."""

    CSS_PATH = str(Path(ui.__file__).with_name("app.tcss"))
    MODES: ClassVar[dict[str, Any]] = {"rest": Screen, "bids": BidsScreen, "market": MarketScreen}
    DEFAULT_MODE = "rest"

    def on_mount(self, event: events.Mount) -> None:  # type: ignore[override]
        event.prevent_default()  # there is no network to open


def _session(index: BigIndex) -> Any:
    network = SimpleNamespace(chain_id="bench-1", label="bench", practice=False, name="bench", rest=("",), rpc=("",))
    return SimpleNamespace(
        network=network,
        clock=_Clock(),
        chain=_Chain(),
        indexer=index,
        gateway=None,
        wallet=None,
        readonly=True,
        aclose=_nothing,
    )


def _watched(home: Path) -> Watched:
    """The app, with bids that are collecting and a market."""
    app = _App(SimpleNamespace(home=home, settings=Settings(), aclose=_nothing))  # type: ignore[arg-type]
    app.session = session = _session(_Away())
    app._market = Market(session, home)
    run = run_of(Bids(60))
    tracked = TrackedRun(run, Budget(per_hour=Decimal(2)))
    app.run_manager = SimpleNamespace(tracked=tracked, params=None, aclose=_nothing)  # type: ignore[assignment]
    return Watched(app)


async def _nothing() -> None:
    """Nothing is open."""


async def _warm(home: Path) -> None:
    """What a day with the market leaves on the disk."""
    market = Market(_session(BigIndex()), home)
    for kept in (market.gpus, market.capacity, market.providers, market.days):
        await kept.get()
    for name in SERIES:
        await market.series(name).get()
    await market.aclose()


async def _opening(home: Path, mode: str, sign: str) -> float:
    watched = _watched(home)
    async with watched.app.run_test(size=SIZE) as pilot:
        await pilot.pause()
        gc.collect()
        return await watched.until(lambda: sign in watched.text(), lambda: watched.app.switch_mode(mode))


async def _keys(home: Path) -> dict[str, list[float]]:
    watched = _watched(home)
    app = watched.app
    found: dict[str, list[float]] = {}

    async def press(name: str, key: str, there: There) -> None:
        try:
            found.setdefault(name, []).append(await watched.key(key, there))
        except Skipped as why:
            raise Skipped(f"{name}: {why}") from None

    async with as_on_a_terminal(), app.run_test(size=SIZE):
        await watched.until(lambda: "612 of 871" in watched.text(), lambda: app.switch_mode("market"))
        market = app.screen
        assert isinstance(market, MarketScreen)
        await _settled(market)
        gc_pauses.settle()  # as the app does on a terminal

        def chart(name: str) -> There:
            screen = app.screen
            assert isinstance(screen, ChartScreen)
            chart, state = screen, screen.chart_state()
            return lambda: app.screen is not chart or (chart.chart_state() != state and bool(chart.chart.points))

        def moved(table: LiveTable[Any]) -> There:
            was = table.cursor_row
            return lambda: table.cursor_row is not was

        for _ in range(ROUNDS):
            for key in ("down", "pagedown", "up", "pageup", "end", "home"):
                await press("a list: " + key, key, moved(market.table))
            await press("GPUs: o sort", "o", _changes(market, "column"))
            for key in ("]", "t", "left", "left", "right", "t", "["):
                await press(f"chart: {key}", key, chart(key))
            await press("v providers", "v", lambda: market.of_providers and bool(market.table.rows))
            for key in ("down", "pagedown", "end", "home"):
                await press("2,000 providers: " + key, key, moved(market.table))
            await press("v GPUs", "v", lambda: not market.of_providers)
            await press("/ filter", "/", lambda: market.query_one("#market-filter").display)
            for letter in "model1":
                await press("a letter of the filter", letter, _changes(market, "filter"))
            await press("esc", "escape", lambda: not market.filter.terms)
            await press("d day by day", "d", lambda: "active leases" in watched.text())
            for key in ("t", "left", "shift+left", "right", "]", "t"):
                await press(f"network: {key}", key, chart(key))
            await press("network: v as a table", "v", lambda: "in a day" in watched.text())
            await press("network: v as a chart", "v", lambda: "in a day" not in watched.text())
            await press("esc", "escape", lambda: app.screen is market)
            await press(
                "enter a model's page", "enter", lambda: "providers" in watched.text() and app.screen is not market
            )
            await press("esc", "escape", lambda: app.screen is market)
    return found


def _changes(screen: MarketScreen, name: str) -> There:
    was = getattr(screen, name)
    return lambda: getattr(screen, name) != was


async def _settled(screen: MarketScreen) -> None:
    """All that the disk knows is read, and the drawing library is loaded."""
    kept = (screen.market.days, screen.market.gpus, screen.market.providers, screen.market.series(SERIES[0]))
    while any(each.cached is None for each in kept) or not screen.chart.settled:  # noqa: ASYNC110
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.5)


def run() -> Iterator[str]:
    """Lines of the report."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        asyncio.run(_warm(home))
        size = sum(path.stat().st_size for path in home.rglob("*.jsonl")) / 1e6
        yield f"  {PROVIDERS:,} providers, {MODELS} GPU models, {DAYS:,} days: {size:.1f} MB on the disk"
        yield HEAD
        bids, market = [], []
        for _ in range(OPENINGS):
            bids.append(asyncio.run(_opening(home, "bids", "gpu2.example")))
            market.append(asyncio.run(_opening(home, "market", "612 of 871")))
        ours, theirs = Figures.of(market), Figures.of(bids)
        yield theirs.line("open the bids → 60 bids painted", "ms")
        yield ours.line("open the market → its first figures painted", "ms")
        yield ratio("open the market / open the bids", ours.median, theirs.median)
        keys = asyncio.run(_keys(home))
    for name, each in keys.items():
        yield Figures.of(each).line(name, "ms")
    worst = max(keys, key=lambda name: Figures.of(keys[name]).p95)
    yield f"  → the slowest key is {worst!r}: {Figures.of(keys[worst]).p95:.0f} ms p95, goal ≤ {GOAL_MS:g}"
