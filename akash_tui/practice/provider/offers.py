"""What a practice provider offers for an order: whether it can serve it, at which price, described how."""

from __future__ import annotations

from decimal import ROUND_UP, Decimal
from typing import Any

from akash_tui.practice.provider.hardware import GIB, Gpu, Placement, need_of
from akash_tui.practice.provider.seeds import Offer, Prices

Json = dict[str, Any]

ATTO = 10**18


def hourly(placements: list[Placement], prices: Prices) -> Decimal:
    """ACT per hour for the whole group, with the models that the placements give."""
    total = Decimal(0)
    for placement in placements:
        need = placement.need
        total += prices.cpu * need.cpu / 1000
        total += prices.memory * need.memory / GIB
        total += prices.storage * need.storage / GIB
        if placement.gpu is not None:
            total += prices.gpu[placement.gpu] * need.gpus
    return total


def per_block(hourly_price: Decimal, block_time: float) -> int:
    """An hourly price in ACT as uact per block, in 10**-18 (at least one; six places, as real bids have few)."""
    micro = hourly_price * Decimal(str(block_time)) / 3600 * 1_000_000
    rounded = micro.quantize(Decimal("0.000001"), rounding=ROUND_UP)
    return max(int(rounded * ATTO), 1)


def maximum(spec: Json) -> int:
    """The most a bid for this group spec may ask: the sum of price times count, in 10**-18 uact."""
    total = Decimal(0)
    for unit in spec["resources"]:
        total += Decimal(unit["price"]["amount"]) * unit["count"]
    return int(total * ATTO)


def describe(spec: Json, placements: list[Placement], style: Offer) -> list[Json]:
    """The `resources_offer` of a bid in REST's shape, in the group's order."""
    if style is Offer.EMPTY:
        return []
    rows, remaining = [], list(placements)
    for unit in spec["resources"]:
        mine, remaining = remaining[: unit["count"]], remaining[unit["count"] :]
        resource = dict(unit["resource"])
        if need_of(resource).gpus and mine[0].gpu is not None:
            resource["gpu"] = resource["gpu"] | {"attributes": _gpu_attributes(resource["gpu"], mine[0].gpu, style)}
        rows.append({"resources": resource, "count": unit["count"], "prices": None})
    return rows


def _gpu_attributes(requested: Json, gpu: Gpu, style: Offer) -> list[Json]:
    if style is Offer.ECHO:
        return list(requested["attributes"])
    if style is Offer.WILDCARD:
        return [{"key": f"vendor/{gpu.vendor}/model/*", "value": "true"}]
    wanted = next(a["key"] for a in requested["attributes"] if gpu.fits(a["key"]))
    return [{"key": gpu.named_like(wanted), "value": "true"}]
