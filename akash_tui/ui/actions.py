"""The one registry of actions: bindings, key bar, help, palette and the README's key table come from here.

A screen says with `why_not(id)` why an action cannot be used now; it is then dimmed, and its key says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from textual.binding import Binding, BindingType

EVERYWHERE: Final = "app"
TABLE: Final = "table"
PLACES: Final[dict[str, str]] = {
    EVERYWHERE: "Everywhere",
    TABLE: "In lists",
    "welcome": "Network and wallet",
    "deploy": "Deploy",
    "bids": "Bids",
    "leases": "Leases",
    "lease": "One deployment",
    "update": "The SDL of a deployment",
    "log": "Logs and events",
    "filter": "While filtering",
    "compare": "Comparing bids",
    "sweep": "What is not in use",
    "journal": "Journal",
    "market": "Market",
    "network": "The network day by day",
    "page": "A GPU model or a provider",
    "wallet": "Wallet",
    "columns": "Choosing columns",
    "field": "While typing in a field",
    "editor": "While editing an SDL",
    "dialog": "In money dialogs",
}
"""Where an action lives, in the order of the help."""

_SHOWN: Final = {
    "escape": "esc",
    "ctrl+@": "ctrl+space",
    "slash": "/",
    "question_mark": "?",
    "colon": ":",
    "exclamation_mark": "!",
    "asterisk": "*",
    "dollar_sign": "$",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pagedown": "pgdn",
    "pageup": "pgup",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def shown_key(key: str) -> str:
    """A key as a person reads it; `key` is Textual's name for it."""
    return _SHOWN.get(key, key)


ALL_ACTIONS: Final = ("colon",)


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does, or a line of the palette alone. `run` is Textual's action; without it `do('<id>')` asks the
    screen."""

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    run: str = ""
    bar: int = 0
    """Place in the key bar, the lowest first; 0 comes after all others, and only where there is room."""
    palette: bool = True
    always: bool = False
    """Whether it works in fields and dialogs too: the app itself has its keys."""

    @property
    def where(self) -> str:
        """The place that the action belongs to, a key of `PLACES`."""
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The part after the dot; a screen implements it as `do_<name>`."""
        return self.id.partition(".")[2].replace("-", "_")

    @property
    def shown(self) -> tuple[str, ...]:
        """Keys as a person reads them; without one of its own, that of the palette, which has them all."""
        return tuple(shown_key(key) for key in self.keys or ALL_ACTIONS)


_TOP_UP: Final = "Add ACT to fund this deployment longer; first shows how long it then lasts."
_STOP_AFTER: Final = "Stop it by itself, after 8h or when it has cost $10; first shows what that needs."
_COLUMNS: Final = "Choose which columns this list has and in which order; they are saved."
_ASK_AGAIN: Final = "Close it and ask for bids again with the same SDL, deposit and budget, in one transaction."
_FAVOURITE: Final = "Make this provider a favourite, marked ★ in every list, or no longer."
_BLOCK: Final = (
    "Block this provider, with a reason that its next bid shows, or unblock it; no rule accepts a blocked one."
)
_NOTE: Final = "Write a note on this provider; its next bid shows it."
_WHO: Final = "Show who could bid, why the others cannot or are silent, and what one change of the SDL would add."
_SAVINGS: Final = "Compare your leases with today's prices and show what moving them would save a month."

