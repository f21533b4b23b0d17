"""What a chain is asked and answers: blocks, accounts, parameters, the mint and transactions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.messages import Message
from akash_tui.domain.akash.money import Coin


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


@dataclass(frozen=True, slots=True)
class ChainParams:
    """Parameters of the deployment and market modules."""

    min_deposits: tuple[Coin, ...]
    order_max_bids: int

    def min_deposit(self, denom: str) -> Coin | None:
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


@dataclass(frozen=True, slots=True)
class TxDraft:
    """A transaction simulated but not signed: what it does, its gas limit and its fee."""

    messages: tuple[Message, ...]
    signer: str
    gas_used: int
    gas_limit: int
    fee: Coin
    memo: str = ""


@dataclass(frozen=True, slots=True)
class SignedTx:
    """Final bytes. `hash` is known before sending; after `expires` (block time) they can never count."""

    draft: TxDraft
    raw: bytes = field(repr=False)
    hash: str
    expires: datetime | None
    """None where it is not known."""


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
    events: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """(event type, ((key, value), …)) in order."""


@dataclass(frozen=True, slots=True)
class Wake:
    """A reason to read again now. Carries no state: REST answers alone do."""

    reason: str
    """`block`, `tx`, `connected` or `lost` (the websocket is gone: poll, and show that)."""
    height: int | None = None
