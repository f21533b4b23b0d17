"""What the app watches by itself: the list from the last start, alerts, automatic top-ups by keys."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.amounts import RuntimeLimit
from akash_tui.domain.akash.entities import DeploymentId, LeaseState
from akash_tui.services.automation.auto_top_up import DoneTopUp
from akash_tui.services.automation.stop_after import StopAfter
from akash_tui.services.leases.lease_list import LeaseList
from akash_tui.services.leases.runtime_limits import LimitState, SavedLimit
from akash_tui.services.ports import TxResult, Unreachable
from akash_tui.services.storage.settings import AlertSettings, Settings
from akash_tui.services.storage.standing_orders import StandingOrder
from akash_tui.ui.base.quit_dialog import after_quitting
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.form_dialog import FormDialog
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.leases.columns import LeaseRow
from akash_tui.ui.leases.detail_lines import deployment_lines
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.leases.list_screen import LeasesScreen
from akash_tui.ui.session.background_monitor import BackgroundMonitor
from akash_tui.ui.widgets.key_bar import KeyBar
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from tests.fakes.clock import SCREENS_START as START
from tests.ui.fakes import HEIGHT, ID, FakeAutoTopUp, FakeLeases, Stage_, until, view

ORDER = StandingOrder("practice-1", ID, 5_000_000, 50_000_000, Decimal(6), 18_000, START, spent=10_000_000, times=2)


def _later(monitor: BackgroundMonitor, revision: int) -> Callable[[], bool]:
    return lambda: monitor.lease_list.revision > revision


async def at_the_list(scene: Stage_, pilot: Pilot[int]) -> LeasesScreen:
    await scene.ready(pilot)
    await pilot.press("3")
    screen = scene.app.screen
    assert isinstance(screen, LeasesScreen)
    await until(pilot, lambda: screen.table.rows)
    return screen


async def test_the_list_of_the_last_start_is_there_while_the_chain_is_silent(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = scene.program.clock
    monkeypatch.setattr(FakeLeases, "views", (view(clock), view(clock, number=1, name="other")))
    session = await scene.program.open(scene.program.networks.start, "practice", False)  # type: ignore[arg-type]
    await LeaseList(session, scene.program.home).read()  # type: ignore[arg-type]
    clock.passed = 3600

    async def silent(self: FakeLeases, *, closed: bool = False) -> list[object]:
        raise Unreachable("No node of PRACTICE answers.", "Try again.")

    monkeypatch.setattr(FakeLeases, "all", silent)
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await at_the_list(scene, pilot)
        title = str(screen.query_one("#leases-panel").border_title)
        assert "2 deployments" in title
        assert "1 h old, reading again" in title
        assert [row.lasts[0] for row in screen.table.rows] == ["3.8 h", "3.8 h"]  # 4.8 when it was read


async def agree(scene: Stage_, pilot: Pilot[int], text: str) -> str:
    await pilot.press("A")
    await until(pilot, lambda: isinstance(scene.app.screen, FormDialog))
    for field, value in zip(scene.app.screen.query(Input), text.split(), strict=True):
        field.value = value
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.can_say_yes)
    return str(scene.app.screen.query_one("#sheet", LabelledLines).text)


async def test_agreeing_shows_all_that_may_be_spent(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(120, 30)) as pilot:
        screen = await at_the_list(scene, pilot)
        sheet = await agree(scene, pilot, "5 50 6h")
        for words in ("5.00 ACT", "less than 6 h", "at most 50.00 ACT, 10 times", "the first one now", "in total"):
            assert words in sheet, sheet
        await pilot.press("y")
        await until(pilot, lambda: ID in FakeAutoTopUp.orders)
        await until(pilot, lambda: screen.table.rows[0].auto[0] == "0 of 50")
        assert "Automatic top-up is on: 5.00 ACT" in scene.app.status.line()[0]


async def test_not_agreeing_spends_nothing_by_itself(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await at_the_list(scene, pilot)
        await agree(scene, pilot, "5 50 6h")
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.busy is None)
        assert FakeAutoTopUp.orders == {}


async def test_quitting_says_that_the_top_ups_stop(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    monkeypatch.setattr(FakeAutoTopUp, "orders", {ID: ORDER})
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await at_the_list(scene, pilot)
        assert "automatic top-ups pause" in after_quitting(scene.app)
        monitor = scene.app.monitor
        assert monitor is not None
        monitor.orders = {ID: replace(ORDER, stopped="you turned it off")}
        assert "top-ups pause" not in after_quitting(scene.app)


async def test_an_order_is_shown_on_the_lease_and_ended_by_a_key(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    monkeypatch.setattr(FakeAutoTopUp, "orders", {ID: ORDER})
    async with scene.app.run_test(size=(120, 30)) as pilot:
        await at_the_list(scene, pilot)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, LeaseScreen))
        facts = scene.app.screen.query_one("#facts", LabelledLines)
        await until(pilot, lambda: "10.00 of 50.00 ACT spent" in facts.text)
        await pilot.press("A")
        await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)
        await pilot.press("e")
        await until(pilot, lambda: FakeAutoTopUp.orders[ID].stopped)
        await until(pilot, lambda: scene.app.busy is None)


async def test_each_top_up_and_its_end_are_said_and_logged(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    monkeypatch.setattr(FakeAutoTopUp, "orders", {ID: ORDER})
    async with scene.app.run_test(size=(120, 30)) as pilot:
        await at_the_list(scene, pilot)
        monitor = scene.app.monitor
        assert monitor is not None
        quote = (await monitor.auto.quote(ID, 5_000_000, None, 50_000_000, Decimal(6))).first
        result = TxResult("AB" * 32, HEIGHT + 1, 0, "", "", 1, None)
        FakeAutoTopUp.made.extend(
            [DoneTopUp(ORDER, quote, result), replace(ORDER, stopped="10.00 of 10.00 ACT are spent")]
        )
        monitor.refresh_now()
        logged = scene.app.problems.entries
        await until(pilot, lambda: any("5.00 ACT added automatically (10.00 of 50.00 ACT)" in e.title for e in logged))
        monitor.refresh_now()
        await until(pilot, lambda: any("Automatic top-up is off: 10.00 of" in e.title for e in logged))


async def test_low_funds_ring_once_and_an_end_is_shown(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    scene.program.settings = Settings(alerts=AlertSettings(low_hours=(Decimal(12), Decimal(5))))
    shown = replace(view(scene.program.clock), height=HEIGHT + 100)  # not just leased
    monkeypatch.setattr(FakeLeases, "views", (shown,))
    bells: list[int] = []
    monkeypatch.setattr(type(scene.app), "bell", lambda self: bells.append(1))
    async with scene.app.run_test(size=(120, 30)) as pilot:
        await at_the_list(scene, pilot)
        await until(pilot, lambda: bells == [1])  # 4.8 hours are less than five
        monitor = scene.app.monitor
        assert monitor is not None
        before = monitor.lease_list.revision
        monitor.refresh_now()
        await until(pilot, lambda: monitor.lease_list.revision > before + 1)
        assert bells == [1]
        known = shown.leases[0]
        ended = replace(known.lease, state=LeaseState.CLOSED, reason="lease_closed_reason_unstable", closed_on=HEIGHT)
        monkeypatch.setattr(FakeLeases, "views", (replace(shown, leases=(replace(known, lease=ended, status=None),)),))
        monitor.refresh_now()
        await until(pilot, lambda: len(bells) == 2)
        assert "kept failing" in scene.app.problems.entries[-1].title


@pytest.mark.parametrize(("blocks", "rings"), [(30, 0), (36, 1)])
async def test_a_manifest_that_is_due_rings_once_90_seconds_before_the_end(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch, blocks: int, rings: int
) -> None:
    shown = view(scene.program.clock)
    known = shown.leases[0]
    young = replace(known, delivered=False, status=None, lease=replace(known.lease, created_at=HEIGHT - blocks))
    monkeypatch.setattr(FakeLeases, "views", (replace(shown, leases=(young,)),))
    bells: list[int] = []
    monkeypatch.setattr(type(scene.app), "bell", lambda self: bells.append(1))
    async with scene.app.run_test(size=(120, 30)) as pilot:
        await at_the_list(scene, pilot)
        monitor = scene.app.monitor
        assert monitor is not None
        for _ in range(2):
            before = monitor.lease_list.revision
            monitor.refresh_now()
            await until(pilot, _later(monitor, before + 1))
        titles = [e.title for e in scene.app.problems.entries if "has no manifest yet" in e.title]
        assert (len(titles), len(bells)) == (rings, rings)


pictures = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")


@pictures
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("what", ["list", "agreement"])
def test_picture(
    snap_compare: Callable[..., bool], scene: Stage_, monkeypatch: pytest.MonkeyPatch, what: str, size: tuple[int, int]
) -> None:
    from tests.ui.pictures import afresh

    clock = scene.program.clock
    short = replace(view(clock, number=3, name="comfyui"), left=Decimal(900_000), lasts_hours=Decimal("0.98"))
    gone = replace(view(clock, number=4, name="ollama"), left=Decimal(-20_000), lasts_hours=Decimal(0))
    others = (view(clock), view(clock, leased=False, number=1, name="web"), short, gone)
    monkeypatch.setattr(FakeLeases, "views", others)
    monkeypatch.setattr(FakeAutoTopUp, "orders", {ID: ORDER} if what == "list" else {})
    saved = SavedLimit("practice-1", ID, RuntimeLimit(Decimal(8), 10_000_000), START, 812_000, START)

    async def states(self: StopAfter) -> dict[DeploymentId, LimitState]:
        return {ID: LimitState(saved, clock.now(), Decimal("3.2"))} if what == "list" else {}

    monkeypatch.setattr(StopAfter, "states", states)

    async def before(pilot: Pilot[int]) -> None:
        await at_the_list(scene, pilot)
        clock.passed += timedelta(seconds=1).seconds
        if what == "agreement":
            await pilot.press("end", "up")
            await agree(scene, pilot, "24h 160 6h")
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)


async def test_a_key_computes_no_line_again(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = scene.program.clock
    monkeypatch.setattr(FakeLeases, "views", tuple(view(clock, number=n, name=f"job-{n}") for n in range(200)))
    made: list[str] = []
    state = vars(LeaseRow)["state"].fget
    assert state is not None

    def titles(row: LeaseRow) -> object:
        made.append(row.id)
        return state(row)

    async with scene.app.run_test(size=(120, 29)) as pilot:
        screen = await at_the_list(scene, pilot)
        screen._clock.pause()  # type: ignore[union-attr]
        monkeypatch.setattr(LeaseRow, "state", property(titles))
        await pilot.press("down", "down", "up")
        assert screen.table.cursor_index == 1
        assert made == []
        await pilot.press("end")
        assert 0 < len(set(made)) <= screen.table.page + 1
        assert len(made) == len(set(made))


async def test_closed_ones_asked_for_are_shown_in_the_bar_before_the_chain_answers(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(160, 30)) as pilot:
        screen = await at_the_list(scene, pilot)
        screen._clock.pause()  # type: ignore[union-attr]
        monkeypatch.setattr(type(screen), "read", lambda self: None)
        titles: list[str] = []
        monkeypatch.setattr(
            KeyBar, "show_keys", lambda self, hints, always: titles.extend(hint.title for hint in hints)
        )
        screen.do_closed()
        assert "hide closed" in titles


def test_what_is_owed_is_not_shown_as_left(scene: Stage_) -> None:
    clock = scene.program.clock
    gone = replace(view(clock), left=Decimal(-20_000), lasts_hours=Decimal(0))
    short = replace(view(clock), left=Decimal(9_000), lasts_hours=Decimal("0.01"))
    for shown, description in ((gone, "nothing; 0.02 ACT owed"), (short, "(less than a minute)")):
        lines = deployment_lines(shown, None, lambda seen: "p", busy=False, now=clock.now())
        (left,) = [line.value for line in lines if isinstance(line, LabelledLine) and line.label == "left"]
        assert description in left
