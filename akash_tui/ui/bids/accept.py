"""Accepting a bid: the quote, its dialog, a lease of exactly that, and the next-best bid when it is refused."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import RowState
from akash_tui.domain.bids.formatting import act
from akash_tui.services.deployment import accept_bids
from akash_tui.services.ports import AkashError
from akash_tui.services.spending.quotes import LeaseQuote
from akash_tui.ui.dialogs.dialog_box import error_lines
from akash_tui.ui.dialogs.questions import QuestionDialog, says_yes
from akash_tui.ui.dialogs.quote_sheets import lease_sheet
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


async def accept(app: SessionApp, tracked: TrackedRun, choice: dict[int, BidId]) -> None:
    """Lease: quote, confirm, sign; refused before the lease, the next-best bid is proposed."""
    runs = app.runs
    while True:
        picked = dict(choice)
        quote = await app.confirmed(
            "Accept this bid?",
            partial(accept_bids.lease_quote, runs.session, tracked.run, picked),
            lambda quote: lease_sheet(quote, tracked.budget, tracked.run.hours),
            "Reading the bid and its order again",
            "Nothing was leased.",
            partial(overtaken, tracked.run.book),
        )
        if quote is None:
            return
        app.status.start(
            "money", f"{tracked.run.name or tracked.run.id.dseq}: leasing from {', '.join(r.name for r in quote.rows)}"
        )
        shown = LeaseScreen(tracked.run.id)
        await app.push_screen(shown)  # mounted before anything may take it away again
        try:
            await accept_bids.accept(runs.session, tracked.run, quote)
            runs.bring_up(tracked)
            return
        except AkashError as error:
            app.status.stop("money")
            app.problems.add("accepting a bid", error)
            if not error.certain or tracked.run.leases:
                raise
            if shown.is_attached and app.screen is shown:
                await app.pop_screen()
            tracked.failed.update(picked.values())
            again = await _propose(app, tracked, error)
            if again is None:
                return
            choice = again


def overtaken(book: BidBook, quote: LeaseQuote) -> str:
    """Why a lease quote is out of date, as the bids are now; "" while it is not."""
    for row in quote.rows:
        now = book.row(row.id)
        if now is None or now.state is not RowState.OPEN:
            return f"{row.name}: this bid is gone ({now.gone_reason or now.state.value if now else 'unknown'})."
        if now.bid.price != row.bid.price:
            return f"{row.name} asks ≈ ${act(now.price_h)} an hour now."
    return ""


async def _propose(app: SessionApp, tracked: TrackedRun, error: AkashError) -> dict[int, BidId] | None:
    """After a refusal: what happened, and the next-best bid as a choice that opens its own quote."""
    runs = app.runs
    best = await accept_bids.next_best(runs.session, tracked.run, tracked.failed)
    rows: list[LabelledLine | Content] = [
        *error_lines(error),
        BLANK,
        LabelledLine("", "No lease was made and nothing is running."),
    ]
    if best is None:
        await app.push_screen_wait(
            QuestionDialog("Not leased", [*rows, LabelledLine("", "There is no other open bid with a known GPU.")])
        )
        return None
    for id in best.values():
        row = tracked.run.book.row(id)
        if row is not None:
            gpu, _ = formatting.gpus(row.disclosure)
            rows.append(LabelledLine("next", f"{gpu} at {row.name}, ≈ ${act(row.price_h)} an hour"))
    again = await says_yes(app, "Not leased", rows, "Show the next best", "Back to the bids")
    return best if again else None
