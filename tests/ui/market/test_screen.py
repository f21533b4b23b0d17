"""The market's screens: figures with their age, the chart, the lists, the pages; old figures when the index is away."""

from __future__ import annotations

import re
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from akash_tui.domain.market import formatting
from akash_tui.domain.market.supply import Amounts
from akash_tui.services.ports import NothingNew, Unreachable
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.market.chart import SERIES
from akash_tui.ui.market.detail_pages import GpuPage, ProviderScreen
from akash_tui.ui.market.network_screen import NetworkScreen
from akash_tui.ui.market.screen import MarketScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import FakeChain, Stage_, stage, until
from tests.ui.market import fakes
from tests.ui.market.fakes import INDEX, NAMES, OWNERS
from tests.ui.screen_text import text


async def at_market(scene: Stage_, pilot: Pilot[int]) -> MarketScreen:
    await scene.ready(pilot)
    await pilot.press("4")
    await until(pilot, lambda: isinstance(scene.app.screen, MarketScreen) and scene.app.screen.is_mounted)
    screen = scene.app.screen
    assert isinstance(screen, MarketScreen)
    await until(pilot, lambda: screen.table.rows and (screen.chart.points or screen.chart.fault))
    return screen


def drawn(scene: Stage_) -> str:
    strips = scene.app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


def chart_drawn(screen: MarketScreen | NetworkScreen) -> str:
    """The chart's own lines, as it drew them."""
    plot = screen.chart.query_one("Plot")
    return "\n".join("".join(s.text for s in plot.render_line(y)) for y in range(plot.size.height))


