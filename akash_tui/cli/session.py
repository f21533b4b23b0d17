"""Opening a session for one command: its network, its wallet, and the prompts for passphrases and confirmations."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from akash_tui.cli.options import GlobalOptions
from akash_tui.services.errors import BadInput, Locked

if TYPE_CHECKING:
    from types import FrameType

    from akash_tui.domain.akash.messages import Message
    from akash_tui.domain.akash.network import Network
    from akash_tui.services.core.session import Session
    from akash_tui.services.ports.grants import Payers
    from akash_tui.services.spending.bounds import Excess

T = TypeVar("T")


def prompt_secret(what: str) -> str:
    """Ask for a secret on the terminal, without echo. Raises `Locked` where there is no terminal."""
    if not sys.stdin.isatty():
        raise Locked(
            f"{what} is needed, and there is no terminal to ask for it.",
            "Put it in a file of mode 0600 and name that file in AKASH_TUI_PASSPHRASE_FILE.",
        )
    with interruptible_prompt():
        return str(click.prompt(what, hide_input=True, err=True))


@contextmanager
def interruptible_prompt() -> Iterator[None]:
    """While a prompt waits, ctrl+c, SIGTERM and SIGHUP end it at once, and then cancel the work as they do elsewhere.

    The event loop handles signals only between two awaits, and there is none while a prompt reads.
    """
    import asyncio
    import signal
    import threading

    from akash_tui.services.core.interrupts import hang_up_signal, ignore_hang_ups, interrupts

    if threading.current_thread() is not threading.main_thread():
        yield  # signals arrive in the main thread only
        return

    hung_up = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal hung_up
        hung_up = hung_up or number == hang_up_signal()
        raise KeyboardInterrupt

    wakeup = signal.set_wakeup_fd(-1)  # or the loop would handle the same signal again later, and cancel the cleanup
    before = {number: signal.signal(number, stop) for number in interrupts()}
    try:
        yield
    except (click.Abort, KeyboardInterrupt):
        if not _in_loop():
            raise
        raise asyncio.CancelledError from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        if hung_up:
            ignore_hang_ups()
        signal.set_wakeup_fd(wakeup)


def _in_loop() -> bool:
    import asyncio

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def chosen_network(g: GlobalOptions) -> Network:
    """The network given by the options, or the default of the settings. Raises `BadInput`; never guesses."""
    from akash_tui.services.core import networks

    given = [o for o, v in (("--rest", g.rest), ("--rpc", g.rpc), ("--chain-id", g.chain_id)) if v]
    if given:
        if g.network:
            raise BadInput(f"--network and {given[0]} exclude each other.", "Give only one of the two.")
        if len(given) < 3 or not (g.rest and g.rpc and g.chain_id):
            raise BadInput(
                "A custom network needs --rest, --rpc and --chain-id.",
                f"Given: {' and '.join(given)}. Add the rest.",
            )
        return networks.custom([g.rest], [g.rpc], g.chain_id, g.indexer)
    network = g.entry.networks.for_command(g.network)
    return networks.indexed(network, g.indexer) if g.indexer else network


def no_prompt(what: str) -> str:
    """In place of `prompt_secret` where nothing is asked: whatever needs the key is done without. Raises `Locked`."""
    raise Locked(f"{what} is needed.", "Put it in a file of mode 0600 and name that file in AKASH_TUI_PASSPHRASE_FILE.")


def in_session(
    g: GlobalOptions, work: Callable[[Session], Coroutine[Any, Any, T]], *, ask: Callable[[str], str] = prompt_secret
) -> T:
    """Run `work` in a session on the chosen network, whose chain id was verified; it is closed at the end.

    `ask` is called for a passphrase when the wallet's key is first needed.
    """

    command = click.get_current_context().command_path  # without arguments, which may hold a secret

    async def main() -> T:
        session = await g.entry.open(chosen_network(g), g.wallet, g.readonly, ask)
        given = {name: value for name in ("max_fee", "max_deposit") if (value := getattr(g, name)) is not None}
        if "max_fee" in given:
            given["gas_factor"] = None  # what the fee may be is known exactly
        session.given_bounds = given
        session.max_rate, session.max_spend = g.max_rate, g.max_spend
        session.command = command
        session.payers = _payers(g, session.payers)
        session.elsewhere = g.unsigned is not None
        try:
            return await work(session)
        finally:
            _print_notice(session)
            await session.aclose()

    return run_async(main)


def _payers(g: GlobalOptions, before: Payers) -> Payers:
    """Who pays: as the options say, else as the settings do."""
    from dataclasses import replace

    from akash_tui.services.spending.payers import OWN

    given = {name: value for name in ("fee_granter", "deposit_from") if (value := getattr(g, name)) is not None}
    if given.get("fee_granter") == OWN:
        given["fee_granter"] = ""
    return replace(before, **given)


def _print_notice(session: Session) -> None:
    """On stderr, what the chain has announced, where it concerns the next day or the end of the chain; only if the
    command has read a block."""
    calendar = session.calendar.now()
    if calendar is not None and calendar.is_urgent:
        click.echo(f"note: {calendar.headline} akash-tui doctor shows what it means.", err=True)


def run_async(make: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run to the end; SIGINT, SIGTERM and SIGHUP cancel the work, so that it can still clean up."""
    import asyncio

    from akash_tui.services.core.interrupts import stop_at_signals

    async def main() -> T:
        task = asyncio.ensure_future(make())
        stop_at_signals(task.cancel)
        try:
            return await task
        except asyncio.CancelledError:  # by a signal, here or during a prompt
            raise KeyboardInterrupt from None

    return asyncio.run(main())


