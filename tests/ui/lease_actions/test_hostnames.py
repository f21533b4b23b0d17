"""Letting host names of one's own lead to another deployment, by one key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from textual.pilot import Pilot

from akash_tui.domain.akash.entities import LeaseId
from akash_tui.services.deployment.hostnames import HostNames
from akash_tui.services.leases.host_holders import MisplacedHostName
from akash_tui.services.ports import HostRefused
from akash_tui.ui.dialogs.questions import QuestionDialog
from akash_tui.ui.lease_actions import hostnames
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import ID, PROVIDERS, Stage_, bid_id, until, view
from tests.ui.lease_actions.test_top_up import at_the_lease


class Names:
    """Takes the place of the two calls of `services.hostnames`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, here: Sequence[str], *elsewhere: MisplacedHostName) -> None:
        self.found = [HostNames(bid_id(2), PROVIDERS[1], tuple(here), elsewhere)]
        self.moved: list[HostNames] = []
        self.refuse: HostRefused | None = None
        monkeypatch.setattr(hostnames, "host_names", self.read)
        monkeypatch.setattr(hostnames, "move_here", self.move)

    async def read(self, session: object, id: object) -> list[HostNames]:
        assert id == ID
        return self.found

    async def move(self, session: object, names: HostNames) -> tuple[str, ...]:
        if self.refuse is not None:
            raise self.refuse
        self.moved.append(names)
        return tuple(name.host for name in names.elsewhere)


def said(scene: Stage_) -> str:
    return str(scene.app.status.line()[0])


HOLDER: LeaseId = replace(bid_id(2), dseq=77)
SHOP = MisplacedHostName("shop.example.test", HOLDER)


async def asked(scene: Stage_, pilot: Pilot[int]) -> str:
    await pilot.press("H")
    await until(pilot, lambda: isinstance(scene.app.screen, QuestionDialog) and scene.app.screen.armed)
    return str(scene.app.screen.query_one("#message", LabelledLines).text)


async def test_a_name_moves_only_after_yes(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(monkeypatch, (), SHOP)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        for key in ("enter", "escape", "n"):  # the first answer is to leave them
            assert "shop.example.test: points to dseq 77 now" in await asked(scene, pilot)
            await pilot.press(key)
            await until(pilot, lambda: said(scene) == "No host name was moved.")
            assert names.moved == []
            scene.app.status.say("")
        await asked(scene, pilot)
        await pilot.press("y")
        await until(pilot, lambda: names.moved)
        await until(pilot, lambda: said(scene) == "✓ shop.example.test now points here.")


async def test_nothing_to_move_is_said(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(monkeypatch, ("shop.example.test",))
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        await pilot.press("H")
        await until(pilot, lambda: said(scene) == "They already point here: shop.example.test.")
        names.found = []
        await pilot.press("H")
        await until(pilot, lambda: said(scene) == "Its SDL has no custom host names.")


async def test_a_refusal_is_a_dialog(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    names = Names(monkeypatch, (), replace(SHOP, holder=None))
    names.refuse = HostRefused("The provider did not move the names: in use", "Choose another name.")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await at_the_lease(scene, pilot, monkeypatch)
        assert "points to no deployment that is known here" in await asked(scene, pilot)
        await pilot.press("y")
        await until(pilot, lambda: scene.app.screen._title == "That did not work")  # type: ignore[attr-defined]


async def test_without_anything_that_runs_the_key_says_why(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, (), SHOP)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        (lease,) = view(scene.program.clock).leases
        await at_the_lease(scene, pilot, monkeypatch, leases=(replace(lease, status=None),))
        await pilot.press("H")
        await until(pilot, lambda: "Nothing runs here yet" in said(scene))
