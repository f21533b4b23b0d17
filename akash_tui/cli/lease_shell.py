"""`lease shell`: a command or a shell in a running service. Its exit code is passed on; our own failures are 255."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import print_error, print_progress
from akash_tui.cli.session import in_session, on_terminal
from akash_tui.cli.values import DSEQ
from akash_tui.services.errors import AkashError, BadInput, ProviderUnreachable

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session


FAILED = 255


class _ShellCommand(click.Command):
    """A wrong argument ends with 255 too, so that its code is not mistaken for one of the remote command."""

    def make_context(self, *args: Any, **more: Any) -> click.Context:
        try:
            return super().make_context(*args, **more)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else "akash-tui lease shell"
            print_error(BadInput(error.format_message(), f"{path} --help"))
        except BadInput as error:
            print_error(error)
        raise click.exceptions.Exit(FAILED)


@click.command(cls=_ShellCommand)
@click.argument("dseq", type=DSEQ)
@click.argument("command", nargs=-1, type=click.UNPROCESSED)
@click.option("--service", metavar="S", help="The service; optional if there is only one.")
@click.option("--gseq", type=int, help="The group.")
@click.option("--pod", type=click.IntRange(min=0), default=0, metavar="N", help="The replica, counted from 0.")
@click.option("--tty/--no-tty", default=None, help="Allocate a terminal there; default: if there is one here.")
@click.option("-i", "--stdin", is_flag=True, help="Send standard input; a shell and a terminal always do.")
@global_options
def shell(
    g: GlobalOptions,
    dseq: int,
    command: tuple[str, ...],
    service: str | None,
    gseq: int | None,
    pod: int,
    tty: bool | None,
    stdin: bool,
) -> None:
    """Run a command in a service, or a shell.

    In a terminal, Enter ~ . leaves a shell that hangs. The end of standard input cannot be sent to a provider:
    `exit` is added to a script piped to a shell; any other command must end by itself.
    """
    from akash_tui.domain.akash.entities import DeploymentId
    from akash_tui.services.leases.remote_shell import DEFAULT_COMMAND, open_shell, shell_target, talk

    with_tty = on_terminal() if tty is None and not command else bool(tty)

    async def work(session: Session) -> int:
        lease, name = await shell_target(session, DeploymentId(session.owner, dseq), service=service, gseq=gseq)
        words = command or DEFAULT_COMMAND
        sends_input = stdin or with_tty or not command
        async with open_shell(session, lease, name, words, pod=pod, tty=with_tty, stdin=sends_input) as remote:
            code = await talk(remote, tty=with_tty, stdin=sends_input, script=not command, say=print_progress)
        if code is None:
            raise ProviderUnreachable("Left the shell; what runs in it may continue.", "akash-tui lease status DSEQ")
        return code

    try:
        code = in_session(g, work)
    except AkashError as error:
        if g.debug:
            raise
        print_error(error)
        code = FAILED
    click.get_current_context().exit(code)
