"""Deployments are closed: one, or several from the list with their progress and what could not be closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.domain.text import short_address
from akash_tui.services.deployment import close as closing
from akash_tui.services.deployment.close import BulkResult, bulk_close, bulk_close_quote
from akash_tui.services.spending import quoting
from akash_tui.ui.dialogs.questions import TextDialog
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet, bulk_close_sheet, close_sheet
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.spending.quotes import CloseQuote
    from akash_tui.ui.session.run_manager import TrackedRun
    from akash_tui.ui.session.session_app import SessionApp


async def close(app: SessionApp, id: DeploymentId, after: Callable[[], None] | None = None) -> None:
    """End a deployment: quote with the refund, confirm (typed while a lease runs), sign."""
    runs = app.runs
    doing, refused = "Reading what comes back", "Nothing was closed."
    quote = await app.confirmed(
        "Close this deployment?", lambda: quoting.close_quote(runs.session, id), close_sheet, doing, refused
    )
    if quote is None:
        return
    await _close_quoted(app, quote)
    if after is not None:
        after()


async def _close_quoted(app: SessionApp, quote: CloseQuote) -> None:
    """Sign exactly the quote, and say what came back."""
    runs, id = app.runs, quote.id
    app.status.start("money", f"Closing {quote.name or id.dseq}: signed, waiting for its block")
    tracked = runs.tracked_runs.get(id)
    result = await closing.close(runs.session, quote, tracked.run if tracked is not None else None)
    runs.forget(id)
    back = (
        f"{formatting.amount(result.refund)} came back" if result.refund is not None else "the refund is not known yet"
    )
    back += "".join(f", {formatting.amount(coin)} went back to {short_address(who)}" for who, coin in result.others)
    app.status.say(f"✓ {quote.name or id.dseq} is closed; {back}.", "good", 20)


async def close_other(app: SessionApp, kept: TrackedRun, other: TrackedRun) -> None:
    """Offer to close the other order of a pair once one of them is leased; what comes back is shown first."""
    runs = app.runs
    name, dseq = other.run.name or str(other.run.id.dseq), other.run.id.dseq

    def sheet(quote: CloseQuote) -> QuoteSheet:
        headline = f"{kept.run.name or kept.run.id.dseq} is leased. {name} is still open; nothing of it runs."
        return replace(close_sheet(quote), title="Close the other order?", headline=headline)

    quote = await app.confirmed(
        "Close the other order?",
        lambda: quoting.close_quote(runs.session, other.run.id),
        sheet,
        "Reading what comes back",
        f"{name} (dseq {dseq}) stays open and keeps its deposit: 3 lists it, x closes it there.",
    )
    if quote is not None:
        await _close_quoted(app, quote)


async def close_all(app: SessionApp, ids: Sequence[DeploymentId], after: Callable[[BulkResult], None]) -> None:
    """Quote all of them, confirm by typing how many, sign; `after` gets the result."""
    runs = app.runs
    quote = await app.confirmed(
        f"Close {formatting.plural(len(ids), 'deployment')}?",
        lambda: bulk_close_quote(runs.session, ids),
        bulk_close_sheet,
        "Reading what comes back",
        "Nothing was closed.",
    )
    if quote is None:
        return
    total = len(quote.closings)
    app.status.start("money", f"Closing {formatting.plural(total, 'deployment')}: signed, waiting for a block")

    def progress(result: BulkResult) -> None:
        failed = f", {len(result.failed)} failed" if result.failed else ""
        app.status.start("money", f"Closing: {len(result.closed)} of {total} done{failed}")

    result = await bulk_close(runs.session, quote, progress)
    for id in result.closed:
        runs.forget(id)
    back = f"{formatting.amount(Coin(UACT, result.refund))} came back" if result.refund_known else "check your balance"
    back += f", {formatting.amount(Coin(UACT, result.others))} went back to other depositors" if result.others else ""
    app.status.say(f"✓ {len(result.closed)} of {total} closed; {back}.", "warn" if result.failed else "good", 20)
    after(result)
    if result.failed:
        await app.push_screen_wait(TextDialog("Not closed", _not_closed(result)))


def _not_closed(result: BulkResult) -> list[LabelledLine]:
    rows = [LabelledLine("", "A transaction succeeds or fails as a whole: these stay open, and x tries them again.")]
    for reason in dict.fromkeys(error.title for _, error in result.failed):
        names = ", ".join(f"{c.name} ({c.id.dseq})" for c, error in result.failed if error.title == reason)
        advice = next(error.advice for _, error in result.failed if error.title == reason)
        rows += [
            BLANK,
            LabelledLine("✗", reason, "strong", "bad"),
            LabelledLine("", names),
            LabelledLine("try", advice),
        ]
    return rows
