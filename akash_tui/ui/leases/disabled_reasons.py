"""Why a key of the deployment screen does nothing now, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.groups import possible
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.spending.quoting import running_leases
from akash_tui.ui.leases.detail_lines import links, statuses

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

SIGNS = "This is read-only: nothing can be signed. N changes that."
ASKS = "This is read-only: providers tell that only to the wallet's key. N changes that."


def why_no_top_up(session_app: SessionApp, state: str) -> str | None:
    """Why money cannot be added to a deployment in this state now; None if it can."""
    if session_app.readonly:
        return SIGNS
    if state == "closed":
        return "It is closed: a deposit would not bring it back."
    return _wait(session_app)


def why_no_close(session_app: SessionApp, view: DeploymentView | None) -> str | None:
    """Why it cannot be closed now."""
    if session_app.readonly:
        return SIGNS
    if view is not None and view.state == "closed":
        return "It is closed already."
    return _wait(session_app)


def why_no_talk(session_app: SessionApp, view: DeploymentView | None) -> str | None:
    """Why logs and events cannot be read."""
    if session_app.readonly:
        return "This is read-only: providers tell logs only to the wallet's key. N changes that."
    if view is not None and not any(v.status or v.delivered for v in view.leases):
        return "Nothing is leased or delivered yet, so nothing writes."
    return None


def why_no_shell(session_app: SessionApp, view: DeploymentView | None) -> str | None:
    """Why no shell can be opened."""
    if session_app.readonly:
        return ASKS
    if view is not None and not any(s.ready for v in view.leases if v.status for s in v.status.services):
        return "Nothing is ready yet that a shell could run in."
    return None


def why_no_retry(session_app: SessionApp, view: DeploymentView | None, run: DeploymentRun | None) -> str | None:
    """Why no manifest can be handed over."""
    if session_app.readonly:
        return SIGNS
    run_manager = session_app.run_manager
    if view is not None and run_manager is not None and run_manager.bringing_up(view.id):
        return "That is under way."
    if not (run is not None and run.leases) and not (view is not None and view.leases):
        return "There is no lease to hand a manifest to."
    if view is not None and view.state in ("running", "closed"):
        return "It runs already." if view.state == "running" else "It is closed."
    return None


def why_no_names(session_app: SessionApp, view: DeploymentView | None) -> str | None:
    """Why no host name can be moved here."""
    if session_app.readonly:
        return "This is read-only: providers listen only to the wallet's key. N changes that."
    if view is not None and not any(v.status and v.status.services for v in view.leases):
        return "Nothing runs here yet that a name could lead to."
    return None


def why_no_link(session_app: SessionApp, view: DeploymentView | None, run: DeploymentRun | None) -> str | None:
    """Why there is nothing to open in a browser."""
    found = statuses(view, run)
    public = session_app.session is not None and session_app.session.network.public
    if links(found, public=public):
        return None
    if any(s.uris for status in found for s in status.services):
        return "Its addresses are not plain web addresses, so no browser is sent there. y copies them."
    return "It has no web address yet. y copies what there is."


def why_no_group(session_app: SessionApp, view: DeploymentView | None) -> str | None:
    """Why nothing can be done with its groups."""
    if session_app.readonly:
        return SIGNS
    if view is None:
        return "Wait: it is still being read."
    if view.state == "closed" or not any(
        possible(group, running_leases([v.lease for v in view.leases])) for group in view.deployment.groups
    ):
        return "Its groups are closed for good."
    return _wait(session_app)


def _wait(session_app: SessionApp) -> str | None:
    return f"Wait: {session_app.busy}." if session_app.busy is not None else None
