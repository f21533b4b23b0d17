"""Bids of a saved answer, with what the file says about their providers and the money."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import Bid, DeploymentId
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.akash.provider import Provider, ProviderProfile
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.market.observations import MarketPrice, Reach

NAMED_DSEQS = 3
"""This many deployments are named one by one."""


@dataclass(frozen=True, slots=True)
class SavedBids:
    """A node's answer has bids only; our own JSON also has what was known when it was written."""

    bids: tuple[Bid, ...]
    providers: tuple[Provider, ...] = ()
    profiles: Mapping[str, ProviderProfile] = field(default_factory=dict)
    reach: Mapping[str, Reach] = field(default_factory=dict)
    prices: tuple[MarketPrice, ...] = ()
    block_time: BlockTime = ASSUMED_BLOCK_TIME
    funds: Decimal | None = None
    """Micro-ACT in escrow; None if the file does not say it."""
    more: bool = False
    """The answer is one page of several, and the others are missing."""

    def book(self, now: datetime) -> BidBook:
        """All of it as a bid book, at the height of the newest bid."""
        book = BidBook()
        book.set_money(self.block_time, self.funds)
        book.apply(self.bids, height=max((bid.created_at for bid in self.bids), default=0), now=now)
        book.learn(providers=self.providers, profiles=self.profiles, reach=self.reach, prices=self.prices)
        return book


def dseq_words(deployments: Sequence[DeploymentId]) -> str:
    """`dseq 501`, `dseq 501 and 502`, `dseq 501, 502, 503 and 7 more`."""
    names = [str(id.dseq) for id in deployments]
    if len(names) > NAMED_DSEQS + 1:
        names = [*names[:NAMED_DSEQS], f"{len(names) - NAMED_DSEQS} more"]
    return "dseq " + (f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else "".join(names) or "unknown")
