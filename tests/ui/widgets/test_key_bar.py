"""The key bar: never wider than its line, `? help` always there, the most important keys first, a click is a key."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from textual.app import App, ComposeResult

from akash_tui.ui.actions.action import PLACES, shown_key
from akash_tui.ui.actions.registry import ACTIONS, in_bar
from akash_tui.ui.widgets.key_bar import GAP, KeyBar, KeyHint, fit_keys

ALWAYS = (KeyHint("question_mark", "help"), KeyHint("colon", "all"))
HINTS = st.lists(
    st.builds(
        KeyHint,
        st.sampled_from(sorted({key for action in ACTIONS for key in action.keys})),
        st.text(st.characters(categories=("L", "Zs")), min_size=1, max_size=20),
        st.booleans(),
    ),
    max_size=20,
)


def line_width(left: list[KeyHint], right: list[KeyHint]) -> int:
    """Columns with a space at both ends and a gap between any two."""
    shown = [*left, *right]
    return 2 + sum(cell_len(f"{shown_key(h.key)} {h.title}") for h in shown) + GAP * max(0, len(shown) - 1)


@given(hints=HINTS, width=st.integers(40, 200))
@settings(max_examples=300)
def test_help_is_always_there_and_the_line_is_never_too_long(hints: list[KeyHint], width: int) -> None:
    left, right = fit_keys(hints, ALWAYS, width)
    assert list(right) == list(ALWAYS)
    assert line_width(list(left), list(right)) <= width
    kept = [hint for hint in hints if any(hint is each for each in left)]
    assert list(left) == kept, "their order stays"
    room = width - line_width(list(left), list(right)) - GAP
    out = [hint for hint in hints if not any(hint is each for each in left)]
    assert all(hint.width > room for hint in out), "as many as fit"


@given(hints=HINTS, width=st.integers(0, 39))
def test_help_stays_on_the_narrowest_line(hints: list[KeyHint], width: int) -> None:
    assert fit_keys(hints, ALWAYS, width)[1][0] is ALWAYS[0]


def test_a_key_that_works_goes_before_one_that_does_not() -> None:
    hints = [KeyHint("a", "accept", usable=False), KeyHint("c", "compare"), KeyHint("x", "close")]
    left, _ = fit_keys(hints, ALWAYS, 40)
    assert [hint.key for hint in left] == ["c", "x"]


class Bars(App[None]):
    """Each place's keys, one bar below the other."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed: list[str] = []

    def compose(self) -> ComposeResult:
        for place in PLACES:
            yield KeyBar(id=place)

    def on_mount(self) -> None:
        for place in PLACES:
            hints = [KeyHint(action.keys[0], action.title, at % 3 > 0) for at, action in enumerate(in_bar(place))]
            self.query_one(f"#{place}", KeyBar).show_keys(hints, ALWAYS)

    def on_key(self, event: object) -> None:
        self.pressed.append(event.key)  # type: ignore[attr-defined]


@pytest.mark.parametrize("width", [40, 60, 79, 80, 81, 100, 160, 200])
async def test_every_place_shows_help_at_every_width(width: int) -> None:
    app = Bars()
    async with app.run_test(size=(width, len(PLACES))) as pilot:
        await pilot.pause()
        for bar in app.query(KeyBar):
            text = bar.render().plain
            assert text.rstrip().endswith("? help  : all"), f"{bar.id}: {text}"
            assert cell_len(text) == width


async def test_a_click_presses_the_key_that_is_under_it() -> None:
    app = Bars()
    async with app.run_test(size=(100, len(PLACES))) as pilot:
        await pilot.pause()
        bar = app.query_one("#bids", KeyBar)
        line = bar.render().plain
        for text in ("a accept", "x close", "? help"):
            await pilot.click(bar, offset=(line.index(text), 0))
            await pilot.click(bar, offset=(line.index(text) + len(text) - 1, 0))
        await pilot.pause()
        assert app.pressed == ["a", "a", "x", "x", "question_mark", "question_mark"]
