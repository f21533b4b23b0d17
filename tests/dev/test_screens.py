"""Each screen opens alone, without a terminal, over a practice network."""

from __future__ import annotations

import runpy
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from akash_tui.dev.screens import BLOCK_SECONDS, DESTINATIONS, Destination, DevProgram, app_for, open_screen, wait_for
from tests.helpers.worlds import Practice, served
from tests.ui.screen_text import text

LAST = sorted(set(DESTINATIONS) - {each.after for each in DESTINATIONS.values()})
"""Screens that lead to no other one: the way to each passes through all others."""
ALONE = LAST[0]
"""The one whose program starts a practice network of its own, as it does for a person; the others share one."""


def way_to(name: str) -> list[str]:
    after = DESTINATIONS[name].after
    return [*(way_to(after) if after else []), name]


def drawn(step: Destination) -> Destination:
    """The same screen, drawn when it has been reached."""

    async def go(pilot: Pilot[Any]) -> None:
        await step.go(pilot)
        assert isinstance(pilot.app.screen, step.screen)
        await wait_for(pilot, "a drawn screen", lambda: text(pilot.app).strip())

    return replace(step, go=go)


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Practice]:
    """A practice network of the same pace, on which each test has a wallet of its own."""
    with served(tmp_path_factory.mktemp("calm") / "home", "calm", BLOCK_SECONDS) as practice:
        yield practice


def test_the_ways_pass_through_every_screen() -> None:
    assert {step for name in LAST for step in way_to(name)} == set(DESTINATIONS)


@pytest.mark.slow
@pytest.mark.parametrize("name", LAST)
async def test_a_screen_opens(name: str, tmp_path: Path, calm: Practice, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    if name != ALONE:
        shutil.copy(calm.home / "practice.json", tmp_path)
    for step in way_to(name):
        monkeypatch.setitem(DESTINATIONS, step, drawn(DESTINATIONS[step]))
    program = DevProgram(tmp_path)
    app = app_for(name, program, seed=3)
    try:
        async with app.run_test(size=(120, 34)) as pilot:
            await open_screen(name, pilot)
            assert isinstance(app.screen, DESTINATIONS[name].screen)
            assert program.owns_practice == (name == ALONE)
    finally:
        await program.aclose()


def test_an_unknown_screen_is_refused_with_the_names_of_all(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["akash_tui.dev", "cellar"])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("akash_tui.dev", run_name="__main__")
    assert end.value.code == 2
    assert "bids" in capsys.readouterr().err
