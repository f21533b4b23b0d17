"""The likeliest cause of a silence is the true one, over many worlds; what nothing speaks for is not known."""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.bids.bid_memory import OrdersAnswered, UsualDelay, UsualPrice
from akash_tui.domain.market.known_provider import KnownProvider
from akash_tui.domain.market.observations import Reach
from akash_tui.domain.market.screening import Screening, screen
from akash_tui.domain.market.supply import SupplyResources, amounts
from akash_tui.domain.silence import (
    NOTHING_SEEN,
    Cause,
    Confidence,
    SeenOfProvider,
    Silence,
    everybody,
    explain,
    known_first,
    price_relaxation,
    ranked,
    typical_words,
)
from tests.domain.market.orders import group, provider

NOW = datetime(2026, 11, 20, tzinfo=UTC)
A100 = GpuModel("nvidia", "a100")
CAP = Decimal("0.60")


def usual(low: str, high: str, last: str | None = None, count: int = 8) -> UsualPrice:
    return UsualPrice(Decimal(low), Decimal(high), Decimal(last or high), NOW, count, 30)


def asked(*providers: KnownProvider, units: int = 1) -> Screening:
    return screen([group({}, "a100", units=units)], providers)


def one(seen: SeenOfProvider = NOTHING_SEEN, *, waited: float = 90, **known: object) -> Silence:
    has: dict[str, object] = {"gpu": amounts(4, 0, 4)} | known
    reach = has.pop("reach", None)
    verdict = asked(provider({"host": "akash"}, "a100", **has)).fitting[0]  # type: ignore[arg-type]
    assert reach is None or isinstance(reach, Reach)
    return explain(verdict, seen, cap=CAP, waited=waited, reach=reach, need=1)


DEAD = Reach(False, None, NOW, "no answer within 5 s")
FULL = Reach(True, 9.0, NOW, "", SupplyResources(gpu=amounts(12, 0, 0)))


@pytest.mark.parametrize(
    ("found", "cause", "confidence", "evidence"),
    [
        (one(reach=DEAD), Cause.OFFLINE, Confidence.LIKELY, "its gateway does not answer now (no answer within 5 s)"),
        (one(reach=FULL), Cause.FULL, Confidence.SURE, "full: 0 of 12 GPUs free, 1 needed (its status)"),
        (one(gpu=amounts(4, 0, 0)), Cause.FULL, Confidence.LIKELY, "full: 0 GPUs free, 1 needed"),
        (
            one(SeenOfProvider({A100: usual("0.91", "0.97")})),
            Cause.PRICE,
            Confidence.LIKELY,
            "usually 0.91–0.97 for a100, your cap is 0.60",
        ),
        (
            one(SeenOfProvider({A100: usual("0.91", "0.97", count=1)})),
            Cause.PRICE,
            Confidence.GUESS,
            "last bid 0.97 for a100, your cap is 0.60",
        ),
        (  # a price that it never went below says more than that it may still bid
            one(SeenOfProvider({A100: usual("0.91", "0.97", count=1)}, UsualDelay(40, 1)), waited=50),
            Cause.PRICE,
            Confidence.GUESS,
            "last bid 0.97 for a100, your cap is 0.60",
        ),
        (
            one(SeenOfProvider({A100: usual("0.50", "0.80")}, UsualDelay(40, 9)), waited=50),
            Cause.NOT_YET,
            Confidence.LIKELY,
            "usually takes 40 s",
        ),
        (
            one(SeenOfProvider({A100: usual("0.50", "0.80")})),
            Cause.PRICE,
            Confidence.GUESS,
            "last bid 0.80 for a100, your cap is 0.60",
        ),
        (
            one(SeenOfProvider(delay=UsualDelay(40, 9)), waited=50),
            Cause.NOT_YET,
            Confidence.LIKELY,
            "usually takes 40 s",
        ),
        (
            one(SeenOfProvider(answered=OrdersAnswered(0, 4))),
            Cause.NEVER_ANSWERS,
            Confidence.LIKELY,
            "has never answered you (4 orders)",
        ),
        (
            one(SeenOfProvider(answered=OrdersAnswered(0, 1))),
            Cause.NOT_KNOWN,
            Confidence.NONE,
            "not known: no reason was found",
        ),
        (
            one(SeenOfProvider({A100: usual("0.30", "0.40")}, UsualDelay(9, 5), OrdersAnswered(5, 5))),
            Cause.NOT_KNOWN,
            Confidence.NONE,
            "not known: no reason was found",
        ),
        (one(), Cause.NOT_KNOWN, Confidence.NONE, "not known: no reason was found"),
        (one(waited=20), Cause.TOO_EARLY, Confidence.NONE, "too early to say"),
        (
            one(SeenOfProvider({A100: usual("0.30", "0.40")}, UsualDelay(9, 5)), waited=20),
            Cause.NOT_KNOWN,
            Confidence.NONE,
            "not known: no reason was found",
        ),
    ],
)
def test_each_cause_has_its_evidence(found: Silence, cause: Cause, confidence: Confidence, evidence: str) -> None:
    assert (found.cause, found.confidence, found.evidence) == (cause, confidence, evidence)


