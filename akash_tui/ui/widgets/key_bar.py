"""The last line of every screen and dialog: the keys that work there now, as many as fit, the most important first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual import events
from textual.content import Content

from akash_tui.ui.actions.action import shown_key
from akash_tui.ui.widgets.bars import Bar
from akash_tui.ui.widgets.styles import joined

GAP = 2
"""Columns between two keys."""


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key, in Textual's name for it, and what it does now; one that is not `usable` is dimmed."""

    key: str
    title: str
    usable: bool = True

    @property
    def width(self) -> int:
        """Columns that it takes."""
        return cell_len(shown_key(self.key)) + 1 + cell_len(self.title)


def fit_keys(
    hints: Sequence[KeyHint], always: Sequence[KeyHint], width: int
) -> tuple[Sequence[KeyHint], Sequence[KeyHint]]:
    """Those of `hints` (left) and of `always` (right) that fit in one line of `width` columns, in their order.

    The first of `always` has room before all others, then the rest of them; then what can be used, then what cannot.
    """
    room = width - 2  # a space at both ends
    right: list[KeyHint] = []
    for hint in always:
        if right and hint.width + GAP > room:
            break
        room -= hint.width + (GAP if right else 0)
        right.append(hint)
    chosen: set[int] = set()
    for usable in (True, False):
        for at, hint in enumerate(hints):
            if hint.usable is usable and hint.width + GAP <= room:
                room -= hint.width + GAP
                chosen.add(at)
    return [hint for at, hint in enumerate(hints) if at in chosen], right


class KeyBar(Bar):
    """The keys that work now; a click on one presses it. Pressing a dimmed one shows why it cannot be used."""

    DEFAULT_CSS = "KeyBar { background: $panel; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.hints: Sequence[KeyHint] = ()
        self.always: Sequence[KeyHint] = ()
        self._spots: list[tuple[range, str]] = []
        """Columns, and the key that they stand for."""
        self._drawn: object = None

    def show_keys(self, hints: Sequence[KeyHint], always: Sequence[KeyHint]) -> None:
        """`hints` at the left, the most important first; `always` at the right, whatever else has to go."""
        self.hints, self.always = hints, always
        self._draw()

    def on_resize(self) -> None:
        self._draw()

    def _draw(self) -> None:
        drawn = self.size.width, tuple(self.hints), tuple(self.always)
        if self.size.width and drawn != self._drawn:
            self._drawn = drawn
            left, right = fit_keys(self.hints, self.always, self.size.width)
            self._spots = [*_spots(left, 1), *_spots(right, self.size.width - 1 - _width(right))]
            self.show(joined(" ", _line(left)), joined(_line(right), " "))

    def on_click(self, event: events.Click) -> None:
        for columns, key in self._spots:
            if event.x in columns:
                self.app.simulate_key(key)


def _width(hints: Sequence[KeyHint]) -> int:
    return sum(hint.width for hint in hints) + GAP * max(0, len(hints) - 1)


def _spots(hints: Sequence[KeyHint], start: int) -> list[tuple[range, str]]:
    out: list[tuple[range, str]] = []
    for hint in hints:
        out.append((range(start, start + hint.width), hint.key))
        start += hint.width + GAP
    return out


def _line(hints: Sequence[KeyHint]) -> Content:
    return Content(" " * GAP).join(
        joined((f"{shown_key(hint.key)} ", "accent"), hint.title)
        if hint.usable
        else Content.styled(f"{shown_key(hint.key)} {hint.title}", "$text-muted 60%")
        for hint in hints
    )
