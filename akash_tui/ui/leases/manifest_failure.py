"""A lease costs, and no manifest was delivered: it was refused, or the price is not the quoted one. Asks what to do."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from textual.content import Content
from textual.screen import ModalScreen

from akash_tui.domain.akash.entities import DeploymentId, Group
from akash_tui.domain.akash.money import rate
from akash_tui.services.deployment.groups import GroupAction
from akash_tui.services.leases.attention import MANIFEST_SECONDS
from akash_tui.services.leases.lease_reader import DeploymentView, Leases
from akash_tui.services.ports import AkashError, ManifestLost, ManifestRefused, PriceNotQuoted, ProviderFault
from akash_tui.services.spending.quoting import running_leases
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.dialog_box import error_lines
from akash_tui.ui.lease_actions.close import close
from akash_tui.ui.lease_actions.groups import carry_out
from akash_tui.ui.lease_actions.update import go_back
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.run_manager import TrackedRun
    from akash_tui.ui.session.session_app import SessionApp

DIALOG_SECONDS = 0.2
"""Seconds between two checks whether the open dialog has been answered."""


async def ask_what_now(session_app: SessionApp, tracked: TrackedRun, error: AkashError) -> None:
    """Ask, and once more when the five minutes of a lease without manifest are over and the lease was not closed."""
    left = await _ask(session_app, tracked, error)
    if left > 0 and session_app.session is not None:
        await session_app.session.clock.sleep(left)
        await _ask(session_app, tracked, error)


async def _ask(session_app: SessionApp, tracked: TrackedRun, error: AkashError) -> int:
    """Ask, once no other dialog is open; "keep" and esc leave everything as it is: then the seconds that are left
    of the five minutes, otherwise 0."""
    while isinstance(session_app.screen, ModalScreen):  # noqa: ASYNC110 - a dialog has no event to wait for
        await asyncio.sleep(DIALOG_SECONDS)
    run_manager, run = session_app.run_manager, tracked.run
    if run_manager is None or run_manager.tracked_runs.get(run.id) is not tracked or run.error is not error:
        return 0  # it was dealt with meanwhile
    view = await _view(session_app, run.id)
    if view is None or not running_leases([v.lease for v in view.leases]):
        return 0
    answer = await session_app.push_screen_wait(
        ChoiceDialog(
            f"{view.name}: {_what(error)}",
            _options(tracked, error),
            _body(view, error),
        )
    )
    if answer == "again":
        run.price_accepted = run.price_accepted or isinstance(error, PriceNotQuoted)
        run.error = None
        run_manager.bring_up(tracked)
    elif answer == "undo" and tracked.undo is not None:
        plan = tracked.undo
        session_app.money("going back to the previous SDL", lambda: go_back(session_app, plan))
    elif answer == "requote":
        group = _undelivered(view)
        session_app.money(
            "asking for new bids", lambda: carry_out(session_app, view, group, GroupAction.REQUOTE, lambda: None)
        )
    elif answer == "close":
        session_app.money("closing a deployment", lambda: close(session_app, run.id))
    else:
        return max(0, _seconds_left(view))
    return 0


async def _view(session_app: SessionApp, id: DeploymentId) -> DeploymentView | None:
    async with session_app.guard("reading a deployment", loud=False):
        return await Leases(session_app.runs.session).one(id)
    return None


def _what(error: AkashError) -> str:
    if isinstance(error, PriceNotQuoted):
        return "it costs more than was quoted, and nothing was delivered"
    if isinstance(error, ManifestLost):
        return "its provider does not run what it accepted, and it costs"
    if not isinstance(error, ProviderFault):  # it was never sent: not the provider's fault
        return "its manifest was not sent, and it costs"
    return "no provider accepted the manifest, and it costs"


def _options(tracked: TrackedRun, error: AkashError) -> list[ChoiceOption]:
    keep = ChoiceOption("keep", "keep it", "leave it as it is; it keeps costing", "n")
    again = ChoiceOption("again", "send again", "the same manifest once more", "m")
    if isinstance(error, PriceNotQuoted):
        again = ChoiceOption("again", "accept it", "send the manifest; the lease costs what the chain shows", "m")
    without = ", without this provider" if isinstance(error, (ProviderFault, PriceNotQuoted)) else ""
    requote = ChoiceOption("requote", "new bids", f"end this lease; new bids{without}", "p")
    close = ChoiceOption("close", "close", "close the deployment; the unused deposit returns", "x")
    if tracked.undo is None or not isinstance(error, ManifestRefused):
        return [keep, again, requote, close]
    if tracked.undo.former is None:
        return [keep, again, close]  # it still runs the former SDL, which is not here
    return [keep, ChoiceOption("undo", "go back", "to the SDL before this update, which still runs", "u"), again, close]


def _body(view: DeploymentView, error: AkashError) -> list[LabelledLine | Content]:
    left = _seconds_left(view)
    end = f"in {left // 60}:{left % 60:02}" if left > 0 else "by now"
    out: list[LabelledLine | Content] = [
        *error_lines(error),
        BLANK,
        LabelledLine("costs", f"≈ ${rate(view.price_h)} an hour until it ends"),
    ]
    if any(v.delivered is False and not v.status for v in view.leases):
        out.append(
            LabelledLine("", f"Providers say that they end such a lease after five minutes ({end}); some never do.")
        )
    return out


def _seconds_left(view: DeploymentView) -> int:
    """Of the five minutes of its oldest lease that runs; negative once they are over."""
    alive = [v.lease for v in view.leases if v.lease.state.is_running]
    return MANIFEST_SECONDS - int((view.height - min(x.created_at for x in alive)) * view.block_time.seconds)


def _undelivered(view: DeploymentView) -> Group:
    """The group whose lease has no manifest; the first one if the journal does not know."""
    wanted = [v.lease.id.gseq for v in view.leases if v.lease.state.is_running and v.delivered is False]
    return next((g for g in view.deployment.groups if g.id.gseq in wanted), view.deployment.groups[0])
