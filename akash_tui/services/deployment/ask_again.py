"""Ask for bids once more: what failed or got no bid is closed, and the same SDL is deployed with the same deposit.

Both are one transaction: the refund pays the new deposit, and there is no moment at which only one half has happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.akash.entities import DeploymentId, DeploymentState
from akash_tui.domain.akash.money import UACT
from akash_tui.services.core.concurrency import together
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.redeploy import redeploy
from akash_tui.services.ports import BadInput
from akash_tui.services.spending.quotes import CreateQuote
from akash_tui.services.spending.quoting import create_quote, read_deployment, what_closes
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.journal_entries import IntentKind, Outcome


@dataclass(frozen=True, slots=True)
class AskAgainQuote:
    """What is signed (`create.create`), and whom to avoid afterwards."""

    old: DeploymentId
    create: CreateQuote
    avoid: Mapping[str, str]
    """Providers that failed the old one: address and reason."""


def why_not_again(state: str) -> str | None:
    """Why asking again makes no sense for a deployment in this state (`DeploymentView.state`); None if it does."""
    return "It runs. Close it first, or deploy it once more beside it." if state == "running" else None


async def ask_again_quote(session: Session, id: DeploymentId, hours: Decimal | None = None) -> AskAgainQuote:
    """The quote of both halves; of a deployment that is closed already only the new one is left. `hours` that the
    deposit shall pay for; None: as the old one was created.

    Raises `BadInput` if its SDL is not known exactly, the chain does not know it, or it was asked for again already;
    `TxUnknown` while an earlier transaction for it is undecided; and what `create_quote` raises.
    """
    with session.alone(id):
        await refuse_while_open(session, id)
    await _refuse_twice(session, id)
    plan = await redeploy(session, id)
    if not plan.exact:
        raise BadInput(
            f"The SDL of deployment {id.dseq} is not known exactly: it was rebuilt from its provider's copy.",
            f"Read it and deploy it from a file: akash-tui lease recover {id.dseq} > FILE.",
        )
    deployment = await read_deployment(session, id)
    closing = None
    if deployment.state is not DeploymentState.CLOSED:
        leases, head = await together(session.chain.leases(id.owner, id.dseq), session.head())
        closing = what_closes(deployment, leases, head.height)
    saved = session.journal.deployment(session.network.chain_id, id)
    quote = await create_quote(
        session,
        session.sdl.read(plan.sdl, plan.file),
        plan.sdl,
        plan.name,
        file=plan.file,
        deposit=_first_deposit(session, id),
        hours=hours if hours is not None or saved is None else saved.hours,
        closing=closing,
    )
    return AskAgainQuote(id, quote, plan.avoid)


async def _refuse_twice(session: Session, id: DeploymentId) -> None:
    """A command that is repeated, because nobody saw its answer, must not make a second deployment."""
    for intent in session.journal.intents(session.network.chain_id, id.owner):
        new = intent.about.get("replaced_by")
        if (intent.kind, intent.dseq, intent.outcome) != (IntentKind.CLOSE, id.dseq, Outcome.DONE) or not isinstance(
            new, int
        ):
            continue
        made = await session.chain.deployment(DeploymentId(id.owner, new))
        if made is not None and made.state is not DeploymentState.CLOSED:
            raise BadInput(
                f"Deployment {id.dseq} was asked for again already: it is {new} now, and that is open.",
                f"See its bids: akash-tui bids {new}; or ask again with {new}.",
            )


def _first_deposit(session: Session, id: DeploymentId) -> int | None:
    """Micro-ACT that it was created with; None (the chain's minimum) if that was not done from here."""
    for intent in session.journal.intents(session.network.chain_id, id.owner):
        if (intent.kind, intent.dseq, intent.outcome) == (IntentKind.CREATE, id.dseq, Outcome.DONE):
            amount, _, denom = str(intent.about.get("deposit", "")).partition(UACT)
            return int(amount) if amount.isdecimal() and not denom else None
    return None
