"""What the bid book notes of one bid, what it knows of providers and prices, and the row that comes of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from akash_tui.domain.akash.entities import Bid, BidState, OrderId, OrderState
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, MICRO, UACT, UAKT, BlockTime, lasts_hours, per_month, plain
from akash_tui.domain.akash.provider import Audit, Provider, ProviderName, ProviderProfile, provider_name
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.bids.bid_row import BidRow, PriceChange, RowState
from akash_tui.domain.bids.gpu_disclosure import Disclosure, disclose
from akash_tui.domain.market.observations import MarketPrice, Reach

T = TypeVar("T")

BID_LIFE_SECONDS = 300
"""Providers withdraw a bid that nobody accepted after so long (provider recordings, fact 4)."""
_PROVIDER_PATIENCE_SECONDS = BID_LIFE_SECONDS - 20
"""A bid that was withdrawn later than this was withdrawn for its age; measured in blocks, so a bit less."""
LARGEST = Decimal(10) ** 18
"""Micro-units per block; more than all coins there are. Also keeps every figure within a Decimal's places."""
HARDLY = Decimal("0.005")
"""ACT per GPU-hour below which nobody rents a GPU out; a hundredth of the cheapest card's usual price is more."""
FAR_BELOW = Decimal("-0.9")
"""Below a tenth of the market's median nobody offers the same thing."""


@dataclass(slots=True, eq=False)
class BookEntry:
    """What the book notes of one bid; `row` and `disclosure` are None until somebody reads them again."""

    bid: Bid
    number: int
    order: OrderId
    changed_at: datetime
    change: PriceChange = PriceChange.NEW
    listed: bool = True
    state: RowState = RowState.OPEN
    reason: str = ""
    gone_at: datetime | None = None
    disclosure: Disclosure | None = None
    row: BidRow | None = None
    stamp: int = 0
    snapshot: int = 0

    def update_state(self, order: OrderState | None, height: int, block_time: BlockTime, now: datetime) -> None:
        """Whether the bid can be taken: its order decides, for a losing bid may stay open for good."""
        self.state, self.reason = self._verdict(order, height, block_time)
        if self.state in (RowState.GONE, RowState.LOST):
            self.gone_at = self.gone_at or now
        else:
            self.gone_at = None

    def _verdict(self, order: OrderState | None, height: int, block_time: BlockTime) -> tuple[RowState, str]:
        bid = self.bid
        if not self.listed:
            return RowState.GONE, "no longer on the chain's list"
        if bid.state is BidState.OPEN and order in (None, OrderState.OPEN):
            return RowState.OPEN, ""
        if bid.state is BidState.ACTIVE:
            return RowState.TAKEN, "leased"
        if bid.state is BidState.LOST or (bid.state is BidState.OPEN and order is OrderState.ACTIVE):
            return RowState.LOST, "another bid got the order"
        if bid.state is BidState.CLOSED:
            age = (height - bid.created_at) * block_time.seconds
            if age >= _PROVIDER_PATIENCE_SECONDS:
                return RowState.GONE, "expired: providers withdraw a bid after about 5 minutes"
            return RowState.GONE, "withdrawn"
        if bid.state is BidState.OPEN:
            return RowState.GONE, "its order was closed"
        return RowState.GONE, "in a state this program does not know"


