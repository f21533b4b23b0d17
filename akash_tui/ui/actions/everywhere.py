"""What keys do everywhere: on every screen, in lists, while filtering or typing, and in dialogs."""

from __future__ import annotations

from typing import Final

from akash_tui.ui.actions.action import Action

EVERYWHERE_ACTIONS: Final[tuple[Action, ...]] = (
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
