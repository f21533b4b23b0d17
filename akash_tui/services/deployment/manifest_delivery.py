"""After the lease: hand over the manifest, wait until it runs. Nothing here spends, and nothing here closes."""

from __future__ import annotations

import asyncio
import hashlib
from datetime import timedelta

from akash_tui.domain.akash.entities import Lease, LeaseId
from akash_tui.domain.akash.lease_end import by_provider, seconds_text, why_ended
from akash_tui.domain.akash.manifest_hosts import hosts_of_group
from akash_tui.domain.akash.money import block_price
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.sdl.edit.parameters import has_secrets
from akash_tui.services.core.events import ManifestSent, Running, RunningService, running_services
from akash_tui.services.core.remembering import remember_failed, remember_running
from akash_tui.services.core.run_state import DeploymentRun, Stage, StepState
from akash_tui.services.core.secret_values import filled
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.workload_start import LOST_SECONDS, RESEND_SECONDS, StartWatch, note_former
from akash_tui.services.leases.host_holders import misplaced_hosts, shown_hosts
from akash_tui.services.leases.lease_lookup import provider_of
from akash_tui.services.ports import (
    AkashError,
    Backoff,
    BadInput,
    LeaseEnded,
    LeaseStatus,
    NotRunning,
    PriceNotQuoted,
    ProviderFault,
    ProviderUntrusted,
    Refused,
    Unreachable,
)
from akash_tui.services.spending.bounds import at_second
from akash_tui.services.storage.journal_entries import SavedStage

