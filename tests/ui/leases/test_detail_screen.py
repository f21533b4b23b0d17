"""The keys of one deployment: groups, shell, browser, and what is shown of a lease in trouble."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.entities import DeploymentState, Group, GroupId, GroupState, LeaseState, Reclamation
from akash_tui.services.core.run_state import Stage, StepState
from akash_tui.services.deployment.groups import GroupAction
from akash_tui.services.leases.lease_reader import LeaseView
from akash_tui.services.leases.log_streams import StreamNotice
from akash_tui.services.leases.remote_shell import ShellTarget
from akash_tui.services.ports import LeaseStatus, ServiceStatus
from akash_tui.ui.bids.screen import BidsScreen
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.lease_actions.open_url import show
from akash_tui.ui.leases import detail_screen
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.fakes.clock import SCREENS_START as START
from tests.ui.fakes import HEIGHT, FakeLeases, Stage_, bid_id, until, view
from tests.ui.lease_actions.test_top_up import at_the_lease
from tests.ui.leases.fakes import Groups, QuietStreams, Shells

FAILED = "it never accepted the manifest"


def facts(scene: Stage_) -> str:
    return scene.app.screen.query_one("#facts", LabelledLines).text


def said(scene: Stage_) -> str:
    return scene.app.status.line()[0]


def known(scene: Stage_) -> LeaseView:
    return view(scene.program.clock).leases[0]


def status_of(*services: ServiceStatus) -> LeaseStatus:
    return LeaseStatus(services, (), (), START)


def _says(scene: Stage_, words: str) -> bool:
    return words in said(scene)


async def picked(scene: Stage_, pilot: Pilot[int], key: str, downs: int) -> None:
    await pilot.press(key)
    await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
    await pilot.press(*["down"] * downs, "enter")


async def sheet(scene: Stage_, pilot: Pilot[int]) -> str:
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.armed)
    return scene.app.screen.query_one("#sheet", LabelledLines).text


# --- groups ---------------------------------------------------------------------------------------


async def test_other_bids_for_a_running_lease_need_the_name_typed(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await picked(scene, pilot, "p", 0)
        shown = await sheet(scene, pilot)
        for words in ("europlots", "its data is lost", "4.40 ACT", "nothing is charged by the hour", "gas"):
            assert words in shown
        await pilot.press("y", "enter")  # `y` is typed, and is not the name
        assert Groups.done == []
        scene.app.screen.query_one("#typed", Input).value = "dcloud"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(scene.app.screen, BidsScreen))
        assert Groups.done == [(GroupAction.REQUOTE, {})]


async def test_a_provider_that_failed_is_avoided_in_the_new_order(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = replace(known(scene), status=None, delivered=False)
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch, leases=(failed,))
        await picked(scene, pilot, "p", 0)
        assert FAILED in await sheet(scene, pilot)
        await pilot.press("y")
        await until(pilot, lambda: Groups.done)
        assert Groups.done == [(GroupAction.REQUOTE, {bid_id(2).provider: FAILED})]


async def test_a_paused_group_is_shown_and_started(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = view(scene.program.clock)
    groups = (replace(shown.deployment.groups[0], state=GroupState.PAUSED),)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        screen = scene.app.screen
        assert isinstance(screen, LeaseScreen)
        deployment = replace(shown.deployment, groups=groups)
        over = tuple(replace(v, lease=replace(v.lease, state=LeaseState.CLOSED)) for v in shown.leases)
        screen.view = replace(shown, deployment=deployment, leases=over, price_h=Decimal(0))
        screen._reads += 1
        await until(pilot, lambda: "p starts it again, d deploys it elsewhere" in facts(scene))
        assert "paused; nothing runs" in facts(scene)
        assert "n asks for bids again" not in facts(scene), "p is the way back"
        await picked(scene, pilot, "p", 0)
        assert "lease" not in await sheet(scene, pilot)
        await pilot.press("y")
        await until(pilot, lambda: Groups.done == [(GroupAction.START, {})])


async def test_with_several_groups_each_is_named(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = view(scene.program.clock)
    first = shown.deployment.groups[0]
    second = Group(GroupId(first.id.owner, first.id.dseq, 2), GroupState.PAUSED, replace(first.spec, name="west"), 1)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch, deployment=replace(shown.deployment, groups=(first, second)))
        await pilot.press("p")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        titles = [row.title for row in scene.app.screen.query_one("#options").rows]  # type: ignore[attr-defined]
        assert titles == ["new bids · dcloud", "pause · dcloud", "close · dcloud", "start · west", "close · west"]
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.busy is None)
        assert Groups.done == []


# --- shell ------------------------------------------------------------------------------------------


@contextmanager
def suspended() -> Iterator[None]:
    yield


async def test_a_shell_ends_with_its_code(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene.app, "suspended", suspended)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        for code, words in ((0, "vllm ended with code 0"), (7, "vllm ended with code 7"), (None, "You left the shell")):
            monkeypatch.setattr(Shells, "code", code)
            await pilot.press("s")
            await until(pilot, partial(_says, scene, words))
        assert Shells.opened == [("vllm", 0)] * 3


async def test_with_several_replicas_one_is_asked_for(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scene.app, "suspended", suspended)
    monkeypatch.setattr(Shells, "targets", [ShellTarget(bid_id(2), "vllm", 2, 2), ShellTarget(bid_id(2), "web", 1, 0)])
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await picked(scene, pilot, "s", 1)
        await until(pilot, lambda: "vllm #1 ended" in said(scene))
        assert Shells.opened == [("vllm", 1)]
        await pilot.press("s")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await pilot.press("escape")
        assert len(Shells.opened) == 1


async def test_where_the_terminal_cannot_be_suspended_the_command_is_shown(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:  # a test's own terminal is such a one
        await at_the_lease(scene, pilot, monkeypatch)
        await pilot.press("s")
        await until(pilot, lambda: "cannot be suspended" in said(scene))
        assert "akash-tui --network practice lease shell 812301 --gseq 1 --service vllm" in said(scene)
        assert Shells.opened == []
        assert not scene.app.away


@pytest.mark.parametrize(("replicas", "words"), [(1, "0 of 1 ready, starting"), (0, "no replica yet, starting")])
async def test_nothing_ready_no_shell(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch, replicas: int, words: str
) -> None:
    starting = status_of(ServiceStatus("vllm", 0, replicas, ()))
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch, leases=(replace(known(scene), status=starting),))
        await pilot.press("s")
        assert "No service is ready" in said(scene)
        assert words in facts(scene)


# --- browser ------------------------------------------------------------------------------------------


async def test_without_a_browser_the_address_is_copied(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await pilot.press("o")
        await until(pilot, lambda: "No browser was found" in said(scene))
        assert scene.app.clipboard == "http://qwen.ingress.europlots.com"


async def test_with_a_browser_the_chosen_address_is_opened(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr("akash_tui.ui.lease_actions.open_url.show", lambda url: not shown.append(url))  # type: ignore[func-returns-value]
    two = status_of(ServiceStatus("vllm", 1, 1, ("a.example.com", "b.example.com", "javascript:x")))
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch, leases=(replace(known(scene), status=two),))
        await picked(scene, pilot, "o", 1)
        await until(pilot, lambda: "Opened http://b.example.com" in said(scene))
        assert shown == ["http://b.example.com"]


async def test_an_address_that_is_none_is_not_opened(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = status_of(ServiceStatus("vllm", 1, 1, ("javascript:alert(1)",)))
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch, leases=(replace(known(scene), status=odd),))
        await pilot.press("o")
        assert "not opened in a browser" in said(scene)


def test_a_text_browser_would_draw_over_the_app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import webbrowser

    for name in ("lynx", "helper"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser(["lynx", "%s"]))
    assert not show("http://a.example")
    monkeypatch.setattr(webbrowser, "get", lambda: webbrowser.GenericBrowser(["helper", "%s"]))
    assert show("http://a.example")

    def nothing() -> object:
        raise webbrowser.Error

    monkeypatch.setattr(webbrowser, "get", nothing)
    assert not show("http://a.example")


# --- the parts of the page --------------------------------------------------------------------------


def in_sight(scene: Stage_) -> set[str]:
    names = {"lease-panel": "status", "logs": "logs", "events": "events", "services-panel": "services"}
    return {name for id, name in names.items() if scene.app.screen.query_one(f"#{id}").size.area}


async def test_with_room_all_parts_are_side_by_side_and_stream_until_the_page_is_left(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(160, 48)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await until(pilot, lambda: in_sight(scene) == {"status", "logs", "events", "services"})
        await until(pilot, lambda: QuietStreams.open == {"logs": 1, "events": 1})
        screen = scene.app.screen
        regions = {id: screen.query_one(f"#{id}").region for id in ("lease-panel", "logs", "events", "services-panel")}
        assert regions["logs"].y == regions["lease-panel"].bottom
        assert regions["events"].x == regions["services-panel"].x == regions["logs"].right
        assert "1 of 1 ready" in screen.query_one("#services", LabelledLines).text
        assert "1 of 1 ready" not in facts(scene), "each thing once"
        assert "4.40 of 5.00 ACT ██████████████████░░ until" in facts(scene)
        await pilot.press("y")  # a dialog over it: it is still in sight
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        assert QuietStreams.open == {"logs": 1, "events": 1}
        await pilot.press("escape", "3")
        await until(pilot, lambda: QuietStreams.open == {"logs": 0, "events": 0})


async def test_without_room_one_part_is_shown_and_a_stream_that_nobody_looks_at_is_closed(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        screen = scene.app.screen
        assert isinstance(screen, LeaseScreen)
        await until(pilot, lambda: in_sight(scene) == {"status"})
        assert QuietStreams.open == {}
        await pilot.press("l")
        await until(pilot, lambda: in_sight(scene) == {"logs"} and QuietStreams.open == {"logs": 1})
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: in_sight(scene) == {"events"} and QuietStreams.open.get("events") == 1)
        await pilot.press("right_square_bracket")
        await until(pilot, lambda: in_sight(scene) == {"services"})
        assert QuietStreams.open == {"logs": 1, "events": 1}, "whoever comes back soon finds it open"
        monkeypatch.setattr(detail_screen, "LINGER_SECONDS", 0.0)
        screen._follow()
        await until(pilot, lambda: QuietStreams.open == {"logs": 0, "events": 0})
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: QuietStreams.open == {"logs": 0, "events": 1})
        await pilot.press("escape")
        await until(pilot, lambda: in_sight(scene) == {"status"})
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(scene.app.screen, LeaseScreen))
        await until(pilot, lambda: QuietStreams.open == {"logs": 0, "events": 0})


@pytest.mark.drawn
async def test_lines_are_wrapped_again_for_another_width(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(160, 48)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        screen = scene.app.screen
        assert isinstance(screen, LeaseScreen)
        await until(pilot, lambda: QuietStreams.open == {"logs": 1, "events": 1})
        for pane in (screen.logs, screen.events):
            pane._fresh.add(StreamNotice(bid_id(2), "word " * 17 + "end"), 90)
            pane.count += 1
        await until(pilot, lambda: (len(screen.logs.log_lines.lines), len(screen.events.log_lines.lines)) == (1, 3))
        screen.logs.paused = True
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: in_sight(scene) == {"status"})
        await pilot.press("l")
        await until(pilot, lambda: len(screen.logs.log_lines.lines) == 2)
        assert screen.logs.text.count("word") == 17


async def test_a_click_shows_a_part(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await pilot.click("#lease-tabs", offset=(27, 0))
        await until(pilot, lambda: in_sight(scene) == {"services"})


async def test_what_does_not_run_streams_nothing(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = replace(known(scene), status=None, delivered=False)
    async with scene.app.run_test(size=(160, 48)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch, leases=(nothing,))
        screen = scene.app.screen
        assert isinstance(screen, LeaseScreen)
        await until(pilot, lambda: "nothing runs" in str(screen.logs.border_title))
        assert QuietStreams.open == {}
        monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
        await pilot.press("r")
        await until(pilot, lambda: QuietStreams.open == {"logs": 1, "events": 1})


# --- what is shown ----------------------------------------------------------------------------------


async def test_a_lease_that_is_taken_back_counts_down(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = int((START + timedelta(hours=26, minutes=1, seconds=40)).timestamp())
    taken = replace(known(scene).lease, state=LeaseState.RECLAIMING, reclamation=Reclamation(deadline, "x"))
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch, leases=(replace(known(scene), lease=taken),))
        await until(pilot, lambda: "takes the machine back in 1 day 02:01:" in facts(scene))
        before = facts(scene)
        scene.program.clock.passed += 90
        await until(pilot, lambda: facts(scene) != before)
        assert "1 day 02:00:" in facts(scene)
        assert "d deploys it elsewhere" in facts(scene)
        scene.program.clock.passed += 100_000
        await until(pilot, lambda: "any moment now" in facts(scene))


async def test_the_checklist_of_a_start_goes_once_a_newer_view_says_that_it_does_not_run(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = scene.deployer.run
    for name in run.steps:
        run.step(name, StepState.DONE)
    run.enter(Stage.RUNNING)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        scene.app.runs.take(run)
        await at_the_lease(scene, pilot, monkeypatch)
        screen = scene.app.screen
        assert isinstance(screen, LeaseScreen)
        steps = screen.query_one("#steps", LabelledLines)
        await until(pilot, lambda: "✓ running" in steps.text)
        down = replace(known(scene), status=status_of(ServiceStatus("vllm", 0, 1, ())))
        monkeypatch.setattr(FakeLeases, "views", (replace(view(scene.program.clock), leases=(down,)),))
        screen.do_reload()
        await until(pilot, lambda: "0 of 1 ready" in facts(scene))
        await until(pilot, lambda: not steps.text)


async def test_a_closed_one_says_why_and_what_it_cost(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = view(scene.program.clock)
    ended = replace(
        known(scene).lease, state=LeaseState.CLOSED, closed_on=HEIGHT + 1000, reason="lease_closed_reason_unstable"
    )
    gone = replace(known(scene), lease=ended, status=None)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        screen = scene.app.screen
        assert isinstance(screen, LeaseScreen)
        closed = replace(shown.deployment, state=DeploymentState.CLOSED)
        screen.view = replace(shown, deployment=closed, leases=(gone,), price_h=Decimal(0))
        screen._reads += 1
        await until(pilot, lambda: "the workload kept failing" in facts(scene))
        assert "cost 1.54 ACT" in facts(scene)
        assert "n asks for bids again" in facts(scene)
        assert "shows none yet" not in facts(scene)
        for key, words in (("p", "closed for good"), ("x", "closed already"), ("t", "would not reopen it")):
            await pilot.press(key)
            assert words in said(scene)
