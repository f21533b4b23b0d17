"""What can be done with a lease by keys, on the real practice network: update, pause, start, other bids, once more."""

from __future__ import annotations

import hashlib

import pytest
from textual.widgets import Input

from akash_tui.domain.akash.entities import DeploymentState
from akash_tui.services.automation import rule_at_work
from akash_tui.services.automation.policy import Policy
from akash_tui.services.core.run_state import Stage
from akash_tui.ui.base.quit_dialog import while_suspended
from akash_tui.ui.bids.columns import BidLine
from akash_tui.ui.bids.rule_form import RuleForm
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.editor.area import SdlArea
from akash_tui.ui.editor.screen import EditorScreen
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.sdl_screen import UpdateScreen
from tests.ui.fakes import SDL
from tests.ui.on_practice.player import Player, playing
from tests.ui.on_practice.program import FastProgram

NEWER = SDL.replace("v0.6.3", "v0.7.0")


async def test_a_new_image_then_pause_start_and_close_of_the_group(program: FastProgram) -> None:
    async with playing(program) as player:
        app, press = player.app, player.pilot.press
        await press("enter")
        await player.ask_for_bids()
        await player.take()
        await player.runs()
        id = player.shown
        assert app.session is not None
        chain = app.session.chain
        before = await chain.deployment(id)

        await press("u")
        await player.until(lambda: isinstance(app.screen, UpdateScreen) and app.screen.known is not None)
        await press("e")
        await player.until(lambda: isinstance(app.screen, EditorScreen))
        app.screen.query_one(SdlArea).replace_all(NEWER)
        await press("escape")
        await player.until(lambda: "v0.6.3 → vllm/vllm-openai:v0.7.0" in player.text("#differences"))
        await press("enter")
        assert "v0.7.0" in await player.agree()
        await player.until(lambda: isinstance(app.screen, LeaseScreen) and app.busy is None)
        await player.runs()
        after = await chain.deployment(id)
        wanted = app.session.sdl.read(NEWER, "mine.yaml")
        assert before is not None
        assert after is not None
        assert after.hash != before.hash
        assert after.hash == wanted.version == hashlib.sha256(wanted.manifest_json).digest()
        await press("u")
        await player.until(lambda: isinstance(app.screen, UpdateScreen) and app.screen.known is not None)
        assert "none: this is what runs" in player.text("#differences")
        await press("escape")

        async def group(line: str) -> None:
            await player.until(
                lambda: isinstance(app.screen, LeaseScreen) and app.screen.why_not("lease.groups") is None
            )
            await press("p")
            await player.until(lambda: isinstance(app.screen, ChoiceDialog))
            assert isinstance(app.screen, ChoiceDialog)
            at = [row.title for row in player.table("#options").rows].index(line)
            await press(*["down"] * at, "enter")

        await group("pause")
        assert "its data is lost" in await player.agree(typed="dcloud")
        await player.until(lambda: "is paused: nothing runs" in player.text("#facts"))
        await group("start")
        await player.agree()
        await player.bids()
        await press("b")
        await player.take()
        await player.runs()
        await group("close")
        await player.agree(typed="dcloud")
        await player.until(lambda: "is closed for good" in player.text("#facts"))
        assert [e for e in app.problems.entries if e.doing != "watching"] == []


