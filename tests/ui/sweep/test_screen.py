"""The sweep on the screen: a notice at the start, the list, and one key to close one or all that is sure."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.domain.akash.entities import Deposit
from akash_tui.domain.akash.money import UACT, Coin, DecCoin
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.ports import ProviderUnreachable
from akash_tui.services.sweep.items import SweepItem, SweepReason, SweepResult
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.dialogs.confirm_spend import ConfirmSpend
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.sweep.screen import SweepScreen
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import HEIGHT, ID, FakeChain, FakeLeases, Stage_, stage, until, view
from tests.ui.leases.fakes import Closer
from tests.ui.screen_text import text

OLD = 700
"""Blocks: longer than bids live, and than a workload may take to start."""


def views(clock: FrozenClock) -> Sequence[DeploymentView]:
    """One that runs, one that does not, one whose provider is silent; two orders."""
    runs, down, silent = (view(clock, number=n, name=name) for n, name in enumerate(("vllm", "comfyui", "axolotl")))

    def funded(shown: DeploymentView, act: int) -> DeploymentView:
        held = DecCoin(UACT, Decimal(act * 1_000_000))
        escrow = replace(shown.deployment.escrow, deposits=(Deposit(ID.owner, HEIGHT, "balance", held),))
        return replace(shown, deployment=replace(shown.deployment, escrow=escrow))

    def aged(shown: DeploymentView, **changes: object) -> DeploymentView:
        (part,) = shown.leases
        old = replace(part.lease, created_at=part.lease.created_at - OLD)
        return replace(shown, leases=(replace(part, lease=old, **changes),), asked=True)  # type: ignore[arg-type]

    fault = ProviderUnreachable("The provider does not answer.", "Try later.")
    orders = [view(clock, leased=False, number=n, name=name) for n, name in ((3, "blog"), (4, "jupyter"))]
    leased = (aged(runs), aged(down, status=None), aged(silent, status=None, fault=fault))
    return [funded(shown, 5 + number) for number, shown in enumerate((*leased, *orders))]


@pytest.fixture
def forgotten(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> Stage_:
    monkeypatch.setattr(FakeLeases, "views", views(scene.program.clock))
    made = FakeChain.__init__

    def with_old_orders(self: FakeChain, *args: object) -> None:
        made(self, *args)  # type: ignore[arg-type]
        self.orders_age = OLD

    monkeypatch.setattr(FakeChain, "__init__", with_old_orders)
    return scene


async def at_the_sweep(scene: Stage_, pilot: Pilot[int]) -> SweepScreen:
    await scene.ready(pilot)
    await pilot.press("U")
    await until(pilot, lambda: isinstance(scene.app.screen, SweepScreen))
    screen = scene.app.screen
    assert isinstance(screen, SweepScreen)
    await until(pilot, lambda: screen.found is not None and len(screen.table.rows) == len(screen.found.items))
    return screen


async def armed(scene: Stage_, pilot: Pilot[int]) -> str:
    await until(pilot, lambda: isinstance(scene.app.screen, ConfirmSpend) and scene.app.screen.armed)
    return str(scene.app.screen.query_one("#sheet", LabelledLines).text)


async def test_the_start_says_what_is_not_in_use_and_the_list_why(forgotten: Stage_) -> None:
    scene = forgotten
    async with scene.app.run_test(size=(160, 40)) as pilot:
        await scene.ready(pilot)
        monitor = scene.app.monitor
        assert monitor is not None
        await until(
            pilot, lambda: monitor.sweep is not None and "Paid for and not running" in scene.app.status.line()[0]
        )
        scene.app.status.clear_messages()  # an alert comes first
        monitor.refresh_now()
        await until(pilot, lambda: "Not in use" in scene.app.status.line()[0])
        notice = scene.app.status.line()[0]
        assert notice == (
            "Not in use: 2 orders and 1 deployment that does not run, 23.00 ACT, ≈ $0.92 an hour. U shows it."
        )
        screen = await at_the_sweep(scene, pilot)
        shown = [(row.item.name, row.reason[0]) for row in screen.table.rows]
        assert shown == [
            ("comfyui", "✗ not running"), ("jupyter", "✗ no bids"), ("blog", "✗ no bids"), ("axolotl", "? not known"),
        ]  # fmt: skip
        assert "Sweep · 3 certainly not in use · 1 to check · 23.00 ACT" in text(scene.app)
        await pilot.press("down", "d")
        await until(pilot, lambda: isinstance(scene.app.screen, TextDialog))
        why = scene.app.screen.query_one("#message", LabelledLines).text
        assert "akash-tui lease ask-again" in why
        assert "enter shows its bids, x closes it" in why
        await pilot.press("escape", "end", "enter")
        await until(pilot, lambda: isinstance(scene.app.screen, LeaseScreen))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: isinstance(scene.app.screen, DeployScreen))


async def test_close_all_takes_what_is_sure_alone_and_x_what_is_marked(
    forgotten: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene, closer = forgotten, Closer().installed(monkeypatch)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        screen = await at_the_sweep(scene, pilot)
        await pilot.press("X")
        assert "3 running leases" in await armed(scene, pilot)
        scene.app.screen.query_one("#typed", Input).value = "close 3"
        await pilot.press("enter")
        await until(pilot, lambda: "3 of 3 closed" in scene.app.status.line()[0])
        assert [c.id.dseq - ID.dseq for c in closer.signed[0].closings] == [1, 4, 3]
        await until(pilot, lambda: scene.app.busy is None)
        await pilot.press("end", "space", "home", "space", "x")
        await armed(scene, pilot)
        await pilot.press("escape", "escape")
        assert (screen.table.marks, scene.app.screen) == (set(), screen)
        await pilot.press("asterisk")
        assert screen.table.marks == {str(ID.dseq + number) for number in (1, 3, 4)}, "what is not known is not marked"
        assert len(closer.signed) == 1


async def test_nothing_forgotten(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(80, 24)) as pilot:
        screen = await at_the_sweep(scene, pilot)
        await until(pilot, lambda: "Nothing to close: 1 deployment is in use." in text(scene.app))
        await pilot.press("X")
        assert "is certainly not in use" in scene.app.status.line()[0]
        await pilot.press("escape")
        assert scene.app.screen is not screen


async def test_read_only_shows_and_closes_nothing(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    scene = stage(tmp_path / "home", readonly=True)
    monkeypatch.setattr(FakeLeases, "views", views(scene.program.clock))
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_sweep(scene, pilot)
        for key in ("x", "X"):
            await pilot.press(key)
            assert "read-only" in scene.app.status.line()[0]


def test_the_notice_counts_what_is_sure_and_what_ends() -> None:
    item = SweepItem(
        ID, "web", SweepReason.NO_BIDS, "", "", Coin(UACT, 5_000_000), Coin(UACT, 0), Decimal(0), 0, 9.0, True, True
    )
    ends = replace(item, reason=SweepReason.CHAIN_ENDS, sure=False, leases=1)
    now = FrozenClock().now()
    assert SweepResult((item,), 0, now).notice == "Not in use: 1 order, 5.00 ACT"
    granted = replace(item, locked=Coin(UACT, 0), others=Coin(UACT, 500_000))
    assert SweepResult((granted,), 0, now).notice == "Not in use: 1 order, 0.50 ACT"
    assert SweepResult((item, ends), 0, now).notice.endswith("; on a chain that ends: 1 deployment")
    assert SweepResult((replace(item, sure=False),), 0, now).notice == ""


pictures = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")


@pictures
@pytest.mark.parametrize("size", [(80, 24), (160, 48)], ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize("what", ["list", "why"])
def test_picture(snap_compare: Callable[..., bool], forgotten: Stage_, what: str, size: tuple[int, int]) -> None:
    from tests.ui.pictures import afresh

    async def before(pilot: Pilot[int]) -> None:
        await forgotten.ready(pilot)
        await until(pilot, lambda: "Paid for and not running" in forgotten.app.status.line()[0])  # until the next key
        await at_the_sweep(forgotten, pilot)
        await pilot.press("down", "down")
        if what == "why":
            await pilot.press("d")
            await until(pilot, lambda: isinstance(forgotten.app.screen, TextDialog))
        await afresh(pilot)

    assert snap_compare(forgotten.app, run_before=before, terminal_size=size)
