"""Every key of the registry on every screen: nothing breaks, every refusal says why, nothing is spent unasked."""

from __future__ import annotations

import asyncio

import pytest
from textual.pilot import Pilot

from akash_tui.services.deployment.hostnames import HostNames
from akash_tui.ui.actions.registry import ACTIONS, at
from akash_tui.ui.widgets.live_table import LiveTable
from tests.helpers.worlds import GIVE_UP
from tests.ui.fakes import FakeLeases, Stage_, stage, until, view
from tests.ui.leases.fakes import Closer
from tests.ui.screen_text import text

KEYS = sorted({key for action in ACTIONS for key in action.keys if action.where != "dialog"} - {"q"})
BESIDE_LEASES = {"sweep": "U", "journal": "J"}
"""Lists that belong to Leases, and their keys."""
SPENDS = {"create", "accept", "close", "deliver"}


async def no_names(session: object, id: object) -> list[HostNames]:
    return []


def here(scene: Stage_) -> str:
    return scene.app.front_screen.where if scene.app.front_screen is not None else ""


async def _to(scene: Stage_, pilot: Pilot[int], where: str) -> None:
    """Back to a screen by keys, from wherever a key has led."""
    try:
        async with asyncio.timeout(GIVE_UP):
            while scene.app.front_screen is None or here(scene) in {"log", "update", "editor"} - {where}:
                await pilot.press("escape")
    except TimeoutError:
        raise AssertionError(f"esc leads out of no {scene.app.screen!r}") from None
    if here(scene) == where:
        return
    await pilot.press({"deploy": "1", "bids": "2", "market": "4", "network": "4", "wallet": "5"}.get(where, "3"))
    if where in ("lease", "leases", "market", "update") and here(scene) in {"lease", "page", "network"} - {where}:
        await pilot.press("escape")
    if where in BESIDE_LEASES:
        await pilot.press(BESIDE_LEASES[where])
    if where in ("lease", "update") and here(scene) not in ("lease", "update"):
        tables = scene.app.screen.query("#lease-table").results
        await until(pilot, lambda: any(table.rows for table in tables(LiveTable)))
        await pilot.press("enter")
    if where == "network" and here(scene) != where:
        await until(pilot, lambda: here(scene) in ("market", "page", "network"))
        while here(scene) == "page":
            await pilot.press("escape")
        if here(scene) == "market":
            await pilot.press("d")
    if where == "update" and here(scene) != where:
        await until(pilot, lambda: here(scene) == "lease")
        await pilot.press("u")
    await until(pilot, lambda: here(scene) == where)


@pytest.mark.parametrize(
    "where", ["deploy", "bids", "leases", "lease", "update", "market", "network", "wallet", *BESIDE_LEASES]
)
async def test_no_key_breaks_a_screen(scene: Stage_, where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        FakeLeases, "views", (view(scene.program.clock), view(scene.program.clock, leased=False, number=1))
    )
    monkeypatch.setattr("akash_tui.ui.lease_actions.hostnames.host_names", no_names)
    closer = Closer().installed(monkeypatch)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        for key in KEYS:
            await _to(scene, pilot, where)
            await pilot.press(key)
            assert text(scene.app), "what the key leads to can be drawn"
        assert scene.app.is_running
        assert SPENDS.isdisjoint(scene.deployer.done), "one key and esc never spend"
        assert closer.signed == []
        assert not (scene.program.home / "crashes").exists()


@pytest.mark.parametrize("where", ["deploy", "bids", "leases", "lease", "update", "market", "wallet", *BESIDE_LEASES])
async def test_a_dimmed_key_says_why(tmp_path, where: str, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    scene = stage(tmp_path / "home", readonly=True)
    monkeypatch.setattr(FakeLeases, "views", (view(scene.program.clock),))
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        if where == "deploy":
            await scene.app.switch_mode("deploy")
        await _to(scene, pilot, where)
        shell = scene.app.front_screen
        assert shell is not None
        for action in at(shell.where):
            why = shell.reason(action.id)
            if why is None or action.keys[0] in ("enter", "space"):
                continue
            scene.app.status.clear_messages()
            await pilot.press(action.keys[0])
            assert scene.app.status.line()[0] == why, action.id
            assert len(why) > 10
        assert scene.deployer.done == []


async def test_read_only_signs_nothing(tmp_path) -> None:  # type: ignore[no-untyped-def]
    scene = stage(tmp_path / "home", readonly=True)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("a")
        assert "read-only" in scene.app.status.line()[0]
        await pilot.press("x")
        assert "read-only" in scene.app.status.line()[0]
        assert scene.deployer.done == []


async def test_q_at_the_top_asks_and_says_that_leases_keep_running(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        await pilot.press("q")
        await until(pilot, lambda: scene.app.screen.query("#message"))
        assert "Leases keep running" in scene.app.screen.query_one("#message").text  # type: ignore[attr-defined]
        await pilot.press("escape")
        assert scene.app.is_running
