"""The bids of one deployment: what each gives, costs and how it changed. The only mutable model of the domain.

Owned by one task; readers look at `revision` and take whole views. No clock and no I/O: times and
heights are handed in. Taking a snapshot only notes what changed; rows are made when someone looks, and an
order that was asked for before is mended where they changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import Bid, BidId, Order, OrderId, OrderState
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.akash.provider import Audit, Provider, ProviderProfile
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.bids.best_prices import LaneBook
from akash_tui.domain.bids.bid_entry import BookEntry
from akash_tui.domain.bids.bid_row import BestPrice as BestPrice
from akash_tui.domain.bids.bid_row import BidRow as BidRow
from akash_tui.domain.bids.bid_row import PriceChange as PriceChange
from akash_tui.domain.bids.bid_row import RowState as RowState
from akash_tui.domain.bids.row_builder import RowFacts
from akash_tui.domain.bids.sorted_view import Ordered
from akash_tui.domain.bids.sorting import CHEAPEST as CHEAPEST
from akash_tui.domain.bids.sorting import SORT_COLUMNS as SORT_COLUMNS
from akash_tui.domain.bids.sorting import SortKey as SortKey
from akash_tui.domain.market.observations import MarketPrice, Reach

FORGET_SECONDS = 900.0
"""A bid that is on no list any more is forgotten after this long; nobody can take or miss it by then."""
MOST_VIEWS = 8
"""Orders kept up to date; the one asked for first makes room."""


class BidBook:
    """Bids of all groups of one deployment, kept for a while after they are gone."""

    def __init__(self, groups: Mapping[int, GroupSpec] | None = None) -> None:
        self.revision = 0
        """Moves with every change that a reader can see."""
        self.height = 0
        self.updated_at: datetime | None = None
        """When the last snapshot was taken; None before the first."""
        self._facts = RowFacts(groups or {})
        self._orders: dict[OrderId, OrderState] = {}
        self._entries: dict[BidId, BookEntry] = {}
        self._recent: dict[BookEntry, None] = {}  # least recently changed first
        self._of_provider: dict[str, list[BookEntry]] = {}
        self._snapshots = 0
        self._of_order: dict[OrderId, int] = {}
        """How many bids there are, by gseq."""
        self._met = 0
        """Bids ever seen."""
        self._listing: list[BookEntry] = []
        """Entries in the order of the last snapshot, which is mostly that of the next; [] if it told a bid twice."""
        self._first: BookEntry | None = None
        """The oldest open bid, as long as it is open."""
        self._redrawn = 0
        """The revision at which all rows were made anew."""
        self._views: dict[object, Ordered] = {}
        self._lanes: dict[int | None, LaneBook] = {}

    def __len__(self) -> int:
        return len(self._entries)

    # --- what comes in ---

    def apply(self, bids: Iterable[Bid], *, height: int, now: datetime, orders: Iterable[Order] | None = None) -> bool:
        """Take a whole snapshot (bids that are missing in it are gone); True if anything visible changed."""
        before = self.revision
        self.height = max(self.height, height)
        self.updated_at = now
        self._snapshots += 1
        listing = self._listing
        bids = bids if isinstance(bids, Sequence) else list(bids)
        moved = [(e, b) for e, b in zip(listing, bids, strict=False) if e.bid is not b]
        if bids and len(bids) == len(listing) and all(e.bid.id == b.id for e, b in moved):
            for entry, bid in moved:  # the same bids as last time, in the same order: none came, none went
                self._compare(entry, bid, now)
        else:
            self._take_list(bids, now)
        if orders is not None:
            self.take_orders(orders, now)
        return self.revision != before

    def _take_list(self, bids: Iterable[Bid], now: datetime) -> None:
        """A snapshot in which bids came, went or changed places."""
        snapshot, entries = self._snapshots, self._entries
        listing: list[BookEntry] = []
        twice = False
        for bid in bids:
            entry = entries.get(bid.id)
            if entry is None:
                entry = self._add(bid, now)
            elif entry.snapshot == snapshot:  # told twice: the first word counts
                twice = True
                continue
            else:
                self._compare(entry, bid, now)
            entry.snapshot = snapshot
            listing.append(entry)
        self._listing = [] if twice else listing
        forgotten: list[BookEntry] = []
        for entry in entries.values():
            if entry.snapshot == snapshot:
                continue
            if entry.listed:
                entry.listed = False
                self._judge(entry, now)
                self._mark(entry)
            elif entry.gone_at is not None and (now - entry.gone_at).total_seconds() > FORGET_SECONDS:
                forgotten.append(entry)
        if forgotten:
            self._forget(forgotten)

    def _compare(self, entry: BookEntry, bid: Bid, now: datetime) -> None:
        old = entry.bid
        if old is bid:
            if not entry.listed:
                self._relist(entry, now)
        elif not entry.listed or old.state is not bid.state or old.price != bid.price or old.offers != bid.offers:
            self._update(entry, bid, now)

    def _forget(self, entries: Sequence[BookEntry]) -> None:
        for entry in entries:
            del self._entries[entry.bid.id]
            self._recent.pop(entry, None)
            self._of_order[entry.order] -= 1
            of_provider = self._of_provider[entry.bid.id.provider]
            of_provider.remove(entry)
            if not of_provider:
                del self._of_provider[entry.bid.id.provider]
                self._facts.forget(entry.bid.id.provider)
        self.revision += 1
        self._redrawn = self.revision
        self._lanes.clear()

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
        before = self.revision
        for owner in self._facts.learn(providers, profiles or {}, audits or {}, reach or {}):
            for entry in self._of_provider.get(owner, ()):
                entry.disclosure = None
                self._mark(entry)
        if prices is not None and self._facts.set_prices(prices):
            self._redraw()
        return self.revision != before

    def set_groups(self, groups: Mapping[int, GroupSpec]) -> None:
        """What was ordered, by gseq; decides which GPU models are acceptable."""
        if self._facts.groups != dict(groups):
            self._facts.groups = dict(groups)
            self._lanes.clear()
            for entry in self._entries.values():
                entry.disclosure = None
            self._redraw()

    def set_money(self, block_time: BlockTime, funds: Decimal | None) -> None:
        """Seconds per block for hourly figures, and the micro-ACT in escrow for `lasts`."""
        if self._facts.set_money(block_time, funds):
            self._redraw()

    # --- what readers see ---

    def rows(
        self, sort: Sequence[SortKey] = CHEAPEST, group: int | None = None, *, gone: bool = True
    ) -> Sequence[BidRow]:
        """Rows in order; `group` keeps one gseq, `gone=False` only what can be taken."""
        key = (tuple(sort), group, gone)
        view = self._views.get(key)
        if view is None:
            while len(self._views) >= MOST_VIEWS:
                del self._views[next(iter(self._views))]

            def accepts(row: BidRow) -> bool:
                return (group is None or row.gseq == group) and (gone or row.state is RowState.OPEN)

            view = self._views[key] = Ordered(sort, accepts)
        news = self.news(view.seen)
        if news is None:
            view.fill(self.all(), self.revision)
        else:
            view.change(news, self.revision)
        return view.rows

    def all(self) -> Sequence[BidRow]:
        """Every row, as the book met them."""
        return [self._row(entry) for entry in self._entries.values()]

    def news(self, since: int) -> Sequence[BidRow] | None:
        """Like `changed`; None if nothing short of `all` tells what there is now."""
        return None if since < self._redrawn else self.changed(since)

    def count(self, group: int | None = None) -> int:
        """Bids in every state: all, or those on a group's newest order, which is what the chain's cap counts."""
        if group is None:
            return len(self._entries)
        newest = max((id for id in (*self._orders, *self._of_order) if id.gseq == group), default=None)
        return 0 if newest is None else self._of_order.get(newest, 0)

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

    def lanes(self, group: int | None = None) -> Sequence[BestPrice]:
        """Best open price per acceptable model; an order for any GPU lists the models that are offered."""
        book = self._lanes.get(group)
        news = None if book is None else self.news(book.seen)
        if book is None or news is None:
            specs = [s for g, s in sorted(self._facts.groups.items()) if group in (None, g)]
            asked = list(dict.fromkeys(m for s in specs for m in s.gpu_models))
            models = [m for m in asked if not m.wildcard]
            book = self._lanes[group] = LaneBook(models, anything=not asked or len(models) < len(asked))
            news = self.all()
        if book.seen != self.revision:
            book.change((row for row in news if group in (None, row.gseq)), self.revision)
        return book.lanes

    @property
    def groups(self) -> Sequence[int]:
        """Known gseqs in order."""
        return sorted(
            {*self._facts.groups, *(o.gseq for o in self._orders), *(o.gseq for o, n in self._of_order.items() if n)}
        )

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
        if self._first is None or self._first.state is not RowState.OPEN:
            still = (e for e in self._entries.values() if e.state is RowState.OPEN)
            self._first = min(still, key=lambda e: e.bid.created_at, default=None)
        return None if self._first is None else self._first.bid.created_at

    # --- inside ---

    def _add(self, bid: Bid, now: datetime) -> BookEntry:
        self._met += 1
        entry = self._entries[bid.id] = BookEntry(bid, self._met, now)
        self._of_provider.setdefault(bid.id.provider, []).append(entry)
        self._of_order[entry.order] = self._of_order.get(entry.order, 0) + 1
        self._judge(entry, now)
        self._mark(entry)
        return entry

    def _update(self, entry: BookEntry, bid: Bid, now: datetime) -> None:
        if bid.price != entry.bid.price:
            entry.change = (
                PriceChange.UP if bid.price.amount.compare_total(entry.bid.price.amount) > 0 else PriceChange.DOWN
            )
            entry.changed_at = now
        if bid.offers != entry.bid.offers:
            entry.disclosure = None
        entry.bid = bid
        if self._first is entry:  # its height may be another: looked for anew
            self._first = None
        self._relist(entry, now)

    def _relist(self, entry: BookEntry, now: datetime) -> None:
        entry.listed = True
        self._judge(entry, now)
        self._mark(entry)

    def _judge(self, entry: BookEntry, now: datetime) -> None:
        entry.judge(self._orders.get(entry.order), self.height, self._facts.block_time, now)
        first = self._first
        if first is not None and entry.state is RowState.OPEN and entry.bid.created_at < first.bid.created_at:
            self._first = entry

    def _mark(self, entry: BookEntry) -> None:
        self.revision += 1
        entry.stamp = self.revision
        entry.rev += 1
        entry.row = None
        self._recent.pop(entry, None)
        self._recent[entry] = None

    def _redraw(self) -> None:
        """Something that all rows depend on moved; no bid changed by it."""
        self.revision += 1
        self._redrawn = self.revision
        for entry in self._entries.values():
            entry.rev += 1
            entry.row = None

    def _row(self, entry: BookEntry) -> BidRow:
        if entry.row is None:
            entry.row = self._facts.row(entry)
        return entry.row
