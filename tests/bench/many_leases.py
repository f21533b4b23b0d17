"""A wallet with hundreds of deployments, each leased; its chain and providers live in this process and count."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from akash_tui.domain.akash.calendar import ChainPlans
from akash_tui.domain.akash.entities import (
    Bid,
    BidState,
    Deployment,
    DeploymentId,
    DeploymentState,
    EscrowAccount,
    EscrowState,
    Group,
    GroupId,
    GroupState,
    Lease,
    LeaseState,
    Order,
)
from akash_tui.domain.akash.money import UACT, BlockTime, Coin, DecCoin
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core.session import Session
from akash_tui.services.ports import Head, LeaseStatus, Reach, ServiceStatus, Signer, WalletRef
from akash_tui.services.storage.journal import Journal
from tests.bench.load import OWNER, Market

HEIGHT = 812_310
PROVIDERS = 25
ANSWER_SECONDS = 0.03
NETWORK = Network("bench", "bench-1", ("",), ("",), practice=True)


class Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class Key:
    """Signs nothing that anybody checks."""

    address = OWNER
    public_key = b"\x02" + bytes(32)

    def sign(self, message: bytes) -> bytes:
        return bytes(64)


class Chain:
    """Answers after a moment, or not at all; prices and funds differ from deployment to deployment."""

    network = NETWORK

    def __init__(self, number: int, *, silent: bool = False) -> None:
        self.asked: Counter[str] = Counter()
        self.silent = silent
        market = Market(PROVIDERS)
        spec = market.orders[0].spec
        self._providers = {p.owner: p for p in market.providers}
        self._deployments: dict[DeploymentId, Deployment] = {}
        self._leases: list[Lease] = []
        self._bids: list[Bid] = []
        for n in range(number):
            id = DeploymentId(OWNER, 700_000 + n)
            funds = (DecCoin(UACT, Decimal(500_000 * (n % 40 + 1))),)
            escrow = EscrowAccount(EscrowState.OPEN, HEIGHT, funds)
            group = Group(GroupId(OWNER, id.dseq, 1), GroupState.OPEN, replace(spec, name=f"job-{n}"), HEIGHT - n)
            self._deployments[id] = Deployment(id, DeploymentState.ACTIVE, bytes(32), HEIGHT - n, (group,), escrow)
            bid = market.bids[n % PROVIDERS]
            bid = replace(bid, id=replace(bid.id, dseq=id.dseq), state=BidState.ACTIVE)
            self._bids.append(bid)
            self._leases.append(Lease(bid.id, LeaseState.ACTIVE, bid.price, HEIGHT - n, 0, ""))

    async def _answer(self, name: str) -> None:
        self.asked[name] += 1
        if self.silent:
            await asyncio.get_running_loop().create_future()
        await asyncio.sleep(ANSWER_SECONDS)

    async def head(self) -> Head:
        await self._answer("head")
        now = datetime.now(UTC)
        return Head(HEIGHT, now, NETWORK.chain_id, now)

    async def plans(self, head: Head) -> ChainPlans:
        return ChainPlans()

    async def block_time(self) -> BlockTime:
        await self._answer("block time")
        return BlockTime(Decimal(6), True, 100)

    async def balances(self, address: str) -> tuple[Coin, ...]:
        await self._answer("balances")
        return (Coin(UACT, 50_000_000),)

    async def account(self, address: str) -> Any:
        await self._answer("account")
        return type("Account", (), {"has_pubkey": True})

    async def deployments(self, owner: str, state: DeploymentState | None) -> Sequence[Deployment]:
        await self._answer("deployments")
        return list(self._deployments.values())

    async def deployment(self, id: DeploymentId) -> Deployment | None:
        await self._answer("deployment")
        return self._deployments.get(id)

    async def leases(self, owner: str, dseq: int | None = None) -> Sequence[Lease]:
        await self._answer("leases")
        return [x for x in self._leases if dseq is None or x.id.dseq == dseq]

    async def owner_bids(self, owner: str, state: BidState) -> Sequence[Bid]:
        await self._answer("bids of the owner")
        return [x for x in self._bids if x.state is state]

    async def bids(self, id: DeploymentId) -> Sequence[Bid]:
        await self._answer("bids")
        return [x for x in self._bids if x.id.dseq == id.dseq]

    async def orders(self, id: DeploymentId) -> Sequence[Order]:
        await self._answer("orders")
        return []

    async def provider(self, owner: str) -> Provider | None:
        await self._answer("provider")
        return self._providers.get(owner)

    async def aclose(self) -> None:
        """Nothing is open."""


class Gateway:
    """Says that everything runs."""

    def __init__(self) -> None:
        self.asked = 0

    async def lease_status(self, provider: Provider, lease: Any, signer: Signer) -> LeaseStatus:
        self.asked += 1
        await asyncio.sleep(ANSWER_SECONDS)
        services = tuple(ServiceStatus(name, 1, 1, (f"{name}.example",)) for name in ("web", "db"))
        return LeaseStatus(services, (), (), datetime.now(UTC))

    async def probe(self, provider: Provider) -> Reach:
        return Reach(True, 12.0, datetime.now(UTC))

    async def aclose(self) -> None:
        """Nothing is open."""


def session(home: Path, chain: Chain) -> Session:
    """A session of a wallet that is open, over `chain`."""
    return Session(
        network=NETWORK,
        chain=chain,  # type: ignore[arg-type]
        gateway=Gateway(),  # type: ignore[arg-type]
        indexer=None,
        journal=Journal(home / "journal.db"),
        clock=Clock(),
        sdl=None,  # type: ignore[arg-type]
        wallet=WalletRef("bench", OWNER),
        signer=Key(),
    )
