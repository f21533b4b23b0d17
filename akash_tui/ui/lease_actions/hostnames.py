"""Custom host names of a deployment: which ones point elsewhere, and moving them here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.deployment.hostnames import HostNames, host_names, move_here
from akash_tui.ui.dialogs.questions import says_yes
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


async def move_names(session_app: SessionApp, id: DeploymentId, after: Callable[[], None]) -> None:
    """Read, ask, move; nothing of it costs anything."""
    async with session_app.guard("moving host names"):
        session = session_app.runs.session
        session_app.status.say("Reading the host names from the provider…", "muted")
        found = await host_names(session, id)
        wrong = [names for names in found if names.elsewhere]
        if not wrong:
            here = ", ".join(host for names in found for host in names.here)
            session_app.status.say(
                f"They already point here: {here}." if here else "Its SDL has no custom host names.", "muted"
            )
            return
        if not await says_yes(session_app, "Move host names here?", _name_lines(wrong), "Move them", "Leave them"):
            session_app.status.say("No host name was moved.", "muted")
            return
        moved = [host for names in wrong for host in await move_here(session, names)]
        missing = [name.host for names in wrong for name in names.elsewhere if name.host not in moved]
        if missing:
            session_app.status.say(f"The provider did not move {', '.join(missing)}. H tries again.", "warn", 20)
        else:
            session_app.status.say(f"✓ {', '.join(moved)} now points here.", "good", 20)
        after()


def _name_lines(wrong: Sequence[HostNames]) -> list[LabelledLine]:
    out = []
    for names in wrong:
        for name in names.elsewhere:
            now = (
                "points to no deployment that is known here"
                if name.holder is None
                else f"points to dseq {name.holder.dseq} now"
            )
            out.append(LabelledLine("name", f"{name.host}: {now}"))
    return [
        *out,
        BLANK,
        LabelledLine("then", "They point to this deployment at once, and no longer to the other one."),
        LabelledLine("costs", "nothing; H on the other deployment moves them back"),
    ]
