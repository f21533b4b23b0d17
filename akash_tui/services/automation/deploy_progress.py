"""How far a deploy without a screen has come: what is open, which stage it is in, and its failures as events."""

from __future__ import annotations

from dataclasses import dataclass

from akash_tui.services.automation.deploy_options import DeployOutcome
from akash_tui.services.core.events import Failed
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.ports import AkashError


@dataclass(slots=True)
class DeployProgress:
    """`state` is always true, also in the middle of an exception: none, open, leased, running, closed or unknown."""

    run: DeploymentRun
    state: str = "none"
    stage: str = "create"
    """create, bids, lease, manifest or run."""

    @property
    def unleased(self) -> str:
        """The state while a group has no lease: others may have one."""
        return "leased" if self.run.leases else "open"

    def finish(self, exit_code: int) -> DeployOutcome:
        """The outcome as things stand now."""
        return DeployOutcome(exit_code, self.state, self.run)

    def fail(self, error: AkashError) -> DeployOutcome:
        """Emit the error as an event; the outcome with its exit code."""
        self.report(error.code, error.title, error.advice)
        return self.finish(error.exit_code)

    def report(self, code: str, message: str, advice: str) -> None:
        """Emit a failure of the present stage."""
        self.run.emit(Failed(self.run.head(), self.stage, code, message, advice))

    def what_is_open(self) -> str:
        """One sentence: what is open, whether it costs, and how to end it."""
        dseq = self.run.id.dseq
        return {
            "none": "Nothing was created and nothing is locked.",
            "open": f"Deployment {dseq} is open and holds its deposit. Close it: akash-tui lease close {dseq}.",
            "leased": f"Deployment {dseq} is leased and costs money. Close it: akash-tui lease close {dseq}.",
            "running": f"Deployment {dseq} runs and costs money. Close it: akash-tui lease close {dseq}.",
            "closed": f"Deployment {dseq} is closed.",
        }.get(self.state, f"It is not known yet what became of deployment {dseq}. Run akash-tui resume.")
