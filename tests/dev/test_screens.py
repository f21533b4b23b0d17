"""Each screen opens alone, without a terminal, over a practice network of the seed that was asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from akash_tui.dev.screens import DESTINATIONS, DevProgram, app_for, open_screen

LAST = sorted(set(DESTINATIONS) - {each.after for each in DESTINATIONS.values()})
"""Screens that lead to no other one: the way to each passes through all others."""


def way_to(name: str) -> list[str]:
    after = DESTINATIONS[name].after
    return [*(way_to(after) if after else []), name]


def test_the_ways_pass_through_every_screen() -> None:
    assert {step for name in LAST for step in way_to(name)} == set(DESTINATIONS)


@pytest.mark.slow
@pytest.mark.parametrize("name", LAST)
async def test_a_screen_opens(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    program = DevProgram(tmp_path)
    app = app_for(name, program, seed=3)
    try:
        async with app.run_test(size=(120, 34)) as pilot:
            await open_screen(name, pilot)
            assert isinstance(app.screen, DESTINATIONS[name].screen)
    finally:
        await program.aclose()


def test_an_unknown_screen_is_refused_with_the_names_of_all() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "akash_tui.dev", "cellar"], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "bids" in done.stderr
