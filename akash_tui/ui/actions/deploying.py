"""What keys do from the first screen to an accepted bid: network, SDL, its editor, bids."""

from __future__ import annotations

from typing import Final

from akash_tui.ui.actions.action import Action
from akash_tui.ui.actions.shared_help import ASK_AGAIN, BLOCK, COLUMNS, FAVOURITE, NOTE, STOP_AFTER

_WHO: Final = "Show who could bid, why the others cannot or are silent, and what one change of the SDL would add."

DEPLOYING_ACTIONS: Final[tuple[Action, ...]] = (
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
    Action("bids.columns", ("C",), "columns", COLUMNS),
    Action("bids.sort-keys", (), "sort by several", "Type the columns to sort by, such as price,-uptime_7d."),
    Action("bids.price-order", ("P",), "by price", "Sort by price only."),
    Action("bids.score-order", ("s",), "by score", "Sort by score; the detail pane explains every point."),
    Action("bids.budget", ("B",), "budget", "Set a budget for this deployment: per hour, in total or for how long."),
    Action("bids.hours", ("h",), "hours", "Set how many hours the deposit must pay for at the accepted price."),
    Action("bids.stop-after", ("S",), "stop after", STOP_AFTER),
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
    Action("bids.favourite", ("f",), "favourite", FAVOURITE),
    Action("bids.block", ("X",), "block", BLOCK),
    Action("bids.note", ("i",), "note", NOTE),
    Action("bids.copy", ("y",), "copy", "Copy the provider's address, host or name, or the deployment number (dseq)."),
    Action("bids.who", ("w",), "who could bid", _WHO),
    Action("bids.other", ("t",), "other order", "Of two SDLs asked at once (A/B), show the bids of the other one."),
    Action(
        "bids.neither",
        ("K",),
        "keep neither",
        "Of two SDLs asked at once (A/B), close both; first shows the refund.",
    ),
    Action("bids.ask-again", ("n",), "ask again", ASK_AGAIN),
    Action("bids.close", ("x",), "close", "Withdraw the order and get the deposit back as a refund.", bar=6),
    Action("compare.left", ("left",), "left", "Move to the bid on the left.", "step(-1)", 2, False),
    Action("compare.right", ("right",), "right", "Move to the bid on the right.", "step(1)", 3, False),
    Action("compare.accept", ("a",), "accept", "Lease this one; first shows what it costs.", "accept", 1, False),
    Action("compare.remove", ("space",), "remove", "Remove this bid from the comparison.", "remove", 4, False),
    Action("compare.differences", ("s",), "differences", "Show only the lines that differ.", "differences", 5, False),
    Action("compare.leave", ("escape", "q"), "back", "Go back to the bids.", "leave", 6, False),
)
