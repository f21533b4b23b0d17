"""What the screens and dialogs of one lease look like, small and large."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from akash_tui.domain.akash.entities import LeaseState, Reclamation
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.fakes.clock import SCREENS_START as START
from tests.ui.fakes import HEIGHT, SDL, Stage_, until
from tests.ui.lease_actions.test_top_up import at_the_lease
from tests.ui.lease_actions.test_update import asked, edited
from tests.ui.leases.fakes import NEWER, FakeUpdater
from tests.ui.leases.test_detail_screen import known, picked, sheet
from tests.ui.pictures import SIZES, afresh

pytestmark = pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="pictures are kept for one Python only")
Steps = Callable[[Stage_, Pilot[int], pytest.MonkeyPatch], Awaitable[None]]


async def changed(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> None:
    await edited(scene, pilot, monkeypatch, NEWER.replace("amount: 10000", "amount: 9000"))


async def impossible(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> None:
    await edited(scene, pilot, monkeypatch, SDL.replace("cpu: {units: 8}", "cpu: {units: 9}"))


async def update_quote(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> None:
    await edited(scene, pilot, monkeypatch)
    await pilot.press("enter")
    await sheet(scene, pilot)


async def no_manifest(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeUpdater, "run", scene.deployer.run)
    await asked(scene, pilot, monkeypatch)


async def groups(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> None:
    failed = replace(known(scene), status=None, delivered=False)
    await at_the_lease(scene, pilot, monkeypatch, leases=(failed,))
    await picked(scene, pilot, "p", 0)
    await sheet(scene, pilot)


async def reclaimed(scene: Stage_, pilot: Pilot[int], monkeypatch: pytest.MonkeyPatch) -> None:
    deadline = int((START + timedelta(hours=23)).timestamp())
    taken = replace(known(scene).lease, state=LeaseState.RECLAIMING, reclamation=Reclamation(deadline, "x"))
    before = replace(
        known(scene).lease, state=LeaseState.CLOSED, closed_on=HEIGHT + 1000, reason="lease_closed_reason_unstable"
    )
    leases = (replace(known(scene), lease=before, status=None), replace(known(scene), lease=taken))
    await at_the_lease(scene, pilot, monkeypatch, leases=leases)
    await until(pilot, lambda: "reclaimed" in scene.app.screen.query_one("#facts", LabelledLines).text)


@pytest.mark.parametrize("size", SIZES, ids=lambda s: f"{s[0]}x{s[1]}")
@pytest.mark.parametrize(
    "steps", [changed, impossible, update_quote, no_manifest, groups, reclaimed], ids=lambda s: s.__name__
)
def test_picture_of_a_lease(
    snap_compare: Callable[..., bool], scene: Stage_, steps: Steps, size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    async def before(pilot: Pilot[int]) -> None:
        await steps(scene, pilot, monkeypatch)
        await afresh(pilot)

    assert snap_compare(scene.app, run_before=before, terminal_size=size)
