"""Themes, ASCII glyphs, no colour, small windows."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.color import Color

from akash_tui.ui.widgets.bars import TooSmall
from akash_tui.ui.widgets.line_filters import dots, to_ascii
from akash_tui.ui.widgets.themes import THEMES
from tests.ui.fakes import Stage_, stage, until

READABLE = 4.5


def contrast(one: Color, other: Color) -> float:
    """The ratio of WCAG 2: 1 to 21."""

    def light(color: Color) -> float:
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES, ids=lambda t: t.name)
def test_every_text_colour_can_be_read(theme) -> None:  # type: ignore[no-untyped-def]
    texts = {name: Color.parse(value) for name, value in theme.variables.items() if name.startswith("text")}
    assert len(texts) == 7
    backs = [theme.background, theme.surface, theme.panel, theme.variables["block-cursor-background"]]
    for back in map(Color.parse, backs):
        for name, text in texts.items():
            limit = READABLE if back != Color.parse(theme.variables["block-cursor-background"]) else 3.0
            assert contrast(text, back) >= limit, f"{theme.name}: {name} on {back.hex}"


@pytest.mark.parametrize("text", ["▲▼●✓✕█", "╭─╮│╰╯", "≈$0.92 · 1 × a100ᵖ…", "日本語", "plain", "⠋⠙⠹"])
def test_ascii_keeps_the_width(text: str) -> None:
    assert to_ascii(text).isascii()
    assert cell_len(to_ascii(text)) == cell_len(text)


@pytest.mark.parametrize(
    ("line", "drawn"),
    [
        ("reading…     |", "reading...   |"),
        ("reading…", "readin.."),
        ("rtx3090 mossbank2… –", "rtx3090 mossbank.. –"),
        ("a…b…", "...."),
        ("no cut", "no cut"),
    ],
)
def test_a_cut_is_more_than_one_dot(line: str, drawn: str) -> None:
    assert dots(line) == drawn


async def test_with_ascii_nothing_else_is_drawn(tmp_path: Path) -> None:
    scene = stage(tmp_path / "home", ascii_only=True)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        for key in ("1", "2", "3"):
            await pilot.press(key)
            await pilot.pause()
            drawn = ["".join(s.text for s in strip) for strip in scene.app.screen._compositor.render_strips()]
            assert len(drawn) == 30
            assert all(line.isascii() for line in drawn)
        assert drawn[1].startswith("+- Leases")


async def test_a_window_too_small_says_so_and_loses_nothing(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        await pilot.press("down")
        await pilot.resize_terminal(50, 12)
        await until(pilot, lambda: scene.app.screen.query_one(TooSmall).display)
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: not scene.app.screen.query_one(TooSmall).display)
        assert scene.app.screen.query_one("#bid-table").cursor_index == 1  # type: ignore[attr-defined]


async def test_t_goes_through_the_looks_and_remembers(scene: Stage_) -> None:
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        seen = [scene.app.theme]
        for _ in THEMES:
            await pilot.press("T")
            seen.append(scene.app.theme)
        assert set(seen) == {t.name for t in THEMES}
        assert scene.program.settings.theme == scene.app.theme.removeprefix("akash-")


async def test_without_colour_the_cursor_can_still_be_seen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    scene = stage(tmp_path / "home")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        table = scene.app.screen.query_one("#bid-table")
        line = table.render_line(1)
        assert any(s.style and s.style.reverse for s in line)