# --- many worlds ----------------------------------------------------------------------------------


@dataclass
class Actor:
    """A provider as it really is, and what of it can be seen."""

    name: str
    free: int
    price: Decimal
    delay: int
    silent: bool
    gateway: bool
    seen_free: int | None
    bids: list[tuple[Decimal, int]] = field(default_factory=list)
    asked: int = 0

    def reasons(self, cap: Decimal, waited: float) -> set[Cause]:
        """Each of what alone keeps it from having bid by now."""
        found = set[Cause]()
        if self.silent:  # by nature, which only shows where it was asked before
            found.add(Cause.NEVER_ANSWERS if self.asked > 1 else Cause.NOT_KNOWN)
        found |= {Cause.OFFLINE} if not self.gateway else set()
        found |= {Cause.FULL} if self.free < 1 else set()
        found |= {Cause.PRICE} if self.price > cap else set()
        return found or ({Cause.NOT_YET} if self.delay > waited else set())

    def live(self, dice: random.Random) -> None:
        """Earlier orders, which left what this machine remembers."""
        for _ in range(dice.choice((0, 0, 2, 5, 9))):
            cap = Decimal(dice.randint(30, 250)) / 100
            self.asked += 1
            if not self.silent and self.price <= cap:
                self.bids.append((self.price * Decimal(dice.randint(96, 104)) / 100, self.delay + dice.randint(-2, 2)))

    def seen(self) -> SeenOfProvider:
        if not self.bids:
            return SeenOfProvider(answered=OrdersAnswered(0, self.asked))
        prices = [price for price, _ in self.bids]
        delays = sorted(delay for _, delay in self.bids)
        price = UsualPrice(min(prices), max(prices), prices[-1], NOW - timedelta(days=1), len(prices), 30)
        delay = UsualDelay(max(0, delays[len(delays) // 2]), len(delays))
        return SeenOfProvider({A100: price}, delay, OrdersAnswered(len(self.bids), self.asked))


def world(seed: int) -> tuple[int, int, int, int]:
    """How many silent providers one world has, how many causes were named, how many of these were true, and how many
    causes were named where nothing that can be read speaks of the true one.

    A cause is true if it alone keeps the provider from having bid by now. One that is silent by nature and was never
    asked has none that can be read: naming one is false."""
    dice = random.Random(seed)
    cap, waited = Decimal(dice.randint(40, 160)) / 100, float(dice.choice((20, 45, 90, 180)))
    silent = named = true = invented = 0
    for number in range(dice.randint(6, 20)):
        free = dice.choice((0, 1, 4, 8))
        actor = Actor(
            f"p{number}",
            free,
            Decimal(dice.randint(30, 200)) / 100,
            dice.choice((2, 6, 12, 30, 60)),
            dice.random() < 0.15,
            dice.random() > 0.1,
            free if dice.random() < 0.8 else None,
        )
        actor.live(dice)
        reasons = actor.reasons(cap, waited)
        if not reasons:
            continue
        stock = amounts(8 - free, 0, free) if actor.seen_free is not None else amounts(None, None, None)
        found = asked(provider({"host": "akash"}, "a100", name=actor.name, gpu=stock))
        status = Reach(True, 9.0, NOW, "", SupplyResources(gpu=amounts(8 - free, 0, free)))
        reach = DEAD if not actor.gateway else status if dice.random() < 0.7 else None
        answer = explain(found.fitting[0], actor.seen(), cap=cap, waited=waited, reach=reach, need=1)
        silent += 1
        if answer.cause not in (Cause.NOT_KNOWN, Cause.TOO_EARLY):
            named += 1
            true += answer.cause in reasons
            invented += reasons == {Cause.NOT_KNOWN}
    return silent, named, true, invented


def test_over_200_worlds_nine_in_ten_named_causes_are_true() -> None:
    worlds = [world(seed) for seed in range(200)]
    silent, named, true, invented = (sum(column) for column in zip(*worlds, strict=True))
    assert silent > 1000
    assert named > silent * 0.6
    assert true >= named * 0.9
    assert invented == 0  # "not known" is said instead


# --- everybody ------------------------------------------------------------------------------------


def test_everybodys_silence_is_one_sentence() -> None:
    dear = SeenOfProvider({A100: usual("0.91", "0.97")})
    found = asked(*(provider({"host": "akash"}, "a100", name=f"p{n}", gpu=amounts(4, 0, 4)) for n in range(3)))
    silences = [explain(v, dear if n else NOTHING_SEEN, cap=CAP, waited=90) for n, v in enumerate(found.fitting)]
    assert everybody(found, silences) == "Your cap is below the usual price of 2 of 3 that have not bid."
    full = one(gpu=amounts(4, 0, 0))
    assert everybody(found, [full, *silences, one(SeenOfProvider(answered=OrdersAnswered(0, 4)))]) == (
        "5 that fit have not bid: 2 above your cap, 1 full, 1 never bid for you, 1 not known why."
    )
    assert [s.cause is Cause.NOT_KNOWN for s in known_first(silences)] == [False, False, True]
    early = [explain(verdict, NOTHING_SEEN, cap=CAP, waited=20) for verdict in found.fitting]
    assert everybody(found, early) == "It is too early to say anything of 3 of 3 that have not bid."
    assert everybody(found, [*silences[1:2], full, *early]) == (
        "5 that fit have not bid: 1 above your cap, 1 full, 3 too early to say."
    )
    assert everybody(found, silences[:1]) == "No known reason for the silence of the one provider that has not bid."
    assert everybody(asked(provider({"host": "akash"}, "t4")), []) == (
        "No known provider fits. 1 of 1: no accepted GPU model."
    )
    assert everybody(asked(), []).startswith("No provider is known")


def test_a_higher_cap_is_offered_for_those_whose_usual_price_is_above_it() -> None:
    found = asked(
        *(provider({"host": "akash"}, "a100", name=f"p{n}", gpu=amounts(4, 0, 4)) for n in range(4)),
        provider({"host": "akash"}, "t4", name="other", gpu=amounts(0, 0, 9)),
    )
    seen = {
        "akash1p0": SeenOfProvider({A100: usual("0.66", "0.70", "0.68")}),
        "akash1p1": SeenOfProvider({A100: usual("0.70", "0.76", "0.74")}),
        "akash1p2": SeenOfProvider({A100: usual("1.90", "2.10")}),
        "akash1p3": SeenOfProvider({A100: usual("0.30", "0.40")}),
    }
    price = price_relaxation(found, seen, cap=CAP, cap_total_h=Decimal("1.20"))
    assert price is not None
    assert (price.words, price.gain, price.note) == (
        "raise the cap to $1.48/h",
        "+2 providers, 8 GPUs",
        "last bid 0.68 and 0.74",
    )
    silences = [
        explain(v, seen[v.provider.owner], cap=CAP, waited=90) for v in found.fitting if v.provider.owner != "akash1p3"
    ]
    assert ranked(found.relaxations, price, silences, {}, CAP) == (price, *found.relaxations), "half would pay more"
    few = [one(), one(), one()]
    other = replace(price, adds_providers=1)
    (small,) = found.relaxations
    assert small.drawback
    assert ranked((small,), other, few, {}, CAP) == (other, small)
    large = replace(small, note="", drawback=False)
    assert ranked((large,), other, few, {}, CAP) == (large, other), "by what each adds"
    assert ranked((), None, [], {}, None) == ()
    assert price_relaxation(found, {}, cap=CAP, cap_total_h=Decimal(1)) is None
    assert price_relaxation(found, seen, cap=None, cap_total_h=None) is None


def test_a_model_that_usually_costs_more_than_the_cap_is_no_remedy() -> None:
    found = asked(
        *(provider({"host": "akash"}, "h100", name=f"h{n}", gpu=amounts(0, 0, 8)) for n in range(3)),
        provider({"host": "akash"}, "t4", name="small", gpu=amounts(0, 0, 9)),
        provider({"host": "akash"}, "l40s", name="other", gpu=amounts(0, 0, 2)),
    )
    assert found.relaxations[0].words == "also accept h100"
    usual_of = {GpuModel("nvidia", "h100"): Decimal("1.70"), GpuModel("nvidia", "l40s"): CAP}
    changes = ranked(found.relaxations, None, [], usual_of, CAP)
    assert [(each.words, each.note) for each in changes] == [
        ("also accept l40s", ""),
        ("also accept h100", "usually 1.70, cap 0.60"),
        ("also accept t4", "only 16 GB"),
    ]
    assert [each.drawback for each in changes] == [False, True, True]
    assert [each.note for each in ranked(found.relaxations, None, [], usual_of, None)] == ["", "", "only 16 GB"]


def test_how_long_most_take_is_said_only_from_enough_bids() -> None:
    assert typical_words(UsualDelay(24, 40)) == "most answer by 0:24"
    assert typical_words(UsualDelay(84, 3)) == "most answer by 1:24"
    assert typical_words(UsualDelay(24, 2)) == typical_words(None) == ""
