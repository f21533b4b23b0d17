"""A new user with an empty home, by keys alone: a wallet of one's own from its words to the last refund."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from functools import partial

from textual.widgets import Input

from akash_tui.services.storage.journal_entries import IntentKind, Outcome
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import QuestionDialog, TextInputDialog
from akash_tui.ui.sweep.screen import SweepScreen
from akash_tui.ui.wallet.screen import WalletScreen
from akash_tui.ui.wallet_keys.passphrase_dialog import NewPassphraseDialog
from akash_tui.ui.wallet_keys.words_dialog import WordsCheckDialog, WordsDialog
from tests.secret_errors import files_of
from tests.ui.on_practice.player import Player
from tests.ui.on_practice.program import FastProgram

PASSPHRASE = "violet-harbour-tin-spoon"
GIVEN = 100_000_000
"""Micro-ACT that the faucet gives."""


async def wallet_from_words(player: Player) -> None:
    """From the first screen to a wallet of new words that is open on practice."""
    app, press = player.app, player.pilot.press
    await player.until(lambda: app.screen.query("#options"))
    await press("down", "enter")
    for title in ("Which wallet?", "Create a wallet", "How many recovery words?"):
        await chosen(player, title)
    await player.until(lambda: isinstance(app.screen, NewPassphraseDialog))
    await press(*PASSPHRASE, "enter")
    await player.until(lambda: app.screen.query_one("#second").has_focus)
    await press(*PASSPHRASE, "enter")
    await player.until(lambda: isinstance(app.screen, WordsDialog) and app.screen.armed)
    words = re.findall(r"\b\d+ +([a-z]+)", player.text("#message"))
    assert len(words) == 24
    await press("y")
    await player.until(lambda: isinstance(app.screen, WordsCheckDialog))
    check = app.screen
    assert isinstance(check, WordsCheckDialog)
    for place in check.places:
        field = check.query_one(f"#word{place}", Input)
        await player.until(partial(getattr, field, "has_focus"))
        await press(*words[place - 1], "enter")
    await chosen(player, "Which network?")
    await player.until(lambda: app.session is not None and app.session.network.practice)
    await player.until(lambda: app.header_data is not None and app.header_data.act == 0)


async def chosen(player: Player, title: str) -> None:
    """Take what a dialog of this title proposes."""

    def there() -> bool:
        screen = player.app.screen
        return isinstance(screen, ChoiceDialog | TextInputDialog) and screen._title == title

    await player.until(there)
    await player.pilot.press("enter")


async def ask_for_bids(player: Player) -> None:
    """Search the web page among the presets, and ask for bids for it."""
    app, press = player.app, player.pilot.press
    await press("1")
    await player.until(lambda: isinstance(app.screen, DeployScreen))
    screen = app.screen
    assert isinstance(screen, DeployScreen)
    if screen.draft is None:
        await player.until(lambda: player.table("#sources").rows)
        await press("slash")
        await player.until(lambda: isinstance(app.focused, Input))
        await press(*"a", "space", *"web", "space", *"page", "enter")
        await player.until(lambda: screen.source is not None and screen.source.id == "preset web-page")
        await press("enter")
    await player.until(lambda: screen.draft is not None and screen.why_not("deploy.submit") is None)
    await press("enter")
    await player.agree()
    await player.until(lambda: isinstance(app.screen, BidsScreen) and app.busy is None)


async def test_from_new_words_to_the_last_refund(program: FastProgram) -> None:
    program.presets.remove("mine")
    app = AkashApp(program)
    async with app.run_test(size=(80, 24)) as pilot:
        player = Player(app, pilot)
        press = pilot.press
        await wallet_from_words(player)
        assert app.session is not None
        chain = app.session.chain
        begun = await chain.head()

        await press("5")
        await player.until(lambda: isinstance(app.screen, WalletScreen))
        await player.until(lambda: "This wallet is empty. f shows how to fund it." in player.text("#wallet-lines"))
        await press("f")
        await player.until(lambda: isinstance(app.screen, QuestionDialog) and app.screen.armed)
        assert "Ask the faucet of practice" in player.text("#message")
        await press("y")
        await player.until(lambda: app.header_data is not None and app.header_data.act == GIVEN)
        await press("m")
        await chosen(player, "Mint ACT")
        assert "takes" in await player.agree()
        await player.until(lambda: app.header_data is not None and (app.header_data.act or 0) >= GIVEN + 9_900_000)
        await player.until(lambda: app.busy is None)

        await ask_for_bids(player)
        await player.until(player.takeable)
        await player.take()
        await player.runs()
        stopped = player.shown
        await press("S")
        await player.until(lambda: isinstance(app.screen, TextInputDialog))
        await press(*"10s", "enter")
        assert "stops itself" in await player.agree()
        await player.until(lambda: "stops itself" in player.text("#facts") or "closed" in player.text("#facts"))
        await player.until(lambda: app.busy is None)

        await ask_for_bids(player)
        tracked = app.run_manager.tracked if app.run_manager is not None else None
        assert tracked is not None
        left = tracked.run.id
        assert left != stopped
        assert app.session is not None
        journal = app.session.journal
        await player.until(lambda: (IntentKind.CLOSE, Outcome.DONE) in [(i.kind, i.outcome) for i in journal.intents()])
        await press("U")
        await player.until(lambda: isinstance(app.screen, SweepScreen))
        sweep = app.screen
        assert isinstance(sweep, SweepScreen)
        await player.until(lambda: str(left.dseq) in {row.id for row in sweep.table.rows})
        sweep.table.move_to_id(str(left.dseq))
        await press("x")
        await player.until(lambda: isinstance(app.screen, ConfirmSpend) and app.screen.can_say_yes)
        assert str(left.dseq) in player.text("#sheet")
        await player.agree()
        await player.until(lambda: app.busy is None and not sweep.table.rows)
        await press("3")
        await player.until(lambda: app.screen.query("#lease-table") and not player.table("#lease-table").rows)

        await press("5")
        await player.until(lambda: isinstance(app.screen, WalletScreen))
        await player.until(lambda: "nothing: no deployment is open" in player.text("#wallet-lines"))
        took = (await chain.head()).time - begun.time
        assert took < timedelta(minutes=3), "by the chain's own clock"
        assert not (program.home / "crashes").exists()
        intents = journal.intents()
        assert {intent.outcome for intent in intents} == {Outcome.DONE}
        twice = [IntentKind.CREATE, IntentKind.CLOSE] * 2
        assert sorted(i.kind for i in intents) == sorted([IntentKind.MINT, IntentKind.LEASE, *twice])

    again = AkashApp(program)  # the next start opens it again, not a wallet that has none of this
    async with again.run_test(size=(80, 24)) as pilot:
        player = Player(again, pilot)
        await player.until(lambda: isinstance(again.screen, TextInputDialog))
        await pilot.press(*PASSPHRASE, "enter")
        await player.until(lambda: again.session is not None)
        assert again.session is not None
        assert again.session.wallet is not None
        assert again.session.wallet.name == "main"
    await asyncio.get_running_loop().shutdown_default_executor()  # threads that still save something
    assert not [text for text in files_of(program.home) if PASSPHRASE in text]
