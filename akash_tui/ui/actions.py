"""The one registry of actions: bindings, key bar, help, palette and the README's key table come from here.

A screen says with `why_not(id)` why an action cannot be used now; it is then dimmed, and its key says why.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from textual.binding import Binding, BindingType

EVERYWHERE: Final = "app"
TABLE: Final = "table"
PLACES: Final[dict[str, str]] = {
    EVERYWHERE: "Everywhere",
    TABLE: "In lists",
    "deploy": "Deploy",
    "bids": "Bids",
    "leases": "Leases",
    "lease": "One deployment",
    "update": "The SDL of a deployment",
    "log": "Logs and events",
    "filter": "While filtering",
    "compare": "Comparing bids",
    "market": "Market",
    "network": "The network day by day",
    "page": "A GPU model or a provider",
    "dialog": "In money dialogs",
}
"""Where an action lives, in the order of the help."""

_SHOWN: Final = {
    "escape": "esc",
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


@dataclass(frozen=True, slots=True)
class Action:
    """One thing a key does. `run` is Textual's action; without it `do('<id>')` asks the screen."""

    id: str
    keys: tuple[str, ...]
    title: str
    help: str
    run: str = ""
    bar: int = 0
    """Place in the key bar, the lowest first; 0 is not shown there."""
    palette: bool = True

    @property
    def where(self) -> str:
        return self.id.partition(".")[0]

    @property
    def name(self) -> str:
        """The part after the dot; a screen implements it as `do_<name>`."""
        return self.id.partition(".")[2].replace("-", "_")

    @property
    def shown(self) -> tuple[str, ...]:
        """Keys as a person reads them."""
        return tuple(shown_key(key) for key in self.keys)


def shown_key(key: str) -> str:
    """A key as a person reads it."""
    return _SHOWN.get(key, key)


