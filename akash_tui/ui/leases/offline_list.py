"""What the journal knows of this wallet's deployments, for the time in which the chain cannot be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from akash_tui.domain.text import clean
from akash_tui.services.storage.journal_entries import SavedStage
from akash_tui.ui.widgets import formatting

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session

MOST = 12
"""Deployments that are listed."""
_WAS = {
    SavedStage.CREATING: "was being created",
    SavedStage.OPEN: "was waiting for bids",
    SavedStage.LEASED: "was leased",
    SavedStage.DELIVERED: "was leased, its manifest sent",
    SavedStage.RUNNING: "was running",
}


def last_known(session: Session) -> str:
    """Lines for an empty list: the chain is silent, and this is what was known last, with its age."""
    saved = [
        item for item in session.journal.deployments(session.network.chain_id, session.owner) if item.stage in _WAS
    ]
    lines = ["The chain does not answer: r tries again."]
    if not saved:
        return "\n".join([*lines, "This machine has no record of an open deployment of this wallet."])
    lines += ["Last known on this machine; it may have changed since:", ""]
    lines += [
        f"{clean(item.name, 24) or 'deployment'} · dseq {item.id.dseq} · {_WAS[item.stage]} · "
        f"made {formatting.local_time(item.created_at)}"
        for item in saved[:MOST]
    ]
    if len(saved) > MOST:
        lines.append(f"and {len(saved) - MOST} more")
    return "\n".join(lines)
