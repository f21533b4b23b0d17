"""Deploy the same once more, from the list or from one deployment: its SDL and name on the Deploy screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.deployment.redeploy import RedeployPlan, redeploy
from akash_tui.ui.session.draft import Draft

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


def deploy_again(session_app: SessionApp, id: DeploymentId) -> None:
    """Read what is known of it, then show it on the Deploy screen; nothing is signed here."""
    session_app.background(_again(session_app, id), "again")


async def _again(session_app: SessionApp, id: DeploymentId) -> None:
    from akash_tui.ui.deploy.screen import DeployScreen

    session_app.status.start("again", f"Reading the SDL of deployment {id.dseq}")
    try:
        async with session_app.guard("deploying it again"):
            plan = await redeploy(session_app.runs.session, id)
            if session_app.current_mode != "deploy":
                await session_app.switch_mode("deploy")
            screen = session_app.screen
            if isinstance(screen, DeployScreen):
                screen.take(Draft(plan.name, plan.file, plan.sdl, session_app.program.sdl, avoid=plan.avoid))
                session_app.status.say(_summary(plan), "warn" if plan.runs or not plan.exact else "", 20)
    finally:
        session_app.status.stop("again")


def _summary(plan: RedeployPlan) -> str:
    """What to know before asking for bids with it."""
    out = [f"This is the SDL of deployment {plan.id.dseq}; enter asks for bids."]
    if not plan.exact:
        out.append("It is not exactly what was deployed: read it first.")
    if plan.runs:
        out.append("The old deployment keeps running and costing until you close it (3).")
    return " ".join(out)
