"""The logs of a deployment's services, or their Kubernetes events, alone on a screen."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.text import plural
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.leases.stream_pane import StreamPane


class LogScreen(BaseScreen):
    """Follows one stream while it is open."""

    BINDINGS = bindings("log")
    where: ClassVar[str] = "log"
    tab: ClassVar[str] = "leases"

    def __init__(self, id: DeploymentId, *, events: bool = False) -> None:
        super().__init__()
        self.pane = StreamPane(id, events=events, id="log-panel")

    def body(self) -> ComposeResult:
        yield self.pane

    def on_mount(self) -> None:
        self.pane.log_lines.focus()
        self.pane.begin()

    # -- painting --------------------------------------------------------------------

    def revision(self) -> object:
        return self.pane.revision()

    def paint(self) -> None:
        self.pane.paint(f" · dseq {self.pane.id_shown.dseq}")

    # -- actions ---------------------------------------------------------------------

    def title_of(self, action_id: str) -> str:
        if action_id == "log.switch" and self.pane.events:
            return "logs"
        if action_id == "log.pause" and self.pane.paused:
            return "continue"
        return super().title_of(action_id)

    def why_not(self, action_id: str) -> str | None:
        if action_id == "log.service":
            if self.pane.events:
                return "Events are of all services together; e shows the logs"
            if len(self.pane.services) < 2:
                return "Only one service has written lines" if self.pane.services else "No service has written a line"
        return super().why_not(action_id)

    def do_follow(self) -> None:
        self.pane.log_lines.follow(not self.pane.log_lines.following)

    def do_wrap(self) -> None:
        self.pane.toggle_wrap()

    def do_service(self) -> None:
        self.pane.next_service()

    def do_pause(self) -> None:
        self.pane.paused = not self.pane.paused

    def do_switch(self) -> None:
        self.pane.events = not self.pane.events
        self.pane.begin()

    def do_copy(self) -> None:
        lines = len(self.pane.shown)
        if not lines:
            self.session_app.status.say("There is nothing to copy here yet.", "muted")
            return
        self.session_app.copy_to_clipboard(self.pane.text)
        self.session_app.status.say(f"Copied {plural(lines, 'line')} (if your terminal allows it)", "good")