class RowBuilder:
    """Providers, the market, what was ordered and what is in escrow."""

    def __init__(self, groups: Mapping[int, GroupSpec]) -> None:
        self.groups: dict[int, GroupSpec] = dict(groups)
        self.providers: dict[str, Provider] = {}
        self.profiles: dict[str, ProviderProfile] = {}
        self.audits: dict[str, tuple[Audit, ...]] = {}
        self.reach: dict[str, Reach] = {}
        self.names: dict[str, ProviderName] = {}
        self.prices: dict[tuple[str, str], list[MarketPrice]] = {}
        self.block_time = ASSUMED_BLOCK_TIME
        self.hour = ASSUMED_BLOCK_TIME.blocks_per_hour / MICRO
        """What turns micro-units per block into whole units per hour."""
        self.funds: Decimal | None = None

    def learn(
        self,
        providers: Iterable[Provider],
        profiles: Mapping[str, ProviderProfile],
        audits: Mapping[str, Sequence[Audit]],
        reach: Mapping[str, Reach],
    ) -> set[str]:
        """Take what is new; the providers of which anything differs."""
        changed = (
            _take_new(self.providers, {provider.owner: provider for provider in providers})
            | _take_new(self.profiles, profiles)
            | _take_new(self.audits, {owner: tuple(signed) for owner, signed in audits.items()})
            | _take_new(self.reach, reach)
        )
        for owner in changed:
            self.names.pop(owner, None)
        return changed

    def set_prices(self, prices: Iterable[MarketPrice]) -> bool:
        """The market's prices; True if they are others."""
        grouped: dict[tuple[str, str], list[MarketPrice]] = {}
        for price in prices:
            grouped.setdefault((price.gpu.vendor, price.gpu.model), []).append(price)
        other = grouped != self.prices
        self.prices = grouped
        return other

    def set_money(self, block_time: BlockTime, funds: Decimal | None) -> bool:
        """Seconds per block, and the micro-ACT in escrow; True if they are others."""
        other = (block_time, funds) != (self.block_time, self.funds)
        self.block_time, self.funds = block_time, funds
        self.hour = block_time.blocks_per_hour / MICRO
        return other

    def forget(self, owner: str) -> None:
        """Nothing of this provider is shown any more."""
        for known in (self.providers, self.profiles, self.audits, self.reach, self.names):
            known.pop(owner, None)

    def _most(self, bid: Bid) -> Decimal | None:
        """What the order of a bid pays at most per block, if it is known and in the bid's coin."""
        spec = self.groups.get(bid.id.gseq)
        if spec is None or not spec.units or any(u.price.denom != bid.price.denom for u in spec.units):
            return None
        return sum((u.price.amount * u.count for u in spec.units), Decimal(0))

    def _name(self, owner: str) -> ProviderName:
        name = self.names.get(owner)
        if name is None:
            name = provider_name(owner, self.providers.get(owner), self.profiles.get(owner))
            self.names[owner] = name
        return name

    def row(self, entry: BookEntry) -> BidRow:
        """A new row; what the bid discloses is cached in `entry` until its bid or provider changes."""
        bid = entry.bid
        owner = bid.id.provider
        provider = self.providers.get(owner)
        profile = self.profiles.get(owner)
        audits = self.audits.get(owner)
        disclosure = entry.disclosure
        if disclosure is None:
            disclosure = disclose(bid.offers, self.groups.get(bid.id.gseq), provider, profile)
            entry.disclosure = disclosure
        amount = bid.price.amount
        hourly = amount * self.hour if payable(amount) else None
        price_h = hourly if bid.price.denom == UACT else None
        gpu_h = price_h / disclosure.count if price_h is not None and disclosure.count else None
        vram = disclosure.vram_total_gib if price_h is not None else None
        market = market_price(disclosure, self.prices) if self.prices and gpu_h is not None else None
        median = market.median if market is not None else None
        vs_market = None if median is None or gpu_h is None else gpu_h / median - 1
        funds = self.funds if price_h is not None else None
        return BidRow(
            id=bid.id,
            key=str(bid.id),
            number=entry.number,
            bid=bid,
            gseq=bid.id.gseq,
            provider=provider,
            profile=profile,
            provider_name=self._name(owner),
            reach=self.reach.get(owner),
            disclosure=disclosure,
            price_h=price_h,
            akt_h=hourly if bid.price.denom == UAKT else None,
            gpu_h=gpu_h,
            gb_h=price_h / vram if price_h is not None and vram else None,
            month=None if price_h is None else per_month(price_h),
            lasts=None if funds is None else lasts_hours(funds, bid.price.amount, self.block_time),
            vs_market=vs_market,
            market=market,
            oddity=oddity(amount, gpu_h, vs_market, self._most(bid), bid.price.denom),
            region=(provider.region if provider is not None else None) or (profile.region if profile else None),
            audited=bool(audits) if audits is not None else (profile.audited if profile is not None else None),
            auditors=tuple(dict.fromkeys(a.auditor for a in audits))
            if audits is not None
            else profile.auditors
            if profile is not None
            else (),
            state=entry.state,
            created_at=bid.created_at,
            change=entry.change,
            changed_at=entry.changed_at,
            gone_reason=entry.reason if entry.state is not RowState.OPEN else "",
            gone_at=entry.gone_at,
        )


def _take_new(known: dict[str, T], found: Mapping[str, T]) -> set[str]:
    """Take what differs; the keys of it."""
    changed = {owner for owner, value in found.items() if known.get(owner) != value}
    known.update((owner, found[owner]) for owner in changed)
    return changed


def market_price(disclosure: Disclosure, prices: Mapping[tuple[str, str], Sequence[MarketPrice]]) -> MarketPrice | None:
    """The market's price for the one model that a bid gives; None if model or VRAM leave a choice of medians."""
    models = {offer.fullest for offer in disclosure.gpus}
    if len(models) != 1 or not disclosure.known:
        return None
    model = next(iter(models))
    fitting = [
        p
        for p in prices.get((model.vendor, model.model), ())
        if model.vram_gib in (None, p.gpu.vram_gib) and p.median is not None and p.median > 0
    ]
    exact = [p for p in fitting if model.interface in (None, p.gpu.interface)] or fitting
    return exact[0] if len({p.median for p in exact}) == 1 else None


def payable(amount: Decimal) -> bool:
    """True if an amount per block is a price at all."""
    return amount.is_finite() and 0 < amount <= LARGEST


def oddity(amount: Decimal, gpu_h: Decimal | None, vs_market: Decimal | None, most: Decimal | None, denom: str) -> str:
    """Why a price cannot be meant, in words; "" if it can. `most` is what the order pays at most per block."""
    if not amount.is_finite() or amount <= 0:
        return "a price must be above zero: the chain would refuse it"
    if amount > LARGEST:
        return "more than all the coins there are"
    if most is not None and amount > most:
        return f"above the most that the order pays ({plain(most)} {denom} a block): the chain would refuse it"
    if vs_market is not None and vs_market < FAR_BELOW:
        return "less than a tenth of the market's median: check this bid carefully"
    if gpu_h is not None and gpu_h < HARDLY:
        return "very low for a GPU: check this bid carefully"
    return ""
