"""The wallet actions that every screen has: an error is shown, and a new wallet can be used at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akash_tui.ui.dialogs.questions import says_yes
from akash_tui.ui.session.open_session import open_network
from akash_tui.ui.wallet_keys.create import create_wallet
from akash_tui.ui.wallet_keys.export import export_wallet
from akash_tui.ui.wallet_keys.import_wallet import import_wallet
from akash_tui.ui.wallet_keys.remove import remove_wallet
from akash_tui.ui.wallet_keys.steps import NewWallet
from akash_tui.ui.wallet_keys.watch import watch_wallet
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


async def create_and_use(app: SessionApp) -> None:
    """Create a wallet, and offer to use it."""
    async with app.guard("creating a wallet"):
        await _offer(app, await create_wallet(app))


async def import_and_use(app: SessionApp) -> None:
    """Import a wallet, and offer to use it."""
    async with app.guard("importing a wallet"):
        await _offer(app, await import_wallet(app))


async def watch_and_use(app: SessionApp) -> None:
    """Add an address without its key, and offer to look at it."""
    async with app.guard("watching an address"):
        await _offer(app, await watch_wallet(app))


async def export(app: SessionApp) -> None:
    """Export a wallet."""
    async with app.guard("exporting a wallet"):
        await export_wallet(app)


async def remove(app: SessionApp) -> None:
    """Remove a wallet."""
    async with app.guard("removing a wallet"):
        await remove_wallet(app)


async def _offer(app: SessionApp, made: NewWallet | None) -> None:
    """Ask whether the open network is to be used with the new wallet from now on; not while money is being moved."""
    if made is None:
        return
    app.status.say(f"✓ {made.name} is saved: {made.address}", "good", 30)
    network = app.session.network if app.session is not None else None
    if network is None or app.why_busy() is not None:
        return
    rows = [
        LabelledLine("", f"{made.name} is saved. Its address, which AKT is sent to:"),
        LabelledLine("", made.address, "strong"),
    ]
    if await says_yes(app, f"Use {made.name} on {network.name} now?", rows, "Use it", "Later"):
        await open_network(app, network, made.name, False, made.passphrase)
