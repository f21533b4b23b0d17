"""Collecting: wakes are reasons to read, answers alone count, facts never delay a bid, nothing stays behind."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from decimal import Decimal
from typing import cast

import pytest

from akash_tui.domain.akash.entities import BidState, OrderState
from akash_tui.domain.akash.money import UACT, DecCoin
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core import chain_wakeups as waking
from akash_tui.services.core.chain_wakeups import POLL_SECONDS, ChainWakeups
from akash_tui.services.core.events import BidSeen, BidWent, Event
from akash_tui.services.core.provider_cache import CONCURRENT, KEEP_SECONDS, RETRY_SECONDS, ProviderCache
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.bid_collector import FACTS_SECONDS, collect
from akash_tui.services.deployment.create import create, new_run
from akash_tui.services.ports import Gateway, Unreachable, WrongChain
from akash_tui.services.spending.quoting import create_quote
from tests.fakes.chain import BLOCK, provider_name
from tests.fakes.session import SDL, Bench, compiled


def provider_cache(bench: Bench) -> ProviderCache:
    return ProviderCache(bench.chain, cast(Gateway, bench.gateway), None, bench.clock)


@asynccontextmanager
async def collecting(bench: Bench) -> AsyncIterator[tuple[DeploymentRun, list[Event], asyncio.Task[None]]]:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL, "web")
    run = new_run(session, quote)
    told: list[Event] = []
    run.listeners.append(told.append)
    await create(session, quote, run)
    task = asyncio.create_task(collect(session, run))
    try:
        yield run, told, task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        assert len(asyncio.all_tasks()) == 1


async def until(bench: Bench, condition: Callable[[], bool], seconds: float = 300) -> None:
    end = bench.clock.elapsed + seconds
    while not condition():
        assert bench.clock.elapsed < end, "it did not happen"
        await bench.clock.sleep(0.25)


async def test_bids_are_told_once_and_again_with_their_facts(bench: Bench) -> None:
    async with collecting(bench) as (run, told, _):
        await until(bench, lambda: all(r.audited for r in run.book.rows()) and len(run.book) == 3)
        count = len(told)
        await bench.clock.sleep(10 * BLOCK)
        assert len(told) == count
        last = {e.id.provider: e for e in told if isinstance(e, BidSeen)}
        assert {e.region for e in last.values()} == {"us-west"}
        assert {e.host for e in last.values()} == {"p0.example", "p1.example", "p2.example"}


async def test_a_new_bid_is_announced_once_with_what_is_known_of_its_provider(bench: Bench) -> None:
    async with collecting(bench) as (run, events, _):
        await until(bench, lambda: all(r.audited for r in run.book.rows()) and len(run.book) == 3)
        await bench.clock.sleep(10 * BLOCK)
        seen = [e for e in events if isinstance(e, BidSeen)]
        assert len(seen) == 3
        assert {(e.region, e.audited) for e in seen} == {("us-west", True)}
        assert {e.host for e in seen} == {"p0.example", "p1.example", "p2.example"}


@pytest.mark.parametrize("slow", [10.0, 600.0])
async def test_a_bid_does_not_wait_long_for_a_provider_that_is_read_slowly(bench: Bench, slow: float) -> None:
    real = bench.chain.provider

    async def provider(owner: str) -> Provider | None:
        await bench.clock.sleep(slow)
        return await real(owner)

    bench.chain.provider = provider  # type: ignore[method-assign]
    async with collecting(bench) as (run, events, _):
        await until(bench, lambda: len(run.book) == 3)
        came = bench.clock.elapsed
        await until(bench, lambda: sum(isinstance(e, BidSeen) for e in events) == 3)
        assert bench.clock.elapsed - came <= FACTS_SECONDS + 1
        await bench.clock.sleep(20)
        seen = [e for e in events if isinstance(e, BidSeen)]
        assert [e.region for e in seen] == [None] * 3 + ["us-west"] * (3 if slow < 20 else 0)


async def test_a_bid_that_goes_while_it_waits_is_announced_before_it_is_gone(bench: Bench) -> None:
    async def provider(owner: str) -> Provider | None:
        await bench.clock.sleep(600)
        return None

    bench.chain.provider = provider  # type: ignore[method-assign]
    async with collecting(bench) as (run, events, _):
        await until(bench, lambda: len(run.book) == 3)
        for id, bid in bench.chain.bids_.items():
            bench.chain.bids_[id] = replace(bid, state=BidState.CLOSED)
        run.reads.ask()
        await until(bench, lambda: sum(isinstance(e, BidWent) for e in events) == 3)
        assert [type(e) for e in events if isinstance(e, BidSeen | BidWent)] == [BidSeen, BidWent] * 3


async def test_one_read_of_bids_a_block(bench: Bench) -> None:
    async with collecting(bench) as (run, _, _):
        await until(bench, lambda: len(run.book) == 3 and run.live)
        before, start = bench.chain.reads, bench.chain.height
        await bench.clock.sleep(50 * BLOCK)
        blocks = bench.chain.height - start
        assert 0.8 * blocks <= bench.chain.reads - before <= blocks + 2  # a busy machine reads a few blocks together


async def test_without_a_websocket_it_polls_and_says_so(bench: Bench) -> None:
    bench.chain.websocket = False
    async with collecting(bench) as (run, _, _):
        await until(bench, lambda: len(run.book) == 3)
        assert not run.live
        times: list[float] = []

        def read(name: str) -> None:
            if name == "bids":
                times.append(bench.clock.elapsed)

        bench.chain.gate = read
        await until(bench, lambda: len(times) >= 20)
        pauses = [after - before for before, after in itertools.pairwise(times)]
        assert POLL_SECONDS <= min(pauses) <= POLL_SECONDS + 0.5  # a busy machine makes pauses longer, never shorter


async def test_a_node_that_goes_away_leaves_what_was_there(bench: Bench) -> None:
    bench.chain.websocket = False
    async with collecting(bench) as (run, told, _):
        await until(bench, lambda: len(run.book) == 3)

        def away(name: str) -> None:
            if name == "bids":
                raise Unreachable("No node answers.")

        bench.chain.gate = away
        await until(bench, lambda: run.read_error is not None)
        reads = bench.chain.reads
        await bench.clock.sleep(300)
        assert bench.chain.reads - reads < 20  # later and later
        assert len(run.book.rows(gone=False)) == 3
        assert not any(e.name == "bid_gone" for e in told)
        bench.chain.gate = lambda name: None
        await until(bench, lambda: run.read_error is None)


async def test_a_price_that_changes_is_told(bench: Bench) -> None:
    async with collecting(bench) as (run, told, _):
        await until(bench, lambda: len(run.book) == 3)
        bid = run.book.rows()[0].bid
        bench.chain.bids_[bid.id] = replace(bid, price=DecCoin(UACT, Decimal(700)))
        await until(bench, lambda: run.book.rows()[0].bid.price.amount == 700)
        await until(bench, lambda: any(isinstance(e, BidSeen) and e.price.amount == 700 for e in told))


async def test_a_bid_that_closes_is_told_with_its_reason(bench: Bench) -> None:
    async with collecting(bench) as (run, told, _):
        await until(bench, lambda: len(run.book) == 3)
        bid = run.book.rows()[0].bid
        bench.chain.bids_[bid.id] = replace(bid, state=BidState.CLOSED)
        await until(bench, lambda: any(e.name == "bid_gone" for e in told))
        gone = next(e for e in told if e.name == "bid_gone").to_json()
        assert gone["provider"] == bid.id.provider
        assert gone["reason"] == "withdrawn"


async def test_it_ends_when_the_order_is_taken_elsewhere(bench: Bench) -> None:
    async with collecting(bench) as (run, told, task):
        await until(bench, lambda: len(run.book) == 3)
        order = run.book.rows()[0].id.order
        bench.chain.orders_[order] = replace(bench.chain.orders_[order], state=OrderState.ACTIVE)
        await until(bench, task.done)
        assert {r.state.value for r in run.book.rows()} == {"lost"}  # though every bid still says open
        assert len([e for e in told if e.name == "bid_gone"]) == 3


async def test_a_wrong_chain_is_not_read_on(bench: Bench) -> None:
    async with collecting(bench) as (_, _, task):

        def other(name: str) -> None:
            if name == "bids":
                raise WrongChain("The node serves another chain.")

        bench.chain.gate = other
        await until(bench, task.done)
        assert isinstance(task.exception(), WrongChain)


async def test_slow_facts_delay_no_bid(bench: Bench) -> None:
    stuck = asyncio.Event()
    slow = bench.chain.provider

    async def provider(owner: str) -> Provider | None:
        await stuck.wait()
        return await slow(owner)

    bench.chain.provider = provider  # type: ignore[method-assign]
    async with collecting(bench) as (run, told, _):
        await until(bench, lambda: len([e for e in told if e.name == "bid"]) >= 3)
        assert all(r.provider is None for r in run.book.rows())
        stuck.set()
        await until(bench, lambda: all(r.provider is not None for r in run.book.rows()))


# --- facts ---


async def test_look_ups_are_few_at_once_and_kept(bench: Bench) -> None:
    at_once = most = asked = 0

    async def provider(owner: str) -> Provider | None:
        nonlocal at_once, most, asked
        asked += 1
        at_once += 1
        most = max(most, at_once)
        await bench.clock.sleep(1)
        at_once -= 1
        return Provider(owner, f"https://{owner}:1")

    bench.chain.provider = provider  # type: ignore[method-assign]
    facts = provider_cache(bench)
    owners = [provider_name(n) for n in range(40)]
    async with facts.watching(lambda: None) as want:
        want(owners)
        want(owners)
        await until(bench, lambda: len(facts.providers) == 40)
        assert most <= CONCURRENT
        assert asked == 40
        want(owners)  # now their status pages
        await until(bench, lambda: len(facts.reach) == 40)
        want(owners)
        await bench.clock.sleep(2)
        assert asked == 40
        await bench.clock.sleep(KEEP_SECONDS)
        want(owners)
        await until(bench, lambda: asked == 80)
    assert len(asyncio.all_tasks()) == 1


async def test_a_failed_look_up_is_tried_again_later(bench: Bench) -> None:
    tries = 0

    async def audits(owner: str) -> list[object]:
        nonlocal tries
        tries += 1
        raise Unreachable("No node answers.")

    bench.chain.audits = audits  # type: ignore[assignment]
    facts = provider_cache(bench)
    async with facts.watching(lambda: None) as want:
        want(["akash1prov0"])
        await until(bench, lambda: tries == 1)
        want(["akash1prov0"])
        await bench.clock.sleep(1)
        assert tries == 1
        assert facts.audits == {}
        await bench.clock.sleep(RETRY_SECONDS)
        want(["akash1prov0"])
        await until(bench, lambda: tries == 2)


async def test_a_bug_in_a_look_up_is_reported_and_ends_nothing(bench: Bench) -> None:
    async def audits(owner: str) -> list[object]:
        raise ZeroDivisionError

    bench.chain.audits = audits  # type: ignore[assignment]
    told: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: told.append(context["exception"]))
    facts = provider_cache(bench)
    async with facts.watching(lambda: None) as want:
        want([provider_name(1)])
        await until(bench, lambda: bool(facts.providers))
    assert [type(t) for t in told] == [ZeroDivisionError]


async def test_ending_the_context_ends_its_look_ups(bench: Bench) -> None:
    async def provider(owner: str) -> Provider | None:
        await asyncio.get_running_loop().create_future()
        return None

    bench.chain.provider = provider  # type: ignore[method-assign]
    facts = provider_cache(bench)
    async with facts.watching(lambda: None) as want:
        want(["akash1prov0"])
        await bench.clock.sleep(1)
    assert len(asyncio.all_tasks()) == 1
    async with facts.watching(lambda: None) as want:  # and they may start again at once
        want(["akash1prov0"])
        await bench.clock.sleep(1)
        assert len(asyncio.all_tasks()) > 1


# --- wakes ---


async def test_wakes_during_a_read_are_taken_together(bench: Bench) -> None:
    waker = ChainWakeups(bench.clock)
    for height in (5, 7, 6):
        waker.take("block", height)
    assert await waker.wait(100)
    assert waker.height == 7
    assert bench.clock.elapsed == 0
    assert not await waker.wait(10)
    assert bench.clock.elapsed == 10


async def test_on_a_busy_machine_no_time_passes_while_a_task_is_ready(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()

    def at_once(delay: float, work: Callable[..., object], *args: object) -> asyncio.Handle:
        return loop.call_soon(work, *args)

    monkeypatch.setattr(loop, "call_later", at_once)  # as where the process had no turn for longer than that
    sleeping = asyncio.create_task(bench.clock.sleep(10))
    for _ in range(20):
        await asyncio.sleep(0)
        assert bench.clock.elapsed == 0
    await sleeping
    assert bench.clock.elapsed == 10


@pytest.mark.parametrize(("live", "expected"), [(True, waking.POLL_LIVE_SECONDS), (False, waking.POLL_SECONDS)])
def test_pauses_between_reads_that_went_well(bench: Bench, live: bool, expected: float) -> None:
    waker = ChainWakeups(bench.clock)
    waker.live = live
    assert waker.poll_seconds == expected


@pytest.mark.parametrize(
    ("failures", "expected"), [(1, waking.POLL_SECONDS), (3, 4 * waking.POLL_SECONDS), (50, waking.POLL_MAX_SECONDS)]
)
def test_pauses_after_reads_that_failed(bench: Bench, failures: int, expected: float) -> None:
    waker = ChainWakeups(bench.clock)
    assert [waker.backoff.failed() for _ in range(failures)][-1] == expected
