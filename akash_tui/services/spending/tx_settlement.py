"""What became of a transaction that was sent: looked up on chain, decided only when nothing can change any more."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from akash_tui.domain.akash.entities import DeploymentId, DeploymentState, GroupState
from akash_tui.domain.akash.money import UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.ports import NeverIncluded, SignedTx, TxDraft, TxForgotten, TxResult, TxUnknown, Unreachable
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome, about_leases

ASK_SECONDS = 1.0
_GROUP_STATES = {
    IntentKind.PAUSE_GROUP: GroupState.PAUSED,
    IntentKind.START_GROUP: GroupState.OPEN,
    IntentKind.CLOSE_GROUP: GroupState.CLOSED,
}
ASK_AGAIN_FOR = timedelta(days=1)
"""How long nodes that did not answer are asked again about what those that did have forgotten."""
_LASTING = (IntentKind.CREATE, IntentKind.LEASE, IntentKind.CLOSE_LEASE, IntentKind.CLOSE)
"""What stays to be seen on chain for good: where it is not to be seen, it did not happen."""
DECIDE_SECONDS = 120.0
"""How long "never" may take to be sure of, once the time-out has passed: nodes index some blocks late."""


async def settle(session: Session, intent: Intent, wait: float = 0.0) -> Intent:
    """Decide one open intent; it comes back still open if its time-out is not over within `wait` seconds.

    Found: its block's word. Not found and its time-out passed in block time: it never happened, unless the
    chain shows its effect. Signs nothing, sends nothing. Raises `Unreachable`.
    """
    give_up = session.clock.monotonic() + wait
    while intent.outcome is Outcome.OPEN:
        try:
            result = await session.chain.find_tx(intent.tx_hash)
        except Unreachable:
            # nodes may keep no index of transactions; what it did may still be there to see
            if await _shows(session, intent):
                return _seen(session, intent)
            raise
        if result is not None:
            return _found(session, intent, result)
        if intent.expires is not None and (await session.chain.head()).time > intent.expires:
            return await _decide(session, intent)
        if session.clock.monotonic() >= give_up:
            break
        await session.clock.sleep(ASK_SECONDS)
    return intent


async def _decide(session: Session, intent: Intent) -> Intent:
    """The time-out has passed: let the chain port make sure, as it does for a transaction just sent."""
    draft = TxDraft((), intent.owner, 0, 0, Coin(UAKT, 0))
    tx = SignedTx(draft, b"", intent.tx_hash, intent.expires)
    try:
        result = await asyncio.wait_for(session.chain.confirm(tx), DECIDE_SECONDS)
    except NeverIncluded as never:
        if await _shows(session, intent):
            return _seen(session, intent)
        return session.journal.settle(intent, Outcome.NEVER, None, never.title, session.clock.now())
    except TxForgotten as forgotten:
        return await _without_record(session, intent, forgotten)
    except (TxUnknown, TimeoutError):
        return intent
    return _found(session, intent, result)


async def _without_record(session: Session, intent: Intent, forgotten: TxForgotten) -> Intent:
    """Too long ago for the nodes that answer: what the chain's state shows decides, as far as it can."""
    clock = session.clock
    if await _shows(session, intent):
        return _seen(session, intent)
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


def _seen(session: Session, intent: Intent) -> Intent:
    note = "seen by its effect; no node has a record of it"
    return session.journal.settle(intent, Outcome.DONE, None, note, session.clock.now())


async def _shows(session: Session, intent: Intent) -> bool:
    """Whether the chain's state can only be explained by this transaction (nodes may keep no index of them)."""
    id = intent.deployment
    if id is None:
        return False
    if intent.kind in (IntentKind.CREATE, IntentKind.UPDATE):
        deployment = await session.chain.deployment(id)
        return deployment is not None and deployment.hash.hex() == intent.about.get("version")
    if intent.kind is IntentKind.LEASE:
        wanted = about_leases(intent)
        return bool(wanted) and all([await session.chain.lease(lease) is not None for lease, _ in wanted])
    if intent.kind is IntentKind.CLOSE_LEASE:
        ended = [await session.chain.lease(lease) for lease, _ in about_leases(intent)]
        return bool(ended) and all(x is not None and not x.state.is_running for x in ended)
    if intent.kind in _GROUP_STATES:
        deployment = await session.chain.deployment(id)
        group = (
            next((g for g in deployment.groups if g.id.gseq == intent.about.get("gseq")), None) if deployment else None
        )
        return group is not None and group.state is _GROUP_STATES[intent.kind]
    if intent.kind is IntentKind.CLOSE:
        deployment = await session.chain.deployment(id)
        return deployment is not None and deployment.state is DeploymentState.CLOSED
    return False


async def refuse_while_open(session: Session, id: DeploymentId | None) -> None:
    """Before anything new is signed for a deployment: settle what was sent before, or raise `TxUnknown`.

    None: for the wallet itself, where mints and burns are of no deployment.
    """
    for intent in session.journal.open_intents(session.network.chain_id, session.owner if id is None else id.owner):
        if intent.deployment != id:
            continue
        settled = await settle(session, intent)
        if settled.outcome is Outcome.OPEN:
            what = "mint or burn of this wallet" if id is None else f"transaction for deployment {id.dseq}"
            raise TxUnknown(
                f"An earlier {what} is still undecided; nothing new was signed.",
                "Wait a minute, then run akash-tui resume.",
                tx_hash=intent.tx_hash,
            )
