"""What became of a transaction that was sent: looked up on chain, decided only when nothing can change any more."""

from __future__ import annotations

from datetime import timedelta

from akash_tui.domain.market import DeploymentId, DeploymentState
from akash_tui.services.journal import Intent, Kind, Outcome, about_leases
from akash_tui.services.ports import TxUnknown
from akash_tui.services.session import Session

LATE = timedelta(seconds=60)
"""A node may index a transaction some blocks after its block (chain recordings): so long after a time-out, in
block time, its silence counts at once; before, only after `CONFIRMING_BLOCKS` more."""
CONFIRMING_BLOCKS = 2
ASK_SECONDS = 1.0


async def settle(session: Session, intent: Intent, wait: float = 0.0) -> Intent:
    """Decide one open intent, waiting at most `wait` seconds for an undecided one; it may come back still open.

    Found: its block's word. Not found and its time-out passed in block time: it never happened, unless the
    chain shows its effect. Signs nothing, sends nothing.
    """
    clock = session.clock
    give_up = clock.monotonic() + wait
    past_at: int | None = None
    while intent.outcome is Outcome.OPEN:
        head = await session.chain.head()
        result = await session.chain.find_tx(intent.tx_hash)
        if result is not None:
            outcome = Outcome.DONE if result.code == 0 else Outcome.FAILED
            note = "" if result.code == 0 else session.chain.error_of(result).title
            return session.journal.settle(intent, outcome, result, note, clock.now())
        if intent.expires is not None and head.time > intent.expires:
            if past_at is None:
                past_at = head.height
            if head.time > intent.expires + LATE or head.height >= past_at + CONFIRMING_BLOCKS:
                if await _shows(session, intent):
                    return session.journal.settle(
                        intent, Outcome.DONE, None, "seen by its effect; the node has no record of it", clock.now()
                    )
                return session.journal.settle(
                    intent, Outcome.NEVER, None, "no block took it before its time-out", clock.now()
                )
        if clock.monotonic() >= give_up:
            break
        await clock.sleep(ASK_SECONDS)
    return intent


async def _shows(session: Session, intent: Intent) -> bool:
    """Whether the chain's state can only be explained by this transaction (nodes may keep no index of them)."""
    id = intent.deployment
    if id is None:
        return False
    if intent.kind is Kind.CREATE:
        deployment = await session.chain.deployment(id)
        return deployment is not None and deployment.hash.hex() == intent.about.get("version")
    if intent.kind is Kind.LEASE:
        wanted = about_leases(intent)
        return bool(wanted) and all([await session.chain.lease(lease) is not None for lease, _ in wanted])
    if intent.kind is Kind.CLOSE:
        deployment = await session.chain.deployment(id)
        return deployment is not None and deployment.state is DeploymentState.CLOSED
    return False


async def refuse_while_open(session: Session, id: DeploymentId) -> None:
    """Before anything new is signed for a deployment: settle what was sent before, or raise `TxUnknown`."""
    for intent in session.journal.open_intents(session.network.chain_id, id.owner):
        if intent.dseq != id.dseq:
            continue
        settled = await settle(session, intent)
        if settled.outcome is Outcome.OPEN:
            raise TxUnknown(
                f"An earlier transaction for deployment {id.dseq} is still undecided; nothing new was signed.",
                "Wait a minute, then run akash-tui resume.",
                tx_hash=intent.tx_hash,
            )
