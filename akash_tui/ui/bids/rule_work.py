"""A rule on the bids screen: its form, its line with the countdown, and the key that stops it."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.bids.bid_view import MANY
from akash_tui.domain.bids.decision import Decision, price
from akash_tui.domain.bids.formatting import act
from akash_tui.domain.bids.rule import Rule
from akash_tui.services.automation.bid_chooser import decide_for, reasons_words
from akash_tui.services.automation.policy import Policy, save_usual_policy, usual_policy
from akash_tui.services.automation.rule_at_work import RuleAtWork, RuleStage, RuleStep
from akash_tui.services.automation.tried_bids import TriedBids
from akash_tui.services.core.run_state import Stage
from akash_tui.services.deployment import accept_bids
from akash_tui.services.ports import AkashError
from akash_tui.ui.bids.accept import lease_by_rule, why_only_proposed
from akash_tui.ui.bids.pair import PairOrders
from akash_tui.ui.bids.rule_form import RuleAnswer, RuleForm
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine
from akash_tui.ui.widgets.styles import joined

if TYPE_CHECKING:
    from akash_tui.domain.bids.bid_row import BidRow

BY_KEY = "You stopped it."


class RuleWork(PairOrders):
    """The part of the bids screen on which a rule works; it works for the deployment that is shown, and only then."""

    # -- the rule goes on ---------------------------------------------------------------

    def _tick(self) -> None:
        super()._tick()
        if self.is_running and self.is_mounted and self.is_attached and self.in_sight:
            self.work_by_rule()

    def work_by_rule(self) -> None:
        """Let the rule go on; what it asks for is done beside the screen."""
        tracked, app = self.tracked, self.session_app
        work = tracked.at_work if tracked is not None else None
        if tracked is None or work is None or tracked.policy is None:
            return
        rule = self.rule_of(tracked, tracked.policy)
        if rule.budget_h != work.rule.budget_h:  # the budget of the deployment was changed
            work.change(rule)
        too_small = self.has_class("-tiny") or self.has_class("-flat")
        seen = app.screen is self and not app.away and not too_small and app.why_busy() is None
        match work.look(seen=seen):
            case RuleStep.QUOTE:
                self.background(partial(self._quote, tracked, work), "rule")
            case RuleStep.LEASE:
                app.money("leasing by the rule", lambda: lease_by_rule(app, tracked, work))

    async def _quote(self, tracked: TrackedRun, work: RuleAtWork) -> None:
        """The quote of the proposal; where it would have to be typed, it is only proposed."""
        app = self.session_app
        proposed = work.proposed
        choice = proposed.choice if proposed is not None else None
        if choice is None:  # it was stopped or changed before this began
            return
        try:
            quote = await accept_bids.lease_quote(app.runs.session, tracked.run, choice)
            work.quoted(quote)
            why = why_only_proposed(app, tracked, quote) if work.stage is RuleStage.COUNTING else ""
            if why:
                work.stop(why)
                tracked.marks[:] = [*(id for id in tracked.marks if id.gseq not in choice), *choice.values()]
                self._stand_on(tracked)
        except AkashError as error:
            app.problems.add("a quote for the rule", error)
            work.failed(error)
        finally:
            work.unquoted(proposed)  # the screen was closed meanwhile
            self.repaint()

    def _stand_on(self, tracked: TrackedRun) -> None:
        """The cursor on the marked bid of the group that is shown, so that `a` takes what is proposed."""
        key = next((str(id) for id in reversed(tracked.marks) if self.table.has(str(id))), None)
        if key is not None:
            self.bid_list.pinned.pin()
            self.table.move_to_id(key)

    def on_screen_suspend(self) -> None:
        super().on_screen_suspend()
        tracked = self.tracked
        if tracked is not None and tracked.at_work is not None:
            tracked.at_work.unseen()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.session_app.any_key = self.stop_by_key

    def stop_by_key(self) -> bool:
        """Stop a countdown; True if there was one: the key does nothing else then."""
        tracked = self.tracked
        work = tracked.at_work if tracked is not None else None
        if work is None or work.stage is not RuleStage.COUNTING or self.app.screen is not self:
            return False
        work.stop(BY_KEY)
        self.session_app.status.say("The rule is off: nothing was leased. R turns it on again.", "warn", 20)
        self.repaint()
        return True

    # -- what is shown ------------------------------------------------------------------

    def rule_revision(self) -> object:
        """Differs when the line of the rule does."""
        tracked = self.tracked
        work = tracked.at_work if tracked is not None else None
        return None if work is None else (work.stage, int(work.seconds_left), work.why, id(work.decision))

    def rule_lines(self, tracked: TrackedRun, width: int) -> list[Content]:
        """The rule and what it does now: one line where there is room, else two. Drawing a countdown starts it."""
        work = tracked.at_work
        if work is None or tracked.run.stage not in (Stage.COLLECTING, Stage.LEASING):
            return []
        rule = joined(("rule       ", "muted"), work.rule.summary)
        state = self._rule_state(work)
        work.shown()
        if rule.cell_length + state.cell_length + 3 <= width:
            return [joined(rule, " " * (width - rule.cell_length - state.cell_length), state)]
        indented = joined("           ", state)
        return [rule.truncate(width, ellipsis=True), indented if indented.cell_length <= width else state]

    def _rule_state(self, work: RuleAtWork) -> Content:
        left = formatting.clock(work.seconds_left + 0.999)
        match work.stage:
            case RuleStage.COUNTING:
                proposal = proposal_words(work, short=self.size.width < 100)
                return joined((f"leasing {proposal} in {left}", "warn"), (", any key stops", "strong"))
            case RuleStage.QUOTING:
                return joined(("reading the bid that it proposes…", "accent"))
            case RuleStage.LEASING:
                return joined((f"leasing {proposal_words(work)}…", "accent"))
            case RuleStage.STOPPED:
                return joined((f"off: {work.why} R turns it on again", "warn"))
        if work.why:
            return joined((f"on: {work.why}", "accent"))
        if not work.seconds_left:
            return joined(("on: reading the bids once more", "accent"))
        bids = work.rule.wait.bids if work.rule.wait is not None else None
        return joined((f"on: waits {left}" + (f", or for {formatting.plural(bids, 'bid')}" if bids else ""), "accent"))

    # -- the form -----------------------------------------------------------------------

    def rule_of(self, tracked: TrackedRun, policy: Policy) -> Rule:
        """The rule of a policy with the lower one of its budget and the deployment's."""
        return policy.as_rule(tracked.budget.cap_h)

    def do_rule(self) -> None:
        """Write the rule of this deployment, and turn it on or off."""
        self.background(self._ask_rule, "rule form")

    async def _ask_rule(self) -> None:
        tracked, app = self.tracked, self.session_app
        if tracked is None:
            return
        policy = tracked.policy
        async with app.guard("reading the usual rule", loud=False):
            policy = policy or usual_policy(app.program.home)
        work = tracked.at_work
        usual_wait = float(app.program.settings.collect_seconds)
        answer = await app.push_screen_wait(
            RuleForm(
                policy or Policy(),
                is_on=work is not None and work.is_on,
                several=len(self.groups(tracked.run)) > 1,
                usual_wait=usual_wait,
                hosts=_hosts(tracked),
                preview=partial(self._preview, tracked),
            )
        )
        if answer is None:
            return
        await self._take_rule(tracked, answer)
        self.repaint()

    async def _take_rule(self, tracked: TrackedRun, answer: RuleAnswer) -> None:
        app = self.session_app
        async with app.guard("saving the rule", loud=False):  # it counts now, whether or not a restart will know it
            app.runs.set_policy(tracked, answer.policy)
        saved = ""
        if answer.save:
            async with app.guard("saving the usual rule", loud=False):
                saved = f" Saved in {save_usual_policy(app.program.home, answer.policy)}: --accept reads it too."
        if not answer.on:
            was_on = tracked.at_work is not None and tracked.at_work.is_on
            if tracked.at_work is not None:
                tracked.at_work.stop("It was turned off.")
            app.status.say(f"The rule is off.{saved}" if was_on or saved else "The rule stays off.", "muted", 20)
            return
        reason = self.why_not_rule(tracked)
        if reason is not None:
            if tracked.at_work is not None:  # the person wants another rule than the one that is on
                tracked.at_work.stop(reason)
            app.status.say(reason, "warn")
            return
        app.runs.start_rule(tracked)
        # gone before the shortest countdown is over: on the page of the lease it would be false
        app.status.say(f"The rule is on: it proposes, counts down here, and any key stops it.{saved}", "accent")

    def why_not_rule(self, tracked: TrackedRun) -> str | None:
        """Why a rule cannot take anything here; None if it can."""
        if tracked.run.leases and tracked.run.stage is not Stage.COLLECTING:
            return "It is leased: 3 shows what runs."
        return self.why_not_spend(tracked)

    def _preview(self, tracked: TrackedRun, policy: Policy) -> list[LabelledLine | Content]:
        """What the rule would take of the bids that are there now."""
        if len(tracked.run.book) > MANY:
            return [LabelledLine("accepts now", f"{len(tracked.run.book):,} bids: shown once the rule is on", "muted")]
        decision = decide_for(tracked.run, self.rule_of(tracked, policy), None, TriedBids(tracked.run))
        lines: list[LabelledLine | Content] = [LabelledLine("accepts now", _taken(decision))]
        if reasons := reasons_words(decision):
            lines.append(LabelledLine("not accepted", reasons, "muted"))
        if tracked.budget.cap_h is not None:
            lines.append(LabelledLine("", f"the deployment's budget counts too: {tracked.budget.words}", "muted"))
        return lines


