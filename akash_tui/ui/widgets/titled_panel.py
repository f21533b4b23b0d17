"""A frame whose title moves every second: changing it repaints its edge, not the content."""

from __future__ import annotations

from typing import Self

from textual.containers import Vertical
from textual.content import Content
from textual.geometry import Region


class TitledPanel(Vertical):
    """A vertical container with a border; `name_edges` instead of setting its titles."""

    _named: tuple[Content | None, Content | None] = (None, None)
    _edge: Region | None = None

    def name_edges(self, title: Content, subtitle: Content) -> None:
        """Title above, subtitle below; what is the same is not painted."""
        old_title, old_subtitle = self._named
        self._named = title, subtitle
        width, height = self.outer_size
        if old_title is None or not old_title.is_same(title):
            self._edge = Region(0, 0, width, 1)
            self.border_title = title
        if old_subtitle is None or not old_subtitle.is_same(subtitle):
            self._edge = Region(0, height - 1, width, 1)
            self.border_subtitle = subtitle
        self._edge = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if self._edge is not None and not regions and not layout and not recompose:
            regions = (self._edge.translate(-self.content_offset),)  # Textual counts from the content's corner
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
