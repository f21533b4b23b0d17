"""The small fixed parts of every screen: panes of text, the top line, the activity line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Self

from textual import events
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Region, Size
from textual.widget import Widget

from akash_tui.ui.actions.action import Action
from akash_tui.ui.widgets.styles import Tone, joined, toned
from akash_tui.ui.widgets.textual_private import refresh_layout

MONEY = 5
"""What the balances in the top line are worth at least."""
_NOTHING = Content("")
NO_BADGES: Mapping[str, int] = MappingProxyType({})


class TextPane(Widget):
    """Text that is replaced as a whole, and repainted only when it differs."""

    DEFAULT_CSS = "TextPane { height: auto; }"

    def __init__(self, text: str = "", *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.content = Content(text)

    def show(self, content: Content) -> None:
        """Draw this. The screen is laid out again only if the height may differ."""
        old = self.content
        if old.is_same(content):
            return
        self.content = content
        width = self.content_size.width

        def rows(text: Content) -> list[int]:
            return [max(0, line.cell_length - 1) // max(1, width) for line in text.split("\n")]

        if rows(old) != rows(content):
            refresh_layout(self)
        else:
            self.refresh()

    def render(self) -> Content:
        return self.content


if TYPE_CHECKING:
    _AnyWidget = Widget
else:
    _AnyWidget = object  # Textual takes rules and names of the first base that is a widget: that must be the container


class _TitledEdges(_AnyWidget):
    """A frame whose title moves: `name_edges` repaints an edge, where setting a title repaints the whole frame."""

    _named: tuple[Content, Content] = (_NOTHING, _NOTHING)
    _edge: Region | None = None

    def name_edges(self, title: Content, subtitle: Content = _NOTHING) -> None:
        """Title above, subtitle below; what is the same is not painted."""
        old_title, old_subtitle = self._named
        self._named = title, subtitle
        width, height = self.outer_size
        if not old_title.is_same(title):
            self._edge = Region(0, 0, width, 1)
            self.border_title = title
        if not old_subtitle.is_same(subtitle):
            self._edge = Region(0, height - 1, width, 1)
            self.border_subtitle = subtitle
        self._edge = None

    def refresh(self, *regions: Region, repaint: bool = True, layout: bool = False, recompose: bool = False) -> Self:
        if self._edge is not None and not regions and not layout and not recompose:
            regions = (self._edge.translate(-self.content_offset),)  # Textual counts from the content's corner
        return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)


class TitledPanel(_TitledEdges, Vertical):
    """A part of a screen with a frame and a title."""


class TitledScroll(_TitledEdges, VerticalScroll):
    """The same, where its content may be longer than its room."""


class Bar(Widget):
    """One line: something left, something right; too narrow, the right goes."""

    DEFAULT_CSS = "Bar { height: 1; }"

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._left = Content("")
        self._right = Content("")

    def show(self, left: Content, right: Content | None = None) -> None:
        """Draw these; without `right` the right end is empty."""
        right = Content("") if right is None else right
        if not (self._left.is_same(left) and self._right.is_same(right)):
            self._left, self._right = left, right
            self.refresh()

    def render(self) -> Content:
        gap = self.size.width - self._left.cell_length - self._right.cell_length
        if gap < 1:
            return self._left.truncate(self.size.width, ellipsis=True)
        return joined(self._left, " " * gap, self._right)


class StatusBar(Bar):
    """What is in progress and the answer to the last key, in one to three lines."""

    DEFAULT_CSS = "StatusBar { height: auto; max-height: 3; }"

    def show(self, left: Content, right: Content | None = None) -> None:
        before = len(self._wrapped(self.size.width))
        super().show(left, right)
        if len(self._wrapped(self.size.width)) != before:
            refresh_layout(self)

    def _wrapped(self, width: int) -> list[Content]:
        """Its lines, each begun with a space as the first one is."""
        if self._left.cell_length < width or width < 20:
            return [self._left]
        return [joined(" ", line) for line in self._left[1:].wrap(width - 2)]

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self._wrapped(width))

    def render(self) -> Content:
        lines = self._wrapped(self.size.width)
        return super().render() if len(lines) == 1 else Content("\n").join(lines)


class ActionBar(Bar):
    """A bar whose stretches are actions that a click does."""

    def __init__(self, press: Callable[[str], None], *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._press = press
        self._spots: list[tuple[range, str]] = []
        """Columns, and the action that they stand for."""

    def on_click(self, event: events.Click) -> None:
        action_id = next((action_id for columns, action_id in self._spots if event.x in columns), None)
        if action_id is not None:
            self._press(action_id)


class TopBar(ActionBar):
    """Where we are (left) and with whose money (right)."""

    DEFAULT_CSS = "TopBar { background: $panel; }"
    _drawn: object = None

    def show_tabs(
        self,
        tabs: Sequence[Action],
        here: str,
        facts: Sequence[tuple[str, Tone, int]],
        badges: Mapping[str, int] = NO_BADGES,
    ) -> None:
        """Tabs left, the one whose id is `here` stands out; facts right.

        `facts` are (text, tone, worth); while they do not fit, the one worth least goes, but the tabs move together
        before one worth `MONEY` does. `badges`: how many things behind a tab need attention, by its id.
        """
        drawn = self.size.width, tuple(tabs), here, tuple(facts), dict(badges)
        if drawn == self._drawn:
            return
        self._drawn = drawn
        keep = list(facts)
        gap, start = " ", self._tabs(tabs, here, badges, " ")
        while True:
            right = joined(Content(" · ").join(toned(text, tone) for text, tone, _ in keep), " ")
            if start.cell_length + right.cell_length < self.size.width or len(keep) <= 1:
                break
            least = min(keep, key=lambda fact: fact[2])
            if gap and least[2] >= MONEY:
                gap, start = "", self._tabs(tabs, here, badges, "")
            else:
                keep.remove(least)
        self.show(start, right)

    def _tabs(self, tabs: Sequence[Action], here: str, badges: Mapping[str, int], gap: str) -> Content:
        """The tabs with `gap` more than a blank between them, and where each can be clicked."""
        left: list[Content | str | tuple[str, Tone]] = [" "]
        self._spots = []
        at = 1
        for tab in tabs:
            key = tab.shown[0]
            text = f"{gap}{key} {tab.title} "
            left.append(
                Content.styled(text, "$text-accent bold reverse")
                if tab.id == here
                else joined((f"{gap}{key}", "accent"), (f" {tab.title} ", "muted"))
            )
            if badges.get(tab.id):
                badge = f"!{badges[tab.id]} "
                left.append((badge, "bad"))
                text += badge
            self._spots.append((range(at, at + len(text)), tab.id))
            at += len(text)
        return joined(*left)


class TooSmall(TextPane):
    """The note instead of a screen that cannot be drawn."""

    DEFAULT_CSS = """
    TooSmall {
        display: none; layer: above; width: 100%; height: 100%; background: $background;
        content-align: center middle; text-align: center;
    }
    """

    def __init__(self) -> None:
        super().__init__("This window is too small.\n60 columns and 15 lines are needed.\nNothing is lost.")