async def test_next_best_when_a_lease_fails_by_a_new_deployment_and_by_the_rule_on_new_bids(
    program: FastProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When a lease fails: close it, new order, same rule, its provider excluded."""
    monkeypatch.setattr(rule_at_work, "COUNTDOWN", 0.5)
    async with playing(program, "provider-dies") as player:
        app, press = player.app, player.pilot.press
        await press("enter")
        await player.ask_for_bids()
        await player.take()
        await player.until(lambda: "refuses connections" in player.text("#facts") + player.text("#steps"))
        assert app.session is not None
        first = player.shown
        dead = next(iter(await app.session.chain.leases(first.owner, first.dseq))).id.provider

        await press("d")
        await player.until(lambda: isinstance(app.screen, DeployScreen) and "avoids" in player.text("#values"))
        screen = app.screen
        assert isinstance(screen, DeployScreen)
        assert screen.draft is not None
        assert set(screen.draft.avoid) == {dead}
        await player.ask_for_bids()
        run_manager = app.run_manager
        assert run_manager is not None
        assert run_manager.tracked is not None
        assert set(run_manager.tracked.run.avoid) == {dead}
        assert isinstance(app.screen, BidsScreen)
        await another(player, 1)
        await player.runs()

        run_manager.set_policy(run_manager.tracked_runs[first], Policy(wait="1s"))
        await press("3")  # the first one still waits for its manifest: other bids for it
        await player.until(lambda: app.current_mode == "leases" and len(player.table("#lease-table").rows) == 2)
        player.table("#lease-table").move_to_id(str(first.dseq))
        await press("enter")
        await player.until(lambda: isinstance(app.screen, LeaseScreen) and app.screen.why_not("lease.groups") is None)
        assert player.shown == first
        await press("p")
        await player.until(lambda: isinstance(app.screen, ChoiceDialog))
        await press("enter")
        sheet = await player.agree()
        assert "avoids" in sheet
        assert "the cheapest · wait 1 s: it is off" in sheet
        await player.bids()
        await press("R")
        await player.until(lambda: isinstance(app.screen, RuleForm))
        await press("enter")
        await player.until(lambda: isinstance(app.screen, LeaseScreen))  # by the rule: no key takes a bid
        assert player.shown == first
        await player.runs()
        leases = await app.session.chain.leases(first.owner, first.dseq)
        (running,) = (lease.id for lease in leases if lease.state.is_running)
        assert (running.oseq, running.provider != dead) == (2, True)


async def test_it_stops_itself_at_the_limit_that_was_set_before_the_lease_or_later(program: FastProgram) -> None:
    async with playing(program) as player:
        app, press = player.app, player.pilot.press

        async def limit(key: str, text: str) -> str:
            await press(key)
            await player.until(lambda: isinstance(app.screen, TextInputDialog))
            app.screen.query_one("#text", Input).value = text
            await press("enter")
            sheet = await player.agree()
            await player.until(lambda: app.busy is None)
            return sheet

        await press("enter")
        await player.ask_for_bids()
        assert "counted from its first lease" in await limit("S", "1h")
        await press("a")
        sheet = await player.agree()
        assert "(1 h): closed by this app, if it runs then" in sheet
        assert "limits fee ≤ 0.5 AKT" in sheet
        await player.until(lambda: isinstance(app.screen, LeaseScreen) and app.busy is None)
        await player.runs()
        id = player.shown
        await player.until(lambda: "after 1 h; else its empty escrow ends it" in player.text("#facts"))
        assert "only the escrow ends what has a runtime limit" in while_suspended(app)
        await press("3")
        await player.until(lambda: any(row.stop_hours for row in player.table("#lease-table").rows))
        await press("enter")
        await player.until(lambda: isinstance(app.screen, LeaseScreen))
        await limit("S", "1s")
        await player.until(lambda: any("Closed after 1 s, as you asked" in e.title for e in app.problems.entries))
        assert app.session is not None
        closed = await app.session.chain.deployment(id)
        assert closed is not None
        assert closed.state is DeploymentState.CLOSED
        await player.until(lambda: player.stage(id) in (None, Stage.CLOSED))


def of_order(player: Player, oseq: int) -> list[BidLine]:
    """The lines of one order of the group that can be taken."""
    return [line for _, line in player.takeable() if line.row.id.oseq == oseq]


async def another(player: Player, oseq: int) -> None:
    """Take the first bid that nothing speaks against."""
    line = next(line for line in of_order(player, oseq) if not line.why_avoided)
    player.table("#bid-table").move_to_id(line.id)  # its place may change between two keys
    await player.take()
