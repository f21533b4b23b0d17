"""What keys do on the market's screens, the wallet and the journal."""

from __future__ import annotations

from typing import Final

from akash_tui.ui.actions.action import Action
from akash_tui.ui.actions.shared_help import BLOCK, COLUMNS, FAVOURITE, NOTE, SAVINGS

MARKET_AND_MONEY_ACTIONS: Final[tuple[Action, ...]] = (
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
    Action("market.columns", ("C",), "columns", COLUMNS),
    Action(
        "market.watch",
        ("w",),
        "watch",
        "Alert me when a GPU is free below a price, then deploy on it.",
        bar=5,
    ),
    Action("market.savings", ("dollar_sign",), "savings", SAVINGS),
    Action("market.mark", ("space",), "mark", "Mark a GPU model for a new deployment."),
    Action(
        "market.new-deployment",
        ("n",),
        "new deployment",
        "Start a deployment that accepts the marked GPU models, or only this provider.",
        bar=3,
    ),
    Action("market.favourite", ("f",), "favourite", FAVOURITE),
    Action("market.block", ("X",), "block", BLOCK),
    Action("market.note", ("i",), "note", NOTE),
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
    Action("page.favourite", ("f",), "favourite", FAVOURITE, bar=3),
    Action("page.block", ("X",), "block", BLOCK, bar=4),
    Action("page.note", ("i",), "note", NOTE, bar=5),
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
    Action("journal.columns", ("C",), "columns", COLUMNS),
)
