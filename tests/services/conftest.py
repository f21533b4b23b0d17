"""Fixtures of the service tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.fakes.session import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path / "home")
