"""A command in a running service: checked first, because a provider answers for a lease that is over as if all was
well (provider recordings, fact 47)."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from akash_tui.domain.market import DeploymentId, LeaseId
from akash_tui.services.lease_streams import leases_of, provider_of
from akash_tui.services.ports import BadInput, LeaseStatus, NoWorkload, Shell
from akash_tui.services.session import Session

DEFAULT_COMMAND = ("/bin/sh",)


async def shell_target(
    session: Session, id: DeploymentId, *, service: str | None, gseq: int | None
) -> tuple[LeaseId, str]:
    """The lease and the service to run a command in; without a name the only service there is.

    Raises `BadInput` naming the services there are, `LeaseEnded` with the reason, `NoWorkload`.
    """
    signer = await session.provider_signer()
    found: list[tuple[LeaseId, str]] = []
    for lease in await leases_of(session, id, gseq):
        provider = await provider_of(session, lease.id)
        status: LeaseStatus | None = await session.gateway.lease_status(provider, lease.id, signer)
        found += [(lease.id, s.name) for s in (status.services if status else ())]
    if not found:
        raise NoWorkload(
            "The provider has nothing for this lease yet",
            f"Its manifest may still be under way: akash-tui lease status {id.dseq}.",
        )
    names = ", ".join(dict.fromkeys(name for _, name in found))
    if service is None:
        if len(found) > 1:
            raise BadInput("Say which service.", f"--service one of: {names}.")
        return found[0]
    chosen = [one for one in found if one[1] == service]
    if not chosen:
        raise BadInput(f"There is no service {service!r}.", f"Services: {names}.")
    if len(chosen) > 1:
        raise BadInput(f"Service {service!r} is in several groups.", "Say which one: --gseq N.")
    return chosen[0]


@asynccontextmanager
async def open_shell(
    session: Session,
    lease: LeaseId,
    service: str,
    command: Sequence[str],
    *,
    pod: int = 0,
    tty: bool = False,
    stdin: bool = False,
) -> AsyncIterator[Shell]:
    """Run `command`; leaving closes the connection."""
    provider = await provider_of(session, lease)
    signer = await session.provider_signer()
    async with session.gateway.shell(
        provider, lease, signer, service=service, command=command, pod=pod, tty=tty, stdin=stdin
    ) as shell:
        yield shell