async def test_every_figure_is_there_with_its_age(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        screen = await at_market(scene, pilot)
        await until(pilot, lambda: "9 min old" in drawn(scene) and "612 of 871 leased" in drawn(scene))
        text = drawn(scene)
        assert " 31   120 " in text
        assert "0.31   0.42   0.80" in text
        assert "62 providers online" in text, "the list has those that are offline too"
        assert "daily network spend, 1 month" in text
        assert "in all" in text
        row = next(r for r in screen.rows if r.gpu.model == "b200")
        assert (row.free, row.median) == (None, None)
        assert "    ?     ? " in text


async def test_series_range_and_marker(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await at_market(scene, pilot)
        chart = screen.chart
        assert (chart.name_shown, len(chart.points)) == (SERIES[0], 30)
        await pilot.press("t")
        assert len(chart.points) == 90
        await pilot.press("left")
        newest = chart.points[-1]
        assert chart.point == newest
        await pilot.press("left", "left")
        assert chart.point == chart.points[-3]
        await until(pilot, lambda: f"{newest.day.year}: ${chart.points[-3].value:,}" in drawn(scene))
        await until(pilot, lambda: "│" in chart_drawn(screen))
        await until(pilot, lambda: chart.settled)
        await pilot.click(chart, offset=(chart.size.width - 1, 1))
        assert chart.point == newest
        await until(pilot, lambda: f"{newest.day.year}: ${newest.value:,}" in drawn(scene))
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: chart.points and "GPU utilisation, all time" in drawn(scene))
        assert chart.point is None
        for _ in SERIES:
            await pilot.press("left_square_bracket")
        assert chart.name_shown == "gpuUtilization"


async def at_network(scene: Stage_, pilot: Pilot[int]) -> NetworkScreen:
    await at_market(scene, pilot)
    await pilot.press("d")
    await until(pilot, lambda: isinstance(scene.app.screen, NetworkScreen) and scene.app.screen.is_mounted)
    screen = scene.app.screen
    assert isinstance(screen, NetworkScreen)
    await until(pilot, lambda: screen.chart.points and screen.chart.settled)
    await until(pilot, lambda: "active leases" in drawn(scene))
    return screen


async def test_the_network_has_bars_days_and_their_text(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await at_network(scene, pilot)
        await until(pilot, lambda: "? active leases" not in drawn(scene))
        text = drawn(scene)
        for part in (
            "612 of 871 leased, 4 in open bids · 255 free",
            "70 %",
            "62 providers answer",
            "39.0 TiB of 100.0 TiB",
            "CPU",
        ):
            assert part in text, part
        points = screen.chart.points
        await pilot.press("left", "shift+left")
        assert screen.chart.point == points[0]
        await pilot.press("right", "right", "shift+right")
        assert screen.chart.point == points[-1]
        change = points[-1].value / points[-2].value - 1
        assert f"${points[-1].value:,}  {formatting.change(change)} in a day" in drawn(scene)
        await pilot.press("v")
        rows = screen.query_one("#days", LiveTable).rows
        assert [(row.day, row.value) for row in rows] == [(p.day, p.value) for p in reversed(points)]
        assert f"{points[-1].day:%-d %b %Y}" in drawn(scene)
        await pilot.press("v")
        await until(pilot, lambda: "│" in chart_drawn(screen))


async def test_the_days_go_into_a_file_and_onto_the_clipboard(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await at_network(scene, pilot)
        await pilot.press("e")
        await until(pilot, lambda: list((scene.program.home / "exports").glob("*.csv")))
        (path,) = (scene.program.home / "exports").iterdir()
        await until(pilot, lambda: "30 lines to" in scene.app.status.line()[0])
        assert path.stat().st_mode & 0o777 == 0o600
        head, *lines = path.read_text().splitlines()
        assert head == "day,USD"
        assert lines == [f"{p.day.isoformat()},{p.value}" for p in screen.chart.points]
        await pilot.press("y")
        await until(pilot, lambda: scene.app.clipboard == screen.chart.table("\t"))


async def test_filter_and_sort(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await at_market(scene, pilot)

        def models() -> list[str]:
            return [row.gpu.model for row in screen.table.rows]

        assert models() == ["a100", "b200", "h100", "rtx4090"]
        await pilot.press("slash", *"free>0 min<0.5")
        await until(pilot, lambda: models() == ["rtx4090"])
        await pilot.press("enter")
        await until(pilot, lambda: "1 of 4: free>0" in drawn(scene))
        await pilot.press("slash", *" prize<1")
        await until(pilot, lambda: "there is no field 'prize'" in drawn(scene))
        await pilot.press("escape")
        await until(pilot, lambda: len(models()) == 4)
        while screen.choices.sort[0].column != "median":
            await pilot.press("o")
        await until(pilot, lambda: models() == ["rtx4090", "a100", "h100", "b200"])


async def test_a_price_that_holds_for_both_interfaces_is_shown_once(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fakes, "GPUS", (*fakes.GPUS, ("a100", 80, "pcie", 1, 8, "0.81", "0.92", "1.30")))
    async with scene.app.run_test(size=(100, 50)) as pilot:
        await at_market(scene, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, GpuPage) and scene.app.screen.page)
        said = scene.app.screen.query_one("#page-lines", LabelledLines)
        await until(pilot, lambda: "3 of 40 free" in said.text and "1 of 8 free" in said.text)
        assert said.text.count("min 0.81 · average 0.92 · median 0.92 · max 1.30") == 1
        assert "the same as 80 GB pcie" in said.text


async def test_pages_of_a_model_and_of_a_provider(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 50)) as pilot:
        screen = await at_market(scene, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, GpuPage) and scene.app.screen.page)
        said = scene.app.screen.query_one("#page-lines", LabelledLines)
        await until(pilot, lambda: "3 of 40 free at 9 of 14 providers" in said.text)
        assert "min 0.81 · average 0.92 · median 0.92 · max 1.30" in said.text
        assert "50 to 56 % leased" in said.text
        assert NAMES[0] in said.text
        assert NAMES[1] not in said.text
        await pilot.press("escape", "v")
        await until(pilot, lambda: screen.of_providers and screen.table.rows)
        assert [row.id for row in screen.table.rows] == [OWNERS[0], OWNERS[1], OWNERS[2]]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ProviderScreen) and scene.app.screen.page)
        said = scene.app.screen.query_one("#page-lines", LabelledLines)
        await until(pilot, lambda: "answers in 84 ms" in said.text)
        for part in (
            "13 of 16 leased",
            "99.8 %",
            "✓ location-region = eu-east",
            "akash1auditor",
            "2 leases",
            "12 Nov 2026 · ≈ $0.41 an hour · 1 × a100 · dseq 700100",
            "(indexer, just now)",
            "a100 80 GB sxm4: 3 of 40 free",
        ):
            assert part in said.text, part
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))