def on_terminal() -> bool:
    """True where keys come from a terminal and the answer goes to one."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def is_dumb() -> bool:
    """Whether the terminal says that it cannot show a screen."""
    return os.environ.get("TERM") == "dumb"


def can_ask() -> bool:
    """True where a question can be shown, which is on stderr, and answered."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def confirm(question: str, *, yes: bool) -> bool:
    """A yes/no question on the terminal, No by default. Raises `BadInput` without a terminal and without --yes."""
    if yes:
        return True
    if not can_ask():
        raise BadInput(f"There is no terminal to ask: {question}", "Confirm in advance with --yes.")
    with interruptible_prompt():
        return click.confirm(question, default=False, err=True)


def print_beyond(beyond: Sequence[Excess]) -> None:
    """What of a quote is beyond the bounds and limits, on stderr."""
    for excess in beyond:
        what = "your limits" if excess.own else "the bounds"
        click.secho(f"beyond {what}: {excess.text} {excess.option} allows it.", fg="red", err=True)


def confirm_quote(
    session: Session, question: str, beyond: Sequence[Excess], *, yes: bool, messages: Sequence[Message] = ()
) -> bool:
    """`confirm` for a quote: with --yes the question is printed all the same, and a figure beyond the bounds must be
    typed. The limits that hold for its `messages` are printed before it. Raises `BeyondBounds` for what is beyond with
    --yes, and for what no typing allows; `BadInput` without a terminal."""
    from akash_tui.services.spending.bounds import allow, refuse_beyond
    from akash_tui.services.spending.limits import first_spend_notice, limits_text, token_of

    if notice := first_spend_notice(session):
        click.secho(f"real money: {notice}", fg="yellow", err=True)
    click.echo(f"limits: {limits_text(session, token_of(messages))}", err=True)
    print_beyond(beyond)
    if yes:
        click.echo(f"{question} yes", err=True)  # answered in advance, but always shown
        refuse_beyond(session, beyond)
        return True
    if not beyond:
        return confirm(question, yes=False)
    if not can_ask() or any(excess.hard for excess in beyond):
        refuse_beyond(session, beyond)
    figures = " ".join(dict.fromkeys(excess.figure for excess in beyond))
    with interruptible_prompt():
        typed = click.prompt(f"{question}\nType {figures} to allow it", default="", show_default=False, err=True)
    if str(typed).strip() != figures:
        return False
    allow(session, beyond)
    return True
