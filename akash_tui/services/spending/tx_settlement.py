"""What became of a transaction that was sent: looked up on chain, decided only when nothing can change any more.

A failure counts when two endpoints report it, or when the state agrees: its effect is absent although its time-out has
passed. State that shows the effect always wins: the action is done, whatever a record of it says.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.ports import (
    LONGEST_LIFE,
    AkashError,
    NeverIncluded,
    SignedTx,
    TxDraft,
    TxForgotten,
    TxResult,
    TxUnknown,
    Unreachable,
)
from akash_tui.services.spending.tx_effect import Effect, effect_of
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome

ASK_SECONDS = 1.0
ASK_AGAIN_FOR = timedelta(days=1)
"""How long nodes that did not answer are asked again about what those that did have forgotten."""
_LASTING = (IntentKind.CREATE, IntentKind.LEASE, IntentKind.CLOSE_LEASE, IntentKind.CLOSE)
"""What stays to be seen on chain for good: where it is not to be seen, it did not happen."""
DECIDE_SECONDS = 120.0
"""How long "never" may take to be sure of, once the time-out has passed: nodes index some blocks late."""


async def settle(session: Session, intent: Intent, wait: float = 0.0) -> Intent:
    """Decide one open intent; it comes back still open if its time-out is not over within `wait` seconds.

    Found with success: done. Found with a failure: see `conclude`. Not found and its time-out passed, in block time and
    by our own clock: it never happened, unless the chain shows its effect. Signs nothing, sends nothing. Raises
    `Unreachable`.
    """
    give_up = session.clock.monotonic() + wait
    while intent.outcome is Outcome.OPEN:
        try:
            result = await session.chain.find_tx(intent.tx_hash)
        except Unreachable:
            # nodes may keep no index of transactions; what it did may still be there to see
            if (done := await _by_effect(session, intent)) is not None:
                return done
            raise
        if result is not None and result.code == 0:
            return _found(session, intent, result)
        if result is not None:
            intent = await _decide(session, intent)
        elif await _passed(session, intent):
            return await _decide(session, intent)
        if intent.outcome is not Outcome.OPEN or session.clock.monotonic() >= give_up:
            break
        await session.clock.sleep(ASK_SECONDS)
    return intent


async def _passed(session: Session, intent: Intent) -> bool:
    """Whether its time-out has passed by our clock and in block time; of one in order, whether its place is taken."""
    if in_order(intent) is not None:
        return await _is_overtaken(session, intent)
    if intent.expires is None or not is_over(session, intent):
        return False
    return (await session.head()).time > intent.expires


def in_order(intent: Intent) -> tuple[int, int] | None:
    """The sequence and the last possible block (0: none) of a transaction in order, signed elsewhere; None for one of
    our own, which has a time-out instead."""
    sequence, last = intent.about.get("sequence"), intent.about.get("last_height", 0)
    return (sequence, last) if isinstance(sequence, int) and isinstance(last, int) else None


async def _is_overtaken(session: Session, intent: Intent) -> bool:
    """Whether the account's sequence is past that of a transaction in order, or its last block is over."""
    place = in_order(intent)
    if place is None:
        return False
    account = await session.chain.account(intent.owner)
    if account is not None and account.sequence > place[0]:
        return True
    return bool(place[1]) and (await session.head()).height > place[1]


def is_over(session: Session, intent: Intent) -> bool:
    """Whether its time-out has passed by our own clock."""
    over_at = _over_at(intent)
    return over_at is not None and session.clock.now() > over_at


def _over_at(intent: Intent) -> datetime | None:
    """Until when it may count: the intent may be from another process, so by the time of day, and never before its
    whole life has passed since it was signed."""
    if intent.expires is None:
        return None
    life = intent.about.get("life")
    lived = timedelta(seconds=life) if isinstance(life, int | float) else LONGEST_LIFE
    return max(intent.expires, intent.created_at + lived)


async def conclude(session: Session, intent: Intent, result: TxResult) -> Intent:
    """Settle by what is reported of its block; it comes back open where one endpoint alone reports a failure of a
    transaction whose time-out has not passed. State that shows the effect overrules any failure."""
    if result.code == 0:
        return _found(session, intent, result)
    try:
        if (done := await _by_effect(session, intent)) is not None:
            return done
    except AkashError:
        if result.witnesses < 2:
            return intent  # nothing but that one endpoint's word
    if result.witnesses > 1 or is_over(session, intent) or await _is_overtaken(session, intent):
        return _found(session, intent, result)
    return intent


