"""Why a provider that could bid has not: the likeliest cause, how sure that is, and what it is concluded from.

Every cause stands on something that was read or seen here. Where nothing speaks for one, it is not known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_UP, Decimal
from enum import StrEnum
from typing import Final

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import UACT, BlockTime, per_hour, rate, rate_span
from akash_tui.domain.akash.resources import GroupSpec, highest_price
from akash_tui.domain.bids.bid_memory import OrdersAnswered, UsualDelay, UsualPrice
from akash_tui.domain.market.fit_reasons import Change, ChangeKind
from akash_tui.domain.market.observations import Reach
from akash_tui.domain.market.screening import Relaxation, Screening, Verdict
from akash_tui.domain.text import clean, plural

LATE: Final = Decimal("1.5")
"""Nobody is silent before one and a half times his usual delay."""
EARLY_SECONDS: Final = 60.0
"""Before that, nothing follows from the silence of one whose usual delay is not known here: most answer within it."""
ENOUGH_BIDS: Final = 3
"""From this many bids or orders on, what is usual is likely; from fewer it is a guess."""
ENOUGH_ORDERS: Final = 2
"""One order without an answer says nothing about a provider."""


class Cause(StrEnum):
    """Why there is no bid of a provider. The values are those of the JSON output."""

    OFFLINE = "offline"
    FULL = "full"
    PRICE = "price"
    NOT_YET = "not_yet"
    TOO_EARLY = "too_early"
    NEVER_ANSWERS = "never_answers"
    NOT_KNOWN = "not_known"


class Confidence(StrEnum):
    """How sure a cause is. The values are the words that are shown."""

    SURE = "sure"
    LIKELY = "likely"
    GUESS = "perhaps"
    NONE = ""


@dataclass(frozen=True, slots=True)
class SeenOfProvider:
    """What this machine has seen of a provider before."""

    prices: Mapping[GpuModel, UsualPrice] = field(default_factory=dict)
    """Its usual price of each accepted model that it has."""
    delay: UsualDelay | None = None
    answered: OrdersAnswered | None = None


@dataclass(frozen=True, slots=True)
class Silence:
    """One provider that fits and has not bid."""

    verdict: Verdict
    cause: Cause
    confidence: Confidence
    evidence: str
    """`usually 0.91–0.97 for a100, your cap is 0.60`."""


NOTHING_SEEN: Final = SeenOfProvider()


def explain(
    verdict: Verdict,
    seen: SeenOfProvider,
    *,
    cap: Decimal | None,
    waited: float,
    reach: Reach | None = None,
    need: int = 0,
) -> Silence:
    """The likeliest cause of one provider's silence.

    `cap`: the most that the order pays, in ACT per GPU-hour; None where that is not known or no GPU is asked for.
    `waited`: seconds since the order. `reach`: its own status, if it was asked now. `need`: GPUs of the order.
    """
    if reach is not None and not reach.ok:
        sure = Confidence.SURE if verdict.provider.online is False else Confidence.LIKELY
        return Silence(verdict, Cause.OFFLINE, sure, f"its gateway does not answer now ({clean(reach.note, 60)})")
    full = _full(verdict, reach, need)
    if full is not None:
        return full
    price = _price(verdict, seen.prices, cap)
    if price is not None:
        return price
    delay, past = seen.delay, seen.answered
    if delay is not None and Decimal(str(waited)) < delay.seconds * LATE:
        sure = Confidence.LIKELY if delay.count >= ENOUGH_BIDS else Confidence.GUESS
        words = f"{'usually takes' if delay.count >= ENOUGH_BIDS else 'has taken'} {delay.seconds} s"
        return Silence(verdict, Cause.NOT_YET, sure, words)
    last = _last_price(verdict, seen.prices, cap)
    if last is not None:
        return last
    if past is not None and past.asked >= ENOUGH_ORDERS and not past.answered:
        sure = Confidence.LIKELY if past.asked >= ENOUGH_BIDS else Confidence.GUESS
        words = f"has never answered you ({plural(past.asked, 'order')})"
        return Silence(verdict, Cause.NEVER_ANSWERS, sure, words)
    if delay is None and waited < EARLY_SECONDS:
        return Silence(verdict, Cause.TOO_EARLY, Confidence.NONE, "too early to say")
    return Silence(verdict, Cause.NOT_KNOWN, Confidence.NONE, "not known: no reason was found")


def _full(verdict: Verdict, reach: Reach | None, need: int) -> Silence | None:
    """No room, by its own status now, else by the list of providers."""
    resources = reach.resources if reach is not None else None
    if resources is not None and need:
        free, total = resources.gpu.available, resources.gpu.total
        if free is not None and free < need:
            of = f" of {total}" if total is not None else ""
            words = f"full: {free}{of} GPUs free, {need} needed (its status)"
            return Silence(verdict, Cause.FULL, Confidence.SURE, words)
    if verdict.room is False:
        have = verdict.free if verdict.free is not None else verdict.provider.resources.gpu.available
        if not need or have is None:
            return Silence(verdict, Cause.FULL, Confidence.LIKELY, "has no room for it now")
        words = f"full: {plural(have, 'GPU')} free, {need} needed"
        if have >= need:
            words = f"{plural(have, 'GPU')} free, but no machine has room for what is asked"
        return Silence(verdict, Cause.FULL, Confidence.LIKELY, words)
    return None


def _price(verdict: Verdict, prices: Mapping[GpuModel, UsualPrice], cap: Decimal | None) -> Silence | None:
    """The cap is under what it usually asks for every accepted model that it has and was seen to bid."""
    cheapest = _cheapest(prices)
    if cap is None or cheapest is None or cheapest[1].low <= cap:
        return None
    model, usual = cheapest
    if usual.count < ENOUGH_BIDS:
        return _last_price(verdict, prices, cap)
    evidence = f"usually {rate_span(usual.low, usual.high)} for {model.model}, your cap is {rate(cap)}"
    return Silence(verdict, Cause.PRICE, Confidence.LIKELY, evidence)


def _last_price(verdict: Verdict, prices: Mapping[GpuModel, UsualPrice], cap: Decimal | None) -> Silence | None:
    """The cap is under what it asked for last, though not under all that it asked for before."""
    cheapest = _cheapest(prices)
    if cap is None or cheapest is None or cheapest[1].last <= cap:
        return None
    model, usual = cheapest
    evidence = f"last bid {rate(usual.last)} for {model.model}, your cap is {rate(cap)}"
    return Silence(verdict, Cause.PRICE, Confidence.GUESS, evidence)


def _cheapest(prices: Mapping[GpuModel, UsualPrice]) -> tuple[GpuModel, UsualPrice] | None:
    return min(prices.items(), key=lambda each: each[1].low, default=None)


def cap_of(groups: Iterable[GroupSpec], block_time: BlockTime) -> Decimal | None:
    """The most that the groups pay together, in ACT per GPU-hour; None without GPUs, or in another token."""
    all_groups = list(groups)
    most, gpus = highest_price(all_groups, UACT), sum(group.gpu_count for group in all_groups)
    return per_hour(most, block_time) / gpus if most is not None and gpus else None


def typical_words(typical: UsualDelay | None) -> str:
    """`most answer by 0:24`, from enough bids seen here; else ""."""
    if typical is None or typical.count < ENOUGH_BIDS:
        return ""
    return f"most answer by {typical.seconds // 60}:{typical.seconds % 60:02d}"


def known_first(silences: Iterable[Silence]) -> tuple[Silence, ...]:
    """In their order, those without a known cause last: a short list begins with what helps."""
    return tuple(sorted(silences, key=lambda silence: silence.cause in _NO_CAUSE))


# --- everybody ----------------------------------------------------------------------------------


def everybody(screening: Screening, silences: Sequence[Silence]) -> str:
    """One sentence for an order on which nobody has bid."""
    if not screening.verdicts:
        return "No provider is known, so the reason is not known."
    if not screening.fits:
        reason, count = next(iter(screening.reasons.items()))
        return f"No known provider fits. {count} of {len(screening.verdicts)}: {reason.words}."
    if screening.unserved:
        return f"Nobody fits the group {clean(', '.join(screening.unserved), 60)}."
    causes = Counter(silence.cause for silence in silences)
    if not causes:
        return "Everybody that fits has bid."
    known = Counter({cause: count for cause, count in causes.items() if cause not in _NO_CAUSE})
    cause, count = (known or causes).most_common(1)[0]
    if known and count * 2 < len(silences):
        each = [f"{number} {_SHORT[found]}" for found, number in known.most_common()]
        rest = [f"{causes[cause]} {words}" for cause, words in _NO_CAUSE.items() if causes[cause]]
        return f"{len(silences)} that fit have not bid: {', '.join(each + rest)}."
    who = "the one provider that has not bid" if len(silences) == 1 else f"{count} of {len(silences)} that have not bid"
    return f"{_SENTENCES[cause].format(who=who)}."


_NO_CAUSE: Final = {Cause.TOO_EARLY: "too early to say", Cause.NOT_KNOWN: "not known why"}
_SHORT: Final = {
    Cause.OFFLINE: "silent",
    Cause.FULL: "full",
    Cause.PRICE: "above your cap",
    Cause.NOT_YET: "within its usual time",
    Cause.NEVER_ANSWERS: "never bid for you",
}
_SENTENCES: Final = {
    Cause.OFFLINE: "The gateway does not answer: {who}",
    Cause.FULL: "No room now: {who}",
    Cause.PRICE: "Your cap is below the usual price of {who}",
    Cause.NOT_YET: "It is still within the usual time of {who}",
    Cause.NEVER_ANSWERS: "You never got a bid from {who}",
    Cause.TOO_EARLY: "It is too early to say anything of {who}",
    Cause.NOT_KNOWN: "No known reason for the silence of {who}",
}


def price_relaxation(
    screening: Screening,
    seen: Mapping[str, SeenOfProvider],
    *,
    cap: Decimal | None,
    cap_total_h: Decimal | None,
) -> Relaxation | None:
    """To raise the cap to what the cheapest of those last bid who fit and whose usual price is above it; None if
    nobody's is. `cap_total_h` is what the whole SDL pays at most an hour."""
    if cap is None or not cap or cap_total_h is None:
        return None
    above = []
    for verdict in screening.fitting:
        prices = seen.get(verdict.provider.owner, NOTHING_SEEN).prices.values()
        if prices and min(each.low for each in prices) > cap:
            above.append((min(each.last for each in prices), verdict))
    if not above:
        return None
    above.sort(key=lambda each: each[0])
    within = [each for each in above if each[0] <= above[0][0] * Decimal("1.25")]
    needed = max(last for last, _ in within)
    total = (cap_total_h * needed / cap).quantize(Decimal("0.01"), rounding=ROUND_UP)
    free = [verdict.free for _, verdict in within if verdict.free is not None]
    lasts = [rate(last) for last, _ in within[:2]]
    note = f"last bid {' and '.join(lasts)}" + (" and more" if len(within) > 2 else "")
    return Relaxation(Change(ChangeKind.RAISE_PRICE, value=f"{total}"), len(within), sum(free) if free else None, note)


