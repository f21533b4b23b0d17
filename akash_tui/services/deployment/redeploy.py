"""Deploy the same SDL once more, without the providers that failed the old deployment.

To ask for bids again the old one is closed by the same transaction: the refund pays the new deposit, and there is no
moment at which only one half has happened.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.akash.entities import DeploymentId, DeploymentState
from akash_tui.domain.akash.lease_end import why_ended
from akash_tui.domain.akash.money import UACT
from akash_tui.domain.market.fit_reasons import Change
from akash_tui.services.core.concurrency import together
from akash_tui.services.core.secret_values import filled
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.recover_sdl import find_sdl
from akash_tui.services.leases.attention import attention_items, failed_by_provider, lease_key
from akash_tui.services.leases.lease_reader import DeploymentView, Leases, LeaseView
from akash_tui.services.leases.runtime_limits import RuntimeLimits
from akash_tui.services.ports import BadInput, ProviderUnreachable
from akash_tui.services.spending.quotes import CreateQuote
from akash_tui.services.spending.quoting import create_quote, read_deployment, what_closes
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.journal_entries import IntentKind, Outcome

_TROUBLES = {
    "manifest_due": "it never accepted the manifest",
    "not_running": "it was paid for and did not run it",
    "old_version": "it did not apply an update",
    "unreachable": "it could not be asked",
    "reclaiming": "it is reclaiming its machine",
}
"""Attention items of a lease that speak against its provider."""
_NOTHING_SENT = {"manifest_due", "not_running"}
"""Those that say nothing against it where no manifest was sent."""


@dataclass(frozen=True, slots=True)
class RedeployPlan:
    """What a new deployment begins with."""

    id: DeploymentId
    """The one it comes from."""
    name: str
    file: str
    sdl: str
    exact: bool
    """False: rebuilt from its provider's copy, and not the same as what was deployed."""
    avoid: Mapping[str, str]
    """Address and reason."""
    runs: bool
    """Whether the old one still has a lease that costs."""


async def redeploy(session: Session, id: DeploymentId) -> RedeployPlan:
    """Read what it needs; nothing is signed. Raises `BadInput` if its SDL cannot be found any more."""
    view = await Leases(session).one(id)
    chain_id = session.network.chain_id
    avoid = AvoidedProviders(session.journal).of(chain_id, id) | to_avoid(view)
    found = await find_sdl(session, view.deployment)
    if not found.sdl:
        raise BadInput(
            f"The SDL of deployment {id.dseq} is not here, and no provider has a copy of it.",
            "Deploy it from its file.",
            detail=", ".join(found.missing),
        )
    runs = any(v.lease.state.is_running for v in view.leases)
    return RedeployPlan(id, view.name, found.file, found.sdl, found.exact, avoid, runs)


def to_avoid(view: DeploymentView) -> dict[str, str]:
    """Providers of a deployment that failed it, each with a clause that says how: they ended the lease themselves,
    never took the manifest, or a lease of theirs needs attention now. Complete if they were asked for services.

    What failed because no manifest was sent from here, as far as known, is not their fault; that they do not answer
    now is a reason all the same.
    """
    out: dict[str, str] = {}
    for seen in view.leases:
        lease = seen.lease
        if failed_by_provider(seen):
            out[lease.id.provider] = why_ended(lease)
        elif not lease.state.is_running and seen.delivered is False and seen.tried:
            out[lease.id.provider] = _TROUBLES["manifest_due"]
        elif lease.state.is_running and isinstance(seen.fault, ProviderUnreachable):
            out[lease.id.provider] = _TROUBLES["unreachable"]
    by_key = {lease_key(seen.lease.id): seen for seen in view.leases}
    for item in attention_items(view):
        if item.code in _TROUBLES:
            seen = by_key[item.lease]
            if not (item.code in _NOTHING_SENT and _never_sent(seen)):
                out[seen.lease.id.provider] = _TROUBLES[item.code]
    return out


def _never_sent(seen: LeaseView) -> bool:
    """True if nothing runs, and nobody knows of a manifest that was sent."""
    nothing = seen.status is None or not seen.status.services
    return nothing and (not seen.tried or seen.delivered is None)


@dataclass(frozen=True, slots=True)
class AskAgainQuote:
    """What is signed (`create.create`), and whom to avoid afterwards."""

    old: DeploymentId
    create: CreateQuote
    avoid: Mapping[str, str]
    """Providers that failed the old one: address and reason."""
    changed: str = ""
    """The change that was made in its SDL; "": it is the same."""


def why_not_again(state: str) -> str | None:
    """Why asking again makes no sense for a deployment in this state (`DeploymentView.state`); None if it does."""
    return "It runs. Close it first, or deploy it once more beside it." if state == "running" else None


async def ask_again_quote(
    session: Session, id: DeploymentId, hours: Decimal | None = None, change: Change | None = None
) -> AskAgainQuote:
    """The quote of both halves; of a deployment that is closed already only the new one is left. `hours` that the
    deposit is to pay for; None: as the old one was created. `change`: made in the SDL of the new one.

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
        closing = await what_closes(session, deployment, leases, head.height)
    saved = session.journal.deployment(session.network.chain_id, id)
    limit = RuntimeLimits(session.journal).active(session.network.chain_id, id)
    text = plan.sdl if change is None else await _changed(session, plan.sdl, change)
    sdl = await filled(session.sdl, session.secrets, text, plan.file)
    quote = await create_quote(
        session,
        sdl.compiled,
        sdl.sdl,
        plan.name,
        file=plan.file,
        deposit=_first_deposit(session, id),
        hours=hours if hours is not None or saved is None else saved.hours,
        limit=None if limit is None else limit.limit,
        closing=closing,
    )
    return AskAgainQuote(id, quote, plan.avoid, "" if change is None else change.words)


async def _changed(session: Session, sdl: str, change: Change) -> str:
    """The SDL with the change. Raises `BadInput` where it must be made by hand."""
    try:
        return session.sdl.with_change(sdl, change, await session.chain.block_time())
    except ValueError as error:
        raise BadInput(str(error), "Change the SDL, and deploy it again.") from error


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
