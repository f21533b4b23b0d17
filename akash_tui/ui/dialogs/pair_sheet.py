"""What the money dialog shows where two SDLs are asked for at once: each with its deposit, and both together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from akash_tui.domain.akash.money import plain, rate
from akash_tui.domain.bids.budget import Budget
from akash_tui.services.deployment.pair import PairQuote
from akash_tui.services.spending.quotes import CreateQuote
from akash_tui.ui.dialogs.payer_choice import deposit_payers, fee_payer, payer_options
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet, balance_lines
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine


def pair_sheet(pair: PairQuote, budgets: Sequence[Budget]) -> QuoteSheet:
    """Asking for bids on two SDLs: what each locks, and what both do to the wallet."""
    lines: list[LabelledLine] = []
    for letter, quote, budget in zip("AB", pair.both, budgets, strict=True):
        lines += _one(letter, quote, budget)
    first, second = pair.both
    gas = f"≈ {formatting.fee(pair.fee)}, never more than {formatting.fee(pair.fee_ceiling)}, in 2 transactions"
    lines += [
        LabelledLine("together", f"{formatting.amount(pair.deposit)} held in escrow until you close them"),
        LabelledLine("comes back", "What is not used of each comes back when it is closed."),
        LabelledLine("gas", gas + fee_payer(first.payment)),
        *balance_lines(replace(second, balances_before=first.balances_before)),
    ]
    return QuoteSheet(
        "Ask for bids on both?",
        "Two orders at once. Nothing runs and nothing is charged by the hour until you accept a bid.",
        tuple(lines),
        "Ask both",
        pair.unverified,
        beyond=pair.beyond,
        payers=payer_options(first),
    )


def _one(letter: str, quote: CreateQuote, budget: Budget) -> list[LabelledLine]:
    """What one of the two asks for."""
    then = f", raised at the lease to pay for {plain(quote.hours)} h" if quote.hours is not None else ""
    limit = f", budget {budget.words}" if budget.words else ""
    return [
        LabelledLine(letter, f"{quote.name or quote.file}: {formatting.amount(quote.deposit)} deposit{then}", "strong"),
        LabelledLine("", f"at most ≈ ${rate(quote.max_h)} an hour at this SDL's prices{limit}"),
        *deposit_payers(quote),
    ]
