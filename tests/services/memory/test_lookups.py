"""What the bid memory answers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.bids.bid_memory import BidOutcome, OrdersAnswered, UsualDelay
from akash_tui.services.memory.writing import BidResult
from tests.services.memory.conftest import A100, H100, NOW, Story

DAY = timedelta(days=1)


def test_bid_history_across_runs_gives_the_usual_price_of_a_provider_model_and_span(story: Story) -> None:
    story.bid("a", "0.41", ago=20 * DAY)
    story.bid("a", "0.55", ago=3 * DAY)
    story.bid("a", "0.46", ago=2 * DAY)
    story.bid("a", "0.10", ago=40 * DAY)
    story.bid("a", "9.00", gpu=H100)
    story.bid("b", "0.80")
    story.memory.flush()
    found = story.memory.usual_price("a", A100)
    assert found is not None
    assert (found.low, found.high, found.last, found.count) == (Decimal("0.41"), Decimal("0.55"), Decimal("0.46"), 3)
    assert found.last_at == NOW - 2 * DAY
    assert found.line(Decimal("0.46")) == "0.41–0.55 here in 30 days, now 0.46"
    assert (found.line(), found.basis) == ("0.41–0.55 here in 30 days, last 0.46", "3 bids seen here")
    at_all = story.memory.usual_price(None, A100)
    assert at_all is not None
    assert (at_all.high, at_all.count) == (Decimal("0.80"), 4)
    assert story.memory.usual_price("c", A100) is None
    assert story.memory.usual_price("b", H100) is None


def test_the_vram_decides_where_both_name_it(story: Story) -> None:
    story.bid("a", "0.41", gpu=GpuModel("nvidia", "a100", 40))
    story.bid("a", "0.71", gpu=GpuModel("nvidia", "a100"))
    story.memory.flush()
    large, any_size = story.memory.usual_price("a", A100), story.memory.usual_price("a", GpuModel("nvidia", "a100"))
    assert large is not None
    assert any_size is not None
    assert (large.low, any_size.low) == (Decimal("0.71"), Decimal("0.41"))


def test_a_bid_is_counted_once_and_what_is_learned_of_it_replaces_what_was_known(story: Story) -> None:
    order = story.order()
    for gpu in (None, A100, A100):
        story.bid("a", "0.50", gpu=gpu, order=order)
    story.memory.flush()
    found = story.memory.usual_price("a", A100)
    assert found is not None
    assert found.count == 1
    story.bid("a", "0.50", gpu=H100, order=order)
    story.memory.flush()
    assert story.memory.usual_price("a", A100) is None


def test_a_price_that_cannot_be_meant_and_an_unknown_model_have_no_usual_price(story: Story) -> None:
    story.bid("a", None)
    story.bid("a", "0.50", gpu=None)
    story.memory.flush()
    assert story.memory.usual_price("a", A100) is None
    assert story.memory.usual_delay("a") == UsualDelay(12, 2)


def test_delays_are_medians(story: Story) -> None:
    for provider, delay in (("a", 6), ("a", 12), ("a", 90), ("b", None), ("c", 30)):
        story.bid(provider, delay=delay)
    story.memory.flush()
    assert story.memory.usual_delay("a") == UsualDelay(12, 3)
    assert story.memory.usual_delay("b") is None
    assert story.memory.typical_delay() == UsualDelay(21, 4)


def test_who_answered_counts_orders_that_its_gpus_fit_and_that_were_read_long_enough(story: Story) -> None:
    first = story.order(A100, H100)
    story.bid("a", order=first)
    story.order(GpuModel("nvidia", "*"))
    story.order(H100)  # it has none
    story.order(A100, read_for=5)
    story.order(A100, read_for=None)
    short = story.order(A100, read_for=5)
    story.bid("a", order=short)
    story.order(A100, ago=100 * DAY)
    story.memory.flush()
    assert story.memory.answered("a", [A100]) == OrdersAnswered(2, 3)
    assert story.memory.answered("z", [A100]) == OrdersAnswered(0, 2)
    assert story.memory.answered("a", []) == OrdersAnswered(0, 0)
    under_way = DeploymentId(first.owner, first.dseq)  # whether it was read long enough or not
    assert story.memory.answered("z", [A100], under_way) == OrdersAnswered(0, 1)
    assert story.memory.answered("z", [A100], replace(under_way, dseq=short.dseq)) == OrdersAnswered(0, 2)


def test_who_has_bid_at_a_price(story: Story) -> None:
    story.bid("a", "0.40")
    story.bid("b", "0.60")
    story.bid("c", "0.60")
    story.bid("c", "0.40", gpu=H100)
    story.memory.flush()
    bid = story.memory.providers_that_bid
    assert bid([A100], Decimal("0.50")) == {"a"}
    assert bid([A100, H100], Decimal("0.50")) == {"a", "c"}
    assert bid([GpuModel("nvidia", "*")], Decimal("0.60")) == {"a", "b", "c"}
    assert bid([A100], Decimal("0.39")) == frozenset()


def test_a_lease_record_tells_what_became_of_our_leases(story: Story) -> None:
    taken, ran, failed = (story.bid("a") for _ in range(3))
    story.bid("a")
    put = story.memory.put
    put(BidResult(id, BidOutcome.TAKEN) for id in (taken, ran, failed))
    put([BidResult(ran, BidOutcome.RUNNING, 41), BidResult(failed, BidOutcome.FAILED, why="it refused\x1b[2J it")])
    put([BidResult(ran, BidOutcome.TAKEN)])  # an earlier step that comes again changes nothing
    story.memory.flush()
    record = story.memory.lease_record("a")
    assert record is not None
    assert (record.bids, record.taken, record.running, record.failed, record.seconds) == (4, 3, 1, 1, 41)
    assert record.line() == "3 leases taken here: 1 ran (after 41 s), 1 failed (it refused it)"
    assert story.memory.lease_record("z") is None


def test_a_memory_without_a_file_knows_nothing_and_makes_none(story: Story) -> None:
    assert story.memory.usual_price("a", A100) is None
    assert story.memory.typical_delay() is None
    assert not story.memory.file.path.exists()


def test_a_number_that_no_column_holds_costs_that_bid_alone(story: Story) -> None:
    story.bid("a", delay=1 << 70)
    story.bid("a", "0.60")
    story.memory.flush()
    price = story.memory.usual_price("a", A100)
    assert price is not None
    assert price.count == 1
