"""LiveTable: a keyboard table for rows that change many times a second.

Draws only the visible lines, and repaints only those whose cells, mark or cursor changed. The cursor
follows a row's id, so a re-sort never moves the choice to another row. Columns give way by width.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Generic

from rich.style import Style as RichStyle
from textual import events
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.style import Style

from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.widgets.styles import STYLES
from akash_tui.ui.widgets.table_render import (
    Cell,
    Column,
    LineRenderer,
    LiveRow,
    R,
    fit_columns,
    fit_text,
    message_lines,
    named_column,
)

__all__ = ["Cell", "Column", "LiveRow", "LiveTable", "fit_columns", "fit_text", "named_column"]


@dataclass
class TableMessage(Message):
    """Something that happened in `table`."""

    table: LiveTable[LiveRow]

    @property
    def control(self) -> LiveTable[LiveRow]:
        """What `on(…, selector)` looks at."""
        return self.table


class LiveTable(ScrollView, Generic[R], can_focus=True):
    """Rows in the order given by `show`; posts `Opened`, `Highlighted`, `Marked` and `HeaderClicked`."""

    DEFAULT_CSS = """
    LiveTable {
        background: $surface; color: $text;
        scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0; overflow-x: hidden;
        & > .live--cursor { background: $block-cursor-blurred-background; }
        &:focus > .live--cursor { background: $block-cursor-background; color: $block-cursor-foreground; }
        &:focus:nocolor > .live--cursor { text-style: reverse; }
    }
    """
    COMPONENT_CLASSES: ClassVar[set[str]] = {"live--cursor"}
    BINDINGS = bindings("table")

    @dataclass
    class Highlighted(TableMessage):
        """The cursor is on another row (None: the table is empty)."""

        row_id: str | None

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, LiveTable.Highlighted) and message.table is self.table

    @dataclass
    class Opened(TableMessage):
        """Enter or a double click on a row."""

        row_id: str

    @dataclass
    class Marked(TableMessage):
        """Space on a row."""

        row_id: str

    @dataclass
    class HeaderClicked(TableMessage):
        """A click on a column's title."""

        key: str

    @dataclass
    class Touched(TableMessage):
        """A key or click that moved the cursor: the order should stay as it is for a moment."""

    def __init__(
        self,
        columns: Sequence[Column[R]],
        *,
        empty: str = "",
        header: bool = True,
        gone: Callable[[R], bool] | None = None,
        heading: Callable[[R], bool] | None = None,
        id: str | None = None,
    ) -> None:
        """`gone`: rows that are struck through; `heading`: rows that the cursor passes over."""
        super().__init__(id=id)
        self.columns = list(columns)
        self.empty = empty
        self.header = header
        self.marks: set[str] = set()
        self.rows: Sequence[R] = ()
        self.cursor_id: str | None = None
        self.follows = False
        """True once somebody has moved the cursor: from then on it stays with its row."""
        self.sorted_by: tuple[str, bool] | None = None
        """Key of the sorted column and whether it is descending; only for the sign in the header."""
        self._gone = gone
        self._heading = heading
        self._at = 0
        """Where the cursor's row was seen last."""
        self._index: dict[str, int] | None = None
        """Where each row stands; made when somebody asks."""
        self._stamp: object = None
        self._subject: object = None
        self._cell_cache: dict[str, tuple[R, tuple[Cell, ...]]] = {}
        """Cells of the rows that are seen, as long as neither the row nor the stamp changes."""
        self._painted: list[tuple[object, ...]] = []
        self._renderer = LineRenderer(self._style_of)
        self._fitted: list[tuple[Column[R], int]] = []

    # -- data in ---------------------------------------------------------------

    def show(self, rows: Sequence[R], stamp: object = None, subject: object = None) -> None:
        """Show `rows` in this order. Cheap when little of the visible part changed.

        `stamp` moves when cells of a row may differ though the row is the same object; None: they always may.
        `subject`: what the rows are of; where it is another one than before, nobody has chosen one of these rows yet.
        """
        if subject != self._subject:
            self._subject, self.follows = subject, False
        old = self.cursor_index
        self.rows = rows
        self._index = None
        if stamp is None or stamp != self._stamp:
            self._stamp = stamp
            self._cell_cache.clear()
        if not self.follows:  # nobody chose a row yet: the first one is as good as any, and the best when sorted
            first = self._passing_headings(0, 1)
            if self.cursor_id != (rows[first].id if rows else None):
                self._put_cursor(first)
        elif self._place(self.cursor_id) is None:  # the row went away: stay near where it was
            self._put_cursor(self._passing_headings(min(old, len(rows) - 1), 1))
        if self._other_length():
            self.virtual_size = Size(0, len(rows) + self._top)
        self._repaint()

    def _other_length(self) -> bool:
        """Whether the scroll bar must learn how many rows there are: that lays out the screen and paints all of it.

        A few among thousands do not move its thumb, and count only for who is near the end.
        """
        length, announced = len(self.rows) + self._top, self.virtual_size.height
        near_end = self.scroll_offset.y + 3 * self.page >= min(length, announced)
        return length != announced and (near_end or abs(length - announced) * 2 * self.page > announced)

    def set_columns(self, columns: Sequence[Column[R]]) -> None:
        """Other columns; the rows and the cursor stay."""
        if [(c.key, c.title, c.width) for c in columns] != [(c.key, c.title, c.width) for c in self.columns]:
            self.columns = list(columns)
            self._fit()

    def sort_sign(self, key: str, descending: bool) -> None:
        """Mark the sorted column in the header."""
        if self.sorted_by != (key, descending):
            other = self.sorted_by is None or self.sorted_by[0] != key
            self.sorted_by = (key, descending)
            if other and self._fitted:
                self._fit()  # its sign may need a cell
            else:
                self.refresh(Region(0, 0, self.size.width, 1))

    def say_empty(self, text: str) -> None:
        """What an empty table shows; lines are centred, and broken where they are too long."""
        if text != self.empty:
            self.empty = text
            if not self.rows:
                self.refresh()

    @property
    def _top(self) -> int:
        return 1 if self.header else 0

    @property
    def page(self) -> int:
        """How many rows fit."""
        return max(1, self.size.height - self._top)

    def _place(self, row_id: str | None) -> int | None:
        """Where a row stands; None if it is not there."""
        if row_id is None:
            return None
        if self._at < len(self.rows) and self.rows[self._at].id == row_id:
            return self._at
        if self._index is None:
            self._index = {row.id: i for i, row in enumerate(self.rows)}
        at = self._index.get(row_id)
        if at is not None and row_id == self.cursor_id:
            self._at = at
        return at

    @property
    def cursor_index(self) -> int:
        """Where the cursor is; 0 in an empty table."""
        return self._place(self.cursor_id) or 0

    @property
    def cursor_row(self) -> R | None:
        """The row under the cursor; None in an empty table."""
        return self.rows[self.cursor_index] if self.rows else None

    # -- painting --------------------------------------------------------------

    def _cells(self, row: R) -> tuple[Cell, ...]:
        known = self._cell_cache.get(row.id)
        if known is not None and known[0] is row:
            return known[1]
        cells = tuple(column.cell_in(row, width) for column, width in self._fitted)
        if self._stamp is not None:
            if len(self._cell_cache) > 4 * self.page:
                self._cell_cache.clear()
            self._cell_cache[row.id] = row, cells
        return cells

    def _appearance(self, row: R) -> tuple[object, ...]:
        return (row.id, row.id == self.cursor_id, row.id in self.marks, self._cells(row))

    def _window(self) -> list[tuple[object, ...]]:
        """How the lines look that can be seen."""
        top = int(self.scroll_offset.y)
        return [self._appearance(row) for row in self.rows[top : top + self.page]]

    def _repaint(self) -> None:
        """Ask for a repaint of the lines whose look differs from what is on screen."""
        window = self._window()
        painted, self._painted = self._painted, window
        if len(painted) != len(window):
            self.refresh()
            return
        other = (y for y, (a, b) in enumerate(zip(painted, window, strict=True), self._top) if a != b)
        if dirty := [Region(0, y, self.size.width, 1) for y in other]:
            self.refresh(*dirty)

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        self._painted = self._window()  # all of it is painted for this

    def on_resize(self) -> None:
        self._fit()
        self._reveal(self.cursor_index)

    @property
    def in_sight(self) -> frozenset[str]:
        """Keys of the columns that have room now."""
        return frozenset(column.key for column, _ in self._fitted)

    def _fit_into(self, width: int) -> list[tuple[Column[R], int]]:
        return fit_columns(self.columns, width, self.sorted_by[0] if self.sorted_by is not None else None)

    def _fit(self) -> None:
        self._fitted = self._fit_into(self.scrollable_content_region.width or self.size.width)
        self._cell_cache.clear()
        self._painted = self._window()
        self.refresh()

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self._renderer.forget()
        self._painted = []

    def _style_of(self, name: str) -> RichStyle:
        """How a tone, the cursor or, for "", the table itself looks. Only the cursor is a component class: Textual
        matches every rule against each of those whenever the table's style is set."""
        if name == "cursor":
            return self.get_component_rich_style("live--cursor")
        return (self.visual_style + Style.parse(STYLES[name])).rich_style if name else self.rich_style

    def _line(self, row: R, width: int) -> Strip:
        return self._renderer.line(
            self._fitted,
            self._cells(row),
            width,
            cursor=row.id == self.cursor_id,
            marked=row.id in self.marks,
            gone=self._gone is not None and self._gone(row),
        )

    def _empty_line(self, y: int, width: int) -> Strip:
        message = message_lines(self.empty, width)
        first = self._top + max(0, min(2, self.size.height - self._top - len(message)))
        if not self.rows and 0 <= y - first < len(message):
            return self._renderer.message(message[y - first], width)
        return self._renderer.blank(width)

    def render_line(self, y: int) -> Strip:
        width = self.scrollable_content_region.width
        if not self._fitted:
            self._fitted = self._fit_into(width)
            self._cell_cache.clear()
        if y == 0 and self.header:
            return self._renderer.header(self._fitted, width, self.sorted_by)
        index = y - self._top + int(self.scroll_offset.y)
        if index >= len(self.rows):
            return self._empty_line(y, width)
        return self._line(self.rows[index], width)

    # -- cursor ----------------------------------------------------------------

    def _put_cursor(self, index: int) -> None:
        self.cursor_id = self.rows[index].id if 0 <= index < len(self.rows) else None
        self._at = max(0, index)
        self.post_message(self.Highlighted(self, self.cursor_id))  # type: ignore[arg-type]

    def _reveal(self, index: int) -> None:
        top, page = int(self.scroll_offset.y), self.page
        if index < top:
            self.scroll_to(y=index, animate=False)
        elif index >= top + page:
            self.scroll_to(y=index - page + 1, animate=False)

    def _passing_headings(self, index: int, step: int) -> int:
        """The nearest row in this direction, or else in the other one, that is no heading."""
        if self._heading is None:
            return index
        for direction in (step, -step):
            at = index
            while 0 <= at < len(self.rows):
                if not self._heading(self.rows[at]):
                    return at
                at += direction
        return index

    def move_to(self, index: int, step: int = 1) -> None:
        """Put the cursor on the row at `index`, or the nearest one; past a heading in the direction of `step`."""
        if not self.rows:
            return
        self.follows = True
        index = self._passing_headings(max(0, min(index, len(self.rows) - 1)), step)
        self._put_cursor(index)
        above = self._heading is not None and index > 0 and self._heading(self.rows[index - 1])
        self._reveal(index - above if index - above < int(self.scroll_offset.y) else index)
        self._repaint()

    def move_to_id(self, row_id: str) -> None:
        """Put the cursor on a row; nothing happens if it is not shown."""
        at = self._place(row_id)
        if at is not None:
            self.move_to(at)

    def has(self, row_id: str) -> bool:
        """Whether a row is shown, perhaps out of sight."""
        return self._place(row_id) is not None

    def _touch(self, index: int, step: int = 1) -> None:
        self.post_message(self.Touched(self))  # type: ignore[arg-type]
        self.move_to(index, step)

    def action_move(self, step: int) -> None:
        self._touch(self.cursor_index + step, step)

    def action_page(self, step: int) -> None:
        self._touch(self.cursor_index + step * max(1, self.page - 1), step)

    def action_edge(self, which: int) -> None:
        self._touch(len(self.rows) - 1 if which else 0)

    def toggle_mark(self, row_id: str) -> None:
        """Mark a row or take its mark away."""
        self.marks ^= {row_id}
        self._repaint()

    def clear_marks(self) -> None:
        """Take all marks away."""
        self.marks = set()
        self._repaint()

    def action_mark(self) -> None:
        if self.cursor_id is not None:
            self.follows = True
            self.post_message(self.Touched(self))  # type: ignore[arg-type]
            self.post_message(self.Marked(self, self.cursor_id))  # type: ignore[arg-type]

    def action_open(self) -> None:
        if self.cursor_id is not None:
            self.follows = True
            self.post_message(self.Touched(self))  # type: ignore[arg-type]
            self.post_message(self.Opened(self, self.cursor_id))  # type: ignore[arg-type]

    def _column_at(self, x: int) -> str | None:
        x -= 1
        for column, width in self._fitted:
            if 0 <= x < width + 1:
                return column.key
            x -= width + 1
        return None

    def on_click(self, event: events.Click) -> None:
        offset = event.get_content_offset(self)
        if offset is None:
            return
        if offset.y == 0 and self.header:
            key = self._column_at(offset.x)
            if key is not None:
                self.post_message(self.HeaderClicked(self, key))  # type: ignore[arg-type]
            return
        index = offset.y - self._top + int(self.scroll_offset.y)
        if not 0 <= index < len(self.rows):
            return
        again = index == self.cursor_index
        self._touch(index)
        if again and event.chain > 1:
            self.action_open()
