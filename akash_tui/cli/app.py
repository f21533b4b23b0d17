"""The command `akash-tui`: global options, subcommands, exit codes, and the one place where errors are printed."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

import click

from akash_tui import __version__
from akash_tui.cli.commands import CommandGroup
from akash_tui.cli.dashes import meant_option, refuse_wrong_dashes
from akash_tui.cli.options import GlobalOptions, global_options
from akash_tui.cli.output import discard_stdout, print_error, write_plain
from akash_tui.cli.session import chosen_network, is_dumb, on_terminal
from akash_tui.services.core.interrupts import INTERRUPTED_EXIT
from akash_tui.services.core.terminal import colourless
from akash_tui.services.errors import AkashError, BadInput

if TYPE_CHECKING:
    from akash_tui.compose import Program

log = logging.getLogger(__name__)


@click.group(cls=CommandGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--ascii", "ascii_only", is_flag=True, help="Plain characters only.")
@click.version_option(__version__, prog_name="akash-tui")
@global_options
def root(g: GlobalOptions, ascii_only: bool) -> None:
    """Rent GPUs on Akash: load an SDL, watch bids arrive with their GPUs, choose one, run it.

    Without a subcommand the full-screen app opens.
    """
    ctx = click.get_current_context()
    if ascii_only:
        write_plain(asked=True)
    if colourless(os.environ):
        ctx.color = False
    if ctx.invoked_subcommand is None:
        if not on_terminal():
            raise BadInput("There is no terminal to show the app on.", "akash-tui --help lists the commands.")
        if is_dumb():
            raise BadInput("This terminal (TERM=dumb) cannot show the app.", "akash-tui --help lists the commands.")
        own = g.rest or g.rpc or g.chain_id or g.indexer
        network = chosen_network(g) if own else g.network
        ctx.exit(g.entry.run_app(network, g.wallet, readonly=g.readonly, ascii_only=ascii_only))


def run(entry: Program | None, arguments: list[str]) -> int:
    """Run one command line and return its exit code; never lets a traceback out without --debug.

    Without `entry` the program of this user's home is opened when a command first needs it.
    """
    state = GlobalOptions(entry)
    try:
        return _run(state, arguments)
    finally:
        state.end()


def _run(state: GlobalOptions, arguments: list[str]) -> int:
    try:
        refuse_wrong_dashes(arguments)
        result = root.main(arguments, prog_name="akash-tui", standalone_mode=False, obj=state)
        return result if isinstance(result, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.UsageError as error:
        click.echo(f"error: {error.format_message()}", err=True)
        path = error.ctx.command_path if error.ctx else "akash-tui"
        meant = meant_option(arguments)
        click.echo(f"try: Write {meant}, with two hyphens." if meant else f"try: {path} --help", err=True)
        return 2
    except click.ClickException as error:
        click.echo(f"error: {error.format_message()}", err=True)
        return 2
    except AkashError as error:
        log.info("failed (%s): %s", error.code, error.title)
        if state.debug:
            _print_traceback(error)
        print_error(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        if not state.interruption_printed:
            print_error(AkashError("Interrupted.", "akash-tui resume shows what is unfinished, if anything is."))
        return INTERRUPTED_EXIT
    except SystemExit:
        # click exits like this when the reader of our output has gone (`| head`): not an error
        discard_stdout()
        return 0
    except Exception as error:
        log.info("broke", exc_info=error)
        if state.debug:
            _print_traceback(error)
            return 1
        report = _report(state, error)
        print_error(report)
        return report.exit_code


def _report(state: GlobalOptions, error: Exception) -> AkashError:
    """The report of a crash; the fault of the home folder if there is none to write it into."""
    from akash_tui.services.storage.crash_report import report_crash

    broken = f"Something broke inside akash-tui ({type(error).__name__}). Leases keep running."
    try:
        return report_crash(state.entry.home, error, broken)
    except AkashError as fault:
        return fault


def _print_traceback(error: BaseException) -> None:
    from akash_tui.services.redaction import redacted_traceback

    for line in redacted_traceback(error):
        click.echo(line, err=True)