ACTIONS: Final[tuple[Action, ...]] = (
    Action("app.deploy", ("1",), "Deploy", "Choose a preset or an SDL file and ask for bids."),
    Action("app.bids", ("2",), "Bids", "The bids of the deployment you are choosing for."),
    Action("app.leases", ("3",), "Leases", "Everything you have deployed."),
    Action("app.market", ("4",), "Market", "GPUs on the network, what they cost, how busy it is."),
    Action("app.network", ("N",), "network", "Change the network or the wallet."),
    Action("app.reload", ("r",), "read again", "Read from the chain again, now."),
    Action("app.theme", ("T",), "theme", "The next look: dark, light, colour-blind-safe."),
    Action("app.problems", ("exclamation_mark",), "problems", "What went wrong, when, and what we did."),
    Action("app.help", ("question_mark",), "help", "The keys of this screen."),
    Action("app.palette", ("colon", "ctrl+p"), "all actions", "Find any action by typing.", palette=False),
    Action("app.back", ("escape",), "back", "One step back; never spends anything.", palette=False),
    Action("app.part-next", ("tab",), "next part", "To the next list or field.", "app.focus_next", palette=False),
    Action("app.part-before", ("shift+tab",), "part before", "To the one before.", "app.focus_previous", palette=False),
    Action("app.screenshot", ("f12",), "screenshot", "Keep a picture of this screen (SVG) in the home folder."),
    Action("app.quit", ("q",), "back / quit", "Back; at the top it asks whether to quit. Leases keep running."),
    Action("table.down", ("down", "j"), "down", "Next line.", "move(1)", palette=False),
    Action("table.up", ("up", "k"), "up", "Line before.", "move(-1)", palette=False),
    Action("table.page-down", ("pagedown", "ctrl+f"), "page down", "A page on.", "page(1)", palette=False),
    Action("table.page-up", ("pageup", "ctrl+b"), "page up", "A page back.", "page(-1)", palette=False),
    Action("table.top", ("home", "g"), "top", "First line.", "edge(0)", palette=False),
    Action("table.bottom", ("end", "G"), "bottom", "Last line.", "edge(-1)", palette=False),
    Action("table.open", ("enter",), "open", "Open the line; what that is, the screen says.", "open", palette=False),
    Action("table.mark", ("space",), "mark", "Mark or tick the line.", "mark", palette=False),
    Action(
        "deploy.submit",
        ("enter",),
        "get bids",
        "On the list: take this SDL. On the GPUs or the form: show what asking for bids costs.",
        bar=1,
    ),
    Action("deploy.tick", ("space",), "tick GPU", "Accept this GPU model, or do not.", bar=2),
    Action("deploy.all", ("asterisk",), "all GPUs", "Accept every GPU model that the SDL lists.", bar=6),
    Action("deploy.file", ("f",), "file", "Name an SDL file to load.", bar=3),
    Action("deploy.edit", ("e",), "edit", "Edit the SDL here; esc ends editing and checks it.", bar=4),
    Action("deploy.editor", ("E",), "your editor", "Edit the SDL in the editor that VISUAL or EDITOR names."),
    Action("deploy.findings", ("p",), "problems", "All that is wrong with this SDL, and what to do about it.", bar=7),
    Action("deploy.mend", ("F",), "mend", "Mend what can be mended safely, in the text shown; no file is written."),
    Action("deploy.save", ("s",), "save preset", "Keep this SDL, with its ticks, under a name of your own.", bar=5),
    Action("bids.open", ("enter",), "details", "All that is known of this bid.", bar=1),
    Action("bids.accept", ("a",), "accept", "Lease this GPU: first shows exactly what it costs.", bar=2),
    Action("bids.mark", ("space",), "mark", "Mark a bid; with several groups, choose it for its group.", bar=3),
    Action("bids.compare", ("c",), "compare", "Two to four marked bids side by side.", bar=4),
    Action("bids.filter", ("slash",), "filter", "Show only some bids; what is hidden is counted, and why.", bar=5),
    Action("bids.views", ("v",), "views", "Saved filters with their order."),
    Action("bids.best", ("b",), "next best", "To the best bid of the next GPU model."),
    Action("bids.sort", ("o",), "sort", "Sort by the next column."),
    Action("bids.reverse", ("O",), "reverse", "Turn the order round."),
    Action("bids.sort-keys", ("S",), "sort by several", "Name the columns to sort by: price,-uptime."),
    Action("bids.price-order", ("P",), "by price", "Back to the plain order by price."),
    Action("bids.score-order", ("s",), "by score", "Order by score; the detail pane tells every point of it."),
    Action("bids.budget", ("B",), "budget", "What this deployment may cost: by the hour, in all, for how long."),
    Action("bids.hours", ("h",), "hours", "For how many hours the deposit should pay at the bid that is taken."),
    Action("bids.hold", ("p",), "hold", "Hold the list still, or let it move again.", bar=7),
    Action("bids.details", ("d",), "detail pane", "Show or hide the detail pane."),
    Action("bids.group-before", ("left_square_bracket",), "group before", "Bids of the group before."),
    Action("bids.group-next", ("right_square_bracket",), "next group", "Bids of the next group."),
    Action("bids.copy", ("y",), "copy", "Copy the provider's address, its host or the deployment's number."),
    Action("bids.close", ("x",), "close", "Withdraw the order: the deposit comes back.", bar=6),
    Action("leases.open", ("enter",), "open", "Services, ways in and money of this deployment.", bar=1),
    Action(
        "leases.close", ("x",), "close", "End it, or all that are marked, for good: first shows what comes back.", bar=2
    ),
    Action("leases.mark", ("space",), "mark", "Mark several, to close them together; esc takes the marks away.", bar=7),
    Action("leases.copy", ("y",), "copy", "Copy the deployment's number or its provider's address.", bar=5),
    Action("leases.top-up", ("t",), "top up", "Add ACT by hours or by sum: first shows until when it lasts.", bar=3),
    Action("leases.auto", ("A",), "auto top-up", "Let it be topped up by itself, with a limit; or change or end that."),
    Action("leases.again", ("d",), "deploy again", "Its SDL on the Deploy screen, to ask for bids once more.", bar=6),
    Action(
        "leases.moving",
        ("dollar_sign",),
        "prices today",
        "What your leases cost at today's prices, and what moving would save a month.",
    ),
    Action("leases.closed", ("c",), "show closed", "Show or hide deployments that ended.", bar=4),
    Action("lease.copy", ("y",), "copy", "Copy a way in, a transaction or an address.", bar=1),
    Action("lease.retry", ("m",), "send manifest", "Hand the manifest over (again) and wait until it runs.", bar=2),
    Action("lease.top-up", ("t",), "top up", "Add ACT by hours or by sum: first shows until when it lasts.", bar=5),
    Action("lease.auto", ("A",), "auto top-up", "Let it be topped up by itself, with a limit; or change or end that."),
    Action(
        "lease.moving",
        ("dollar_sign",),
        "prices today",
        "What it costs at today's prices, and what moving would save a month.",
    ),
    Action("lease.logs", ("l",), "logs", "What its workloads write, as it comes.", bar=6),
    Action("lease.events", ("e",), "events", "What Kubernetes tells of it: images, starts, failures."),
    Action("lease.show-bids", ("b",), "bids", "Back to the bids of this deployment, if it still takes one."),
    Action("lease.close", ("x",), "close", "End it for good: first shows what comes back.", bar=3),
    Action("lease.open", ("o",), "open", "Open an address in your browser; without a browser it is copied."),
    Action("lease.shell", ("s",), "shell", "A shell in a running service, in this terminal; exit ends it.", bar=7),
    Action("lease.update", ("u",), "update", "Its SDL: edit it, see what an update changes, send it.", bar=4),
    Action("lease.groups", ("p",), "groups", "Take other bids for a group, pause it, start it, or close it for good."),
    Action("lease.names", ("H",), "host names", "Let host names of your own lead here instead of to an older lease."),
    Action(
        "lease.again", ("d",), "deploy again", "Its SDL on the Deploy screen; a provider that let it down is avoided."
    ),
    Action("update.submit", ("enter",), "update", "Show what changes and what it costs, then sign and send it.", bar=1),
    Action("update.edit", ("e",), "edit", "Edit the SDL here; esc ends editing and compares it.", bar=2),
    Action("update.editor", ("E",), "your editor", "Edit the SDL in the editor that VISUAL or EDITOR names."),
    Action("update.file", ("f",), "file", "Name an SDL file to load.", bar=3),
    Action("update.copy", ("y",), "copy", "Copy the SDL.", bar=4),
    Action("update.save", ("s",), "save preset", "Keep this SDL under a name of your own.", bar=5),
    Action("log.hold", ("p",), "hold", "Hold the view still, or go on; nothing is lost meanwhile.", bar=1),
    Action("log.switch", ("e",), "events", "Events instead of logs, and back.", bar=2),
    Action("log.copy", ("y",), "copy", "Copy all lines that are kept here, without colours.", bar=3),
    Action("filter.keep", ("enter",), "keep", "Keep the filter and go back to the bids.", "ask('keep')", palette=False),
    Action("filter.drop", ("escape",), "show all", "Drop the filter: all bids again.", "ask('drop')", palette=False),
    Action("filter.complete", ("tab",), "complete", "Take the completion that is shown.", "complete", palette=False),
    Action(
        "filter.save", ("ctrl+s",), "save view", "Keep filter and order under a name.", "ask('save')", palette=False
    ),
    Action("compare.left", ("left",), "left", "The bid to the left.", "step(-1)", palette=False),
    Action("compare.right", ("right",), "right", "The bid to the right.", "step(1)", palette=False),
    Action("compare.accept", ("a",), "accept", "Lease this one: first shows what it costs.", "accept", palette=False),
    Action("compare.drop", ("space",), "drop", "Take this bid out of the comparison.", "drop", palette=False),
    Action("compare.differences", ("s",), "differences", "Only lines that differ.", "differences", palette=False),
    Action("compare.leave", ("escape", "q"), "back", "Back to the bids.", "leave", palette=False),
    Action("market.open", ("enter",), "open", "All that is known of this GPU model or provider.", bar=1),
    Action("market.providers", ("v",), "providers", "List providers instead of GPU models, and back.", bar=2),
    Action("market.series-next", ("right_square_bracket",), "series", "Draw the next series of daily figures.", bar=6),
    Action("market.series-before", ("left_square_bracket",), "series before", "Draw the series before."),
    Action("market.range", ("t",), "all time", "One month of days, or all that are known."),
    Action(
        "market.filter",
        ("slash",),
        "filter",
        "Show only some GPU models or providers: gpu:h100 free>0 usd_gpu_h<2",
        bar=4,
    ),
    Action("market.sort", ("o",), "sort", "Sort the list by the next column."),
    Action(
        "market.watch",
        ("w",),
        "watch",
        "Ring when GPUs are free at a price you name; what rang can be deployed on.",
        bar=5,
    ),
    Action(
        "market.moving",
        ("dollar_sign",),
        "your leases",
        "What your leases cost at today's prices, and what moving would save a month.",
    ),
    Action("market.mark", ("space",), "mark", "Mark a GPU model for a new deployment."),
    Action(
        "market.order",
        ("n",),
        "new deployment",
        "A preset that accepts the marked GPU models, or is meant for the provider on the line.",
        bar=3,
    ),
    Action("market.before", ("left",), "day before", "The value of a day: the marker goes a day back."),
    Action("market.after", ("right",), "day after", "The marker goes a day on."),
    Action("market.copy", ("y",), "copy", "Copy the list as it is shown, the days drawn, or an address."),
    Action("market.export", ("e",), "export CSV", "Write the list as it is shown into a file in your home folder."),
    Action("market.by-day", ("d",), "day by day", "The whole network: how busy, what is spent, over its days.", bar=7),
    Action("network.series-next", ("right_square_bracket",), "series", "The next series of daily figures.", bar=1),
    Action("network.series-before", ("left_square_bracket",), "series before", "The series before."),
    Action("network.range", ("t",), "all time", "One month of days, or all that are known.", bar=2),
    Action("network.before", ("left",), "day before", "The value of a day: the marker goes a day back.", bar=3),
    Action("network.after", ("right",), "day after", "The marker goes a day on.", bar=4),
    Action("network.month-before", ("shift+left",), "month before", "The marker goes 30 days back."),
    Action("network.month-after", ("shift+right",), "month after", "The marker goes 30 days on."),
    Action("network.table", ("v",), "as a table", "The days as lines of text instead of a drawing, and back.", bar=5),
    Action("network.copy", ("y",), "copy", "Copy the days shown.", bar=6),
    Action("network.export", ("e",), "export CSV", "Write the days shown into a file in your home folder.", bar=7),
    Action(
        "page.order", ("n",), "new deployment", "A preset that accepts this GPU, or is meant for this provider.", bar=2
    ),
    Action("page.export", ("e",), "export CSV", "Write the figures of this page into a file in your home folder."),
    Action("page.copy", ("y",), "copy", "Copy an address, the attributes or the days.", bar=1),
    Action("dialog.yes", ("y",), "yes", "Do it; works 0.4 s after the figures are shown.", "yes", palette=False),
    Action("dialog.no", ("n", "escape"), "no", "Nothing happens.", "no", palette=False),
)
BY_ID: Final[dict[str, Action]] = {action.id: action for action in ACTIONS}


def at(where: str) -> tuple[Action, ...]:
    """The actions of one place, in registry order."""
    return tuple(action for action in ACTIONS if action.where == where)


def bindings(*places: str) -> list[BindingType]:
    """Textual bindings of these places; the key bar is ours, so Textual shows none."""
    return [
        Binding(",".join(action.keys), action.run or f"do('{action.id}')", action.title, show=False, id=action.id)
        for place in places
        for action in at(place)
    ]


def in_bar(where: str) -> tuple[Action, ...]:
    """What the key bar of a screen shows, the most important first."""
    return tuple(sorted((a for a in at(where) if a.bar), key=lambda a: a.bar))


def key_table_markdown(places: Iterable[str] = PLACES) -> str:
    """The README's key table."""
    out = ["| where | key | what it does |", "| --- | --- | --- |"]
    for place in places:
        for action in at(place):
            keys = " ".join(f"`{key}`" for key in action.shown)
            out.append(f"| {PLACES[place]} | {keys} | {action.help} |")
    return "\n".join(out) + "\n"
