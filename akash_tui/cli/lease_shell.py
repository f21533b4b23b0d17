"""`lease shell`: a command, or a shell, in a running service; its exit code is ours, our own failures are 255."""

from __future__ import annotations

import asyncio
import contextlib
import sys

import click

from akash_tui.cli.options import Globals, takes_globals
from akash_tui.cli.output import complain, say
from akash_tui.cli.session import opened, run_async
from akash_tui.cli.terminal import END, Escape, raw_terminal, typed, window_sizes, write_out
from akash_tui.cli.values import dseq_of
from akash_tui.domain.market import DeploymentId
from akash_tui.services.lease_shell import DEFAULT_COMMAND, open_shell, shell_target
from akash_tui.services.ports import AkashError, ProviderFault, ProviderUnreachable, Shell

FAILED = 255


@click.command()
@click.argument("dseq")
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option("--service", metavar="S", help="In which service; may be left out where there is only one.")
@click.option("--gseq", type=int, help="In which group.")
@click.option("--pod", type=click.IntRange(min=0), default=0, metavar="N", help="In which replica, counted from 0.")
@click.option("--tty/--no-tty", default=None, help="With a terminal over there; by default where there is one here.")
@click.option("-i", "--stdin", is_flag=True, help="Pass standard input on; a shell and a terminal always do.")
@takes_globals
def shell(
    g: Globals,
    dseq: str,
    command: tuple[str, ...],
    service: str | None,
    gseq: int | None,
    pod: int,
    tty: bool | None,
    stdin: bool,
) -> None:
    """Run a command in a service, or a shell: akash-tui lease shell DSEQ --service web -- nvidia-smi

    In a terminal, Enter ~ . leaves a shell that hangs. Providers cannot be told that input has ended: a piped
    script for a shell is ended with `exit`, any other command must end by itself.
    """
    here = sys.stdin.isatty() and sys.stdout.isatty()
    with_tty = here if tty is None and not command else bool(tty)

    async def work() -> int:
        number = dseq_of(dseq)
        async with opened(g) as session:
            lease, name = await shell_target(session, DeploymentId(session.owner, number), service=service, gseq=gseq)
            words = command or DEFAULT_COMMAND
            listens = stdin or with_tty or not command
            async with open_shell(session, lease, name, words, pod=pod, tty=with_tty, stdin=listens) as remote:
                return await _talk(remote, tty=with_tty, stdin=listens, script=not command)

    try:
        code = run_async(work)
    except AkashError as error:
        if g.debug:
            raise
        complain(error)
        code = FAILED
    click.get_current_context().exit(code)


async def _talk(remote: Shell, *, tty: bool, stdin: bool, script: bool) -> int:
    """Both directions until the command ends; its exit code."""
    with contextlib.ExitStack() as stack:
        tasks: set[asyncio.Task[None]] = set()
        if tty and sys.stdin.isatty():
            stack.enter_context(raw_terminal(sys.stdin.fileno()))
            sizes: asyncio.Queue[tuple[int, int]] = asyncio.Queue()
            stack.enter_context(window_sizes(lambda columns, rows: sizes.put_nowait((columns, rows))))
            tasks.add(asyncio.create_task(_resizing(remote, sizes)))
        if stdin:
            tasks.add(asyncio.create_task(_typing(remote, tty=tty, script=script)))
        reading = asyncio.create_task(_reading(remote))
        left: set[asyncio.Task[None]] = set(tasks)
        try:
            while not reading.done():
                done, left = await asyncio.wait({reading, *left}, return_when=asyncio.FIRST_COMPLETED)
                left -= {reading}
                for task in done - {reading}:
                    if task.exception() is not None and not reading.done():
                        # the other side may just have ended; its last word counts more than a failed write
                        await asyncio.wait({reading}, timeout=2)
                        if not reading.done():
                            task.result()
            reading.result()
        finally:
            for task in (reading, *tasks):
                task.cancel()
            await asyncio.gather(reading, *tasks, return_exceptions=True)
    if remote.exit_code is None:
        raise ProviderFault("The provider did not say how the command ended.", "Try again.")
    return remote.exit_code


async def _reading(remote: Shell) -> None:
    async for output in remote.output():
        write_out(output.data, error=output.error)


async def _resizing(remote: Shell, sizes: asyncio.Queue[tuple[int, int]]) -> None:
    while True:
        await remote.resize(*await sizes.get())


async def _typing(remote: Shell, *, tty: bool, script: bool) -> None:
    escape = Escape()
    watched = tty and sys.stdin.isatty()
    async for data in typed(sys.stdin.fileno()):
        leave = False
        if watched:
            data, leave = escape.pass_on(data)
        if data:
            await remote.type(data)
        if leave:
            raise ProviderUnreachable("Left the shell; what runs in it may go on.", "Look: akash-tui lease status.")
    # nothing tells the other side that input has ended (recordings, fact 49)
    if tty:
        await remote.type(END)
    elif script:
        await remote.type(b"\nexit\n")
    else:
        say("Input has ended; waiting for the command to end by itself (ctrl+c leaves).")
