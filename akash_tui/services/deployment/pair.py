"""Two SDLs asked for bids at once, to keep one of them: a pair of deployments, each with its own transaction.

Nothing but their intents in the journal names them a pair. Each is an ordinary deployment otherwise: what becomes of
one changes nothing of the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.ports import Insufficient
from akash_tui.services.ports.grants import DepositGrant, FeeGrant, Grants
from akash_tui.services.spending import quoting
from akash_tui.services.spending.bounds import Excess
from akash_tui.services.spending.payers import Payment
from akash_tui.services.spending.quotes import CreateQuote
from akash_tui.services.spending.quoting import ChainSnapshot, read_snapshot
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import IntentKind, Outcome, SavedStage

if TYPE_CHECKING:
    from akash_tui.domain.sdl.build.compiler import Compiled


@dataclass(frozen=True, slots=True)
class NewOrder:
    """What is asked for, and with which deposit."""

    compiled: Compiled
    sdl: str
    name: str
    file: str
    deposit: int | None = None
    """In uact; None: the chain's minimum."""
    hours: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PairQuote:
    """The quotes of both; the second one begins with the balances that the first one leaves."""

    first: CreateQuote
    second: CreateQuote

    @property
    def both(self) -> tuple[CreateQuote, CreateQuote]:
        """A, then B."""
        return self.first, self.second

    @property
    def deposit(self) -> Coin:
        """Both deposits together."""
        return Coin(UACT, sum(quote.deposit.amount for quote in self.both))

    @property
    def fee(self) -> Coin:
        """The first fees of both."""
        return Coin(self.first.fee.denom, sum(quote.fee.amount for quote in self.both))

    @property
    def fee_ceiling(self) -> Coin:
        """The most that gas may cost for both."""
        return Coin(self.first.fee_ceiling.denom, sum(quote.fee_ceiling.amount for quote in self.both))

    @property
    def beyond(self) -> tuple[Excess, ...]:
        """What is beyond the bounds and limits in either."""
        return self.first.beyond + self.second.beyond

    @property
    def unverified(self) -> tuple[str, ...]:
        """What could not be checked, each sentence once."""
        return tuple(dict.fromkeys(self.first.unverified + self.second.unverified))


async def pair_quote(session: Session, first: NewOrder, second: NewOrder) -> PairQuote:
    """The frozen quotes of both. Raises what `create_quote` raises, for either; `Insufficient` where both together are
    more than the wallet has."""
    on = await read_snapshot(session)
    a = await order_quote(session, first, on)
    try:
        b = await order_quote(session, second, _left_by(on, a))
        _refuse_too_little(on, a, b)
    except Insufficient as error:
        error.title = f"Both cannot be paid. With {a.name} paid: {error.title}"
        raise
    return PairQuote(replace(a, paired_with=b.id), replace(b, paired_with=a.id))


async def order_quote(session: Session, order: NewOrder, on: ChainSnapshot | None = None) -> CreateQuote:
    """The frozen quote of one; `on`: the chain as it was read already. Raises what `create_quote` raises."""
    return await quoting.create_quote(
        session,
        order.compiled,
        order.sdl,
        order.name,
        file=order.file,
        deposit=order.deposit,
        hours=order.hours,
        read=on,
    )


def _refuse_too_little(on: ChainSnapshot, a: CreateQuote, b: CreateQuote) -> None:
    """The simulation of the second one knows nothing of the first."""
    have, need = on.balance(UACT) - a.payment.own(on.owner), b.payment.own(on.owner)
    if need > have:
        raise Insufficient(
            f"the deposit of {b.name} is more than the ACT that this wallet has left.",
            "Mint ACT from AKT (akash-tui wallet mint), or use smaller deposits.",
            need=Coin(UACT, need),
            have=Coin(UACT, have),
        )


def _left_by(on: ChainSnapshot, quote: CreateQuote) -> ChainSnapshot:
    """What the chain has once the quote is signed, as far as it concerns who pays the next one."""
    grants = None if on.grants is None else _less(on.grants, quote.payment, quote.fee)
    return replace(on, balances=quote.balances_after, grants=grants, earlier=quote)


def _less(grants: Grants, paid: Payment, fee: Coin) -> Grants:
    """The grants without what a payment takes of them; where the chain decides whose it takes, each without all of
    it: a wallet must not pay more than its quote shows."""

    def fee_grant(grant: FeeGrant) -> FeeGrant:
        took = fee.amount if grant.granter == paid.fee_granter else 0
        limits = None if grant.limits is None else _taken(grant.limits, Coin(fee.denom, took))
        return replace(grant, limits=limits)

    def deposit_grant(grant: DepositGrant) -> DepositGrant:
        took = sum(coin.amount for who, coin in paid.deposit if who in (grant.granter, ""))
        return replace(grant, limits=_taken(grant.limits, Coin(UACT, took)))

    return Grants(tuple(map(fee_grant, grants.fees)), tuple(map(deposit_grant, grants.deposits)))


def _taken(limits: Sequence[Coin], took: Coin) -> tuple[Coin, ...]:
    return tuple(replace(c, amount=max(0, c.amount - took.amount)) if c.denom == took.denom else c for c in limits)


def paired_with(journal: Journal, chain_id: str, id: DeploymentId) -> DeploymentId | None:
    """The other one of its pair, by the journal; None without one, or once that is closed or never came to be."""
    for intent in journal.of_pairs(chain_id, id.owner):
        other = intent.about.get("paired_with")
        if intent.kind is not IntentKind.CREATE or intent.dseq is None or not isinstance(other, int):
            continue
        if intent.outcome not in (Outcome.OPEN, Outcome.DONE) or id.dseq not in (intent.dseq, other):
            continue
        found = DeploymentId(id.owner, other if intent.dseq == id.dseq else intent.dseq)
        saved = journal.deployment(chain_id, found)
        return None if saved is None or saved.stage in (SavedStage.CLOSED, SavedStage.NEVER) else found
    return None
