"""What the market shows goes onto the clipboard and into files: whole, private, never over what is there unasked."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot

from akash_tui.domain.market.csv_tables import CsvTable, provider_table
from akash_tui.ui.base import csv_export
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.market.detail_pages import GpuPage, ProviderScreen
from akash_tui.ui.market.savings_page import SavingsPage
from tests.ui.fakes import FakeLeases, Stage_, until, view
from tests.ui.market import fakes as market_fakes
from tests.ui.market.fakes import NAMES, OWNERS
from tests.ui.market.test_screen import at_market


def _starts_with(path: Path, text: str) -> bool:
    return path.read_text().startswith(text)


async def exported(scene: Stage_, pilot: Pilot[int], name: str) -> list[list[str]]:
    """Press `e` and read what was written."""
    await pilot.press("e")
    folder = scene.program.home / "exports"
    await until(pilot, lambda: re.search("lines? to", scene.app.status.line()[0]))
    (path,) = folder.glob(f"{name}-*.csv")
    assert path.stat().st_mode & 0o777 == 0o600
    assert str(path) in scene.app.status.line()[0]
    scene.app.status.clear_messages()
    return list(csv.reader(io.StringIO(path.read_text())))


async def test_the_list_as_it_is_shown(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await at_market(scene, pilot)
        await pilot.press("slash", *"free>0", "enter")
        await until(pilot, lambda: len(screen.table.rows) == 2)
        head, *lines = await exported(scene, pilot, "gpus")
        assert [dict(zip(head, line, strict=True))["model"] for line in lines] == ["a100", "rtx4090"]
        first = dict(zip(head, lines[0], strict=True))
        assert (first["free"], first["usd_gpu_h_median"], first["paid_act_gpu_h"]) == ("3", "0.92", "0.41")
        assert first["read_at"].endswith("Z")
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await pilot.press("enter")
        await until(pilot, lambda: "rtx4090\t24" in scene.app.clipboard)
        assert "h100" not in scene.app.clipboard
        assert "Copied the list: 3 lines" in scene.app.status.line()[0]


async def test_a_file_that_is_there_is_replaced_only_when_asked(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await at_market(scene, pilot)
        await exported(scene, pilot, "gpus")
        (path,) = (scene.program.home / "exports").iterdir()
        path.write_text("mine")
        for key, left in (("escape", "mine"), ("n", "mine"), ("y", "vendor")):
            await pilot.press("e")
            await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)
            await pilot.press(key)
            await until(pilot, lambda: scene.app.screen is screen and scene.app.status.line()[0])
            await until(pilot, partial(_starts_with, path, left))
            scene.app.status.clear_messages()
        assert path.stat().st_mode & 0o777 == 0o600


async def test_pages_and_providers_too(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await at_market(scene, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, GpuPage) and scene.app.screen.page)
        assert len(await exported(scene, pilot, "a100-days")) == 62
        await pilot.press("escape", "v")
        await until(pilot, lambda: screen.of_providers and screen.table.rows)
        head, *lines = await exported(scene, pilot, "providers")
        assert [line[head.index("owner")] for line in lines] == list(OWNERS)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, ProviderScreen) and scene.app.screen.page)
        assert [OWNERS[0], "organization", NAMES[0], ""] in await exported(scene, pilot, "provider-practice")
        await pilot.press("escape", "dollar_sign")
        await until(pilot, lambda: isinstance(scene.app.screen, SavingsPage) and scene.app.screen.found)
        head, line = await exported(scene, pilot, "leases-today")
        assert dict(zip(head, line, strict=True))["saves_usd_month"].startswith("80.35")


async def test_a_folder_that_cannot_be_written_is_shown(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_market(scene, pilot)
        (scene.program.home / "exports").write_text("not a folder")
        await pilot.press("e")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        assert "could not be written" in scene.app.problems.entries[-1].title


def test_a_large_table_is_written_page_by_page(tmp_path: Path) -> None:
    path, sizes = tmp_path / "large.csv", list[int]()

    class Large:
        name = "large"

        def pages(self) -> Iterator[CsvTable]:
            for number in range(3):
                temporary = next(tmp_path.glob(".large.csv.*"))
                sizes.append(temporary.stat().st_size)
                yield CsvTable("large", ("a",), ((f"{number}" * 100_000,), ("x",)))

    path.write_text("old")
    assert csv_export._write(path, Large(), replace=True) == 6
    assert sizes[0] == 0 < sizes[1] < sizes[2], "none waits for the others"
    with path.open() as file:
        assert [line[0][0] for line in csv.reader(file)] == ["a", "0", "x", "1", "x", "2", "x"]


def test_no_cell_of_a_stranger_becomes_a_formula_or_another_cell() -> None:
    index = market_fakes.FakeIndex()
    sheet = index._sheet(0, datetime(2026, 11, 24, tzinfo=UTC))
    bad = replace(sheet, profile=replace(sheet.profile, name='=HYPERLINK("http://x")', organization="a\tb,c\nd"))
    table = provider_table([bad])
    (head, line) = csv.reader(io.StringIO(table.csv()))
    found = dict(zip(head, line, strict=True))
    assert found["name"] == '\'=HYPERLINK("http://x")'
    assert found["organization"] == "a b,c d"
    assert len(table.tabs().splitlines()[1].split("\t")) == len(head)
    assert CsvTable("x", ("a",), ((-3,),)).csv() == "a\n-3\n"
