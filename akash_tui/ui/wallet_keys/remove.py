"""Removing a wallet: its name is typed, and open deployments must be seen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from akash_tui.services.leases.wallet_use import wallet_uses
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.wallet_keys.export import choose_wallet
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.ports import WalletRef
    from akash_tui.ui.session.session_app import SessionApp

INSIST = "remove it anyway"
"""What is typed to remove a wallet that has open deployments."""


async def remove_wallet(app: SessionApp) -> None:
    """Ask which wallet and whether, and delete it with its key."""
    ref = await choose_wallet(app, "Remove which wallet?")
    if ref is None:
        return
    reason = _why_not(app, ref)
    if reason is not None:
        app.status.say(reason, "warn", 20)
        return
    if not await _confirmed(app, ref) or not await _insists(app, ref):
        app.status.say(f"{ref.name} was not removed.", "muted")
        return
    await asyncio.to_thread(app.program.wallets().remove, ref.name)
    app.status.say(f"✓ {ref.name} was removed from this machine.", "good", 20)


def _why_not(app: SessionApp, ref: WalletRef) -> str | None:
    wallet = app.session.wallet if app.session is not None else None
    if wallet is not None and wallet.address == ref.address:
        return f"{ref.name} is open here. Open another wallet or network first: N."
    return None


async def _confirmed(app: SessionApp, ref: WalletRef) -> bool:
    if ref.watch_only:
        rows = [LabelledLine("", f"{ref.name} is watch-only: no key is lost.")]
    else:
        rows = [
            LabelledLine("", f"Its key is deleted from this machine: {ref.address}."),
            LabelledLine("", "Without its recovery words or an exported file it is lost for good.", "warn"),
        ]
    rows += [BLANK, LabelledLine("", f"Type its name to remove it: {ref.name}")]
    return await ask_text(app, f"Remove {ref.name}?", rows, check=_typed(ref.name)) is not None


async def _insists(app: SessionApp, ref: WalletRef) -> bool:
    """Whether nothing of it is open, or the person says so a second time."""
    if ref.watch_only:
        return True
    app.status.start("uses", "Looking for its open deployments")
    try:
        network = app.session.network if app.session is not None else None
        uses = await wallet_uses(app.program, app.program, ref.address, network)
    finally:
        app.status.stop("uses")
    if not uses:
        return True
    rows = [
        *(LabelledLine("!", use.text, "warn", "warn") for use in uses),
        BLANK,
        LabelledLine("", "Without the key they cannot be closed, topped up or reached from here."),
        LabelledLine("", f"To remove the wallet all the same, type: {INSIST}"),
    ]
    return await ask_text(app, f"{ref.name} is in use", rows, check=_typed(INSIST)) is not None


def _typed(wanted: str) -> Callable[[str], str | None]:
    return lambda text: None if text.strip() == wanted else f"To continue, type {wanted}; esc keeps the wallet."
