"""The score: its parts add up, the unknown earns nothing, and every point has its reason."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.score import ProviderHistory, points, reference, score
from akash_tui.domain.market.observations import Reach
from tests.domain.bids.values import NOW, SIX, bid, group, nvidia, offer, profile


def test_a_bid_that_is_best_in_all_has_every_point() -> None:
    book = BidBook({1: group(nvidia("a100"))})
    book.set_money(SIX, None)
    best, other = offer(nvidia("a100", 80)), offer(nvidia("a100", 40))
    book.apply([bid("good", 1000, offers=best), bid("dear", 2000, offers=other)], height=100, now=NOW)
    book.learn(profiles={"good": profile("good", uptime=1.0)}, reach={"good": Reach(True, 0.0, NOW)})
    rows = book.rows()
    field = reference(rows)
    good, dear = (score(row, field, {"good": ProviderHistory(3, 3)}) for row in rows)
    assert good.points == 100 == sum(part.most for part in good.parts)
    assert [points(row, field, {"good": ProviderHistory(3, 3)}) for row in rows] == [100, dear.points]
    told = {part.name: (part.points, part.why) for part in dear.parts}
    assert told["price"] == (22, "$1.20 against the cheapest, $0.60")
    assert told["VRAM"] == (8, "40 GB of 80 GB, the most that is offered")
    assert {told[name] for name in ("uptime", "audit")} == {(0, "not known")}
    assert told["latency"] == (0, "not asked yet")
    assert told["history"] == (0, "no lease of yours there yet")
    assert [part.name for part in dear.parts] == ["price", "VRAM", "uptime", "audit", "latency", "history"]


def test_an_absurd_price_earns_nothing_and_sets_no_measure() -> None:
    book = BidBook({1: group(nvidia("a100"))})
    book.set_money(SIX, None)
    book.apply([bid("fair", 900), bid("zero", 0), bid("tiny", "1e-9"), bid("old", 5, denom="uakt")], height=9, now=NOW)
    rows = {row.id.provider: row for row in book.rows()}
    field = reference(rows.values())
    assert field.cheapest == rows["fair"].gpu_h == Decimal("0.54")
    points = {name: score(row, field).parts[0].points for name, row in rows.items()}
    assert points == {"fair": 45, "zero": 0, "tiny": 0, "old": 0}
