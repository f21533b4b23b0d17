"""A command in a running service, and the exchange between it and this side's terminal.

The lease is checked first, because a provider answers for one that is over as if all was well (provider
recordings, fact 47).
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.services.core.session import Session
from akash_tui.services.leases.lease_lookup import leases_of, provider_of, services_of
from akash_tui.services.leases.local_terminal import END, EscapeKeys, raw_terminal, typed, window_sizes, write_out
from akash_tui.services.ports import BadInput, ProviderFault, RemoteShell

DEFAULT_COMMAND = ("/bin/sh",)
MOST_REPLICAS = 100
"""Of one service to choose from: a provider may say that it has a million."""


@dataclass(frozen=True, slots=True)
class ShellTarget:
    """A service that a command can be run in."""

    lease: LeaseId
    service: str
    replicas: int
    """How many there are; counted from 0."""
    ready: int


async def shell_targets(session: Session, id: DeploymentId, gseq: int | None = None) -> list[ShellTarget]:
    """All services of all leases (of one group), asked from their providers.

    Raises `LeaseEnded` with the reason, `BadInput` without a lease, `NoWorkload`, and what the providers answer.
    """
    return [
        ShellTarget(lease, s.name, min(max(1, s.total), MOST_REPLICAS), s.ready)
        for lease, services in (await services_of(session, await leases_of(session, id, gseq))).items()
        for s in services
    ]


async def shell_target(
    session: Session, id: DeploymentId, *, service: str | None, gseq: int | None
) -> tuple[LeaseId, str]:
    """The lease and the service to run a command in; without a name the only service there is.

    Raises `BadInput` naming the services there are, and what `shell_targets` raises.
    """
    found = await shell_targets(session, id, gseq)
    names = ", ".join(dict.fromkeys(one.service for one in found))
    if service is None:
        if len(found) > 1:
            raise BadInput("Say which service.", f"--service one of: {names}.")
        return found[0].lease, found[0].service
    chosen = [one for one in found if one.service == service]
    if not chosen:
        raise BadInput(f"There is no service {service!r}.", f"Services: {names}.")
    if len(chosen) > 1:
        raise BadInput(f"Service {service!r} is in several groups.", "Say which one: --gseq N.")
    return chosen[0].lease, chosen[0].service


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
) -> AsyncIterator[RemoteShell]:
    """Run `command`; leaving closes the connection."""
    provider = await provider_of(session, lease)
    signer = await session.provider_signer()
    async with session.gateway.shell(
        provider, lease, signer, service=service, command=command, pod=pod, tty=tty, stdin=stdin
    ) as shell:
        yield shell


class _LeftByUser(Exception):
    """The person has left with the escape keys; the command may still run."""


async def talk(remote: RemoteShell, *, tty: bool, stdin: bool, script: bool, say: Callable[[str], None]) -> int | None:
    """Both directions between a command and this terminal until it ends; its exit code, None if the person left it.

    `tty`: the keys go raw, with the window's size, and Enter ~ . leaves. `script`: standard input, once it has
    ended, is followed by `exit`. `say` hears what the person should know. Raises what the other side raises.
    """
    with contextlib.ExitStack() as stack:
        tasks: set[asyncio.Task[None]] = set()
        if tty and sys.stdin.isatty():
            stack.enter_context(raw_terminal(sys.stdin.fileno()))
            sizes: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
            stack.enter_context(window_sizes(lambda columns, rows: sizes.put_nowait((columns, rows))))
            tasks.add(asyncio.create_task(_resizing(remote, sizes)))
        if stdin:
            tasks.add(asyncio.create_task(_typing(remote, tty=tty, script=script, say=say)))
        reading = asyncio.create_task(_reading(remote))
        left: set[asyncio.Task[None]] = set(tasks)
        try:
            while not reading.done():
                done, left = await asyncio.wait({reading, *left}, return_when=asyncio.FIRST_COMPLETED)
                left -= {reading}
                for task in done - {reading}:
                    if isinstance(task.exception(), _LeftByUser):
                        task.result()
                    if task.exception() is not None and not reading.done():
                        # the other side may just have ended; its last word counts more than a failed write
                        await asyncio.wait({reading}, timeout=2)
                        if not reading.done():
                            task.result()
            reading.result()
        except _LeftByUser:
            return None
        finally:
            for task in (reading, *tasks):
                task.cancel()
            await asyncio.gather(reading, *tasks, return_exceptions=True)
    if remote.exit_code is None:
        raise ProviderFault("The provider did not say how the command ended.", "Try again.")
    return remote.exit_code


async def _reading(remote: RemoteShell) -> None:
    async for output in remote.output():
        write_out(output.data, error=output.error)


async def _resizing(remote: RemoteShell, sizes: asyncio.Queue[tuple[int, int]]) -> None:
    while True:
        await remote.resize(*await sizes.get())


async def _typing(remote: RemoteShell, *, tty: bool, script: bool, say: Callable[[str], None]) -> None:
    escape = EscapeKeys()
    watched = tty and sys.stdin.isatty()
    async for data in typed(sys.stdin.fileno()):
        leave = False
        if watched:
            data, leave = escape.pass_on(data)
        if data:
            await remote.type(data)
        if leave:
            raise _LeftByUser
    # no message says to the other side that input has ended (recordings, fact 49)
    if tty:
        await remote.type(END)
    elif script:
        await remote.type(b"\nexit\n")
    else:
        say("Input has ended; waiting for the command to end (ctrl+c leaves).")
