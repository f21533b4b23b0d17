"""Two orders on the bids screen: compared, taken, closed, and what happens when one of them fails or goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.entities import BidState, DeploymentId
from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.domain.bids.budget import NO_BUDGET
from akash_tui.services.automation.policy import Policy
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.core.session import Session
from akash_tui.services.deployment import bid_collector, create
from akash_tui.services.deployment.close import BulkCloseQuote, BulkResult, CloseBatch, ClosingItem
from akash_tui.services.deployment.pair import PairQuote
from akash_tui.services.deployment.redeploy import AskAgainQuote
from akash_tui.services.ports import AkashError, Refused, TxUnknown
from akash_tui.services.spending.quotes import Closing, CreateQuote
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome, SavedStage
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.create import failure_lines
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.lease_actions.ask_again import ask_again
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.session import run_manager
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import BIDS, HEIGHT, ID, PRACTICE, Stage_, bid, common, run, stage, until
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


def journalled(scene: Stage_, monkeypatch: pytest.MonkeyPatch, both: dict[DeploymentId, DeploymentRun]) -> list[int]:
    """A program that was started again: only the journal names the two as a pair. Returns whose bids are read."""
    journal, read = scene.app.runs.session.journal, list[int]()
    signed = [(ID, OTHER), (OTHER, ID)]
    journal.signed[:] = [  # type: ignore[attr-defined]
        Intent(
            at, IntentKind.CREATE, PRACTICE.chain_id, id.owner, id.dseq, "AB" * 32, None, {"paired_with": other.dseq},
            scene.program.clock.now(), Outcome.DONE, HEIGHT, 0, "",
        )
        for at, (id, other) in enumerate(signed)
    ]  # fmt: skip
    monkeypatch.setattr(journal, "deployment", lambda chain_id, id: SimpleNamespace(stage=SavedStage.OPEN, name=""))

    async def attach(session: Session, id: DeploymentId) -> DeploymentRun:
        return both[id]

    async def collect(session: Session, made: DeploymentRun) -> None:
        read.append(made.id.dseq)

    monkeypatch.setattr(create, "attach", attach)
    monkeypatch.setattr(bid_collector, "collect", collect)
    return read


@pytest.mark.parametrize("followed", [False, True], ids=["not followed", "opened before"])
async def test_after_a_restart_the_pair_is_found_and_the_bids_of_both_are_read(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch, followed: bool
) -> None:
    async with scene.app.run_test(size=(160, 48)) as pilot:
        await scene.ready(pilot)
        clock, runs = scene.program.clock, scene.app.runs
        both = {ID: run(clock), OTHER: second(clock)}
        read = journalled(scene, monkeypatch, both)
        if followed:
            runs.take(both[OTHER])
        scene.app.show_bids(ID)
        await until(pilot, lambda: scene.app.screen.query("#bids-header") and "ollama" in head(scene))
        for words in ("▸ A vllm-qwen", "≈ $0.38/h", "  B ollama", "≈ $0.72/h", "both wait"):
            assert words in head(scene)
        assert sorted(read) == [ID.dseq, OTHER.dseq]
        await pilot.press("t")
        await until(pilot, lambda: "▸ B ollama" in head(scene))


async def test_asked_again_from_leases_after_a_restart_it_stays_in_its_pair(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    new, clock = replace(ID, dseq=OTHER.dseq + 1), scene.program.clock
    made = run(clock)
    made.id = new

    async def quote(session: Session, id: DeploymentId, hours: object, change: object) -> AskAgainQuote:
        found = await scene.deployer.create_quote(None, "", "vllm-qwen")  # type: ignore[arg-type]
        closing = Closing(ID, 0, Coin(UACT, 500_000), HEIGHT, ())
        return AskAgainQuote(id, replace(found, id=new, closing=closing), {})

    monkeypatch.setattr("akash_tui.ui.lease_actions.ask_again.ask_again_quote", quote)
    async with scene.app.run_test(size=(160, 48)) as pilot:
        await scene.ready(pilot)
        journalled(scene, monkeypatch, {OTHER: second(clock)})
        monkeypatch.setattr(create, "new_run", lambda session, quote: made)
        scene.app.money("asking again", lambda: ask_again(scene.app, ID))
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: scene.app.busy is None and scene.app.screen.query("#bids-header"))
        await until(pilot, lambda: "▸ B vllm-qwen" in head(scene) and "  A ollama" in head(scene))


@pytest.mark.parametrize("outcome", [Outcome.OPEN, Outcome.DONE, Outcome.NEVER])
async def test_the_other_one_follows_what_became_of_an_ask_again_that_ended_undecided(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch, outcome: Outcome
) -> None:
    new, clock = replace(ID, dseq=OTHER.dseq + 1), scene.program.clock
    made = run(clock)
    made.id = new
    async with scene.app.run_test(size=(160, 48)) as pilot:
        await scene.ready(pilot)
        runs = scene.app.runs
        journalled(scene, monkeypatch, {})
        runs.take(run(clock))
        other = runs.take(second(clock))
        runs.take(made).pair = OTHER
        signed: list[Intent] = runs.session.journal.signed  # type: ignore[attr-defined]
        signed.insert(0, replace(signed[0], dseq=new.dseq, outcome=outcome))
        found = runs.other_of(other)
        assert found is not None
        assert found.run.id == (ID if outcome is Outcome.NEVER else new)


async def test_an_update_leaves_it_in_its_pair(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        runs, clock = scene.app.runs, scene.program.clock
        both = {ID: run(clock), OTHER: second(clock)}
        journalled(scene, monkeypatch, both)
        runs.take(both[ID])
        runs.take(both[OTHER])

        async def sign(plan: object) -> None: ...

        async def attach(plan: object) -> DeploymentRun:
            return run(clock)

        monkeypatch.setattr(runs, "bring_up", lambda tracked: None)
        monkeypatch.setattr(run_manager, "Updater", lambda session: SimpleNamespace(sign=sign, attach=attach))
        await runs.update(SimpleNamespace(id=ID, leases=(1,), quote=None))  # type: ignore[arg-type]
        tracked = runs.tracked_runs[ID]
        assert tracked.run is not both[ID]
        assert runs.other_of(tracked) is runs.tracked_runs[OTHER]


async def test_keeping_neither_closes_both_and_shows_what_comes_back(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = scene.program.clock
    asked: list[tuple[DeploymentId, ...]] = []

    async def quote(session: Session, ids: Sequence[DeploymentId]) -> BulkCloseQuote:
        asked.append(tuple(ids))
        items = tuple(ClosingItem(id, str(id.dseq), 0, Coin(UACT, 500_000), ()) for id in ids)
        return BulkCloseQuote((CloseBatch(**common(clock, spent=-1_000_000), closings=items),), HEIGHT, ())

    async def done(session: Session, quote: BulkCloseQuote, on_progress: object) -> BulkResult:
        return BulkResult([item.id for item in quote.closings], 1_000_000)

    monkeypatch.setattr("akash_tui.ui.lease_actions.close.bulk_close_quote", quote)
    monkeypatch.setattr("akash_tui.ui.lease_actions.close.bulk_close", done)
    async with scene.app.run_test(size=(120, 40)) as pilot:
        other = await paired(scene, pilot)
        await pilot.press("K")
        shown = await sheet(scene, pilot)
        assert asked == [(ID, OTHER)]
        assert "≈ 1.00 ACT in total" in shown
        for dseq in (ID.dseq, OTHER.dseq):
            assert f"{dseq}: ≈ 0.50 ACT" in shown
        scene.app.screen.query_one("#typed", Input).value = "close 2"
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.busy is None)
        assert "2 of 2 closed; 1.00 ACT came back" in scene.app.status.line()[0]
        assert other.run.stage is scene.deployer.run.stage is Stage.CLOSED
        assert scene.app.runs.tracked is None


async def test_asking_again_for_one_keeps_the_pair_and_its_rule_off(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = replace(ID, dseq=OTHER.dseq + 1)
    quoted: list[CreateQuote] = []

    async def quote(session: Session, id: DeploymentId, hours: object, change: object) -> AskAgainQuote:
        assert id == ID
        made = await scene.deployer.create_quote(None, "", "vllm-qwen")  # type: ignore[arg-type]
        return AskAgainQuote(id, replace(made, id=new), {})

    def begun(session: Session, quote: CreateQuote) -> DeploymentRun:
        quoted.append(quote)
        made = run(
            scene.program.clock, bids=[replace(b, id=replace(b.id, dseq=new.dseq)) for b in (bid(1, "900", "h100"),)]
        )
        made.id = new
        return made

    async with scene.app.run_test(size=(120, 40)) as pilot:
        other = await paired(scene, pilot)
        monkeypatch.setattr("akash_tui.ui.lease_actions.ask_again.ask_again_quote", quote)
        monkeypatch.setattr(create, "new_run", begun)
        runs = scene.app.runs
        assert runs.tracked is not None
        runs.set_policy(runs.tracked, Policy(wait="1s"))
        await pilot.press("n")
        await sheet(scene, pilot)
        await pilot.press("y")
        await until(pilot, lambda: scene.app.busy is None and "≈ $0.54/h" in head(scene))
        assert [each.paired_with for each in quoted] == [OTHER], "the journal names them a pair again"
        assert (runs.tracked.run.id, other.pair) == (new, new)
        assert "  A ollama" in head(scene), "the lower number is A"
        assert "▸ B vllm-qwen" in head(scene)
        assert (runs.tracked.policy, runs.tracked.at_work) == (Policy(wait="1s"), None)


async def test_the_best_offer_of_several_groups_needs_a_bid_for_each(tmp_path: Path) -> None:
    scene = stage(tmp_path, groups=(1, 2))
    async with scene.app.run_test(size=(160, 48)) as pilot:
        await paired(scene, pilot)
        shown = head(scene)
        assert "▸ A vllm-qwen  ≈ $0.92/h" in shown, shown
        assert "rtx4090 ×1 at hyper.gpu and rtx4090 ×1 at" in shown, shown
        book, clock = scene.deployer.run.book, scene.program.clock
        book.apply(
            [*BIDS, replace(bid(6, "900", "rtx4090", gseq=2), state=BidState.CLOSED)], height=HEIGHT, now=clock.now()
        )
        scene.app.screen.repaint()  # type: ignore[attr-defined]
        await until(pilot, lambda: "no bid yet for group 2" in head(scene))


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
