"""A practice world with one tenant and three H100 providers, and short words for what they do."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.chain.blocks import Block, CheckTxAnswer, Outcome
from akash_tui.practice.chain.signing import sign_tx
from akash_tui.practice.chain.world import World
from akash_tui.practice.state import genesis
from akash_tui.practice.state.crypto import Key
from akash_tui.wire import base_deposit_pb2, escrow_id_pb2, escrow_v1_pb2
from akash_tui.wire import deployment_v1beta4_pb2 as deployment_pb
from akash_tui.wire import market_v1beta5_pb2 as market_pb

CHAIN_ID = "practice-small"
SECOND = 10**9
H100 = "capabilities/gpu/vendor/nvidia/model/h100"


class SmallWorld:
    """The world, its clock (one second per block) and its people."""

    def __init__(self, **how: Any) -> None:
        self.clock = 1_800_000_000 * SECOND
        self.world = World(CHAIN_ID, block_time=1.0, now=lambda: self.clock, **{"index_lag": 0.0, **how})
        self.tenant = Key.from_seed(b"tenant")
        self.providers = [Key.from_seed(b"provider %d" % number) for number in range(3)]
        for key in (self.tenant, *self.providers):
            genesis.account(self.world.books, key.address, {"uakt": 10**10, "uact": 10**9})
        for key in self.providers:
            genesis.provider(
                self.world.books, key.address, "https://127.0.0.1:8443", [("host", "akash"), (H100, "true")]
            )
        self.block()

    def block(self, count: int = 1) -> Block:
        """Let blocks pass; the last one."""
        for _ in range(count):
            self.clock += SECOND
            made = self.world.make_block()
        return made

    def sign(self, key: Key, *messages: Any, **how: Any) -> bytes:
        """A transaction with the next sequence."""
        account = self.world.pending_books().accounts[(key.address,)]
        known = {"chain_id": CHAIN_ID, "account_number": account.number, "sequence": account.sequence}
        return sign_tx(key, messages, **{**known, **how})

    def unordered(self, key: Key, *messages: Any, ahead_ns: int = 60 * SECOND, **how: Any) -> bytes:
        """An unordered transaction that times out `ahead_ns` after the last block."""
        return self.sign(key, *messages, **{"sequence": 0, "timeout_ns": self.world.time_ns + ahead_ns, **how})

    def check(self, key: Key, *messages: Any, **how: Any) -> CheckTxAnswer:
        """Broadcast only."""
        return self.world.submit(self.sign(key, *messages, **how))

    def do(self, key: Key, *messages: Any, **how: Any) -> Outcome:
        """Broadcast, make a block, give the outcome; the check must pass."""
        answer = self.check(key, *messages, **how)
        assert answer.code == 0, answer.raw_log
        self.block()
        record = self.world.find_tx(answer.hash)
        assert record is not None
        return record.outcome

    def deployment(
        self, dseq: int, *, gpus: tuple[str, ...] = ("vendor/nvidia/model/h100",), deposit: int = 5_000_000
    ) -> Any:
        """MsgCreateDeployment: one group, one unit, 10000 uact per block at most."""
        message = deployment_pb.MsgCreateDeployment(hash=b"h" * 32)
        message.id.owner, message.id.dseq = self.tenant.address, dseq
        group = message.groups.add(name="gpu")
        group.requirements.attributes.add(key="host", value="akash")
        unit = group.resources.add(count=1)
        unit.price.denom, unit.price.amount = "uact", str(10_000 * 10**18)
        unit.resource.id = 1
        unit.resource.cpu.units.val = b"1000"
        unit.resource.memory.quantity.val = b"1073741824"
        unit.resource.storage.add(name="default").quantity.val = b"1073741824"
        unit.resource.gpu.units.val = b"1" if gpus else b"0"
        for key in gpus:
            unit.resource.gpu.attributes.add(key=key, value="true")
        _deposit(message.deposit, deposit)
        return message

    def bid(self, dseq: int, provider: Key, *, price: str = "1000", oseq: int = 1) -> Any:
        """MsgCreateBid; the price in uact per block, at most 18 decimals."""
        message = market_pb.MsgCreateBid()
        message.id.owner, message.id.dseq = self.tenant.address, dseq
        message.id.gseq, message.id.oseq, message.id.provider = 1, oseq, provider.address
        whole, _, fraction = price.partition(".")
        message.price.denom, message.price.amount = "uact", whole + fraction.ljust(18, "0")
        _deposit(message.deposit, 500_000)
        return message

    def lease(self, dseq: int, provider: Key, *, oseq: int = 1) -> Any:
        """MsgCreateLease."""
        return market_pb.MsgCreateLease(bid_id=self.bid(dseq, provider, oseq=oseq).id)

    def withdraw(self, dseq: int, provider: Key) -> Any:
        """MsgWithdrawLease."""
        message = market_pb.MsgWithdrawLease()
        message.id.CopyFrom(_lease_id(self.bid(dseq, provider).id))
        return message

    def close_lease(self, dseq: int, provider: Key) -> Any:
        """MsgCloseLease."""
        message = market_pb.MsgCloseLease()
        message.id.CopyFrom(_lease_id(self.bid(dseq, provider).id))
        return message

    def close(self, dseq: int) -> Any:
        """MsgCloseDeployment."""
        message = deployment_pb.MsgCloseDeployment()
        message.id.owner, message.id.dseq = self.tenant.address, dseq
        return message

    def top_up(self, dseq: int, amount: int, denom: str = "uact") -> Any:
        """MsgAccountDeposit by the tenant."""
        message = escrow_v1_pb2.MsgAccountDeposit(signer=self.tenant.address)
        message.id.scope, message.id.xid = escrow_id_pb2.deployment, f"{self.tenant.address}/{dseq}"
        _deposit(message.deposit, amount, denom)
        return message

    def balance(self, key: Key, denom: str = "uact") -> int:
        """What somebody holds."""
        return self.world.books.balances.get((key.address, denom)) or 0

    def total(self, denom: str) -> int:
        """All coins of a denom."""
        books = self.world.books
        return sum(books.balances[key] for key in books.balances.keys() if key[1] == denom)  # noqa: SIM118


def _deposit(deposit: Any, amount: int, denom: str = "uact") -> None:
    deposit.amount.denom, deposit.amount.amount = denom, str(amount)
    deposit.sources.append(base_deposit_pb2.balance)


def _lease_id(bid_id: Any) -> Any:
    return market_pb.MsgCloseLease.FromString(market_pb.MsgCreateLease(bid_id=bid_id).SerializeToString()).id