async def test_totals_and_list_are_of_the_same_moment(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is leased and what is free are added up: the list may have been read before, on another screen."""
    monkeypatch.setattr(INDEX, "free", {"a100": 5})  # then its prices are of now
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        market = scene.app.market
        await market.gpus.get()
        before = INDEX.asked.count("gpus")
        scene.program.clock.passed = 100
        await at_market(scene, pilot)
        await until(pilot, lambda: market.capacity.cached and INDEX.asked.count("gpus") == before + 1)
        read = [figure.cached.read_at for figure in (market.capacity, market.gpus) if figure.cached is not None]
        assert read[0] == read[1]


async def test_what_was_decided_about_a_provider_stands_before_its_name(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 50)) as pilot:
        screen = await at_market(scene, pilot)
        await pilot.press("v")
        await until(pilot, lambda: screen.of_providers and screen.table.rows)
        notes, now = scene.app.runs.session.provider_notes, scene.program.clock.now()
        notes.set_favourite(OWNERS[0], True, now)
        notes.block(OWNERS[1], "died twice", now)
        await until(pilot, lambda: "★ " in text(scene.app) and "✗ " in text(scene.app))
        column = next(column for column in screen.all_columns if column.key == "provider")
        first, second, third = (column.cell(row) for row in screen.table.rows)
        assert (first[0][:2], second[0][:2], second[1], third[0][:1] in "★✗") == ("★ ", "✗ ", "warn", False)
        await pilot.press("f")
        await until(pilot, lambda: not notes.of(OWNERS[0]).favourite)
        await pilot.press("f")
        await until(pilot, lambda: notes.of(OWNERS[0]).favourite)
        pages = {owner: ProviderScreen(owner) for owner in OWNERS[:2]}
        for owner, page in pages.items():
            scene.app.push_screen(page)
            assert page.title_line().plain == NAMES[OWNERS.index(owner)], "no address while it is being read"
            await until(pilot, lambda page=page: page.page is not None)  # type: ignore[misc]
            titles = [page.title_of(f"page.{name}") for name in ("favourite", "block")]
            assert titles == (["no favourite", "block"] if owner == OWNERS[0] else ["favourite", "unblock"])
        assert page.page is not None
        sheet = page.page.sheet
        none = replace(sheet, resources=replace(sheet.resources, gpu=Amounts(0, 0, 0, 0), cpu=Amounts(1, 0, 3, 4)))
        lines = page._amounts(replace(page.page, reach=None, sheet=none))
        labels = [line.label for line in lines if isinstance(line, LabelledLine)]
        assert labels[0] == "CPU", "0 of 0 GPUs is no figure"


async def test_an_index_that_is_away_leaves_the_last_figures_marked(tmp_path: Path) -> None:
    first = stage(tmp_path / "home")
    async with first.app.run_test(size=(100, 30)) as pilot:
        await at_market(first, pilot)
        shown = {"gpus", "capacity", "days", "providers", f"series-{SERIES[0]}"}
        await until(pilot, lambda: shown <= _saved(tmp_path))
    INDEX.fault = Unreachable("The network's indexer does not answer", "Wait.")
    again = stage(tmp_path / "home")
    again.program.clock.passed = 7200
    async with again.app.run_test(size=(100, 30)) as pilot:
        await at_market(again, pilot)
        await until(pilot, lambda: "2 h old · not renewed" in drawn(again))
        assert re.search(r"rtx4090 .* 31 +120 ", drawn(again))


def _saved(path: Path) -> set[str]:
    """The figures that the next start finds on the disk."""
    return {file.stem for file in (path / "home" / "cache").rglob("*.jsonl")}


async def test_an_index_that_never_answered_is_said_with_what_to_do(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    INDEX.fault = Unreachable("The network's indexer does not answer", "Wait a while.")

    async def nobody(_: FakeChain) -> list[Any]:
        raise Unreachable("No node answers", "Check the network.")

    monkeypatch.setattr(FakeChain, "providers", nobody)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        await pilot.press("4")
        await until(pilot, lambda: "No node answers" in drawn(scene) and "Wait a while." in drawn(scene))
        assert not (scene.program.home / "crashes").exists()


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_ascii_has_no_other_sign(tmp_path: Path, size: tuple[int, int]) -> None:
    scene = stage(tmp_path / "home", ascii_only=True)
    async with scene.app.run_test(size=size) as pilot:
        screen = await at_market(scene, pilot)
        await until(pilot, lambda: "**" in chart_drawn(screen))
        assert not any(0x2800 <= ord(char) < 0x2900 for char in chart_drawn(screen))
        assert "#" in screen.query_one("#market-capacity").content.plain  # type: ignore[attr-defined]


async def test_a_key_is_answered_before_its_chart_is_drawn(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    drawing, go_on = threading.Event(), threading.Event()

    def slow(*args: object, **named: object) -> list[str]:
        drawing.set()
        go_on.wait(20)
        return ["a slow drawing"]

    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await at_market(scene, pilot)
        await until(pilot, lambda: screen.chart.settled)
        monkeypatch.setattr("akash_tui.ui.market.chart.rows_of", slow)
        try:
            await pilot.press("t")
            await until(pilot, drawing.is_set)
            await until(pilot, lambda: "daily network spend, all time" in drawn(scene))
            await pilot.press("t", "right")
            assert not screen.chart.settled
            assert "a slow drawing" not in chart_drawn(screen)
        finally:
            go_on.set()
        await until(pilot, lambda: screen.chart.settled and "a slow drawing" in chart_drawn(screen))


async def test_the_market_deploys_nothing_on_a_chain_that_takes_nothing_new(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        screen = await at_market(scene, pilot)
        assert scene.app.session is not None
        scene.app.session.calendar.note(NothingNew("The chain refuses this as disabled."))
        assert (screen.reason("market.new-deployment") or "").startswith("This chain takes no new deployments")
