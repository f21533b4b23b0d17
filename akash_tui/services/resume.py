"""What was under way when the program last stopped: looked up on chain, finished, never repeated."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from akash_tui.domain.market import DeploymentId
from akash_tui.services.journal import Intent, Outcome
from akash_tui.services.run import DeploymentRun
from akash_tui.services.session import Session


class Next(StrEnum):
    """What can be done with a deployment that is under way."""

    NOTHING = "nothing"
    WAIT = "wait"
    """A transaction is still undecided; ask again after its time-out."""
    CHOOSE = "choose"
    """Open, without a lease: collect bids again, or close it."""
    DELIVER = "deliver"
    """Leased, its manifest not handed over."""
    WATCH = "watch"
    """Leased and delivered: it runs or starts."""


@dataclass(frozen=True, slots=True)
class Settled:
    """One intent and what became of it; OPEN if nobody can say yet."""

    intent: Intent
    outcome: Outcome
    says: str
    """One sentence for people."""


@dataclass(frozen=True, slots=True)
class Pending:
    """One deployment under way and the next step."""

    id: DeploymentId
    name: str
    next: Next
    says: str
    advice: str


@dataclass(frozen=True, slots=True)
class Report:
    settled: tuple[Settled, ...]
    pending: tuple[Pending, ...]
    runs: tuple[DeploymentRun, ...] = ()
    """With `carry_on`: the runs whose manifest was sent now."""


async def pending(session: Session) -> list[Intent]:
    """Unresolved intents of this chain and wallet, oldest first; reads only the journal."""
    raise NotImplementedError


async def resume(session: Session, *, carry_on: bool = False, wait: float = 0.0) -> Report:
    """Settle every open intent by looking on chain (waiting at most `wait` seconds for undecided ones).

    With `carry_on` hands over manifests that are due (this spends nothing). Never signs a transaction.
    """
    raise NotImplementedError
