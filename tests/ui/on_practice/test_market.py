"""On the real practice network: the command line prints what the screen shows, read again from a home of its own."""

from __future__ import annotations

import json
import re
import shutil
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from akash_tui.domain.market import formatting
from akash_tui.domain.market.daily_series import Range, window
from akash_tui.services.core import interrupts
from akash_tui.ui.app import AkashApp
from akash_tui.ui.market.detail_pages import GpuPage
from akash_tui.ui.market.screen import MarketScreen
from akash_tui.ui.market.tables import GPU_COLUMNS
from tests.cli.home import Home
from tests.ui.fakes import until
from tests.ui.on_practice.program import FastProgram

STANDS_STILL = 0.0001
"""Speed of the network's time: no other tenant comes or goes between what the screen reads and what a command reads."""


class Command:
    """The command line in another home that knows the same practice network, so that it reads everything itself."""

    def __init__(self, path: Path, other: Path) -> None:
        self._home = Home(path)
        shutil.copy(other / "practice.json", path / "practice.json")
        self._thread = ThreadPoolExecutor(1)

    def text(self, *args: str) -> str:
        """Run in a thread, for a command has an event loop of its own; the app stands still meanwhile."""
        done = self._thread.submit(self._home.run, "market", *args, "--network", "practice").result()
        assert done.code == 0, done.err
        return done.out

    def json(self, *args: str) -> Any:
        return json.loads(self.text(*args, "-o", "json"))


async def test_screen_and_command_line_say_the_same(
    program: FastProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(interrupts, "stop_at_signals", lambda stop: None)  # they arrive in the main thread only
    program.block_seconds, program.speed = None, 20
    app = AkashApp(program, demo=("calm", 7))
    async with app.run_test(size=(160, 48)) as pilot:
        await until(pilot, lambda: app.session is not None and app.screen.query("#sources"))
        await until(pilot, lambda: app.header_data is not None and app.header_data.act is not None)
        assert app.session is not None
        await program.turn_clock(app.session.network, STANDS_STILL)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, MarketScreen) and app.screen.is_mounted)
        screen = app.screen
        assert isinstance(screen, MarketScreen)
        market = screen.market
        wanted = (market.gpus, market.days, market.capacity, market.providers)
        await until(pilot, lambda: all(kept.cached is not None for kept in wanted) and screen.chart.points)
        await until(pilot, lambda: any(row.leased_7d is not None for row in screen.rows))
        command = Command(tmp_path / "other", program.home)

        # GPUs: every cell of the table, word for word
        printed = command.text("gpus").splitlines()[1 : len(screen.table.rows) + 1]
        shown = [[column.cell(row)[0] for column in GPU_COLUMNS] for row in screen.table.rows]
        assert [re.split(r"\s{2,}", line.strip()) for line in printed] == [
            [cell for cell in line if cell] for line in shown
        ]

        # capacity: the figures of the head line
        head = screen.query_one("#market-capacity").content.plain  # type: ignore[attr-defined]
        answer = command.json("capacity")
        assert f"{answer['gpu']['active']:,} of {answer['gpu']['total']:,} leased" in head
        assert f"{answer['providers']} providers" in head
        for name in ("gpu", "cpu", "memory", "storage"):
            share = Decimal(answer[name]["active"]) / answer[name]["total"]
            assert formatting.percent(min(Decimal(1), share)) in head, name

        # daily spend and utilisation, a month and all time: each day, and the sum or the average
        for args, series in ((("spend",), "dailyUUsdSpent"), (("utilization",), "gpuUtilization")):
            while screen.chart.name_shown != series:
                await pilot.press("right_square_bracket")
            for span in (Range.MONTH, Range.ALL):
                if screen.chart.span is not span:
                    await pilot.press("t")
                await until(pilot, lambda: screen.chart.points)
                drawn = screen.chart
                answer = command.json(*args, "--range", span.value)
                days = [(p["date"], Decimal(p["value"])) for p in answer["points"]]
                assert [d for d, _ in days] == [p.day.isoformat() for p in drawn.points]
                for (_, value), point in list(zip(days, drawn.points, strict=True))[:-1]:  # today goes on
                    assert value == pytest.approx(point.value, rel=Decimal("1e-6"))
                assert drawn.answer is not None
                part = window(drawn.answer.value, span)
                whole = answer["total" if drawn.answer.value.kind.flow else "average"]
                assert Decimal(whole) == pytest.approx(part.figure, rel=Decimal("0.01"))

        # a model's page
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, GpuPage) and app.screen.page)
        page = app.screen.page  # type: ignore[attr-defined]
        answer = command.json("model", page.name, "--range", "all")
        assert [(p["owner"], p["free"], p["total"]) for p in answer["providers"]] == [
            (h.sheet.owner, h.free, h.total) for h in page.holders
        ]
        assert [d["leased"] for d in answer["days"]] == [d.leased for d in page.days]
        assert not app.problems.entries
