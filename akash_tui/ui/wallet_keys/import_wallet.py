"""Importing a wallet: by its words, or from an encrypted file; with the account that has the money."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from akash_tui.domain.recovery_words import numbered
from akash_tui.domain.secret import Secret
from akash_tui.domain.text import short_address
from akash_tui.services.core.accounts import AccountBalance, read_accounts
from akash_tui.services.ports import BadInput, ExportedWallet, Locked, Vault
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.dialog_box import InputDialog, ok_buttons
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.session.idle_lock import ask_secret
from akash_tui.ui.wallet_keys.steps import NewWallet, ask_name, ask_path, prepare
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.ui.session.session_app import SessionApp

OTHER_PATH = "other"
PATH_SHAPE = "It looks like m/44'/118'/0'/0/0."


class WordsEntryDialog(InputDialog[Secret | None]):
    """The words of a wallet, hidden until they are to be seen. What is wrong is said by place, and the text stays."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+r", "reveal", "show", show=False)]
    DEFAULT_CSS = """
    WordsEntryDialog #message { margin-bottom: 1; }
    WordsEntryDialog #wrong { margin-top: 1; }
    """

    def __init__(self, vault: Vault) -> None:
        super().__init__("Its recovery words", [LabelledLine("", "The 12 or 24 words, with spaces between them.")])
        self._vault = vault

    @property
    def shows_secret(self) -> bool:
        """Whether a picture of it would show the words."""
        return not self.query_one("#words", Input).password

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(0, id="message")
            yield Input(password=True, id="words")
            yield LabelledLines(2, id="wrong")
            yield ok_buttons()

    def on_mount(self) -> None:
        self.query_one("#words").focus()
        self._count()

    def key_hints(self) -> Sequence[KeyHint]:
        shown = self.shows_secret
        return [KeyHint("enter", "OK"), KeyHint("escape", "cancel"), KeyHint("ctrl+r", "hide" if shown else "show")]

    def action_reveal(self) -> None:
        """Show the words, each with its number, or hide them again."""
        field = self.query_one("#words", Input)
        field.password = not field.password
        self._count()
        self.show_keys()

    @on(Input.Changed)
    def _count(self) -> None:
        count = len(self.query_one("#words", Input).value.split())
        rows = [LabelledLine("", f"{count} words so far; ctrl+r shows or hides them.", "muted")]
        if self.shows_secret:
            rows += [
                LabelledLine("", line, "strong") for line in numbered(Secret(self.query_one("#words", Input).value))
            ]
        self.query_one("#wrong", LabelledLines).show(rows)

    def submit(self) -> None:
        field = self.query_one("#words", Input)
        try:
            words = self._vault.check_words(Secret(field.value))
        except BadInput as error:
            rows = [LabelledLine("✗", f"{error.title} {error.advice}", "", "bad")]
            self.query_one("#wrong", LabelledLines).show(rows)
            return
        self.clear_fields()
        self.dismiss(words)


async def import_wallet(
    app: SessionApp, pick_network: Callable[[], Awaitable[Network | None]] | None = None
) -> NewWallet | None:
    """Ask for a wallet's words or file, and save it. `pick_network` asks for the network whose balances are listed,
    where none is open. None if the person gave up."""
    options = [
        ChoiceOption("words", "By its recovery words", "12 or 24 words, of any wallet"),
        ChoiceOption("file", "From an encrypted file", "that this program has exported"),
    ]
    chosen = await app.push_screen_wait(ChoiceDialog("Import a wallet", options))
    if chosen is None:
        return None
    return await (_by_words(app, pick_network) if chosen == "words" else _from_file(app))


async def _by_words(app: SessionApp, pick_network: Callable[[], Awaitable[Network | None]] | None) -> NewWallet | None:
    name = await ask_name(app, "Import a wallet", restores=True)
    if name is None:
        return None
    words = await app.push_screen_wait(WordsEntryDialog(app.program.wallets()))
    if words is None:
        return None
    try:
        network = app.session.network if app.session is not None else None
        if network is None and pick_network is not None:
            network = await pick_network()
        path = await _choose_account(app, words, network)
        if path is None:
            return None
        made = await _save(app, name, words, path)
        if made is not None:
            made.network = network
        return made
    finally:
        words.wipe()


