"""Which leases of a deployment run, what runs on them, and at which provider: read before anything is asked of one."""

from __future__ import annotations

from collections.abc import Sequence

from akash_tui.domain.akash.entities import DeploymentId, Lease, LeaseId
from akash_tui.domain.akash.lease_end import why_ended
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core.concurrency import each
from akash_tui.services.core.session import Session
from akash_tui.services.ports import BadInput, LeaseEnded, NoWorkload, ProviderUnreachable, ServiceStatus
from akash_tui.services.spending.quoting import read_deployment, running_leases


async def leases_of(session: Session, id: DeploymentId, gseq: int | None = None) -> list[Lease]:
    """The leases that run (of one group). Raises `BadInput` for no such group, `LeaseEnded` if none runs any more."""
    await read_deployment(session, id)
    known = await session.chain.leases(id.owner, id.dseq)
    mine = [x for x in known if gseq in (None, x.id.gseq)]
    alive = running_leases(mine)
    if alive:
        return sorted(alive, key=lambda x: x.id)
    if mine:
        last = max(mine, key=lambda x: (x.closed_on, x.id))
        raise LeaseEnded(
            f"Nothing runs any more: {why_ended(last)}.", f"See what it cost: akash-tui lease show {id.dseq}."
        )
    where = "" if gseq is None else f" in group {gseq}"
    raise BadInput(f"Deployment {id.dseq} has no lease{where}.", f"See akash-tui lease show {id.dseq}.")


async def services_of(session: Session, leases: Sequence[Lease]) -> dict[LeaseId, tuple[ServiceStatus, ...]]:
    """What the provider of each lease runs for it. Raises `NoWorkload` if none has anything yet, and their faults."""
    signer = await session.provider_signer(ask=True)

    async def read(lease: Lease) -> tuple[ServiceStatus, ...]:
        status = await session.gateway.lease_status(await provider_of(session, lease.id), lease.id, signer)
        return () if status is None else status.services

    found = dict(zip([x.id for x in leases], await each(read(x) for x in leases), strict=True))
    if not any(found.values()):
        raise NoWorkload(
            "The provider has nothing for this lease yet.",
            f"Its manifest may still be under way: akash-tui resume, then akash-tui lease status {leases[0].id.dseq}.",
        )
    return found


async def with_service(session: Session, leases: Sequence[Lease], services: Sequence[str]) -> dict[LeaseId, list[str]]:
    """Which of these services each lease has, leases without any left out; no services: every lease, unfiltered.

    Raises `BadInput` naming the services there are, and what `services_of` raises.
    """
    if not services:
        return {lease.id: [] for lease in leases}
    found = {id: {s.name for s in there} for id, there in (await services_of(session, leases)).items()}
    every = set().union(*found.values())
    missing = [s for s in services if s not in every]
    if missing:
        raise BadInput(f"There is no service {missing[0]!r}.", f"Services: {', '.join(sorted(every))}.")
    chosen = {id: [s for s in services if s in there] for id, there in found.items()}
    return {id: there for id, there in chosen.items() if there}


async def provider_of(session: Session, lease: LeaseId) -> Provider:
    """The provider's record. Raises `ProviderUnreachable` if the chain has none."""
    provider = await session.provider_cache.provider(lease.provider)
    if provider is None:
        raise ProviderUnreachable(
            f"The node has no record of the provider {session.provider_cache.name(lease.provider)}.",
            "Try again: the node may be behind. If it stays so, close the lease and accept another bid.",
        )
    return provider
