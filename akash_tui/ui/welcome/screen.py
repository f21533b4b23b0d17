"""The first screen: practice, a wallet, or read-only. No wizard."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from akash_tui.domain.akash.network import Network
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.session.open_session import open_network, practice
from akash_tui.ui.wallet_keys.create import create_wallet
from akash_tui.ui.wallet_keys.export import wallet_description
from akash_tui.ui.wallet_keys.import_wallet import import_wallet
from akash_tui.ui.wallet_keys.steps import NewWallet
from akash_tui.ui.wallet_keys.watch import watch_wallet
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.styles import toned

OPTIONS = (
    ChoiceOption("practice", "Try the practice network", "no wallet, no real money; it works like Akash"),
    ChoiceOption("wallet", "Connect a wallet", "create, import or use an existing one"),
    ChoiceOption("look", "Look around read-only", "nothing can be spent"),
)

CONTINUES = "continues where it stopped; no real money"


class WelcomeScreen(BaseScreen):
    """Three options: practice, a wallet or read-only; practice has the focus."""

    BINDINGS = bindings("welcome")
    where: ClassVar[str] = "welcome"

    def body(self) -> ComposeResult:
        with Vertical(id="welcome"):
            yield LabelledLines(0, id="hello")
            yield LiveTable[ChoiceOption](
                [
                    Column("title", "", 26, lambda w: (w.title, "strong")),
                    Column("description", "", 20, lambda w: (w.description, "muted"), grow=40),
                ],
                header=False,
                id="options",
            )
            yield LabelledLines(0, id="hint")

    def on_mount(self) -> None:
        table = self.query_one("#options", LiveTable)
        table.show(OPTIONS)
        table.focus()
        if self.session_app.program.has_saved_practice:
            table.show(
                [replace(option, description=CONTINUES) if option.id == "practice" else option for option in OPTIONS]
            )
        self.query_one("#hello", LabelledLines).show(
            [
                toned("akash-tui", "accent"),
                LabelledLine("", "Rent GPUs on Akash: see what each bid really offers and accept one by keyboard."),
            ]
        )

    def revision(self) -> object:
        return self._open_session()

    def paint(self) -> None:
        back = self._open_session()
        hint = f"esc goes back to {back}" if back else "? explains the words and keys · q quits"
        self.query_one("#hint", LabelledLines).show([LabelledLine("", hint, "muted")])

    def _open_session(self) -> str:
        """What is open behind this screen, in words; "" on the first start."""
        session = self.session_app.session
        if session is None:
            return ""
        return session.network.label + (f" · {session.wallet.name}" if session.wallet is not None else "")

    def do_choose(self) -> None:
        self.query_one("#options", LiveTable).action_open()

    def do_back(self) -> None:
        if self.session_app.session is not None:
            self.session_app.go(self.session_app.mode_before)

    @on(LiveTable.Opened, "#options")
    def _chosen(self, event: LiveTable.Opened) -> None:
        if "open" in self.session_app.status.doing:
            return  # a second enter while the first one is at work would begin again
        work = {"practice": self._practice, "wallet": self._wallet, "look": self._look}[event.row_id]
        self.session_app.background(work(), "open")

    async def _practice(self) -> None:
        async with self.session_app.guard("starting the practice network"):
            await practice(self.session_app)

    async def _look(self) -> None:
        async with self.session_app.guard("opening the network"):
            network = await self._pick_network()
            if network is not None:
                await open_network(self.session_app, network, None, True)

    async def _pick_network(self) -> Network | None:
        """Ask which network; one that is not running says so."""
        listed = self.session_app.program.networks.list()
        name = await self.session_app.push_screen_wait(
            ChoiceDialog(
                "Which network?",
                [
                    ChoiceOption(
                        n.name, n.name, n.description if n.network is not None else "starts now; no real money"
                    )
                    for n in listed
                ],
            )
        )
        found = next((n for n in listed if n.name == name), None)
        if found is None:
            return None
        return found.network if found.network is not None else await self.session_app.program.start_practice()

    async def _wallet(self) -> None:
        session_app = self.session_app
        async with session_app.guard("connecting a wallet"):
            wallets = await asyncio.to_thread(lambda: session_app.program.wallets().wallets())
            options = [ChoiceOption(f"use {w.name}", w.name, wallet_description(w)) for w in wallets]
            options += [
                ChoiceOption("create", "Create a wallet", "12 or 24 new words to write down"),
                ChoiceOption("import", "Import a wallet", "by its words, or from an encrypted file"),
                ChoiceOption("watch", "Watch an address", "no key: view only, never spend"),
            ]
            picked = await session_app.push_screen_wait(ChoiceDialog("Which wallet?", options))
            if picked is None:
                return
            made: NewWallet | None = None
            if picked == "create":
                made = await create_wallet(session_app)
            elif picked == "import":
                made = await import_wallet(session_app, self._pick_network)
            elif picked == "watch":
                made = await watch_wallet(session_app)
            name = picked.removeprefix("use ") if picked.startswith("use ") else made.name if made is not None else None
            if name is None:
                return
            network = (made.network if made is not None else None) or await self._pick_network()
            if network is not None:
                await open_network(session_app, network, name, False, made.passphrase if made is not None else None)
