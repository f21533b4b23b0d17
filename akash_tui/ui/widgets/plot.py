"""plotext's drawing as a widget: the line in the accent's colour, its scale muted, and one column marked.

A drawing takes up to 70 ms, and plotext some 50 to load: both happen in a thread, off the way of keys.
"""

from __future__ import annotations

import threading
from typing import ClassVar

from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from akash_tui.domain.market.chart import ChartData

_ONE_DRAWING = threading.Lock()
"""plotext has one figure for all threads."""


def rows_of(chart: ChartData, width: int, height: int, *, plain: bool) -> list[str]:
    """The chart as plotext draws it: `height` lines of `width` columns, top first."""
    with _ONE_DRAWING:
        import plotext

        chart.onto(plotext, width, height, plain=plain)
        rows = plotext.uncolorize(plotext.build()).split("\n")
    return [row.ljust(width)[:width] for row in rows[:height]]


class Plot(Widget):
    """Shows a drawing and keeps its lines: moving the mark costs no new drawing."""

    DEFAULT_CSS = """
    Plot { color: $text-muted; height: 1fr; }
    Plot > .plot--line { color: $text-accent; }
    Plot > .plot--mark { color: $text-warning; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"plot--line", "plot--mark"}

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[str] = []
        """Top first, each as wide as the widget was when it was drawn."""
        self._left = 0
        self._mark: int | None = None

    def show(self, rows: list[str], left: int, mark: int | None) -> None:
        """Show these lines, whose first `left` columns are the scale, and mark a column."""
        self.rows, self._left, self._mark = rows, left, mark
        self.refresh()

    def mark(self, column: int | None) -> None:
        """A vertical line through this column, behind what is drawn; None: none."""
        if column != self._mark:
            self._mark = column
            self.refresh()

    def render_line(self, y: int) -> Strip:
        width = self.size.width
        if y >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        row, muted = self.rows[y].ljust(width)[:width], self.rich_style
        if y == len(self.rows) - 1:
            return Strip([Segment(row, muted)])
        line = self.get_component_rich_style("plot--line")
        segments = [Segment(row[: self._left], muted)]
        at = self._mark
        if at is None or row[at : at + 1] != " ":
            segments.append(Segment(row[self._left :], line))
        else:
            mark = Segment("│", self.get_component_rich_style("plot--mark"))
            segments += [Segment(row[self._left : at], line), mark, Segment(row[at + 1 :], line)]
        return Strip(segments)
