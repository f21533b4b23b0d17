"""The logs or the Kubernetes events of one deployment, line by line: on its page, and alone on a screen."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import TYPE_CHECKING, cast

from rich.text import Text
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import RichLog

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.logs.bounded_buffer import BoundedBuffer
from akash_tui.domain.logs.sanitize import without_colours
from akash_tui.services.leases.log_streams import Item, LeaseStreams, StreamNotice
from akash_tui.services.ports import LogLine
from akash_tui.ui.widgets.bars import TitledPanel
from akash_tui.ui.widgets.styles import Tone, joined

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

MOST_LINES = 5_000
MOST_CHARS = 1_000_000
"""Of all stored lines together: workloads may write lines of any length."""
PAINT_SECONDS = 0.02
"""Drawing lines takes at most so long at a time; the rest follows with the next paint, and keys are handled between."""
ROOM_TO_ALIGN = 60
"""Columns from which on events are aligned."""
FIRST_LINES = 200
"""Lines of each replica that are shown at once when a stream begins."""


class LogLines(RichLog):
    """Lines that follow the newest one, until somebody scrolls up; at the end they follow again."""

    @property
    def following(self) -> bool:
        """Whether a new line scrolls to itself."""
        return self.auto_scroll

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        super().watch_scroll_y(old_value, new_value)
        if new_value >= self.max_scroll_y:
            self.auto_scroll = True
        elif new_value < old_value:
            self.auto_scroll = False

    def follow(self, on: bool) -> None:
        """Go to the newest line and stay there, or stay where the view is."""
        self.auto_scroll = on
        if on:
            self.scroll_end(animate=False)


class StreamPane(TitledPanel):
    """Follows the logs (or the events) of one deployment between `begin` and `stop`; pausing keeps the view still.

    The screen calls `paint` when `revision` has moved.
    """

    DEFAULT_CSS = """
    StreamPane { height: 1fr; }
    StreamPane RichLog { scrollbar-size-vertical: 1; background: transparent; padding: 0 1; }
    """

    def __init__(self, id_shown: DeploymentId, *, events: bool, id: str) -> None:
        super().__init__(id=id, classes="panel")
        self.id_shown = id_shown
        self.events = events
        self.paused = False
        self.reading = False
        """A stream is open, or is being opened again."""
        self.loud = True
        """A stream that fails opens a dialog; else it is a status line."""
        self.empty = ""
        """Why nothing is read, in a few words of the title."""
        self.drawn: BoundedBuffer[Item] = BoundedBuffer(MOST_LINES, MOST_CHARS)
        """The newest of what is shown: for copying, and to be drawn again where the width changes."""
        self.count = 0
        """Rises with everything that `paint` draws."""
        self.wrap = True
        """Long lines are continued on the next one; else they are cut at the edge."""
        self.service = ""
        """Only the lines of this service are shown; empty for all."""
        self.services: dict[str, None] = {}
        """Which wrote lines, in the order of their first one."""
        self._fresh: BoundedBuffer[Item] = BoundedBuffer(MOST_LINES, MOST_CHARS)
        self._over = ""
        self._width = 0
        """For which the lines are wrapped."""
        self._again = 0
        """This many of the fresh ones were drawn before, for another width: pausing does not hide them."""

    def compose(self) -> ComposeResult:
        yield LogLines(max_lines=MOST_LINES, wrap=True, min_width=20)

    @property
    def log_lines(self) -> LogLines:
        """The widget with the lines; keys scroll it while it has the focus."""
        return self.query_one(LogLines)

    # -- reading ---------------------------------------------------------------------

    def begin(self) -> None:
        """Read from now on, with the last lines first; what was shown before goes."""
        self.drawn.clear()
        self._fresh.clear()
        self._over, self.reading, self._again = "", True, 0
        self.services.clear()
        self.service = ""
        self.count += 1
        self.log_lines.clear()
        self.log_lines.follow(True)
        self.run_worker(self._read(), group="stream", exclusive=True, exit_on_error=False)

    def stop(self) -> None:
        """Close the stream; the lines stay."""
        if self.reading:
            self.workers.cancel_group(self, "stream")
            self.reading, self._over = False, " · stopped"
            self.count += 1

    async def _read(self) -> None:
        app = cast("SessionApp", self.app)
        what = "events" if self.events else "logs"
        streams = LeaseStreams(app.runs.session)
        items = (
            streams.events(self.id_shown, follow=True)
            if self.events
            else streams.logs(self.id_shown, follow=True, tail=FIRST_LINES)
        )
        async with app.guard(f"reading {what}", loud=self.loud), aclosing(items) as stream:
            async for item in stream:
                self._fresh.add(item, size_of(item))
                self.count += 1
        self.reading, self._over = False, " · ended"
        self.count += 1

    # -- painting --------------------------------------------------------------------

    def revision(self) -> object:
        """Moves whenever `paint` would draw something else."""
        return (
            self.count, self.paused, self.events, self.empty, self._room, self.wrap, self.service,
            self.is_mounted and self.log_lines.following,
        )  # fmt: skip

    @property
    def _room(self) -> int:
        """Columns for a line; 0 while the pane is not laid out."""
        return self.log_lines.scrollable_content_region.width if self.is_mounted and self.size.area else 0

    @property
    def text(self) -> str:
        """All lines that are shown, without colours."""
        return "\n".join(line_of(item).plain for item in self.shown)

    @property
    def shown(self) -> list[Item]:
        """What was drawn and is of the chosen service."""
        return [item for item in self.drawn if self._is_shown(item)]

    def _is_shown(self, item: Item) -> bool:
        return not self.service or service_of(item) in ("", self.service)

    # -- what the head of the pane says -------------------------------------------------

    def states(self) -> str:
        """The state of each toggle, for the title of a pane that has the keys for them."""
        follow = "follow on" if self.log_lines.following else "follow off"
        parts = [follow, f"wrap {'on' if self.wrap else 'off'}"]
        if not self.events:
            parts.append(f"service {self.service or 'all'}")
        return "".join(f" · {part}" for part in parts)

    def toggle_wrap(self) -> None:
        """Continue long lines on the next one, or cut them."""
        self.wrap = not self.wrap
        self._draw_again()

    def next_service(self) -> None:
        """Show only the next service's lines; after the last one, all again."""
        names = ["", *self.services]
        self.service = names[(names.index(self.service) + 1) % len(names)]
        self._draw_again()

    def _draw_again(self) -> None:
        """Draw everything once more: for another width, another service."""
        following = self.log_lines.following
        items = [*self.drawn, *self._fresh]
        before = self._again + len(self.drawn)
        self.drawn.clear()
        self._fresh.clear()
        self.log_lines.clear()
        for item in items:
            self._fresh.add(item, size_of(item))
        self._again = max(0, before - (len(items) - len(self._fresh)))
        self.log_lines.follow(following)
        self.count += 1

    def paint(self, title: str = "") -> None:
        """Draw the lines that are new, a part of them if they are many; `title` follows what they are.

        Without a title it is a part of a page: then its head says of the toggles only that it does not follow.
        """
        state = " · paused: p continues" if self.paused else "" if self.reading else self._over
        if self.empty and not self.reading:
            state = f" · {self.empty}"
        what = "events" if self.events else "logs"
        toggles = self.states() if title else "" if self.log_lines.following else " · follow off: end follows again"
        tone: Tone = "warn" if self.paused else "muted"
        self.name_edges(joined(Content(f"{what}{title}"), (state, tone), (toggles, "muted")))
        width = self._room
        if not width:
            return
        if width != self._width:
            self._width = width
            self._draw_again()
        give_up = time.monotonic() + PAINT_SECONDS
        while len(self._fresh) and (self._again or not self.paused):
            item = self._fresh.take()
            if service := service_of(item):
                self.services.setdefault(service)
            if self._is_shown(item):
                line = line_of(item, aligned=width >= ROOM_TO_ALIGN)
                if not self.wrap:
                    line.truncate(width, overflow="ellipsis")
                # without a width it would wrap at that of a terminal which it takes for ours
                self.log_lines.write(line, width=width)
            self.drawn.add(item, size_of(item))
            self._again = max(0, self._again - 1)
            if time.monotonic() > give_up:
                self.count += 1  # there is more to paint
                break