async def _from_file(app: SessionApp) -> NewWallet | None:
    vault = app.program.wallets()

    def check(file: Path) -> None:
        _completed_by(vault, vault.read_export(file))

    file = await ask_path(app, "Import a wallet", [LabelledLine("", "The path of the file.")], check)
    if file is None:
        return None
    exported = await asyncio.to_thread(vault.read_export, file)
    name: str | None = await asyncio.to_thread(_completed_by, vault, exported)
    if not name:
        name = await ask_name(app, f"Import {short_address(exported.address)}", restores=True)
    wrong = ""
    words = None
    while name is not None and words is None:
        rows = [LabelledLine("", wrong or "The passphrase that the file was exported with.")]
        passphrase = await ask_secret(app, "The passphrase of the file", rows)
        if passphrase is None:
            return None
        try:
            words = await asyncio.to_thread(vault.open_export, exported, passphrase)
        except Locked as error:
            wrong = error.title
        finally:
            passphrase.wipe()
    if name is None or words is None:
        return None
    try:
        return await _save(app, name, words, exported.path)
    finally:
        words.wipe()


def _completed_by(vault: Vault, exported: ExportedWallet) -> str:
    """The wallet here that the file completes: a watch-only one, or one whose words were lost; "" if there is none.

    Raises `BadInput` for an account that is here already with its key.
    """
    here = next((ref for ref in vault.wallets() if ref.address == exported.address), None)
    if here is None:
        return ""
    vault.check_name(here.name, address=exported.address)
    return here.name


async def _save(app: SessionApp, name: str, words: Secret, path: str) -> NewWallet | None:
    ((_, address),) = await asyncio.to_thread(app.program.wallets().accounts, words, [path])
    await asyncio.to_thread(app.program.wallets().check_name, name, address=address)
    prepared = await prepare(app)
    if prepared is None:
        return None
    vault, passphrase = prepared
    ref = await asyncio.to_thread(lambda: vault.add(name, words, path, passphrase))
    return NewWallet(ref.name, ref.address, passphrase)


async def _choose_account(app: SessionApp, words: Secret, network: Network | None) -> str | None:
    """The path of the account: those with a balance first, and any other path."""
    vault = app.program.wallets()
    listed = await asyncio.to_thread(vault.accounts, words)
    app.status.start("accounts", "Reading the balances of its accounts")
    try:
        accounts, fault = await read_accounts(app.program, network, listed)
    finally:
        app.status.stop("accounts")
    body = [LabelledLine("", _headline(network, fault, accounts))]
    options = [
        ChoiceOption(a.path, a.path, a.address if network is None else f"{short_address(a.address)}  {a.text}")
        for a in accounts
    ]
    options.append(ChoiceOption(OTHER_PATH, "another path", "type it"))
    chosen = await app.push_screen_wait(ChoiceDialog("Which account?", options, body))
    if chosen != OTHER_PATH:
        return chosen

    def fault_of(path: str) -> str | None:
        try:
            vault.accounts(words, [path.strip()])
        except BadInput as error:
            return f"{error.title} {error.advice}"
        return None

    typed = await ask_text(app, "Its path", [LabelledLine("", PATH_SHAPE)], value=accounts[0].path, check=fault_of)
    return typed.strip() if typed is not None else None


def _headline(network: Network | None, fault: str, accounts: Sequence[AccountBalance]) -> str:
    if network is None:
        return "The same words lead to many accounts; most wallets use the first."
    if fault:
        return f"The balances could not be read: {fault} Most wallets use the first account."
    if not any(account.funded for account in accounts):
        return f"None of these has AKT or ACT on {network.name}; most wallets use the first."
    return f"The same words lead to many accounts. Those with a balance on {network.name} come first."
