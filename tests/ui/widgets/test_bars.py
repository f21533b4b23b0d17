"""Frames with a title: what moves is painted, and nothing beside it."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.content import Content
from textual.geometry import Region
from textual.widget import Widget
from textual.widgets import Static

from akash_tui.ui.widgets.bars import TitledPanel, TitledScroll


class _Framed(App[None]):
    CSS = ".framed { border: round white; height: 10; padding: 1 2; }"

    def __init__(self, kind: type[TitledPanel] | type[TitledScroll]) -> None:
        super().__init__()
        self._kind = kind

    def compose(self) -> ComposeResult:
        with self._kind(classes="framed"):
            yield Static("inside")


@pytest.mark.parametrize("kind", [TitledPanel, TitledScroll])
async def test_a_title_that_moves_repaints_its_edge_alone(
    kind: type[TitledPanel] | type[TitledScroll], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = _Framed(kind)
    async with app.run_test(size=(40, 12)) as pilot:
        panel = app.query_one(kind)
        panel.name_edges(Content("Leases · 1 s"), Content("below"))
        await pilot.pause()
        painted: list[tuple[Region, ...]] = []
        refresh = Widget.refresh

        def noted(widget: Widget, *regions: Region, **options: bool) -> Widget:
            if widget is panel:
                painted.append(tuple(region.translate(panel.content_offset) for region in regions))
            return refresh(widget, *regions, **options)

        monkeypatch.setattr(Widget, "refresh", noted)
        panel.name_edges(Content("Leases · 1 s"), Content("below"))
        assert painted == []
        panel.name_edges(Content("Leases · 2 s"), Content("below"))
        assert painted == [(Region(0, 0, 40, 1),)]
        panel.name_edges(Content("Leases · 2 s"), Content("lower"))
        assert painted[1:] == [(Region(0, 9, 40, 1),)]
        await pilot.pause()
        shown = [strip.text for strip in app.screen._compositor.render_strips()]
        assert "Leases · 2 s" in shown[0]
        assert "lower" in shown[9]
