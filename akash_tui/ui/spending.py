"""What happens between a key and money: quote, dialog, exactly that, and the next step when it goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.bid_row import BidRow
from akash_tui.domain.market import BidId, DeploymentId
from akash_tui.services.ports import AkashError, NotSignedIn, TxUnknown
from akash_tui.services.quotes import CloseQuote, CreateQuote, LeaseQuote
from akash_tui.ui import words
from akash_tui.ui.dialogs import Ask, Choice, ConfirmSpend, told
from akash_tui.ui.fields import BLANK, Line
from akash_tui.ui.following import Trip
from akash_tui.ui.sheet import close_sheet, create_sheet, lease_sheet

if TYPE_CHECKING:
    from akash_tui.ui.app import AkashApp
    from akash_tui.ui.drafts import Wishes
    from akash_tui.ui.following import Following


def _following(app: AkashApp) -> Following:
    if app.following is None:
        raise NotSignedIn("No network is open.", "Press N to choose one.")
    return app.following


async def create(app: AkashApp, sdl: str, name: str, file: str, wish: Wishes) -> None:
    """Ask for bids: quote, confirm, sign; then the bids screen."""
    following = _following(app)
    quote = await app.push_screen_wait(
        ConfirmSpend[CreateQuote](
            "Ask for bids?",
            lambda: following.deployer.prepare(sdl, name, file=file, deposit=wish.deposit, hours=wish.hours),
            lambda quote: create_sheet(quote, wish.budget_h),
            "Checking the SDL and what it costs",
        )
    )
    if quote is None:
        app.voice.say("Nothing was sent.", "muted")
        return
    app.voice.start("money", f"Creating {quote.name or quote.file}: signed, waiting for its block")
    await app.switch_mode("bids")
    try:
        await following.create(quote, wish.budget_h)
    except AkashError as error:
        if not isinstance(error, TxUnknown):
            await app.switch_mode("deploy")
        raise


async def accept(app: AkashApp, trip: Trip, choice: dict[int, BidId]) -> None:
    """Lease: quote, confirm, sign; refused before the lease, the next-best bid is proposed."""
    from akash_tui.ui.lease import LeaseScreen

    following = _following(app)
    while True:
        picked = dict(choice)
        quote = await app.push_screen_wait(
            ConfirmSpend[LeaseQuote](
                "Lease this GPU?",
                partial(following.deployer.quote_lease, trip.run, picked),
                lambda quote: lease_sheet(quote, trip.budget),
                "Reading the bid and its order again",
            )
        )
        if quote is None:
            app.voice.say("Nothing was leased.", "muted")
            return
        app.voice.start(
            "money", f"{trip.run.name or trip.run.id.dseq}: leasing from {', '.join(_name(r) for r in quote.rows)}"
        )
        shown = LeaseScreen(trip.run.id)
        await app.push_screen(shown)  # mounted before anything may take it away again
        try:
            await following.accept(trip, quote)
            return
        except AkashError as error:
            app.voice.stop("money")
            app.problems.add("accepting a bid", error)
            if isinstance(error, TxUnknown) or trip.run.leases:
                raise
            if shown.is_attached and app.screen is shown:
                await app.pop_screen()
            trip.failed.update(picked.values())
            again = await _propose(app, trip, error)
            if again is None:
                return
            choice = again


def _name(row: BidRow) -> str:
    return words.provider_name(row.id.provider, row.provider, row.profile)


async def _propose(app: AkashApp, trip: Trip, error: AkashError) -> dict[int, BidId] | None:
    """After a refusal: what happened, and the next-best bid as a choice that opens its own quote."""
    following = _following(app)
    best = await following.deployer.next_best(trip.run, trip.failed)
    rows: list[Line | Content] = [*told(error), BLANK, Line("", "No lease was made and nothing is running.")]
    if best is None:
        await app.push_screen_wait(Ask("Not leased", [*rows, Line("", "There is no other open bid with a known GPU.")]))
        return None
    for id in best.values():
        row = trip.run.book.row(id)
        if row is not None:
            gpu, _ = words.gpus(row.disclosure)
            rows.append(Line("next", f"{gpu} at {_name(row)}, ≈ ${words.act(row.price_h)} an hour"))
    answer = await app.push_screen_wait(
        Ask("Not leased", rows, (Choice("back", "Back to the bids"), Choice("next", "Look at the next best", "y")))
    )
    return best if answer == "next" else None


async def close(app: AkashApp, id: DeploymentId, after: Callable[[], None] | None) -> None:
    """End a deployment: quote with the refund, confirm (typed while a lease runs), sign."""
    following = _following(app)
    quote = await app.push_screen_wait(
        ConfirmSpend[CloseQuote](
            "Close this deployment?",
            lambda: following.deployer.quote_close(id),
            close_sheet,
            "Reading what would come back",
        )
    )
    if quote is None:
        app.voice.say("Nothing was closed.", "muted")
        return
    app.voice.start("money", f"Closing {quote.name or id.dseq}: signed, waiting for its block")
    result = await following.close(quote)
    back = (
        f"{words.amount(result.refund)} came back" if result.refund is not None else "the refund could not be read yet"
    )
    app.voice.say(f"✓ {quote.name or id.dseq} is closed; {back}.", "good", 20)
    if after is not None:
        after()
