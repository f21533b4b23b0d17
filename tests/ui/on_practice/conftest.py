"""The program on a practice network of its own, with one preset; nothing is scripted here."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.ui.fakes import SDL
from tests.ui.on_practice.program import FastProgram


@pytest.fixture
def scripted() -> None:
    """The services are the real ones."""


@pytest.fixture
async def program(tmp_path: Path) -> AsyncIterator[FastProgram]:
    made = FastProgram(tmp_path / "home")
    made.presets.save("mine", SDL)
    yield made
    await made.aclose()
