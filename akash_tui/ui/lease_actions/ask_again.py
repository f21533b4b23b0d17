"""Ask for bids once more: the old deployment is closed and the same SDL deployed, in one quote and transaction."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.deployment.pair import paired_with
from akash_tui.services.deployment.redeploy import ask_again_quote, why_not_again
from akash_tui.services.ports import AkashError
from akash_tui.ui.dialogs.quote_sheets import ask_again_sheet

if TYPE_CHECKING:
    from akash_tui.domain.market.fit_reasons import Change
    from akash_tui.ui.session.session_app import SessionApp


async def ask_again(app: SessionApp, id: DeploymentId, change: Change | None = None) -> None:
    """Quote both halves, confirm (typed while a lease runs), sign; then the bids of the new one, with its budget.
    `change`: made in its SDL before."""
    runs = app.runs
    tracked = runs.tracked_runs.get(id)
    hours = tracked.run.hours if tracked is not None else None
    budget = runs.budget_of(id)
    again = await app.confirmed(
        "Ask for bids again?" if change is None else f"Ask again, and {change.words}?",
        lambda: ask_again_quote(runs.session, id, hours, change),
        lambda again: ask_again_sheet(again, budget),
        "Reading what comes back and what it costs",
        "Nothing was sent.",
    )
    if again is None:
        return
    other = runs.other_of(tracked) if tracked is not None else None
    pair = other.run.id if other is not None else None
    if tracked is None and again.create.closing is not None:  # not looked at since a restart
        pair = paired_with(runs.session.journal, again.create.chain_id, id)
    new = replace(again.create, paired_with=pair)
    app.status.start("money", f"Asking again for {again.create.name}: signed, waiting for its block")
    await app.show_bids_screen()
    try:
        await runs.create(new, budget, dict(again.avoid), tracked.only_at if tracked is not None else "")
    except AkashError as error:
        if error.certain:
            await app.switch_mode("leases")
        raise
    if other is not None:
        other.pair = new.id
    runs.forget(id)
    if app.monitor is not None:
        app.monitor.lease_list.seen(id)  # that its funds ran out, if they did
    closed = f"{id.dseq} is closed; " if again.create.closing is not None else ""
    app.status.say(f"✓ {closed}{again.create.name} asks for bids as {again.create.id.dseq}.", "good", 20)
    policy, asked = runs.policy_of(id), runs.tracked_runs.get(new.id)
    if asked is not None:
        runs.open_other(asked)
        if policy is not None:
            runs.set_policy(asked, policy)  # the same rule, off until it is turned on


def why_no_ask_again(app: SessionApp, state: str) -> str | None:
    """Why it cannot be done now with a deployment in this state (`DeploymentView.state`); None if it can."""
    return app.why_read_only() or why_not_again(state) or app.why_nothing_new() or app.why_busy()
