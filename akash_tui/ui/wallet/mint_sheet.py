"""The quote of a mint or burn as the money dialog shows it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.lease_end import seconds_text
from akash_tui.domain.akash.money import coin_name, named_in_full, plain, rounded
from akash_tui.services.spending.mint import MintQuote
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet, balance_lines, gas_line
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine, below


def mint_sheet(quote: MintQuote) -> QuoteSheet:
    """What is given for what, at which rate and spread, how long it takes and what could go wrong."""
    given, received = coin_name(quote.burn.denom), coin_name(quote.gives.denom)
    lines = [
        LabelledLine("gives", f"≈ {named_in_full(quote.gives)}", "strong"),
        LabelledLine("for", f"{named_in_full(quote.burn)}, out of the wallet at once"),
        LabelledLine("rate", f"1 AKT = ${plain(rounded(quote.price.usd, 6))} by the chain's oracle{_age(quote)}"),
    ]
    if quote.is_mint:
        kept = plain(Decimal(quote.spread_bps) / 100)
        lines.append(LabelledLine("spread", f"{kept} % of what is minted, already taken off"))
    if quote.least is not None:
        lines.append(LabelledLine("minimum", f"{named_in_full(quote.least)}; less is cancelled and paid back"))
    lines.append(
        LabelledLine(
            "takes", f"about {seconds_text(quote.seconds)} ({quote.blocks} blocks); longer with low collateral"
        )
    )
    lines += [gas_line(quote), *balance_lines(quote, "≈ ")]
    lines += below("may go wrong", quote.risks, label_tone="warn")
    verb = "Mint" if quote.is_mint else "Burn"
    return QuoteSheet(
        f"{verb} ACT?",
        f"{given} becomes {received} some blocks after it is signed, at the price of that block.",
        tuple(lines),
        f"{verb} it",
        quote.unverified,
        beyond=quote.beyond,
    )


def _age(quote: MintQuote) -> str:
    at: datetime | None = quote.price.at
    return (
        "" if at is None else f", {formatting.ago((quote.made_at - at).total_seconds())} old".replace("now old", "now")
    )
