"""Completion in the editor: what may stand at the cursor, shown in a list below it and taken by a key."""

from __future__ import annotations

from collections.abc import Callable

from textual.geometry import Size
from textual.widget import Widget

from akash_tui.domain.sdl.complete.completion import complete
from akash_tui.domain.sdl.complete.market_choices import MarketChoices
from akash_tui.ui.editor.area import SdlArea
from akash_tui.ui.editor.suggestion_list import SuggestionList


class Suggester:
    """Shows suggestions for the text of `area` in `shown`, a list over `host`. `choices` gives what the market has."""

    def __init__(
        self, area: SdlArea, shown: SuggestionList, host: Widget, choices: Callable[[], MarketChoices]
    ) -> None:
        self._area = area
        self.shown = shown
        self._host = host
        self._choices = choices
        self._asked = False
        """Whether they were asked for: enter takes one then."""
        self._typed = False

    def typed(self) -> None:
        """The text was changed by a key."""
        self._typed = True

    def after_a_key(self) -> None:
        """Show some if a word was begun, otherwise none."""
        self._show(only_typed=True)

    def ask(self) -> bool:
        """Show whatever may stand at the cursor; False if nothing is known."""
        self._asked = True
        return self._show(only_typed=False)

    def _show(self, *, only_typed: bool) -> bool:
        typed, self._typed = self._typed, False
        area, shown = self._area, self.shown
        if not area.selection.is_empty or (only_typed and not typed and not shown.open):
            self.close()
            return False
        row, column = area.cursor_location
        found = complete(area.document.lines, row, column, self._choices())
        if found is None or (only_typed and not found.typed and not self._asked):
            self.close()
            return False
        anchor = area.cursor_screen_offset - self._host.region.offset - (column - found.start, 0)
        shown.show(found, anchor, Size(self._host.size.width, self._host.size.height))
        area.list_keys = (*shown.KEYS, "enter") if self._asked else shown.KEYS
        return True

    def close(self) -> None:
        """Show none."""
        self._asked = False
        self._area.list_keys = ()
        self.shown.close()

    def press(self, key: str) -> None:
        """A key that the area left to the list."""
        if key == "escape":
            self.close()
        elif key in ("tab", "enter"):
            self._take()
        else:
            self._asked = True
            self._area.list_keys = (*self.shown.KEYS, "enter")
            self.shown.move(key)

    def _take(self) -> None:
        completion, chosen, area = self.shown.completion, self.shown.suggestion, self._area
        self.close()
        if completion is None or chosen is None:
            return
        row, _ = area.cursor_location
        area.history.checkpoint()
        area.replace(chosen.written, (row, completion.start), (row, completion.end), maintain_selection_offset=False)
        area.move_cursor((row, completion.start + len(chosen.written)))
        area.call_after_refresh(self._forget_typed)

    def _forget_typed(self) -> None:
        self._typed = False
