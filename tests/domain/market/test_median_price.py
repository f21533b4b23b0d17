"""What providers usually ask for a deployment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import UACT, DecCoin
from akash_tui.domain.akash.resources import Attribute, GroupSpec, Resources, ResourceUnit
from akash_tui.domain.market.median_price import median_price
from akash_tui.domain.market.observations import MarketPrice

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def price(model: str, median: str | None, age: int = 0) -> MarketPrice:
    value = None if median is None else Decimal(median)
    read_at = NOW - timedelta(minutes=age)
    return MarketPrice(GpuModel("nvidia", model, 24), None, value, None, None, None, read_at)


def group(*models: str, gpus: int = 1, count: int = 1) -> GroupSpec:
    attributes = tuple(Attribute(GpuModel("nvidia", model).key(), "true") for model in models)
    resources = Resources(1, 1000, 2**30, (), gpus, attributes)
    return GroupSpec("g", units=(ResourceUnit(resources, count, DecCoin(UACT, Decimal(1))),))


PRICES = [price("rtx4090", "0.42"), price("a5000", "0.36", 9), price("h100", "1.74"), price("t4", "0.10")]


def test_it_is_the_range_of_the_medians_of_what_is_accepted() -> None:
    usual = median_price([group("h100", "rtx4090", "a5000", "b200")], PRICES)
    assert usual is not None
    assert (usual.low, usual.middle, usual.high) == (Decimal("0.36"), Decimal("0.42"), Decimal("1.74"))
    assert usual.words == "$0.36–1.74"
    assert usual.read_at == NOW - timedelta(minutes=9), "as old as the oldest figure in it"


def test_all_gpus_of_all_groups_count() -> None:
    usual = median_price([group(gpus=0), group("rtx4090", gpus=2, count=2), group("h100")], PRICES)
    assert usual is not None
    assert usual.words == "about $3.42"


def test_what_is_not_known_is_not_guessed() -> None:
    assert median_price([group(gpus=0)], PRICES) is None
    assert median_price([group("b200")], PRICES) is None
    assert median_price([group("rtx4090"), group("b200")], PRICES) is None, "half a price is none"
    assert median_price([group("rtx4090")], [price("rtx4090", None)]) is None
    any_gpu = median_price([group("*")], PRICES)
    assert any_gpu is not None
    assert any_gpu.words == "$0.10–1.74"
