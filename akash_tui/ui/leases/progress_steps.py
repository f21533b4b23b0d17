"""The checklist after accepting: signed, in block, lease, manifest, image, running; each with its time and a note."""

from __future__ import annotations

import os
from datetime import datetime

from textual.content import Content

from akash_tui.services.core.run_state import DeploymentRun, StepState
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import wrap
from akash_tui.ui.widgets.styles import Tone, joined, toned

SPIN = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
STILL = "◐"
NAME_WIDTH = 10
TIME_WIDTH = 9


def spinner(monotonic: float) -> str:
    """A sign that something is in progress; it stands still where animations are off."""
    return STILL if os.environ.get("TEXTUAL_ANIMATIONS") == "none" else SPIN[int(monotonic * 4) % len(SPIN)]


def checklist(run: DeploymentRun, monotonic: float, now: datetime, width: int) -> list[Content]:
    """One line per step, `width` cells wide; a long note wraps. A failed step's error is shown elsewhere, in full."""
    out: list[Content] = []
    for step in run.steps.values():
        signs: dict[StepState, tuple[str, Tone]] = {
            StepState.DONE: ("✓", "good"),
            StepState.FAILED: ("✗", "bad"),
            StepState.ACTIVE: (spinner(monotonic), "accent"),
            StepState.PENDING: (" ", "muted"),
        }
        sign, tone = signs[step.state]
        took = f"{step.seconds:.1f} s" if step.seconds is not None else ""
        note = formatting.short_hashes(step.note)
        if step.state is StepState.ACTIVE and run.deadline is not None:
            left = formatting.clock((run.deadline - now).total_seconds())
            until = f"deadline {left}" if step.name == "manifest" else f"waits up to {left} more"
            note = f"{note} · {until}" if note else until
        if step.state is StepState.FAILED and run.error is not None:
            note = "failed, see below"
        notes = wrap(note, max(20, width - 2 - NAME_WIDTH - TIME_WIDTH - 2))
        name_tone: Tone = "muted" if step.state is StepState.PENDING else ""
        out.append(
            joined(
                (f"{sign} ", tone),
                (step.name.ljust(NAME_WIDTH), name_tone),
                (took.rjust(TIME_WIDTH) + "  ", "muted"),
                (notes[0], "bad" if step.state is StepState.FAILED else "muted"),
            )
        )
        indent = " " * (2 + NAME_WIDTH + TIME_WIDTH + 2)
        out += [toned(indent + more, "muted") for more in notes[1:]]
    return out
