"""Watching an address: a wallet without its key."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from akash_tui.domain.akash.address import ADDRESS_PREFIX
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.wallet_keys.steps import NewWallet, ask_name
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


async def watch_wallet(app: SessionApp) -> NewWallet | None:
    """Ask for a name and an address, and save them. None if the person gave up."""
    name = await ask_name(app, "Watch an address")
    if name is None:
        return None
    shape = LabelledLine("", f"It starts with {ADDRESS_PREFIX}.")
    address = await ask_text(app, "Which address?", [shape])
    if address is None or not address.strip():
        return None
    ref = await asyncio.to_thread(app.program.wallets().watch, name, address.strip())
    return NewWallet(ref.name, ref.address, None)
