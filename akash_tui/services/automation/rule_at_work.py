"""A rule that was turned on for a deployment on a screen: it waits, proposes, and counts down while that is seen.

Nothing here signs. Its screen calls `look` several times a second and does what it returns: make the quote of a
proposal, or lease exactly the quote that was counted down. The time counts only while the countdown is drawn, and
begins again after every gap: no proposal is leased that nobody could have seen for `COUNTDOWN` seconds.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum

from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.decision import Decision
from akash_tui.domain.bids.rule import Rule, Wait
from akash_tui.services.automation.bid_chooser import decide_for, refuse_unlike, why_none
from akash_tui.services.automation.tried_bids import TriedBids, silent_rows
from akash_tui.services.core.events import Chosen
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.deployment.accept_bids import overtaken
from akash_tui.services.ports import AkashError, OrderGone, PriceMoved, Stale, Unreachable
from akash_tui.services.spending.quotes import LeaseQuote

COUNTDOWN = 10.0
"""Seconds that a proposal is shown before it is leased."""
MOST_GAP = 2.0
"""More seconds between two looks (a suspended terminal, a machine that slept), and the countdown begins again."""
DECIDE_EVERY = 1.0
"""Seconds between two decisions: an order may have thousands of bids."""
MOST_TRIES = 5
"""Proposals that could not be leased, one after another, before the rule stops."""
RETRY_SECONDS = 5.0
"""How long it waits after a node did not answer."""


class RuleStage(StrEnum):
    """How far a rule has come."""

    WAITING = "waiting"
    """For time, for bids, or for one that it takes."""
    QUOTING = "quoting"
    COUNTING = "counting"
    LEASING = "leasing"
    STOPPED = "stopped"
    """It takes nothing any more until it is turned on again; `why` says why."""


class RuleStep(StrEnum):
    """What the screen that shows a rule does next."""

    NOTHING = "nothing"
    QUOTE = "quote"
    """Make the quote of `proposed`, then call `quoted` or `failed`."""
    LEASE = "lease"
    """Lease exactly `quote`; if that fails, call `failed`."""


@dataclass(slots=True)
class RuleAtWork:
    """One rule on one run, from being turned on until it has leased or was stopped."""

    run: DeploymentRun
    rule: Rule
    usual_wait: float
    """Seconds of collecting where the rule names no wait."""
    stage: RuleStage = RuleStage.WAITING
    decision: Decision | None = None
    """The newest one, also while it is stopped."""
    proposed: Decision | None = None
    """The one that is quoted, counted down or leased: bids that come meanwhile change the newest one alone."""
    quote: LeaseQuote | None = None
    """What is counted down or leased."""
    why: str = ""
    """Why it stopped, or why nothing can be taken yet: a sentence."""
    tries: int = 0
    tried: TriedBids = field(init=False)
    _decided: float = -math.inf
    _fresh: float | None = None
    """When the read before the choice was asked for."""
    _looked: float = -math.inf
    _shown: float | None = None
    """Since when the countdown has been drawn without a gap."""
    _not_before: float = -math.inf

    def __post_init__(self) -> None:
        self.tried = TriedBids(self.run)
        self.change(self.rule)

    def change(self, rule: Rule) -> None:
        """Work by another rule from now on; what was proposed by the old one is dropped."""
        self.rule = rule if rule.wait is not None else replace(rule, wait=Wait(Decimal(str(self.usual_wait))))
        self._decided = -math.inf
        if self.stage in (RuleStage.QUOTING, RuleStage.COUNTING):
            self._wait_again()

    @property
    def is_on(self) -> bool:
        """Whether it may still lease something by itself."""
        return self.stage is not RuleStage.STOPPED

    @property
    def seconds_left(self) -> float:
        """Of the countdown, where there is one; else of the wait."""
        now = self.run.clock.monotonic()
        if self.stage is RuleStage.COUNTING:
            return COUNTDOWN if self._shown is None else max(0.0, self._shown + COUNTDOWN - now)
        assert self.rule.wait is not None
        return max(0.0, self.rule.wait.longest - self.run.reads.collected(now))

    def look(self, *, seen: bool) -> RuleStep:
        """Go on as far as bids and time allow. `seen`: the line with the countdown is on the screen, and nothing
        else that moves money is under way."""
        now = self.run.clock.monotonic()
        gap, self._looked = now - self._looked, now
        if not seen or gap > MOST_GAP:
            self._shown = None
        if self.stage is RuleStage.LEASING:
            return RuleStep.NOTHING
        if now - self._decided >= DECIDE_EVERY:
            self._decided = now
            self.decision = decide_for(self.run, self.rule, self.run.reads.collected(now), self.tried)
        if self.stage is RuleStage.COUNTING and self.quote is not None:
            if self.run.stage is not Stage.COLLECTING or overtaken(self.run.book, self.quote):
                self._wait_again()
            elif self._shown is not None and now - self._shown >= COUNTDOWN and self._still_taken(self.quote):
                self.stage = RuleStage.LEASING
                return RuleStep.LEASE
        if self.stage is RuleStage.WAITING and self._may_propose(now):
            self.stage, self.proposed = RuleStage.QUOTING, self.decision
            return RuleStep.QUOTE
        return RuleStep.NOTHING

    def _may_propose(self, now: float) -> bool:
        if self.run.stage is not Stage.COLLECTING or now < self._not_before or self.decision is None:
            return False
        if self.decision.choice is None:
            self._fresh = None
            self.why = "" if self.decision.usable else why_none(self.decision)
            return False
        if self._fresh is None:  # the bids are read once more, as without a screen, and only what is there then counts
            self._fresh = now
            self.run.reads.ask()
        return self.run.reads.begun >= self._fresh and self._decided >= self.run.reads.ended

    def shown(self) -> None:
        """The countdown is drawn now."""
        if self.stage is RuleStage.COUNTING and self._shown is None:
            self._shown = self.run.clock.monotonic()

    def unseen(self) -> None:
        """The countdown is not on the screen any more."""
        self._shown = None

    def quoted(self, quote: LeaseQuote) -> None:
        """The quote of the proposal is there: count it down, or go on to the next if it cannot be taken."""
        if self.stage is not RuleStage.QUOTING:
            return  # stopped meanwhile
        if silent := silent_rows(quote):
            self.tried.add_silent(silent)
            self._next(f"{silent[0].name} does not answer.")
            return
        if not self._still_taken(quote):
            return
        self.quote, self._shown, self.why = quote, None, ""
        self.stage = RuleStage.COUNTING
        rejected = self.proposed.rejected if self.proposed is not None else {}
        for row in quote.rows:  # for the receipt of the lease
            why_not = rejected.get(row.gseq, ())
            chosen = Chosen(self.run.head(), row.id, row.price_h, self.rule.words, why_not, terms=self.rule.summary)
            self.run.chosen[row.id] = chosen

    def _still_taken(self, quote: LeaseQuote) -> bool:
        """Whether the rule takes the quote now: a provider may have been blocked elsewhere. If not, go on to the next
        bid."""
        try:
            refuse_unlike(self.rule, quote, self.run.avoided)
        except PriceMoved as error:
            self.failed(error)
            return False
        return True

    def unquoted(self, proposed: Decision | None) -> None:
        """Nobody makes the quote of this proposal any more: propose again, unless that was done already."""
        if self.stage is RuleStage.QUOTING and self.proposed is proposed:
            self._wait_again()

    def failed(self, error: AkashError) -> None:
        """The quote or the lease failed: go on to the next bid if this one was the reason, else stop."""
        if self.stage is RuleStage.STOPPED:
            return
        if isinstance(error, Unreachable) and self.stage is RuleStage.QUOTING:
            self._not_before = self.run.clock.monotonic() + RETRY_SECONDS
            self._next(error.title)
        elif isinstance(error, Stale) and error.certain and not isinstance(error, OrderGone):
            picks = self.proposed.picks if self.proposed is not None else {}
            self.tried.add([row.id for row in picks.values()], error.title.rstrip("."))
            self._next(error.title)
        else:
            self._not_chosen()
            self.stop(error.title)

    def stop(self, why: str) -> None:
        """Take nothing any more; `why` is a sentence. What a person accepts afterwards is not the rule's choice."""
        if self.stage is not RuleStage.LEASING:
            self._not_chosen()
        self.stage, self.why, self.quote, self._shown = RuleStage.STOPPED, why, None, None

    def verdict(self, row: BidRow) -> str:
        """What the rule says of a bid, in a clause: that it takes it, or why not; "" if nothing is decided on it."""
        if self.decision is None:
            return ""
        pick = self.decision.picks.get(row.gseq)
        if pick is not None and pick.id == row.id:
            return "accepts this bid"
        found = (r for r in self.decision.rejected.get(row.gseq, ()) if r.provider == row.id.provider)
        reason = next(found, None)
        return "" if reason is None else f"does not accept it: {reason.reason}"

    def _next(self, why: str) -> None:
        self.tries += 1
        if self.tries >= MOST_TRIES:
            self.stop(f"{MOST_TRIES} proposals could not be leased; the last: {why}")
        else:
            self._wait_again()
            self.why = why

    def _not_chosen(self) -> None:
        """The quote is given up: who accepts its bids later makes the choice."""
        for bid in self.quote.bids if self.quote is not None else ():
            self.run.chosen.pop(bid.id, None)

    def _wait_again(self) -> None:
        self._not_chosen()
        self.stage, self.proposed, self.quote = RuleStage.WAITING, None, None
        self._shown = self._fresh = None
        self._decided = -math.inf
