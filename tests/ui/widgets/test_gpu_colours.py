"""One colour for a GPU model on every screen; a price's place among those of its model."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

import pytest

from akash_tui.domain.akash.gpu import GpuModel, GpuOffer, GpuSource
from akash_tui.domain.bids.gpu_disclosure import Disclosure
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.gpu_colours import PriceRanks, gpu_tone
from akash_tui.ui.widgets.live_table import LiveTable
from akash_tui.ui.widgets.styles import GPU_TONES
from tests.ui.fakes import FakeLeases, Stage_, until, view


def test_models_that_are_often_compared_have_colours_of_their_own() -> None:
    often = ("h100", "a100", "rtx4090", "h200", "rtx3090", "l40s", "rtx5090", "rtxa6000")
    assert {gpu_tone(model) for model in often} == set(GPU_TONES)
    assert gpu_tone("A100") == gpu_tone("a100")
    assert gpu_tone("b9000") == gpu_tone("b9000") != ""


def test_variants_of_a_model_share_its_colour_and_a_guess_has_none() -> None:
    small, large = (GpuOffer(GpuModel("nvidia", "a100", vram), 1, GpuSource.BID) for vram in (40, 80))
    assert formatting.gpus(Disclosure((small, large)))[1] == gpu_tone("a100")
    other = GpuOffer(GpuModel("nvidia", "h100"), 1, GpuSource.BID)
    assert formatting.gpus(Disclosure((small, other)))[1] == ""
    assert formatting.gpus(Disclosure(()))[1] == "muted"


@pytest.mark.parametrize(
    ("price", "shade"), [("1.00", "price-low"), ("1.10", "price-mid"), ("1.20", ""), ("1.30", ""), (None, "")]
)
def test_the_cheapest_quarter_of_a_model_is_shaded_most(price: str | None, shade: str) -> None:
    ranks = PriceRanks(("a100", Decimal(each)) for each in ("1.30", "1.00", "1.20", "1.10"))
    assert ranks.shade("a100", Decimal(price) if price else None) == shade


def test_prices_that_cannot_be_compared_are_not_shaded() -> None:
    ranks = PriceRanks([("h100", Decimal(2)), ("a100", Decimal(1)), ("a100", Decimal(1))])
    assert ranks.shade("h100", Decimal(2)) == ranks.shade("a100", Decimal(1)) == ranks.shade("t4", Decimal(1)) == ""


def colours_of(scene: Stage_, selector: str, word: str) -> set[str]:
    """The colours in which a table writes a word."""
    table = scene.app.screen.query_one(selector, LiveTable)
    lines = (table.render_line(y) for y in range(table.size.height))
    found = (s.style for line in lines for s in line if word in s.text and s.style)
    return {style.color.get_truecolor().hex.upper() for style in found if style.color}


def _has_rows(scene: Stage_, selector: str) -> bool:
    return any(table.rows for table in scene.app.screen.query(selector).results(LiveTable))


async def test_a_model_has_the_same_colour_on_bids_leases_and_market(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(120, 30)) as pilot:
        await scene.with_bids(pilot)
        seen = [colours_of(scene, "#bid-table", "a100 ×1")]
        for key, selector, word in (("3", "#lease-table", "a100 ×1"), ("4", "#gpu-table", "a100")):
            await pilot.press(key)
            await until(pilot, partial(_has_rows, scene, selector))
            await pilot.pause()
            seen.append(colours_of(scene, selector, word))
        assert seen == [{scene.app.theme_variables[gpu_tone("a100")].upper()}] * 3
