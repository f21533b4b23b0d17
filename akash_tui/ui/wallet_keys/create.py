"""Creating a wallet: nothing is saved before its words were asked back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from akash_tui.domain.secret import Secret
from akash_tui.services.ports import HD_PATH, WORD_COUNTS
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.wallet_keys.steps import NewWallet, ask_name, prepare, say_nothing_saved
from akash_tui.ui.wallet_keys.words_dialog import WordsCheckDialog, WordsDialog

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

BEFORE = (
    "Write these words down on paper, in this order. Anyone who has them controls this wallet; if this machine is "
    "lost, they are the only way to restore it."
)
AFTER = "They are not saved yet: esc gives up, and nothing is saved."
GIVEN_UP = "The words that were shown belong to no wallet. Cross them out if you wrote them down."
COUNTS = {24: "the usual choice: 256 bits", 12: "quicker to write down: 128 bits, beyond guessing too"}


async def create_wallet(app: SessionApp) -> NewWallet | None:
    """Ask for all that a new wallet needs, show its words, ask some back, save it. None if the person gave up."""
    name = await ask_name(app, "Create a wallet")
    if name is None:
        return None
    options = [ChoiceOption(str(count), f"{count} words", COUNTS[count]) for count in WORD_COUNTS]
    chosen = await app.push_screen_wait(ChoiceDialog("How many recovery words?", options))
    prepared = None if chosen is None else await prepare(app)
    if chosen is None or prepared is None:
        return None
    vault, passphrase = prepared
    words = vault.new_words(int(chosen))
    try:
        if not await _on_paper(app, name, words):
            await say_nothing_saved(app, GIVEN_UP)
            return None
        ref = await asyncio.to_thread(lambda: vault.add(name, words, HD_PATH, passphrase))
    finally:
        words.wipe()
    return NewWallet(ref.name, ref.address, passphrase)


async def _on_paper(app: SessionApp, name: str, words: Secret) -> bool:
    """Show the words until some of them were typed back; False for esc at the words."""
    while True:
        shown = WordsDialog(f"The words of {name}", words, BEFORE, AFTER, "I wrote them down", "give up")
        if await app.push_screen_wait(shown) != "done":
            return False
        if await app.push_screen_wait(WordsCheckDialog(words)):
            return True
