"""Frozen quotes: everything a spend does, shown before it is signed; exactly this is signed.

Amounts are `Coin`s of micro-units, `*_h` are whole ACT per hour, hours are Decimals.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from akash_tui.domain.akash.amounts import RuntimeLimit
from akash_tui.domain.akash.entities import Bid, DeploymentId, EscrowAccount
from akash_tui.domain.akash.money import UACT, BlockTime, Coin, DecCoin
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.services.ports import TxDraft
from akash_tui.services.spending.bounds import Excess
from akash_tui.services.spending.payers import Payment, comes_back
from akash_tui.services.storage.settings import Bounds

if TYPE_CHECKING:
    from akash_tui.domain.sdl.build.compiler import Compiled

ATTEMPTS_FACTOR = 4
"""All fees of one spend, retries after "out of gas" included, stay within this many times the first."""


@dataclass(frozen=True, slots=True)
class Quote:
    """What every spend shows."""

    owner: str
    chain_id: str
    draft: TxDraft = field(repr=False)
    """What is signed: messages, gas limit, fee."""
    fee_ceiling: Coin
    """The most that gas may cost: an "out of gas" (code 11) is tried again with more, up to this sum."""
    balances_before: tuple[Coin, ...]
    balances_after: tuple[Coin, ...]
    """With the first fee taken; a retry would take more, `fee_ceiling` at most. A close adds its estimated refund."""
    unverified: tuple[str, ...]
    """What could not be checked, one sentence each."""
    made_at: datetime
    beyond: tuple[Excess, ...] = field(default=(), kw_only=True)
    """Figures of the node that are beyond the bounds: nothing is signed until a person allows each."""
    payment: Payment = field(default_factory=Payment, kw_only=True)
    """Who pays the fee and the deposit."""
    bounds: Bounds = field(default_factory=Bounds, kw_only=True, repr=False)
    """By which the node's figures in it were judged."""

    @property
    def comes_back(self) -> str:
        """To whom the unused part of the deposit returns, as a sentence."""
        return comes_back(self.payment, self.owner)

    @property
    def fee(self) -> Coin:
        """What the transaction pays for its gas, in micro-AKT, whether it succeeds or not."""
        return self.draft.fee

    @property
    def gas_limit(self) -> int:
        """The most gas that it may use, in units of gas."""
        return self.draft.gas_limit


@dataclass(frozen=True, slots=True)
class Closing:
    """A deployment that a spend closes, and what that stops and gives back."""

    id: DeploymentId
    leases: int
    """Leases that run and will stop."""
    refund: Coin
    """An estimate as of `height`: what is left in escrow of our own deposits."""
    height: int
    others: tuple[tuple[str, Coin], ...]
    """What goes back to other depositors (grants), and to whom; estimated."""
    more_gas: int = 0
    """Units of gas for bids that may come before it is closed."""


@dataclass(frozen=True, slots=True)
class CreateQuote(Quote):
    """Create a deployment: locks `deposit`; nothing runs or costs until a bid is accepted."""

    id: DeploymentId
    name: str
    file: str
    sdl: str
    compiled: Compiled = field(repr=False)
    deposit: Coin
    hours: Decimal | None
    """Hours asked for: the deposit is raised to pay for them together with the lease."""
    max_price: DecCoin
    """The most that the SDL would pay, per block, all groups."""
    max_h: Decimal
    block_time: BlockTime
    lasts_hours: Decimal | None
    """How long the deposit lasts at the most the SDL would pay."""
    ends_at: datetime | None
    limit: RuntimeLimit | None = None
    """When it is to end by itself, counted from its first lease on."""
    closing: Closing | None = None
    """The deployment that the same transaction closes first; `balances_after` has its refund."""
    paired_with: DeploymentId | None = None
    """The other one of two that are asked for to keep one of them."""


@dataclass(frozen=True, slots=True)
class LeaseQuote(Quote):
    """Take one bid a group; from its block on the lease costs `price` a block."""

    rows: tuple[BidRow, ...]
    """The chosen bids with what is known of their providers, one a group, by gseq."""
    bids: tuple[Bid, ...]
    """The same bids as the chain had them when this quote was made."""
    price: DecCoin
    """All groups together, per block, together with leases that already run."""
    price_h: Decimal
    extra_deposit: Coin | None
    escrow: EscrowAccount
    lasts_hours: Decimal | None
    ends_at: datetime | None
    limit: RuntimeLimit | None = None
    """When it is to end by itself; the deposit is sized to it."""
    stops_at: datetime | None = None
    """About when that is."""

    @property
    def comes_back(self) -> str:
        """To whom the unused part returns: also of what is in escrow already."""
        held = tuple((each.owner, Coin(UACT, int(each.balance.amount))) for each in self.escrow.deposits)
        return comes_back(replace(self.payment, deposit=(*held, *self.payment.deposit)), self.owner)


@dataclass(frozen=True, slots=True)
class CloseQuote(Quote):
    """End a deployment and all its leases for good."""

    id: DeploymentId
    name: str
    leases: int
    """Leases that run and will stop."""
    refund: Coin
    """An estimate as of `height`: what is left in escrow of our own deposits."""
    height: int
    others: tuple[tuple[str, Coin], ...]
    """What goes back to other depositors (grants), and to whom; estimated."""


@dataclass(frozen=True, slots=True)
class DepositQuote(Quote):
    """Put more into a deployment's escrow; the unused part returns at its close."""

    id: DeploymentId
    name: str
    deposit: Coin
    price: DecCoin
    price_h: Decimal
    left: Decimal
    """Micro-ACT left before the deposit, projected to now; negative when it owes."""
    lasts_now: Decimal | None
    """Hours that this lasts without the deposit; None while nothing costs."""
    lasts_hours: Decimal | None
    """With the new deposit, at the rate of the leases that run."""
    ends_at: datetime | None


@dataclass(frozen=True, slots=True)
class CloseResult:
    """A deployment that is closed; `refund` is what its transaction (or the balances) show, None if unreadable."""

    tx: str
    height: int
    refund: Coin | None
    others: tuple[tuple[str, Coin], ...] = ()
    """What went back to other depositors (grants), and to whom, as its transaction shows."""
