"""`networks` lists the networks; `doctor` checks home, wallets, endpoints, clock and funds. Both only read."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import click

from akash_tui.cli.options import GlobalOptions, global_options, local_options
from akash_tui.cli.output import pick, print_rows, print_table
from akash_tui.cli.session import chosen_network, run_async
from akash_tui.domain.akash.money import UACT, UAKT, units
from akash_tui.domain.text import plural
from akash_tui.services.errors import AkashError, BadInput, Insufficient, NothingNew, Unreachable

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.services.core.session import Session


CLOCK_TOLERANCE = timedelta(seconds=20)
"""Tokens for providers are valid from 30 s before our own time; a clock further behind may make them invalid."""


@click.command()
@local_options
def networks(g: GlobalOptions) -> None:
    """The networks that can be named with --network."""
    listed = g.entry.networks.list()
    default = g.entry.settings.default_network
    if g.json:
        nothing: dict[str, object] = {"chain_id": None, "rest": [], "rpc": [], "indexer": None}
        print_rows(
            g,
            [
                {
                    "v": 1,
                    "name": one.name,
                    **(pick(one.network, "chain_id", "rest", "rpc", "indexer") if one.network else nothing),
                    "default": one.name == default,
                    "message": one.description,
                }
                for one in listed
            ],
        )
        return
    print_table(
        ["", "name", "chain id", "what it is", "endpoints"],
        [
            [
                "*" if one.name == default else "",
                one.name,
                one.network.chain_id if one.network else "–",
                one.description,
                str(len(one.network.rest)) if one.network else "0",
            ]
            for one in listed
        ],
    )


@dataclass(frozen=True, slots=True)
class Check:
    """The result of one check: what was found and what to do about it."""

    check: str
    ok: bool | None
    """None: could not be checked, or nothing that the user can change."""
    message: str
    advice: str = ""


@click.command()
@global_options
def doctor(g: GlobalOptions) -> int:
    """Check home, memory, keyring, endpoints, chain id, clock, funds and the mint. Changes nothing."""
    checks = [*_home(g), _memory(g), *_wallets(g), *_alerts(g), _bounds(g)]
    try:
        network = chosen_network(g)
    except BadInput as error:
        unnamed = not (g.network or g.rest or g.rpc or g.chain_id or g.entry.settings.default_network)
        title = "No network was given: node, clock and funds were not checked." if unnamed else error.title
        checks.append(Check("network", None, title, error.advice))
    else:
        checks += run_async(lambda: _network_checks(g, network))
    if g.json:
        print_rows(g, [{"v": 1, **pick(f, "check", "ok", "message", "advice")} for f in checks])
    else:
        marks = {True: "ok", False: "✗", None: "?"}
        for finding in checks:
            click.echo(f"{marks[finding.ok]:2}  {finding.check:10} {finding.message}")
            if finding.advice:
                click.echo(f"    {'':10} try: {finding.advice}")
    worst = [f for f in checks if f.ok is False]
    return 0 if not worst else (5 if any(f.check in ("node", "chain id") for f in worst) else 2)


def _home(g: GlobalOptions) -> Iterator[Check]:
    home = g.entry.home
    mode = home.stat().st_mode & 0o777
    if not os.access(home, os.W_OK):
        yield Check("home", False, f"{home} cannot be written.", "Make it writable again, and your user its owner.")
    elif mode & 0o077:
        yield Check("home", False, f"{home} is open to others (mode {mode:o}).", f"chmod 700 {home}")
    else:
        yield Check("home", True, str(home))
    loose = [p for p in sorted(home.rglob("*")) if p.is_file() and p.stat().st_mode & 0o077]
    if loose:
        yield Check("files", False, f"{loose[0]} is readable by others.", f"chmod 600 {loose[0]}")


def _memory(g: GlobalOptions) -> Check:
    faults = g.entry.memory_faults()
    if faults:
        return Check("memory", None, f"Secrets in memory: {'; '.join(faults)}.")
    return Check("memory", True, "No core dumps, and other processes of your user cannot read keys in memory.")


def _alerts(g: GlobalOptions) -> Iterator[Check]:
    from akash_tui.domain.alert import Alert

    settings, notifier = g.entry.settings.alerts, g.entry.notifier
    if settings.hook and notifier.command(settings.hook) is None:
        yield Check(
            "alerts",
            False,
            f"The hook {settings.hook[0]} is not a program that can be run.",
            f"Correct alerts.hook in {g.entry.home / 'settings.json'}: a list, the program first.",
        )
        return
    possible = bool(notifier.desktop) or notifier.sequence(Alert("doctor", "doctor", "")) is not None
    if settings.desktop and not possible:
        yield Check(
            "alerts",
            False,
            "Desktop notifications are on, but this machine cannot show them.",
            "Install notify-send (libnotify), or set alerts.desktop to false in settings.json.",
        )
        return
    from akash_tui.services.leases.alerts import threshold_text

    low = ", ".join(threshold_text(hours) for hours in sorted(settings.low_hours, reverse=True))
    parts = [
        f"bell {'on' if settings.bell else 'off'}",
        f"desktop {'on' if settings.desktop else 'off, possible' if possible else 'off'}",
        f"hook {settings.hook[0]}" if settings.hook else "no hook",
        f"low-funds alert below {low}" if low else "no low-funds alert",
    ]
    yield Check("alerts", True, "; ".join(parts))


def _bounds(g: GlobalOptions) -> Check:
    """What a quote may not exceed without being typed or allowed."""
    from akash_tui.services.spending.limits import limit_lines

    return Check("bounds", True, "; ".join(line.text for line in limit_lines(g.entry.settings.bounds)))


def _wallets(g: GlobalOptions) -> Iterator[Check]:
    try:
        found = g.entry.wallets().wallets()
    except AkashError as error:
        yield Check("wallets", False, error.title, error.advice)
        return
    if not found and g.entry.saved_practice_wallet() is not None:
        yield Check("wallets", True, "Only the wallet of the practice network, which holds no real money")
        return
    if not found:
        yield Check("wallets", None, "There is no wallet yet.", "akash-tui wallet create, or akash-tui wallet import")
        return
    stores = ", ".join(sorted({w.store for w in found}))
    minutes = g.entry.settings.lock_minutes
    lock = f"locks after {minutes} min without a key press" if minutes else "never locks (lock_minutes is 0)"
    yield Check("wallets", True, f"{len(found)} wallet(s), stored in: {stores}; the app {lock}")


async def _network_checks(g: GlobalOptions, network: Network) -> list[Check]:
    try:
        session = await g.entry.open(network, g.wallet, True)
    except AkashError as error:
        check = "chain id" if error.code == "wrong_chain" else "node"
        return [Check(check, False, error.title, error.advice)]
    try:
        return [
            await _run_check("node", lambda: _head(session)),
            await _run_check("upgrade", lambda: _upgrade(session)),
            await _run_check("clock", lambda: _clock(session)),
            await _run_check("funds", lambda: _funds(session)),
            await _run_check("spent", lambda: _spent(session)),
            await _run_check("mint", lambda: _mint(session)),
            await _run_check("indexer", lambda: _indexer(session)),
        ]
    finally:
        await session.aclose()


async def _run_check(check: str, run: Callable[[], Awaitable[Check]]) -> Check:
    try:
        return await run()
    except Unreachable as error:
        return Check(check, None if check == "indexer" else False, error.title, error.advice)
    except AkashError as error:
        return Check(check, False, error.title, error.advice)


async def _head(session: Session) -> Check:
    head = await session.head()
    calendar = session.calendar.now()
    if calendar is not None and calendar.halted_since is not None:
        return Check("node", False, calendar.headline, calendar.advice)
    return Check("node", True, f"{head.chain_id}, block {head.height}")


async def _upgrade(session: Session) -> Check:
    """What the chain has announced; None where something has to be done before."""
    await session.head()
    calendar = session.calendar.now()
    if calendar is None or not calendar.headline:
        return Check("upgrade", True, "No upgrade of the chain is announced.")
    return Check("upgrade", None if calendar.is_urgent else True, calendar.headline, calendar.advice)


async def _clock(session: Session) -> Check:
    head = await session.head()
    calendar = session.calendar.now()
    if calendar is not None and calendar.halted_since is not None:
        return Check("clock", None, "The chain makes no blocks: there is nothing to compare this clock with.")
    behind = session.clock.now() - head.time
    if behind < -CLOCK_TOLERANCE:
        return Check(
            "clock",
            False,
            f"This machine's clock is {-behind.total_seconds():.0f} s behind the chain's.",
            "Set the clock (NTP).",
        )
    if behind > timedelta(minutes=2):
        return Check(
            "clock",
            None,
            f"The newest block is {behind.total_seconds():.0f} s old: the node lags, or this clock is ahead.",
            "Set the clock (NTP); if it is right, use another node with --rest and --rpc.",
        )
    return Check("clock", True, f"newest block {max(0.0, behind.total_seconds()):.0f} s ago")


async def _funds(session: Session) -> Check:
    if session.wallet is None:
        return Check("funds", None, "There is no wallet to check.", "akash-tui wallet create")
    held = {c.denom: c.amount for c in await session.chain.balances(session.wallet.address)}
    funds = f"{units(held.get(UACT, 0))} ACT for compute, {units(held.get(UAKT, 0))} AKT for gas"
    minimum = (await session.chain.params()).min_deposit(UACT)
    if not held.get(UAKT):
        raise Insufficient(f"{funds}: no AKT for gas.", _get_akt(session))
    if minimum is not None and held.get(UACT, 0) < minimum.amount:
        raise Insufficient(
            f"{funds}: a deployment locks at least {units(minimum.amount)} ACT.",
            "akash-tui wallet mint makes ACT from AKT.",
        )
    return Check("funds", True, funds)


async def _spent(session: Session) -> Check:
    """What the limit of a day counts so far."""
    from akash_tui.services.spending.limits import sent_before

    if session.wallet is None:
        return Check("spent", None, "There is no wallet to check.", "akash-tui wallet create")
    day = sent_before(session).day
    spent = f"{units(day.total(UACT))} ACT and {units(day.total(UAKT))} AKT were spent from here in the last 24 hours"
    if day.unreadable:
        lost = plural(day.unreadable, "transaction")
        return Check("spent", False, f"{spent}, and {lost} that the journal cannot read.", "akash-tui journal")
    return Check("spent", True, spent)


async def _mint(session: Session) -> Check:
    try:
        status = await session.chain.mint_status()
    except NothingNew as error:
        return Check("mint", None, error.title, error.advice)
    if status is None:
        return Check("mint", None, "This chain has no mint.")
    if not status.mints_allowed:
        return Check(
            "mint", None, status.halt_title, "Wait: no ACT can be made from AKT meanwhile, and ACT that you have works."
        )
    return Check("mint", True, "ACT can be made from AKT now")


def _get_akt(session: Session) -> str:
    if session.network.faucet is not None:
        return f"akash-tui {session.network.options} wallet fund"
    return "Send AKT to the wallet."


async def _indexer(session: Session) -> Check:
    providers = session.provider_cache.sheet_answer
    if providers is None:
        return Check("indexer", None, "This network has no indexer: market prices and uptimes are unknown.")
    return Check("indexer", True, f"{plural(len((await providers.get()).value), 'provider')} known")
