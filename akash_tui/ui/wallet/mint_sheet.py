"""The quote of a mint or burn as the money dialog shows it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.lease_end import seconds_text
from akash_tui.domain.akash.money import named_in_full, plain, rounded
from akash_tui.services.spending.mint import MintQuote
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet, balance_lines, gas_line
from akash_tui.ui.widgets.labelled_lines import LabelledLine, below


def mint_sheet(quote: MintQuote) -> QuoteSheet:
    """What is given for what, at which rate and spread, how long it takes and what could go wrong."""
    usd = plain(rounded(quote.price.usd, 6))
    lines = [LabelledLine("rate", f"1 AKT = ${usd} by the chain's oracle{_age(quote)}")]
    if quote.is_mint:
        share = plain(Decimal(quote.spread_bps) / 100)
        lines.append(LabelledLine("spread", f"{share} % of what is minted, already taken off"))
    if quote.least is not None:
        lines.append(LabelledLine("minimum", named_in_full(quote.least)))
    lines.append(LabelledLine("takes", f"about {seconds_text(quote.seconds)} ({quote.blocks} blocks), or longer"))
    lines += [gas_line(quote), *balance_lines(quote, "≈ ")]
    lines += below("may go wrong", quote.risks, label_tone="warn")
    verb = "Mint" if quote.is_mint else "Burn"
    return QuoteSheet(
        f"{verb} ACT?",
        f"Give {named_in_full(quote.burn)}, get about {named_in_full(quote.gives)}.",
        tuple(lines),
        f"{verb} it",
        quote.unverified,
        beyond=quote.beyond,
    )


def _age(quote: MintQuote) -> str:
    """How old the price is, where its source says so."""
    at: datetime | None = quote.price.at
    return "" if at is None else f", {seconds_text(max(1, int((quote.made_at - at).total_seconds())))} old"
