"""What creating, importing and exporting a wallet have in common: its name, and the passphrase of its file."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable, Set
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from akash_tui.domain.secret import Secret
from akash_tui.services.ports import BadInput, Locked, Vault
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog, ask_text
from akash_tui.ui.session.idle_lock import PassphrasePrompt, ask_secret
from akash_tui.ui.wallet_keys.passphrase_dialog import NewPassphraseDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.ui.session.session_app import SessionApp

T = TypeVar("T")
NO_KEYRING = "There is no keyring here: the key is stored in a file, encrypted with this passphrase."


@dataclass(slots=True)
class NewWallet:
    """A wallet that was just saved, and what opens it at once."""

    name: str
    address: str
    passphrase: Secret | None
    network: Network | None = None
    """The network on which its balances were read."""


async def ask_name(app: SessionApp, title: str, *, restores: bool = False) -> str | None:
    """A free name for a new wallet. One that `restores` may be called like the watch-only wallet that it completes."""
    vault = app.program.wallets()
    taken = {wallet.name for wallet in await asyncio.to_thread(vault.wallets)}

    def fault(name: str) -> str | None:
        try:
            vault.check_name(name.strip(), restores=restores)
        except BadInput as error:
            return f"{error.title} {error.advice}"
        return None

    body = [LabelledLine("", "A short name for it on this machine.")]
    answer = await ask_text(app, title, body, value=free_name(taken), check=fault)
    return answer.strip() if answer is not None else None


async def prepare(app: SessionApp) -> tuple[Vault, Secret | None] | None:
    """The vault, and the passphrase that another key is stored with (None: none is needed). None for esc."""
    ask = PassphrasePrompt()
    vault = app.program.wallets(ask)
    need = await asyncio.to_thread(vault.passphrase_need)
    wrong = ""
    while True:
        if need == "new":
            dialog = NewPassphraseDialog("A passphrase for your wallet file", [LabelledLine("", NO_KEYRING)])
            ask.secret = await app.push_screen_wait(dialog)
        elif need == "known":
            rows = [LabelledLine("", wrong or "It is stored in a file, encrypted like the wallets you have.")]
            rows.append(LabelledLine("", "Type the passphrase of your wallet files.", "muted"))
            ask.secret = await ask_secret(app, "The passphrase of your wallet files", rows)
        if need and ask.secret is None:
            return None
        try:
            return vault, await asyncio.to_thread(vault.prepare)
        except Locked as error:
            if need != "known":
                raise
            wrong = error.title


async def unlocked(app: SessionApp, title: str, work: Callable[[Vault], T]) -> T | None:
    """What `work` gets from the vault, in a thread, asking for the passphrase until it is right; None for esc."""
    ask = PassphrasePrompt()
    vault = app.program.wallets(ask)
    while True:
        try:
            return await asyncio.to_thread(work, vault)
        except Locked as error:
            locked = error
        finally:
            ask.forget()
        rows = [LabelledLine("", locked.title), LabelledLine("", "Type its passphrase; it is not stored.", "muted")]
        ask.secret = await ask_secret(app, title, rows)
        if ask.secret is None:
            return None


async def ask_path(
    app: SessionApp, title: str, rows: list[LabelledLine], look: Callable[[Path], object], value: str = ""
) -> Path | None:
    """The path of a file, as it is typed, pasted with quotes, or dropped. None for esc.

    `look` raises `BadInput` for a file that is not taken: the dialog says why, and keeps what was typed.
    """

    def fault_of(text: str) -> str | None:
        if not text.strip():
            return "Type a path."
        try:
            look(typed_path(text))
        except BadInput as error:
            return f"{error.title} {error.advice}"
        return None

    answer = await ask_text(app, title, rows, value=value, check=fault_of)
    return None if answer is None else typed_path(answer)


async def say_nothing_saved(app: SessionApp, why: str) -> None:
    """A dialog with one sentence, because something that was begun is given up."""
    await app.push_screen_wait(
        QuestionDialog("Nothing was saved", [LabelledLine("", why)], (DialogAnswer("ok", "OK"),))
    )


def free_name(taken: Set[str]) -> str:
    """`main`, or the first of main-2, main-3, … that is not taken."""
    return next(name for name in chain(["main"], (f"main-{at}" for at in count(2))) if name not in taken)


def typed_path(text: str) -> Path:
    """The path without the quotes, `file://` and backslashes that a terminal adds to one that is dropped."""
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return Path(os.path.expanduser(text[1:-1]))
    return Path(os.path.expanduser(re.sub(r"\\(.)", r"\1", text.removeprefix("file://"))))
