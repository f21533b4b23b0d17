"""What keys do with what runs: all deployments, one of them, its SDL and logs, and what is not in use."""

from __future__ import annotations

from typing import Final

from akash_tui.ui.actions.action import Action
from akash_tui.ui.actions.shared_help import ASK_AGAIN, COLUMNS, SAVINGS, STOP_AFTER

_TOP_UP: Final = "Add ACT to fund this deployment longer; first shows how long it then lasts."

RUNNING_ACTIONS: Final[tuple[Action, ...]] = (
    Action("leases.open", ("enter",), "open", "Show the services, endpoints and money of this deployment.", bar=1),
    Action(
        "leases.close",
        ("x",),
        "close",
        "Close this deployment, or all marked ones, for good; first shows the refund.",
        bar=2,
    ),
    Action("leases.mark", ("space",), "mark", "Mark deployments to close them together; esc clears the marks.", bar=7),
    Action("leases.copy", ("y",), "copy", "Copy the dseq, or the provider's address or name.", bar=5),
    Action("leases.top-up", ("t",), "top up", _TOP_UP, bar=3),
    Action("leases.auto-top-up", ("A",), "auto top-up", "Turn automatic top-up on, change it or turn it off."),
    Action("leases.stop-after", ("S",), "stop after", STOP_AFTER),
    Action("leases.redeploy", ("d",), "deploy again", "Load its SDL on the Deploy screen to ask for new bids.", bar=6),
    Action("leases.ask-again", ("n",), "ask again", ASK_AGAIN),
    Action("leases.savings", ("dollar_sign",), "savings", SAVINGS),
    Action("leases.sort", ("o",), "sort", "Sort the list by the next column; a click on a head sorts by that one."),
    Action("leases.reverse", ("O",), "reverse", "Reverse the sort order."),
    Action("leases.columns", ("C",), "columns", COLUMNS),
    Action("leases.closed", ("c",), "show closed", "Show or hide closed deployments.", bar=4),
    Action("lease.ask-again", ("n",), "ask again", ASK_AGAIN),
    Action("lease.copy", ("y",), "copy", "Copy an endpoint, a transaction hash or an address.", bar=1),
    Action(
        "lease.send-manifest",
        ("m",),
        "send manifest",
        "Send the manifest to the provider again and wait until the services run.",
        bar=2,
    ),
    Action("lease.top-up", ("t",), "top up", _TOP_UP, bar=5),
    Action("lease.auto-top-up", ("A",), "auto top-up", "Turn automatic top-up on, change it or turn it off."),
    Action("lease.stop-after", ("S",), "stop after", STOP_AFTER),
    Action(
        "lease.savings",
        ("dollar_sign",),
        "savings",
        "Compare it with today's prices and show what moving it would save a month.",
    ),
    Action(
        "lease.logs",
        ("l",),
        "logs",
        "Show the logs of its services as they are written; again for the full screen.",
        bar=6,
    ),
    Action(
        "lease.events",
        ("e",),
        "events",
        "Show its Kubernetes events: pulls, starts and failures; again for the full screen.",
    ),
    Action(
        "lease.pane-next",
        ("right_square_bracket",),
        "next part",
        "Show the next part of this page: status, logs, events or services.",
    ),
    Action("lease.pane-before", ("left_square_bracket",), "previous part", "Show the previous part of this page."),
    Action("lease.show-bids", ("b",), "bids", "Go back to the bids of this deployment while it still accepts one."),
    Action("lease.close", ("x",), "close", "Close this deployment for good; first shows the refund.", bar=3),
    Action("lease.open", ("o",), "open", "Open an endpoint in your browser; without a browser it is copied."),
    Action("lease.shell", ("s",), "shell", "Open a shell in a running service, in this terminal; exit ends it.", bar=7),
    Action(
        "lease.update", ("u",), "update", "Show its SDL, edit it and send an update; first shows what changes.", bar=4
    ),
    Action("lease.receipt", ("D",), "receipt", "Show which bids were there, what was chosen and what was signed."),
    Action("lease.groups", ("p",), "groups", "Ask for new bids for a group, pause it, start it or close it for good."),
    Action("lease.hostnames", ("H",), "host names", "Move custom host names from an older lease to this one."),
    Action(
        "lease.redeploy",
        ("d",),
        "deploy again",
        "Load its SDL on the Deploy screen; a provider that failed is avoided.",
    ),
    Action("update.submit", ("enter",), "update", "Show what changes and what it costs, then sign and send it.", bar=1),
    Action("update.edit", ("e",), "edit", "Edit the SDL here; esc ends editing and compares it with what runs.", bar=2),
    Action("update.editor", ("E",), "your editor", "Edit the SDL in your own editor (VISUAL or EDITOR)."),
    Action("update.file", ("f",), "file", "Load an SDL file by its path.", bar=8),
    Action("update.copy", ("y",), "copy", "Copy the SDL.", bar=4),
    Action("update.save", ("s",), "save preset", "Save this SDL as your own preset.", bar=5),
    Action("log.pause", ("p",), "pause", "Pause the view or continue; no line is lost meanwhile.", bar=1),
    Action("log.switch", ("e",), "events", "Switch between logs and events.", bar=2),
    Action(
        "log.follow", ("f",), "follow", "Stay at the newest line, or where you are; scrolling up does the same.", bar=3
    ),
    Action("log.wrap", ("w",), "wrap", "Continue long lines on the next one, or cut them at the edge.", bar=4),
    Action("log.service", ("s",), "service", "Show the lines of the next service alone, then of all again.", bar=5),
    Action("log.copy", ("y",), "copy", "Copy the loaded lines that are shown, without colours.", bar=6),
    Action("sweep.close", ("x",), "close", "Close this deployment, or all marked ones; first shows the refund.", bar=1),
    Action(
        "sweep.close-all",
        ("X",),
        "close all",
        "Close all that are certainly not in use; never what is not known. First shows the refund.",
        bar=2,
    ),
    Action("sweep.why", ("d",), "why", "Show why this line is here, and what to do.", bar=3),
    Action("sweep.open", ("enter",), "open", "Open this deployment, or its bids while its order is open.", bar=4),
    Action("sweep.mark", ("space",), "mark", "Mark deployments to close them together; esc clears the marks.", bar=5),
    Action("sweep.mark-all", ("asterisk",), "mark all", "Mark all lines but those that are not known, to close them."),
    Action("sweep.copy", ("y",), "copy", "Copy the dseq, why it is here or what to do.", bar=6),
    Action("sweep.sort", ("o",), "sort", "Sort the list by the next column; a click on a head sorts by that one."),
    Action("sweep.reverse", ("O",), "reverse", "Reverse the sort order."),
    Action("sweep.columns", ("C",), "columns", COLUMNS),
)
