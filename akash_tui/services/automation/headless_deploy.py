"""The whole flow without a screen: rules choose, `on_fail` decides, every step is an event; ends with an exit code."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.lease_end import seconds_text
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, per_hour
from akash_tui.services.automation.collecting_time import CollectingTime, Readiness
from akash_tui.services.core.chain_wakeups import ChainWakeups
from akash_tui.services.core.events import Chosen, Done, Event, Failed, Waiting
from akash_tui.services.core.interrupts import INTERRUPTED, INTERRUPTED_EXIT
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.bid_rules import BidChoice, Rule, choose, unfit
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create, new_run
from akash_tui.services.deployment.manifest_delivery import MANIFEST_WAIT, RUN_WAIT, deliver, wait_running
from akash_tui.services.deployment.no_bid_advice import advice_for
from akash_tui.services.deployment.requote import requote
from akash_tui.services.ports import (
    AkashError,
    BadInput,
    LeaseEnded,
    ManifestLost,
    NoBid,
    OrderGone,
    PriceMoved,
    PriceNotQuoted,
    ProviderFault,
    Stale,
)
from akash_tui.services.spending.quotes import CreateQuote, LeaseQuote
from akash_tui.services.spending.quoting import close_quote, rate_of
from akash_tui.services.spending.tx_settlement import settle
from akash_tui.services.storage.journal_entries import Outcome, SavedStage

SETTLE_AFTER_INTERRUPT = 20.0
"""Seconds that an interrupted flow searches for a transaction that it had sent."""
MOST_TRIES = 5
"""Bids tried one after another when each is gone at the moment of signing."""
MOST_REQUOTES = 3
"""Leases given up one after another before it is closed: then it is hardly the providers' fault."""

ON_FAIL = ("close", "requote", "keep")

Ask = Callable[[DeploymentRun], Awaitable[Mapping[int, BidId] | None]]
Confirm = Callable[[LeaseQuote], Awaitable[bool]]


_STATES = {
    SavedStage.OPEN: "open",
    SavedStage.LEASED: "leased",
    SavedStage.DELIVERED: "leased",
    SavedStage.RUNNING: "running",
    SavedStage.CLOSED: "closed",
}


@dataclass(frozen=True, slots=True)
class DeployOptions:
    """The options of `deploy`. Times in seconds."""

    rule: Rule | None
    """None: `ask` is asked. `Rule(kind="none")` stops after collecting and keeps the order."""
    collect: float = 30.0
    """How long bids are collected before the rule chooses."""
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


async def drive(
    session: Session,
    quote: CreateQuote,
    plan: DeployOptions,
    on_event: Callable[[Event], None],
    *,
    ask: Ask | None = None,
    confirm: Confirm | None = None,
) -> DeployOutcome:
    """Create, collect, choose, lease, deliver, wait; `Done` is always the last event.

    `ask` (without a rule) reads `run.book` as it fills and returns a bid a group, or None to give up;
    `confirm` is shown each lease quote. Cancellation follows `on_fail` before the lease, never closes after
    it, says what is open, and re-raises.
    """
    if plan.rule is None and ask is None:
        raise BadInput("There is nobody to ask which bid to accept.", "Use --accept cheapest, prefer or none.")
    run = new_run(session, quote)
    run.listeners.append(on_event)
    drive_ = _Drive(session, run, plan, ask, confirm)
    try:
        finish = await drive_.go(quote)
    except asyncio.CancelledError:
        try:
            await drive_.interrupted()
        finally:  # interrupted once more, the last event is still true
            run.emit(Done(run.head(), INTERRUPTED_EXIT, drive_.state))
        raise
    except BaseException:
        run.emit(Done(run.head(), 1, drive_.state))
        raise
    run.emit(Done(run.head(), finish.exit_code, finish.state))
    return finish


