"""The rulers themselves: percentiles, ratios, when a frame counts as whole, and the rate of the load."""

from __future__ import annotations

import pytest

from tests.bench import terminal
from tests.bench.figures import Figures, Skipped, ratio
from tests.bench.load import BIDS, Market
from tests.bench.typist import Session


def test_median_and_p95() -> None:
    hundred = Figures.of(list(range(100, 0, -1)))
    assert (hundred.median, hundred.p95, hundred.longest) == (50.5, 95, 100)
    assert Figures.of([7.0]).p95 == 7.0
    assert Figures.of([1.0, 2.0]).p95 == 2.0
    with pytest.raises(Skipped):
        Figures.of([])


def test_a_ratio_says_its_goal() -> None:
    assert "0.500" in ratio("x", 1.0, 2.0, 0.75)
    assert "goal ≤ 0.75: met" in ratio("x", 1.0, 2.0, 0.75)
    assert "goal ≤ 0.25: MISSED" in ratio("x", 1.0, 2.0, 0.25)
    assert "goal" not in ratio("x", 1.0, 2.0)
    assert "inf" in ratio("x", 1.0, 0.0)


def test_a_key_is_answered_when_its_row_stands_in_the_output() -> None:
    session = Session(
        pressed=[1.0, 2.0, 3.0],
        acted=[(1.1, "gpu7."), (2.1, "gpu8.")],
        chunks=[(0.9, b"gpu7.x"), (1.2, b"\x1b[3mgp"), (1.4, b"u7.x"), (2.3, b"gpu7. gpu8."), (2.9, b"gpu8.")],
        ended=5.0,
    )
    assert [round(ms) for ms in session.key_to_action_ms] == [100, 100, 2000]
    assert [round(ms) for ms in session.key_to_paint_ms] == [400, 300, 2000], "an old picture of the row does not count"
    assert session.unanswered == 1
    assert session.bytes_between(1.0, 2.0) == 10


def _screen(text: str) -> bytes:
    return f"\x1b[1;1H{text}\x1b[{terminal.LINES};1H{text}".encode()


CHUNKS = [
    (0.1, b"\x1b[?1049h"),
    (0.2, b"\x1b[5;5Hloading"),  # only a part of a screen
    (0.9, _screen("first")),
    (1.2, _screen("other")),  # whole, but it lasted only for 0.3 s
    (1.5, b"\x1b[1;1H\x1b[7mo\x1b[0m"),  # a cursor blinks: no other text
    (2.9, _screen("late!")),
]


def test_the_first_whole_frame_is_the_one_that_stays() -> None:
    early, late = terminal._first_frame(CHUNKS, 0.1), terminal._first_frame(CHUNKS, 0.5)
    assert early is not None
    assert late is not None
    assert early[0] == 0.9
    at, display = late
    assert at == 1.2
    assert display[0].startswith("other")
    assert terminal._first_frame(CHUNKS[:2], 0.1) is None


def test_a_program_that_ends_at_once_has_no_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terminal, "LONGEST_SECONDS", 5.0)
    assert terminal.measure_start(["true"], {"PATH": "/usr/bin:/bin"}) is None
    assert terminal.measure_start(["/no/such/program"], {}) is None


async def test_the_load_keeps_its_rate_and_reaches_the_book() -> None:
    market, seen = Market(), []
    before = market.book.revision

    def changed(places: list[int]) -> None:
        seen.extend(places)
        market.publish()

    await market.run(0.3, changed)
    assert len(seen) == market.changes == 300
    assert market.book.revision > before
    assert len(market.book.rows()) == BIDS
    for place in set(seen):
        row = market.book.row(market.bids[place].id)
        assert row is not None
        assert row.bid.price == market.bids[place].price
