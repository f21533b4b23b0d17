"""What was in progress when the program last stopped: looked up on chain, finished, never repeated."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from akash_tui.domain.akash.entities import Deployment, DeploymentId, DeploymentState, Lease
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.create import attach
from akash_tui.services.deployment.manifest_delivery import MANIFEST_WAIT, deliver
from akash_tui.services.leases.lease_lookup import provider_of
from akash_tui.services.leases.running_version import runs_current
from akash_tui.services.ports import (
    ONE_ENDPOINT_SAYS,
    AkashError,
    BadInput,
    Busy,
    Locked,
    NotSignedIn,
    ProviderFault,
    Refused,
    Unreachable,
)
from akash_tui.services.spending.bounds import at_second
from akash_tui.services.spending.quoting import running_leases
from akash_tui.services.spending.tx_settlement import settle, until_when
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome, SavedDeployment, SavedStage
from akash_tui.services.storage.sdl_versions import current

CHECK_SECONDS = 10.0
"""So long a provider is asked what it runs; a silent one must not hold up what else there is to resume."""
_WHAT = {
    IntentKind.CREATE: "creation",
    IntentKind.LEASE: "lease",
    IntentKind.DEPOSIT: "top-up",
    IntentKind.UPDATE: "update",
    IntentKind.CLOSE_LEASE: "end of a lease",
    IntentKind.PAUSE_GROUP: "pause of a group",
    IntentKind.START_GROUP: "start of a group",
    IntentKind.CLOSE_GROUP: "end of a group",
    IntentKind.CLOSE: "close",
    IntentKind.MINT: "mint",
    IntentKind.BURN: "burn",
    IntentKind.GRANT: "grant",
    IntentKind.REVOKE: "end of a grant",
}


class NextStep(StrEnum):
    """What can be done with a deployment that is under way."""

    WAIT = "wait"
    """A transaction is still undecided; ask again after its time-out."""
    CHOOSE = "choose"
    """Open, without a lease: collect bids again, or close it."""
    DELIVER = "deliver"
    """Leased, its manifest not handed over."""
    WATCH = "watch"
    """Leased and delivered: it runs or starts."""


@dataclass(frozen=True, slots=True)
class SettledIntent:
    """One intent and what became of it; OPEN while that is unknown."""

    intent: Intent
    outcome: Outcome
    text: str
    """One sentence for people."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One deployment under way and the next step."""

    id: DeploymentId
    name: str
    next: NextStep
    text: str
    advice: str
    error: AkashError | None = None
    """Why what `carry_on` asked for could not be done, or why it could not be looked up."""


@dataclass(frozen=True, slots=True)
class ResumeReport:
    """What became of the open intents, and which deployments have a next step."""

    settled: tuple[SettledIntent, ...]
    pending: tuple[Pending, ...]

    @property
    def errors(self) -> tuple[AkashError, ...]:
        """What went wrong, one for each deployment."""
        return tuple(item.error for item in self.pending if item.error is not None)


async def resume(
    session: Session, *, carry_on: bool = False, wait: float = 0.0, manifest_wait: float = MANIFEST_WAIT
) -> ResumeReport:
    """Settle every open intent by looking on chain (waiting at most `wait` seconds for undecided ones).

    With `carry_on` hands over manifests that are due, each within `manifest_wait` seconds (this spends nothing). Never
    signs a transaction.
    """
    intents = session.journal.open_intents(session.network.chain_id, session.owner)
    settled = [await _settle(session, intent, wait) for intent in intents]
    found: list[Pending] = []
    for saved in session.journal.deployments(session.network.chain_id, session.owner):
        if saved.stage in (SavedStage.CLOSED, SavedStage.NEVER):
            continue
        try:
            item = await _next(session, saved)
            if item is not None and item.next is NextStep.DELIVER and carry_on:
                item = await _deliver(session, item, manifest_wait)
        except Busy as busy:
            item = Pending(saved.id, saved.name, NextStep.WAIT, busy.title, busy.advice)
        except AkashError as error:  # one that cannot be looked up must not hide the others
            text = f"Could not be looked up: {error.title}"
            item = Pending(saved.id, saved.name, NextStep.WAIT, text, error.advice, error)
        if item is not None:
            found.append(item)
    return ResumeReport(tuple(settled), tuple(found))


async def _settle(session: Session, intent: Intent, wait: float) -> SettledIntent:
    what = _WHAT[intent.kind] + (f" of deployment {intent.dseq}" if intent.dseq is not None else "")
    for key, words in (("replaces", "in place of"), ("replaced_by", "for the new")):
        if isinstance(intent.about.get(key), int):
            what += f" ({words} {intent.about[key]}, in one transaction)"
    try:
        if intent.deployment is None:
            intent = await settle(session, intent, wait)
        else:
            with session.alone(intent.deployment):
                intent = await settle(session, intent, wait)
    except AkashError as error:
        return SettledIntent(intent, Outcome.OPEN, f"The {what} could not be looked up: {error.title}")
    if intent.outcome is Outcome.OPEN:
        until = until_when(session, intent)
        return SettledIntent(
            intent, Outcome.OPEN, f"The {what} is still undecided.{until} Run akash-tui resume again then."
        )
    text = {
        Outcome.DONE: f"The {what} is in block {intent.height}." if intent.height else f"The {what} happened.",
        Outcome.FAILED: f"The {what} was refused in its block: {intent.note} Only its fee was spent.",
        Outcome.NEVER: f"The {what} never happened; nothing was spent. It is safe to do it again."
        if ONE_ENDPOINT_SAYS not in intent.note
        else f"The {what} never happened. {ONE_ENDPOINT_SAYS} Before you do it again, look at another one for what is "
        "on chain.",
        Outcome.UNKNOWN: f"Whether the {what} happened cannot be found out any more: no node has records from then. "
        "It cannot happen now. Check what is there before you do it again.",
    }[intent.outcome]
    return SettledIntent(intent, intent.outcome, text)


