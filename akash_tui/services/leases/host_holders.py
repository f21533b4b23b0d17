"""Custom host names that a lease's manifest asks for and its provider does not give it, and which lease has them.

Two leases of one owner may name the same host: both manifests are taken, and only the first lease gets it, without an
error anywhere (provider recordings, fact 17). Nothing here moves or changes anything.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from akash_tui.domain.akash.entities import Lease, LeaseId
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core.concurrency import each
from akash_tui.services.core.session import Session
from akash_tui.services.ports import LeaseStatus, ProviderFault, Signer
from akash_tui.services.spending.quoting import running_leases

MOST_OTHERS = 20
"""Other leases that are asked where a name leads now."""
REMEMBERED_SECONDS = 60.0
"""So long an answer counts: screens ask every few seconds."""


@dataclass(frozen=True, slots=True)
class MisplacedHostName:
    """A custom host name that a lease's manifest asks for and its provider does not give it."""

    host: str
    holder: LeaseId | None
    """The lease of this wallet that has it now; None if no one of them shows it."""

    @property
    def sentence(self) -> str:
        """Where it leads now and what moves it."""
        if self.holder is None:
            text = f"{self.host} does not lead here, and no other lease of this wallet shows it"
            return f"{text}; in the app, H on this lease tries to move it."
        return f"{self.host} still leads to dseq {self.holder.dseq}; in the app, H on this lease moves it."


def shown_hosts(status: LeaseStatus) -> set[str]:
    """The host names that lead to a lease."""
    return {uri.lower() for service in status.services for uri in service.uris}


async def holders(
    session: Session, provider: Provider, missing: Sequence[str], others: Sequence[Lease], signer: Signer
) -> tuple[MisplacedHostName, ...]:
    """Which of the other leases at the same provider shows each name. One that cannot be asked is passed over."""

    async def read(lease: LeaseId) -> set[str]:
        try:
            status = await session.gateway.lease_status(provider, lease, signer)
        except ProviderFault:
            return set()
        return set() if status is None else shown_hosts(status)

    there = [x.id for x in others if x.id.provider == provider.owner][:MOST_OTHERS] if missing else []
    found = dict(zip(there, await each(read(x) for x in there), strict=True))
    return tuple(
        MisplacedHostName(host, next((id for id, theirs in found.items() if host in theirs), None)) for host in missing
    )


async def misplaced_hosts(
    session: Session, provider: Provider, lease: LeaseId, asked: Sequence[str], status: LeaseStatus
) -> tuple[MisplacedHostName, ...]:
    """The names in `asked` that the lease's status does not show, with who has them. Raises what the chain raises."""
    shown = shown_hosts(status)
    missing = tuple(host for host in asked if host not in shown)
    if not missing or not status.services:
        return ()
    known, now = session.misplaced.get(lease), session.clock.monotonic()
    if known is not None and known[0] == missing and now - known[1] < REMEMBERED_SECONDS:
        return tuple(MisplacedHostName(host, holder) for host, holder in known[2])
    others = [x for x in running_leases(await session.chain.leases(lease.owner)) if x.id.deployment != lease.deployment]
    found = await holders(session, provider, missing, others, await session.provider_signer())
    session.misplaced[lease] = (missing, now, tuple((name.host, name.holder) for name in found))
    return found