def ranked(
    relaxations: Iterable[Relaxation],
    price: Relaxation | None,
    silences: Sequence[Silence],
    usual: Mapping[GpuModel, Decimal],
    cap: Decimal | None,
) -> tuple[Relaxation, ...]:
    """All changes, the one that is worth most first: a higher cap where the price keeps half of them away. To accept a
    model that usually costs more than the cap comes late, and says so.

    `usual`: what bids for a model usually ask, in ACT per GPU-hour, as far as it is known.
    """
    each = [_with_price(relaxation, usual, cap) for relaxation in relaxations]
    each = sorted([*each, *([price] if price is not None else [])], key=lambda change: change.rank)
    priced = sum(1 for silence in silences if silence.cause is Cause.PRICE)
    if price is not None and priced and priced * 2 >= len(silences):
        each.sort(key=lambda change: change is not price)
    return tuple(each)


def _with_price(relaxation: Relaxation, usual: Mapping[GpuModel, Decimal], cap: Decimal | None) -> Relaxation:
    change = relaxation.change
    costs = usual.get(change.gpu) if change.kind is ChangeKind.ACCEPT_GPU and change.gpu is not None else None
    if cap is None or costs is None or costs <= cap:
        return relaxation
    note = ", ".join(part for part in (relaxation.note, f"usually {rate(costs)}, cap {rate(cap)}") if part)
    return replace(relaxation, note=note, drawback=True)
