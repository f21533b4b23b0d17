"""A small chain at the port's edge: blocks by the clock, one group of rules, faults on demand."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from akash_tui.domain.akash.calendar import ChainPlans
from akash_tui.domain.akash.entities import (
    Bid,
    BidId,
    BidState,
    Deployment,
    DeploymentId,
    DeploymentState,
    Deposit,
    EscrowAccount,
    EscrowState,
    Group,
    GroupId,
    GroupState,
    Lease,
    LeaseState,
    Order,
    OrderId,
    OrderState,
)
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.messages import (
    CloseDeployment,
    CloseGroup,
    CloseLease,
    CreateDeployment,
    CreateLease,
    DepositDeployment,
    GrantDeposits,
    Message,
    PauseGroup,
    RevokeDeposits,
    StartGroup,
    UpdateDeployment,
)
from akash_tui.domain.akash.money import UACT, UAKT, BlockTime, Coin, DecCoin
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Audit, Certificate, Provider
from akash_tui.domain.akash.resources import Attribute, ResourceOffer, Resources
from akash_tui.services.ports import (
    Account,
    AkashError,
    AktPrice,
    BadInput,
    ChainParams,
    Head,
    MintRecord,
    MintStatus,
    NeverIncluded,
    OutOfGas,
    Refused,
    SecondReads,
    SignedTx,
    Signer,
    TxDraft,
    TxResult,
    TxUnknown,
    Wake,
)
from akash_tui.services.ports.grants import DepositGrant, Grants
from tests.fakes.clock import START, FakeClock

BLOCK = 6
TTL = 60
NETWORK = Network("fake", "fake-1", ("http://127.0.0.1:1",), ("http://127.0.0.1:2",))
OWNER = "akash1owner00000000000000000000000000000000a"


def provider_name(number: int) -> str:
    return f"akash1prov{number:034d}"


def gpu_offer(model: GpuModel, units: int = 1, id: int = 1) -> ResourceOffer:
    return ResourceOffer(Resources(id, 1000, 2**30, (), units, (Attribute(model.key(), "true"),)), 1)


class FakeChain:
    """Everything of `ports.Chain` that the flow uses. `gate(name)` runs before and after each call of it."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.network = NETWORK
        self.balances_: dict[str, dict[str, int]] = {OWNER: {UACT: 50_000_000, UAKT: 1_000_000}}
        self.deployments_: dict[DeploymentId, Deployment] = {}
        self.orders_: dict[OrderId, Order] = {}
        self.bids_: dict[BidId, Bid] = {}
        self.leases_: dict[BidId, Lease] = {}
        self.offers: list[tuple[str, Decimal, tuple[ResourceOffer, ...]]] = [
            (provider_name(n), Decimal(1000 + 500 * n), (gpu_offer(GpuModel("nvidia", model)),))
            for n, model in enumerate(("a100", "h100", "rtx4090"))
        ]
        """Who bids on every order: provider, price a block, offers."""
        self.pool: dict[str, tuple[SignedTx, int]] = {}
        """Taken but not in a block: transaction and the height at which it gets in (-1: never)."""
        self.results: dict[str, TxResult] = {}
        self.committed: list[tuple[Message, ...]] = []
        """Messages of every successful transaction, in order."""
        self.gate: Callable[[str], None] = lambda name: None
        self.reads = 0
        self.websocket = True
        self.drop = False
        """Take transactions and never put them into a block."""
        self.witnesses = 2
        """How many endpoints report each result: 1 for a network with a single one."""
        self.reports_payments = True
        """False for a node that stores no events."""
        self.gas_needed = 100_000
        self.gas_simulated = 100_000
        self.min_deposit = 500_000
        self.plans_ = ChainPlans()
        self.given_ = Grants()
        """What the owner pays for others."""
        self.grants_ = Grants()
        """What others pay for the owner."""
        self.second_: SecondReads | None = None
        """Another endpoint of the same chain, if there is one."""
        self._nonce = itertools.count()
        self._first_signed: set[str] = set()

    # --- time ---

    @property
    def height(self) -> int:
        return 1000 + int(self.clock.elapsed // BLOCK)

    def step(self) -> None:
        """Bring in what is due."""
        for hash, (tx, at) in list(self.pool.items()):
            if 0 <= at <= self.height:
                del self.pool[hash]
                self._execute(tx, at)

    def _call(self, name: str) -> None:
        self.gate(name)
        self.step()

    # --- reads ---

    def second(self) -> SecondReads | None:
        return self.second_

    async def verify(self) -> Head:
        return await self.head()

    async def head(self) -> Head:
        self._call("head")
        time = START + timedelta(seconds=(self.height - 1000) * BLOCK)
        return Head(self.height, time, NETWORK.chain_id, self.clock.now())

    async def plans(self, head: Head) -> ChainPlans:
        return self.plans_

    async def block_time(self) -> BlockTime:
        return BlockTime(Decimal(BLOCK), measured=True, blocks=100)

    async def account(self, address: str) -> Account | None:
        self._call("account")
        return Account(address, 1, address in self._first_signed)

    async def balances(self, address: str) -> tuple[Coin, ...]:
        self._call("balances")
        return tuple(Coin(d, a) for d, a in sorted(self.balances_.get(address, {}).items()))

    async def grants_to(self, address: str) -> Grants:
        self._call("grants")
        return self.grants_

    async def grants_by(self, address: str) -> Grants:
        self._call("grants")
        return self.given_

    def unsigned(self, draft: TxDraft) -> str:
        return str(draft)

    async def read_signed(self, text: str, owner: str) -> SignedTx:
        raise BadInput("Not a signed file.", "None is read here.")

    async def params(self) -> ChainParams:
        self._call("params")
        return ChainParams((Coin(UACT, self.min_deposit),), 20)

    async def akt_price(self) -> AktPrice | None:
        return AktPrice(Decimal("1.2"), self.clock.now(), healthy=True)

    async def deployment(self, id: DeploymentId) -> Deployment | None:
        self._call("deployment")
        return self.deployments_.get(id)

    async def deployments(self, owner: str, state: DeploymentState | None = None) -> list[Deployment]:
        self._call("deployments")
        return [d for d in self.deployments_.values() if d.id.owner == owner and state in (None, d.state)]

    async def orders(self, id: DeploymentId) -> list[Order]:
        self._call("orders")
        return [o for o in self.orders_.values() if o.id.deployment == id]

    async def order(self, id: OrderId) -> Order | None:
        self._call("order")
        return self.orders_.get(id)

    async def bids(self, id: DeploymentId, state: BidState | None = None) -> list[Bid]:
        self.reads += 1
        self._call("bids")
        return [b for b in self.bids_.values() if b.id.deployment == id and state in (None, b.state)]

    async def owner_bids(self, owner: str, state: BidState) -> list[Bid]:
        self._call("owner_bids")
        return [b for b in self.bids_.values() if b.id.owner == owner and b.state is state]

    async def bid(self, id: BidId) -> Bid | None:
        self._call("bid")
        return self.bids_.get(id)

    async def leases(self, owner: str, dseq: int | None = None, state: LeaseState | None = None) -> list[Lease]:
        self._call("leases")
        return [
            x
            for x in self.leases_.values()
            if x.id.owner == owner and dseq in (None, x.id.dseq) and state in (None, x.state)
        ]

    async def lease(self, id: BidId) -> Lease | None:
        self._call("lease")
        return self.leases_.get(id)

    async def providers(self) -> list[Provider]:
        return [p for owner, _, _ in self.offers if (p := await self.provider(owner)) is not None]

    async def provider(self, owner: str) -> Provider | None:
        self._call("provider")
        host = f"https://p{int(owner[-3:])}.example:8443"
        return Provider(owner, host, (Attribute("location-region", "us-west"),))

    async def certificates(self, owner: str) -> list[Certificate]:
        return [Certificate(owner, "valid", b"pem")]

    async def audits(self, owner: str) -> list[Audit]:
        self._call("audits")
        return [Audit(owner, "akash1auditor", ())]

    async def mint_status(self) -> MintStatus | None:
        return None

    async def mint_records(self, owner: str) -> list[MintRecord]:
        return []

    async def wakes(self, about: DeploymentId | None = None) -> AsyncIterator[Wake]:
        if not self.websocket:
            yield Wake("lost")
            await asyncio.get_running_loop().create_future()
        yield Wake("connected")
        while True:
            await self.clock.sleep(BLOCK)
            yield Wake("block", self.height)

    # --- writes ---

    async def simulate(
        self, messages: Sequence[Message], signer: Signer, memo: str = "", fee_granter: str = "", more_gas: int = 0
    ) -> TxDraft:
        self._call("simulate")
        self._check(messages)
        limit = self.gas_simulated * 3 // 2 + more_gas
        fee = Coin(UAKT, limit // 40)
        return TxDraft(tuple(messages), signer.address, self.gas_simulated, limit, fee, memo, fee_granter)

    async def sign(self, draft: TxDraft, signer: Signer, *, gas_limit: int | None = None) -> SignedTx:
        self._call("sign")
        await asyncio.sleep(0)
        if gas_limit is not None:
            draft = replace(draft, gas_limit=gas_limit, fee=Coin(UAKT, draft.fee.amount * gas_limit // draft.gas_limit))
        raw = f"{draft}{next(self._nonce)}{self.clock.elapsed}".encode()
        expires = (await self.head()).time + timedelta(seconds=TTL)
        return SignedTx(draft, raw, hashlib.sha256(raw).hexdigest().upper(), expires, timedelta(seconds=TTL))

    async def broadcast(self, tx: SignedTx) -> None:
        self._call("broadcast")
        if tx.hash not in self.results:
            self.pool.setdefault(tx.hash, (tx, -1 if self.drop else self.height + 1))
        self.gate("broadcast done")

    async def confirm(self, tx: SignedTx) -> TxResult:
        while True:
            self._call("confirm")
            if tx.hash in self.results:
                return self.results[tx.hash]
            if tx.expires is not None and (await self.head()).time > tx.expires:
                self.pool.pop(tx.hash, None)
                raise NeverIncluded("The transaction never made it into a block.", "Do it again.")
            await self.clock.sleep(1)

    async def find_tx(self, tx_hash: str) -> TxResult | None:
        self._call("find_tx")
        return self.results.get(tx_hash)

    def error_of(self, result: TxResult) -> AkashError:
        kind = OutOfGas if (result.codespace, result.code) == ("sdk", 11) else Refused
        return kind(result.log, codespace=result.codespace, number=result.code)

    async def aclose(self) -> None:
        return None

    # --- rules ---

    def _check(self, messages: Sequence[Message]) -> None:
        for message in messages:
            if isinstance(message, CreateDeployment) and message.id in self.deployments_:
                raise Refused("deployment exists", codespace="deployment", number=3)
            if isinstance(message, CreateLease):
                order = self.orders_.get(message.bid.order)
                if order is None or order.state is not OrderState.OPEN:
                    raise Refused("bid: order not open", codespace="market", number=13)
                bid = self.bids_.get(message.bid)
                if bid is None or bid.state is not BidState.OPEN:
                    raise Refused("bid not open", codespace="market", number=12)
            if isinstance(message, CloseDeployment):
                deployment = self.deployments_.get(message.id)
                if deployment is None or deployment.state is not DeploymentState.ACTIVE:
                    raise Refused("deployment closed", codespace="deployment", number=5)

    def _execute(self, tx: SignedTx, height: int) -> None:
        purse = self.balances_[tx.draft.signer]
        purse[UAKT] -= tx.draft.fee.amount
        self._first_signed.add(tx.draft.signer)
        code, codespace, log, paid = 0, "", "", []
        try:
            if tx.draft.gas_limit < self.gas_needed:
                raise OutOfGas("out of gas", codespace="sdk", number=11)
            self._check(tx.draft.messages)
        except Refused as error:
            code, codespace, log = error.number, error.codespace, error.title
        else:
            for message in tx.draft.messages:
                paid += self._apply(message, height)
            self.committed.append(tx.draft.messages)
        self.results[tx.hash] = TxResult(
            tx.hash,
            height,
            code,
            codespace,
            log,
            min(tx.draft.gas_limit, self.gas_needed),
            tx.draft.fee,
            tuple(paid) if self.reports_payments else None,
            self.witnesses,
        )

    def _apply(self, message: Message, height: int) -> list[Any]:
        if isinstance(message, CreateDeployment):
            self._create(message, height)
        elif isinstance(message, DepositDeployment):
            self._deposit(message.deployment, message.deposit.amount, height)
        elif isinstance(message, CreateLease):
            self._lease(message.bid, height)
        elif isinstance(message, UpdateDeployment):
            self.deployments_[message.id] = replace(self.deployments_[message.id], hash=message.hash)
        elif isinstance(message, CloseDeployment):
            return self._close(message.id, height)
        elif isinstance(message, CloseLease):
            self._end_lease(message.lease, height)
            self._next_order(GroupId(message.lease.owner, message.lease.dseq, message.lease.gseq), height)
        elif isinstance(message, PauseGroup | StartGroup | CloseGroup):
            self._group(message, height)
        elif isinstance(message, GrantDeposits):
            given = DepositGrant(message.granter, message.grantee, (message.limit,), ("deployment",), message.expires)
            self.given_ = replace(self.given_, deposits=(given,))
        elif isinstance(message, RevokeDeposits):
            self.given_ = replace(self.given_, deposits=())
        return []

    def _create(self, message: CreateDeployment, height: int) -> None:
        id = message.id
        groups = []
        for gseq, spec in enumerate(message.groups, start=1):
            groups.append(Group(GroupId(id.owner, id.dseq, gseq), GroupState.OPEN, spec, height))
            self.open_order(OrderId(id.owner, id.dseq, gseq, 1), height)
        escrow = EscrowAccount(EscrowState.OPEN, height, (DecCoin(UACT, Decimal(0)),))
        self.deployments_[id] = Deployment(id, DeploymentState.ACTIVE, message.hash, height, tuple(groups), escrow)
        self._deposit(id, message.deposit.amount, height)

    def open_order(self, id: OrderId, height: int) -> None:
        spec = None
        self.orders_[id] = Order(id, OrderState.OPEN, spec, height)  # type: ignore[arg-type]  # nobody reads it here
        for owner, price, offers in self.offers:
            bid = BidId(id.owner, id.dseq, id.gseq, id.oseq, owner)
            self.bids_[bid] = Bid(bid, BidState.OPEN, DecCoin(UACT, price), height + 1, offers)

    def _deposit(self, id: DeploymentId, amount: int, height: int) -> None:
        self.balances_[id.owner][UACT] -= amount
        deployment = self.deployments_[id]
        escrow = deployment.escrow
        deposit = Deposit(id.owner, height, "balance", DecCoin(UACT, Decimal(amount)))
        escrow = replace(
            escrow, funds=(DecCoin(UACT, escrow.held(UACT) + amount),), deposits=(*escrow.deposits, deposit)
        )
        self.deployments_[id] = replace(deployment, escrow=escrow)

    def _settle(self, id: DeploymentId, height: int) -> None:
        """Charge the escrow for the blocks since it was settled last, as every change of its leases does first."""
        deployment = self.deployments_[id]
        escrow = deployment.escrow
        rate = sum((x.price.amount for x in self._running(id)), Decimal(0))
        due = left = rate * (height - escrow.settled_at)
        deposits = []
        for deposit in escrow.deposits:
            taken = min(left, deposit.balance.amount)
            left -= taken
            deposits.append(replace(deposit, balance=DecCoin(UACT, deposit.balance.amount - taken)))
        paid = sum((coin.amount for coin in escrow.transferred), due)
        escrow = replace(
            escrow,
            settled_at=height,
            funds=(DecCoin(UACT, escrow.held(UACT) - due),),
            deposits=tuple(deposits),
            transferred=(DecCoin(UACT, paid),),
        )
        self.deployments_[id] = replace(deployment, escrow=escrow)

    def _running(self, id: DeploymentId) -> list[Lease]:
        return [x for x in self.leases_.values() if x.id.deployment == id and x.state is LeaseState.ACTIVE]

    def _lease(self, id: BidId, height: int) -> None:
        self._settle(id.deployment, height)
        bid = self.bids_[id]
        self.leases_[id] = Lease(id, LeaseState.ACTIVE, bid.price, height, 0, "")
        self.bids_[id] = replace(bid, state=BidState.ACTIVE)
        self.orders_[id.order] = replace(self.orders_[id.order], state=OrderState.ACTIVE)
        losers = [b for b in self.bids_.values() if b.id.order == id.order and b.id != id]
        if losers:  # only one of them: the others stay open for good, as recorded
            self.bids_[losers[0].id] = replace(losers[0], state=BidState.LOST)

    def _close(self, id: DeploymentId, height: int) -> list[Any]:
        self._settle(id, height)
        deployment = self.deployments_[id]
        given = [
            (d.owner, Coin(UACT, int(d.balance.amount))) for d in deployment.escrow.deposits if d.owner != id.owner
        ]
        back = int(deployment.escrow.held(UACT)) - sum(coin.amount for _, coin in given)
        self.balances_[id.owner][UACT] += back
        for lease in self._running(id):
            self.leases_[lease.id] = replace(
                lease, state=LeaseState.CLOSED, closed_on=height, reason="lease_closed_owner"
            )
        for order in [o for o in self.orders_.values() if o.id.deployment == id]:
            self.orders_[order.id] = replace(order, state=OrderState.CLOSED)
        escrow = replace(deployment.escrow, state=EscrowState.CLOSED, funds=(DecCoin(UACT, Decimal(0)),), deposits=())
        self.deployments_[id] = replace(deployment, state=DeploymentState.CLOSED, escrow=escrow)
        return [(id.owner, Coin(UACT, back)), *given]

    def _end_lease(self, id: BidId, height: int) -> None:
        self._settle(id.deployment, height)
        lease = self.leases_[id]
        self.leases_[id] = replace(lease, state=LeaseState.CLOSED, closed_on=height, reason="lease_closed_owner")
        self.orders_[id.order] = replace(self.orders_[id.order], state=OrderState.CLOSED)
        self.bids_[id] = replace(self.bids_[id], state=BidState.CLOSED)

    def _next_order(self, group: GroupId, height: int) -> None:
        last = max(o.oseq for o in self.orders_ if (o.owner, o.dseq, o.gseq) == (group.owner, group.dseq, group.gseq))
        self.open_order(OrderId(group.owner, group.dseq, group.gseq, last + 1), height)

    def _group(self, message: PauseGroup | StartGroup | CloseGroup, height: int) -> None:
        id = message.group
        if isinstance(message, StartGroup):
            self._next_order(id, height)
        else:
            for order in [o for o in self.orders_.values() if o.id.gseq == id.gseq and o.id.deployment.dseq == id.dseq]:
                self.orders_[order.id] = replace(order, state=OrderState.CLOSED)
            for lease in [x for x in self.leases_.values() if x.id.gseq == id.gseq and x.id.dseq == id.dseq]:
                if lease.state is LeaseState.ACTIVE:
                    self._end_lease(lease.id, height)
        state = {PauseGroup: GroupState.PAUSED, StartGroup: GroupState.OPEN, CloseGroup: GroupState.CLOSED}[
            type(message)
        ]
        deployment = self.deployments_[DeploymentId(id.owner, id.dseq)]
        groups = tuple(replace(g, state=state) if g.id == id else g for g in deployment.groups)
        self.deployments_[deployment.id] = replace(deployment, groups=groups)

    def unanswered(self, tx_hash: str) -> TxUnknown:
        return TxUnknown("No answer.", tx_hash=tx_hash)
