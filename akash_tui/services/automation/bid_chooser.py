"""Which bids a deploy without a screen takes: by its rule or by a person, how long it waits, and why it takes none."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.lease_end import seconds_text
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, per_hour
from akash_tui.domain.bids.decision import Decision, Reason, decide, unfit
from akash_tui.domain.bids.receipt import BY_HAND
from akash_tui.domain.bids.row_builder import BID_LIFE_SECONDS
from akash_tui.domain.bids.rule import Rule, Wait
from akash_tui.domain.bids.running_total import RunningTotal, running_total
from akash_tui.domain.text import clean
from akash_tui.services.automation.collecting_time import CollectingTime, Readiness
from akash_tui.services.automation.deploy_options import Ask, DeployOptions
from akash_tui.services.automation.tried_bids import TriedBids
from akash_tui.services.core.chain_wakeups import ChainWakeups
from akash_tui.services.core.events import Chosen, Waiting
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.no_bid_advice import advice_for
from akash_tui.services.ports import NoBid, OrderGone, PriceMoved
from akash_tui.services.spending.quotes import LeaseQuote
from akash_tui.services.spending.quoting import rate_of

LAST_SECONDS = 90
"""So long before a picked bid is usually withdrawn, no other bid is waited for."""
_OVER = (Reason.GONE, Reason.LOST)


@dataclass(slots=True)
class BidChooser:
    """Chooses the bids of one run."""

    session: Session
    run: DeploymentRun
    plan: DeployOptions
    ask: Ask | None
    tried: TriedBids = field(init=False)
    """Bids that could not be taken when they were to be."""

    def __post_init__(self) -> None:
        self.tried = TriedBids(self.run)

    async def choose(self, collecting: asyncio.Task[None], refresh_now: ChainWakeups) -> Mapping[int, BidId] | None:
        """A bid for every group; None for the rule `none`. See `CollectingTime` for when."""
        if self.plan.rule is None:
            return await self.asked(collecting)
        wait = self.plan.rule.wait or Wait(Decimal(str(self.plan.collect)))
        if self.tried:  # then the next best is taken at once
            wait = Wait(Decimal(0))
        rule = replace(self.plan.rule, wait=wait)
        time = CollectingTime(self.run, wait.longest, self.plan.bid_wait)
        reported = ""
        while True:
            ended = collecting.done()
            if rule.kind == "none":
                if ended or time.over:
                    _raise_if_failed(collecting)
                    return None
                await refresh_now.wait(time.pause)
                continue
            decision = decide_for(self.run, rule, time.passed, self.tried)
            if ended:
                _raise_if_failed(collecting)
                raise OrderGone(*self.order_gone)
            enough = decision.waited or expires_soon(self.run, decision)
            match time.check(usable=decision.usable, enough=enough):
                case Readiness.READY:
                    self.emit_choice(decision, rule)
                    return {gseq: row.id for gseq, row in decision.picks.items()}
                case Readiness.OVER:
                    raise NoBid(*await self.no_bid(decision))
            if not decision.usable and time.over and (why := why_none(decision)) != reported:
                reported = why
                self.run.emit(Waiting(self.run.head(), why, round(time.left)))
            await refresh_now.wait(time.pause)

    @property
    def order_gone(self) -> tuple[str, str]:
        """Message and advice for `OrderGone`."""
        return "The order is closed for bids.", f"akash-tui lease status {self.run.id.dseq} shows why."

    async def asked(self, collecting: asyncio.Task[None]) -> Mapping[int, BidId]:
        """A bid for every group, chosen by a person. Raises `NoBid` if none is chosen."""
        assert self.ask is not None  # `drive` refuses a plan without a rule and without anybody to ask
        asking = asyncio.ensure_future(self.ask(self.run))
        try:
            await asyncio.wait({asking, collecting}, return_when=asyncio.FIRST_COMPLETED)
            if not asking.done():  # nothing comes any more that could end the wait for bids
                _raise_if_failed(collecting)
                raise OrderGone(*self.order_gone)
            answer = asking.result()
        except TimeoutError as error:
            waited = seconds_text(self.plan.bid_wait)
            raise NoBid(f"No bid to choose from within {waited}.", await advice_for(self.session, self.run)) from error
        finally:
            asking.cancel()
            await asyncio.wait({asking})
        _raise_if_failed(collecting)
        if answer is None:
            raise NoBid("No bid was chosen.", "Deploy again for fresh bids.")
        for id in answer.values():
            row = self.run.book.row(id)
            self.run.emit(Chosen(self.run.head(), id, None if row is None else row.price_h, BY_HAND, ()))
        return answer

    def emit_choice(self, decision: Decision, rule: Rule) -> None:
        """One `choice` event for each group; of several, with what is chosen so far."""
        picks: dict[int, BidId] = {}
        for gseq, row in decision.picks.items():
            rejected = decision.rejected.get(gseq, ())
            chosen = Chosen(self.run.head(), row.id, row.price_h, rule.words, rejected, terms=rule.summary)
            picks[gseq] = row.id
            if len(decision.picks) > 1:
                total = total_for(self.run, picks, rule)
                chosen = replace(chosen, total_h=total.chosen_h, budget_left_h=total.left_h)
            self.run.chosen[row.id] = chosen
            self.run.emit(chosen)

    async def no_bid(self, decision: Decision) -> tuple[str, str]:
        """Message and advice for `NoBid`: how many bids each reason ruled out."""
        waited = seconds_text(self.plan.bid_wait)
        listed = reasons_words(decision)
        if not listed:
            return f"No bid came within {waited}.", await advice_for(self.session, self.run)
        return f"No acceptable bid within {waited} ({listed}).", ended_advice(decision)


def ended_advice(decision: Decision) -> str:
    """What to do where there were bids and none was accepted."""
    if all(each.code in _OVER for rejections in decision.rejected.values() for each in rejections):
        return "Providers withdraw a bid after about 5 minutes: deploy again for fresh bids."
    return "Raise the budget or relax the rule, and deploy again."


def expires_soon(run: DeploymentRun, decision: Decision) -> bool:
    """Whether one of the bids that were picked would hardly be there any more after a longer wait. Counted in blocks:
    on practice, time may pass many times as fast as by our clock."""
    block = (run.block_time or ASSUMED_BLOCK_TIME).seconds
    return any(
        (run.book.height - row.created_at) * block >= BID_LIFE_SECONDS - LAST_SECONDS for row in decision.picks.values()
    )


def decide_for(run: DeploymentRun, rule: Rule, waited: float | None, tried: TriedBids) -> Decision:
    """What the rule decides on the bids of a run as they are now, beside the leases that it has. See `decide`."""
    return decide(
        run.book,
        _within_remaining_budget(rule, run),
        waited=waited,
        tried=tried.now(),
        avoid=run.avoided,
        beside=run.leased_from,
    )


def _within_remaining_budget(rule: Rule, run: DeploymentRun) -> Rule:
    """The rule with what the running leases leave of its budget."""
    if rule.budget_h is None or not run.leases:
        return rule
    return replace(rule, budget_h=rule.budget_h - _running_h(run))


def _running_h(run: DeploymentRun) -> Decimal:
    """ACT an hour of its running leases."""
    return per_hour(rate_of(run.leases), run.block_time or ASSUMED_BLOCK_TIME)


def total_for(run: DeploymentRun, picks: Mapping[int, BidId], rule: Rule) -> RunningTotal:
    """What is chosen for the groups of a run as its bids are now, beside the leases that it has."""
    names = {gseq: clean(group.name, 16) for gseq, group in run.groups.items()}
    return running_total(run.book, picks, rule, names, running_h=_running_h(run), avoid=run.avoided)


def refuse_unlike(rule: Rule, quote: LeaseQuote, avoid: Mapping[str, str]) -> None:
    """Raise `PriceMoved` if what is about to be signed is not what the rule may take any more."""
    if rule.budget_h is not None and quote.price_h > rule.budget_h:
        raise PriceMoved("The bid now costs more than the budget.", "Raise the budget.")
    for row in quote.rows:
        reason = unfit(row, rule, avoid=avoid)
        if reason is not None:
            raise PriceMoved(f"The rule no longer accepts this bid: {reason[1]}.", "Relax the rule.")


def reasons_words(decision: Decision) -> str:
    """How many bids each reason rules out: `3 over budget, 1 avoided`; empty without any."""
    reasons = Counter(r.code.words for rs in decision.rejected.values() for r in rs)
    return ", ".join(f"{count} {code}" for code, count in reasons.most_common())


def why_none(decision: Decision) -> str:
    """Why nothing can be taken yet, in a sentence."""
    listed = reasons_words(decision)
    return f"No bid can be accepted yet ({listed})." if listed else "No bid yet."


def _raise_if_failed(task: asyncio.Task[None]) -> None:
    if task.done() and not task.cancelled() and (error := task.exception()) is not None:
        raise error
