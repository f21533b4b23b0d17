"""The bids of one deployment: what each gives, costs and how it changed. The only mutable model of the domain.

Owned by one task; readers look at `revision` and take whole views. No clock and no I/O: times and
heights are handed in. Taking a snapshot only notes what changed; rows are made when someone looks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.bid_entry import Entry
from akash_tui.domain.bid_row import BidRow as BidRow
from akash_tui.domain.bid_row import Change as Change
from akash_tui.domain.bid_row import Lane as Lane
from akash_tui.domain.bid_row import RowState as RowState
from akash_tui.domain.bid_row import market_price, oddity, payable
from akash_tui.domain.book_order import CHEAPEST as CHEAPEST
from akash_tui.domain.book_order import SORT_COLUMNS as SORT_COLUMNS
from akash_tui.domain.book_order import SortKey as SortKey
from akash_tui.domain.book_order import in_order
from akash_tui.domain.disclosure import Disclosure, disclose
from akash_tui.domain.gpu import GpuModel
from akash_tui.domain.market import Bid, BidId, Order, OrderId, OrderState
from akash_tui.domain.money import ASSUMED_BLOCK_TIME, MICRO, UACT, BlockTime, lasts_hours, per_month
from akash_tui.domain.observed import MarketPrice, Reach
from akash_tui.domain.provider import Audit, Provider, ProviderProfile
from akash_tui.domain.resources import GroupSpec


class BidBook:
    """Bids of all groups of one deployment, kept after they are gone."""

    def __init__(self, groups: Mapping[int, GroupSpec] | None = None) -> None:
        self.revision = 0
        """Moves with every change that a reader can see."""
        self.height = 0
        self.updated_at: datetime | None = None
        """When the last snapshot was taken; None before the first."""
        self._groups: dict[int, GroupSpec] = dict(groups or {})
        self._orders: dict[OrderId, OrderState] = {}
        self._entries: dict[BidId, Entry] = {}
        self._recent: dict[Entry, None] = {}  # least recently changed first
        self._of_provider: dict[str, list[Entry]] = {}
        self._providers: dict[str, Provider] = {}
        self._profiles: dict[str, ProviderProfile] = {}
        self._audits: dict[str, tuple[Audit, ...]] = {}
        self._reach: dict[str, Reach] = {}
        self._prices: dict[tuple[str, str], list[MarketPrice]] = {}
        self._block_time = ASSUMED_BLOCK_TIME
        self._hour = ASSUMED_BLOCK_TIME.blocks_per_hour / MICRO
        self._funds: Decimal | None = None
        self._snapshots = 0
        self._views: dict[object, Sequence[BidRow]] = {}
        self._views_at = -1
        self._lanes: dict[int | None, tuple[Lane, ...]] = {}
        self._lane_of: dict[int, tuple[Disclosure, tuple[GpuModel, ...]]] = {}
        """Which lanes a disclosure belongs to, by its identity: it outlives many changes of its bid's price."""

    def __len__(self) -> int:
        return len(self._entries)

    # --- what comes in ---

    def apply(self, bids: Iterable[Bid], *, height: int, now: datetime, orders: Iterable[Order] | None = None) -> bool:
        """Take a whole snapshot (bids that are missing in it are gone); True if anything visible changed."""
        before = self.revision
        self.height = max(self.height, height)
        self.updated_at = now
        self._snapshots += 1
        snapshot = self._snapshots
        entries = self._entries
        for bid in bids:
            entry = entries.get(bid.id)
            if entry is None:
                self._add(bid, now).snapshot = snapshot
                continue
            entry.snapshot = snapshot
            old = entry.bid
            if old is bid:
                if not entry.listed:
                    self._relist(entry, now)
            elif not entry.listed or old.state is not bid.state or old.price != bid.price or old.offers != bid.offers:
                self._update(entry, bid, now)
        for entry in entries.values():
            if entry.snapshot != snapshot and entry.listed:
                entry.listed = False
                self._judge(entry, now)
                self._mark(entry)
        if orders is not None:
            self.take_orders(orders, now)
        return self.revision != before

    def take_orders(self, orders: Iterable[Order], now: datetime) -> None:
        """States of orders: they decide whether a bid can be taken."""
        moved: set[OrderId] = set()
        for order in orders:
            if self._orders.get(order.id) is not order.state:
                self._orders[order.id] = order.state
                moved.add(order.id)
        if not moved:
            return
        self.revision += 1
        for entry in self._entries.values():
            if entry.order in moved:
                before = (entry.state, entry.reason)
                self._judge(entry, now)
                if before != (entry.state, entry.reason):
                    self._mark(entry)

    def learn(
        self,
        *,
        providers: Iterable[Provider] = (),
        profiles: Mapping[str, ProviderProfile] | None = None,
        audits: Mapping[str, Sequence[Audit]] | None = None,
        reach: Mapping[str, Reach] | None = None,
        prices: Iterable[MarketPrice] | None = None,
    ) -> bool:
        """Facts about providers that came in the background; True if a row changes by them."""
        touched: set[str] = set()
        for provider in providers:
            if self._providers.get(provider.owner) != provider:
                self._providers[provider.owner] = provider
                touched.add(provider.owner)
        for owner, profile in (profiles or {}).items():
            if self._profiles.get(owner) != profile:
                self._profiles[owner] = profile
                touched.add(owner)
        for owner, found in (audits or {}).items():
            if self._audits.get(owner) != tuple(found):
                self._audits[owner] = tuple(found)
                touched.add(owner)
        for owner, seen in (reach or {}).items():
            if self._reach.get(owner) != seen:
                self._reach[owner] = seen
                touched.add(owner)
        before = self.revision
        for owner in touched:
            for entry in self._of_provider.get(owner, ()):
                entry.disclosure = None
                self._mark(entry)
        if prices is not None:
            grouped: dict[tuple[str, str], list[MarketPrice]] = {}
            for price in prices:
                grouped.setdefault((price.vendor, price.model), []).append(price)
            if grouped != self._prices:
                self._prices = grouped
                self._redraw()
        return self.revision != before

    def set_groups(self, groups: Mapping[int, GroupSpec]) -> None:
        """What was ordered, by gseq; decides which GPU models are acceptable."""
        if self._groups != dict(groups):
            self._groups = dict(groups)
            self._lane_of.clear()
            for entry in self._entries.values():
                entry.disclosure = None
            self._redraw()

    def set_money(self, block_time: BlockTime, funds: Decimal | None) -> None:
        """Seconds per block for hourly figures, and the micro-ACT in escrow for `lasts`."""
        if (block_time, funds) != (self._block_time, self._funds):
            self._block_time, self._funds = block_time, funds
            self._hour = block_time.blocks_per_hour / MICRO
            self._redraw()

    # --- what readers see ---

    def rows(
        self, sort: Sequence[SortKey] = CHEAPEST, group: int | None = None, *, gone: bool = True
    ) -> Sequence[BidRow]:
        """Rows in order; `group` keeps one gseq, `gone=False` only what can be taken."""
        if self._views_at != self.revision:
            self._views.clear()
            self._lanes.clear()
            self._views_at = self.revision
        key = (tuple(sort), group, gone)
        view = self._views.get(key)
        if view is None and not gone:  # what can be taken is in the same order as the whole list: no second sort
            view = self._views[key] = tuple(row for row in self.rows(sort, group) if row.state is RowState.OPEN)
        if view is None:
            wanted = (
                e
                for e in self._entries.values()
                if (group is None or e.bid.id.gseq == group) and (gone or e.state is RowState.OPEN)
            )
            view = self._views[key] = tuple(in_order(map(self._row, wanted), sort))
        return view

    def row(self, id: BidId) -> BidRow | None:
        entry = self._entries.get(id)
        return None if entry is None else self._row(entry)

    def changed(self, since: int) -> Sequence[BidRow]:
        """Rows that changed after `revision` was `since`, oldest change first."""
        found: list[BidRow] = []
        for entry in reversed(self._recent):
            if entry.stamp <= since:
                break
            found.append(self._row(entry))
        found.reverse()
        return found

    def lanes(self, group: int | None = None) -> Sequence[Lane]:
        """Best open price per acceptable model; an order for any GPU lists the models that are offered."""
        rows = self.rows(CHEAPEST, group, gone=False)
        lanes = self._lanes.get(group)
        if lanes is None:
            lanes = self._lanes[group] = self._read_lanes(rows, group)
        return lanes

    def _read_lanes(self, rows: Sequence[BidRow], group: int | None) -> tuple[Lane, ...]:
        specs = [s for g, s in sorted(self._groups.items()) if group in (None, g)]
        asked = list(dict.fromkeys(m for s in specs for m in s.gpu_models))
        models = [m for m in asked if not m.wildcard]
        anything = not asked or len(models) < len(asked)
        best: dict[GpuModel, BidRow | None] = dict.fromkeys(models)
        bids = dict.fromkeys(models, 0)
        if len(self._lane_of) > 4 * len(self._entries):
            self._lane_of.clear()
        for row in rows:
            disclosure = row.disclosure
            if not disclosure.known or row.price_h is None:
                continue
            kept = self._lane_of.get(id(disclosure))
            if kept is None or kept[0] is not disclosure:
                kept = self._lane_of[id(disclosure)] = disclosure, _lanes_of(disclosure, models, anything)
            for model in kept[1]:
                held = best.get(model)
                if held is None or (held.oddity and not row.oddity):  # an absurd price is best only where it is alone
                    best[model] = row
                bids[model] = bids.get(model, 0) + 1
        return tuple(Lane(model, row, bids[model]) for model, row in best.items())

    @property
    def groups(self) -> Sequence[int]:
        """Known gseqs in order."""
        return sorted({*self._groups, *(o.gseq for o in self._orders), *(i.gseq for i in self._entries)})

    @property
    def providers(self) -> Collection[str]:
        """Addresses of all who have bid."""
        return self._of_provider.keys()

    def order_open(self, gseq: int) -> bool | None:
        """True while the group's newest order takes bids; None while not known."""
        of_group = [(id.oseq, state) for id, state in self._orders.items() if id.gseq == gseq]
        return max(of_group, key=lambda pair: pair[0])[1] is OrderState.OPEN if of_group else None

    @property
    def first_bid_height(self) -> int | None:
        """Height of the oldest bid that is still open: providers withdraw theirs about 5 minutes later."""
        return min((e.bid.created_at for e in self._entries.values() if e.state is RowState.OPEN), default=None)

    # --- inside ---

    def _add(self, bid: Bid, now: datetime) -> Entry:
        entry = self._entries[bid.id] = Entry(bid, now)
        self._of_provider.setdefault(bid.id.provider, []).append(entry)
        self._judge(entry, now)
        self._mark(entry)
        return entry

    def _update(self, entry: Entry, bid: Bid, now: datetime) -> None:
        if bid.price != entry.bid.price:
            entry.change = Change.UP if bid.price.amount.compare_total(entry.bid.price.amount) > 0 else Change.DOWN
            entry.changed_at = now
        if bid.offers != entry.bid.offers:
            entry.disclosure = None
        entry.bid = bid
        self._relist(entry, now)

    def _relist(self, entry: Entry, now: datetime) -> None:
        entry.listed = True
        self._judge(entry, now)
        self._mark(entry)

    def _judge(self, entry: Entry, now: datetime) -> None:
        entry.judge(self._orders.get(entry.order), self.height, self._block_time, now)

    def _mark(self, entry: Entry) -> None:
        self.revision += 1
        entry.stamp = self.revision
        entry.rev += 1
        entry.row = None
        self._recent.pop(entry, None)
        self._recent[entry] = None

    def _redraw(self) -> None:
        """Something that all rows depend on moved; no bid changed by it."""
        self.revision += 1
        for entry in self._entries.values():
            entry.rev += 1
            entry.row = None

    def _row(self, entry: Entry) -> BidRow:
        if entry.row is None:
            entry.row = self._make(entry)
        return entry.row

    def _most(self, bid: Bid) -> Decimal | None:
        """What the order of a bid pays at most per block, if it is known and in the bid's coin."""
        spec = self._groups.get(bid.id.gseq)
        if spec is None or not spec.units or any(u.price.denom != bid.price.denom for u in spec.units):
            return None
        return sum((u.price.amount * u.count for u in spec.units), Decimal(0))

    def _make(self, entry: Entry) -> BidRow:
        bid = entry.bid
        owner = bid.id.provider
        provider = self._providers.get(owner)
        profile = self._profiles.get(owner)
        audits = self._audits.get(owner)
        disclosure = entry.disclosure
        if disclosure is None:
            disclosure = disclose(bid.offers, self._groups.get(bid.id.gseq), provider, profile)
            entry.disclosure = disclosure
        amount = bid.price.amount
        price_h = amount * self._hour if bid.price.denom == UACT and payable(amount) else None
        gpu_h = price_h / disclosure.count if price_h is not None and disclosure.count else None
        vram = disclosure.vram_total_gib if price_h is not None else None
        market = market_price(disclosure, self._prices) if self._prices and gpu_h is not None else None
        median = market.median if market is not None else None
        vs_market = None if median is None or gpu_h is None else gpu_h / median - 1
        funds = self._funds if price_h is not None else None
        return BidRow(
            id=bid.id,
            key=entry.key,
            rev=entry.rev,
            bid=bid,
            gseq=bid.id.gseq,
            provider=provider,
            profile=profile,
            reach=self._reach.get(owner),
            disclosure=disclosure,
            price_h=price_h,
            gpu_h=gpu_h,
            gb_h=price_h / vram if price_h is not None and vram else None,
            month=None if price_h is None else per_month(price_h),
            lasts=None if funds is None else lasts_hours(funds, bid.price.amount, self._block_time),
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
            first_seen=entry.first_seen,
            created_at=bid.created_at,
            change=entry.change,
            changed_at=entry.changed_at,
            gone_reason=entry.reason if entry.state is not RowState.OPEN else "",
            gone_at=entry.gone_at,
        )


def _lanes_of(disclosure: Disclosure, models: Sequence[GpuModel], anything: bool) -> tuple[GpuModel, ...]:
    """The acceptable models that these GPUs count for; their own names where any GPU will do."""
    found: dict[GpuModel, None] = {}
    for offer in disclosure.gpus:
        lane = next((m for m in models if m.matches(offer.model)), None)
        if lane is None and anything:
            lane = GpuModel(offer.model.vendor, offer.model.model)
        if lane is not None:
            found[lane] = None
    return tuple(found)
