"""The bids of one deployment: what each gives, costs and how it changed. The only mutable model of the domain.

Owned by one task; readers compare `revision` and take whole lists. No clock and no I/O: times and heights are
handed in. Taking a snapshot only notes what changed; rows are made when somebody reads them.
"""

from __future__ import annotations

from collections.abc import Iterable, KeysView, Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import Bid, BidId, DeploymentId, Order, OrderId, OrderState
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.akash.provider import Audit, Provider, ProviderProfile
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.bids.bid_row import BidRow, PriceChange, RowState
from akash_tui.domain.bids.row_builder import BookEntry, RowBuilder
from akash_tui.domain.bids.sorting import CHEAPEST, in_order
from akash_tui.domain.filtering.sorting import SortKey
from akash_tui.domain.market.observations import MarketPrice, Reach

FORGET_SECONDS = 900.0
"""A bid that is on no list any more is forgotten after this long; nobody can take or miss it by then."""


class BidBook:
    """Bids of all groups of one deployment; those that are gone stay for `FORGET_SECONDS`."""

    def __init__(self, groups: Mapping[int, GroupSpec] | None = None) -> None:
        self.revision = 0
        """Moves with every change that a reader can see."""
        self.height = 0
        self.updated_at: datetime | None = None
        """When the last snapshot was taken; None before the first."""
        self._rows = RowBuilder(groups or {})
        self._orders: dict[OrderId, OrderState] = {}
        self._entries: dict[BidId, BookEntry] = {}
        """In the order in which the bids were first seen."""
        self._of_order: dict[OrderId, int] = {}
        """How many bids there are on each order."""
        self._of_provider: dict[str, dict[BidId, BookEntry]] = {}
        self._snapshots = 0
        self._numbered = 0
        """Bids ever seen."""

    def __len__(self) -> int:
        return len(self._entries)

    # --- what comes in ---

    def apply(self, bids: Iterable[Bid], *, height: int, now: datetime, orders: Iterable[Order] | None = None) -> bool:
        """Take a whole snapshot (bids that are missing in it are gone); True if anything visible changed."""
        before = self.revision
        self.height = max(self.height, height)
        self.updated_at = now
        self._snapshots += 1
        snapshot, entries = self._snapshots, self._entries
        for bid in bids:
            entry = entries.get(bid.id)
            if entry is None:
                entry = self._add(bid, now)
            elif entry.snapshot == snapshot:
                continue  # listed twice: the first one counts
            elif not entry.listed or (entry.bid is not bid and _differs(entry.bid, bid)):
                self._update(entry, bid, now)
            entry.snapshot = snapshot
        missing = [entry for entry in entries.values() if entry.snapshot != snapshot]
        for entry in missing:
            if entry.listed:
                entry.listed = False
                self._judge(entry, now)
                self._mark(entry)
        self._forget([e for e in missing if e.gone_at and (now - e.gone_at).total_seconds() > FORGET_SECONDS])
        if orders is not None:
            self.update_orders(orders, now)
        return self.revision != before

    def _forget(self, entries: Sequence[BookEntry]) -> None:
        for entry in entries:
            owner = entry.bid.id.provider
            del self._entries[entry.bid.id], self._of_provider[owner][entry.bid.id]
            self._of_order[entry.order] -= 1
            self.revision += 1
            if not self._of_provider[owner]:
                del self._of_provider[owner]
                self._rows.forget(owner)

    def update_orders(self, orders: Iterable[Order], now: datetime) -> None:
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
        changed = self._rows.learn(providers, profiles or {}, audits or {}, reach or {})
        for owner in changed:
            for entry in self._of_provider.get(owner, {}).values():
                entry.disclosure = None
                self._mark(entry)
        if prices is not None and self._rows.set_prices(prices):
            self._redraw()
        return self.revision != before

    def set_groups(self, groups: Mapping[int, GroupSpec]) -> None:
        """What was ordered, by gseq; decides which GPU models are acceptable."""
        if self._rows.groups != dict(groups):
            self._rows.groups = dict(groups)
            for entry in self._entries.values():
                entry.disclosure = None
            self._redraw()

    def set_money(self, block_time: BlockTime, funds: Decimal | None) -> None:
        """Seconds per block for hourly figures, and the micro-ACT in escrow for `lasts`."""
        if self._rows.set_money(block_time, funds):
            self._redraw()

    # --- what readers see ---

    def rows(
        self, sort: Sequence[SortKey] = CHEAPEST, group: int | None = None, *, gone: bool = True
    ) -> Sequence[BidRow]:
        """Rows in order; `group` keeps one gseq, `gone=False` only what can be taken. `KeyError` for a bad column."""
        rows = self.all()
        return in_order(
            (r for r in rows if (group is None or r.gseq == group) and (gone or r.state is RowState.OPEN)), sort
        )

    def all(self) -> Sequence[BidRow]:
        """Every row, in the order in which the bids were first seen."""
        return [entry.row or self._row(entry) for entry in self._entries.values()]

    def count(self, group: int | None = None, deployment: DeploymentId | None = None) -> int:
        """Bids in every state: all, those of one deployment, or those on a group's newest order, which is what the
        chain's cap counts."""
        if deployment is not None:
            return sum(number for order, number in self._of_order.items() if order.deployment == deployment)
        if group is None:
            return len(self._entries)
        newest = self.newest_order(group)
        return 0 if newest is None else self._of_order.get(newest, 0)

    def newest_order(self, group: int) -> OrderId | None:
        """The order of a group that takes bids, if any does; those before it are over."""
        return max((id for id in (*self._orders, *self._of_order) if id.gseq == group), default=None)

    def row(self, id: BidId) -> BidRow | None:
        """The row of one bid; None if the book does not know it (any more)."""
        entry = self._entries.get(id)
        return None if entry is None else self._row(entry)

    def changed(self, since: int) -> Sequence[BidRow]:
        """Rows of bids that changed after `revision` was `since`, oldest change first."""
        changed = [entry for entry in self._entries.values() if entry.stamp > since]
        return [self._row(entry) for entry in sorted(changed, key=lambda entry: entry.stamp)]

    def asked_models(self, group: int | None = None) -> Sequence[GpuModel]:
        """The GPU models that the orders accept, wildcards too, each once."""
        specs = [spec for gseq, spec in sorted(self._rows.groups.items()) if group in (None, gseq)]
        return list(dict.fromkeys(model for spec in specs for model in spec.gpu_models))

    @property
    def groups(self) -> Sequence[int]:
        """Known gseqs in order."""
        return sorted(
            {*self._rows.groups, *(o.gseq for o in self._orders), *(o.gseq for o, n in self._of_order.items() if n)}
        )

    @property
    def deployments(self) -> Sequence[DeploymentId]:
        """Whose bids these are, in order: several only where a saved answer has them."""
        return sorted({order.deployment for order, number in self._of_order.items() if number})

    @property
    def providers(self) -> KeysView[str]:
        """Addresses of all who have bid."""
        return self._of_provider.keys()

    def order_open(self, gseq: int) -> bool | None:
        """True while the group's newest order takes bids; None while not known."""
        of_group = [(id.oseq, state) for id, state in self._orders.items() if id.gseq == gseq]
        return max(of_group, key=lambda pair: pair[0])[1] is OrderState.OPEN if of_group else None

    @property
    def block_time(self) -> BlockTime:
        """What its hourly figures are made with."""
        return self._rows.block_time

    @property
    def first_bid_height(self) -> int | None:
        """Height of the oldest bid that is still open: providers withdraw theirs about 5 minutes later."""
        return min((e.bid.created_at for e in self._entries.values() if e.state is RowState.OPEN), default=None)

    # --- inside ---

    def _add(self, bid: Bid, now: datetime) -> BookEntry:
        self._numbered += 1
        entry = self._entries[bid.id] = BookEntry(bid, self._numbered, bid.id.order, now)
        self._of_order[entry.order] = self._of_order.get(entry.order, 0) + 1
        self._of_provider.setdefault(bid.id.provider, {})[bid.id] = entry
        self._judge(entry, now)
        self._mark(entry)
        return entry

    def _update(self, entry: BookEntry, bid: Bid, now: datetime) -> None:
        if bid.price != entry.bid.price:
            up = bid.price.amount.compare_total(entry.bid.price.amount) > 0
            entry.change, entry.changed_at = PriceChange.UP if up else PriceChange.DOWN, now
        if bid.offers != entry.bid.offers:
            entry.disclosure = None
        entry.bid, entry.listed = bid, True
        self._judge(entry, now)
        self._mark(entry)

    def _judge(self, entry: BookEntry, now: datetime) -> None:
        entry.update_state(self._orders.get(entry.order), self.height, self._rows.block_time, now)

    def _mark(self, entry: BookEntry) -> None:
        """This bid has changed."""
        self.revision += 1
        entry.stamp = self.revision
        entry.row = None

    def _redraw(self) -> None:
        """Something that all rows depend on moved; no bid changed by it."""
        self.revision += 1
        for entry in self._entries.values():
            entry.row = None

    def _row(self, entry: BookEntry) -> BidRow:
        if entry.row is None:
            entry.row = self._rows.row(entry)
        return entry.row


def _differs(old: Bid, new: Bid) -> bool:
    """Whether a bid changed in what providers can change."""
    return old.state is not new.state or old.price != new.price or old.offers != new.offers