ACTIONS: Final[tuple[Action, ...]] = (
    Action("app.deploy", ("1",), "Deploy", "Choose a preset or an SDL file and ask providers for bids."),
    Action("app.bids", ("2",), "Bids", "Show the bids for the current deployment."),
    Action("app.leases", ("3",), "Leases", "List all deployments of this wallet."),
    Action("app.market", ("4",), "Market", "Show the GPUs on the network, their prices and how many are free."),
    Action(
        "app.wallet",
        ("5",),
        "Wallet",
        "Show your wallet: address, balance in AKT and ACT, what is locked; mint, burn and fund it.",
    ),
    Action(
        "app.sweep",
        ("U",),
        "not in use",
        "Sweep: show what is open and serves nothing, what it locks and costs, and close it.",
    ),
    Action("app.journal", ("J",), "journal", "List every transaction signed here, with its state and what it cost."),
    Action("app.network", ("N",), "network", "Choose another network or wallet; create, import or watch a wallet."),
    Action("app.copy-address", ("Y",), "copy address", "Copy your wallet's address: AKT to fund it is sent there."),
    Action(
        "app.limits", ("L",), "limits", "Show and change the limits of what may be spent: fee, one spend, session, day."
    ),
    Action(
        "app.memory",
        (),
        "bid memory",
        "Show how much is remembered of bids here; export it, or forget it.",
    ),
    Action("app.reload", ("r",), "reload", "Read everything on this screen again from the chain."),
    Action("app.speed", ("ctrl+t",), "time × 60", "On practice: let time pass 60 times as fast, and as usual again."),
    Action(
        "app.theme", ("T",), "theme", "Switch to the next colour theme: dark, light, high contrast or colour-blind."
    ),
    Action("app.all-themes", ("f2",), "all themes", "Choose a colour theme from all, Textual's own too."),
    Action("app.problems", ("exclamation_mark",), "problems", "List the errors and alerts of this session."),
    Action("app.help", ("question_mark", "f1"), "help", "Show the words and keys of this screen; f1 also in a field."),
    Action(
        "app.glossary",
        ("W",),
        "glossary",
        "Explain the words: AKT and ACT, escrow, dseq, provider, audited, gas and others.",
    ),
    Action(
        "app.create-wallet",
        (),
        "create wallet",
        "Make a wallet from 12 or 24 new recovery words, which you write down.",
    ),
    Action(
        "app.import-wallet",
        (),
        "import wallet",
        "Bring a wallet here by its recovery words, or from an encrypted file.",
    ),
    Action(
        "app.watch-wallet", (), "watch address", "Add an address without its key: it can be read, and signs nothing."
    ),
    Action(
        "app.export-wallet",
        (),
        "export wallet",
        "Write a wallet into an encrypted file, or show its recovery words.",
    ),
    Action("app.remove-wallet", (), "remove wallet", "Delete a wallet and its key from this machine."),
    Action(
        "app.lock",
        (),
        "lock wallet",
        "Forget the key of the open wallet now; the next signature asks for its passphrase.",
    ),
    Action("app.unlock", (), "unlock wallet", "Load the key of the open wallet again."),
    Action(
        "app.palette", ("colon", "ctrl+p"), "all actions", "Search all actions by name or description.", palette=False
    ),
    Action("app.back", ("escape",), "back", "Go one step back; this never spends anything.", palette=False),
    Action("app.focus-next", ("tab",), "next part", "Move to the next list or field.", "app.focus_next", palette=False),
    Action(
        "app.focus-previous",
        ("shift+tab",),
        "previous part",
        "Move to the previous list or field.",
        "app.focus_previous",
        palette=False,
    ),
    Action("app.screenshot", ("f12",), "screenshot", "Save a picture of this screen (SVG) in the home folder."),
    Action("app.quit", ("q",), "back / quit", "Go back, or ask whether to quit; leases keep running."),
    Action(
        "app.quit-now",
        ("ctrl+c", "ctrl+q"),
        "quit",
        "Ask whether to quit; a second time quits. Where text is selected, ctrl+c copies it.",
        "ask_to_quit",
        palette=False,
        always=True,
    ),
    Action(
        "app.suspend",
        ("ctrl+z",),
        "suspend",
        "Go back to the shell until fg continues the app; in an editor, undo.",
        "suspend_process",
        always=True,
    ),
    Action("table.down", ("down", "j"), "down", "Move to the next row.", "move(1)", palette=False),
    Action("table.up", ("up", "k"), "up", "Move to the previous row.", "move(-1)", palette=False),
    Action("table.page-down", ("pagedown", "ctrl+f"), "page down", "Move one page down.", "page(1)", palette=False),
    Action("table.page-up", ("pageup", "ctrl+b"), "page up", "Move one page up.", "page(-1)", palette=False),
    Action("table.top", ("home", "g"), "top", "Move to the first row.", "edge(0)", palette=False),
    Action("table.bottom", ("end", "G"), "bottom", "Move to the last row.", "edge(-1)", palette=False),
    Action("table.open", ("enter",), "open", "Open the row.", "open", palette=False),
    Action("table.mark", ("space",), "mark", "Mark or tick the row.", "mark", palette=False),
    Action("welcome.choose", ("enter",), "choose", "Continue with this line.", bar=1, palette=False),
    Action(
        "deploy.submit",
        ("enter",),
        "get bids",
        "In the list, load this SDL; elsewhere, show what asking for bids costs.",
        bar=1,
    ),
    Action(
        "deploy.tick",
        ("space",),
        "tick GPU",
        "Accept this GPU model or not; one that the SDL does not list is written into its text.",
        bar=2,
    ),
    Action(
        "deploy.search",
        ("slash",),
        "search",
        "Show only presets and files with these words in title, tags or note.",
        bar=3,
    ),
    Action(
        "deploy.classes",
        ("c",),
        "GPU classes",
        "Accept GPUs by class: 24 GB, 80 GB, any with at least N GB, your own; save the ticks as a class.",
        bar=4,
    ),
    Action(
        "deploy.price",
        ("dollar_sign",),
        "price",
        "Type the highest price in dollars an hour; it is written per block, by the measured block time.",
    ),
    Action(
        "deploy.all", ("asterisk",), "listed GPUs", "Accept the GPU models that the SDL itself lists, and no others."
    ),
    Action("deploy.file", ("f",), "file", "Load an SDL file by its path."),
    Action("deploy.edit", ("e",), "edit", "Edit the SDL here; esc ends editing and checks it.", bar=6),
    Action("deploy.editor", ("E",), "your editor", "Edit the SDL in your own editor (VISUAL or EDITOR)."),
    Action("deploy.sdl-problems", ("p",), "problems", "Show all problems of this SDL and how to solve them."),
    Action(
        "deploy.fix",
        ("F",),
        "fix",
        "Fix the problems that can be fixed safely, in this text only; the file is not written.",
    ),
    Action("deploy.save", ("s",), "save preset", "Save this SDL, with the ticked GPUs, as your own preset."),
    Action(
        "deploy.parameters", ("m",), "parameters", "Fill in what this SDL lets you set: a model, sizes, secrets.", bar=5
    ),
    Action("deploy.who", ("w",), "who could bid", _WHO, bar=7),
    Action(
        "deploy.pair",
        ("t",),
        "ask two",
        "A/B: ask for bids on this SDL and on another one at once, compare them on Bids, and keep one.",
    ),
    Action("deploy.rename", ("n",), "rename", "In the list: give your own preset another name."),
    Action("deploy.duplicate", ("d",), "duplicate", "In the list: copy this preset, to change the copy."),
    Action("deploy.describe", ("i",), "describe", "In the list: set the title, note and tags of your own preset."),
    Action(
        "deploy.delete",
        ("x",),
        "remove",
        "In the list: remove your own preset (u brings it back), or a file from the list.",
    ),
    Action("deploy.undelete", ("u",), "bring back", "Bring the preset back that was removed last."),
    Action("bids.open", ("enter",), "details", "Show the details of this bid.", bar=1),
    Action("bids.accept", ("a",), "accept", "Accept this bid; first shows exactly what it costs.", bar=2),
    Action(
        "bids.mark",
        ("space",),
        "mark",
        "Mark a bid to compare it; with several groups, choose it for its group.",
        bar=3,
    ),
    Action("bids.compare", ("c",), "compare", "Compare two to four marked bids side by side.", bar=4),
    Action(
        "bids.filter",
        ("slash",),
        "filter",
        "Show only some bids; the number of hidden bids and the reasons are shown.",
        bar=5,
    ),
    Action("bids.views", ("v",), "views", "Choose a saved filter and its sort order, or type the columns to sort by."),
    Action("bids.best", ("b",), "next best", "Move to the best bid for the next GPU model."),
    Action("bids.sort", ("o",), "sort", "Sort by the next column."),
    Action("bids.reverse", ("O",), "reverse", "Reverse the sort order."),
    Action("bids.columns", ("C",), "columns", _COLUMNS),
    Action("bids.sort-keys", (), "sort by several", "Type the columns to sort by, such as price,-uptime_7d."),
    Action("bids.price-order", ("P",), "by price", "Sort by price only."),
    Action("bids.score-order", ("s",), "by score", "Sort by score; the detail pane explains every point."),
    Action("bids.budget", ("B",), "budget", "Set a budget for this deployment: per hour, in total or for how long."),
    Action("bids.hours", ("h",), "hours", "Set how many hours the deposit must pay for at the accepted price."),
    Action("bids.stop-after", ("S",), "stop after", _STOP_AFTER),
    Action(
        "bids.rule",
        ("R",),
        "rule",
        "Write the rule that accepts a bid for you: preferred GPUs with a price each, a wait, floors. Off until you "
        "turn it on; it counts down before it leases, and any key stops it.",
        bar=7,
    ),
    Action("bids.pin", ("p",), "pin order", "Pin the order of the list, or let it sort again."),
    Action("bids.details", ("d",), "detail pane", "Show or hide the detail pane."),
    Action("bids.group-before", ("left_square_bracket",), "previous group", "Show the bids of the previous group."),
    Action("bids.group-next", ("right_square_bracket",), "next group", "Show the bids of the next group."),
    Action("bids.favourite", ("f",), "favourite", _FAVOURITE),
    Action("bids.block", ("X",), "block", _BLOCK),
    Action("bids.note", ("i",), "note", _NOTE),
    Action("bids.copy", ("y",), "copy", "Copy the provider's address, host or name, or the deployment number (dseq)."),
    Action("bids.who", ("w",), "who could bid", _WHO),
    Action("bids.other", ("t",), "other order", "Of two SDLs asked at once (A/B), show the bids of the other one."),
    Action(
        "bids.neither",
        ("K",),
        "keep neither",
        "Of two SDLs asked at once (A/B), close both; first shows the refund.",
    ),
    Action("bids.ask-again", ("n",), "ask again", _ASK_AGAIN),
    Action("bids.close", ("x",), "close", "Withdraw the order and get the deposit back as a refund.", bar=6),
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
    Action("leases.stop-after", ("S",), "stop after", _STOP_AFTER),
    Action("leases.redeploy", ("d",), "deploy again", "Load its SDL on the Deploy screen to ask for new bids.", bar=6),
    Action("leases.ask-again", ("n",), "ask again", _ASK_AGAIN),
    Action("leases.savings", ("dollar_sign",), "savings", _SAVINGS),
    Action("leases.sort", ("o",), "sort", "Sort the list by the next column; a click on a head sorts by that one."),
    Action("leases.reverse", ("O",), "reverse", "Reverse the sort order."),
    Action("leases.columns", ("C",), "columns", _COLUMNS),
    Action("leases.closed", ("c",), "show closed", "Show or hide closed deployments.", bar=4),
    Action("lease.ask-again", ("n",), "ask again", _ASK_AGAIN),
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
    Action("lease.stop-after", ("S",), "stop after", _STOP_AFTER),
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
    Action("filter.apply", ("enter",), "apply", "Apply the filter and go back to the list.", "apply", 1, False),
    Action(
        "filter.clear",
        ("escape",),
        "show all",
        "Remove the filter and show everything again.",
        "clear",
        bar=2,
        palette=False,
    ),
    Action("filter.complete", ("tab",), "complete", "Accept the completion that is shown.", "complete", 3, False),
    Action(
        "filter.save",
        ("ctrl+s",),
        "save view",
        "Save the filter and the sort order under a name.",
        "save",
        bar=4,
        palette=False,
    ),
    Action("compare.left", ("left",), "left", "Move to the bid on the left.", "step(-1)", 2, False),
    Action("compare.right", ("right",), "right", "Move to the bid on the right.", "step(1)", 3, False),
    Action("compare.accept", ("a",), "accept", "Lease this one; first shows what it costs.", "accept", 1, False),
    Action("compare.remove", ("space",), "remove", "Remove this bid from the comparison.", "remove", 4, False),
    Action("compare.differences", ("s",), "differences", "Show only the lines that differ.", "differences", 5, False),
    Action("compare.leave", ("escape", "q"), "back", "Go back to the bids.", "leave", 6, False),
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
    Action("sweep.columns", ("C",), "columns", _COLUMNS),
    Action("journal.open", ("enter",), "details", "Show everything that is known of this transaction.", bar=1),
    Action(
        "journal.filter",
        ("slash",),
        "search",
        "Show only some transactions: any word, or what:close state:failed akt<-0.01.",
        bar=2,
    ),
    Action("journal.copy", ("y",), "copy", "Copy the transaction's hash, its dseq or the list as shown.", bar=3),
    Action(
        "journal.export", ("e",), "export CSV", "Export the list as shown to a CSV file in your home folder.", bar=4
    ),
    Action(
        "journal.all", ("a",), "all wallets", "Show all wallets and networks of this home, or only this one.", bar=5
    ),
    Action("journal.sort", ("o",), "sort", "Sort the list by the next column; a click on a head sorts by that one."),
    Action("journal.reverse", ("O",), "reverse", "Reverse the sort order."),
    Action("journal.columns", ("C",), "columns", _COLUMNS),
    Action("market.open", ("enter",), "open", "Show the details of this GPU model or provider.", bar=1),
    Action("market.providers", ("v",), "providers", "Switch between GPU models and providers.", bar=2),
    Action("market.series-next", ("right_square_bracket",), "series", "Show the next chart of daily figures.", bar=6),
    Action(
        "market.series-before", ("left_square_bracket",), "previous series", "Show the previous chart of daily figures."
    ),
    Action("market.range", ("t",), "all time", "Switch between one month and all known days."),
    Action(
        "market.filter",
        ("slash",),
        "filter",
        "Show only some GPU models or providers, such as gpu:h100 free>0 min<2.",
        bar=4,
    ),
    Action("market.sort", ("o",), "sort", "Sort the list by the next column; a click on a head sorts by that one."),
    Action("market.reverse", ("O",), "reverse", "Reverse the sort order."),
    Action("market.columns", ("C",), "columns", _COLUMNS),
    Action(
        "market.watch",
        ("w",),
        "watch",
        "Alert me when a GPU is free below a price, then deploy on it.",
        bar=5,
    ),
    Action("market.savings", ("dollar_sign",), "savings", _SAVINGS),
    Action("market.mark", ("space",), "mark", "Mark a GPU model for a new deployment."),
    Action(
        "market.new-deployment",
        ("n",),
        "new deployment",
        "Start a deployment that accepts the marked GPU models, or only this provider.",
        bar=3,
    ),
    Action("market.favourite", ("f",), "favourite", _FAVOURITE),
    Action("market.block", ("X",), "block", _BLOCK),
    Action("market.note", ("i",), "note", _NOTE),
    Action("market.day-before", ("left",), "day before", "Move the marker one day back and show its value."),
    Action("market.day-after", ("right",), "day after", "Move the marker one day forward and show its value."),
    Action("market.copy", ("y",), "copy", "Copy the list as shown, the days of the chart or an address."),
    Action("market.export", ("e",), "export CSV", "Export the list as shown to a CSV file in your home folder."),
    Action(
        "market.by-day",
        ("d",),
        "day by day",
        "Show the whole network day by day: how busy it is and what is spent.",
        bar=7,
    ),
    Action("network.series-next", ("right_square_bracket",), "series", "Show the next chart of daily figures.", bar=1),
    Action(
        "network.series-before",
        ("left_square_bracket",),
        "previous series",
        "Show the previous chart of daily figures.",
    ),
    Action("network.range", ("t",), "all time", "Switch between one month and all known days.", bar=2),
    Action("network.day-before", ("left",), "day before", "Move the marker one day back and show its value.", bar=3),
    Action("network.day-after", ("right",), "day after", "Move the marker one day forward and show its value.", bar=4),
    Action("network.month-before", ("shift+left",), "month before", "Move the marker 30 days back."),
    Action("network.month-after", ("shift+right",), "month after", "Move the marker 30 days forward."),
    Action("network.table", ("v",), "as a table", "Switch between the chart and a table of the days.", bar=5),
    Action("network.copy", ("y",), "copy", "Copy the days shown.", bar=6),
    Action("network.export", ("e",), "export CSV", "Export the days shown to a CSV file in your home folder.", bar=7),
    Action(
        "page.new-deployment",
        ("n",),
        "new deployment",
        "Start a deployment that accepts this GPU, or only this provider.",
        bar=2,
    ),
    Action("page.favourite", ("f",), "favourite", _FAVOURITE, bar=3),
    Action("page.block", ("X",), "block", _BLOCK, bar=4),
    Action("page.note", ("i",), "note", _NOTE, bar=5),
    Action("page.export", ("e",), "export CSV", "Export the figures of this page to a CSV file in your home folder."),
    Action("page.copy", ("y",), "copy", "Copy an address, the attributes or the days.", bar=1),
    Action(
        "wallet.mint",
        ("m",),
        "mint",
        "Turn AKT into ACT; first shows rate, spread, minimum, delay and what may go wrong.",
        bar=1,
    ),
    Action("wallet.burn", ("b",), "burn", "Turn ACT back into AKT; first shows the same as for a mint.", bar=2),
    Action(
        "wallet.fund", ("f",), "where AKT comes from", "Show how to fund the wallet; a faucet is asked here.", bar=3
    ),
    Action("wallet.copy", ("y",), "copy", "Copy the address, or the transaction under the cursor.", bar=4),
    Action("wallet.qr", ("Q",), "QR", "Show the address as a QR code, to send AKT to it from a phone.", bar=5),
    Action("wallet.create", ("n",), "new", "Create another wallet, with new words.", bar=7),
    Action("wallet.import", ("i",), "import", "Import a wallet by its words, or from an encrypted file.", bar=6),
    Action("wallet.watch", ("a",), "watch", "Add an address without its key: it can be read, and signs nothing."),
    Action("columns.up", ("K", "shift+up"), "move up", "Move the column to the left.", "shift(-1)", palette=False),
    Action(
        "columns.down", ("J", "shift+down"), "move down", "Move the column to the right.", "shift(1)", palette=False
    ),
    Action("columns.reset", ("r",), "as before", "Show all columns in the order of the app.", "reset", palette=False),
    Action("field.take", ("enter",), "take", "Accept what is typed.", "submit", bar=1, palette=False),
    Action("field.leave", ("escape",), "back", "Leave the field; in a dialog: cancel.", "back", bar=2, palette=False),
    Action("field.next", ("tab",), "next field", "Move to the next field.", "app.focus_next", bar=3, palette=False),
    Action("field.clear", ("ctrl+u",), "clear", "Delete the text before the cursor.", "delete_left_all", 4, False),
    Action(
        "field.word", ("ctrl+w",), "delete word", "Delete the word before the cursor.", "delete_left_word", 5, False
    ),
    Action("field.rest", ("ctrl+k",), "delete rest", "Delete the text after the cursor.", "delete_right_all", 6, False),
    Action("editor.save", ("ctrl+s",), "save", "Save the SDL: to its file or preset, else under a name.", bar=1),
    Action("editor.undo", ("ctrl+z",), "undo", "Undo the last change.", "undo", bar=2, palette=False),
    Action("editor.next-problem", ("f8",), "next problem", "Go to the next problem of the SDL.", bar=3),
    Action("editor.fix", ("f7",), "fix", "Fix the problem at the cursor, else all that can be fixed safely.", bar=4),
    Action(
        "editor.complete",
        ("ctrl+@", "ctrl+space"),
        "complete",
        "Show what can be written at the cursor: keys, GPU models, attributes; tab takes one.",
        bar=5,
    ),
    Action("editor.find", ("ctrl+f",), "find", "Find a word in the SDL; enter goes to the next place.", bar=6),
    Action("editor.end", ("escape",), "done", "Leave the editor with the text as it is.", bar=7),
    Action("editor.redo", ("ctrl+y",), "redo", "Do what was undone again.", "redo", palette=False),
    Action("editor.previous-problem", ("shift+f8",), "previous problem", "Go to the problem before the cursor."),
    Action(
        "editor.revert", ("ctrl+r",), "back to saved", "Go back to the saved text; ctrl+z brings your changes back."
    ),
    Action("editor.outside", ("f4",), "your editor", "Edit the SDL in your own editor (VISUAL or EDITOR)."),
    Action(
        "editor.rest",
        ("ctrl+k",),
        "delete to end",
        "Delete up to the end of the line, or an empty line.",
        "delete_to_end_of_line_or_delete_line",
        palette=False,
    ),
    Action(
        "editor.word", ("ctrl+w",), "delete word", "Delete the word before the cursor.", "delete_word_left", 0, False
    ),
    Action(
        "dialog.yes",
        ("y",),
        "confirm",
        "Confirm; works only after the figures have been shown for 0.4 s.",
        "yes",
        palette=False,
    ),
    Action(
        "dialog.payer",
        ("p",),
        "who pays",
        "Let another account pay the gas or the deposit, where one has granted it.",
        "payer",
        palette=False,
    ),
    Action("dialog.no", ("n", "escape"), "cancel", "Cancel; nothing happens.", "leave", palette=False),
)
BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}


