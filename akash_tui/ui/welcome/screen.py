"""The first screen: practice, a wallet, or read-only. No wizard."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Set
from dataclasses import replace
from itertools import chain, count
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical

from akash_tui.domain.akash.address import ADDRESS_PREFIX
from akash_tui.domain.akash.network import Network
from akash_tui.domain.secret import Secret
from akash_tui.domain.text import short_address
from akash_tui.services.ports import Locked, WalletRef
from akash_tui.ui.actions import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog, ask_text, says_yes
from akash_tui.ui.session.open_session import PassphrasePrompt, ask_secret, open_network, practice
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.styles import toned

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

OPTIONS = (
    ChoiceOption("practice", "Try the practice network", "no wallet, no real money; it works like Akash"),
    ChoiceOption("wallet", "Connect a wallet", "create, import or use an existing one"),
    ChoiceOption("look", "Look around read-only", "nothing can be spent"),
)

NO_KEYRING = "There is no keyring here: the wallet is stored in a file, encrypted with your passphrase."
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

    async def connect(self, how: str) -> None:
        """Open a wallet: `create`, `import` or `watch` one, without asking which."""
        await self._wallet(how)

    async def _wallet(self, how: str | None = None) -> None:
        session_app = self.session_app
        async with session_app.guard("connecting a wallet"):
            wallets = await asyncio.to_thread(lambda: session_app.program.wallets(PassphrasePrompt()).wallets())
            options = [ChoiceOption(f"use {w.name}", w.name, _wallet_description(w)) for w in wallets]
            options += [
                ChoiceOption("create", "Create a wallet", "24 new words to write down"),
                ChoiceOption("import", "Import a wallet", "by its 12 or 24 words"),
                ChoiceOption("watch", "Watch an address", "no key: view only, never spend"),
            ]
            picked = how or await session_app.push_screen_wait(ChoiceDialog("Which wallet?", options))
            if picked is None:
                return
            if picked.startswith("use "):
                name: str | None = picked.removeprefix("use ")
            else:
                name = await {"create": self._create, "import": self._import, "watch": self._watch}[picked]()
            if name is None:
                return
            network = await self._pick_network()
            if network is not None:
                await open_network(session_app, network, name, False)

    async def _ask_name(self, title: str) -> str | None:
        body = [LabelledLine("", "A short name for it on this machine.")]
        taken = await asyncio.to_thread(lambda: self.session_app.program.wallets(PassphrasePrompt()).wallets())
        free = _free_name({wallet.name for wallet in taken})
        answer = await ask_text(self.session_app, title, body, value=free, check=_name_fault)
        return answer.strip() if answer is not None else None

    async def _create(self) -> str | None:
        name = await self._ask_name("Create a wallet")
        if name is None:
            return None
        made = await self._with_vault(lambda ask: Secret(self.session_app.program.wallets(ask).create(name)[1]))
        if made is None:
            return None
        rows = [
            LabelledLine(
                "", "Write these words down on paper. Anyone who has them controls this wallet; if this machine is"
            ),
            LabelledLine("", "lost, they are the only way to restore it."),
            BLANK,
            *_numbered(made),
            BLANK,
            LabelledLine(
                "", f"In a terminal, akash-tui wallet export {name} shows them again, on this machine only.", "muted"
            ),
        ]
        while True:
            words = QuestionDialog(f"The words of {name}", rows, (DialogAnswer("done", "I wrote them down", "y"),))
            if await self.session_app.push_screen_wait(words) == "done" or await self._skips_the_words():
                return name

    async def _skips_the_words(self) -> bool:
        """Asked after esc: whether to go on without having written the words down."""
        loss = "Without these words, the wallet and everything in it is lost if this machine is lost."
        body = [LabelledLine("", loss)]
        return await says_yes(self.session_app, "Not written down?", body, "Continue without", "Show them again")

    async def _import(self) -> str | None:
        name = await self._ask_name("Import a wallet")
        if name is None:
            return None
        words = await ask_secret(
            self.session_app,
            "Its words",
            [LabelledLine("", "The 12 or 24 words, with a space between them. They are not shown.")],
        )
        if words is None:
            return None
        await self._with_vault(
            lambda ask: self.session_app.program.wallets(ask).add(name, " ".join(words.reveal().split()))
        )
        return name

    async def _watch(self) -> str | None:
        name = await self._ask_name("Watch an address")
        if name is None:
            return None
        shape = LabelledLine("", f"It starts with {ADDRESS_PREFIX}.")
        address = await ask_text(self.session_app, "Which address?", [shape])
        if address is None or not address.strip():
            return None
        await asyncio.to_thread(lambda: self.session_app.program.wallets().watch(name, address.strip()))
        return name

    async def _with_vault(self, work: Callable[[PassphrasePrompt], object]) -> Secret | None:
        """Run `work` in a thread; asks for a passphrase if the vault wants one. New words come wrapped."""
        ask = PassphrasePrompt()
        while True:
            try:
                result = await asyncio.to_thread(work, ask)
                return result if isinstance(result, Secret) else None
            except Locked:  # there is no keyring
                ask.secret = await ask_secret(self.session_app, "A passphrase", [LabelledLine("", NO_KEYRING)])
                if ask.secret is None:
                    return None


def connect_wallet(app: SessionApp, how: str) -> None:
    """From another screen: `create`, `import` or `watch` a wallet on the first screen; esc goes back to where it was
    asked."""
    app.background(_connect(app, how), "open")


async def _connect(app: SessionApp, how: str) -> None:
    app.mode_before = app.current_mode
    await app.switch_mode(app.DEFAULT_MODE)
    if isinstance(app.screen, WelcomeScreen):
        await app.screen.connect(how)


def _numbered(words: Secret) -> list[LabelledLine]:
    """Four words a line, each with its number."""
    each = words.reveal().split()
    return [
        LabelledLine(
            "", "   ".join(f"{at + 1:<2d} {each[at]:<10}" for at in range(start, min(start + 4, len(each)))), "strong"
        )
        for start in range(0, len(each), 4)
    ]


def _wallet_description(wallet: WalletRef) -> str:
    places = {"keyring": "key in the keyring", "file": "key in an encrypted file", "watch": "watch-only"}
    return f"{short_address(wallet.address)} · {places.get(wallet.store, wallet.store)}"


def _free_name(taken: Set[str]) -> str:
    """`main`, or the first of main-2, main-3, … that is not taken."""
    return next(name for name in chain(["main"], (f"main-{at}" for at in count(2))) if name not in taken)


def _name_fault(name: str) -> str | None:
    name = name.strip()
    if not name or len(name) > 32 or not all(c.isalnum() or c in "-_." for c in name):
        return "Use letters, digits, - _ . (at most 32)."
    return None
