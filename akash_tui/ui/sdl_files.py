"""SDL files from disk, and their problems and GPU models as lines of a table."""

from __future__ import annotations

from pathlib import Path

from akash_tui.domain.sdl.problem import Problem
from akash_tui.services.ports import BadInput
from akash_tui.ui.columns import Cell
from akash_tui.ui.drafts import Tick

MAX_FILE = 1_000_000
"""Bytes; an SDL larger than this is not an SDL."""


class Finding:
    """A problem of the SDL as a table row."""

    def __init__(self, index: int, problem: Problem) -> None:
        self.id = str(index)
        self.problem = problem

    @property
    def sign(self) -> Cell:
        return {"error": ("✗", "bad"), "warning": ("!", "warn")}.get(self.problem.severity.value, ("·", "muted"))  # type: ignore[return-value]


def model_name(tick: Tick) -> str:
    """`nvidia a100`, or `any nvidia`."""
    return f"any {tick.model.vendor}" if tick.model.wildcard else f"{tick.model.vendor} {tick.model.model}"


def read_file(path: Path) -> str:
    """The text of an SDL file. Raises `BadInput`."""
    try:
        if path.stat().st_size > MAX_FILE:
            raise BadInput(f"{path.name} is too large for an SDL.", "An SDL is a few kilobytes of YAML.")
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadInput(f"{path.name} is not UTF-8 text.", "An SDL is a YAML text file.") from None
    except OSError as error:
        raise BadInput(f"{path.name} cannot be read.", error.strerror or "Check the path.") from None
