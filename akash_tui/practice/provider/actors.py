"""Practice providers at work: they read the blocks, bid, serve their leases, and go away again.

Everything they do on chain is a signed transaction that goes through `world.submit`, like a tenant's.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from google.protobuf.message import Message

from akash_tui.practice.chain.blocks import Block
from akash_tui.practice.chain.signing import signed
from akash_tui.practice.chain.world import World, bid_key, order_key
from akash_tui.practice.provider import offers
from akash_tui.practice.provider.hardware import Placement, Stock, gpus_of
from akash_tui.practice.provider.scenarios import BID_TIMEOUT_SECONDS, MANIFEST_TIMEOUT_SECONDS, Scenario
from akash_tui.practice.provider.seeds import ProviderSeed
from akash_tui.practice.provider.tenancy import LeaseKey, Tenancy
from akash_tui.practice.rules.market_book import payment_key
from akash_tui.practice.rules.matching import attributes_match, capabilities_match, extras_match
from akash_tui.practice.state.books import ALIVE, Bid, Lease, Order
from akash_tui.practice.state.crypto import Key

log = logging.getLogger(__name__)

OrderKey = tuple[str, int, int, int]
WITHDRAW_EVERY = 50
"""Blocks between a provider's withdrawals from its leases (which also settle the tenants' escrow)."""
COLLECT_EVERY = 600
"""Where there are many leases, blocks between two withdrawals from one that has funds enough."""
REASON_DECOMMISSION, REASON_UNSPECIFIED, REASON_MANIFEST_TIMEOUT = 10001, 10002, 10003


@dataclass(slots=True)
class Provider:
    """One provider: its account, machines, bids and tenants."""

    seed: ProviderSeed
    key: Key
    world: World
    stock: Stock
    tenancy: Tenancy
    scenario: Scenario
    planned: dict[OrderKey, int] = field(default_factory=dict)
    """Orders it will bid on, and at which height."""
    waiting: dict[LeaseKey, float] = field(default_factory=dict)
    """Leases without manifest, and since when (seconds of the world's own time)."""
    offered: dict[LeaseKey, tuple[int, float]] = field(default_factory=dict)
    """Its open bids: height and time (as above) of each."""
    dead: bool = False
    reclaims: bool = False
    """It reclaims its machines from its tenants (a scenario)."""
    orders_seen: int = 0

    @property
    def owner(self) -> str:
        """Its account."""
        return self.key.address

    @property
    def online(self) -> bool:
        """Its gateway answers."""
        return self.seed.served and not (self.dead or self.seed.hangs)

    def see_order(self, order: Order, height: int) -> None:
        """A new order: plan a bid if there is anything to offer."""
        self.orders_seen += 1
        seen = (*order.key, self.owner) in self.world.books.bids  # one bid per order, even after it was closed
        if self.seed.bids and self.seed.valid_version and not self.dead and order.state == "open" and not seen:
            self.planned[order.key] = height + self.seed.delay

    def act(self, block: Block) -> None:
        """What is due after this block."""
        if self.dead:
            return
        for key in [key for key, due in self.planned.items() if due <= block.height]:
            del self.planned[key]
            self._bid(key)
        self._close_stale_bids(block)
        self._close_unserved()
        if self.reclaims:
            self._reclaim(block)
        if block.height % WITHDRAW_EVERY == hash_of(self.owner) % WITHDRAW_EVERY:
            for lease in self.leases():
                if not self.scenario.busy or self._worth_collecting(lease, block.height):
                    self._send(offers.withdraw(lease.key))

    def _worth_collecting(self, lease: Lease, height: int) -> bool:
        """An hour has passed since the account was settled, or it is nearly empty."""
        account = self.world.books.escrow_accounts[payment_key(lease)[:2]]
        left = sum(coin.atto for coin in account.funds if coin.denom == lease.price.denom)
        since = height - account.settled_at
        return since >= COLLECT_EVERY or left // lease.price.atto - since < 2 * WITHDRAW_EVERY

    def leases(self) -> list[Lease]:
        """Its leases that are paid for."""
        return [
            lease
            for key in list(self.stock.taken)
            if (lease := self.world.books.leases.get(key)) is not None and lease.state in ALIVE
        ]

    def _bid(self, key: OrderKey) -> None:
        order = self.world.books.orders.get(key)
        if order is None or order.state != "open":
            return
        if order.spec["resources"][0]["price"]["denom"] != "uact":
            return
        placements = self.room_for(order.spec, order.min_window)
        if placements is None:
            return
        hourly = offers.hourly(placements, self.seed.prices)
        if self.orders_seen > 1:
            hourly *= self.scenario.later_factor
        price = offers.per_block(hourly, self.world.block_time)
        if self.scenario.dry_after:
            dear = self.world.params.deployment_min_deposit * offers.ATTO // self.scenario.dry_after
            price = min(dear, offers.maximum(order.spec))
        if price > offers.maximum(order.spec):
            return
        described = offers.describe(order.spec, placements, self.seed.offer)
        if self._send(offers.create_bid((*key, self.owner), price, described, self.seed.reclamation)):
            self.stock.promised[(*key, self.owner)] = placements

    def room_for(self, spec: Mapping[str, Any], min_window: str | None) -> list[Placement] | None:
        """Where it would put a group now; None where it does not fit, has no room, or does not lease it so."""
        books = self.world.books
        me = books.providers.get((self.owner,))
        if me is None or not self.seed.valid_version:
            return None
        audits = {audit.auditor: audit.attributes for audit in books.audits.scan(self.owner)}
        if not attributes_match(spec, me.attributes, audits) or not capabilities_match(spec, me.attributes):
            return None
        if not extras_match(spec, me.attributes) or not _window_suffices(min_window, self.seed.reclamation):
            return None
        return self.stock.place(dict(spec))

    def _close_stale_bids(self, block: Block) -> None:
        if not self.offered:
            return
        limit = self.scenario.bid_timeout_blocks
        if self.scenario.second_thoughts is not None and hash_of(self.seed.name) % 2 == 0:
            limit = self.scenario.second_thoughts
        now = self.world.pace.seconds()
        for key, (height, since) in list(self.offered.items()):
            order = self.world.books.orders.get(key[:4])
            if order is None or order.state != "open":
                self._take_back(key)
            elif now - since >= BID_TIMEOUT_SECONDS if limit is None else block.height - height >= limit:
                self._take_back(key)
                self._send(offers.close_bid(key, REASON_UNSPECIFIED))

    def promise(self, bid: Bid) -> None:
        """A bid of its is in the books: keep the room for it until it is accepted, lost or withdrawn."""
        self.offered[bid.key] = (bid.created_at, self.world.pace.seconds())
        if bid.key not in self.stock.promised:
            placements = self.stock.place(self.world.books.orders[bid.key[:4]].spec)
            if placements is not None:
                self.stock.promised[bid.key] = placements

    def _take_back(self, key: LeaseKey) -> None:
        del self.offered[key]
        self.stock.promised.pop(key, None)

    def _close_unserved(self) -> None:
        if not self.waiting:
            return
        now = self.world.pace.seconds()
        for key, since in list(self.waiting.items()):
            if key in self.tenancy.workloads:
                del self.waiting[key]
            elif self.seed.enforces_manifest and now - since >= MANIFEST_TIMEOUT_SECONDS:
                del self.waiting[key]
                self._send(offers.close_bid(key, REASON_MANIFEST_TIMEOUT))

    def _reclaim(self, block: Block) -> None:
        """Announce it, then end the lease once its deadline is over in block time: before, the chain refuses."""
        for lease in self.leases():
            if lease.state == "active" and block.height - lease.created_at >= self.scenario.reclaim_after:
                self._send(offers.start_reclaim(lease.key, REASON_DECOMMISSION))
            elif lease.state == "reclaiming" and block.time_ns >= lease.reclaim_deadline * 10**9:
                self._send(offers.close_bid(lease.key, REASON_DECOMMISSION))

    def win(self, lease: Lease) -> None:
        """A lease is its: take the room, and run the manifest if it came early."""
        group = self.world.books.groups[lease.key[:3]]
        if lease.key not in self.stock.taken:
            self.stock.reserve(lease.key, group.spec)
        if not self.tenancy.run(self.world.books, lease):
            self.waiting[lease.key] = self.world.pace.seconds()

    def lose(self, key: LeaseKey) -> None:
        """A lease ended, no matter who ended it."""
        self.stock.release(key)
        self.waiting.pop(key, None)
        self.tenancy.stop(key)

    def _send(self, message: Message) -> bool:
        answer = self.world.submit(signed(self.world, self.key, message))
        if answer.code:
            log.debug("%s: %s refused: %s", self.seed.name, type(message).__name__, answer.raw_log)
        return answer.code == 0


def _window_suffices(wanted: str | None, offered: str | None) -> bool:
    if wanted is None:
        return True
    return offered is not None and float(offered.rstrip("s")) >= float(wanted.rstrip("s"))


def hash_of(text: str) -> int:
    """A number that belongs to a text (Python's own hash differs from run to run)."""
    return sum(ord(letter) * (index + 1) for index, letter in enumerate(text))


class Fleet:
    """All providers of a world: reads each block once and passes it to the providers concerned."""

    def __init__(self, world: World, providers: list[Provider], scenario: Scenario) -> None:
        self.world = world
        self.providers = {provider.owner: provider for provider in providers}
        self.scenario = scenario
        self.winners: list[str] = []
        self.on_death: Callable[[Provider], None] = lambda provider: None
        """Called when a provider dies: its gateway must go."""

    def begin(self) -> None:
        """Listen to the world; pick up what a restored one already holds."""
        for order in self.world.books.orders.scan():
            for provider in self.providers.values():
                provider.see_order(order, self.world.height)
        for bid in self.world.books.bids.scan():
            bidder = self.providers.get(bid.provider)
            if bid.state == "open" and bidder is not None:
                bidder.promise(bid)
        alive = [lease for lease in self.world.books.leases.scan() if lease.state in ALIVE]
        groups = self.world.books.groups
        for lease in sorted(alive, key=lambda each: -gpus_of(groups[each.key[:3]].spec)):  # so that all find room again
            winner = self.providers.get(lease.provider)
            if winner is not None:
                winner.win(lease)
        self.world.subscribe(self.on_block)

    def on_block(self, block: Block) -> None:
        """One block: orders, leases gained and lost, then each provider's own due work."""
        books = self.world.books
        for event in block.all_events:
            name = event.type.rpartition(".")[2]
            if name in ("EventDeploymentCreated", "EventDeploymentUpdated") and self.scenario.lag_blocks:
                self._see_hash(event.field("id"), event.field("hash"), block.height)
            elif name == "EventOrderCreated":
                order = books.orders.get(order_key(event.field("id")))
                for provider in self.providers.values() if order else ():
                    assert order is not None
                    provider.see_order(order, block.height)
            elif name == "EventBidCreated":
                key = bid_key(event.field("id"))
                bid = books.bids.get(key)
                if key[4] in self.providers and bid is not None:
                    self.providers[key[4]].promise(bid)
            elif name == "EventLeaseCreated":
                lease = books.leases.get(bid_key(event.field("id")))
                if lease is not None and lease.provider in self.providers:
                    self._won(self.providers[lease.provider], lease)
            elif name == "EventLeaseClosed":
                key = bid_key(event.field("id"))
                if key[4] in self.providers:
                    self.providers[key[4]].lose(key)
        for provider in self.providers.values():
            provider.act(block)

    def _see_hash(self, id_: Mapping[str, Any], hash_: str, height: int) -> None:
        for provider in self.providers.values():
            provider.tenancy.hashes.setdefault((id_["owner"], int(id_["dseq"])), []).append((height, hash_))

    def _won(self, provider: Provider, lease: Lease) -> None:
        if provider.owner not in self.winners:
            self.winners.append(provider.owner)
            self._mark(provider, len(self.winners))
            if provider.dead:
                self.on_death(provider)
        provider.win(lease)

    def memory(self) -> dict[str, Any]:
        """What providers know and the chain does not, as JSON."""
        return {
            "winners": self.winners,
            "manifests": [
                [provider.owner, owner, dseq, manifest]
                for provider in self.providers.values()
                for (owner, dseq), manifest in provider.tenancy.manifests.items()
            ],
        }

    def recall(self, memory: Mapping[str, Any]) -> None:
        """Restore what memory() returned (before begin())."""
        for number, owner in enumerate(memory["winners"], 1):
            self.winners.append(owner)
            self._mark(self.providers[owner], number)
        for provider, owner, dseq, manifest in memory["manifests"]:
            if provider in self.providers:
                self.providers[provider].tenancy.manifests[owner, dseq] = manifest

    def _mark(self, provider: Provider, number: int) -> None:
        """What the scenario does to the first winners."""
        provider.tenancy.refuse = number <= self.scenario.refusing_winners
        provider.dead = number <= self.scenario.dying_winners
        provider.reclaims = number <= self.scenario.reclaiming_winners
