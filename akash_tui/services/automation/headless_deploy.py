"""The whole flow without a screen: create, take bids, deliver, run; every step is an event; ends with an exit code."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from akash_tui.services.automation.bid_chooser import BidChooser, refuse_unlike
from akash_tui.services.automation.deploy_failure import FailureHandler
from akash_tui.services.automation.deploy_options import Ask, Confirm, DeployOptions, DeployOutcome, ShowQuote
from akash_tui.services.automation.deploy_progress import DeployProgress
from akash_tui.services.automation.tried_bids import silent_rows
from akash_tui.services.core.chain_wakeups import ChainWakeups
from akash_tui.services.core.events import Done, Event
from akash_tui.services.core.interrupts import INTERRUPTED_EXIT
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.create import create, new_run
from akash_tui.services.deployment.manifest_delivery import deliver, wait_running
from akash_tui.services.deployment.requote import requote
from akash_tui.services.ports import (
    AkashError,
    BadInput,
    LeaseEnded,
    ManifestLost,
    NoBid,
    PriceNotQuoted,
    ProviderFault,
    Stale,
)
from akash_tui.services.spending.quotes import CreateQuote

MOST_TRIES = 5
"""Bids tried one after another when each is gone at the moment of signing."""
MOST_REQUOTES = 3
"""Leases given up one after another before it is closed: then it is hardly the providers' fault."""


async def drive(
    session: Session,
    quote: CreateQuote,
    plan: DeployOptions,
    on_event: Callable[[Event], None],
    *,
    ask: Ask | None = None,
    confirm: Confirm | None = None,
    show: ShowQuote = lambda quote: None,
) -> DeployOutcome:
    """Create, collect, choose, lease, deliver, wait; `Done` is always the last event.

    `ask` (without a rule) reads `run.book` as it fills and returns a bid a group, or None to give up;
    `confirm` is shown each lease quote, `show` each quote of a close or the end of a lease before `on_fail` signs it.
    Cancellation follows `on_fail` before the lease, never closes after it, says what is open, and re-raises.
    """
    if plan.rule is None and ask is None:
        raise BadInput("There is nobody to ask which bid to accept.", "Use --accept cheapest, prefer or none.")
    run = new_run(session, quote)
    run.listeners.append(on_event)
    progress = DeployProgress(run)
    failure = FailureHandler(session, progress, plan.on_fail, show)
    drive_ = _Drive(session, run, plan, confirm, progress, failure, BidChooser(session, run, plan, ask))
    try:
        finish = await drive_.go(quote)
    except asyncio.CancelledError:
        try:
            await failure.interrupted()
        finally:  # interrupted once more, the last event is still true
            run.emit(Done(run.head(), INTERRUPTED_EXIT, progress.state))
        raise
    except BaseException:
        run.emit(Done(run.head(), 1, progress.state))
        raise
    run.emit(Done(run.head(), finish.exit_code, finish.state))
    return finish


@dataclass(slots=True)
class _Drive:
    """One way through the flow; the state of `progress` is always true, also in the middle of an exception."""

    session: Session
    run: DeploymentRun
    plan: DeployOptions
    confirm: Confirm | None
    progress: DeployProgress
    failure: FailureHandler
    chooser: BidChooser
    requotes: int = 0

    async def go(self, quote: CreateQuote) -> DeployOutcome:
        """From creation to a running workload, or to what `on_fail` makes of a failure."""
        progress = self.progress
        try:
            progress.state = "unknown"
            await create(self.session, quote, self.run)
        except AkashError as error:
            progress.state = "none" if error.certain else "unknown"
            return progress.fail(error)
        while True:
            progress.state, progress.stage = progress.unleased, "bids"
            try:
                if not await self.lease():
                    return progress.finish(0)
            except AkashError as error:
                if not error.certain:
                    progress.state = "unknown"
                    return progress.fail(error)
                progress.fail(error)
                return await self.failure.close_or_keep(error.exit_code)
            progress.state, progress.stage = "leased", "manifest"
            try:
                await deliver(self.session, self.run, self.plan.manifest_wait)
                progress.stage = "run"
                await wait_running(self.session, self.run, self.plan.run_wait)
            except AkashError as error:
                progress.fail(error)
                if progress.stage == "run" and not isinstance(error, (LeaseEnded, ManifestLost)):
                    # it has its manifest and may run, though we cannot see it: never close that
                    return progress.finish(error.exit_code)
                # what is ours fails at any provider
                theirs = isinstance(error, (ProviderFault, PriceNotQuoted))
                if theirs and self.plan.on_fail == "requote" and self.requotes < MOST_REQUOTES:
                    try:
                        await self.requote(error)
                    except AkashError as cannot:
                        if not cannot.certain:
                            return progress.fail(cannot)
                        progress.state = progress.unleased
                        progress.fail(cannot)
                    else:
                        continue
                return await self.failure.close_or_keep(error.exit_code)
            progress.state = "running"
            return progress.finish(0)

    async def requote(self, error: AkashError) -> None:
        """Give up what failed; on return other bids can be taken. `state` is unknown while it is under way."""
        self.requotes += 1
        self.progress.state = "unknown"
        await requote(self.session, self.run, error, self.failure.show)
        self.chooser.tried.clear()

    async def lease(self) -> bool:
        """Collect and take bids; False if the rule is to take none. Raises `NoBid` when there is no more to try."""
        progress = self.progress
        refresh_now = ChainWakeups(self.session.clock)
        listener: Callable[[Event], None] = lambda event: refresh_now.take("event", None)  # noqa: E731
        self.run.listeners.append(listener)
        self.run.reads.listeners.append(refresh_now.refresh)
        collecting = asyncio.create_task(collect(self.session, self.run), name="collect")
        collecting.add_done_callback(lambda task: refresh_now.take("ended", None))
        try:
            for _ in range(MOST_TRIES):
                choice = await self.chooser.choose(collecting, refresh_now)
                if choice is None:
                    return False
                try:
                    progress.stage = "lease"
                    quote = await lease_quote(self.session, self.run, choice)
                    if self.plan.rule is not None:
                        if silent := silent_rows(quote):
                            self.chooser.tried.add_silent(silent)
                            progress.stage, last = "bids", f"{silent[0].name} does not answer."
                            continue
                        refuse_unlike(self.plan.rule, quote, self.run.avoided)
                    if self.confirm is not None and not await self.confirm(quote):
                        raise NoBid("The bid was declined.", "Deploy again for fresh bids.")
                    progress.state = "unknown"
                    await accept(self.session, self.run, quote)
                    return True
                except Stale as error:
                    if not error.certain:  # it may be leased all the same: nothing else is signed for it
                        raise
                    progress.state, progress.stage = progress.unleased, "bids"
                    self.chooser.tried.add(choice.values(), error.title.rstrip("."))
                    last = error.title
                except AkashError as error:
                    if error.certain:
                        progress.state = progress.unleased
                    raise
            raise NoBid(
                f"{MOST_TRIES} bids could not be leased. The last: {last}",
                "Providers withdraw bids that wait: deploy again with a shorter --collect.",
            )
        finally:
            self.run.listeners.remove(listener)
            self.run.reads.listeners.remove(refresh_now.refresh)
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)
