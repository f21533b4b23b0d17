"""Options that every command takes, before or after the subcommand's name."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from akash_tui.cli import suggestions
from akash_tui.cli.values import ACT, AKT, AMOUNT, DEPOSIT_FROM, FEE_GRANTER, NEW_FILE

if TYPE_CHECKING:
    import logging
    from decimal import Decimal
    from pathlib import Path

    from akash_tui.compose import Program

F = TypeVar("F", bound=Callable[..., Any])


@dataclass
class GlobalOptions:
    """The values of the global options; an option given twice takes the later value."""

    program: Program | None = None
    """None: that of this user's home, made when it is first needed."""
    network: str | None = None
    rest: str | None = None
    rpc: str | None = None
    chain_id: str | None = None
    indexer: str | None = None
    wallet: str | None = None
    readonly: bool = False
    debug: bool = False
    log: str | None = None
    output: str | None = None
    max_fee: Decimal | None = None
    """AKT, ACT and given per received: bounds of this command in place of those of the settings."""
    max_deposit: Decimal | None = None
    max_rate: Decimal | None = None
    max_spend: Decimal | None = None
    """The most that this command may spend besides gas, in place of the limits of the settings."""
    fee_granter: str | None = None
    deposit_from: str | None = None
    """Who pays, in place of what the settings say: an address or a word."""
    unsigned: Path | None = None
    """Where to write the transaction for signing elsewhere; None: it is signed here."""
    interruption_printed: bool = False
    """Whether the command itself has said that it was interrupted, and what is left."""
    log_handler: logging.Handler | None = None
    begun: bool = False
    """True once a command runs: not for help, version, completion and what cannot be parsed."""

    @cached_property
    def entry(self) -> Program:
        """The program of this command."""
        if self.program is not None:
            return self.program
        from akash_tui.compose import Program

        return Program()

    @property
    def json(self) -> bool:
        return self.output in ("json", "jsonl")

    def begin(self) -> None:
        """Before a command runs: what it logs holds no secret, and goes to the file of `--log` or AKASH_TUI_LOG if one
        is named. Raises `BadInput`."""
        from akash_tui.services.redaction import redact_unhandled_records
        from akash_tui.services.storage.home import LOG_VARIABLE

        self.begun = True
        redact_unhandled_records()
        name = self.log or os.environ.get(LOG_VARIABLE)
        if name and self.log_handler is None:
            from pathlib import Path

            from akash_tui.services.storage.log_file import open_log

            self.log_handler = open_log(Path(name).expanduser())

    def end(self) -> None:
        """After the command: what had to be left out of the home's files, and the end of the log."""
        if not self.begun:
            return
        from akash_tui.services.storage.home import unreadable_rows

        for line in unreadable_rows.take():
            click.echo(f"note: {line}", err=True)
        if self.log_handler is not None:
            from akash_tui.services.storage.log_file import close_log

            close_log(self.log_handler)


def _options(local: bool) -> tuple[Callable[[F], F], ...]:
    """The options; `local` hides those of a network and its wallet from the help, where they change nothing."""
    return (
        click.option(
            "--network",
            metavar="NAME",
            shell_complete=suggestions.networks,
            help="practice, mainnet, sandbox, or a network of your settings.",
            hidden=local,
        ),
        click.option(
            "--rest", metavar="URL", help="REST endpoint of any node (with --rpc and --chain-id).", hidden=local
        ),
        click.option("--rpc", metavar="URL", help="CometBFT RPC endpoint of the same chain.", hidden=local),
        click.option("--chain-id", metavar="ID", help="The chain id that these endpoints must serve.", hidden=local),
        click.option("--indexer", metavar="URL", help="Indexer for prices and uptimes (optional).", hidden=local),
        click.option(
            "--wallet",
            metavar="NAME",
            shell_complete=suggestions.wallets,
            help="The wallet to use; without it, your default wallet (on practice the app's own, once it made one).",
            hidden=local,
        ),
        click.option("--readonly", is_flag=True, default=None, help="Refuse every command that signs.", hidden=local),
        click.option("--debug", is_flag=True, default=None, help="Show tracebacks."),
        click.option(
            "--log",
            metavar="FILE",
            shell_complete=suggestions.files,
            help="Write a log without secrets to FILE (or set AKASH_TUI_LOG).",
        ),
        click.option("-o", "--output", type=click.Choice(["text", "json", "jsonl"]), help="Output format."),
    )