@cache
def at(where: str) -> tuple[Action, ...]:
    """The actions of one place, in registry order."""
    return tuple(action for action in ACTIONS if action.where == where)


def bindings(*places: str) -> list[BindingType]:
    """Textual bindings of these places; the key bar is ours, so Textual shows none."""
    return [_binding(action) for place in places for action in at(place) if action.keys and not action.always]


def app_bindings() -> list[BindingType]:
    """Textual bindings of the app, which come before those of every screen, dialog and field."""
    return [_binding(action) for action in ACTIONS if action.always]


def _binding(action: Action) -> Binding:
    run = action.run or f"do('{action.id}')"
    return Binding(",".join(action.keys), run, action.title, show=False, priority=action.always, id=action.id)


@cache
def in_bar(where: str) -> tuple[Action, ...]:
    """What the key bar of a place shows, the most important first; an action without a key is in the palette only."""
    return tuple(sorted((each for each in at(where) if each.keys), key=lambda action: action.bar or len(ACTIONS)))


def key_table_markdown(places: Iterable[str] = PLACES) -> str:
    """The README's key table."""
    out = ["| where | key | what it does |", "| --- | --- | --- |"]
    for place in places:
        for action in at(place):
            keys = " ".join(f"`{key}`" for key in action.shown)
            out.append(f"| {PLACES[place]} | {keys} | {action.help} |")
    return "\n".join(out) + "\n"
