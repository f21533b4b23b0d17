"""The logs of a deployment's services, line by line; or their Kubernetes events."""

from __future__ import annotations

import time
from contextlib import aclosing
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import RichLog

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.logs.bounded_buffer import BoundedBuffer
from akash_tui.domain.logs.sanitize import without_colours
from akash_tui.domain.text import plural
from akash_tui.services.leases.log_streams import Item, LeaseStreams, StreamNotice
from akash_tui.services.ports import LogLine
from akash_tui.ui.actions import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.widgets.styles import joined

MOST_LINES = 5_000
MOST_CHARS = 1_000_000
"""Of all stored lines together: workloads may write lines of any length."""
PAINT_SECONDS = 0.02
"""Drawing lines takes at most so long at a time; the rest follows with the next paint, and keys are handled between."""
FIRST_LINES = 200
"""Lines of each replica that are shown at once when the screen opens."""


class LogScreen(BaseScreen):
    """Follows the logs (or the events) of one deployment while it is open; pausing keeps the view still."""

    BINDINGS = bindings("log")
    where: ClassVar[str] = "log"
    tab: ClassVar[str] = "leases"
    DEFAULT_CSS = """
    LogScreen #log { scrollbar-size-vertical: 1; background: transparent; }
    """

    def __init__(self, id: DeploymentId, *, events: bool = False) -> None:
        super().__init__()
        self.id_shown = id
        self.events = events
        self.paused = False
        self.lines: BoundedBuffer[str] = BoundedBuffer(MOST_LINES, MOST_CHARS)
        """The newest lines without colours, for copying."""
        self._fresh: BoundedBuffer[Item] = BoundedBuffer(MOST_LINES, MOST_CHARS)
        self._over = ""
        self._count = 0

    def body(self) -> ComposeResult:
        with Vertical(id="log-panel", classes="panel"):
            yield RichLog(max_lines=MOST_LINES, wrap=True, min_width=20, id="log")

    def on_mount(self) -> None:
        self.query_one("#log").focus()
        self._begin()

    def _begin(self) -> None:
        self.lines.clear()
        self._fresh.clear()
        self._over, self._count = "", 0
        self.query_one("#log", RichLog).clear()
        self.background(self._read, "stream")

    async def _read(self) -> None:
        streams = LeaseStreams(self.session_app.runs.session)
        items = (
            streams.events(self.id_shown, follow=True)
            if self.events
            else streams.logs(self.id_shown, follow=True, tail=FIRST_LINES)
        )
        async with self.session_app.guard("reading logs"), aclosing(items) as stream:
            async for item in stream:
                self._fresh.add(item, size_of(item))
                self._count += 1
        self._over = " · ended"
        self._count += 1

    # -- painting --------------------------------------------------------------------

    def revision(self) -> object:
        return (self._count, self.paused, self.events)

    def paint(self) -> None:
        what = "events" if self.events else "logs"
        state = " · paused: p continues" if self.paused else self._over
        self.query_one("#log-panel").border_title = joined(
            Content(f"{what} · dseq {self.id_shown.dseq}"), (state, "warn" if self.paused else "muted")
        )
        if self.paused:
            return
        log = self.query_one("#log", RichLog)
        give_up = time.monotonic() + PAINT_SECONDS
        while len(self._fresh):
            line = line_of(self._fresh.take())
            log.write(line)
            self.lines.add(line.plain, len(line.plain))
            if time.monotonic() > give_up:
                self._count += 1  # there is more to paint
                break

    # -- actions ---------------------------------------------------------------------

    def title_of(self, action_id: str) -> str:
        if action_id == "log.switch" and self.events:
            return "logs"
        if action_id == "log.pause" and self.paused:
            return "continue"
        return super().title_of(action_id)

    def do_pause(self) -> None:
        self.paused = not self.paused

    def do_switch(self) -> None:
        self.events = not self.events
        self._begin()

    def do_copy(self) -> None:
        if not len(self.lines):
            self.session_app.status.say("There is nothing to copy here yet.", "muted")
            return
        self.session_app.copy_to_clipboard("\n".join(self.lines))
        copied = plural(len(self.lines), "line")
        self.session_app.status.say(f"Copied {copied} (if your terminal allows it)", "good")


def size_of(item: Item) -> int:
    """About how many characters it holds."""
    if isinstance(item, StreamNotice):
        return len(item.text)
    return len(item.what.text if isinstance(item.what, LogLine) else item.what.note)


def line_of(item: Item) -> Text:
    """One line: which replica, then what it wrote with its colours; what happened to the stream in italics."""
    if isinstance(item, StreamNotice):
        return Text(f"— {item.text}", style="italic")
    what = item.what
    if isinstance(what, LogLine):
        return Text.assemble((f"{short_pod(what.pod)} ", "dim"), Text.from_ansi(what.text))
    mark = "! " if what.type == "Warning" else "  "
    return Text(without_colours(f"{mark}{what.reason:<18} {what.kind.lower()} {short_pod(what.name)}: {what.note}"))


def short_pod(name: str) -> str:
    """The service and the replica of a pod's long name."""
    parts = name.rsplit("-", 2)
    return name if len(parts) < 3 else f"{parts[0]}-{parts[2]}"
