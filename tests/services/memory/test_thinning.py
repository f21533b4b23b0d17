"""What the bid memory lets go."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from akash_tui.domain.bids.bid_memory import BidOutcome
from akash_tui.services.memory.memory_file import MemoryBusy
from akash_tui.services.memory.thinning import thin
from akash_tui.services.memory.writing import BidResult
from tests.services.memory.conftest import A100, OWNER, Story

DAY = timedelta(days=1)


TABLES = ("bids", "days", "orders", "order_models", "models", "accounts")


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
    assert [rows(story, table) for table in TABLES] == [0] * 6


def test_a_model_goes_with_the_last_bid_that_names_it(story: Story) -> None:
    story.bid("a", ago=10 * DAY)
    story.memory.flush()
    story.memory.file.write(lambda db: db.execute("INSERT INTO models VALUES (77, 'nvidia', 'unknown', 0)"))
    story.memory.file.write(lambda db: db.execute("UPDATE bids SET model = 77, gpu_h = NULL"))
    story.memory.file.write(lambda db: thin(db, story.now))
    assert rows(story, "models") == 2, "a bid without a price per GPU names one of them"
    story.memory.file.write(lambda db: thin(db, story.now + 100 * DAY))
    assert story.memory.file.read(lambda db: db.execute("SELECT model FROM models").fetchall(), []) == [("a100",)]


def accounts(story: Story) -> set[str]:
    def work(db: sqlite3.Connection) -> set[str]:
        return {str(address) for (address,) in db.execute("SELECT address FROM accounts")}

    return story.memory.file.read(work, set())


def test_an_account_goes_with_the_last_row_that_names_it(story: Story) -> None:
    story.bid("gone", ago=731 * DAY)
    story.bid("by-day", ago=100 * DAY)
    story.bid("by-bid", None, ago=10 * DAY)
    story.memory.flush()
    assert accounts(story) == {"by-day", "by-bid", OWNER}, "a day, a bid without a price, an order"
    assert story.memory.usual_price("by-day", A100, days=365) is not None
    for days, left in ((100, {"by-day"}), (730, set[str]())):
        later = story.now + days * DAY
        story.memory.file.write(lambda db, later=later: thin(db, later))  # type: ignore[misc]
        assert accounts(story) == left
    assert [rows(story, table) for table in TABLES] == [0] * 6


def test_thinning_that_could_not_be_written_is_done_with_the_next_write(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, tries = story.memory.file.write, 0

    def failing_once(work: Callable[[sqlite3.Connection], object]) -> object:
        nonlocal tries
        tries += 1

        def undone(db: sqlite3.Connection) -> object:
            work(db)
            raise MemoryBusy

        return write(undone if tries == 1 else work)

    monkeypatch.setattr(story.memory.file, "write", failing_once)
    story.bid("a", ago=800 * DAY)
    story.memory.flush()
    story.bid("a", ago=0 * DAY)
    story.memory.flush()
    assert rows(story, "bids") == 1


def test_beyond_the_most_the_oldest_go(story: Story) -> None:
    for days in range(8):
        story.bid("a", f"0.{40 + days}", ago=days * DAY)
    story.memory.flush()
    assert story.memory.file.write(lambda db: thin(db, story.now, most=5, above=0)) == 3
    month = story.memory.usual_price("a", A100)
    assert month is not None
    assert (rows(story, "bids"), month.count, month.high) == (5, 8, Decimal("0.47"))
