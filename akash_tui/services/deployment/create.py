"""A deployment begins: signed from its quote, or one that exists is attached to."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack
from decimal import Decimal

from akash_tui.domain.akash.entities import Deployment, DeploymentId, DeploymentState, GroupState
from akash_tui.domain.akash.money import UACT
from akash_tui.services.core.events import Created
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.core.session import Session
from akash_tui.services.leases.runtime_limits import RuntimeLimits, SavedLimit
from akash_tui.services.ports import AkashError, Stale
from akash_tui.services.spending.quotes import CreateQuote
from akash_tui.services.spending.quoting import read_deployment, running_leases
from akash_tui.services.spending.spend import JournalPurpose, spend
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.journal_entries import IntentKind, SavedDeployment, SavedStage
from akash_tui.services.storage.sdl_versions import SdlVersion, SdlVersions, current


def new_run(session: Session, quote: CreateQuote) -> DeploymentRun:
    """A view of the run before anything is sent, so that a screen can watch its creation."""
    return DeploymentRun(
        id=quote.id,
        chain_id=quote.chain_id,
        name=quote.name,
        sdl=quote.sdl,
        manifest=quote.compiled.manifest_json,
        version=quote.compiled.version,
        groups=dict(enumerate(quote.compiled.groups, start=1)),
        clock=session.clock,
        hours=quote.hours,
        limit=quote.limit,
        block_time=quote.block_time,
        blocked=session.provider_notes.blocked,
    )


async def create(session: Session, quote: CreateQuote, run: DeploymentRun | None = None) -> DeploymentRun:
    """Sign exactly the quote and wait for its block; what it closes is closed by the same transaction, or nothing
    happens at all. Raises `Busy`, `Stale` (this quote was used already), `Refused`, `Insufficient`, `TxUnknown`."""
    run = run or new_run(session, quote)
    with ExitStack() as alone:
        alone.enter_context(session.alone(quote.id))
        if quote.closing is not None:
            alone.enter_context(session.alone(quote.closing.id))
            await refuse_while_open(session, quote.closing.id)
        known = session.journal.deployment(quote.chain_id, quote.id)
        if known is not None and known.stage is not SavedStage.NEVER:
            raise Stale(
                f"Deployment {quote.id.dseq} was sent already; nothing was sent again.",
                "See akash-tui lease list, or ask for a new quote.",
            )
        now = session.clock.now()
        saved = SavedDeployment(
            chain_id=quote.chain_id,
            id=quote.id,
            name=quote.name,
            file=quote.file,
            sdl=quote.sdl,
            manifest=run.manifest,
            version=run.version,
            hours=quote.hours,
            stage=SavedStage.CREATING,
            created_at=now,
        )
        _save_limit(session, quote)
        if run.avoid:
            AvoidedProviders(session.journal).add(quote.chain_id, quote.id, run.avoid)
        about: dict[str, object] = {
            "name": quote.name,
            "deposit": str(quote.deposit),
            "version": run.version.hex(),
            "max_h": str(round(quote.max_h, 6)),
        }
        if quote.closing is not None:
            about["replaces"] = quote.closing.id.dseq
        if quote.paired_with is not None:
            about["paired_with"] = quote.paired_with.dseq
        try:
            purpose = JournalPurpose(IntentKind.CREATE, quote.id.dseq, about, saved)
            result = await spend(session, quote, purpose, also=_closes(quote))
        except AkashError as error:
            if error.certain:
                RuntimeLimits(session.journal).forget(quote.chain_id, quote.id)
            run.fail(error)
            run.enter(Stage.FAILED)
            raise
    run.funds = Decimal(quote.deposit.amount)
    run.asked_at = session.clock.now()
    run.book.set_groups(run.groups)
    run.book.set_money(quote.block_time, run.funds)
    run.enter(Stage.COLLECTING)
    run.emit(Created(run.head(), result.hash, result.height, run.version, quote.deposit))
    return run


def keep(session: Session, quote: CreateQuote, avoid: Mapping[str, str] | None = None) -> None:
    """Save what only this home knows of a deployment that is created elsewhere: its SDL and manifest, its limit, and
    the providers to avoid. All are then here once it is there."""
    compiled = quote.compiled
    version = SdlVersion(compiled.version, quote.file, quote.sdl, compiled.manifest_json)
    SdlVersions(session.journal).save(quote.chain_id, quote.id, version, session.clock.now())
    _save_limit(session, quote)
    if avoid:
        AvoidedProviders(session.journal).add(quote.chain_id, quote.id, avoid)


def _save_limit(session: Session, quote: CreateQuote) -> None:
    """Before anything is sent, so that a kill loses no limit; one that the number had before is over."""
    limits = RuntimeLimits(session.journal)
    if quote.limit is None:
        limits.forget(quote.chain_id, quote.id)
    else:
        limits.save(SavedLimit(quote.chain_id, quote.id, quote.limit, session.clock.now()))


def _closes(quote: CreateQuote) -> tuple[JournalPurpose, ...]:
    """The other half of the transaction, with an intent of its own: a kill at any moment is settled like that of a
    single close, and the two name each other for the reader of the journal."""
    if quote.closing is None:
        return ()
    about: dict[str, object] = {
        "name": quote.name,
        "refund_estimate": str(quote.closing.refund),
        "replaced_by": quote.id.dseq,
    }
    return (JournalPurpose(IntentKind.CLOSE, quote.closing.id.dseq, about),)


async def attach(session: Session, id: DeploymentId) -> DeploymentRun:
    """A view of a deployment that exists: its stage, leases and (our journal's) name, SDL and manifest.

    Raises `BadInput` if the chain does not know it.
    """
    deployment = await read_deployment(session, id)
    leases = running_leases(await session.chain.leases(id.owner, id.dseq))
    saved = current(session.journal, session.network.chain_id, id, deployment.hash, session.clock.now())
    groups = {g.id.gseq: g.spec for g in deployment.groups}
    limit = RuntimeLimits(session.journal).active(session.network.chain_id, id)
    run = DeploymentRun(
        id=id,
        chain_id=session.network.chain_id,
        name=saved.name if saved is not None else next((g.name for g in groups.values()), str(id.dseq)),
        sdl=saved.sdl if saved is not None else "",
        manifest=saved.manifest if saved is not None and saved.version == deployment.hash else b"",
        version=deployment.hash,
        groups=groups,
        clock=session.clock,
        hours=saved.hours if saved is not None else None,
        limit=None if limit is None else limit.limit,
        leases=tuple(leases),
        block_time=await session.chain.block_time(),
        funds=deployment.escrow.held(UACT),
        asked_at=saved.created_at if saved is not None else None,
        avoid=AvoidedProviders(session.journal).of(session.network.chain_id, id),
        blocked=session.provider_notes.blocked,
    )
    run.book.set_groups(groups)
    if run.block_time is not None:
        run.book.set_money(run.block_time, run.funds)
    run.enter(_stage(session, deployment, run))
    return run


def _stage(session: Session, deployment: Deployment, run: DeploymentRun) -> Stage:
    if deployment.state is DeploymentState.CLOSED:
        return Stage.CLOSED
    leased = {lease.id.gseq for lease in run.leases}
    if not leased or any(g.state is GroupState.OPEN and g.id.gseq not in leased for g in deployment.groups):
        return Stage.COLLECTING
    delivered = {lease.id for lease in session.journal.leases(run.chain_id, run.id) if lease.delivered}
    return Stage.STARTING if all(lease.id in delivered for lease in run.leases) else Stage.DELIVERING
