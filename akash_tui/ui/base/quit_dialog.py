"""What is left when the app ends: the question whether to quit, said truly, and pictures of the screen."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from akash_tui.services.ports import AkashError
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


class QuitDialog(QuestionDialog):
    """Whether to quit, with what becomes of everything deployed."""

    def __init__(self, app: SessionApp) -> None:
        rows = [LabelledLine("", after_us(app))]
        if app.busy is not None:
            rows.append(LabelledLine("!", f"Still going on: {app.busy}.", "warn", "warn"))
        super().__init__("Quit?", rows, (DialogAnswer("stay", "Stay"), DialogAnswer("quit", "Quit", "y")))


def after_us(app: SessionApp) -> str:
    """What becomes of everything deployed when the app ends."""
    if app.demo is not None:
        return "The demo ends with the app: its network, its wallet and all that is deployed there are gone then."
    network = app.session.network if app.session is not None else None
    if network is not None and network.practice and app.entry.owns_practice:
        return (
            "The practice network stands still until the next start and then goes on: "
            "leases and orders stay as you leave them, and cost nothing meanwhile."
        )
    says = "Leases keep running, and open orders keep waiting for bids; the next start finds them again."
    active = [order for order in app.monitor.orders.values() if order.active] if app.monitor is not None else []
    return f"{says} But nothing is topped up by itself until then." if active else says


def keep_picture(app: SessionApp) -> None:
    """A picture of the screen as it is, into the home folder."""
    from akash_tui.services.storage.files import private_dir, write_atomic

    try:
        folder = private_dir(app.entry.home / "screenshots")
        path = folder / f"akash-tui-{datetime.now():%Y%m%d-%H%M%S}.svg"
        write_atomic(path, app.export_screenshot())
    except OSError as error:
        advice = f"Check that the home folder can be written ({error.strerror})."
        app.trouble("saving a picture", AkashError("The picture could not be saved.", advice))
        return
    gone = " It goes with the demo." if app.demo is not None else ""
    app.status.say(f"✓ {path}{gone}", "good", 20)
