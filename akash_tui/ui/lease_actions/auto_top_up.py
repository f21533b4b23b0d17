"""Turning automatic top-up on or off: how much, up to what, when; all of it is shown before it counts."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from akash_tui.domain.akash.amounts import parse_deposit, parse_hours, parse_uact
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import plain, rate, units
from akash_tui.services.automation.auto_top_up import TopUpAgreement
from akash_tui.services.ports import NotSignedIn
from akash_tui.services.storage.standing_orders import order_line
from akash_tui.ui.dialogs.form_dialog import FormDialog, FormField
from akash_tui.ui.dialogs.payer_choice import deposit_payers, payer_options
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet, balance_lines
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.background_monitor import BackgroundMonitor
    from akash_tui.ui.session.session_app import SessionApp

_CAP_DAYS = 7


def fields(cap: int) -> list[FormField]:
    """The three things that are agreed to; `cap` is proposed as the most ACT in total."""
    return [
        FormField("amount", "each time", "24h", "hours to pay for, or ACT: 24h or 5", parse_deposit),
        FormField("total", "in total", str(cap), "ACT at most; then it stops", parse_uact),
        FormField("below", "when below", "6h", "hours left", parse_hours),
    ]


def agreement_sheet(agreement: TopUpAgreement) -> QuoteSheet:
    """What may be spent from now on without asking again."""
    first = agreement.first
    now = f"{units(first.left)} ACT left"
    if first.lasts_now is not None:
        now += f", {formatting.how_long(first.lasts_now)} at ≈ ${rate(first.price_h)}/h"
    when = f"whenever less than {plain(agreement.below)} h are left, while this app runs"
    if agreement.due_now:
        when += "; the first one now"
    times = formatting.plural(agreement.at_most, "time")
    lines = (
        LabelledLine("now", now),
        LabelledLine("each time", formatting.amount(first.deposit)),
        LabelledLine("when", when, "warn" if agreement.due_now else ""),
        LabelledLine("in total", f"at most {formatting.amount(agreement.cap)}, {times}; then it stops"),
        *deposit_payers(first),
        LabelledLine("comes back", first.comes_back),
        LabelledLine(
            "gas",
            f"≈ {formatting.fee(first.fee)} each time, never more than {formatting.fee(agreement.fee_most)} in all",
        ),
        *balance_lines(first, "first: "),
    )
    return QuoteSheet(
        "Turn on automatic top-up?",
        f"{first.name} · dseq {first.id.dseq}\nYou will not be asked again. A turns it off at any time.",
        lines,
        "Turn on",
        first.unverified,
        beyond=first.beyond,
        payers=payer_options(first),
    )


async def auto_top_up(session_app: SessionApp, id: DeploymentId) -> None:
    """Turn it on, change it or turn it off; the agreement is stored in the journal's file."""
    monitor = session_app.monitor
    if monitor is None:
        raise NotSignedIn("No wallet is open.", "Press N to choose one.")
    order = monitor.orders.get(id)
    if order is not None and order.active:
        answers = (
            DialogAnswer("keep", "Keep it"),
            DialogAnswer("change", "Change", "c"),
            DialogAnswer("stop", "Turn off", "e"),
        )
        body = [LabelledLine("", f"It is on: {order_line(order)}.")]
        answer = await session_app.push_screen_wait(QuestionDialog("Automatic top-up", body, answers))
        if answer == "stop":
            monitor.auto.stop(id)
            monitor.changed()
            session_app.status.say("✓ Automatic top-up is off.", "good")
        if answer != "change":
            return
    await _turn_on(session_app, monitor, id)


async def _turn_on(session_app: SessionApp, monitor: BackgroundMonitor, id: DeploymentId) -> None:
    price = next((s.price_h for s in monitor.lease_list.summaries or () if s.id == id), Decimal(0))
    body = [LabelledLine("", "While this app runs, the deployment is topped up without asking you again.")]
    if id in monitor.limits:
        words = monitor.limits[id].saved.limit.words
        body.append(LabelledLine("", f"It stops itself after {words}: no top-up pays for longer than that."))
    cap = max(1, int(price * 24 * _CAP_DAYS) + 1)
    texts = await session_app.push_screen_wait(FormDialog("Automatic top-up", body, fields(cap)))
    if texts is None:
        session_app.status.say("Nothing was changed.", "muted")
        return
    each, total, below = texts
    agreement = await session_app.confirmed(
        "Turn on automatic top-up?",
        partial(monitor.auto.quote, id, *parse_deposit(each), parse_uact(total), parse_hours(below)),
        agreement_sheet,
        "Reading what is left",
        "Nothing was changed.",
    )
    if agreement is None:
        return
    order = await monitor.auto.agree(agreement)
    monitor.changed()
    session_app.status.say(f"✓ Automatic top-up is on: {order_line(order)}.", "good", 20)
