"""Where the shared conformance data is: beside the project, and nowhere else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
"""The checkout."""
SHARED = ROOT.parent / "shared" / "conformance"

needs_shared = pytest.mark.skipif(not SHARED.is_dir(), reason=f"no conformance data at {SHARED}")


def need(path: Path) -> Path:
    """`path` if it is there; otherwise the test is skipped with a line that says what is missing."""
    if not path.exists():
        pytest.skip(f"no conformance data at {path}")
    return path


def sdl_cases(*folders: str) -> list[Path]:
    """The SDL files of these folders, by name; empty where there is no shared data."""
    return sorted(file for folder in folders for file in (SHARED / folder).glob("*.yaml"))


def go_cases() -> list[Path]:
    """Every SDL file with an answer of the Go parser; a newer case takes the place of an older one of its name."""
    newer = sdl_cases("sdl-next")
    names = {file.name for file in newer}
    return [file for file in sdl_cases("sdl", "sdl-go-edge") if file.name not in names] + newer


def load(path: Path) -> Any:
    """The JSON in a shared file."""
    return json.loads(need(path).read_text(encoding="utf-8"))
