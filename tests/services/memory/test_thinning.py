"""What the bid memory lets go."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from akash_tui.domain.bids.bid_memory import BidOutcome
from akash_tui.services.memory.thinning import thin
from akash_tui.services.memory.writing import BidResult
from tests.services.memory.conftest import A100, Story

DAY = timedelta(days=1)


def rows(story: Story, table: str) -> int:
    return story.memory.file.read(lambda db: int(db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]), -1)


def test_old_bids_become_a_row_for_each_day_and_those_taken_stay(story: Story) -> None:
    for price in ("0.40", "0.60", "0.45"):
        story.bid("a", price, ago=100 * DAY)
    story.bid("a", "0.50", ago=99 * DAY)
    taken = story.bid("a", "0.50", ago=98 * DAY)
    story.memory.put([BidResult(taken, BidOutcome.RUNNING, 30)])
    story.bid("a", "0.70", ago=10 * DAY)
    story.memory.flush()
    assert (rows(story, "bids"), rows(story, "orders")) == (2, 2)
    assert story.memory.file.read(
        lambda db: db.execute("SELECT low, median, high, count FROM days WHERE provider > 0 ORDER BY day").fetchone(),
        None,
    ) == (400_000, 450_000, 600_000, 3)
    year = story.memory.usual_price("a", A100, days=365)
    assert year is not None
    assert (year.low, year.count) == (Decimal("0.40"), 6)


def test_after_two_years_all_of_it_goes(story: Story) -> None:
    taken = story.bid("a", ago=731 * DAY)
    story.memory.put([BidResult(taken, BidOutcome.RUNNING, 30)])
    story.memory.flush()  # the first write of a run thins
    assert [rows(story, table) for table in ("bids", "days", "orders", "order_models")] == [0, 0, 0, 0]


def test_beyond_the_most_the_oldest_go(story: Story) -> None:
    for days in range(8):
        story.bid("a", f"0.{40 + days}", ago=days * DAY)
    story.memory.flush()
    assert story.memory.file.write(lambda db: thin(db, story.now, most=5, above=0)) == 3
    month = story.memory.usual_price("a", A100)
    assert month is not None
    assert (rows(story, "bids"), month.count, month.high) == (5, 8, Decimal("0.47"))