@dataclass(slots=True)
class _Drive:
    """One way through the flow; `state` is always true, also in the middle of an exception."""

    session: Session
    run: DeploymentRun
    plan: DeployOptions
    ask: Ask | None
    confirm: Confirm | None
    state: str = "none"
    stage: str = "create"
    failed: set[BidId] = field(default_factory=set)
    requotes: int = 0

    def finish(self, exit_code: int) -> DeployOutcome:
        """The outcome as things stand now."""
        return DeployOutcome(exit_code, self.state, self.run)

    async def go(self, quote: CreateQuote) -> DeployOutcome:
        """From creation to a running workload, or to what `on_fail` makes of a failure."""
        try:
            self.state = "unknown"
            await create(self.session, quote, self.run)
        except AkashError as error:
            self.state = "none" if error.certain else "unknown"
            return self.fail(error)
        while True:
            self.state, self.stage = self.unleased, "bids"
            try:
                if not await self.lease():
                    return self.finish(0)
            except AkashError as error:
                if not error.certain:
                    self.state = "unknown"
                    return self.fail(error)
                self.fail(error)
                return await self.on_fail(error.exit_code)
            self.state, self.stage = "leased", "manifest"
            try:
                await deliver(self.session, self.run, self.plan.manifest_wait)
                self.stage = "run"
                await wait_running(self.session, self.run, self.plan.run_wait)
            except AkashError as error:
                self.fail(error)
                if self.stage == "run" and not isinstance(error, (LeaseEnded, ManifestLost)):
                    # it has its manifest and may run, though we cannot see it: never close that
                    return self.finish(error.exit_code)
                # what is ours fails at any provider
                theirs = isinstance(error, (ProviderFault, PriceNotQuoted))
                if theirs and self.plan.on_fail == "requote" and self.requotes < MOST_REQUOTES:
                    try:
                        await self.requote(error)
                    except AkashError as cannot:
                        if not cannot.certain:
                            return self.fail(cannot)
                        self.state = self.unleased
                        self.fail(cannot)
                    else:
                        continue
                return await self.on_fail(error.exit_code)
            self.state = "running"
            return self.finish(0)

    async def requote(self, error: AkashError) -> None:
        """Give up what failed; on return other bids can be taken. `state` is unknown while it is under way."""
        self.requotes += 1
        self.state = "unknown"
        await requote(self.session, self.run, error)
        self.failed.clear()

    @property
    def unleased(self) -> str:
        """The state while a group has no lease: others may have one."""
        return "leased" if self.run.leases else "open"

    # --- before the lease ---

    async def lease(self) -> bool:
        """Collect and take bids; False if the rule is to take none. Raises `NoBid` when there is no more to try."""
        refresh_now = ChainWakeups(self.session.clock)
        listener: Callable[[Event], None] = lambda event: refresh_now.take("event", None)  # noqa: E731
        self.run.listeners.append(listener)
        self.run.reads.listeners.append(refresh_now.refresh)
        collecting = asyncio.create_task(collect(self.session, self.run), name="collect")
        collecting.add_done_callback(lambda task: refresh_now.take("ended", None))
        try:
            for _ in range(MOST_TRIES):
                choice = await self.choose(collecting, refresh_now)
                if choice is None:
                    return False
                try:
                    self.stage = "lease"
                    quote = await lease_quote(self.session, self.run, choice)
                    if self.plan.rule is not None:
                        _refuse_unlike(self.plan.rule, quote)
                    if self.confirm is not None and not await self.confirm(quote):
                        raise NoBid("The bid was declined.", "Deploy again for fresh bids.")
                    self.state = "unknown"
                    await accept(self.session, self.run, quote)
                    return True
                except Stale as error:
                    if not error.certain:  # it may be leased all the same: nothing else is signed for it
                        raise
                    self.state, self.stage = self.unleased, "bids"
                    self.failed.update(choice.values())
                    last = error
                except AkashError as error:
                    if error.certain:
                        self.state = self.unleased
                    raise
            raise NoBid(
                f"{MOST_TRIES} bids were gone when they were to be taken. The last: {last.title}",
                "Providers withdraw bids that wait: deploy again with a shorter --collect.",
            )
        finally:
            self.run.listeners.remove(listener)
            self.run.reads.listeners.remove(refresh_now.refresh)
            collecting.cancel()
            await asyncio.gather(collecting, return_exceptions=True)

    async def choose(self, collecting: asyncio.Task[None], refresh_now: ChainWakeups) -> Mapping[int, BidId] | None:
        """A bid for every group; None for the rule `none`. See `CollectingTime` for when."""
        self.stage = "bids"
        if self.plan.rule is None:
            return await self.asked(collecting)
        rule = self.within_remaining_budget(self.plan.rule)
        # after a failed try there is no new collecting time: the next best is taken at once
        time = CollectingTime(self.run, 0.0 if self.failed else self.plan.collect, self.plan.bid_wait)
        reported = ""
        while True:
            ended = collecting.done()
            if rule.kind == "none":
                if ended or time.over:
                    _raise_if_failed(collecting)
                    return None
                await refresh_now.wait(time.pause)
                continue
            choice = choose(self.run.book, rule, without=frozenset(self.failed), avoid=self.run.avoid)
            if ended:
                _raise_if_failed(collecting)
                raise OrderGone(
                    "The order takes no bids any more.", f"akash-tui lease status {self.run.id.dseq} shows why."
                )
            match time.check(usable=bool(choice.picks) and not choice.missing):
                case Readiness.READY:
                    self.emit_choice(choice, rule)
                    return {gseq: row.id for gseq, row in choice.picks.items()}
                case Readiness.OVER:
                    raise NoBid(*await self.no_bid(choice))
            if time.over and (why := _why_none(choice)) != reported:
                reported = why
                self.run.emit(Waiting(self.run.head(), why, round(time.left)))
            await refresh_now.wait(time.pause)

    def within_remaining_budget(self, rule: Rule) -> Rule:
        """The rule with what the running leases leave of its budget."""
        if rule.budget_h is None or not self.run.leases:
            return rule
        spent = per_hour(rate_of(self.run.leases), self.run.block_time or ASSUMED_BLOCK_TIME)
        return replace(rule, budget_h=rule.budget_h - spent)

    async def asked(self, collecting: asyncio.Task[None]) -> Mapping[int, BidId]:
        """A bid for every group, chosen by a person. Raises `NoBid` if none is chosen."""
        assert self.ask is not None  # `drive` refuses a plan without a rule and without anybody to ask
        try:
            answer = await self.ask(self.run)
        except NoBid as error:
            raise NoBid(error.title, await advice_for(self.session, self.run)) from error
        _raise_if_failed(collecting)
        if answer is None:
            raise NoBid("No bid was chosen.", "Deploy again for fresh bids.")
        for gseq, id in answer.items():
            row = self.run.book.row(id)
            self.run.emit(
                Chosen(self.run.head(), id, None if row is None else row.price_h, f"asked (group {gseq})", ())
            )
        return answer

    def emit_choice(self, choice: BidChoice, rule: Rule) -> None:
        """One `choice` event for each group."""
        for gseq, row in choice.picks.items():
            self.run.emit(Chosen(self.run.head(), row.id, row.price_h, rule.words, choice.rejected.get(gseq, ())))

    async def no_bid(self, choice: BidChoice) -> tuple[str, str]:
        """Message and advice for `NoBid`: how many bids each reason ruled out."""
        waited = seconds_text(self.plan.bid_wait)
        listed = _reasons(choice)
        if not listed:
            return f"No bid came within {waited}.", await advice_for(self.session, self.run)
        return f"No acceptable bid within {waited} ({listed}).", "Widen the budget or the rule, and deploy again."

    # --- ends ---

    def fail(self, error: AkashError) -> DeployOutcome:
        """Emit the error as an event; the outcome with its exit code."""
        self.report(error.code, error.title, error.advice)
        return self.finish(error.exit_code)

    def report(self, code: str, message: str, advice: str) -> None:
        """Emit a failure of the present stage."""
        self.run.emit(Failed(self.run.head(), self.stage, code, message, advice))

    async def on_fail(self, exit_code: int) -> DeployOutcome:
        """Close or keep, as the plan says; a close that fails is reported, and the state stays what it was.

        Requote closes too: it comes here when there is no more to try.
        """
        if self.plan.on_fail != "keep":
            before, self.state = self.state, "unknown"
            try:
                quote = await close_quote(self.session, self.run.id)
                if quote.leases and not self.run.leases:
                    # not by us, so not ours to end: the screen, or another machine with this wallet
                    self.state = "leased"
                    why = "It was leased elsewhere in the meantime, so it was not closed."
                    self.report("leased_elsewhere", why, self.what_is_open())
                    return self.finish(exit_code)
                await close(self.session, quote, self.run)
            except AkashError as error:
                if error.certain:
                    self.state = before
                self.report(error.code, f"Closing failed: {error.title}", self.what_is_open())
            else:
                self.state = "closed"
        return self.finish(exit_code)

    async def interrupted(self) -> None:
        """After a cancellation: find out what is open, follow `on_fail` if nothing is leased, say what remains."""
        why = "Interrupted."
        try:
            await self.read_state()
        except AkashError as error:
            why = f"Interrupted, and the chain could not be asked what was under way: {error.title}"
        self.report(INTERRUPTED, why, self.what_is_open())
        if self.state == "open":
            await self.on_fail(INTERRUPTED_EXIT)

    async def read_state(self) -> None:
        """What the transactions that were under way have become."""
        session = self.session
        if self.state != "unknown":
            return
        for intent in session.journal.open_intents(self.run.chain_id, self.run.id.owner):
            if intent.dseq == self.run.id.dseq:
                settled = await settle(session, intent, SETTLE_AFTER_INTERRUPT)
                if settled.outcome is Outcome.OPEN:
                    return
        saved = session.journal.deployment(self.run.chain_id, self.run.id)
        self.state = "none" if saved is None else _STATES.get(saved.stage, "none")

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


def _refuse_unlike(rule: Rule, quote: LeaseQuote) -> None:
    """Raise `PriceMoved` if what is about to be signed is not what the rule may take any more."""
    if rule.budget_h is not None and quote.price_h > rule.budget_h:
        raise PriceMoved("The bid costs more than the budget by now.", "Widen the budget.")
    for row in quote.rows:
        reason = unfit(row, rule)
        if reason is not None:
            raise PriceMoved(f"The bid is not one that the rule takes by now: {reason[1]}.", "Widen the rule.")


def _reasons(choice: BidChoice) -> str:
    """How many bids each reason rules out: `3 over budget, 1 avoided`; empty without any."""
    reasons = Counter(r.code.replace("_", " ") for rs in choice.rejected.values() for r in rs)
    return ", ".join(f"{count} {code}" for code, count in reasons.most_common())


def _why_none(choice: BidChoice) -> str:
    listed = _reasons(choice)
    return f"No bid can be accepted yet ({listed})." if listed else "No bid yet."


def _raise_if_failed(task: asyncio.Task[None]) -> None:
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
