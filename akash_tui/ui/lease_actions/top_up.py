"""More money for a deployment: how much is asked first, then the quote is shown, then exactly that is signed."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from akash_tui.domain.akash.amounts import parse_deposit
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import UACT, Coin, rate
from akash_tui.services.deployment import deposit
from akash_tui.services.spending.quotes import DepositQuote
from akash_tui.ui.dialogs.payer_choice import deposit_payers, payer_options
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet, balance_lines, gas_line
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

_USUAL = "24h"


def deposit_sheet(quote: DepositQuote) -> QuoteSheet:
    """A top-up: what is left now, what is added, how long it then lasts."""
    left = formatting.amount(Coin(UACT, int(quote.left)))
    now = f"{left} left" + ("" if quote.lasts_now is None else f", {formatting.how_long(quote.lasts_now)}")
    lines = [
        LabelledLine("now", now, "bad" if quote.left <= 0 else ""),
        LabelledLine("added", formatting.amount(quote.deposit)),
        *deposit_payers(quote),
        LabelledLine("comes back", quote.comes_back),
    ]
    if quote.lasts_hours is not None:
        lines.append(
            LabelledLine(
                "lasts until",
                f"{formatting.lasts_until(quote.ends_at, quote.lasts_hours)} at ≈ ${rate(quote.price_h)}/h",
            )
        )
    lines += [gas_line(quote), *balance_lines(quote)]
    headline = f"{quote.name} · dseq {quote.id.dseq}"
    return QuoteSheet(
        "Top up?", headline, tuple(lines), "Top up", quote.unverified, beyond=quote.beyond, payers=payer_options(quote)
    )


async def top_up(app: SessionApp, id: DeploymentId, after: Callable[[], None] | None = None) -> None:
    """Ask how much, quote, confirm, sign."""
    runs = app.runs
    body = [LabelledLine("", "How much to add: hours at the current price (24h), or ACT (5).")]
    text = await ask_text(app, "Top up", body, value=_USUAL, read=parse_deposit)
    if text is None:
        app.status.say("Nothing was deposited.", "muted")
        return
    amount, hours = parse_deposit(text)
    prepare = partial(deposit.deposit_quote, runs.session, id, amount, hours)
    quote = await app.confirmed("Top up?", prepare, deposit_sheet, "Reading what is left", "Nothing was deposited.")
    if quote is None:
        return
    app.status.start("money", f"Topping up {quote.name}: signed, waiting for its block")
    await deposit.deposit(runs.session, quote)
    app.status.say(
        f"✓ {formatting.amount(quote.deposit)} added{formatting.until(quote.ends_at, quote.lasts_hours)}.", "good", 20
    )
    if after is not None:
        after()