MANIFEST_WAIT = 240.0
"""Seconds that we try to hand over the manifest; providers say they give up after 300."""
RUN_WAIT = 1800.0
"""Seconds that images may take until we stop waiting (never: close)."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 8.0
CHECK_LEASE_EVERY = 4
"""Tries between two checks whether the lease still exists."""
STATUS_SECONDS = 1.0
"""Between two status requests to a provider while its workload starts."""
STATUS_LONGEST = 10.0
HOST_SECONDS = 2.0
"""A custom host name that does not show yet is looked for once more after so long."""


async def deliver(session: Session, run: DeploymentRun, wait: float = MANIFEST_WAIT) -> None:
    """The whole manifest to every provider of the deployment, all at once; tried again while that can help, at most
    `wait` seconds.

    Secret values that the SDL was deployed with are asked for again if they are not at hand (`SecretsNeeded`).

    Raises the first fault (the `ProviderFault` family) after all tried, or `PriceNotQuoted` before anything is sent;
    the leases then keep costing until somebody closes them.
    """
    if not run.manifest and has_secrets(run.sdl):  # it was made with values that are not saved
        again = await filled(session.sdl, session.secrets, run.sdl, run.name or "The SDL", version=run.version)
        run.manifest = again.compiled.manifest_json
    if not run.manifest or hashlib.sha256(run.manifest).digest() != run.version:
        raise BadInput(
            f"This program does not have the manifest of deployment {run.id.dseq}.",
            "Give its SDL: akash-tui lease update DSEQ FILE sends the matching manifest.",
        )
    if not run.begun:
        run.begin("signed", "in block", "lease")
    run.enter(Stage.DELIVERING)
    run.step("manifest", StepState.ACTIVE)
    run.deadline = session.clock.now() + timedelta(seconds=wait)
    try:
        by_provider: dict[str, list[Lease]] = {}
        for lease in run.leases:
            if lease.state.is_running:
                by_provider.setdefault(lease.id.provider, []).append(lease)
        if not by_provider:
            raise ProviderFault("There is no active lease to send a manifest to.", "See akash-tui lease status.")
        refuse_unquoted(session, run)
        give_up = session.clock.monotonic() + wait
        ended = await asyncio.gather(
            *(_hand_over(session, run, leases, give_up) for leases in by_provider.values()),
            return_exceptions=True,
        )
        for error in ended:
            if error is not None:
                raise error
    except AkashError as error:
        run.fail(error)
        raise
    finally:
        run.deadline = None
    session.journal.mark_stage(run.chain_id, run.id, SavedStage.DELIVERED)
    run.step("manifest", StepState.DONE)
    run.enter(Stage.STARTING)


def refuse_unquoted(session: Session, run: DeploymentRun) -> None:
    """Raise `PriceNotQuoted` if a lease costs more on chain than the bid that was signed, as the journal has it.

    Once a person has accepted that (`run.price_accepted`), or its manifest was delivered before, it is not raised.
    """
    if run.price_accepted:
        return
    signed = {saved.id: saved for saved in session.journal.leases(run.chain_id, run.id)}
    for lease in run.leases:
        saved = signed.get(lease.id)
        if saved is None or saved.delivered or not lease.state.is_running:
            continue
        if lease.price.denom != saved.price.denom or lease.price.amount > saved.price.amount:
            raise PriceNotQuoted(
                f"The lease costs {block_price(lease.price)} a block, and the bid that was quoted and signed was "
                f"{block_price(saved.price)} a block: nothing was delivered.",
                f"It costs until it is closed: akash-tui lease close {run.id.dseq}.",
            )


async def _hand_over(session: Session, run: DeploymentRun, leases: list[Lease], give_up: float) -> None:
    clock = session.clock
    attempt = 0
    noted: set[LeaseId] = set()
    backoff = Backoff(clock, FIRST_PAUSE, LONGEST_PAUSE, factor=1.7)
    while True:
        attempt += 1
        try:
            await _send(session, run, leases, attempt, noted=noted)
        except (ProviderFault, Unreachable, Refused) as fault:
            run.step("manifest", StepState.ACTIVE, f"{fault.title} (try {attempt})")
            if isinstance(fault, ProviderFault) and not fault.retry:
                remember_failed(session, [lease.id for lease in leases], fault.title)
                raise
            pause = backoff.failed()
            if clock.monotonic() + pause >= give_up:
                if isinstance(fault, ProviderFault):
                    remember_failed(session, [lease.id for lease in leases], fault.title)
                raise _too_late(fault, attempt) from fault
        else:
            return
        if attempt % CHECK_LEASE_EVERY == 0:
            await _still_leased(session, run, leases)
        await clock.sleep(pause)


async def _confirmed(session: Session, provider: Provider) -> Provider:
    """The provider's record, if no second endpoint shows another address of it; else one node alone would decide where
    a manifest, with all that is in it, goes. Raises `ProviderUntrusted`."""
    other = await at_second(session, lambda reads: reads.provider(provider.owner))
    if other is None or other.host_uri == provider.host_uri:
        return provider
    now = await session.chain.provider(provider.owner)  # ours may be some minutes old
    if now is not None and now.host_uri == other.host_uri:
        return now
    raise ProviderUntrusted(
        f"Two endpoints show two addresses of this provider: {provider.host} and {other.host}; nothing was delivered.",
        "Use endpoints that you trust, then run akash-tui resume. The lease costs until it is closed.",
    )


async def _send(
    session: Session,
    run: DeploymentRun,
    leases: list[Lease],
    attempt: int,
    note: str = "",
    *,
    noted: set[LeaseId],
) -> None:
    """One try with one provider, of which `leases` are; the journal knows of it either way. Raises what it raises.

    `noted`: the leases of which it is noted what ran before; the others are added to it.
    """
    owner = leases[0].id.provider
    try:
        provider = await _confirmed(session, await provider_of(session, leases[0].id))
        for lease in leases:
            if lease.id not in noted:
                await note_former(session, run, provider, lease.id)
                noted.add(lease.id)
        signer = await session.provider_signer()
        try:
            await session.gateway.send_manifest(provider, run.id.dseq, run.manifest, signer)
        except ProviderFault as fault:
            for lease in leases if fault.sent else ():
                session.journal.mark_tried(run.chain_id, lease.id, session.clock.now())
            raise
    except (ProviderFault, Unreachable, Refused) as fault:
        status = fault.status if isinstance(fault, ProviderFault) else 0
        run.emit(ManifestSent(run.head(), owner, attempt, status, fault.title))
        raise
    run.emit(ManifestSent(run.head(), owner, attempt, 200, f"accepted{note}"))
    for lease in leases:
        session.journal.mark_delivered(run.chain_id, lease.id, session.clock.now())
        run.accepted_at[lease.id] = session.clock.monotonic()


def _too_late(fault: AkashError, attempts: int) -> AkashError:
    """What ends the tries: the provider's fault, or that of a node without which it could not be asked at all."""
    tries = f"{attempts} {'try' if attempts == 1 else 'tries'}"
    advice = "The lease costs until it is closed: close the deployment, or send the manifest with akash-tui resume."
    if not isinstance(fault, ProviderFault):
        title = f"The manifest could not be sent in time ({tries}), and not by the provider's fault: "
        return Unreachable(f"{title}{fault.title}", advice, detail=fault.detail)
    return type(fault)(
        f"The provider did not accept the manifest in time ({tries}): {fault.title}",
        advice,
        status=fault.status,
        detail=fault.detail,
    )


