"""plotext's drawing as a widget: the line in the accent's colour, its scale muted, and one column marked.

Imported when there is something to draw: plotext takes some 50 ms to load.
"""

from __future__ import annotations

from typing import ClassVar

from rich.segment import Segment
from rich.text import Text
from textual.strip import Strip
from textual_plotext import PlotextPlot

from akash_tui.domain.chart import Chart


class Plot(PlotextPlot):
    """Draws a figure once and keeps its lines: moving the mark costs no new drawing."""

    DEFAULT_CSS = """
    Plot { color: $text-muted; }
    Plot > .plot--line { color: $text-accent; }
    Plot > .plot--mark { color: $text-warning; }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"plot--line", "plot--mark"}

    def __init__(self) -> None:
        super().__init__()
        self.theme = "clear"  # our own themes colour it
        self.rows: list[str] = []
        """Top first, each as wide as the widget."""
        self._left = 0
        self._mark: int | None = None

    def show(self, chart: Chart, width: int, height: int, *, plain: bool) -> None:
        """Draw this chart."""
        chart.onto(self.plt, width, height, plain=plain)
        self.plt._set_size(width, height)  # as its own render() does: else a figure does not grow
        drawn = Text.from_ansi(self.plt.build()).plain.split("\n")
        self.rows = [row.ljust(width)[:width] for row in drawn[:height]]
        self._left = chart.left
        self.refresh()

    def mark(self, column: int | None) -> None:
        """A vertical line through this column, behind what is drawn; None: none."""
        if column != self._mark:
            self._mark = column
            self.refresh()

    def render_line(self, y: int) -> Strip:
        if y >= len(self.rows):
            return Strip.blank(self.size.width, self.rich_style)
        row, muted = self.rows[y], self.rich_style
        if y == len(self.rows) - 1:
            return Strip([Segment(row, muted)])
        line = self.get_component_rich_style("plot--line")
        segments = [Segment(row[: self._left], muted)]
        at = self._mark
        if at is None or row[at] != " ":
            segments.append(Segment(row[self._left :], line))
        else:
            mark = Segment("│", self.get_component_rich_style("plot--mark"))
            segments += [Segment(row[self._left : at], line), mark, Segment(row[at + 1 :], line)]
        return Strip(segments)
