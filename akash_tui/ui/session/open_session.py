"""Opening a session: the practice network, a wallet, or read-only. Secrets stay in `Secret` and in inputs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from akash_tui.domain.akash.money import UACT
from akash_tui.domain.akash.network import Network
from akash_tui.domain.secret import Secret
from akash_tui.services.core.program import PRACTICE_SCENARIO
from akash_tui.services.ports import Locked
from akash_tui.ui.dialogs.secret_form import ask_secrets
from akash_tui.ui.session.idle_lock import NOT_STORED, IdleLock, PassphrasePrompt, ask_secret
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.ui.session.session_app import SessionApp


async def open_first(app: SessionApp, named: Network | str | None, wallet: str | None) -> None:
    """Where the app starts: the demo, the network that was named or given, or where it was last."""
    async with app.guard("opening the network"):
        if app.demo is not None:
            await practice(app, *app.demo)
            return
        network = named if isinstance(named, Network) else app.program.networks.for_app(named)
        if network is None:
            return
        if network.practice and network is not named and wallet is None and not app.readonly:
            own = await asyncio.to_thread(_own_wallet, app)
            if own is None:
                await practice(app)
            else:
                await open_network(app, await app.program.start_practice(), own, False)
        else:
            await open_network(app, network, wallet, app.readonly)


def _own_wallet(app: SessionApp) -> str | None:
    """The wallet of their own that a person last used on practice, if it is still there."""
    last = app.program.settings.last_wallet
    return last if last is not None and last in {ref.name for ref in app.program.wallets().wallets()} else None


async def practice(app: SessionApp, scenario: str = PRACTICE_SCENARIO, seed: int = 7) -> None:
    """Start (or find) the practice network, with a throw-away wallet that the faucet fills."""
    resumes = app.program.has_saved_practice and app.demo is None
    app.status.start("open", "Resuming the practice network" if resumes else "Starting the practice network")
    try:
        network = await app.program.start_practice(scenario, seed)
        wallet = app.program.practice_wallet()
        session = await app.program.open(network, wallet.name, False)
        try:
            balances = await session.chain.balances(wallet.address)
            if not any(coin.denom == UACT and coin.amount > 0 for coin in balances):
                app.status.start("open", "Requesting practice tokens from the faucet")
                await app.program.fund(network, wallet.address)
        except BaseException:
            await session.aclose()
            raise
    finally:
        app.status.stop("open")
    await _enter(app, session, False)
    app.remember(last_network=network.name, last_wallet=None)


async def open_network(
    app: SessionApp, network: Network, wallet: str | None, readonly: bool, passphrase: Secret | None = None
) -> None:
    """Open a network with a wallet (None: the default one); the passphrase is asked for where one is needed and none is
    given. It is overwritten as soon as the key is loaded."""
    app.status.start("open", f"Opening {network.called}")
    ask = PassphrasePrompt(passphrase)
    try:
        session = await _unlocked(app, ask, lambda: _open(app, network, wallet, readonly, ask))
        if session is None:
            return
    finally:
        app.status.stop("open")
        ask.forget()
    if session.wallet is None or session.wallet.watch_only:
        readonly = True
    session.readonly = readonly
    await _enter(app, session, readonly, ask)
    app.remember(last_network=network.name, **_last_wallet(session))


def _last_wallet(session: Session) -> dict[str, str | None]:
    """What is remembered of the wallet: on practice the one of the person's own, elsewhere what it was before."""
    if not session.network.practice or session.wallet is None:
        return {}
    return {"last_wallet": None if session.wallet.store == "practice" else session.wallet.name}


async def _open(
    app: SessionApp, network: Network, wallet: str | None, readonly: bool, ask: PassphrasePrompt
) -> Session:
    session = await app.program.open(network, wallet, readonly, ask)
    try:
        if session.wallet is not None and not session.wallet.watch_only and not readonly:
            await asyncio.to_thread(session.require_signer)
    except BaseException:
        await session.aclose()
        raise
    return session


async def _unlocked(app: SessionApp, ask: PassphrasePrompt, work: Callable[[], Awaitable[Session]]) -> Session | None:
    """Run `work`, asking for the passphrase until it is right; None if the person gave up."""
    wrong: str | None = None
    while True:
        try:
            return await work()
        except Locked as error:
            wrong = error.title
        ask.forget()
        ask.secret = await ask_secret(app, "Unlock the wallet", [LabelledLine("", wrong), NOT_STORED])
        if ask.secret is None:
            return None


async def _enter(app: SessionApp, session: Session, readonly: bool, ask: PassphrasePrompt | None = None) -> None:
    session.secrets.ask = lambda missing: ask_secrets(app, session.secrets, missing)
    await app.enter(session, readonly)
    app.idle_lock = IdleLock(app, session, ask or PassphrasePrompt(), app.why_key_needed)
    app.background(_resume(app, session), "resume")


async def _resume(app: SessionApp, session: Session) -> None:
    """Finish what was in progress when the program last stopped; the result is one status line."""
    from akash_tui.services.deployment.resume import NextStep, resume

    if session.wallet is None:
        return
    async with app.guard("resuming unfinished work", loud=False):
        report = await resume(session)
        due = [] if app.readonly else [p for p in report.pending if p.next is NextStep.DELIVER]
        for pending in due:  # a lease or an update whose manifest was still under way: that spends nothing
            app.runs.bring_up(await app.runs.open(pending.id))
        open_ones = [
            p for p in report.pending if p.next in (NextStep.WAIT, NextStep.CHOOSE, NextStep.DELIVER) and p not in due
        ]
        if due and not open_ones:
            first = due[0]
            app.status.say(
                f"{first.name or first.id.dseq}: its manifest was not sent yet; it is being sent now.", "", 20
            )
        if open_ones:
            first = open_ones[0]
            more = f" (and {len(open_ones) - 1} more)" if len(open_ones) > 1 else ""
            app.status.say(
                f"{first.name or first.id.dseq}: {first.text}{more} Press 3 for your deployments.", "warn", 30
            )