async def _still_leased(session: Session, run: DeploymentRun, leases: list[Lease]) -> None:
    """Raise `ProviderFault` (final) if the chain says that a lease ended; a failed read decides nothing."""
    for lease in leases:
        try:
            now = await session.chain.lease(lease.id)
        except (Unreachable, Refused) as fault:
            run.read_error = fault
            return
        if now is not None and not now.state.is_running:
            if by_provider(now):
                remember_failed(session, [lease.id], why_ended(now))
            raise LeaseEnded(
                f"The lease ended ({now.reason or now.state.value}).",
                "Close the deployment to get the rest back, or collect bids for its new order.",
            )


async def wait_running(session: Session, run: DeploymentRun, wait: float = RUN_WAIT) -> None:
    """Ask every provider until all services of this manifest are ready; updates `run.status`.

    Raises `NotRunning` after `wait` seconds (the leases stay), `ManifestLost` soon if a provider does not run what it
    accepted, though it was sent once more, and `ProviderFault` when a lease ended.
    """
    clock = session.clock
    run.enter(Stage.STARTING)
    run.step("image", StepState.ACTIVE)
    run.deadline = clock.now() + timedelta(seconds=wait)
    give_up = clock.monotonic() + wait
    backoff = Backoff(clock, STATUS_SECONDS, STATUS_LONGEST, factor=1.2)
    watch = StartWatch(run)
    again: set[str] = set()
    rounds = 0
    try:
        while True:
            rounds += 1
            answers, fault = await _ask_all(session, run)
            for id, answer in answers.items():
                watch.see(id, answer, clock.monotonic())
            if _all_ready(run, answers, watch, clock.monotonic()):
                break
            fault = await _send_lost_again(session, run, watch, answers, again) or fault
            if rounds % CHECK_LEASE_EVERY == 0:
                await _still_leased(session, run, list(run.leases))
            pause = backoff.failed()
            if clock.monotonic() + pause >= give_up:
                raise NotRunning(
                    f"Leased, but not running after {seconds_text(wait)}" + (f": {fault.title}" if fault else "."),
                    f"The lease stays and costs. See why: akash-tui lease logs {run.id.dseq}; "
                    f"end it: akash-tui lease close {run.id.dseq}.",
                )
            await clock.sleep(pause)
    except AkashError as error:
        run.fail(error)
        raise
    finally:
        run.deadline = None
    session.journal.mark_stage(run.chain_id, run.id, SavedStage.RUNNING)
    remember_running(session, run)
    run.notes = await _withheld_hosts(session, run)
    run.step("image", StepState.DONE)
    run.step("running", StepState.DONE, " ".join(run.notes))
    run.enter(Stage.RUNNING)
    run.emit(Running(run.head(), services_of(run), run.notes))


