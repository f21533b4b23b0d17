"""The calendar is read with the head; a node that does not answer it changes nothing."""

from __future__ import annotations

import pytest

from akash_tui.domain.akash.calendar import ChainPlans, Upgrade
from akash_tui.services.ports import Head, NothingNew, Refused, Unreachable
from tests.fakes.session import Bench


async def test_before_the_first_head_nothing_is_known(bench: Bench) -> None:
    session = bench.session()
    assert session.calendar.now() is None
    assert session.calendar.warnings(new=True, mint=True) == ()
    assert session.calendar.why_nothing_new is None


async def test_it_is_read_with_the_head(bench: Bench) -> None:
    session = bench.session()
    bench.chain.plans_ = ChainPlans(Upgrade("v2.2.0", 5000))
    head = await session.head()
    calendar = session.calendar.now()
    assert calendar is not None
    assert (calendar.height, calendar.plans.upgrade) == (head.height, Upgrade("v2.2.0", 5000))


async def test_a_plan_that_cannot_be_read_leaves_the_last_one_and_the_head_counts(bench: Bench) -> None:
    session = bench.session()
    bench.chain.plans_ = ChainPlans(Upgrade("v2.2.0", 5000))
    await session.head()

    async def away(head: Head) -> ChainPlans:
        raise Unreachable("No node answers.")

    bench.chain.plans = away  # type: ignore[method-assign]
    bench.clock.elapsed += 60
    head = await session.head()
    calendar = session.calendar.now()
    assert calendar is not None
    assert (calendar.height, calendar.plans.upgrade) == (head.height, Upgrade("v2.2.0", 5000))


async def test_only_a_refusal_as_disabled_counts_as_the_end(bench: Bench) -> None:
    session = bench.session()
    await session.head()
    session.calendar.note(Refused("Something else."))
    assert session.calendar.why_nothing_new is None
    session.calendar.note(NothingNew("The chain refuses this as disabled."))
    assert session.calendar.why_nothing_new is not None
    session.calendar.forget_refusal()
    assert session.calendar.why_nothing_new is None


async def test_nodes_that_are_gone_when_the_upgrade_is_due_are_a_halt(bench: Bench) -> None:
    session = bench.session()
    await session.head()

    async def away() -> Head:
        raise Unreachable("No node answers.", "Try again.", detail="a.example: refused")

    bench.chain.plans_ = ChainPlans(Upgrade("v2.2.0", bench.chain.height + 1))
    await session.head()
    bench.chain.head = away  # type: ignore[method-assign]
    with pytest.raises(Unreachable) as caught:
        await session.head()
    assert caught.value.title.startswith("fake is halted for upgrade v2.2.0 since ")
    assert "cost nothing" in caught.value.advice
    assert caught.value.detail == "a.example: refused"


async def test_nodes_that_are_gone_before_it_is_due_are_only_gone(bench: Bench) -> None:
    session = bench.session()
    bench.chain.plans_ = ChainPlans(Upgrade("v2.2.0", bench.chain.height + 500))
    await session.head()

    async def away() -> Head:
        raise Unreachable("No node answers.", "Try again.")

    bench.chain.head = away  # type: ignore[method-assign]
    with pytest.raises(Unreachable, match="No node answers"):
        await session.head()
