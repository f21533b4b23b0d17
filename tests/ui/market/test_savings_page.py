"""Leases at today's prices: figures that are known, reasons for those that are not, from the market and the leases."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from akash_tui.domain.akash.gpu import GpuModel, GpuOffer, GpuSource
from akash_tui.domain.market.gpu_rows import GpuRow
from akash_tui.domain.market.supply import FigureSource
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.market.savings import requotes
from akash_tui.ui.market.savings_page import SavingsPage
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import FakeLeases, Stage_, until, view
from tests.ui.market.test_screen import at_market, drawn

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)


def row(model: str, vram: int, low: str | None, middle: str | None, free: int | None = 5) -> GpuRow:
    low_, middle_ = (None if p is None else Decimal(p) for p in (low, middle))
    return GpuRow(
        GpuModel("nvidia", model, vram, "sxm4"),
        minimum=low_,
        median=middle_,
        maximum=middle_,
        average=middle_,
        free=free,
        total=40,
        providers=3,
        providers_free=2,
        read_at=NOW,
    )


def leased(*offers: GpuOffer, price: str | None = "0.92") -> DeploymentView:
    made = view(FrozenClock())
    lease = replace(made.leases[0], gpus=offers, price_h=None if price is None else Decimal(price), provider=None)
    return replace(made, leases=(lease,))


def offer(model: str = "a100", vram: int | None = 80, count: int = 1, source: GpuSource = GpuSource.BID) -> GpuOffer:
    return GpuOffer(GpuModel("nvidia", model, vram), count, source)


def test_what_moving_saves_counts_every_gpu_and_the_month_of_the_console() -> None:
    (found,) = requotes(
        [leased(offer(count=2), price="2.00")], [row("a100", 80, "0.80", "0.90"), row("h100", 80, "1", "2")]
    )
    assert (found.model, found.count, found.gpu_h) == ("a100 80 GB", 2, Decimal(1))
    assert found.saves_month == Decimal("0.20") * 2 * Decimal("730.488")
    assert found.against_median == Decimal("0.10") * 2 * Decimal("730.488")
    assert (found.why, found.source, found.read_at) == ("", FigureSource.INDEXER, NOW)


def test_the_one_that_saves_most_comes_first_and_no_room_saves_nothing() -> None:
    cheap, dear = leased(offer(), price="0.50"), leased(offer(), price="1.50")
    found = requotes([cheap, dear], [row("a100", 80, "0.80", "0.90")])
    assert [each.gpu_h for each in found] == [Decimal("1.50"), Decimal("0.50")]
    assert found[1].saves_month is not None
    assert found[1].saves_month < 0
    (full,) = requotes([dear], [row("a100", 80, "0.80", "0.90", free=0)])
    assert full.saves_month is None
    assert full.best == Decimal("0.80")


@pytest.mark.parametrize(
    ("offers", "market", "why"),
    [
        ((offer("b300"),), [row("a100", 80, "1", "1")], "does not list"),
        ((offer(vram=None),), [row("a100", 80, "1", "1"), row("a100", 40, "1", "1")], "which variant"),
        ((offer(source=GpuSource.CANDIDATES), offer("h100", source=GpuSource.CANDIDATES)), [], "uncertain"),
        ((), [row("a100", 80, "1", "1")], "no GPU"),
        ((offer(),), [row("a100", 80, None, None)], "no price"),
        ((offer(),), [], "does not list"),
    ],
)
def test_what_is_not_known_says_why(offers: tuple[GpuOffer, ...], market: list[GpuRow], why: str) -> None:
    (found,) = requotes([leased(*offers)], market)
    assert why in found.why
    assert found.saves_month is None


def test_a_price_in_another_coin_is_not_compared() -> None:
    (found,) = requotes([leased(offer(), price=None)], [row("a100", 80, "1", "1")])
    assert (found.gpu_h, found.saves_month) == (None, None)
    assert "not in ACT" in found.why


def test_what_is_over_or_waits_is_left_out() -> None:
    assert requotes([view(FrozenClock(), leased=False)], [row("a100", 80, "1", "1")]) == []


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
async def test_from_the_market_and_from_the_leases(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=size) as pilot:
        await at_market(scene, pilot)
        await pilot.press("dollar_sign")
        await until(pilot, lambda: isinstance(scene.app.screen, SavingsPage) and scene.app.screen.found)
        said = scene.app.screen.query_one("#page-lines", LabelledLines)
        await until(pilot, lambda: "you pay the same" in said.text)
        assert "1 × a100 80 GB" in said.text
        assert "$0.81 per GPU-hour, the lowest bid seen (3 free): moving could save ≈ $80.35 a month" in said.text
        assert "indexer, 9 min old" in said.text
        assert "not an offer" in said.text
        await pilot.press("n")
        await until(pilot, lambda: "This page shows no GPU" in drawn(scene))
        await pilot.press("escape", "3")
        table = scene.app.screen.query_one("#lease-table")
        await until(pilot, lambda: table.rows)  # type: ignore[attr-defined]
        await pilot.press("dollar_sign")
        await until(pilot, lambda: isinstance(scene.app.screen, SavingsPage) and scene.app.screen.found)
        await pilot.press("escape", "enter")
        await until(pilot, lambda: scene.app.front_screen is not None and scene.app.front_screen.where == "lease")
        await pilot.press("dollar_sign")
        await until(pilot, lambda: isinstance(scene.app.screen, SavingsPage) and scene.app.screen.found)
        assert scene.app.screen.only is not None  # type: ignore[attr-defined]


async def test_nothing_leased_says_so(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await at_market(scene, pilot)
        await pilot.press("dollar_sign")
        await until(pilot, lambda: "You have no running lease" in drawn(scene))
