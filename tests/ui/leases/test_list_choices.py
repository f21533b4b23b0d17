"""The lease list as a person arranges it: sorted by a click on a head, columns by key, kept; and its preview."""

from __future__ import annotations

import pytest
from textual.pilot import Pilot

from akash_tui.services.storage.settings import ListSettings
from akash_tui.ui.dialogs.columns_dialog import ColumnsDialog
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.preview_pane import PreviewPane
from tests.ui.fakes import FakeLeases, Stage_, until, view


@pytest.fixture
def two(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> Stage_:
    clock = scene.program.clock
    views = (view(clock, name="web"), view(clock, leased=False, number=1, name="api"))
    monkeypatch.setattr(FakeLeases, "views", views)
    return scene


async def at_leases(scene: Stage_, pilot: Pilot[int]) -> LeasesScreen:
    await scene.ready(pilot)
    await pilot.press("3")
    screen = scene.app.screen
    assert isinstance(screen, LeasesScreen)
    await until(pilot, lambda: len(screen.table.rows) == 2)
    return screen


async def test_a_click_on_a_head_and_keys_sort_and_that_is_kept(two: Stage_) -> None:
    async with two.app.run_test(size=(120, 30)) as pilot:
        screen = await at_leases(two, pilot)

        def names() -> list[str]:
            return [row.summary.name for row in screen.table.rows]

        assert names() == ["web", "api"], "what needs attention first"
        title = screen.table.render_line(0).text
        await pilot.click("#lease-table", offset=(title.index("name"), 0))
        await until(pilot, lambda: names() == ["api", "web"])
        assert "name▲" in screen.table.render_line(0).text
        await pilot.press("O")
        await until(pilot, lambda: names() == ["web", "api"])
        await pilot.press("o")
        await until(pilot, lambda: "GPU▲" in screen.table.render_line(0).text)
        assert two.program.settings.lists == {"leases": ListSettings(sort="gpu")}


async def test_columns_are_chosen_and_ordered_by_key_and_kept(two: Stage_) -> None:
    async with two.app.run_test(size=(120, 30)) as pilot:
        screen = await at_leases(two, pilot)
        await pilot.press("C")
        await until(pilot, lambda: isinstance(two.app.screen, ColumnsDialog))
        await pilot.press("space", "down", "J", "enter")  # without the state, the name after the GPU
        await until(pilot, lambda: two.app.screen is screen)
        await until(pilot, lambda: screen.table.render_line(0).text.split()[:2] == ["GPU", "name"])
        chosen = two.program.settings.lists["leases"].columns
        assert chosen[:2] == ("gpu", "name")
        assert "state" not in chosen
        await pilot.press("C")
        await until(pilot, lambda: isinstance(two.app.screen, ColumnsDialog))
        await pilot.press("r", "enter")
        await until(pilot, lambda: screen.table.render_line(0).text.split()[0] == "state▲")
        assert two.program.settings.lists == {}


async def test_a_list_keeps_a_column(two: Stage_) -> None:
    async with two.app.run_test(size=(120, 30)) as pilot:
        screen = await at_leases(two, pilot)
        await pilot.press("C")
        await until(pilot, lambda: isinstance(two.app.screen, ColumnsDialog))
        dialog = two.app.screen
        await pilot.press(*(["space", "down"] * len(screen.all_columns)), "enter")
        await until(pilot, lambda: "at least one" in str(dialog.query_one(".box").border_subtitle))
        await pilot.press("escape")
        await until(pilot, lambda: two.app.screen is screen)
        assert two.program.settings.lists == {}


@pytest.mark.parametrize(
    ("size", "shown"), [((160, 48), True), ((100, 40), True), ((100, 30), True), ((80, 24), False)]
)
async def test_the_line_under_the_cursor_is_previewed_where_there_is_room(
    two: Stage_, size: tuple[int, int], shown: bool
) -> None:
    async with two.app.run_test(size=size) as pilot:
        screen = await at_leases(two, pilot)
        pane = screen.query_one(PreviewPane)
        await until(pilot, lambda: pane.display is shown)
        if not shown:
            return
        text = pane.query_one(LabelledLines)
        await until(pilot, lambda: "http://qwen.ingress.europlots.com" in text.text)
        assert "a100 ×1 at europlots.com" in text.text
        assert f"left {screen.table.rows[0].left[0]} ACT" in text.text, "as the list has it"
        await pilot.press("down")
        await until(pilot, lambda: str(pane.border_title) == "api" and "nothing now" in text.text)
        assert "http://" not in text.text
