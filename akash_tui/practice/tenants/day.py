"""What tenants have paid and leased since midnight (UTC), from the chain's books.

Deployments that were forgotten (see `others`) are in two sums beside them, so that nothing of the day is lost.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from akash_tui.practice.chain.blocks import Block
from akash_tui.practice.chain.world import World
from akash_tui.practice.rules.market_book import payment_key
from akash_tui.practice.state.amounts import ONE
from akash_tui.practice.state.books import ALIVE, Books, Lease

DAY_SECONDS = 86_400
_NUMBER, _SINCE, _SPENT, _LEASES = ("day",), ("day_since",), ("day_spent",), ("day_leases",)


class Day:
    """The day of a world. Its figures are in the book of totals, so that they are saved with the world."""

    def __init__(self, world: World) -> None:
        self.world = world
        if _NUMBER not in world.books.totals:
            second = world.time_ns // 10**9 % DAY_SECONDS
            self._begin(world.time_ns, max(0, world.height - int(second / world.block_time)))
        world.subscribe(self._turn)

    def _begin(self, time_ns: int, height: int) -> None:
        totals = self.world.books.totals
        totals.put(_NUMBER, time_ns // 10**9 // DAY_SECONDS)
        totals.put(_SINCE, height)
        self.carry(-self._total(_SPENT), -self._total(_LEASES))

    def _turn(self, block: Block) -> None:
        if block.time_ns // 10**9 // DAY_SECONDS != self._total(_NUMBER):
            self._begin(block.time_ns, block.height)

    def _total(self, key: tuple[str]) -> int:
        return self.world.books.totals.get(key) or 0

    @property
    def date(self) -> dt.date:
        """The day that it is on the chain."""
        return dt.datetime.fromtimestamp(self.world.time_ns / 1e9, dt.UTC).date()

    @property
    def since(self) -> int:
        """The height at which it began."""
        return self._total(_SINCE)

    @property
    def hours(self) -> float:
        """How old it is, on the wall."""
        return self.world.time_ns // 10**9 % DAY_SECONDS / 3600

    def carry(self, atto: int, leases: int) -> None:
        """Count what is (or soon will be) in no other book: 10**-18 uact spent today, and leases of today."""
        totals = self.world.books.totals
        totals.put(_SPENT, self._total(_SPENT) + atto)
        totals.put(_LEASES, self._total(_LEASES) + leases)

    def spent_on(self, leases: Iterable[Lease]) -> int:
        """What these leases have cost since midnight, in 10**-18 uact."""
        return sum(_paid(self.world.books, lease, self.since, self.world.height) for lease in leases)

    def begun_of(self, leases: Iterable[Lease]) -> int:
        """How many of these were made today."""
        return sum(1 for lease in leases if lease.created_at >= self.since)

    @property
    def spent(self) -> int:
        """What all tenants have paid since midnight, in 10**-18 uact."""
        return self._total(_SPENT) + self.spent_on(self.world.books.leases.scan())

    @property
    def leases(self) -> int:
        """How many leases were made today."""
        return self._total(_LEASES) + self.begun_of(self.world.books.leases.scan())


def _paid(books: Books, lease: Lease, since: int, height: int) -> int:
    """A lease's cost from one height to another, or to its end if that was earlier."""
    scope, xid, _ = key = payment_key(lease)
    payment, account = books.payments.get(key), books.escrow_accounts.get((scope, xid))
    if payment is None or account is None:
        return 0
    if lease.state in ALIVE:
        rate = sum(each.rate for each in books.payments.scan(scope, xid) if each.state == "open")
        left = sum(coin.atto for coin in account.funds if coin.denom == payment.denom)
        end = min(height, account.settled_at + max(0, left) // max(1, rate))
        return payment.rate * max(0, end - max(since, lease.created_at))
    paid = payment.balance + payment.withdrawn * ONE
    return min(paid, payment.rate * max(0, lease.closed_on - max(since, lease.created_at)))
