"""What a deploy without a screen is asked to do, and how it ended."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.bids.rule import Rule
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.groups import GroupQuote
from akash_tui.services.deployment.manifest_delivery import MANIFEST_WAIT, RUN_WAIT
from akash_tui.services.ports import BadInput
from akash_tui.services.spending.quotes import CloseQuote, LeaseQuote

ON_FAIL = ("close", "requote", "keep")

Ask = Callable[[DeploymentRun], Awaitable[Mapping[int, BidId] | None]]
"""A bid for every group, chosen by a person; None for no bid. Raises `TimeoutError` if there is none to choose from."""
Confirm = Callable[[LeaseQuote], Awaitable[bool]]
ShowQuote = Callable[[CloseQuote | GroupQuote], None]
"""Shows what `on_fail` is about to sign; `on_fail` has answered it in advance."""


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """The options of `deploy`. Times in seconds."""

    rule: Rule | None
    """None: `ask` is asked. `Rule(kind="none")` stops after collecting and keeps the order."""
    collect: float = 30.0
    """How long bids are collected before one is chosen, where the rule does not say it."""
    bid_wait: float = 300.0
    """How long to wait for an acceptable bid."""
    manifest_wait: float = MANIFEST_WAIT
    run_wait: float = RUN_WAIT
    on_fail: str = "close"
    """close, keep, or requote: a lease whose provider fails is given up for another bid on the same deployment.

    Where there is nothing to requote (no lease yet) or no more to try, requote closes.
    """

    def __post_init__(self) -> None:
        if self.on_fail not in ON_FAIL:
            raise BadInput(f"--on-fail: {self.on_fail!r} is unknown.", f"One of: {', '.join(ON_FAIL)}.")


@dataclass(frozen=True, slots=True)
class DeployOutcome:
    """How it ended; `state` is none, open, leased, running, closed or unknown."""

    exit_code: int
    state: str
    run: DeploymentRun | None
