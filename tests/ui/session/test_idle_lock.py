"""The key is forgotten when nobody was there for long, not while it is needed, and asked for at the next signature."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from akash_tui.domain.akash.amounts import RuntimeLimit
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.secret import Secret
from akash_tui.services.automation.stop_after import StopAfter
from akash_tui.services.leases.runtime_limits import LimitState, SavedLimit
from akash_tui.services.ports import Locked
from akash_tui.ui.dialogs.questions import TextInputDialog
from akash_tui.ui.session.idle_lock import IdleLock
from tests.fakes.clock import SCREENS_START as START
from tests.ui.fakes import ID, Stage_, until


def idle_lock(scene: Stage_) -> IdleLock:
    assert scene.app.idle_lock is not None
    return scene.app.idle_lock


async def test_a_key_press_keeps_it_open_and_a_quarter_of_an_hour_locks_it(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        lock = idle_lock(scene)
        scene.program.clock.passed += 14 * 60
        lock.check()
        await pilot.press("down")
        scene.program.clock.passed += 14 * 60
        lock.check()
        assert not lock.session.locked
        scene.program.clock.passed += 60
        lock.prompt.secret = Secret("sesame")
        held = lock.prompt.secret.buffer
        lock.check()
        assert lock.session.locked
        assert held == bytearray(6)
        assert "is locked: no key for 15 min." in scene.app.status.line()[0]


async def test_a_machine_that_slept_was_idle(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        lock = idle_lock(scene)
        later = scene.program.clock.now() + timedelta(hours=8)
        monkeypatch.setattr(scene.program.clock, "now", lambda: later)
        lock.check()
        assert lock.session.locked
        lock.session.unlocked()
        lock.touch()
        monkeypatch.setattr(scene.program.clock, "now", lambda: datetime(2000, 1, 1, tzinfo=UTC))
        lock.check()
        assert not lock.session.locked, "a clock that was set back proves nothing"


@pytest.mark.parametrize("minutes", [0, 1])
async def test_the_setting(scene: Stage_, minutes: int) -> None:
    scene.program.settings = scene.program.settings.model_copy(update={"lock_minutes": minutes})
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        scene.program.clock.passed += 61
        idle_lock(scene).check()
        assert idle_lock(scene).session.locked is (minutes == 1)


async def test_it_waits_while_the_key_is_needed(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        lock = idle_lock(scene)
        scene.program.clock.passed += 3600
        scene.app.busy = "paying"
        lock.check()
        assert not lock.session.locked
        scene.app.push_screen(TextInputDialog("A question", []))
        await pilot.pause()
        lock.check()
        assert lock.session.locked, "a question that nobody answers needs no key"
        await pilot.press("escape")


async def test_a_limit_needs_the_key_once_it_counts(scene: Stage_) -> None:
    saved = SavedLimit("practice-1", ID, RuntimeLimit(Decimal(8), None), START)
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        monitor = scene.app.monitor
        assert monitor is not None
        monitor.limits = {ID: LimitState(saved, START, None)}
        assert scene.app.why_key_needed() is None
        monitor.limits = {ID: LimitState(saved, START, Decimal(3))}
        assert scene.app.why_key_needed() == "a deployment stops by itself"


async def test_the_passphrase_is_asked_for_until_it_is_right_or_given_up(scene: Stage_) -> None:
    outcomes: list[str] = []

    async def signs() -> None:
        try:
            await idle_lock(scene).unlock()
            outcomes.append("signed")
        except Locked as error:
            outcomes.append(error.title)

    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        lock = idle_lock(scene)
        prompt = lock.prompt

        def load() -> object:
            if prompt("the wallet") != "sesame":
                raise Locked("That passphrase is wrong.")
            return object()

        lock.session.require_signer = load  # type: ignore[method-assign, assignment]
        scene.app.do_lock()
        scene.app.money("paying", signs)
        await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
        await pilot.press("escape")
        await until(pilot, lambda: scene.app.busy is None)
        assert outcomes == [f"{lock.session.called} is locked; nothing was signed."]
        assert lock.session.called.startswith("Wallet ")
        assert lock.session.locked
        scene.app.money("paying", signs)
        for guess in ("wrong", "sesame"):
            await until(pilot, lambda: isinstance(scene.app.screen, TextInputDialog))
            asked = scene.app.screen
            await pilot.press(*guess, "enter")
            await until(pilot, lambda asked=asked: scene.app.screen is not asked)  # type: ignore[misc]
        await until(pilot, lambda: outcomes[-1] == "signed")
        assert not lock.session.locked
        assert prompt.secret is None


async def test_lock_and_unlock_say_why_not(scene: Stage_) -> None:
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        assert scene.app.why_not("app.unlock") == "The wallet is not locked."
        assert scene.app.why_not("app.lock") is None
        scene.app.do_lock()
        assert scene.app.why_not("app.lock") == "The wallet is locked already."
        scene.app.do_unlock()
        await until(pilot, lambda: not idle_lock(scene).session.locked)


async def test_a_limit_that_is_due_asks_nobody_for_a_passphrase(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    saved = SavedLimit("practice-1", ID, RuntimeLimit(Decimal(8), None), START, 812_000, START)
    due = {"due": False}
    closed: list[SavedLimit] = []

    async def states(self: StopAfter) -> dict[DeploymentId, LimitState]:
        return {ID: LimitState(saved, START, Decimal(0))} if due["due"] else {}

    async def run(self: StopAfter, saved: SavedLimit) -> None:
        closed.append(saved)

    monkeypatch.setattr(StopAfter, "states", states)
    monkeypatch.setattr(StopAfter, "run", run)
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        monitor = scene.app.monitor
        assert monitor is not None
        scene.app.do_lock()
        due["due"] = True
        monitor.refresh_now()
        logged = scene.app.problems.entries
        await until(pilot, lambda: any("is locked." in e.title for e in logged) or closed)
        assert not closed
        idle_lock(scene).session.unlocked()
        monitor.refresh_now()
        await until(pilot, lambda: closed)
