"""The line where a filter is typed: it applies while it is typed, and a mistake leaves the last good one applied."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.message import Message
from textual.suggester import Suggester
from textual.widgets import Input

from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.filtering.filter import Filter, FilterError, complete, parse_filter
from akash_tui.domain.filtering.filter_fields import Vocabulary
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.styles import joined

HINT = "gpu:h100|a100  price<1.2  vram>=48  uptime_7d>99  audited  !region:eu"


class _Completion(Suggester):
    """Completes the last term from the fields and from the rows that are there."""

    def __init__(self, rows: Callable[[], Sequence[Any]], about: Vocabulary) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._rows = rows
        self._about = about

    async def get_suggestion(self, value: str) -> str | None:
        found = complete(value, self._about, self._rows())
        return next((text for text in found if text.startswith(value) and text != value), None)


class FilterBar(Vertical):
    """Hidden until it is opened; posts `Filtered` with every filter that is understood.

    Letters go into the filter; tab accepts the completion, enter applies the filter, esc removes it.
    """

    BINDINGS: ClassVar[list[BindingType]] = bindings("filter")
    DEFAULT_CSS = """
    FilterBar { height: auto; display: none; }
    FilterBar TextPane { padding: 0 1; }
    """

    @dataclass
    class Filtered(Message):
        """The filter to use from now on."""

        filter: Filter

    @dataclass
    class Closed(Message):
        """Typing is over; the filter stays."""

    @dataclass
    class Saving(Message):
        """The filter is to be saved under a name."""

        filter: Filter

    def __init__(
        self,
        rows: Callable[[], Sequence[Any]],
        *,
        about: Vocabulary = BIDS,
        hint: str = HINT,
        saves: bool = True,
        id: str | None = None,
    ) -> None:
        """`rows` are completed from; `saves`: whether its owner saves filters under names."""
        super().__init__(id=id)
        self._rows = rows
        self._about = about
        self._hint = hint
        self.saves = saves
        self.error: FilterError | None = None

    def compose(self) -> ComposeResult:
        yield Input(placeholder="filter", suggester=_Completion(self._rows, self._about), id="filter")
        yield TextPane(id="filter-hint")

    @property
    def input(self) -> Input:
        return self.query_one(Input)

    def open(self, text: str) -> None:
        """Show the line with the filter that is at work."""
        self.display = True
        self.input.value = text
        self.input.cursor_position = len(text)
        self.input.focus()
        self._check()

    @on(Input.Changed)
    def _check(self) -> None:
        hint = self.query_one("#filter-hint", TextPane)
        try:
            found = parse_filter(self.input.value, self._about)
        except FilterError as error:
            self.error = error
            place = f" at {error.position + 1}" if error.position < len(self.input.value) else ""
            hint.show(joined((f"✗ {error.message}{place}. ", "bad"), (error.advice, "muted")))
            return
        self.error = None
        hint.show(joined((self._hint, "muted")))
        if self.display:
            self.post_message(self.Filtered(found))

    def action_complete(self) -> None:
        self.input.cursor_position = len(self.input.value)
        self.input.action_cursor_right()

    @on(Input.Submitted)
    def action_apply(self) -> None:
        if self.error is None:  # a mistake stays visible until it is fixed or removed
            self._close()

    def action_clear(self) -> None:
        self.input.value = ""
        self.post_message(self.Filtered(parse_filter("", self._about)))
        self._close()

    def action_save(self) -> None:
        if self.saves and self.error is None and self.input.value.strip():
            self.post_message(self.Saving(parse_filter(self.input.value, self._about)))
        else:
            self.action_apply()

    def _close(self) -> None:
        self.display = False
        self.post_message(self.Closed())