async def _decide(session: Session, intent: Intent) -> Intent:
    """Let the chain port make sure, as it does for a transaction just sent."""
    draft = TxDraft((), intent.owner, 0, 0, Coin(UAKT, 0))
    tx = SignedTx(draft, b"", intent.tx_hash, _over_at(intent))
    if (place := in_order(intent)) is not None:
        tx = replace(tx, sequence=place[0], last_height=place[1], since=intent.created_at)
    try:
        result = await asyncio.wait_for(session.chain.confirm(tx), DECIDE_SECONDS)
    except NeverIncluded as never:
        if (done := await _by_effect(session, intent)) is not None:
            return done
        return session.journal.settle(intent, Outcome.NEVER, None, never.title, session.clock.now())
    except TxForgotten as forgotten:
        return await _without_record(session, intent, forgotten)
    except (TxUnknown, TimeoutError):
        if (done := await _by_effect(session, intent)) is not None:
            return done
        return intent
    return await conclude(session, intent, result)


async def _without_record(session: Session, intent: Intent, forgotten: TxForgotten) -> Intent:
    """Too long ago for the nodes that answer: what the chain's state shows decides, as far as it can."""
    clock = session.clock
    if (done := await _by_effect(session, intent)) is not None:
        return done
    if intent.kind in _LASTING and not await _there_otherwise(session, intent):
        return session.journal.settle(intent, Outcome.NEVER, None, "the chain shows nothing of it", clock.now())
    if forgotten.silent and intent.expires is not None and clock.now() - intent.expires < ASK_AGAIN_FOR:
        return intent  # a node that does not answer now may still know
    return session.journal.settle(intent, Outcome.UNKNOWN, None, forgotten.title, clock.now())


async def _there_otherwise(session: Session, intent: Intent) -> bool:
    """Whether the deployment of a creation is there with another hash: it may be ours, updated elsewhere since."""
    if intent.kind is not IntentKind.CREATE or intent.deployment is None:
        return False
    return await session.chain.deployment(intent.deployment) is not None


def _found(session: Session, intent: Intent, result: TxResult) -> Intent:
    outcome = Outcome.DONE if result.code == 0 else Outcome.FAILED
    note = "" if result.code == 0 else session.chain.error_of(result).title
    return session.journal.settle(intent, outcome, result, note, session.clock.now())


async def _by_effect(session: Session, intent: Intent) -> Intent | None:
    """Settled as done if the chain's state shows its effect. Raises what reading the state raises."""
    effect = await effect_of(session, intent)
    return None if effect is None else seen(session, intent, effect)


def seen(session: Session, intent: Intent, effect: Effect) -> Intent:
    """Settle as done what the chain's state shows, whatever a record of the transaction says."""
    known = TxResult(intent.tx_hash, effect.height, 0, "", "", 0, None, records=effect.records)
    result = known if effect.height else None
    note = "seen by its effect on the chain"
    return session.journal.settle(intent, Outcome.DONE, result, note, session.clock.now())


def until_when(session: Session, intent: Intent) -> str:
    """Until when an undecided transaction can still count, as sentences with a space before; "" if it is not known."""
    calendar = session.calendar.now()
    if calendar is not None and calendar.halted_since is not None:
        return f" {calendar.headline} It can still count in the next block."
    return "" if intent.expires is None else f" It can still count until {intent.expires:%H:%M:%S} UTC."


async def refuse_while_open(session: Session, id: DeploymentId | None) -> None:
    """Before anything new is signed for a deployment: settle what was sent before, or raise `TxUnknown`.

    None: for the wallet itself, where mints and burns are of no deployment.
    """
    for intent in session.journal.open_intents(session.network.chain_id, session.owner if id is None else id.owner):
        if intent.deployment != id:
            continue
        settled = await settle(session, intent)
        if settled.outcome is Outcome.OPEN:
            what = "transaction of this wallet" if id is None else f"transaction for deployment {id.dseq}"
            raise TxUnknown(
                f"An earlier {what} is still undecided; nothing new was signed.",
                f"Wait a minute, then run akash-tui resume.{until_when(session, intent)}",
                tx_hash=intent.tx_hash,
            )
