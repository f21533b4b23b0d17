"""A rule on a screen: what it proposes is what the command takes, and nothing is leased that was not counted down."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from akash_tui.domain.akash.entities import BidId, BidState, DeploymentId
from akash_tui.domain.akash.money import UACT, DecCoin, per_hour
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.rule import Rule, Wait
from akash_tui.domain.market.observations import Reach
from akash_tui.services.automation.bid_chooser import BidChooser
from akash_tui.services.automation.deploy_options import DeployOptions
from akash_tui.services.automation.rule_at_work import COUNTDOWN, MOST_GAP, MOST_TRIES, RuleAtWork, RuleStage, RuleStep
from akash_tui.services.core.chain_wakeups import ChainWakeups
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.ports import AkashError, BidGone, Insufficient, NoBid, OrderGone, Unreachable
from akash_tui.services.spending.quotes import LeaseQuote
from tests.domain.bids.generated import drawn
from tests.domain.bids.values import NOW, OWNER, SIX, bid, group, nvidia, order
from tests.fakes.clock import FrozenClock

WAIT = 30.0


def run_of(book: BidBook, clock: FrozenClock) -> DeploymentRun:
    """A run that collects, whose reads answer at once when they are asked for."""
    run = DeploymentRun(
        DeploymentId(OWNER, 7), "fake-1", "web", "", b"", b"", {}, clock, stage=Stage.COLLECTING, book=book,
        block_time=SIX,
    )  # fmt: skip

    def read() -> None:
        now = clock.monotonic()
        run.reads.stop(now)
        run.reads.succeeded(now, now)

    run.reads.wake = read
    read()
    return run


def world(*bids: Any, clock: FrozenClock | None = None) -> tuple[DeploymentRun, FrozenClock]:
    clock = clock or FrozenClock()
    book = BidBook({1: group(nvidia("a100"))})
    book.set_money(SIX, None)
    book.apply(bids or (bid("best", 1000), bid("second", 2000)), height=100, now=NOW, orders=[order()])
    return run_of(book, clock), clock


def quote_of(run: DeploymentRun, choice: dict[int, BidId], **changes: Any) -> LeaseQuote:
    """What `lease_quote` would give, as far as a rule looks at it."""
    rows = tuple(replace(row, **changes) for id in choice.values() if (row := run.book.row(id)) is not None)
    price = sum((row.bid.price.amount for row in rows), Decimal(0))
    fields: Any = SimpleNamespace(
        rows=rows, bids=tuple(row.bid for row in rows), price=DecCoin(UACT, price), price_h=per_hour(price, SIX)
    )
    return fields  # type: ignore[no-any-return]


def look(work: RuleAtWork, clock: FrozenClock, seconds: float = 1.0, *, seen: bool = True) -> list[RuleStep]:
    """Look ten times a second for so long, and draw the line each time that it is seen."""
    steps = []
    for _ in range(max(1, round(seconds * 10))):
        clock.passed += 0.1
        steps.append(work.look(seen=seen))
        if seen:
            work.shown()
    return [step for step in steps if step is not RuleStep.NOTHING]


def counting(work: RuleAtWork, clock: FrozenClock) -> None:
    """Until the countdown of the first proposal runs."""
    assert look(work, clock, WAIT + 2) == [RuleStep.QUOTE]
    assert work.decision is not None
    assert work.decision.choice is not None
    work.quoted(quote_of(work.run, work.decision.choice))
    assert work.stage is RuleStage.COUNTING


def providers(work: RuleAtWork) -> list[str]:
    assert work.quote is not None
    return [row.id.provider for row in work.quote.rows]


def test_it_waits_proposes_counts_down_and_only_then_leases() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    assert look(work, clock, WAIT - 1) == []
    counting(work, clock)
    assert providers(work) == ["best"]
    assert look(work, clock, COUNTDOWN - 0.5) == []
    assert look(work, clock, 1) == [RuleStep.LEASE]
    assert look(work, clock, 60) == []  # once


def test_what_nobody_sees_is_not_counted_down() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    assert look(work, clock, 60, seen=False) == []
    assert look(work, clock, COUNTDOWN - 0.5) == []
    work.unseen()
    assert look(work, clock, COUNTDOWN - 0.5) == []
    assert look(work, clock, 1) == [RuleStep.LEASE]


def test_the_countdown_begins_again_after_a_gap() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    look(work, clock, 5)
    clock.passed += MOST_GAP + 3600
    assert work.look(seen=True) is RuleStep.NOTHING
    work.shown()
    assert look(work, clock, COUNTDOWN - 0.5) == []
    assert look(work, clock, 1) == [RuleStep.LEASE]


def test_without_being_drawn_nothing_is_leased() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    for _ in range(600):
        clock.passed += 0.1
        assert work.look(seen=True) is RuleStep.NOTHING


def test_stopped_it_leases_nothing_any_more() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    work.stop("You stopped it.")
    assert (work.is_on, work.quote) == (False, None)
    assert look(work, clock, 60) == []
    work.shown()
    work.quoted(quote_of(run, {1: next(row.id for row in run.book.rows())}))
    assert work.stage is RuleStage.STOPPED


def test_a_number_of_bids_ends_the_wait() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(wait=Wait(Decimal(600), 2)), WAIT)
    assert look(work, clock, 2) == [RuleStep.QUOTE]


def test_a_bid_that_goes_while_it_is_counted_down_is_followed_by_the_next() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    look(work, clock, 5)
    run.book.apply([bid("best", 1000, state=BidState.CLOSED), bid("second", 2000)], height=101, now=NOW)
    assert look(work, clock, 1) == [RuleStep.QUOTE]
    assert work.decision is not None
    assert work.decision.choice is not None
    work.quoted(quote_of(run, work.decision.choice))
    assert providers(work) == ["second"]
    assert look(work, clock, COUNTDOWN - 0.5) == []  # a countdown of its own
    assert look(work, clock, 1) == [RuleStep.LEASE]


def test_the_bid_that_failed_is_left_out_and_not_one_that_came_meanwhile() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    assert look(work, clock, WAIT + 2) == [RuleStep.QUOTE]
    run.book.apply([bid("best", 1000), bid("second", 2000), bid("newest", 500)], height=101, now=NOW)
    assert look(work, clock, 2) == []
    work.failed(BidGone("The bid is lost.", "Choose another one."))
    assert look(work, clock, 2) == [RuleStep.QUOTE]
    assert work.proposed is not None
    assert picked(work.proposed.picks) == {1: "newest"}
    assert "The bid is lost" in {r.provider: r.reason for r in work.proposed.rejected[1]}["best"]


def test_a_quote_that_is_given_up_late_costs_no_newer_proposal() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    look(work, clock, WAIT + 2)
    old = work.proposed
    work.change(Rule(budget_h=Decimal(5)))
    assert look(work, clock, 2) == [RuleStep.QUOTE]
    work.unquoted(old)
    assert work.stage is RuleStage.QUOTING
    work.unquoted(work.proposed)
    assert look(work, clock, 2) == [RuleStep.QUOTE], "the newest one is made again"


def test_nothing_is_counted_down_once_the_deployment_takes_no_bid() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    run.enter(Stage.RUNNING)
    assert look(work, clock, 60) == []
    run.enter(Stage.COLLECTING)
    assert look(work, clock, 2) == [RuleStep.QUOTE]


def test_a_provider_that_is_blocked_while_its_bid_is_counted_down_is_not_leased_from() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    run.blocked = lambda: {"best": "you blocked it: died twice"}
    assert look(work, clock, COUNTDOWN + 2) == [RuleStep.QUOTE]
    assert work.proposed is not None
    assert picked(work.proposed.picks) == {1: "second"}


def test_a_provider_that_does_not_answer_is_followed_by_the_next() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    look(work, clock, WAIT + 2)
    best = next(row.id for row in run.book.rows() if row.id.provider == "best")
    work.quoted(quote_of(run, {1: best}, reach=Reach(False, None, clock.now(), "timed out")))
    assert work.stage is RuleStage.WAITING
    assert "does not answer" in work.why
    assert look(work, clock, 2) == [RuleStep.QUOTE]
    assert work.decision is not None
    assert [row.id.provider for row in work.decision.picks.values()] == ["second"]
    assert "did not answer" in work.verdict(run.book.row(best) or pytest.fail("it is there"))


def test_a_lease_that_is_refused_is_followed_by_the_next_with_a_countdown() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    assert look(work, clock, COUNTDOWN + 0.5) == [RuleStep.LEASE]
    work.failed(BidGone("The bid is lost.", "Choose another one."))
    assert look(work, clock, 2) == [RuleStep.QUOTE]
    assert work.decision is not None
    assert [row.id.provider for row in work.decision.picks.values()] == ["second"]
    assert "The bid is lost" in {r.provider: r.reason for r in work.decision.rejected[1]}["best"]


@pytest.mark.parametrize("error", [Insufficient("Too little."), OrderGone("The order is closed.")])
def test_what_another_bid_does_not_help_stops_it(error: AkashError) -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    work.failed(error)
    assert (work.stage, work.why) == (RuleStage.STOPPED, error.title)


def test_an_undecided_lease_stops_it() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    look(work, clock, COUNTDOWN + 0.5)
    work.failed(BidGone("One node says so.").reported_by_one(None))
    assert not work.is_on


def test_a_node_that_does_not_answer_is_asked_again_but_not_for_ever() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    assert look(work, clock, WAIT + 2) == [RuleStep.QUOTE]
    quotes = 1
    while work.is_on:
        work.failed(Unreachable("No node answers."))
        quotes += len(look(work, clock, 10))
    assert quotes == MOST_TRIES


def test_a_price_beyond_the_rule_by_now_is_not_counted_down() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(budget_h=Decimal("0.7")), WAIT)
    look(work, clock, WAIT + 2)
    best = next(row.id for row in run.book.rows() if row.id.provider == "best")
    quote = quote_of(run, {1: best})
    work.quoted(SimpleNamespace(**(vars(quote) | {"price_h": Decimal(1)})))  # type: ignore[arg-type]
    assert work.stage is RuleStage.WAITING


def test_another_rule_drops_what_the_old_one_proposed() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    work.change(Rule(budget_h=Decimal("0.1")))
    assert look(work, clock, 60) == []
    assert "over budget" in work.why


def test_a_bid_that_the_rule_gave_up_is_not_called_its_choice() -> None:
    run, clock = world()
    work = RuleAtWork(run, Rule(), WAIT)
    counting(work, clock)
    assert [id.provider for id in run.chosen] == ["best"]
    work.change(Rule(budget_h=Decimal("0.1")))
    assert run.chosen == {}
    work.change(Rule())
    look(work, clock, 2)
    work.quoted(quote_of(run, {1: next(row.id for row in run.book.rows())}))
    assert look(work, clock, COUNTDOWN + 1) == [RuleStep.LEASE]
    assert run.chosen, "its receipt needs it"
    work.failed(Insufficient("Too little."))
    assert run.chosen == {}


def picked(rows: dict[int, BidRow]) -> dict[int, str]:
    return {gseq: row.id.provider for gseq, row in rows.items()}


def on_screen(seed: int) -> dict[int, str] | None:
    """What a rule on a screen leases first of the book of a seed; None: nothing."""
    book, rule, avoid = drawn(seed)
    clock = FrozenClock()
    run = run_of(book, clock)
    run.avoid = avoid
    work = RuleAtWork(run, rule, WAIT)
    for _ in range(60):
        clock.passed += 1.5
        step = work.look(seen=True)
        work.shown()
        if step is RuleStep.QUOTE:
            assert work.decision is not None
            assert work.decision.choice is not None
            work.quoted(quote_of(run, work.decision.choice, reach=None if rule.reachable is False else GOOD))
        if step is RuleStep.LEASE and work.quote is not None:
            return {row.gseq: row.id.provider for row in work.quote.rows}
    return None


GOOD = Reach(True, 12.0, NOW)


class JumpingClock(FrozenClock):
    """Time that a sleeper moves by itself: for a flow that sleeps alone."""

    async def sleep(self, seconds: float) -> None:
        self.passed += seconds
        await asyncio.sleep(0)


async def headless(seed: int) -> dict[int, str] | None:
    """What `deploy` with the same policy takes of it."""
    book, rule, avoid = drawn(seed)
    clock = JumpingClock()
    run = run_of(book, clock)
    run.avoid = avoid
    chooser = BidChooser(None, run, DeployOptions(rule, collect=WAIT, bid_wait=60), None)  # type: ignore[arg-type]
    collecting: asyncio.Task[None] = asyncio.create_task(asyncio.Event().wait())  # type: ignore[arg-type]
    try:
        choice = await chooser.choose(collecting, ChainWakeups(clock))
    except NoBid:
        return None
    finally:
        collecting.cancel()
        await asyncio.gather(collecting, return_exceptions=True)
    return None if choice is None else {gseq: id.provider for gseq, id in choice.items()}


async def test_screen_and_command_choose_the_same_over_a_hundred_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    async def no_advice(*about: object) -> str:
        return "Deploy again."

    monkeypatch.setattr("akash_tui.services.automation.bid_chooser.advice_for", no_advice)
    chosen = [(on_screen(seed), await headless(seed)) for seed in range(100)]
    assert [seed for seed, (screen, command) in enumerate(chosen) if screen != command] == []
    assert 30 < sum(screen is not None for screen, _ in chosen) < 100
