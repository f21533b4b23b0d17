"""What a practice provider offers for an order: whether it can serve it, at which price, described how."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from decimal import ROUND_UP, Decimal
from typing import Any

from akash_tui.practice.hardware import GIB, Gpu, Placement, need_of
from akash_tui.practice.seeds import Offer, Prices

Json = dict[str, Any]
Attributes = Iterable[tuple[str, str]]

ATTO = 10**18


def meets(spec: Json, attributes: Attributes, audited: dict[str, Attributes]) -> bool:
    """True if the placement requirements of a group spec hold for a provider.

    `signed_by.all_of`: every one of these auditors signed all required attributes; `any_of`: at least one did; with
    neither, the provider's own attributes count (shared reference, 8.1).
    """
    requirements = spec["requirements"]
    wanted = {(a["key"], a["value"]) for a in requirements["attributes"] or []}
    signers = requirements["signed_by"] or {}
    all_of, any_of = signers.get("all_of") or [], signers.get("any_of") or []

    def signed(auditor: str) -> bool:
        return auditor in audited and _covers(set(audited[auditor]), wanted)

    if all_of and not all(signed(auditor) for auditor in all_of):
        return False
    if any_of and not any(signed(auditor) for auditor in any_of):
        return False
    return bool(all_of or any_of) or _covers(set(attributes), wanted)


def _covers(have: Collection[tuple[str, str]], wanted: Collection[tuple[str, str]]) -> bool:
    return all(any(_glob(key, known) and value == has for known, has in have) for key, value in wanted)


def _glob(pattern: str, key: str) -> bool:
    """Shell-like match in which `*` does not cross a slash."""
    wanted, parts = pattern.split("/"), key.split("/")
    return len(wanted) == len(parts) and all(w in ("*", p) for w, p in zip(wanted, parts, strict=True))


def hourly(spec: Json, placements: list[Placement], prices: Prices) -> Decimal:
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
