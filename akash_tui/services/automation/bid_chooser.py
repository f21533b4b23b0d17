"""Which bids a deploy without a screen takes: by its rule or by a person, how long it waits, and why it takes none."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.lease_end import seconds_text
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, per_hour
from akash_tui.services.automation.collecting_time import CollectingTime, Readiness
from akash_tui.services.automation.deploy_options import Ask, DeployOptions
from akash_tui.services.core.chain_wakeups import ChainWakeups
from akash_tui.services.core.events import Chosen, Waiting
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.bid_rules import BidChoice, Rule, choose, unfit
from akash_tui.services.deployment.no_bid_advice import advice_for
from akash_tui.services.ports import NoBid, OrderGone, PriceMoved
from akash_tui.services.spending.quotes import LeaseQuote
from akash_tui.services.spending.quoting import rate_of


@dataclass(slots=True)
class BidChooser:
    """Chooses the bids of one run."""

    session: Session
    run: DeploymentRun
    plan: DeployOptions
    ask: Ask | None
    failed: set[BidId] = field(default_factory=set)
    """Bids that were gone when they were to be taken."""

    async def choose(self, collecting: asyncio.Task[None], refresh_now: ChainWakeups) -> Mapping[int, BidId] | None:
        """A bid for every group; None for the rule `none`. See `CollectingTime` for when."""
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
                raise OrderGone(*self.order_gone)
            usable = bool(choice.picks) and not choice.missing
            match time.check(usable=usable):
                case Readiness.READY:
                    self.emit_choice(choice, rule)
                    return {gseq: row.id for gseq, row in choice.picks.items()}
                case Readiness.OVER:
                    raise NoBid(*await self.no_bid(choice))
            if not usable and time.over and (why := _why_none(choice)) != reported:
                reported = why
                self.run.emit(Waiting(self.run.head(), why, round(time.left)))
            await refresh_now.wait(time.pause)

    @property
    def order_gone(self) -> tuple[str, str]:
        """Message and advice for `OrderGone`."""
        return "The order takes no bids any more.", f"akash-tui lease status {self.run.id.dseq} shows why."

    def within_remaining_budget(self, rule: Rule) -> Rule:
        """The rule with what the running leases leave of its budget."""
        if rule.budget_h is None or not self.run.leases:
            return rule
        spent = per_hour(rate_of(self.run.leases), self.run.block_time or ASSUMED_BLOCK_TIME)
        return replace(rule, budget_h=rule.budget_h - spent)

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


def refuse_unlike(rule: Rule, quote: LeaseQuote) -> None:
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
