"""The whole flow without a screen: rules choose, `on_fail` decides, every step is an event; ends with an exit code."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from akash_tui.services.choice import Rule
from akash_tui.services.deploy import MANIFEST_WAIT, RUN_WAIT, Deployer
from akash_tui.services.events import Event
from akash_tui.services.quotes import CreateQuote, LeaseQuote
from akash_tui.services.run import DeploymentRun


@dataclass(frozen=True, slots=True)
class Plan:
    """The options of `deploy`. Times in seconds."""

    rule: Rule | None
    """None: `ask` is asked. `Rule(kind="none")` stops after collecting and keeps the order."""
    collect: float = 30.0
    """How long bids are collected before the rule chooses (from the first bid on, if that comes later)."""
    bid_wait: float = 300.0
    """How long to wait for a first acceptable bid."""
    manifest_wait: float = MANIFEST_WAIT
    run_wait: float = RUN_WAIT
    on_fail: str = "close"
    """close or keep."""


@dataclass(frozen=True, slots=True)
class Finish:
    """How it ended; `state` is none, open, leased, running, closed or unknown."""

    exit_code: int
    state: str
    run: DeploymentRun | None


async def drive(
    deployer: Deployer,
    quote: CreateQuote,
    plan: Plan,
    tell: Callable[[Event], None],
    *,
    ask: Callable[[DeploymentRun], Awaitable[dict[int, str] | None]] | None = None,
    confirm: Callable[[LeaseQuote], Awaitable[bool]] | None = None,
) -> Finish:
    """Create, collect, choose, lease, deliver, wait; `Done` is always the last event.

    `ask` (for `--accept ask`) returns provider addresses by gseq, or None to give up; `confirm` is shown each
    lease quote. Cancellation tells which deployment is open, follows `on_fail` only before the lease if
    asked to, and re-raises.
    """
    raise NotImplementedError
