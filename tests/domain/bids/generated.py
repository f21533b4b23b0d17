"""Bid books and rules drawn from a seed: what screen and command decide on is compared over them."""

from __future__ import annotations

import random
from decimal import Decimal

from akash_tui.domain.akash.entities import Bid, BidState
from akash_tui.domain.akash.provider import Audit
from akash_tui.domain.bids.bid_book import BidBook
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.rule import Rule, Wait, parse_preferences
from akash_tui.domain.filtering.filter import EVERYTHING, parse_filter
from akash_tui.domain.market.observations import Reach
from tests.domain.bids.values import NOW, SIX, bid, group, nvidia, offer, order, profile

MODELS = (nvidia("h100", 80), nvidia("a100"), nvidia("a100", 40), nvidia("t4", 16), nvidia("rtx4090", 24))
PREFERENCES = (
    "h100 <= 1.50, a100 <= 1.00, any >= 40 GB <= 0.80",
    "a100, h100",
    "rtx4090 <= 0.40, any <= 2",
    "any >= 24 GB",
    "",
)


def drawn_bids(draw: random.Random, groups: int) -> list[Bid]:
    """Up to twelve bids a group of some ten providers, a few without a GPU's name or gone."""
    out: list[Bid] = []
    for gseq in range(1, groups + 1):
        for owner in draw.sample(range(10), draw.randint(1, 9)):
            model = draw.choice(MODELS)
            other = draw.choice(MODELS)
            offers = draw.choice((offer(model), offer(model), offer(model), offer(model, other), ()))
            state = draw.choices((BidState.OPEN, BidState.CLOSED, BidState.LOST), (12, 1, 1))[0]
            price = draw.randint(1, 35) * 100
            at = 100 + draw.randint(0, 5)
            out.append(bid(f"akash1p{owner}", price, gseq=gseq, offers=offers, state=state, created_at=at))
    return out


def drawn_book(draw: random.Random) -> BidBook:
    """A book of one or two groups, with what is known of some of its providers."""
    groups = draw.choice((1, 1, 2))
    book = BidBook({g: group(*MODELS) for g in range(1, groups + 1)})
    book.set_money(SIX, None)
    orders = [order(gseq=g) for g in range(1, groups + 1)]
    book.apply(drawn_bids(draw, groups), height=100, now=NOW, orders=orders)
    owners = sorted(book.providers)
    known = [owner for owner in owners if draw.random() < 0.8]
    book.learn(
        profiles={o: profile(o, uptime=draw.choice((0.9995, 0.98, None))) for o in known},
        audits={o: [Audit(o, "akash1auditor", ())] if draw.random() < 0.7 else [] for o in known},
        reach={o: Reach(draw.random() < 0.8, 12.0, NOW) for o in owners if draw.random() < 0.8},
    )
    return book


def drawn_rule(draw: random.Random) -> Rule:
    """A rule in which each part is there about every third time."""
    prefer = parse_preferences(draw.choice(PREFERENCES))

    def sometimes() -> bool:
        return draw.random() < 0.3

    return Rule(
        "prefer" if prefer else "cheapest",
        prefer,
        Decimal(draw.randint(5, 40)) / 10 if sometimes() else None,
        allow_undisclosed=sometimes(),
        audited_only=sometimes(),
        only=parse_filter("vram>=24", BIDS) if draw.random() < 0.1 else EVERYTHING,
        avoid=frozenset({"akash1p3"}) if sometimes() else frozenset(),
        wait=draw.choice((None, Wait(Decimal(20)), Wait(Decimal(40), 3))),
        uptime_7d=Decimal(99) if sometimes() else None,
        reachable=sometimes(),
        same_provider=sometimes(),
    )


def drawn(seed: int) -> tuple[BidBook, Rule, dict[str, str]]:
    """A book, a rule and the providers to avoid."""
    draw = random.Random(seed)
    return drawn_book(draw), drawn_rule(draw), {"akash1p5": "blocked by you"} if draw.random() < 0.3 else {}
