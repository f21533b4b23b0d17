"""What providers have, counted for completion; who is offline or only names itself does not count."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import ProviderProfile
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import FigureSource, ProviderSheet, SignedAttribute, SupplyResources
from akash_tui.domain.sdl.complete.market_choices import NO_CHOICES, market_choices

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def price(model: str, free: int | None, median: str, vram: int) -> MarketPrice:
    return MarketPrice(GpuModel("nvidia", model, vram), None, Decimal(median), None, free, None, NOW)


def sheet(number: int, *gpus: GpuModel, online: bool | None = True, **attributes: str) -> ProviderSheet:
    own = {"host": "akash", "capabilities/storage/1/class": "beta3", **attributes}
    none = (None,) * 9
    profile = ProviderProfile(f"akash1p{number}", None, "", online, None, None, None, None, *none[:5], gpus, (), NOW)
    signed = tuple(SignedAttribute(key, value, ("akash1auditor",)) for key, value in own.items())
    return ProviderSheet(profile, SupplyResources(), signed, (), FigureSource.INDEXER, NOW)


def test_it_counts_providers() -> None:
    found = market_choices([], [sheet(1, region="eu"), sheet(2, region="eu"), sheet(3, region="us", online=False)])
    assert found.attributes == {"region": {"eu": 2}}
    assert found.storage_classes == {"beta3": 2}
    assert found.auditors == {"akash1auditor": 2}
    assert found.known
    assert not NO_CHOICES.known


def test_a_model_without_a_price_is_known_by_its_provider() -> None:
    a100, t4 = GpuModel("nvidia", "a100", 80), GpuModel("nvidia", "t4", 16)
    found = market_choices([price("a100", 6, "0.98", 80)], [sheet(1, a100, t4)])
    assert [(each.model.model, each.free) for each in found.gpus] == [("a100", 6), ("t4", None)]