async def _withheld_hosts(session: Session, run: DeploymentRun) -> tuple[str, ...]:
    """A sentence for each custom host name that a lease did not get; it has nothing to do with whether it runs, so
    what cannot be read is left out."""
    out: list[str] = []
    for id, status in run.status.items():
        spec = run.groups.get(id.gseq)
        asked = hosts_of_group(run.manifest, spec.name) if spec is not None else ()
        try:
            provider = await provider_of(session, id)
            if set(asked) - shown_hosts(status):  # a name that is new may need a moment
                await session.clock.sleep(HOST_SECONDS)
                status = await session.gateway.lease_status(provider, id, await session.provider_signer()) or status
            out += [name.sentence for name in await misplaced_hosts(session, provider, id, asked, status)]
        except (ProviderFault, Unreachable, Refused) as fault:
            run.read_error = fault
    return tuple(out)


async def _send_lost_again(
    session: Session,
    run: DeploymentRun,
    watch: StartWatch,
    answers: dict[LeaseId, LeaseStatus | None],
    again: set[str],
) -> AkashError | None:
    """Send the manifest once more (`again`: who accepted it then) where an accepted one does not show, which costs
    nothing. A provider that has not answered just now is left alone.

    Raises `ManifestLost` where that did not help, or a final refusal; returns a fault that may pass.
    """
    last: AkashError | None = None
    for id in answers:
        now, owner = session.clock.monotonic(), id.provider
        absent = watch.absent_for(id, now)
        if absent >= RESEND_SECONDS and owner not in again:
            mine = [x for x in run.leases if x.id.provider == owner and x.state.is_running]
            for lease in mine:
                if lease.id in answers and answers[lease.id] is None:
                    run.former.pop(lease.id, None)  # nothing runs, so nothing can be taken for the new one
            try:  # what ran before is noted already, and the copy at the provider is the new one by now
                await _send(session, run, mine, 2, ", sent again because it did not show", noted={x.id for x in mine})
            except (ProviderFault, Unreachable, Refused) as fault:
                if isinstance(fault, ProviderFault) and not fault.retry:
                    raise
                last = fault
            else:
                again.add(owner)
        elif absent >= LOST_SECONDS and now - run.accepted_at.get(id, now) >= RESEND_SECONDS:
            session.journal.mark_lost(run.chain_id, id)
            remember_failed(session, [id], "it accepted the manifest and did not run it")
            raise watch.lost(id, session.provider_cache.name(id.provider))
    return last


async def _ask_all(session: Session, run: DeploymentRun) -> tuple[dict[LeaseId, LeaseStatus | None], AkashError | None]:
    """One status request to each provider: the answers (None: it has nothing), and the last fault that another try may
    fix, for the note."""
    answers: dict[LeaseId, LeaseStatus | None] = {}
    last: AkashError | None = None
    for lease in run.leases:
        if not lease.state.is_running:
            continue
        try:
            provider = await provider_of(session, lease.id)
            status = await session.gateway.lease_status(provider, lease.id, await session.provider_signer())
        except (ProviderFault, Unreachable, Refused) as fault:
            if isinstance(fault, ProviderFault) and not fault.retry:
                remember_failed(session, [lease.id], fault.title)
                raise
            last = fault
            continue
        answers[lease.id] = status
        if status is None:
            run.status.pop(lease.id, None)
        else:
            run.status[lease.id] = status
    seen = [s for status in run.status.values() for s in status.services]
    ready, wanted = sum(s.ready for s in seen), sum(max(s.total, 1) for s in seen)
    note = f"{ready} of {wanted} ready" if seen else "the provider has nothing yet"
    if any(s.ready for s in seen):
        run.step("image", StepState.DONE)
        run.step("running", StepState.ACTIVE, note)
    else:
        run.step("image", StepState.ACTIVE, note if last is None else last.title)
    return answers, last


def _all_ready(run: DeploymentRun, answers: dict[LeaseId, LeaseStatus | None], watch: StartWatch, now: float) -> bool:
    """True when every lease's provider has answered just now that all its services are up."""
    alive = [lease.id for lease in run.leases if lease.state.is_running]
    return bool(run.leases) and all(watch.ready(id, answers.get(id), now) for id in alive)


def services_of(run: DeploymentRun) -> tuple[RunningService, ...]:
    """All services with their endpoints, as last read."""
    return tuple(s for id, status in run.status.items() for s in running_services(id.provider, status))
