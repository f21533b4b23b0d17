"""When a deployment is to end by itself: asked, shown with what it costs, saved; or removed again."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from akash_tui.domain.akash.amounts import RuntimeLimit, parse_runtime_limit
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import MICRO, UACT, Coin, rate
from akash_tui.services.automation.stop_after import LimitQuote, StopAfter
from akash_tui.ui.dialogs.payer_choice import deposit_payers, payer_options
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet, balance_lines, gas_line, stop_lines
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


def limit_or_none(text: str) -> RuntimeLimit | None:
    """`8h`, `$10` or both; None for nothing. Raises `AmountError`."""
    return parse_runtime_limit(text) if text.strip() else None


def limit_sheet(quote: LimitQuote) -> QuoteSheet:
    """A limit that is about to count, with the deposit that it needs."""
    left = formatting.amount(Coin(UACT, int(quote.left)))
    lines = [LabelledLine("now", f"{left} left" + (f" at ≈ ${rate(quote.price_h)}/h" if quote.price_h else ""))]
    if quote.saved.start_height is None:
        lines.append(
            LabelledLine("stops itself", f"after about {quote.saved.limit.words}, counted from its first lease")
        )
        lines.append(LabelledLine("deposit", "raised when you accept a bid, so that it lasts as long"))
    else:
        lines += stop_lines(quote.saved.limit, quote.state.stops_at, quote.escrow_until)
    if quote.too_much >= MICRO // 100:
        more = formatting.amount(Coin(UACT, int(quote.too_much)))
        lines.append(LabelledLine("", f"escrow holds {more} more than that needs; it comes back at the close", "muted"))
    add = quote.deposit
    if add is not None:
        lines.append(LabelledLine("added now", f"{formatting.added(add.deposit)}, so that it lasts as long"))
        lines += [*deposit_payers(add), gas_line(add), *balance_lines(add)]
    return QuoteSheet(
        "Stop by itself?",
        f"{quote.name} · dseq {quote.id.dseq}\nIt is closed for good then; what is left of its deposit comes back.",
        tuple(lines),
        "Set this limit",
        () if add is None else add.unverified,
        beyond=() if add is None else add.beyond,
        payers=() if add is None else payer_options(add),
    )


async def stop_after(app: SessionApp, id: DeploymentId, after: Callable[[], None] | None = None) -> None:
    """Ask for a limit; nothing removes the one that is there. Quote, confirm, save."""
    stop = StopAfter(app.runs.session)
    saved = stop.find(id)
    body = [
        LabelledLine("", "Close it by itself after a time (8h), when it has cost so much ($10), or both (8h $10)."),
        LabelledLine("", "Counted from now on; where nothing is leased yet, from the first lease."),
        LabelledLine("", "An empty field means no limit: it runs until you close it or its deposit is used up."),
    ]
    was = "" if saved is None else saved.limit.typed
    text = await ask_text(app, "Stop after", body, value=was, read=limit_or_none)
    limit = None if text is None else limit_or_none(text)
    if text is None or (limit is None and saved is None):
        app.status.say("Nothing was changed.", "muted")
        return
    if limit is None:
        stop.remove(id)
        app.status.say("✓ It does not stop by itself any more.", "good")
    else:
        prepare = partial(stop.quote, id, limit)
        quote = await app.confirmed(
            "Stop by itself?", prepare, limit_sheet, "Reading what is left", "Nothing was changed."
        )
        if quote is None:
            return
        if quote.deposit is not None:
            app.status.start("money", f"Adding to {quote.name}: signed, waiting for its block")
        await stop.agree(quote)
        app.status.say(f"✓ It stops itself after about {limit.words}.", "good", 20)
    if app.monitor is not None:
        app.monitor.refresh_now()
    if after is not None:
        after()
