"""What happens when a deploy without a screen fails or is interrupted: close or keep, and say what is open."""

from __future__ import annotations

from dataclasses import dataclass, replace

from akash_tui.services.automation.deploy_options import DeployOutcome, ShowQuote
from akash_tui.services.automation.deploy_progress import DeployProgress
from akash_tui.services.core.interrupts import INTERRUPTED, INTERRUPTED_EXIT
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.ports import AkashError, BadInput, Insufficient
from akash_tui.services.spending.quotes import CloseQuote
from akash_tui.services.spending.quoting import close_quote
from akash_tui.services.spending.tx_settlement import settle
from akash_tui.services.storage.journal_entries import Outcome, SavedStage

SETTLE_AFTER_INTERRUPT = 20.0
"""Seconds that an interrupted flow searches for a transaction that it had sent."""

_STATES = {
    SavedStage.OPEN: "open",
    SavedStage.LEASED: "leased",
    SavedStage.DELIVERED: "leased",
    SavedStage.RUNNING: "running",
    SavedStage.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class FailureHandler:
    """Follows `on_fail` (close, requote or keep), and keeps the state of `progress` true."""

    session: Session
    progress: DeployProgress
    on_fail: str
    show: ShowQuote

    async def close_or_keep(self, exit_code: int) -> DeployOutcome:
        """Close or keep, as `on_fail` says; a close that fails is reported, and the state stays what it was.

        Requote closes too: it comes here when there is no more to try.
        """
        progress = self.progress
        if self.on_fail != "keep":
            before, progress.state = progress.state, "unknown"
            try:
                quote = await self._close_quote()
                if quote.leases and not progress.run.leases:
                    # not by us, so not ours to end: the screen, or another machine with this wallet
                    progress.state = "leased"
                    why = "It was leased elsewhere in the meantime, so it was not closed."
                    progress.report("leased_elsewhere", why, progress.what_is_open())
                    return progress.finish(exit_code)
                self.show(quote)
                await close(self.session, quote, progress.run)
            except AkashError as error:
                if error.certain:
                    progress.state = before
                progress.report(error.code, f"Closing failed: {error.title}", progress.what_is_open())
            else:
                progress.state = "closed"
        return progress.finish(exit_code)

    async def _close_quote(self) -> CloseQuote:
        """What closing costs and gives back. A fee grant that does not pay any more must not keep a deployment open:
        then the wallet pays the gas itself, and the quote that is shown says nothing else."""
        try:
            return await close_quote(self.session, self.progress.run.id)
        except (BadInput, Insufficient):
            if not self.session.payers.fee_granter:
                raise
            self.session.payers = replace(self.session.payers, fee_granter="")
            return await close_quote(self.session, self.progress.run.id)

    async def interrupted(self) -> None:
        """After a cancellation: find out what is open, follow `on_fail` if nothing is leased, say what remains."""
        progress = self.progress
        why = "Interrupted."
        try:
            await self.read_state()
        except AkashError as error:
            why = f"Interrupted, and the chain could not be asked what was under way: {error.title}"
        progress.report(INTERRUPTED, why, progress.what_is_open())
        if progress.state == "open":
            await self.close_or_keep(INTERRUPTED_EXIT)

    async def read_state(self) -> None:
        """What the transactions that were under way have become."""
        session, progress = self.session, self.progress
        if progress.state != "unknown":
            return
        for intent in session.journal.open_intents(progress.run.chain_id, progress.run.id.owner):
            if intent.dseq == progress.run.id.dseq:
                settled = await settle(session, intent, SETTLE_AFTER_INTERRUPT)
                if settled.outcome is Outcome.OPEN:
                    return
        saved = session.journal.deployment(progress.run.chain_id, progress.run.id)
        progress.state = "none" if saved is None else _STATES.get(saved.stage, "none")
