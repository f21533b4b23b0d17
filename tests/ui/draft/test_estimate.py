"""What a draft may cost, in sentences that a newcomer understands."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.domain.bids.budget import Budget
from akash_tui.domain.market.median_price import MedianPrice
from akash_tui.domain.market.supply import FigureSource
from akash_tui.services.market.sdl_outlook import SeenPrices
from akash_tui.ui.draft.estimate import DeployForm, estimate, price_words, read_form, size
from akash_tui.ui.session.draft import Draft
from tests.ui.fakes import BLOCK, SDL

USUAL = MedianPrice(
    Decimal("0.40"), Decimal("0.50"), Decimal("1.20"), FigureSource.INDEXER, datetime(2026, 1, 1, tzinfo=UTC)
)
MINIMUM = Coin(UACT, 500_000)


def draft() -> Draft:
    return Draft("vllm", "vllm.yaml", SDL, SdlFiles())


def lines(wish: DeployForm = DeployForm(), usual: MedianPrice | None = USUAL) -> dict[str, str]:  # noqa: B008 - frozen
    return {line.label: line.value for line in estimate(draft(), BLOCK, wish, MINIMUM, usual, "indexer, 2 min old")}


def test_a_newcomer_reads_what_it_costs_at_most_and_usually_and_how_long_the_deposit_lasts() -> None:
    found = lines()
    assert found["price"] == "at most $5.96/h by this SDL · bids usually $0.40–1.20"
    assert found[""] == "medians of recent bids: indexer, 2 min old"
    assert found["deposit"] == "0.50 ACT lasts about 1 h at $0.50/h; type 24h to pay for a day"


def test_without_figures_of_the_market_the_deposit_is_counted_at_the_top_price() -> None:
    found = lines(DeployForm(5_000_000), usual=None)
    assert found["price"] == "at most $5.96/h by this SDL · bids usually ?"
    assert found["deposit"] == "5.00 ACT lasts about 50 min at $5.96/h; type 24h to pay for a day"
    assert estimate(draft(), None, DeployForm(), MINIMUM)[0].value == "reading the chain…"


def test_a_budget_marks_bids_and_bounds_what_the_deposit_lasts() -> None:
    found = lines(DeployForm(5_000_000, None, Budget(Decimal("0.25"), hours=Decimal(24))))
    assert found["budget"] == "$0.25/h, $6.00 for 24 h; bids above it will be marked"
    assert found["deposit"] == "5.00 ACT lasts about 20 h at $0.25/h; type 24h to pay for a day"


def test_prices_seen_here_stand_beside_the_medians_or_instead_of_them() -> None:
    seen = SeenPrices(Decimal("0.36"), Decimal("0.41"), 14, 30)

    def shown(usual: MedianPrice | None) -> list[str]:
        return [
            line.value for line in estimate(draft(), BLOCK, DeployForm(), MINIMUM, usual, "indexer, 2 min old", seen)
        ]

    assert shown(USUAL)[1] == "medians of recent bids: indexer, 2 min old · 14 bids seen here in 30 days: $0.36–0.41"
    assert shown(None)[:2] == [
        "at most $5.96/h by this SDL · bids usually $0.36–0.41",
        "14 bids seen here in 30 days: $0.36–0.41",
    ]


def test_hours_instead_of_a_deposit() -> None:
    assert read_form("24h", "") == DeployForm(None, Decimal(24))
    assert lines(DeployForm(hours=Decimal(24)))["deposit"] == (
        "the lease raises it to pay 24 h: at most 143.05 ACT, about 12.00 ACT at $0.50/h"
    )


def test_an_sdl_below_the_usual_prices_is_said_to_get_few_bids() -> None:
    cheap = Draft("vllm", "vllm.yaml", SDL.replace("10000", "100"), SdlFiles())
    found = [line.value for line in estimate(cheap, BLOCK, DeployForm(), MINIMUM, USUAL)]
    assert "Bids are usually above what this SDL pays: few will come, or none." in found
    broken = Draft("x", "x.yaml", "a: b", SdlFiles())
    assert price_words(broken, BLOCK, None) == "unknown until the SDL has no errors"


@pytest.mark.parametrize("text", ["x", "-1", "1e12", "xh"])
def test_a_wrong_deposit_is_shown_as_the_deposit(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Deposit: .*24h for hours"):
        read_form(text, "1.20/h")


def test_size_in_words() -> None:
    assert size(draft().groups) == "1 GPU · 8 CPU · 32 GiB memory · 100 GiB disk"
