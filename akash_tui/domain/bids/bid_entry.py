"""What the bid book keeps of one bid between two looks, and whether the bid can be taken."""

from __future__ import annotations

from datetime import datetime

from akash_tui.domain.akash.entities import Bid, BidState, OrderState
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.bids.bid_row import BidRow, PriceChange, RowState
from akash_tui.domain.bids.gpu_disclosure import Disclosure

_PROVIDER_PATIENCE_SECONDS = 280
"""Providers withdraw an unanswered bid after 300 s (provider recordings, fact 4); measured in blocks, so a bit less."""


class BookEntry:
    """What the book keeps of one bid; `row` and `disclosure` are None until somebody looks again."""

    __slots__ = (
        "bid", "change", "changed_at", "disclosure", "first_seen", "gone_at", "key", "listed", "number", "order",
        "reason", "row", "snapshot", "stamp", "state",
    )  # fmt: skip

    def __init__(self, bid: Bid, number: int, now: datetime) -> None:
        self.bid = bid
        self.number = number
        self.key = str(bid.id)
        self.order = bid.id.order
        self.disclosure: Disclosure | None = None
        self.first_seen = self.changed_at = now
        self.change = PriceChange.NEW
        self.listed = True
        self.state = RowState.OPEN
        self.reason = ""
        self.gone_at: datetime | None = None
        self.row: BidRow | None = None
        self.stamp = 0
        self.snapshot = 0

    def judge(self, order: OrderState | None, height: int, block_time: BlockTime, now: datetime) -> None:
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
