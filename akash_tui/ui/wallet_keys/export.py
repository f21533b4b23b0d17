"""Exporting a wallet: into an encrypted file, or its words on the screen."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import TYPE_CHECKING

from akash_tui.domain.text import clean, short_address
from akash_tui.services.ports import BadInput, WalletRef
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption, choose_one
from akash_tui.ui.session.idle_lock import PRACTICE_STORE
from akash_tui.ui.wallet_keys.passphrase_dialog import NewPassphraseDialog
from akash_tui.ui.wallet_keys.steps import ask_path, unlocked
from akash_tui.ui.wallet_keys.words_dialog import WordsDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

FILE_ENDING = ".akash-wallet"
OWN_PASSPHRASE = (
    "The file gets a passphrase of its own. Anyone who has both has the wallet; without it nobody opens the file."
)


async def export_wallet(app: SessionApp) -> None:
    """Ask which wallet and how, and do it."""
    ref = await choose_wallet(app, "Export which wallet?", with_key=True)
    if ref is None:
        return
    options = [
        ChoiceOption("file", "Into an encrypted file", "for another machine, or as a copy"),
        ChoiceOption("words", "Show its recovery words", "on this screen, to write them down"),
    ]
    chosen = await app.push_screen_wait(ChoiceDialog(f"Export {ref.name}", options))
    if chosen == "file":
        await _into_file(app, ref)
    elif chosen == "words":
        await _show(app, ref)


async def choose_wallet(app: SessionApp, title: str, *, with_key: bool = False) -> WalletRef | None:
    """One of the wallets here; None for esc, or if there is none, which is said."""
    found = await asyncio.to_thread(app.program.wallets().wallets)
    wallets = [wallet for wallet in found if not (with_key and wallet.watch_only)]
    if not wallets:
        said = "No wallet of yours with a key is here." if with_key else "No wallet of yours is here."
        using = None if app.session is None else app.session.wallet
        if using is not None and using.store == PRACTICE_STORE:
            said += " The one for practice is not stored among them."
        app.status.say(said, "warn")
        return None
    at = await choose_one(app, title, [(w.name, wallet_description(w)) for w in wallets])
    return None if at is None else wallets[at]


def wallet_description(wallet: WalletRef) -> str:
    """Its address, and where its key is."""
    places = {"keyring": "key in the keyring", "file": "key in an encrypted file", "watch": "watch-only"}
    return f"{short_address(wallet.address)} · {places.get(wallet.store, wallet.store)}"


async def _into_file(app: SessionApp, ref: WalletRef) -> None:
    rows = [LabelledLine("", "Where to? A new file; an existing one is never replaced.")]
    file = await ask_path(app, f"Export {ref.name}", rows, _refuse_existing, value=f"~/{ref.name}{FILE_ENDING}")
    if file is None:
        return
    passphrase = await app.push_screen_wait(
        NewPassphraseDialog("A passphrase for the file", [LabelledLine("", OWN_PASSPHRASE)])
    )
    if passphrase is None:
        return
    try:
        done = await unlocked(app, f"Unlock {ref.name}", lambda vault: vault.export_file(ref.name, file, passphrase))
    finally:
        passphrase.wipe()
    if done is not None:
        app.status.say(f"✓ {ref.name} is in {file}. Keep its passphrase somewhere else.", "good", 30)


def _refuse_existing(file: Path) -> None:
    if file.exists():
        raise BadInput(f"There is a file {clean(str(file))} already.", "Choose another name; nothing was written.")


async def _show(app: SessionApp, ref: WalletRef) -> None:
    words = await unlocked(app, f"Unlock {ref.name}", lambda vault: vault.export(ref.name))
    if words is None:
        return
    try:
        before = f"Anyone who sees these words controls {ref.address}."
        after = f"They lead to this account at {ref.path}."
        await app.push_screen_wait(WordsDialog(f"The words of {ref.name}", words, before, after, "Close"))
    finally:
        words.wipe()
