"""The lease list, one deployment, and the ways into a session."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from akash_tui.domain.akash.entities import DeploymentState, EscrowState, GroupState
from akash_tui.services.leases.lease_summary import summarize
from akash_tui.services.leases.out_of_funds import OutOfFunds
from akash_tui.services.ports import Locked, NothingNew, Unreachable
from akash_tui.services.storage.journal_entries import SavedDeployment, SavedStage
from akash_tui.ui.app import AkashApp
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.leases.columns import LeaseRow
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.welcome.screen import WelcomeScreen
from akash_tui.ui.widgets.bars import TopBar
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import HEIGHT, ID, FakeLeases, FakeProgram, Stage_, until, view

WORDS = "abandon ability able about above absent absorb abstract absurd abuse access accident"


async def _leases(scene: Stage_, pilot) -> LeasesScreen:  # type: ignore[no-untyped-def]
    await scene.ready(pilot)
    await pilot.press("3")
    screen = scene.app.screen
    assert isinstance(screen, LeasesScreen)
    await until(pilot, lambda: screen.lease_list is not None and screen.lease_list.summaries is not None)
    return screen


async def test_the_list_says_what_runs_and_what_it_costs(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = scene.program.clock
    monkeypatch.setattr(FakeLeases, "views", (view(clock), view(clock, leased=False, number=1, name="waiting-one")))
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await _leases(scene, pilot)
        await until(pilot, lambda: len(screen.table.rows) == 2)
        first, second = screen.table.rows
        assert (first.state[0], first.gpu[0], first.left[0]) == ("● running", "a100 ×1", "4.40")
        assert (second.state[0], second.gpu[0]) == ("○ waiting", "–")
        assert "≈ 0.92 an hour" in str(screen.query_one("#leases-panel").border_title).replace("$", "")


@pytest.mark.parametrize(("width", "numbered"), [(80, True), (260, False)])
async def test_lines_of_one_name_can_be_told_apart(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch, width: int, numbered: bool
) -> None:
    clock = scene.program.clock
    both = (view(clock), view(clock, number=1), view(clock, number=2, name="alone"))
    monkeypatch.setattr(FakeLeases, "views", both)
    async with scene.app.run_test(size=(width, 30)) as pilot:
        screen = await _leases(scene, pilot)
        await until(pilot, lambda: len(screen.table.rows) == 3)
        screen.repaint()
        lines = [screen.table.render_line(y).text for y in range(1, 4)]
        for each, line in zip(screen.table.rows, lines, strict=True):
            assert each.id in line or each.summary.name == "alone", line
            assert (f"{each.summary.name} {each.id}" in line) is (numbered and each.summary.name != "alone"), line


async def test_enter_opens_and_closing_a_running_lease_wants_its_number(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    scene.deployer.leases_running = 1
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await _leases(scene, pilot)
        await until(pilot, lambda: screen.table.rows)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, LeaseScreen))
        facts = scene.app.screen.query_one("#facts", LabelledLines)
        await until(pilot, lambda: "http://qwen.ingress.europlots.com" in facts.text)
        assert "provider.europlots.com:31022" in facts.text
        await pilot.press("x")
        await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.armed)
        dialog = scene.app.screen
        assert isinstance(dialog, ConfirmSpend)
        said = dialog.query_one("#sheet", LabelledLines).text
        assert "comes back ≈ 4.40 ACT" in said
        assert "41.20 ACT → ≈ 45.60 ACT" in said
        await pilot.press("y", "enter")
        assert "close" not in scene.deployer.done
        dialog.query_one("#typed").value = "812301"  # type: ignore[attr-defined]
        await pilot.press("enter")
        await until(pilot, lambda: "close" in scene.deployer.done)
        await until(pilot, lambda: "4.39 ACT came back" in scene.app.status.line()[0])


async def test_the_list_says_what_belongs_to_other_wallets(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await _leases(scene, pilot)
        assert scene.app.session is not None
        assert scene.app.monitor is not None
        scene.app.session.journal.elsewhere["akash1other00000000000000000000000000000002"] = 2  # type: ignore[attr-defined]
        scene.app.monitor.sweep_now()
        await until(
            pilot, lambda: "2 more belong to akash1oth…002" in str(screen.query_one("#leases-panel").border_subtitle)
        )


@pytest.mark.parametrize(
    ("bids", "age", "state"),
    [(None, 700, "○ waiting"), (0, 40, "○ waiting"), (3, 700, "○ 3 bids"), (1, 700, "○ 1 bid"), (0, 700, "✗ no bids")],
)
def test_an_order_whose_bids_are_gone_does_not_wait(bids: int | None, age: int, state: str) -> None:
    shown = replace(view(FrozenClock(), leased=False), open_bids=bids)
    summary = replace(summarize(shown), created_at=HEIGHT - age)
    assert LeaseRow(summary).state[0] == state
    assert LeaseRow(replace(summary, takes_bids=False)).state[0] == "○ paused"


def test_an_sdl_that_is_being_sent_is_no_alarm() -> None:
    summary = replace(summarize(view(FrozenClock())), problem="version")
    assert LeaseRow(summary).state == ("! old SDL", "bad")
    assert LeaseRow(summary, busy=True).state == ("◐ sending", "accent")


async def test_out_of_funds_stays_on_the_tab_and_in_the_list_until_its_page_was_opened(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = view(scene.program.clock)
    escrow = replace(shown.deployment.escrow, state=EscrowState.OVERDRAWN)
    closed = replace(shown.deployment, state=DeploymentState.CLOSED, escrow=escrow)
    monkeypatch.setattr(FakeLeases, "views", (replace(shown, deployment=closed),))

    def top() -> str:
        return scene.app.screen.query_one(TopBar).render().plain

    async with scene.app.run_test(size=(120, 30)) as pilot:
        await scene.ready(pilot)
        session = scene.app.session
        assert session is not None
        OutOfFunds(session.journal, "practice-1", ID.owner).found(ID, scene.program.clock.now())
        screen = await _leases(scene, pilot)
        await pilot.press("r")
        await until(pilot, lambda: "3 Leases !1" in top())
        assert [row.state for row in screen.table.rows] == [("✗ no funds", "bad")]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, LeaseScreen) and "3 Leases  4" in top())


async def test_y_copies_a_way_in(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await _leases(scene, pilot)
        await until(pilot, lambda: screen.table.rows)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, LeaseScreen) and scene.app.screen.view is not None)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.clipboard == "http://qwen.ingress.europlots.com")


async def test_a_waiting_deployment_opens_its_bids(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock, leased=False),))
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await _leases(scene, pilot)
        await until(pilot, lambda: screen.table.rows)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        await until(pilot, lambda: scene.deployer.done == ["attach", "collect"])


async def test_a_deployment_whose_groups_are_all_paused_opens_where_they_can_be_started(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = view(scene.program.clock, leased=False)
    groups = tuple(replace(group, state=GroupState.PAUSED) for group in shown.deployment.groups)
    paused = replace(shown, deployment=replace(shown.deployment, groups=groups))
    monkeypatch.setattr(FakeLeases, "views", (paused,))
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await _leases(scene, pilot)
        await until(pilot, lambda: screen.table.rows)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, LeaseScreen))


def _app(tmp_path: Path) -> tuple[AkashApp, FakeProgram]:
    program = FakeProgram(tmp_path / "home")
    return AkashApp(program), program  # type: ignore[arg-type]


async def test_practice_is_one_key_away_on_the_first_start(tmp_path: Path) -> None:
    app, program = _app(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        assert isinstance(app.screen, WelcomeScreen)
        await pilot.press("1")
        assert "Choose a network first" in app.status.line()[0]
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, DeployScreen))
        assert program.opened == [("practice", "practice", False)]
        assert program.settings.last_network == "practice"
        await until(pilot, lambda: app.header_data is not None and app.header_data.act is not None)
        await until(pilot, lambda: "PRACTICE" in app.screen.query_one("#top").render().plain)  # type: ignore[union-attr]


async def test_a_locked_wallet_asks_until_the_passphrase_is_right(tmp_path: Path) -> None:
    app, program = _app(tmp_path)
    program.vault.words["main"] = WORDS
    opened = program.open

    async def locked(network, wallet, readonly, ask=None):  # type: ignore[no-untyped-def]
        if ask("the wallet") != "sesame":
            raise Locked("That passphrase is wrong.", "Try again.")
        return await opened(network, wallet, readonly)

    program.open = locked  # type: ignore[method-assign]
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog) and "network" in app.screen._title)
        await pilot.press("enter")
        for guess in ("wrong", "sesame"):
            await until(pilot, lambda: isinstance(app.screen, TextInputDialog))
            asked = app.screen
            await pilot.press(*guess, "enter")
            await until(pilot, lambda asked=asked: app.screen is not asked)  # type: ignore[misc]
        await until(pilot, lambda: app.session is not None)
        assert program.opened == [("practice", "main", False)]


async def test_looking_around_is_read_only(tmp_path: Path) -> None:
    app, program = _app(tmp_path)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(app.screen, ChoiceDialog))
        table = app.screen.query_one("#options", LiveTable)
        await until(pilot, lambda: table.has_focus)
        await pilot.press("end", "enter")
        await until(pilot, lambda: isinstance(app.screen, LeasesScreen))
        assert program.opened == [("mainnet", None, True)]
        await until(pilot, lambda: "READ-ONLY" in app.screen.query_one("#top").render().plain)  # type: ignore[union-attr]


async def test_n_changes_the_session_and_closes_the_one_before(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        before = scene.app.session
        await pilot.press("N")
        await until(pilot, lambda: isinstance(scene.app.screen, WelcomeScreen))
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.session is not None and scene.app.session is not before)
        assert before is not None
        assert before.closed  # type: ignore[attr-defined]


async def test_esc_on_the_opening_screen_goes_back_to_what_is_open(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        before = scene.app.session
        await pilot.press("N")
        await until(
            pilot, lambda: "esc goes back to PRACTICE" in scene.app.screen.query_one("#hint", LabelledLines).text
        )
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(scene.app.screen, DeployScreen))
        assert scene.app.session is before


async def test_while_the_chain_is_silent_the_journal_tells(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = scene.program.clock
    item = SavedDeployment(
        "practice-1", ID, "vllm-qwen", "v.yaml", "", b"", b"", None, SavedStage.RUNNING, clock.now()
    )  # fmt: skip

    class Remembers:
        def deployments(self, chain_id: str, owner: str) -> list[SavedDeployment]:
            return [item, replace(item, stage=SavedStage.CLOSED)]

    async def silent(self: FakeLeases, *, closed: bool = False) -> list[object]:
        raise Unreachable("No node of PRACTICE answers.", "Try again.")

    monkeypatch.setattr(FakeLeases, "all", silent)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        monkeypatch.setattr(scene.app.session, "journal", Remembers())
        await pilot.press("3")
        table = scene.app.screen.query_one("#lease-table", LiveTable)
        await until(pilot, lambda: "Last known" in table.empty)
        assert table.empty.count("dseq") == 1
        assert "vllm-qwen · dseq 812301 · was running · made Tue 24 Nov 10:00" in table.empty


async def test_on_a_chain_that_takes_nothing_new_a_lease_can_be_closed_and_topped_up_but_not_deployed_again(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await _leases(scene, pilot)
        await until(pilot, lambda: screen.table.cursor_row)
        assert scene.app.session is not None
        scene.app.session.calendar.note(NothingNew("The chain refuses this as disabled."))
        reason = screen.reason("leases.redeploy")
        assert reason is not None
        assert reason.startswith("This chain takes no new deployments")
        assert reason.endswith("r asks the chain again.")
        assert [screen.reason(f"leases.{action}") for action in ("close", "top-up", "open")] == [None] * 3
        await pilot.press("r")
        assert screen.reason("leases.redeploy") is None
