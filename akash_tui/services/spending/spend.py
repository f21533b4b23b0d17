"""Sign and send one transaction, journal first: the only place where money leaves.

    sign → intent on disk → broadcast → wait for its block → outcome on disk

Killed between any two of these, the next start finds the intent and looks its hash up on chain. A failure is one
endpoint's word until a second endpoint or the chain's state agrees: nothing is signed again on one word.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.akash.messages import spent_in_all
from akash_tui.domain.akash.money import MICRO, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.ports import (
    AkashError,
    Insufficient,
    NeverIncluded,
    OutOfGas,
    SignedTx,
    Stale,
    TxResult,
    TxUnknown,
    Unreachable,
)
from akash_tui.services.spending.bounds import OF_A_NODE, fee_beyond, refuse_beyond
from akash_tui.services.spending.limits import beyond_limits, sent_before
from akash_tui.services.spending.payers import Payment
from akash_tui.services.spending.quotes import Quote
from akash_tui.services.spending.shortage import name_shortage
from akash_tui.services.spending.tx_effect import Effect, effect_of, state_before
from akash_tui.services.spending.tx_settlement import conclude, seen
from akash_tui.services.storage.journal_entries import (
    NOTHING_SENT,
    Intent,
    IntentKind,
    Outcome,
    SavedDeployment,
    Sent,
    ledger_records,
)

RETRY_FACTOR = Decimal("1.6")
"""On "out of gas": the next limit is at least this many times the gas that was used (Console's figure)."""
_REPORT = "This is a fault of akash-tui: please report it."


@dataclass(frozen=True, slots=True)
class JournalPurpose:
    """What a transaction is for, as the journal stores it."""

    kind: IntentKind
    dseq: int | None
    about: dict[str, object]
    saved: SavedDeployment | None = None
    wanted: Callable[[], bool] = lambda: True
    """Whether it is still to be signed, read from the journal in the transaction that writes the intent: what was
    ended by another process is not sent after that."""


class NotWanted(Stale):
    """What a transaction was for has ended; nothing was sent."""


async def spend(
    session: Session,
    quote: Quote,
    purpose: JournalPurpose,
    on_step: Callable[[str, SignedTx], None] = lambda step, tx: None,
    *,
    also: Sequence[JournalPurpose] = (),
) -> TxResult:
    """Send exactly the quote's transaction; return its successful result.

    `also` is what the same transaction does for other deployments: each has an intent of its own, so that every
    one of them can be settled alone. `on_step` hears `signed` and `sent`. "Out of gas" that two endpoints report is
    tried again with more while all fees together stay within the quote's ceiling. Raises `Stale` (the quote was signed
    before), `NotWanted`, `Refused`/`Insufficient` (it did not happen; with `certain` False one endpoint says so, and
    the intents stay open for `resume`), `TxUnknown` (they stay open), `WrongChain`, `NotSignedIn`, `Unreachable`.
    """
    try:
        return await _spend(session, quote, purpose, on_step, also)
    except Insufficient as error:
        await name_shortage(session, error, quote.draft.messages)
        raise


async def _spend(
    session: Session,
    quote: Quote,
    purpose: JournalPurpose,
    on_step: Callable[[str, SignedTx], None],
    also: Sequence[JournalPurpose],
) -> TxResult:
    signer = await session.signing_key()
    refuse_beyond(session, quote.beyond)
    _within_limits(session, quote, quote.fee, sent_before(session))
    for each in (purpose, *also):
        _once(session, quote, each)
    draft = quote.draft
    before = await state_before(session, purpose.kind, draft.messages)
    gas_limit: int | None = None
    spent = 0
    while True:
        tx = await session.chain.sign(draft, signer, gas_limit=gas_limit)
        _check(tx, quote, spent)
        on_step("signed", tx)
        life: dict[str, object] = {"life": tx.life.total_seconds()}
        takes: dict[str, object] = {
            "fee": str(tx.draft.fee),
            "spends": [f"{n}{denom}" for denom, n in spent_in_all(draft.messages).items()],
        }
        first = _intend(session, quote, purpose, tx, takes | paid_by_others(quote.payment, quote.owner) | before | life)
        intents = [first, *(_intend(session, quote, x, tx, life) for x in also)]
        result = await send(session, intents, tx, on_step)
        if result.code == 0:
            return result
        settled = [await conclude(session, intent, result) for intent in intents]
        outcomes = {intent.outcome for intent in settled}
        if outcomes == {Outcome.DONE}:
            return _seen_in_state(tx, [Effect(i.height or 0, tuple(ledger_records(i))) for i in settled])
        error = session.chain.error_of(result)
        if Outcome.OPEN in outcomes:
            raise error.reported_by_one(tx.expires)
        spent += tx.draft.fee.amount  # what was signed is taken whole, whatever a record says of it
        if not isinstance(error, OutOfGas) or result.witnesses < 2 or Outcome.DONE in outcomes:
            raise error
        again = await session.chain.simulate(draft.messages, signer, draft.memo, draft.fee_granter)
        gas_limit = max(again.gas_limit, int(result.gas_used * RETRY_FACTOR))
        fee = again.fee.amount * gas_limit // again.gas_limit + 1
        if spent + fee > min(quote.fee_ceiling.amount, int(session.fee_bounds.max_fee * MICRO)):
            raise error
        draft = again


def _within_limits(session: Session, quote: Quote, fee: Coin, sent: Sent) -> None:
    """Raise `BeyondBounds` if, after what was sent and saved meanwhile, the quote is beyond what nobody allowed;
    `Stale` if a bound was narrowed by which a figure of the node was judged that is not known any more."""
    found = fee_beyond(session, quote.draft, quote.made_at)
    if amounts := spent_in_all(quote.draft.messages):
        bounds = session.bounds
        found += beyond_limits(bounds, session.max_spend, sent, amounts, fee, quote.made_at)
        if any(getattr(bounds, name) < getattr(quote.bounds, name) for name in OF_A_NODE):
            raise Stale("Your bounds were narrowed since this was quoted; nothing was signed.", "Ask for a new quote.")
    refuse_beyond(session, found)


def _intend(session: Session, quote: Quote, purpose: JournalPurpose, tx: SignedTx, more: dict[str, object]) -> Intent:
    def check(sent: Sent) -> None:
        if not purpose.wanted():
            raise NotWanted("It was turned off meanwhile; nothing was sent.", "Turn it on again if you want it.")
        if "spends" in more:
            _within_limits(session, quote, tx.draft.fee, sent)

    intent = session.journal.intend(
        purpose.kind,
        session.network.chain_id,
        quote.owner,
        purpose.dseq,
        tx,
        purpose.about | more,
        session.clock.now(),
        purpose.saved,
        session=session.signed,
        check=check,
    )
    session.signed.add(intent.key)
    return intent


def paid_by_others(payment: Payment, owner: str) -> dict[str, object]:
    """For the journal: the account that pays the fee, and those that pay the deposit, with their parts."""
    found: dict[str, object] = {}
    if payment.fee_granter:
        found["fee_granter"] = payment.fee_granter
    if granted := payment.granted(owner):
        found["granted"] = [{"granter": who, "amount": str(coin)} for who, coin in granted]
    return found


def _once(session: Session, quote: Quote, purpose: JournalPurpose) -> None:
    """A quote is good for one transaction: neither a second time, nor after an earlier one that nobody was
    sure of turned out to have done the same."""
    if quote.chain_id != session.network.chain_id:
        raise AkashError(f"This quote is for {quote.chain_id}, not for {session.network.chain_id}.", _REPORT)
    done = session.journal.done_since(quote.made_at, purpose.kind, quote.chain_id, quote.owner, purpose.dseq)
    if done:
        raise Stale(
            "The same was done since this was quoted; nothing was signed again.",
            "Look again, and ask for a new quote if you want it once more.",
            detail=f"tx {done[-1].tx_hash}",
        )


def _check(tx: SignedTx, quote: Quote, spent: int) -> None:
    """What was signed must be what was shown; anything else is a bug that must not cost money."""
    fee = tx.draft.fee
    shown = quote.draft
    if (tx.draft.messages, tx.draft.fee_granter, tx.draft.signer) != (shown.messages, shown.fee_granter, quote.owner):
        raise AkashError("The signed transaction is not the one that was shown; nothing was sent.", _REPORT)
    if fee.denom != quote.fee_ceiling.denom or spent + fee.amount > quote.fee_ceiling.amount:
        raise AkashError("The signed fee is above the ceiling that was shown; nothing was sent.", _REPORT)


async def send(
    session: Session, intents: Sequence[Intent], tx: SignedTx, on_step: Callable[[str, SignedTx], None]
) -> TxResult:
    """Broadcast and confirm. A success and "never" are written; a failure in a block is returned for `conclude`. On
    `TxUnknown`, cancellation or one endpoint's refusal the intents stay open, unless the state shows the effect."""
    chain = session.chain

    def settle(outcome: Outcome, result: TxResult | None, note: str) -> None:
        for intent in intents:
            session.journal.settle(intent, outcome, result, note, session.clock.now())

    try:
        await chain.broadcast(tx)
    except Unreachable:
        settle(Outcome.NEVER, None, NOTHING_SENT)  # no node was there to take it
        raise
    except AkashError as refusal:
        if (done := await _by_effect(session, intents, tx)) is not None:
            return done
        if refusal.certain:
            settle(Outcome.NEVER, None, refusal.title)
        raise
    on_step("sent", tx)
    try:
        result = await chain.confirm(tx)
    except AkashError as error:
        if (done := await _by_effect(session, intents, tx)) is not None:
            return done
        if isinstance(error, NeverIncluded):
            settle(Outcome.NEVER, None, error.title)
            raise
        if isinstance(error, TxUnknown):
            raise
        # nothing that a node says instead of an answer decides about a transaction that it took
        raise TxUnknown(
            "The transaction was sent, but it is not known yet whether it counts.",
            "Run akash-tui resume: it looks the transaction up and repeats nothing.",
            tx_hash=tx.hash,
            detail=error.title,
        ) from error
    if result.code == 0:
        settle(Outcome.DONE, result, "")
    return result


async def _by_effect(session: Session, intents: Sequence[Intent], tx: SignedTx) -> TxResult | None:
    """The result of a transaction that no record shows, if the state shows all that it does."""
    try:
        shown = [await effect_of(session, intent) for intent in intents]
    except AkashError:
        return None  # the state cannot be read: nothing is known from it
    effects = [effect for effect in shown if effect is not None]
    if len(effects) < len(shown):
        return None
    for intent, effect in zip(intents, effects, strict=True):
        seen(session, intent, effect)
    return _seen_in_state(tx, effects)


def _seen_in_state(tx: SignedTx, effects: Sequence[Effect]) -> TxResult:
    """The result of a transaction all of whose effects the state shows."""
    height = max(effect.height for effect in effects)
    records = tuple(id for effect in effects for id in effect.records)
    return TxResult(tx.hash, height, 0, "", "", tx.draft.gas_used, tx.draft.fee, records=records)
