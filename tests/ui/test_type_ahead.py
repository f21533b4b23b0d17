"""Keys and pastes that arrive in one piece, as a slow line or a paste brings them: none of them breaks the app."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import pytest
from textual import events

from akash_tui.ui.actions.registry import ACTIONS
from akash_tui.ui.app import AkashApp
from tests.ui.fakes import FakeLeases, FakeSession, Stage_, type_at_once, view
from tests.ui.leases.fakes import Closer
from tests.ui.test_every_key import no_names

pytestmark = pytest.mark.drawn

BURSTS = 500
LONGEST = 3
SETTLED = 50
"""After so many bursts everything is painted before the next one; between them keys come while screens open."""
SLOW = {"T", "f2", "f12"}
"""Every look again from the style sheets, and pictures: too slow to be pressed hundreds of times."""
KEYS = [*sorted({key for action in ACTIONS for key in action.keys} - SLOW), "backspace", "delete", "ctrl+a", "x", "0"]
OFTEN = ["enter", "enter", "escape", "colon", "slash", "tab", "space", "down"]
PASTES = ["h100", "price<1\nenter", "\r\n\t", "[bold]", "/tmp/a b.yaml", "𝔘日本" * 9, "\x1b[31m\x00", ""]


def burst(dice: random.Random) -> list[str]:
    """Keys of one burst; a paste is its text, between `<` and `>`."""
    kinds = [lambda: dice.choice(KEYS), lambda: dice.choice(OFTEN), lambda: f"<{dice.choice(PASTES)}>"]
    return [dice.choices(kinds, (6, 4, 1))[0]() for _ in range(dice.randint(1, LONGEST))]


def send(app: AkashApp, keys: list[str]) -> None:
    """Post all of it before anything is answered."""
    for key in keys:
        if key.startswith("<"):
            app.post_message(events.Paste(key[1:-1]))
        else:
            type_at_once(app, [key])


async def test_no_burst_of_keys_and_pastes_breaks_the_app(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        FakeLeases, "views", (view(scene.program.clock), view(scene.program.clock, leased=False, number=1))
    )
    monkeypatch.setattr("akash_tui.ui.lease_actions.hostnames.host_names", no_names)
    Closer().installed(monkeypatch)
    opened = scene.program.open

    async def open_scripted(*args: Any) -> FakeSession:
        session = await opened(*args)
        session.deployer = scene.deployer
        return session

    monkeypatch.setattr(scene.program, "open", open_scripted)
    app, dice = scene.app, random.Random(20)
    quits: list[object] = []
    async with app.run_test(size=(80, 24)) as pilot:
        await scene.with_bids(pilot)
        monkeypatch.setattr(app, "exit", lambda *_, **__: quits.append(1))  # quitting is an answer too; go on
        for number in range(BURSTS):
            keys = burst(dice)
            send(app, keys)
            while app.message_queue_size and app._exception is None:  # noqa: ASYNC110
                await asyncio.sleep(0)
            if number % SETTLED == 0:
                await pilot.pause()
            assert app._exception is None, f"burst {number} broke it: {keys}"
        await pilot.pause()
        assert app.is_running
    assert quits
    assert not (scene.program.home / "crashes").exists()
