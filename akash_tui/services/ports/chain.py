"""The Akash chain, as services see it: what it is asked and answers, blocks, accounts, the mint and transactions."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Protocol

from akash_tui.domain.akash.calendar import ChainPlans
from akash_tui.domain.akash.entities import (
    Bid,
    BidId,
    BidState,
    Deployment,
    DeploymentId,
    DeploymentState,
    Lease,
    LeaseId,
    LeaseState,
    Order,
    OrderId,
)
from akash_tui.domain.akash.messages import Message
from akash_tui.domain.akash.money import BlockTime, Coin
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Audit, Certificate, Provider
from akash_tui.services.errors import AkashError
from akash_tui.services.ports.grants import Grants
from akash_tui.services.ports.wallets import Signer

LONGEST_LIFE = timedelta(minutes=3)
"""The most between signing a transaction and its time-out; see `prepare_tx.time_to_live`."""


@dataclass(frozen=True, slots=True)
class Head:
    """The newest block that a node has reported, and when we read it."""

    height: int
    time: datetime
    chain_id: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the chain knows it. Without `has_pubkey` providers cannot check our tokens."""

    address: str
    number: int
    has_pubkey: bool
    sequence: int = 0
    """That of its next transaction in order; ours have none, so that only those signed elsewhere count it."""


@dataclass(frozen=True, slots=True)
class ChainParams:
    """Parameters of the deployment and market modules."""

    min_deposits: tuple[Coin, ...]
    order_max_bids: int

    @property
    def most_bids(self) -> int:
        """How many bids an order takes: the chain counts those that are there before it takes one more."""
        return self.order_max_bids + 1

    def min_deposit(self, denom: str) -> Coin | None:
        """The smallest deposit of a token, in micro-units; None if the chain takes none in it."""
        return next((c for c in self.min_deposits if c.denom == denom), None)


@dataclass(frozen=True, slots=True)
class AktPrice:
    """USD per AKT by the chain's own oracle, and its time; unhealthy prices are marked."""

    usd: Decimal
    at: datetime | None
    healthy: bool


@dataclass(frozen=True, slots=True)
class MintStatus:
    """Whether ACT can be minted from AKT (and burned back) now, and on which terms."""

    status: str
    """The chain's word, for example `mint_status_healthy` or `mint_status_halt_cr`."""
    mints_allowed: bool
    refunds_allowed: bool
    min_mint: tuple[Coin, ...]
    """A mint that yields less is cancelled some blocks later and paid back."""
    spread_bps: int
    """Hundredths of a percent taken off what is minted."""
    epoch_blocks: int
    """Blocks until a mint or burn is executed; more while collateral is low."""
    halted: str = ""
    """Why not everything is allowed, as the end of a sentence: `the price is stale`."""

    @property
    def halt_title(self) -> str:
        """`Minting is halted: the price is stale.`"""
        return mint_halted(self.halted or self.status)


def mint_halted(why: str) -> str:
    """The sentence for a mint that does not work now; `why` is the end of it."""
    return f"Minting is halted: {why}."


@dataclass(frozen=True, slots=True)
class MintRecord:
    """One mint or burn in the chain's books: `status` is `pending`, `executed` or `canceled`."""

    source: str
    height: int
    sequence: int
    denom: str
    status: str
    minted: Coin | None
    """What came out, before `spread`; None until executed."""
    spread: Coin | None
    cancel_reason: str = ""
    burned: Coin | None = None
    """What was given for it; None if the books do not name it."""


@dataclass(frozen=True, slots=True)
class TxDraft:
    """A transaction simulated but not signed: what it does, its gas limit and its fee."""

    messages: tuple[Message, ...]
    signer: str
    gas_used: int
    gas_limit: int
    fee: Coin
    memo: str = ""
    fee_granter: str = ""
    """The account that pays the fee; "" for the signer."""


