"""Why a key of the deployment screen does nothing now, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import OrderState
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.groups import possible
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.spending.quoting import running_leases
from akash_tui.ui.lease_actions.ask_again import why_no_ask_again
from akash_tui.ui.leases.detail_lines import links, statuses
from akash_tui.ui.session.run_manager import TrackedRun, waiting
from akash_tui.ui.session.session_app import READ_ONLY

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

ONLY_THE_OWNER = "This is read-only: providers answer only to the wallet's owner. N changes that."
ASKS_PROVIDER = ("lease.logs", "lease.events", "lease.shell", "lease.hostnames")
SIGNS = (
    *("lease.top-up", "lease.auto-top-up", "lease.stop-after", "lease.close"),
    *("lease.send-manifest", "lease.groups", "lease.redeploy"),
)


def why_not(
    session_app: SessionApp, action_id: str, view: DeploymentView | None, tracked: TrackedRun | None
) -> str | None:
    """Why an action of the screen cannot be used now; None if it can. `view` is what was read last."""
    if session_app.readonly and action_id in ASKS_PROVIDER:
        return ONLY_THE_OWNER
    if session_app.readonly and action_id in SIGNS:
        return READ_ONLY
    run = tracked.run if tracked is not None else None
    leases = view.leases if view is not None else ()
    services = [service for v in leases if v.status for service in v.status.services]
    match action_id:
        case "lease.top-up" | "lease.auto-top-up" | "lease.stop-after":
            return why_no_top_up(session_app, view.state if view is not None else "")
        case "lease.close":
            closed = view is not None and view.state == "closed"
            return "It is closed already." if closed else session_app.why_busy()
        case "lease.ask-again":
            return why_no_ask_again(session_app, view.state if view is not None else "")
        case "lease.redeploy":
            return session_app.why_nothing_new()
        case "lease.logs" | "lease.events" if view is not None and not any(v.status or v.delivered for v in leases):
            return "Nothing runs yet, so there are no logs or events."
        case "lease.shell" if view is not None and not any(service.ready for service in services):
            return "No service is ready for a shell yet."
        case "lease.hostnames" if view is not None and not services:
            return "Nothing runs here yet that a host name could point to."
        case "lease.receipt" if session_app.session is None:
            return "No network is open."
        case "lease.open":
            return _why_no_link(session_app, view, run)
        case "lease.groups":
            return _why_no_group(session_app, view)
        case "lease.send-manifest":
            return _why_no_retry(session_app, view, run)
        case "lease.show-bids":
            open_ones = view is not None and any(o.state is OrderState.OPEN for o in view.orders)
            taking = waiting(tracked) or open_ones or (view is not None and view.state == "waiting")
            return None if taking else "It accepts no bids now."
    return None


def why_no_top_up(session_app: SessionApp, state: str) -> str | None:
    """Why money cannot be added to a deployment in this state now; None if it can."""
    if session_app.readonly:
        return READ_ONLY
    if state == "closed":
        return "It is closed: a deposit would not reopen it."
    return session_app.why_busy()


def _why_no_retry(session_app: SessionApp, view: DeploymentView | None, run: DeploymentRun | None) -> str | None:
    run_manager = session_app.run_manager
    if view is not None and run_manager is not None and run_manager.bringing_up(view.id):
        return "This is in progress already."
    if not (run is not None and run.leases) and not (view is not None and view.leases):
        return "There is no lease to send a manifest to."
    if view is not None and view.state in ("running", "closed"):
        return "It runs already." if view.state == "running" else "It is closed."
    return None


def _why_no_link(session_app: SessionApp, view: DeploymentView | None, run: DeploymentRun | None) -> str | None:
    found = statuses(view, run)
    public = session_app.session is not None and session_app.session.network.public
    if links(found, public=public):
        return None
    if any(s.uris for status in found for s in status.services):
        return "Its addresses are not plain web addresses, so they are not opened in a browser. y copies them."
    return "It has no web address yet. y copies other endpoints."


def _why_no_group(session_app: SessionApp, view: DeploymentView | None) -> str | None:
    if view is None:
        return "Wait: it is still being read."
    if view.state == "closed" or not any(
        possible(group, running_leases([v.lease for v in view.leases])) for group in view.deployment.groups
    ):
        return "Its groups are closed for good."
    return session_app.why_busy()