async def _next(session: Session, saved: SavedDeployment) -> Pending | None:
    """Where a deployment stands on chain, and what comes next; None if it is over."""
    journal, id = session.journal, saved.id
    deployment = await session.chain.deployment(id)
    undecided = any(i.dseq == id.dseq for i in journal.open_intents(saved.chain_id, id.owner))
    if deployment is None:
        if undecided:
            return Pending(
                id, saved.name, NextStep.WAIT, "Its creation is undecided.", "Run akash-tui resume in a minute."
            )
        if saved.stage is SavedStage.CREATING:
            journal.mark_stage(saved.chain_id, id, SavedStage.NEVER)
        return None
    if deployment.state is DeploymentState.CLOSED:
        other = await at_second(session, lambda reads: reads.deployment(id))
        if other is not None and other.state is not DeploymentState.CLOSED:
            text = "Two endpoints do not agree whether it is closed."
            return Pending(id, saved.name, NextStep.WAIT, text, "Run akash-tui resume again in a minute.")
        journal.mark_stage(saved.chain_id, id, SavedStage.CLOSED)
        return None
    saved = current(journal, saved.chain_id, id, deployment.hash, session.clock.now()) or saved
    close = f"akash-tui lease close {id.dseq}"
    leases = running_leases(await session.chain.leases(id.owner, id.dseq))
    if undecided:
        return Pending(
            id, saved.name, NextStep.WAIT, "A transaction is undecided.", "Run akash-tui resume in a minute."
        )
    if not leases:
        text = "It is open and holds its deposit, but nothing is leased."
        return Pending(
            id,
            saved.name,
            NextStep.CHOOSE,
            text,
            f"See its bids: akash-tui bids {id.dseq}; accept one: akash-tui lease accept {id.dseq} --cheapest; "
            f"or end it: {close}.",
        )
    known = {lease.id: lease for lease in journal.leases(saved.chain_id, id)}
    due = [lease for lease in leases if lease.id not in known or not known[lease.id].delivered]
    if not due:
        return await _check(session, saved, deployment, leases)
    if saved.version != deployment.hash:
        text = "It is leased; its SDL was changed elsewhere, so its manifest is not here."
        return Pending(id, saved.name, NextStep.WATCH, text, f"See akash-tui lease status {id.dseq}; end it: {close}.")
    tried = all(lease.id in known and known[lease.id].tried for lease in due)
    text = "its provider does not have its manifest" if tried else "its manifest was not sent from here yet"
    text = f"It is leased and costs, but {text}."
    return Pending(id, saved.name, NextStep.DELIVER, text, f"Send it: akash-tui resume --yes; or end it: {close}.")


async def _check(session: Session, saved: SavedDeployment, deployment: Deployment, leases: Sequence[Lease]) -> Pending:
    """Whether the providers still have what they accepted: one that was killed right after its 200 does not."""
    id, name = saved.id, saved.name
    send = f"Send it again: akash-tui resume --yes; if it stays so, end it: akash-tui lease close {id.dseq}."
    unknown = ""
    try:
        signer = await session.provider_signer()  # this may ask for a passphrase, which nobody has to type in seconds
    except (NotSignedIn, Locked, Unreachable, Refused) as fault:
        return _unchecked(saved, fault.title)
    for lease in leases:
        try:
            async with asyncio.timeout(CHECK_SECONDS):
                provider = await provider_of(session, lease.id)
                status = await session.gateway.lease_status(provider, lease.id, signer)
                current = await runs_current(session, provider, lease.id, deployment.hash, status)
        except (ProviderFault, Unreachable, Refused) as fault:
            unknown = fault.title
            continue
        except TimeoutError:
            unknown = "The provider does not answer."
            continue
        if status is None and saved.version != deployment.hash:
            text = "It is leased and costs, but its provider has nothing for it. Its SDL was changed elsewhere, so its "
            advice = f"Give its SDL: akash-tui lease update {id.dseq} FILE; or end it: akash-tui lease close {id.dseq}."
            return Pending(id, name, NextStep.WATCH, f"{text}manifest is not here.", advice)
        if status is None or current is False:
            session.journal.mark_lost(saved.chain_id, lease.id)
            lost = "has nothing for it: nothing runs, and it costs" if status is None else "runs another version"
            return Pending(id, name, NextStep.DELIVER, f"Its provider accepted the manifest and {lost}.", send)
    if unknown:
        return _unchecked(saved, unknown)
    return Pending(id, name, NextStep.WATCH, "It is leased and has its manifest.", "")


def _unchecked(saved: SavedDeployment, why: str) -> Pending:
    text = f"It is leased and its manifest was accepted. Whether it runs could not be checked: {why}"
    return Pending(saved.id, saved.name, NextStep.WATCH, text, f"See akash-tui lease status {saved.id.dseq}.")


async def _deliver(session: Session, item: Pending, wait: float) -> Pending:
    """Hand over the manifest now; a fault is reported, the lease is left as it is."""
    with session.alone(item.id):
        run = await attach(session, item.id)
        try:
            await deliver(session, run, wait)
        except (ProviderFault, NotSignedIn, Unreachable, BadInput) as error:
            return Pending(item.id, item.name, NextStep.DELIVER, f"{item.text} {error.title}", error.advice, error)
    text = "Its manifest was handed over now; it starts."
    return Pending(item.id, item.name, NextStep.WATCH, text, f"See akash-tui lease status {item.id.dseq}.")