@dataclass(frozen=True, slots=True)
class SignedTx:
    """Final bytes. `hash` is known before sending; after `expires` (block time) they can never count."""

    draft: TxDraft
    raw: bytes = field(repr=False)
    hash: str
    expires: datetime | None
    """None where it is not known."""
    life: timedelta = LONGEST_LIFE
    """Between signing and the time-out."""
    sequence: int | None = None
    """Of a transaction in order, which was signed elsewhere: it can count until the account's sequence is past it."""
    last_height: int = 0
    """The last block that can hold it; 0 where there is none."""
    since: datetime | None = None
    """When one in order was first seen here: a node that says that it never happened must have the blocks since."""
    over_at: float | None = None
    """Second of our own monotonic clock before which it may still count, whatever a node's clock shows; None for
    one that another process signed."""


@dataclass(frozen=True, slots=True)
class TxResult:
    """A transaction found in a block. `code` 0 is success."""

    hash: str
    height: int
    code: int
    codespace: str
    log: str
    gas_used: int
    fee: Coin | None
    paid: tuple[tuple[str, Coin], ...] | None = None
    """What its messages paid, and to whom (fees are not among it); None where the node does not report it."""
    witnesses: int = 1
    """How many endpoints, each on a host of its own, report it; a failure that only one reports may be a lie."""
    records: tuple[tuple[int, int], ...] = ()
    """Height and sequence of each record that its mints and burns made in the mint's ledger; where it is known."""


@dataclass(frozen=True, slots=True)
class Wake:
    """A reason to read again now. Carries no state: REST answers alone do."""

    reason: str
    """`block`, `tx`, `connected` or `lost` (the websocket is gone: poll, and show that)."""
    height: int | None = None


class SecondReads(Protocol):
    """What a second endpoint of the same chain is asked, to compare; it is read as `Chain` is."""

    async def akt_price(self) -> AktPrice | None:
        """By the chain's oracle; None where it has no price."""

    async def bid(self, id: BidId) -> Bid | None: ...

    async def lease(self, id: LeaseId) -> Lease | None: ...

    async def deployment(self, id: DeploymentId) -> Deployment | None: ...

    async def mint_records(self, owner: str) -> list[MintRecord]: ...

    async def grants_by(self, address: str) -> Grants: ...

    async def grants_to(self, address: str) -> Grants: ...

    async def provider(self, owner: str) -> Provider | None: ...

    async def head(self) -> Head: ...