_NAMES = ("network", "rest", "rpc", "chain_id", "indexer", "wallet", "readonly", "debug", "log", "output")


def local_options(function: F) -> F:
    """The same for a command that needs no network: those of a network are taken, but not in its help."""
    return global_options(function, local=True)


def global_options(function: F, *, local: bool = False) -> F:
    """Give a command the global options; it receives one `GlobalOptions` as its first argument."""

    @click.pass_context
    @wraps(function)
    def command(ctx: click.Context, /, **params: Any) -> Any:
        found: GlobalOptions = ctx.find_root().obj
        for name in _NAMES:
            value = params.pop(name, None)
            if value is not None:
                setattr(found, name, value)
        if ctx.invoked_subcommand is None:  # the command itself, which has read all options before it
            found.begin()
        return function(found, **params)

    wrapped: Any = command
    for option in reversed(_options(local)):
        wrapped = option(wrapped)
    return cast(F, wrapped)


def ascii_asked() -> bool:
    """Whether `--ascii` stands before the command that runs now: plain glyphs only, in whatever opens full-screen."""
    return bool(click.get_current_context().find_root().params.get("ascii_only"))


_BOUNDS = {
    "max_fee": click.option(
        "--max-fee", type=AKT, metavar="AKT", help="The most that one transaction may cost (0.5 AKT, or your settings)."
    ),
    "max_deposit": click.option(
        "--max-deposit",
        type=ACT,
        metavar="ACT",
        help="The highest minimum deposit to accept from the chain (5 ACT, or your settings).",
    ),
    "max_spend": click.option(
        "--max-spend",
        type=AMOUNT,
        metavar="N",
        help="The most that this command may spend besides gas (default: your limits, which akash-tui doctor shows).",
    ),
    "max_rate": click.option(
        "--max-rate",
        type=AMOUNT,
        metavar="N",
        help="The highest rate to accept: what to give for 1 token that you get (default: near other sources' price).",
    ),
}


_PAYING = {
    "fee_granter": click.option(
        "--fee-granter",
        type=FEE_GRANTER,
        metavar="ADDRESS",
        help="The account that pays the gas by a fee grant; own: this wallet (or your settings).",
    ),
    "deposit_from": click.option(
        "--deposit-from",
        type=DEPOSIT_FROM,
        metavar="WHOM",
        help="Who pays the deposit: balance, grant, both (grants first), or the ADDRESS of the granter. Without it the "
        "balance where it suffices, else grants, then both (or your settings).",
    ),
    "unsigned": click.option(
        "--unsigned",
        type=NEW_FILE,
        metavar="FILE",
        help="Sign nothing: write the transaction to FILE for `akash tx sign`; `akash-tui broadcast` sends it then.",
    ),
}


def paying_options(*names: str) -> Callable[[F], F]:
    """Give a command that signs `fee_granter`, `deposit_from` or `unsigned`, in the way of `bound_options`."""
    return _held_options(_PAYING, names)


def bound_options(*names: str) -> Callable[[F], F]:
    """Give a command that signs the options that raise (or lower) bounds: `max_fee`, `max_deposit`, `max_rate`,
    `max_spend`.

    Their values are in its `GlobalOptions`; above `global_options` in the list of decorators.
    """
    return _held_options(_BOUNDS, names)


def _held_options(options: Mapping[str, Callable[[Any], Any]], names: Sequence[str]) -> Callable[[F], F]:
    """Options of `options` whose values go into the `GlobalOptions`."""

    def decorate(function: F) -> F:
        @wraps(function)
        def command(*args: Any, **params: Any) -> Any:
            found: GlobalOptions = click.get_current_context().find_root().obj
            for name in names:
                setattr(found, name, params.pop(name))
            return function(*args, **params)

        wrapped: Any = command
        for name in reversed(names):
            wrapped = options[name](wrapped)
        return cast(F, wrapped)

    return decorate