def size_of(item: Item) -> int:
    """About how many characters it holds."""
    if isinstance(item, StreamNotice):
        return len(item.text)
    return len(item.what.text if isinstance(item.what, LogLine) else item.what.note)


def line_of(item: Item, *, aligned: bool = True) -> Text:
    """One line: which replica, then what it wrote with its colours; what happened to the stream in italics.

    `aligned`: the reasons of events stand in a column, for which a narrow part of a page has no room.
    """
    if isinstance(item, StreamNotice):
        return Text(f"— {item.text}", style="italic")
    what = item.what
    if isinstance(what, LogLine):
        return Text.assemble((f"{short_pod(what.pod)} ", "dim"), Text.from_ansi(what.text))
    mark = "! " if what.type == "Warning" else "  "
    reason = f"{what.reason:<18} {what.kind.lower()}" if aligned else f"{what.reason}:"
    return Text(without_colours(f"{mark}{reason} {short_pod(what.name)}: {what.note}"))


def service_of(item: Item) -> str:
    """The service that wrote the line; empty for events and notices, which are about all of them."""
    if isinstance(item, StreamNotice) or not isinstance(item.what, LogLine):
        return ""
    name = item.what.pod
    return name.rsplit("-", 2)[0] if name.count("-") > 1 else name


def short_pod(name: str) -> str:
    """The service and the replica of a pod's long name."""
    parts = name.rsplit("-", 2)
    return name if len(parts) < 3 else f"{parts[0]}-{parts[2]}"