def proposal_words(work: RuleAtWork, *, short: bool = False) -> str:
    """`a100 ×1 at europlots.com ≈$0.92/h`, for several groups each; `short` without the price."""
    rows = work.quote.rows if work.quote is not None else ()
    words = " and ".join(_row_words(row) for row in rows)
    return words if short else f"{words} ≈${act(sum((price(row) for row in rows), Decimal(0)))}/h"


def _row_words(row: BidRow) -> str:
    return f"{formatting.gpus(row.disclosure)[0]} at {row.provider_name.short}"


def _taken(decision: Decision) -> str:
    if not decision.usable:
        return "nothing: no bid yet" if not decision.rejected or not any(decision.rejected.values()) else "nothing"
    rows = decision.picks.values()
    return f"{' and '.join(_row_words(row) for row in rows)}, ≈ ${act(decision.total_h)} an hour"


def _hosts(tracked: TrackedRun) -> dict[str, tuple[str, ...]]:
    """Host names of those who bid, each with the addresses that claim it: nobody checks that a name is its owner's."""
    found: dict[str, tuple[str, ...]] = {}
    for row in tracked.run.book.rows() if len(tracked.run.book) <= MANY else ():
        if row.provider is not None:
            host = row.provider.host.casefold()
            found[host] = tuple(dict.fromkeys((*found.get(host, ()), row.id.provider)))
    return found
