"""One group of a deployment by key: take other bids, pause, start, close; the quote first, then exactly that."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import Group
from akash_tui.domain.akash.money import UACT, Coin, rate
from akash_tui.services.deployment.groups import GroupAction, GroupQuote, group_quote, possible
from akash_tui.services.deployment.redeploy import to_avoid
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.spending.quoting import running_leases
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.payer_choice import payer_options
from akash_tui.ui.dialogs.quote_sheets import QuoteSheet, balance_lines, gas_line
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

_DESCRIPTIONS = {
    GroupAction.REQUOTE: ("new bids", "end its lease; a new order opens at once"),
    GroupAction.PAUSE: ("pause", "end its lease and accept no bids; it can be started again"),
    GroupAction.START: ("start", "open a new order for bids"),
    GroupAction.CLOSE: ("close", "close it for good; the deployment and its deposit stay"),
}
_TITLES = {
    GroupAction.REQUOTE: ("End this lease and ask for new bids?", "End the lease"),
    GroupAction.PAUSE: ("Pause this group?", "Pause it"),
    GroupAction.START: ("Start this group?", "Start it"),
    GroupAction.CLOSE: ("Close this group for good?", "Close it"),
}
_DONE = {
    GroupAction.REQUOTE: "its lease has ended and new bids are coming",
    GroupAction.PAUSE: "paused",
    GroupAction.START: "started; bids are coming",
    GroupAction.CLOSE: "closed",
}


def change_group(session_app: SessionApp, view: DeploymentView, after: Callable[[], None]) -> None:
    """Which group and what to do with it is asked first; nothing is signed without its quote."""
    session_app.money("changing a group", lambda: _change(session_app, view, after))


async def _change(session_app: SessionApp, view: DeploymentView, after: Callable[[], None]) -> None:
    leases = running_leases([v.lease for v in view.leases])
    steps = [(group, step) for group in view.deployment.groups for step in possible(group, leases)]
    options = [_option(at, group, step, len(view.deployment.groups) > 1) for at, (group, step) in enumerate(steps)]
    answer = await session_app.push_screen_wait(ChoiceDialog("Groups", options))
    if answer is None:
        session_app.status.say("Nothing was changed.", "muted")
        return
    group, step = steps[int(answer)]
    await carry_out(session_app, view, group, step, after)


def _option(at: int, group: Group, step: GroupAction, many: bool) -> ChoiceOption:
    title, description = _DESCRIPTIONS[step]
    return ChoiceOption(str(at), f"{title} · {group.spec.name}" if many else title, description)


async def carry_out(
    session_app: SessionApp, view: DeploymentView, group: Group, step: GroupAction, after: Callable[[], None]
) -> None:
    """Quote, dialog, exactly that; with a new order its bids are shown."""
    runs, session = session_app.runs, session_app.runs.session
    again = step in (GroupAction.REQUOTE, GroupAction.START)
    avoid = to_avoid(view) if again else {}
    policy = runs.policy_of(view.id) if again else None
    rule = "" if policy is None else policy.as_rule(runs.budget_of(view.id).cap_h).summary
    profiles = session.provider_cache.profiles
    names = {
        name.address: name.filled(profiles.get(name.address)).full for name in (v.provider_name for v in view.leases)
    }
    quote = await session_app.confirmed(
        _TITLES[step][0],
        partial(group_quote, session, group.id, step),
        partial(group_sheet, avoid=avoid, names=names, runs=_has_data(view, group), rule=rule),
        "Reading the group",
        "Nothing was changed.",
    )
    if quote is None:
        return
    session_app.status.start("money", f"{view.name}: signed, waiting for its block")
    await runs.change_group(quote, avoid)
    session_app.status.say(f"✓ Group {quote.name}: {_DONE[step]}.", "good", 20)
    after()
    if again:
        session_app.show_bids(view.id)


def _has_data(view: DeploymentView, group: Group) -> bool:
    """True where something was handed over, also while it starts or its provider is silent."""
    mine = [v for v in view.leases if v.lease.id.gseq == group.id.gseq and v.lease.state.is_running]
    return any(v.delivered or (v.status is not None and v.status.services) for v in mine)


def group_sheet(
    quote: GroupQuote, *, avoid: Mapping[str, str], names: Mapping[str, str], runs: bool, rule: str = ""
) -> QuoteSheet:
    """What ends, what stays; where something was handed over, the group's name must be typed. `rule`: the one that
    was written for the deployment."""
    title, yes = _TITLES[quote.step]
    lines = [LabelledLine("dseq", str(quote.id.dseq))]
    if quote.ends:
        lost = "; its data is lost" if runs else ""
        who = ", ".join(names.get(x.id.provider, x.id.provider) for x in quote.ends)
        lines.append(LabelledLine("ends", f"the lease at {who}, ≈ ${rate(quote.ends_h)} an hour{lost}", "warn"))
    elif quote.step is not GroupAction.START:
        lines.append(LabelledLine("ends", "no running lease"))
    lines.append(LabelledLine("stays", f"{formatting.amount(Coin(UACT, int(quote.left)))} in the deployment's escrow"))
    if quote.step is GroupAction.CLOSE and quote.last:
        lines.append(LabelledLine("", "This is the last open group: x on the deployment returns the deposit.", "warn"))
    if quote.step in (GroupAction.REQUOTE, GroupAction.START):
        lines.append(LabelledLine("then", "bids come in; nothing is charged by the hour until you accept one"))
    if rule:
        lines.append(LabelledLine("rule", f"{rule}: it is off on the new bids until R turns it on", "muted"))
    lines += [LabelledLine("avoids", f"{names.get(owner, owner)}: {why}", "warn") for owner, why in avoid.items()]
    lines += [gas_line(quote), *balance_lines(quote)]
    typed = quote.name if quote.ends and runs else None
    return QuoteSheet(
        title,
        f"Group {quote.name}",
        tuple(lines),
        yes,
        quote.unverified,
        typed,
        quote.beyond,
        payers=payer_options(quote),
    )
