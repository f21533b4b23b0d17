"""Pictures of one screen in several sizes from one run of the app, whose terminal is resized between them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

import pytest
import textual._doc
from _pytest.mark import ParameterSet
from textual.app import App
from textual.pilot import Pilot
from textual.screen import ModalScreen

from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.market.chart import SeriesChart
from akash_tui.ui.market.page_base import MarketPage
from tests.helpers.repaints import repaints
from tests.ui.fakes import until

Size = tuple[int, int]
SIZES: tuple[Size, Size] = ((80, 24), (160, 48))
"""Small and large."""
Key = tuple[object, ...]
Before = Callable[[Pilot[Any]], Awaitable[None]]


class Pictures:
    """Takes the pictures of a test in all sizes that it will be asked for, and keeps those of the next tests.

    A test that runs in one size only starts in that size.
    """

    def __init__(self, items: Sequence[pytest.Item]) -> None:
        self._sizes: dict[Key, list[Size]] = {}
        self._kept: dict[tuple[Key, Size], str] = {}
        for item in items:
            if "snap_compare" in getattr(item, "fixturenames", ()):
                key, size = of(item)
                if size is not None and item.get_closest_marker("own_start") is None:
                    self._sizes.setdefault(key, []).append(size)

    def take(self, item: pytest.Item, app: App[Any], size: Size, before: Before) -> str:
        """The picture of this test, an SVG; `before` leads to the screen and draws it."""
        key, _ = of(item)
        kept = self._kept.pop((key, size), None)
        if kept is not None:
            return kept
        others = [other for other in self._sizes.get(key, ()) if other != size]

        async def every_size(pilot: Pilot[Any]) -> None:
            await before(pilot)
            for at, other in zip([size, *others], others, strict=False):
                await pilot.pause()
                await pilot.wait_for_scheduled_animations()
                self._kept[key, at] = app.export_screenshot(title=app.title, simplify=True)
                await pilot.resize_terminal(*other)
                await afresh(pilot)

        last = textual._doc.take_svg_screenshot(app=app, terminal_size=size, run_before=every_size)
        if others:
            self._kept[key, others[-1]] = last
        return self._kept.pop((key, size), last)


def of(item: pytest.Item) -> tuple[Key, Size | None]:
    """Which screen a test shows, and in which size."""
    rest = dict(item.callspec.params) if hasattr(item, "callspec") else {}
    size = rest.pop("size", None)
    return (item.path, getattr(item, "originalname", item.name), *rest.items()), size


def own_start(steps: Callable[..., Awaitable[None]], name: str | None = None) -> ParameterSet:
    """A screen that does not look the same when its terminal gets another size: the app starts anew in each."""
    return pytest.param(steps, id=name or steps.__name__, marks=pytest.mark.own_start)


async def afresh(pilot: Pilot[Any]) -> None:
    """Draw everything again, dialogs on a plain ground: how a dimmed line is cut depends on what was drawn before."""
    await repaints(pilot)
    drawing = [
        *pilot.app.screen.query(SeriesChart),
        *([pilot.app.screen] if isinstance(pilot.app.screen, MarketPage | DeployScreen) else []),
    ]
    await until(pilot, lambda: all(each.settled for each in drawing))
    if isinstance(pilot.app.screen, ModalScreen):
        pilot.app.screen.styles.background = "black"
    for screen in pilot.app.screen_stack:
        for widget in (screen, *screen.query("*")):
            widget._styles_cache.clear()
            widget.refresh()
    await pilot.pause()
