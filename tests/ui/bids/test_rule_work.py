"""A rule on the bids screen: written in a form, off by default, counted down in sight, stopped by any key."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.bids.rule import RuleError
from akash_tui.services.automation.policy import Policy, read_policy
from akash_tui.services.automation.rule_at_work import COUNTDOWN, RuleStage
from akash_tui.services.ports import BidGone
from akash_tui.services.spending.bounds import Excess
from akash_tui.ui.bids import rule_work
from akash_tui.ui.bids.rule_form import RuleForm, Tick
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.session.run_manager import RunManager, TrackedRun
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.bids.test_choosing import now_bids
from tests.ui.fakes import BIDS, PROVIDERS, Stage_, bid, bid_id, stage, until

ADDRESS = "akash1qqu4u4n3n8w7zfa0hk9vd8dvy0xv0x0x0x0kf3"
LINE = "h100 <= 1.50, a100 <= 1.00, any >= 40 GB <= 0.80"


def tracked(scene: Stage_) -> Any:
    assert scene.app.run_manager is not None
    return scene.app.run_manager.tracked


def header(scene: Stage_) -> str:
    return scene.app.screen.query_one("#bids-header", TextPane).content.plain


def collected(scene: Stage_, seconds: float) -> None:
    """So much time passes in which the bids are read."""
    run, clock = scene.deployer.run, scene.program.clock

    def read() -> None:
        run.reads.stop(clock.monotonic())
        run.reads.succeeded(clock.monotonic(), clock.monotonic())

    run.reads.wake = read
    read()
    clock.passed += seconds
    read()


async def form(scene: Stage_, pilot: Pilot[Any], prefer: str = LINE, **fields: str) -> None:
    """Open the form and fill it in."""
    await scene.with_bids(pilot)
    await pilot.press("R")
    await until(pilot, lambda: isinstance(scene.app.screen, RuleForm) and scene.app.screen.query("#prefer"))
    for id, text in ({"prefer": prefer} | fields).items():
        scene.app.screen.query_one(f"#{id}", Input).value = text


async def on(scene: Stage_, pilot: Pilot[Any], prefer: str = LINE, **fields: str) -> None:
    """Turn the rule on."""
    await form(scene, pilot, prefer, **fields)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
    assert tracked(scene).at_work is not None


async def counting(scene: Stage_, pilot: Pilot[Any], prefer: str = LINE, **fields: str) -> None:
    """Until the countdown is drawn."""
    await on(scene, pilot, prefer, **fields)
    collected(scene, 60)
    await until(pilot, lambda: "any key stops" in header(scene))


async def passes(scene: Stage_, pilot: Pilot[Any], seconds: float) -> None:
    """Time that the screen sees, in steps that are no gap; until something is leased."""
    work, before = tracked(scene).at_work, len(scene.deployer.taken)
    end = scene.program.clock.passed + seconds
    while scene.program.clock.passed < end and len(scene.deployer.taken) == before:
        scene.program.clock.passed = min(end, scene.program.clock.passed + 1.9)
        now = scene.program.clock.monotonic()
        await until(
            pilot,
            lambda now=now: work._looked >= now or work.stage is RuleStage.LEASING or scene.deployer.taken,  # type: ignore[misc]
        )


async def test_it_counts_down_in_sight_and_leases_exactly_what_it_counted_down(scene: Stage_) -> None:
    async with scene.app.run_test(size=(160, 40)) as pilot:
        await counting(scene, pilot)
        said = header(scene)
        assert "h100 ≤ 1.50, a100 ≤ 1.00, any ≥ 40 GB ≤ 0.80" in said
        assert "leasing a100 ×1 at europlots.com ≈$0.92/h in 0:10, any key stops" in said
        await passes(scene, pilot, COUNTDOWN - 2)
        assert scene.deployer.taken == []
        await passes(scene, pilot, 3)
        await until(pilot, lambda: scene.deployer.taken)
        assert scene.deployer.taken == [(bid_id(2).provider,)]
        await until(pilot, lambda: isinstance(scene.app.screen, LeaseScreen))


@pytest.mark.parametrize("key", ["x", "escape", "ctrl+q"])
async def test_auto_accept_by_policy_with_veto_of_any_key(scene: Stage_, key: str) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await counting(scene, pilot)
        await pilot.press(key)
        assert isinstance(scene.app.screen, BidsScreen)
        work = tracked(scene).at_work
        assert work.stage is RuleStage.STOPPED
        assert "nothing was leased" in scene.app.status.line()[0]
        await until(pilot, lambda: "off: You stopped it. R turns it on again" in header(scene))
        await passes(scene, pilot, 3)
        assert (scene.deployer.taken, scene.app.busy) == ([], None)


async def test_a_click_stops_it_too(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await counting(scene, pilot)
        await pilot.click("#top", offset=(15, 0))
        assert tracked(scene).at_work.stage is RuleStage.STOPPED
        assert isinstance(scene.app.screen, BidsScreen)


async def test_under_another_screen_it_does_not_count(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await counting(scene, pilot)
        await passes(scene, pilot, COUNTDOWN - 1)
        await scene.app.switch_mode("wallet")
        scene.program.clock.passed += 1
        await pilot.pause()
        await scene.app.switch_mode("bids")
        await until(pilot, lambda: "in 0:10, any key stops" in header(scene))
        await passes(scene, pilot, COUNTDOWN - 2)
        assert scene.deployer.taken == []


async def test_above_a_limit_it_only_proposes(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    real = scene.deployer.lease_quote

    async def large(*about: Any) -> Any:
        return replace(
            await real(*about),
            beyond=(
                Excess(
                    "100 ACT is more than your 50.", "--max-spend 100", "100 ACT", scene.program.clock.now(), own=True
                ),
            ),
        )

    monkeypatch.setattr(scene.deployer, "lease_quote", large)
    async with scene.app.run_test(size=(160, 40)) as pilot:
        await on(scene, pilot)
        collected(scene, 60)
        await until(pilot, lambda: "above a limit: a leases it once you have typed 100 ACT" in header(scene))
        assert not tracked(scene).at_work.is_on
        screen = scene.app.screen
        assert isinstance(screen, BidsScreen)
        assert screen.table.cursor_id == str(bid_id(2))
        await passes(scene, pilot, COUNTDOWN + 2)
        assert scene.deployer.taken == []


async def test_a_bid_that_went_is_followed_by_the_next_with_a_countdown(scene: Stage_) -> None:
    scene.deployer.faults["accept"] = [BidGone("The provider has withdrawn this bid.", "Take another one.")]
    async with scene.app.run_test(size=(160, 40)) as pilot:
        await counting(scene, pilot, "any <= 1.00")
        assert "rtx4090" in header(scene)
        await passes(scene, pilot, COUNTDOWN + 1)
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen) and "leasing a100" in header(scene))
        await passes(scene, pilot, COUNTDOWN - 2)
        assert len(scene.deployer.taken) == 1
        await passes(scene, pilot, 3)
        await until(pilot, lambda: len(scene.deployer.taken) == 2)
        assert scene.deployer.taken[1] == (bid_id(2).provider,)


async def test_each_bid_says_why_the_rule_does_not_take_it(scene: Stage_) -> None:
    async with scene.app.run_test(size=(160, 48)) as pilot:
        await counting(scene, pilot)
        await pilot.press("x")
        await pilot.press("G")
        await until(pilot, lambda: "the rule pays at most 1.5 ACT" in detail(scene))
        await pilot.press("g")
        await until(pilot, lambda: "does not accept it: its GPU comes later in the list" in detail(scene))
        await pilot.press("down")
        await until(pilot, lambda: "accepts this bid" in detail(scene))


def detail(scene: Stage_) -> str:
    """The pane in one line: how it is wrapped depends on its width."""
    return " ".join(scene.app.screen.query_one("#detail-fields", LabelledLines).text.split())


async def test_the_form_says_what_it_would_take_and_what_is_wrong(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await form(scene, pilot)
        said = scene.app.screen.query_one("#preview", LabelledLines)
        await until(pilot, lambda: "a100 ×1 at europlots.com, ≈ $0.92 an hour" in said.text)
        assert "above cap" in said.text
        now_bids(scene, (*BIDS, bid(7, "900", "a100")))
        await until(pilot, lambda: "≈ $0.54 an hour" in said.text)
        scene.app.screen.query_one("#prefer", Input).value = "h100 < 1"
        wrong = scene.app.screen.query_one("#wrong", LabelledLines)
        await until(pilot, lambda: "'<' at 6 is not understood" in wrong.text)
        await pilot.press("enter")
        assert isinstance(scene.app.screen, RuleForm)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        assert tracked(scene).at_work is None


async def test_it_is_off_until_it_is_turned_on_and_on_is_never_saved(tmp_path: Path) -> None:
    scene = stage(tmp_path / "home")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await form(scene, pilot, wait="45s or 5 bids", uptime="99", avoid=ADDRESS)
        scene.app.screen.query_one("#audited", Tick).action_tick()
        scene.app.screen.query_one("#save", Tick).action_tick()
        await pilot.click("#off")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        assert tracked(scene).at_work is None
        await until(pilot, lambda: "rule.toml" in scene.app.status.line()[0])
        collected(scene, 60)
        await pilot.pause()
        assert scene.deployer.done == []
    rule = read_policy(tmp_path / "home" / "rule.toml").as_rule(None)
    assert rule.summary == (
        "h100 ≤ 1.50, a100 ≤ 1.00, any ≥ 40 GB ≤ 0.80 · wait 45 s or 5 bids · audited · up ≥ 99 % · avoids 1"
    )
    again = stage(tmp_path / "home")
    async with again.app.run_test(size=(100, 30)) as pilot:
        await again.with_bids(pilot)
        assert tracked(again).at_work is None
        await pilot.press("R")
        await until(pilot, lambda: isinstance(again.app.screen, RuleForm) and again.app.screen.query("#prefer"))
        assert again.app.screen.query_one("#prefer", Input).value == LINE
        assert again.app.screen.query_one("#avoid", Input).value == ADDRESS


def test_a_name_that_is_avoided_counts_for_all_who_claim_it(scene: Stage_) -> None:
    run, (first, second, third) = scene.deployer.run, PROVIDERS
    run.book.learn(providers=[replace(second, host_uri=first.host_uri)])
    hosts = rule_work._hosts(TrackedRun(run))
    assert set(hosts[first.host]) == {first.owner, second.owner}
    assert hosts[third.host] == (third.owner,)
    other = ADDRESS[:-1] + "4"
    form = RuleForm(
        Policy(),
        is_on=False,
        several=False,
        usual_wait=45,
        hosts={"a.example": (ADDRESS, other)},
        preview=lambda policy: (),
    )
    assert form._addresses(f"A.example, {other}") == [ADDRESS, other], "saved are addresses: a new name evades nothing"
    with pytest.raises(RuleError, match="no provider that bids here is called"):
        form._addresses("b.example")


async def test_the_budget_of_the_deployment_counts_too(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await counting(scene, pilot)
        tracked(scene).budget = replace(tracked(scene).budget, per_hour=Decimal("0.30"))
        await until(pilot, lambda: "No bid can be accepted yet" in header(scene))
        assert "over budget" in header(scene)


async def test_where_another_rule_cannot_be_turned_on_the_one_before_does_not_go_on(scene: Stage_) -> None:
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await on(scene, pilot)
        await pilot.press("R")
        await until(pilot, lambda: isinstance(scene.app.screen, RuleForm) and scene.app.screen.query("#prefer"))
        scene.app.busy = "minting ACT"
        scene.app.screen.query_one("#prefer", Input).value = "h100 <= 0.10"
        await pilot.press("enter")
        await until(pilot, lambda: not tracked(scene).at_work.is_on)
        assert "minting ACT" in tracked(scene).at_work.why


async def test_with_two_groups_the_whole_set_is_proposed(tmp_path: Path) -> None:
    scene = stage(tmp_path / "home", groups=(1, 2))
    async with scene.app.run_test(size=(160, 40)) as pilot:
        await counting(scene, pilot, "any <= 1.00")
        assert " and " in header(scene)
        await passes(scene, pilot, COUNTDOWN + 1)
        await until(pilot, lambda: scene.deployer.taken)
        assert sorted(scene.deployer.taken[0]) == sorted((bid_id(1).provider, bid_id(6).provider))


async def test_read_only_no_rule_can_be_turned_on(tmp_path: Path) -> None:
    scene = stage(tmp_path / "home", readonly=True)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("R")
        assert isinstance(scene.app.screen, BidsScreen)
        assert "read-only" in scene.app.status.line()[0]


async def test_after_a_refusal_by_hand_the_next_by_the_rule_is_proposed(scene: Stage_) -> None:
    scene.deployer.faults["accept"] = [BidGone("The provider has withdrawn this bid.", "Take another one.")]
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await form(scene, pilot, "h100 <= 2, any")
        await pilot.click("#off")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        await pilot.press("g", "a")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog))
        assert "h100 ×1 at" in scene.app.screen.query_one("#message", LabelledLines).text


async def test_new_bids_for_a_group_keep_the_rule_and_it_is_off_until_a_key_turns_it_on(scene: Stage_) -> None:
    """As after a lease that failed: its run is followed anew. A rule that was left off must not be on by that."""
    async with scene.app.run_test(size=(120, 40)) as pilot:
        await form(scene, pilot)
        await pilot.click("#off")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        runs, id = scene.app.runs, scene.deployer.run.id
        restarted = RunManager(scene.app, runs.session, lambda tracked, error: None)
        assert restarted.policy_of(id) == tracked(scene).policy  # it was saved with the deployment
        assert restarted.take(scene.deployer.run).at_work is None
        del runs.tracked_runs[id]
        scene.app.show_bids(id)
        await until(pilot, lambda: tracked(scene) is not None and tracked(scene).policy is not None)
        assert tracked(scene).at_work is None
        await pilot.press("R")
        await until(pilot, lambda: isinstance(scene.app.screen, RuleForm))
        await pilot.press("enter")
        await until(pilot, lambda: tracked(scene).at_work is not None)
        assert tracked(scene).at_work.rule.summary.startswith("h100 ≤ 1.50, a100 ≤ 1.00")
        collected(scene, 60)
        await until(pilot, lambda: "leasing a100" in header(scene))
