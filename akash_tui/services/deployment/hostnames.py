"""Custom host names that should lead to a deployment and still lead to an older one at the same provider.

Two leases of one owner may name the same host: both manifests are taken, and only the first lease gets it (provider
recordings, fact 17). The provider moves it when asked. Nothing here signs a transaction or spends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from akash_tui.domain.akash.entities import DeploymentId, Lease, LeaseId
from akash_tui.domain.akash.manifest_hosts import declared_hosts
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core.concurrency import each
from akash_tui.services.core.session import Session
from akash_tui.services.leases.host_holders import MisplacedHostName, holders, shown_hosts
from akash_tui.services.leases.lease_lookup import leases_of, provider_of
from akash_tui.services.ports import NoWorkload, Signer
from akash_tui.services.spending.quoting import running_leases


@dataclass(frozen=True, slots=True)
class HostNames:
    """The custom host names of one lease, as its provider knows them."""

    lease: LeaseId
    provider: Provider
    here: tuple[str, ...]
    """Those that lead to it."""
    elsewhere: tuple[MisplacedHostName, ...]


async def host_names(session: Session, id: DeploymentId) -> list[HostNames]:
    """Of each running lease that asks for custom names. Raises `LeaseEnded` or `BadInput` without a lease,
    `NoWorkload` if its provider has no manifest yet, and the provider's faults."""
    signer = await session.provider_signer(ask=True)
    mine = await leases_of(session, id)
    others = [x for x in running_leases(await session.chain.leases(id.owner)) if x.id.deployment != id]
    found = await each(_names(session, lease, others, signer) for lease in mine)
    return [names for names in found if names.here or names.elsewhere]


async def _names(session: Session, lease: Lease, others: Sequence[Lease], signer: Signer) -> HostNames:
    provider = await provider_of(session, lease.id)
    status = await session.gateway.lease_status(provider, lease.id, signer)
    copy = await session.gateway.manifest(provider, lease.id, signer)
    if status is None or copy is None:
        raise NoWorkload(
            "The provider has nothing for this lease yet.", "Names can move here when its manifest was accepted."
        )
    asked, shown = declared_hosts(copy), shown_hosts(status)
    elsewhere = await holders(session, provider, [host for host in asked if host not in shown], others, signer)
    return HostNames(lease.id, provider, tuple(host for host in asked if host in shown), elsewhere)


async def move_here(session: Session, names: HostNames) -> tuple[str, ...]:
    """Let all the misplaced names lead to the lease from now on; the ones that moved. Doing it twice is safe.

    Raises `HostRefused`, `NoWorkload` and the provider's other faults: then none has moved.
    """
    hosts = [name.host for name in names.elsewhere]
    if not hosts:
        return ()
    session.misplaced.pop(names.lease, None)
    return await session.gateway.move_hosts(names.provider, names.lease, hosts, await session.provider_signer(ask=True))
