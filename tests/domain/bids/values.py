"""Bids, groups and providers for the tests of the book."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from akash_tui.domain.akash.entities import Bid, BidId, BidState, Order, OrderId, OrderState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import UACT, BlockTime, DecCoin
from akash_tui.domain.akash.provider import Provider, ProviderProfile
from akash_tui.domain.akash.resources import Attribute, GroupSpec, ResourceOffer, Resources, ResourceUnit

OWNER = "akash1owner"
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
SIX = BlockTime(Decimal(6), measured=True, blocks=100)


def later(seconds: int) -> datetime:
    return NOW + timedelta(seconds=seconds)


def resources(*models: GpuModel, units: int = 1, id: int = 1) -> Resources:
    return Resources(id, 1000, 2**30, (), units, tuple(Attribute(m.key(), "true") for m in models))


def group(*models: GpuModel, units: int = 1, count: int = 1) -> GroupSpec:
    return GroupSpec(
        "dcloud", units=(ResourceUnit(resources(*models, units=units), count, DecCoin(UACT, Decimal(10_000))),)
    )


def offer(*models: GpuModel, units: int = 1, count: int = 1) -> tuple[ResourceOffer, ...]:
    return (ResourceOffer(resources(*models, units=units), count),)


def nvidia(name: str, vram: int | None = None, interface: str | None = None) -> GpuModel:
    return GpuModel("nvidia", name, vram, interface)


def bid(
    provider: str = "p1",
    price: int | str = 1000,
    *,
    state: BidState = BidState.OPEN,
    offers: tuple[ResourceOffer, ...] | None = None,
    gseq: int = 1,
    oseq: int = 1,
    denom: str = UACT,
    created_at: int = 100,
    reclaim: int | None = None,
) -> Bid:
    id = BidId(OWNER, 7, gseq, oseq, provider)
    return Bid(
        id,
        state,
        DecCoin(denom, Decimal(price)),
        created_at,
        offer(nvidia("a100")) if offers is None else offers,
        None if reclaim is None else Decimal(reclaim),
    )


def order(state: OrderState = OrderState.OPEN, gseq: int = 1, oseq: int = 1) -> Order:
    return Order(OrderId(OWNER, 7, gseq, oseq), state, group(nvidia("a100")), 90)


def provider(owner: str, *gpus: GpuModel, **attributes: str) -> Provider:
    listed = [Attribute("capabilities/gpu/" + g.key(), "true") for g in gpus]
    listed += [Attribute(k.replace("_", "-"), v) for k, v in attributes.items()]
    return Provider(owner, f"https://{owner}.example:8443", tuple(listed))


def profile(owner: str, *gpus: GpuModel, uptime: float | None = 0.999, audited: bool | None = True) -> ProviderProfile:
    return ProviderProfile(
        owner, f"{owner}.example", f"https://{owner}.example:8443", True, audited, uptime, uptime, uptime,
        "eu-west", "NL", None, "0.6.4", 12, gpus, ("akash1auditor",) if audited else (), NOW,
    )  # fmt: skip
