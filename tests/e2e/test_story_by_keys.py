"""From the first screen to a running lease and back, by keys alone, on a real terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.real_terminal import ENTER, RealTerminal

SIZES = [(80, 24), (160, 48)]
SIXTY_TIMES = "\x14"
"""ctrl+t: time passes 60 times as fast, then as on mainnet again."""


@pytest.mark.pty
@pytest.mark.parametrize(("columns", "lines"), SIZES)
def test_first_screen_to_running_lease_and_close(tmp_path: Path, columns: int, lines: int) -> None:
    with RealTerminal(home=tmp_path, columns=columns, lines=lines) as app:
        app.until("practice network")
        app.press(ENTER)
        app.until("PRACTICE", "ACT", "Fine-tuning", lambda text: "press enter again" in text or "asks for" in text)
        app.down_to("ComfyUI", "Fine-tuning")
        app.press(ENTER)
        app.until("accepts", "comfyui", "rtx4090")
        app.press(ENTER)
        app.until("Ask for bids (y)", "deposit", "gas")
        app.insist("y", "Ask for bids (y)")
        app.until("collecting", "PRACTICE", lambda text: len(re.findall(r"(?:rtx|a100|h100)\S* ×1", text)) >= 3)
        app.press("a")
        app.until("Lease it (y)", "lasts until", "PRACTICE")
        app.insist("y", "Lease it (y)")
        app.press(SIXTY_TIMES)
        app.until("PRACTICE ×60")
        app.until("✓ running", "PRACTICE")
        app.press(SIXTY_TIMES)  # as on mainnet again, or a slow machine sees the deposit used up
        app.until(lambda text: "×60" not in text and ("ingress" in text or "http" in text))
        app.press("3")
        app.until("running", "1 deployment")
        app.press("x")
        app.until("comes back", "Cancel", "to confirm")
        dseq = re.search(r"type (\d+) to confirm", app.text)
        assert dseq
        app.press(dseq[1])
        app.insist(ENTER, "Close this deployment?")
        app.until(lambda text: "came back" in text)
        assert app.quit() == 0
        # the alternate screen is left and the cursor is back
        assert b"\x1b[?1049l" in app.raw[-4000:]
        assert b"\x1b[?25h" in app.raw[-4000:]


@pytest.mark.pty
def test_resizing_keeps_what_is_shown_and_a_tiny_terminal_is_said(tmp_path: Path) -> None:
    with RealTerminal(home=tmp_path, columns=100, lines=30) as app:
        app.until("practice network")
        app.resize(50, 12)
        app.until(lambda text: "60" in text and "15" in text)
        app.resize(100, 30)
        app.until("practice network")
        assert app.quit() == 0


@pytest.mark.pty
def test_no_colour_is_honoured(tmp_path: Path) -> None:
    with RealTerminal(home=tmp_path, columns=100, lines=30, env={"NO_COLOR": "1"}) as app:
        app.until("practice network")
        colours = set(re.findall(rb"\x1b\[(?:[\d;]*;)?[34]8;2;(\d+);(\d+);(\d+)", bytes(app.raw)))
        assert all(r == g == b for r, g, b in colours)
        assert app.quit() == 0
