"""One line with the parts of a deployment's page, where there is room for one of them only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from textual.content import Content

from akash_tui.ui.widgets.bars import ActionBar
from akash_tui.ui.widgets.styles import joined

PANES: Final = ("status", "logs", "events", "services")
"""The parts of the page, in the order of the tabs."""


class PaneTabs(ActionBar):
    """Names all parts; the one that is shown stands out, and a click shows another."""

    def __init__(self, show_pane: Callable[[str], None], *, id: str) -> None:
        super().__init__(show_pane, id=id)

    def show_panes(self, here: str) -> None:
        """Draw them; `here` is the one that is shown."""
        parts: list[Content] = [Content(" ")]
        self._spots = []
        at = 1
        for name in PANES:
            text = f" {name.capitalize()} "
            parts.append(Content.styled(text, "$text-accent bold reverse" if name == here else "$text-muted"))
            self._spots.append((range(at, at + len(text)), name))
            at += len(text)
        self.show(joined(*parts), joined(("[ ] ", "accent"), ("change ", "muted")))