class Chain(Protocol):
    """One Akash chain. Reads raise `Unreachable`, `WrongChain` or `Refused`; "not there" is None."""

    network: Network

    def second(self) -> SecondReads | None:
        """The endpoints on other hosts than the one that is asked first; None without any. What they answer is only
        compared with the first answer, never used in its place; but they can show what the first one hides."""

    async def verify(self) -> Head:
        """Check that the endpoints serve `network.chain_id`; needed once before anything is signed."""

    async def head(self) -> Head:
        """The newest block that an endpoint reports now."""

    async def block_time(self) -> BlockTime:
        """Measured over the newest blocks; an assumption, marked so, where that is impossible."""

    async def plans(self, head: Head) -> ChainPlans:
        """What the chain has announced for itself, seen from this head; read rarely, from memory in between. One
        node's word: it can only warn."""

    async def account(self, address: str) -> Account | None:
        """None if the address was never funded."""

    async def balances(self, address: str) -> tuple[Coin, ...]:
        """Every denomination that the address has, in micro-units."""

    async def grants_to(self, address: str) -> Grants:
        """What other accounts pay for this one: fees and deposits. One node's word, which the simulation confirms."""

    async def grants_by(self, address: str) -> Grants:
        """What this account pays for others."""

    async def params(self) -> ChainParams:
        """Parameters of the deployment and market modules."""

    async def akt_price(self) -> AktPrice | None:
        """By the chain's oracle; None where it has no price."""

    async def deployment(self, id: DeploymentId) -> Deployment | None:
        """With its groups and its escrow; None if the chain has none of this id."""

    async def deployments(self, owner: str, state: DeploymentState | None = None) -> list[Deployment]:
        """All of one owner; None as state means every state."""

    async def orders(self, id: DeploymentId) -> list[Order]:
        """The orders of every group, closed ones included."""

    async def order(self, id: OrderId) -> Order | None:
        """None if the chain has none of this id."""

    async def bids(self, id: DeploymentId, state: BidState | None = None) -> list[Bid]:
        """The bids on every order of a deployment; None as state means every state."""

    async def owner_bids(self, owner: str, state: BidState) -> list[Bid]:
        """The bids in one state on every order of `owner`; the active ones are those behind active leases."""

    async def bid(self, id: BidId) -> Bid | None:
        """In whichever state; None if the chain has none of this id."""

    async def leases(self, owner: str, dseq: int | None = None, state: LeaseState | None = None) -> list[Lease]:
        """All of one owner, or of one deployment; None as state means every state."""

    async def lease(self, id: LeaseId) -> Lease | None:
        """In whichever state; None if the chain has none of this id."""

    async def providers(self) -> list[Provider]:
        """Every provider that is registered, whether it answers or not."""

    async def provider(self, owner: str) -> Provider | None:
        """By its address; None if it is not registered."""

    async def certificates(self, owner: str) -> list[Certificate]:
        """Valid (not revoked) ones only."""

    async def audits(self, owner: str) -> list[Audit]:
        """What auditors have signed about one provider."""

    async def mint_status(self) -> MintStatus | None:
        """None on chains without a mint."""

    async def mint_records(self, owner: str) -> list[MintRecord]:
        """Mints and burns of `owner`, oldest first."""

    def wakes(self, about: DeploymentId | None = None) -> AsyncIterator[Wake]:
        """Wake-ups for ever: new blocks and transactions; reconnects by itself with backoff.

        With `about`, only transactions that may concern that deployment wake (blocks always do).
        """

    async def simulate(
        self, messages: Sequence[Message], signer: Signer, memo: str = "", fee_granter: str = "", more_gas: int = 0
    ) -> TxDraft:
        """Run without signing; raises what the chain would raise (`Refused`, `Insufficient`). The fee is that of
        `fee_granter`, if one is named; the limit leaves room for `more_gas` beyond what the run used."""

    async def sign(self, draft: TxDraft, signer: Signer, *, gas_limit: int | None = None) -> SignedTx:
        """Final bytes with a unique time-out in block time: the same draft signed twice are two transactions.
        `gas_limit` overrides the draft's."""

    def unsigned(self, draft: TxDraft) -> str:
        """The draft as the official command line writes it (`--generate-only`), for signing elsewhere: in order, with
        the account's next sequence, without a time-out."""

    async def read_signed(self, text: str, owner: str) -> SignedTx:
        """The reverse, once it is signed. `BadInput` that says what is wrong, before anything is sent: no transaction
        of `owner`, for another chain, changed after signing, with a used sequence, or not one that we could send. One
        that is in a block already is returned as it is."""

    async def broadcast(self, tx: SignedTx) -> None:
        """Hand in. Returns if the node took it (or had it); raises `Refused`/`Insufficient` if two endpoints refuse
        (with `certain` False if only one does: it may count all the same), `Unreachable` if surely nothing was sent,
        `TxUnknown` if no clear answer came before its time-out."""

    async def confirm(self, tx: SignedTx) -> TxResult:
        """Wait until found in a block (code may be non-zero, see `TxResult.witnesses`) or until it can never be:
        `TxUnknown` while undecided and the node gone, or where endpoints contradict each other; `NeverIncluded` once
        its time-out has passed in block time and by our own clock."""

    async def find_tx(self, tx_hash: str) -> TxResult | None:
        """None while no endpoint that was asked has it in a block."""

    def error_of(self, result: TxResult) -> AkashError:
        """The sentence and advice for a transaction that failed in its block."""

    async def aclose(self) -> None:
        """Close every connection; safe to call twice."""
