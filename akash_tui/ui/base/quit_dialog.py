"""The question whether to quit, with what happens to everything deployed; and pictures of the screen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from akash_tui.services.drafts import Drafts
from akash_tui.services.ports import AkashError
from akash_tui.services.storage.files import private_dir, write_atomic
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

TOP_UPS_PAUSE = "But automatic top-ups pause until then."
ESCROW_STOPS = "Until then only the escrow ends what has a runtime limit, once it is used up."


class QuitDialog(QuestionDialog):
    """Whether to quit, with what happens to everything deployed."""

    def __init__(self, app: SessionApp) -> None:
        rows = [LabelledLine("", after_quitting(app))]
        unsaved = unsaved_words(app)
        if unsaved:
            rows.append(LabelledLine("", unsaved))
        if app.busy is not None:
            rows.append(LabelledLine("!", f"Still in progress: {app.busy}.", "warn", "warn"))
        super().__init__("Quit?", rows, (DialogAnswer("stay", "Stay"), DialogAnswer("quit", "Quit", "y")))

    def on_mount(self) -> None:
        self.set_hint("ctrl+c or ctrl+q again quits")


def unsaved_words(app: SessionApp) -> str:
    """What is changed and not saved, in the editor or on the deploy screen; "" if nothing is."""
    draft = app.draft
    if app.unsaved or draft is None or not draft.changed:
        return app.unsaved
    kept = " The draft is saved: it comes back." if Drafts(app.program.home).has(draft.source) else ""
    return f"{draft.name} has changes that are not saved.{kept}"


def while_suspended(app: SessionApp) -> str:
    """What happens to everything deployed while the app is suspended."""
    return " ".join(["akash-tui is suspended: fg continues it. Leases keep running.", *_without_us(app)])


def after_quitting(app: SessionApp) -> str:
    """What happens to everything deployed when the app ends."""
    if app.demo is not None:
        return "The demo ends with the app: its network, its wallet and everything deployed on it will be gone."
    network = app.session.network if app.session is not None else None
    if network is not None and network.practice and app.program.owns_practice:
        return (
            "The practice network pauses until the next start: "
            "leases and orders stay as they are and cost nothing meanwhile."
        )
    text = "Leases keep running, and open orders keep waiting for bids; the next start finds them again."
    return " ".join([text, *_without_us(app)])


def _without_us(app: SessionApp) -> list[str]:
    """What the app does not do while it does not run."""
    if app.monitor is None:
        return []
    tops_up = any(order.active for order in app.monitor.orders.values())
    return [*([TOP_UPS_PAUSE] if tops_up else []), *([ESCROW_STOPS] if app.monitor.limits else [])]


def save_screenshot(app: SessionApp) -> None:
    """Save the screen as it is as an SVG file in the home folder."""
    try:
        folder = private_dir(app.program.home / "screenshots")
        path = folder / f"akash-tui-{datetime.now():%Y%m%d-%H%M%S}.svg"
        write_atomic(path, app.export_screenshot())
    except OSError as error:
        advice = f"Check that the home folder can be written ({error.strerror})."
        app.report_error("saving a picture", AkashError("The picture could not be saved.", advice))
        return
    gone = " It is deleted when the demo ends." if app.demo is not None else ""
    app.status.say(f"✓ {path}{gone}", "good", 20)
