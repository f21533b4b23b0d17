"""The list of providers: filtered in the language of bids, sorted by key, apart from the list of GPUs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.ui.dialogs.columns_dialog import ColumnsDialog
from akash_tui.ui.market.preview import NO_CHANGE, gpu_preview
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.preview_pane import PreviewPane
from tests.ui.fakes import Stage_, until
from tests.ui.market.fakes import NAMES, OWNERS
from tests.ui.market.test_screen import at_market, drawn


async def test_filter_and_sort(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await at_market(scene, pilot)
        await pilot.press("v")
        await until(pilot, lambda: screen.of_providers and len(screen.table.rows) == 3)

        def names() -> list[str]:
            return [row.profile.name for row in screen.table.rows]

        assert names() == list(NAMES)  # the most free GPUs first, the silent one last
        await pilot.press("o")
        await until(pilot, lambda: "total▼" in drawn(scene))
        await pilot.press("o", "o", "o", "o")
        await until(pilot, lambda: "uptime 7d▼" in drawn(scene))
        await pilot.press("slash", *"gpu:h100 free>1 uptime>90 !audited")
        await until(pilot, lambda: names() == [NAMES[1]])
        await pilot.press("enter")
        await until(pilot, lambda: "1 of 3: gpu:h100" in drawn(scene))
        assert screen.filter.text == ""
        await pilot.press("v")
        await until(pilot, lambda: not screen.of_providers and len(screen.table.rows) == 4)
        await pilot.press("v", "slash", *" version:9")
        await until(pilot, lambda: "The filter hides all 3 providers." in drawn(scene))
        await pilot.press("escape")
        await until(pilot, lambda: len(screen.table.rows) == 3)


async def test_a_field_of_gpus_is_not_one_of_providers(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await at_market(scene, pilot)
        await pilot.press("v")
        await until(pilot, lambda: screen.of_providers and screen.table.rows)
        await pilot.press("slash", *"median<1")
        await until(pilot, lambda: "there is no field 'median'" in drawn(scene))


async def test_a_click_on_a_head_sorts_and_the_columns_are_kept(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await at_market(scene, pilot)
        title = screen.table.render_line(0).text
        await pilot.click("#gpu-table", offset=(title.index("median"), 0))
        await until(pilot, lambda: [row.gpu.model for row in screen.table.rows][:2] == ["rtx4090", "a100"])
        await pilot.press("C")
        await until(pilot, lambda: isinstance(scene.app.screen, ColumnsDialog))
        await pilot.press("down", "space", "enter")
        await until(pilot, lambda: "VRAM" not in screen.table.render_line(0).text)
        saved = scene.program.settings.lists["gpus"]
        assert saved.sort == "median"
        assert "vram" not in saved.columns
        await pilot.press("v")
        await until(pilot, lambda: screen.of_providers and screen.table.rows)
        assert "uptime 7d" in screen.table.render_line(0).text
        assert set(scene.program.settings.lists) == {"gpus"}


@pytest.mark.parametrize(
    ("size", "preview", "chart"), [((160, 48), True, 14), ((100, 30), False, 9), ((80, 24), False, 8)]
)
async def test_the_list_has_most_of_the_room(scene: Stage_, size: tuple[int, int], preview: bool, chart: int) -> None:
    async with scene.app.run_test(size=size) as pilot:
        screen = await at_market(scene, pilot)
        pane, panel = screen.query_one(PreviewPane), screen.query_one("#chart-panel")
        await until(pilot, lambda: pane.display is preview and panel.outer_size.height == chart)
        assert screen.table.size.height > panel.content_size.height
        if preview:
            said = pane.query_one(LabelledLines)
            await until(pilot, lambda: "3 of 40" in said.text and "9 of 14 providers" in said.text)
            await pilot.press("v")
            await until(pilot, lambda: OWNERS[0] in said.text)


async def test_in_a_low_window_the_chart_goes(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 18)) as pilot:
        screen = await at_market(scene, pilot)
        await until(pilot, lambda: not screen.query_one("#chart-panel").display and screen.table.size.height > 8)


@pytest.mark.parametrize(("change", "words"), [(None, NO_CHANGE), (3, "+3 in 7 days")])
async def test_a_change_that_is_unknown_says_why(scene: Stage_, change: int | None, words: str) -> None:
    async with scene.app.run_test(size=(160, 48)) as pilot:
        screen = await at_market(scene, pilot)
        row = replace(screen.rows[0], leased_7d=change)
        assert words in [line.value for line in gpu_preview(row, ()) if isinstance(line, LabelledLine)]
