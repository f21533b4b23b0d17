"""The highest price: typed in dollars an hour, written per block."""

from __future__ import annotations

from decimal import Decimal

import pytest
from textual.widgets import Input

from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.draft.price_helper import PriceDialog, hourly_price, per_block
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import BLOCK, Stage_, until


def test_prices_as_people_write_them() -> None:
    assert hourly_price("0.50") == hourly_price("0.5/h") == hourly_price("$12 24h") == Decimal("0.5")
    assert per_block(Decimal("0.50"), BLOCK) == "838 uact per block of 6.04 s (measured)"
    assert per_block(Decimal("0.0000005"), BLOCK) == "0.000839 uact per block of 6.04 s (measured)"
    for wrong in ("", "cheap", "0", "24h"):
        with pytest.raises(ValueError, match=r"."):
            hourly_price(wrong)


async def test_both_are_shown_while_it_is_typed_and_the_text_has_the_amount(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        screen = scene.app.screen
        assert isinstance(screen, DeployScreen)
        await until(pilot, lambda: screen.why_not("deploy.price") is None)
        await pilot.press("dollar_sign")
        await until(pilot, lambda: isinstance(scene.app.screen, PriceDialog))
        counted = scene.app.screen.query_one("#counted", LabelledLines)
        assert "at most $5.96/h" in scene.app.screen.query_one("#message", LabelledLines).text
        scene.app.screen.query_one(Input).value = "x"
        await until(pilot, lambda: "✗" in counted.text)
        scene.app.screen.query_one(Input).value = "0.50"
        await until(pilot, lambda: "838 uact per block of 6.04 s (measured)" in counted.text)
        await pilot.press("enter")
        await until(pilot, lambda: screen.draft is not None and "amount: 838}" in screen.draft.text)
        await until(pilot, lambda: "written as 838 uact per block" in scene.app.status.line()[0])
