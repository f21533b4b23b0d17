"""Accepting a bid: the quote, its dialog, a lease of exactly that, and the next-best bid when it is refused."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.bids.formatting import act
from akash_tui.domain.bids.rule import Rule
from akash_tui.services.automation.rule_at_work import RuleAtWork
from akash_tui.services.core.run_state import Stage
from akash_tui.services.deployment import accept_bids
from akash_tui.services.ports import AkashError
from akash_tui.services.spending.quotes import LeaseQuote
from akash_tui.ui.dialogs.dialog_box import error_lines
from akash_tui.ui.dialogs.questions import QuestionDialog, says_yes
from akash_tui.ui.dialogs.quote_sheets import lease_sheet
from akash_tui.ui.lease_actions.close import close_other
from akash_tui.ui.leases.detail_screen import LeaseScreen
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


async def accept(app: SessionApp, tracked: TrackedRun, choice: dict[int, BidId]) -> None:
    """Lease: quote, confirm, sign; refused before the lease, the next-best bid is proposed."""
    runs = app.runs
    if not await _takes_blocked(app, tracked, choice):
        app.status.say("Nothing was leased.", "muted")
        return
    while True:
        picked = dict(choice)
        quote = await app.confirmed(
            "Accept this bid?",
            partial(accept_bids.lease_quote, runs.session, tracked.run, picked),
            lambda quote: lease_sheet(quote, tracked.budget, tracked.run.hours),
            "Reading the bid and its order again",
            "Nothing was leased.",
            partial(accept_bids.overtaken, tracked.run.book),
        )
        if quote is None:
            return
        error = await _lease(app, tracked, quote)
        if error is None:
            await _offer_to_close_other(app, tracked)
            return
        tracked.failed.update(dict.fromkeys(picked.values(), error.title.rstrip(".")))
        again = await _propose(app, tracked, error)
        if again is None:
            return
        choice = again


async def _offer_to_close_other(app: SessionApp, tracked: TrackedRun) -> None:
    """One of a pair is leased: the other order, if it still waits, only keeps its deposit locked."""
    other = app.runs.other_of(tracked)
    if other is not None and other.run.stage is Stage.COLLECTING and not other.run.leases:
        await close_other(app, tracked, other)


async def _takes_blocked(app: SessionApp, tracked: TrackedRun, choice: dict[int, BidId]) -> bool:
    """Whether bids of providers that you blocked may be taken; True without any."""
    blocked = app.runs.session.provider_notes.blocked()
    rows = [row for id in choice.values() if id.provider in blocked and (row := tracked.run.book.row(id)) is not None]
    if not rows:
        return True
    lines = [Content(f"{row.name}: {blocked[row.id.provider]}.") for row in rows]
    return await says_yes(app, "Accept a bid of a blocked provider?", lines, "Show what it costs", "Back to the bids")


async def _lease(app: SessionApp, tracked: TrackedRun, quote: LeaseQuote) -> AkashError | None:
    """Sign exactly the quote, on the page of the deployment. None: leased, and it is brought up; else why not, where
    that is certain, back on the bids. Raises what leaves it open whether it is leased."""
    runs = app.runs
    app.status.start(
        "money", f"{tracked.run.name or tracked.run.id.dseq}: leasing from {', '.join(r.name for r in quote.rows)}"
    )
    shown = LeaseScreen(tracked.run.id)
    await app.push_screen(shown)  # mounted before anything may take it away again
    try:
        await accept_bids.accept(runs.session, tracked.run, quote)
    except AkashError as error:
        app.status.stop("money")
        app.problems.add("accepting a bid", error)
        if not error.certain or tracked.run.leases:
            raise
        if shown.is_attached and app.screen is shown:
            await app.pop_screen()
        return error
    runs.bring_up(tracked)
    return None


def why_only_proposed(app: SessionApp, tracked: TrackedRun, quote: LeaseQuote) -> str:
    """Why a rule must not lease this by itself: a person has to read or type something; "" if it may."""
    sheet = app.with_limits(lease_sheet(quote, tracked.budget, tracked.run.hours), quote)
    names = ", ".join(row.provider_name.short for row in quote.rows)
    if sheet.is_refused:
        return f"it proposes {names}, which is beyond your limits (L)."
    if sheet.must_type is not None:
        return f"it proposes {names}, which is above a limit: a leases it once you have typed {sheet.must_type}."
    if sheet.notice:
        return f"it proposes {names}; confirm your first lease with real money yourself (a)."
    return ""


async def lease_by_rule(app: SessionApp, tracked: TrackedRun, work: RuleAtWork) -> None:
    """Lease what the rule has counted down, exactly its quote; refused, the rule goes on to the next, with another
    countdown."""
    quote = work.quote
    if quote is None:
        return
    try:
        error = await _lease(app, tracked, quote)
    except AkashError as undecided:
        work.stop(undecided.title)
        raise
    if error is None:
        work.stop("It has leased.")
        await _offer_to_close_other(app, tracked)
        return
    work.failed(error)
    if work.is_on:
        app.status.say(f"Not leased: {error.title} The rule continues with the next.", "warn", 20)
    else:
        app.report_error("leasing by the rule", error)


def tracked_rule(tracked: TrackedRun) -> Rule:
    """The rule that was written for a deployment, on or off; without one, the cheapest."""
    return Rule() if tracked.policy is None else tracked.policy.as_rule(tracked.budget.cap_h)


async def _propose(app: SessionApp, tracked: TrackedRun, error: AkashError) -> dict[int, BidId] | None:
    """After a refusal: what happened, and the next-best bid as a choice that opens its own quote."""
    runs = app.runs
    best = await accept_bids.next_best(runs.session, tracked.run, tracked.failed, tracked_rule(tracked))
    rows: list[LabelledLine | Content] = [
        *error_lines(error),
        BLANK,
        LabelledLine("", "No lease was made and nothing is running."),
    ]
    if best is None:
        await app.push_screen_wait(
            QuestionDialog(
                "Not leased",
                [
                    *rows,
                    LabelledLine(
                        "",
                        "The rule can accept no other bid."
                        if tracked.policy
                        else "There is no other open bid with a known GPU.",
                    ),
                ],
            )
        )
        return None
    for id in best.values():
        row = tracked.run.book.row(id)
        if row is not None:
            gpu, _ = formatting.gpus(row.disclosure)
            rows.append(LabelledLine("next", f"{gpu} at {row.name}, ≈ ${act(row.price_h)} an hour"))
    again = await says_yes(app, "Not leased", rows, "Show the next best", "Back to the bids")
    return best if again else None
