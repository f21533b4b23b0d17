"""Themes, ASCII glyphs, no colour, small windows."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.color import Color
from textual.theme import BUILTIN_THEMES

from akash_tui.ui.app import AkashApp
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog
from akash_tui.ui.widgets.bars import TooSmall
from akash_tui.ui.widgets.line_filters import dots, to_ascii
from akash_tui.ui.widgets.styles import SHADES
from akash_tui.ui.widgets.themes import NAMES, THEMES, theme_named
from tests.ui.fakes import Stage_, stage, until

READABLE = 4.5
RGB = [name for name in NAMES if not name.startswith("ansi-")]
"""Textual's `ansi-` themes are the terminal's own colours, which nobody here can see."""


def contrast(one: Color, other: Color) -> float:
    """The ratio of WCAG 2: 1 to 21."""

    def light(color: Color) -> float:
        parts = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in color.normalized]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_every_theme_of_textual_can_be_chosen() -> None:
    assert set(BUILTIN_THEMES) < set(NAMES)
    assert all(theme_named(name) is not None for name in NAMES)
    assert theme_named("high-contrast") is theme_named("akash-high-contrast")
    assert theme_named("no such") is None


@pytest.mark.parametrize("name", RGB)
def test_every_text_colour_can_be_read(name: str) -> None:
    theme = theme_named(name)
    assert theme is not None
    variables = theme.variables
    texts = {key: Color.parse(value) for key, value in variables.items() if key.startswith(("text", "gpu"))}
    assert len(texts) == 15
    backs = [theme.background, theme.surface, theme.panel, variables["block-cursor-background"]]
    for back in (Color.parse(each) for each in backs if each is not None):
        for key, text in texts.items():
            assert contrast(text, back) >= READABLE, f"{key} on {back.hex}"
    for shade in SHADES:
        assert contrast(texts["text"], Color.parse(variables[shade])) >= READABLE
    least = 7.0 if name == "akash-high-contrast" else READABLE
    assert all(contrast(texts["text"], Color.parse(back)) >= least for back in backs if back is not None)


def unreadable(app: AkashApp) -> list[tuple[str, float]]:
    """Words on the screen that cannot be read, but for dimmed keys in the last line."""
    found = []
    for strip in app.screen._compositor.render_strips()[:-1]:
        for text, style, _ in strip:
            if any(map(str.isalnum, text)) and style and style.color and style.bgcolor:
                front, back = (Color.from_rich_color(c) for c in (style.color, style.bgcolor))
                if style.reverse:
                    front, back = back, front
                if contrast(front, back) < READABLE:
                    found.append((text, contrast(front, back)))
    return found


async def test_every_word_of_a_screen_can_be_read(scene: Stage_) -> None:
    async with scene.app.run_test(size=(140, 30)) as pilot:
        await scene.with_bids(pilot)
        for name in (*(theme.name for theme in THEMES), "nord", "solarized-light", "ansi-dark"):
            scene.app._use_theme(name)
            await pilot.pause()
            assert name not in RGB or unreadable(scene.app) == [], name


async def test_a_theme_is_chosen_from_all_and_remembered(scene: Stage_) -> None:
    async with scene.app.run_test(size=(100, 40)) as pilot:
        await scene.ready(pilot)
        await pilot.press("f2")
        await until(pilot, lambda: isinstance(scene.app.screen, ChoiceDialog))
        await pilot.press(*["down"] * NAMES.index("nord"), "enter")
        await until(pilot, lambda: scene.app.theme == "nord")
        assert scene.program.settings.theme == "nord"
    assert AkashApp(scene.program).theme == "nord"  # type: ignore[arg-type]


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


def looks(scene: Stage_) -> list[list[tuple[str, str]]]:
    """Every line of the screen: the text and how it stands out, without colours."""
    strips = scene.app.screen._compositor.render_strips()
    return [[(s.text, str(s.style.without_color) if s.style else "") for s in strip] for strip in strips]


async def test_without_colour_the_cursor_and_the_focus_can_still_be_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    scene = stage(tmp_path / "home")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        await pilot.press("enter")
        await until(pilot, lambda: scene.app.screen.query_one("#deposit").display)
        seen: list[list[list[tuple[str, str]]]] = []
        for widget in scene.app.screen.focus_chain:
            widget.focus()
            await pilot.pause()
            assert looks(scene) not in seen, f"{widget!r} has the focus, and nothing shows it"
            seen.append(looks(scene))
        assert len(seen) > 4
        await scene.with_bids(pilot)
        line = scene.app.screen.query_one("#bid-table").render_line(1)
        assert any(s.style and s.style.reverse for s in line)


async def test_no_color_takes_every_colour_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    scene = stage(tmp_path / "home")
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.with_bids(pilot)
        styles = [s.style for strip in scene.app.screen._compositor.render_strips() for s in strip if s.style]
        assert styles
        assert all(style.color is None and style.bgcolor is None for style in styles)
