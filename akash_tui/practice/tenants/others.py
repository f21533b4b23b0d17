"""Other tenants at work: they rent about half of the GPUs, come and go, and do it by transactions like anybody."""

from __future__ import annotations

import logging
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from google.protobuf.message import Message

from akash_tui.practice.chain.blocks import Block
from akash_tui.practice.chain.signing import signed
from akash_tui.practice.chain.world import World
from akash_tui.practice.provider.actors import Fleet
from akash_tui.practice.provider.hardware import Gpu
from akash_tui.practice.provider.manifest_check import ManifestFault
from akash_tui.practice.provider.offers import create_lease
from akash_tui.practice.rules.market_book import bid_xid, deployment_xid
from akash_tui.practice.state.books import ALIVE, Bid
from akash_tui.practice.state.crypto import Key
from akash_tui.practice.tenants.day import Day
from akash_tui.practice.tenants.demand import rented
from akash_tui.practice.tenants.jobs import MOST_H, Job, drawn
from akash_tui.wire import deployment_v1beta4_pb2 as deployment_pb

log = logging.getLogger(__name__)

ACCOUNTS = 120
COINS = {"uakt": 50_000_000_000, "uact": 50_000_000_000}
CHOOSES_AFTER = 4
"""Blocks for which they collect bids."""
MOST_EAGER = 0.2
"""The most that this chance can be."""
LOOKS_EVERY = 10
"""Blocks between two looks at what runs."""
GIVES_UP_AFTER = 15
"""Blocks without a lease after which they close the order."""
EAGERNESS = 0.02
"""The chance of a new order in a block, for each GPU that is missing from the demand."""
FORGOTTEN_AFTER = 600
"""Blocks after which their closed deployments leave the books, as from a node that prunes: else a day fills them."""


@dataclass(slots=True)
class Rental:
    """A deployment of theirs, and the height at which they close it."""

    owner: str
    dseq: int
    until: int
    job: Job | None = None
    """None once its manifest has been delivered. After a restart too: what has no lease by then is given up."""
    sent: str = ""
    """The message that was sent last, so that none is sent twice."""


