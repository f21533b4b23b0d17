"""Two SDLs asked at once on a real practice network: compared, one taken, the other closed; money to the unit."""

from __future__ import annotations

from typing import Any

import pytest

from akash_tui.domain.akash.entities import DeploymentState
from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.core.run_state import Stage
from akash_tui.services.deployment.pair import paired_with
from akash_tui.services.storage.journal_entries import IntentKind
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.session.status_message import StatusMessage
from akash_tui.ui.widgets.bars import TextPane
from tests.ui.fakes import SDL
from tests.ui.on_practice.player import Player, playing
from tests.ui.on_practice.program import FastProgram

DEPOSIT = 500_000


async def money(player: Player) -> dict[str, int]:
    session = player.app.runs.session
    return {coin.denom: coin.amount for coin in await session.chain.balances(session.owner)}


def fees(player: Player) -> int:
    """Micro-AKT of all that was signed, each transaction once."""
    intents = player.app.runs.session.journal.intents()
    return sum(int(str(i.about["fee"]).removesuffix(UAKT)) for i in intents if "fee" in i.about)


async def test_ask_two_take_one_and_the_other_gives_its_deposit_back(
    program: FastProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    program.presets.save("second", SDL.replace("# title: vLLM with Qwen", "# title: Another one"))
    async with playing(program) as player:
        app, runs = player.app, player.app.runs
        had = await money(player)
        await player.pilot.press("t")
        await player.until(lambda: isinstance(app.screen, ChoiceDialog))
        player.table("#options").move_to_id("preset second")
        await player.pilot.press("enter")
        sheet = await player.agree()
        assert "1.00 ACT held in escrow" in sheet
        await player.bids()
        first = runs.tracked
        assert first is not None
        other = runs.other_of(first)
        assert other is not None
        assert await money(player) == {UACT: had[UACT] - 2 * DEPOSIT, UAKT: had[UAKT] - fees(player)}
        session = runs.session
        assert paired_with(session.journal, first.run.chain_id, other.run.id) == first.run.id

        await player.until(lambda: len(other.run.book.rows(gone=False)) >= 3)
        await player.until(lambda: "cost" in app.screen.query_one("#bids-header", TextPane).content.plain)
        await player.pilot.press("t")
        await player.bids()
        assert runs.tracked is other
        say, said = StatusMessage.say, list[str]()

        def noted(line: StatusMessage, text: str, *how: Any) -> None:
            said.append(text)
            say(line, text, *how)

        monkeypatch.setattr(StatusMessage, "say", noted)
        await player.pilot.press("a")
        await player.agree()
        await player.until(lambda: len(app.screen_stack) > 1 and isinstance(app.screen_stack[-2], LeaseScreen))
        sheet = await player.agree()
        assert "Close" not in sheet
        assert "≈ 0.50 ACT" in sheet
        await player.until(lambda: app.busy is None)
        assert first.run.stage is Stage.CLOSED
        assert any("0.50 ACT came back" in line for line in said), said
        kinds = [intent.kind for intent in session.journal.intents()]
        assert sorted(kinds) == sorted([IntentKind.CREATE, IntentKind.CREATE, IntentKind.LEASE, IntentKind.CLOSE])
        assert await money(player) == {UACT: had[UACT] - DEPOSIT, UAKT: had[UAKT] - fees(player)}
        states = {d.id: d.state for d in await session.chain.deployments(session.owner)}
        assert states == {first.run.id: DeploymentState.CLOSED, other.run.id: DeploymentState.ACTIVE}
        await player.until(lambda: player.stage(other.run.id) is Stage.RUNNING)
