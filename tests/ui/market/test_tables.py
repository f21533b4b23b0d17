"""The list of providers: filtered in the language of bids, sorted by key, apart from the list of GPUs."""

from __future__ import annotations

from tests.ui.fakes import Stage_, until
from tests.ui.market.fakes import NAMES
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
        await pilot.press("o", "o", "o")
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
