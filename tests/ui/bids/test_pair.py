"""Two orders on the bids screen: compared, taken, closed, and what happens when one of them fails or goes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from textual.pilot import Pilot

from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.domain.bids.budget import NO_BUDGET
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.core.session import Session
from akash_tui.services.deployment import create
from akash_tui.services.deployment.pair import PairQuote
from akash_tui.services.ports import AkashError, Refused, TxUnknown
from akash_tui.services.spending.quotes import CreateQuote
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.create import failure_lines
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import ID, Stage_, bid, run, until
from tests.ui.leases.test_detail_screen import sheet

OTHER = replace(ID, dseq=ID.dseq + 1)


def second(clock: FrozenClock) -> DeploymentRun:
    """A run that has one bid, at about $0.72 an hour."""
    made = run(clock, bids=[replace(b, id=replace(b.id, dseq=OTHER.dseq)) for b in (bid(6, "1200", "a100"),)])
    made.id, made.name = OTHER, "ollama"
    return made


async def paired(scene: Stage_, pilot: Pilot[int]) -> TrackedRun:
    """The bids of A, with B beside it."""
    await scene.with_bids(pilot)
    runs = scene.app.runs
    other, tracked = runs.take(second(scene.program.clock)), runs.tracked
    assert tracked is not None
    other.pair, tracked.pair = ID, OTHER
    screen = scene.app.screen
    assert isinstance(screen, BidsScreen)
    screen.repaint()
    await until(pilot, lambda: "ollama" in head(scene))
    return other


def head(scene: Stage_) -> str:
    return scene.app.screen.query_one("#bids-header", TextPane).content.plain


@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=str)
async def test_both_best_offers_and_the_difference_are_shown(scene: Stage_, size: tuple[int, int]) -> None:
    async with scene.app.run_test(size=size) as pilot:
        await paired(scene, pilot)
        shown = head(scene)
        for words in ("▸ A vllm-qwen", "≈ $0.38/h", "rtx4090 ×1 at hyper.gpu · 5 bids", "  B ollama", "≈ $0.72/h"):
            assert words in shown, shown
        assert "A costs ≈ $0.34/h less (47 %) · both wait: 10.00 ACT locked, no cost yet" in shown, shown.split("\n")[2]
        first = shown.split("\n")[0]
        assert "▸ A vllm-qwen" in first
        assert ("B ollama" in first) is (size[0] > 100), "beside each other where there is room"
        await pilot.press("t")
        await until(pilot, lambda: "▸ B ollama" in head(scene))
        assert [line.row.id.dseq for line in scene.app.screen.table.rows] == [OTHER.dseq]  # type: ignore[attr-defined]
        await pilot.press("slash", *"gpu:h100", "enter")  # the filter counts for both
        await until(pilot, lambda: "hyper.gpu" not in head(scene))
        assert "≈ $0.38/h" not in head(scene)
        assert "no bid yet" in head(scene)


async def test_taking_one_offers_to_close_the_other_with_its_refund(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        other = await paired(scene, pilot)
        await pilot.press("a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: "accept" in scene.deployer.done and isinstance(scene.app.screen, ConfirmSpend))
        shown = await sheet(scene, pilot)
        assert "vllm-qwen is leased. ollama is still open" in shown
        assert "≈ 4.40 ACT" in shown
        await pilot.press("y")
        await until(pilot, lambda: scene.app.busy is None)
        assert other.run.stage is Stage.CLOSED
        assert scene.app.status.line()[0].endswith("4.39 ACT came back.")
        assert scene.app.runs.tracked is not None
        assert scene.app.runs.tracked.run.id == ID, "what was taken stays the one that is shown"


async def test_a_close_that_fails_leaves_the_lease_alone_and_the_other_open(scene: Stage_) -> None:
    scene.deployer.faults["close"] = [Refused("Not now.", "Try again.")]
    async with scene.app.run_test(size=(80, 24)) as pilot:
        other = await paired(scene, pilot)
        await pilot.press("a")
        for _ in ("accept", "close"):
            await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
            await pilot.press("y")
        await until(pilot, lambda: scene.app.busy is None)
        assert scene.app.screen.query("#message").first(LabelledLines).text.startswith("✗")
        assert other.run.stage is Stage.COLLECTING
        await until(pilot, lambda: scene.deployer.run.stage is Stage.RUNNING)


async def test_one_that_goes_leaves_the_other_as_an_ordinary_order(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await paired(scene, pilot)
        scene.app.runs.forget(OTHER)
        await until(pilot, lambda: "ollama" not in head(scene))
        await pilot.press("t")
        assert "Only one SDL was asked for" in scene.app.status.line()[0]
        await pilot.press("a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: scene.app.busy is None and isinstance(scene.app.screen, LeaseScreen))
        assert "close_quote" not in scene.deployer.done


async def test_the_one_that_is_shown_is_closed_and_the_other_is_shown(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        other = await paired(scene, pilot)
        scene.app.runs.forget(ID)
        assert scene.app.runs.tracked is other


@pytest.mark.parametrize("error", [Refused("No room."), TxUnknown("Sent, not seen.", tx_hash="AB" * 32)], ids=str)
async def test_a_second_creation_that_fails_leaves_the_first(
    scene: Stage_, error: AkashError, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        clock, runs = scene.program.clock, scene.app.runs
        both = {ID: run(clock), OTHER: second(clock)}

        async def creating(session: Session, quote: CreateQuote, made: DeploymentRun) -> None:
            if quote.id == OTHER:
                raise error

        monkeypatch.setattr(create, "new_run", lambda session, quote: both[quote.id])
        monkeypatch.setattr(create, "create", creating)
        a = replace(await scene.deployer.create_quote(None, "", "one"), paired_with=OTHER)  # type: ignore[arg-type]
        pair = PairQuote(a, replace(a, id=OTHER, name="two", paired_with=ID))
        errors = await runs.create_pair(pair, (NO_BUDGET, NO_BUDGET), (({}, ""), ({}, "")))
        assert errors == (None, error)
        assert runs.tracked is not None
        assert runs.tracked.run.id == ID
        assert (OTHER in runs.tracked_runs) is not error.certain, "one that may exist is followed"
        words = [line.value for line in failure_lines(pair, errors) if isinstance(line, LabelledLine)]
        assert words[0].startswith(f"one, dseq {ID.dseq}: it asks for bids")
        assert ("it was not created" in words[1]) is error.certain
        assert pair.deposit == Coin(UACT, 1_000_000)
        assert Decimal(pair.fee.amount) == 9_000