class OtherTenants:
    """The tenants of a world beside its users."""

    def __init__(self, world: World, fleet: Fleet, day: Day) -> None:
        self.world, self.fleet, self.day = world, fleet, day
        keys = [Key.from_seed(f"practice tenant {world.seed} {number}".encode()) for number in range(ACCOUNTS)]
        self.keys = {key.address: key for key in keys}
        self.rentals: list[Rental] = []
        self.closed: list[tuple[int, str, int]] = []
        """Height of the end, owner and dseq, oldest first."""

    def begin(self) -> None:
        """Listen to the world, after its providers do."""
        self.world.subscribe(self.on_block)

    @property
    def blocks_an_hour(self) -> int:
        """Of the world's own hours."""
        return max(1, round(3600 / self.world.block_time))

    def on_block(self, block: Block) -> None:
        """One block: go on with what there is, sometimes rent more, and forget what is long over."""
        for rental in list(self.rentals):
            self._go_on(rental, block.height)
        self._arrive(block.height)
        while self.closed and self.closed[0][0] <= block.height - FORGOTTEN_AFTER:
            self._forget(*self.closed.pop(0)[1:])

    def missing(self) -> list[tuple[Gpu, int]]:
        """How many GPUs of each model are rented less than the day's demand."""
        found: dict[Gpu, list[int]] = {}
        for provider in self.fleet.providers.values():
            for gpu, total, taken in provider.stock.gpus() if provider.online else ():
                sums = found.setdefault(gpu, [0, 0])
                sums[0] += total
                sums[1] += taken
        return [
            (gpu, short)
            for gpu, (total, taken) in found.items()
            if (short := wanted(self.world.seed, gpu, total, self.day) - taken) > 0
        ]

    def _arrive(self, height: int) -> None:
        dice = random.Random(f"{self.world.seed}/tenants/{height}")
        chance = dice.random()
        draw = self.missing() if chance < MOST_EAGER else []
        if chance >= EAGERNESS * sum(short for _, short in draw):
            return
        busy = {rental.owner for rental in self.rentals}
        owner = next((each for each in dice.sample(list(self.keys), ACCOUNTS) if each not in busy), None)
        if owner is None:
            return
        gpu, short = dice.choices(draw, [short for _, short in draw])[0]
        job = drawn(dice, gpu, short)
        rental = Rental(owner, height, height + int(job.hours * self.blocks_an_hour), job, "create")
        if self._send(owner, job.create(owner, height, self.blocks_an_hour, deposit_of(job))):
            self.rentals.append(rental)

    def _go_on(self, rental: Rental, height: int) -> None:
        if rental.job is None and height < rental.until and height % LOOKS_EVERY:
            return
        books = self.world.books
        deployment = books.deployments.get((rental.owner, rental.dseq))
        if deployment is None or deployment.state != "active":
            if height > rental.dseq + 2:  # before, its transaction may still wait
                self.rentals.remove(rental)
                self.closed.append((height, rental.owner, rental.dseq))
            return
        lease = next((x for x in books.leases.scan(rental.owner, rental.dseq) if x.state in ALIVE), None)
        if height >= rental.until or (lease is None and height >= rental.dseq + GIVES_UP_AFTER):
            self._close(rental)
        elif lease is None:
            if height >= rental.dseq + CHOOSES_AFTER and rental.sent != "lease":
                self._choose(rental)
        elif rental.job is not None:
            tenancy = self.fleet.providers[lease.provider].tenancy
            try:
                tenancy.submit(books, rental.owner, rental.dseq, rental.job.manifest())
                rental.job = None
            except ManifestFault as fault:
                log.debug("a tenant's manifest was refused: %s", fault.text)
                self._close(rental)

    def _choose(self, rental: Rental) -> None:
        bids = [bid for bid in self.world.books.bids.scan(rental.owner, rental.dseq) if self._good(bid)]
        if not bids:
            return
        best = min(bids, key=lambda bid: (bid.price.atto, bid.provider))
        if self._send(rental.owner, create_lease(best.key)):
            rental.sent = "lease"

    def _good(self, bid: Bid) -> bool:
        provider = self.fleet.providers.get(bid.provider)
        return bid.state == "open" and provider is not None and provider.online

    def _close(self, rental: Rental) -> None:
        if rental.sent == "close":
            return
        message = deployment_pb.MsgCloseDeployment()
        message.id.owner, message.id.dseq = rental.owner, rental.dseq
        if self._send(rental.owner, message):
            rental.sent = "close"

    def _send(self, owner: str, message: Message) -> bool:
        answer = self.world.submit(signed(self.world, self.keys[owner], message))
        if answer.code:
            log.debug("a tenant's %s was refused: %s", type(message).__name__, answer.raw_log)
        return answer.code == 0

    def _forget(self, owner: str, dseq: int) -> None:
        """Take a closed deployment out of the books; the day keeps its sums."""
        books = self.world.books
        leases = list(books.leases.scan(owner, dseq))
        self.day.carry(self.day.spent_on(leases), self.day.begun_of(leases))
        accounts = [("deployment", deployment_xid(owner, dseq))]
        accounts += [("bid", bid_xid(bid)) for bid in books.bids.scan(owner, dseq)]
        for account in accounts:
            books.escrow_accounts.drop(account)
            for key in books.payments.keys(*account):
                books.payments.drop(key)
        for table in (books.leases, books.bids, books.orders, books.groups, books.deployments):
            for key in table.keys(owner, dseq):
                table.drop(key)

    def memory(self) -> dict[str, Any]:
        """What they know and the chain does not, as JSON."""
        return {"rentals": [[each.owner, each.dseq, each.until] for each in self.rentals], "closed": self.closed}

    def recall(self, memory: dict[str, Sequence[Any]]) -> None:
        """Restore what memory() returned (before begin())."""
        self.rentals = [Rental(owner, dseq, until) for owner, dseq, until in memory["rentals"]]
        self.closed = [(height, owner, dseq) for height, owner, dseq in memory["closed"]]


def wanted(seed: int, gpu: Gpu, total: int, day: Day) -> int:
    """How many of these GPUs are rented on this day."""
    return rented(seed, f"{gpu.vendor}/{gpu.model}", total, day.date)


def deposit_of(job: Job) -> int:
    """Micro-ACT that last for the whole job at any price they pay."""
    return int(MOST_H * max(job.gpus, 1) * 1_000_000 * int(job.hours + 2))
