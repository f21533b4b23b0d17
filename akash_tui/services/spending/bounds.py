"""Bounds on what a node may make us sign: fee, price of gas, smallest deposit, rate of a mint or burn.

A figure beyond its bound is no error by itself: the quote carries it as an `Excess`, every front end shows it, and
`spend` signs nothing until a person has allowed exactly that figure, by typing it or by an option. The bounds are in
the settings (`Bounds`), with the source of each default. The person's own limits are in `limits.py`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_CEILING, Decimal
from typing import Final, TypeVar

from akash_tui.domain.akash.entities import Lease, LeaseId
from akash_tui.domain.akash.money import MICRO, UAKT, Coin, DecCoin, named, plain, rounded, units
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError, BeyondBounds, SecondReads, TxDraft

SECOND_SECONDS: Final = 10.0
"""How long a second source is waited for; after that it is not known."""

USUAL_GAS_PRICE: Final = Decimal("0.025")
"""uakt per unit of gas that Akash's own tools pay (shared reference, 1.4)."""

OF_A_NODE: Final = ("max_deposit", "rate_factor", "max_rate")
"""The bounds on what a node shows when a quote is made; those on fees and sums are checked again before it is sent."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Excess:
    """One figure of a quote that is beyond its bound."""

    text: str
    """A sentence with the figure and the bound."""
    option: str
    """What allows it on the command line: `--max-fee 44.1`."""
    figure: str
    """What a person has to type to allow it."""
    made_at: datetime
    """When its quote was made: an allowed figure counts for that quote only."""
    own: bool = False
    """A limit of the person's own, not a figure of the node."""
    hard: bool = False
    """Typing the figure does not allow it: only the option does, or another limit."""

    @property
    def key(self) -> str:
        """Names this figure of this quote alone: another quote's has to be allowed again."""
        return f"{self.made_at.isoformat()} {self.text}"


def allow(session: Session, beyond: Iterable[Excess]) -> None:
    """A person has typed these figures: their quotes may be signed. What is `hard` stays refused."""
    session.allowed.update(excess.key for excess in beyond if not excess.hard)


def refuse_beyond(session: Session, beyond: Sequence[Excess]) -> None:
    """Raise `BeyondBounds` unless a person has allowed each of these figures."""
    left = [excess for excess in beyond if excess.key not in session.allowed]
    if left:
        options = " ".join(dict.fromkeys(excess.option for excess in left))
        advice = f"Use another endpoint; or, if that is right, allow it: {options}."
        if all(excess.own for excess in left):
            advice = f"Spend less; or allow it once: {options}; or change your limits (in the app, key L)."
        raise BeyondBounds(f"{' '.join(excess.text for excess in left)} Nothing was signed.", advice)


def up(value: Decimal, places: int = 4) -> str:
    """A figure for an option, rounded up so that it allows what it is made of."""
    return plain(value.quantize(Decimal(1).scaleb(-places), ROUND_CEILING))


def _excess(text: str, option: str, coin: Coin, at: datetime) -> Excess:
    """An amount beyond its bound: typed, and named in its option, in whole AKT or ACT."""
    figure = up(Decimal(coin.amount) / MICRO)
    return Excess(text, f"{option} {figure}", figure, at)


def fee_beyond(session: Session, draft: TxDraft, at: datetime) -> tuple[Excess, ...]:
    """Whether one transaction's fee is more than it may cost, or its gas has many times the usual price."""
    fee, bounds = draft.fee, session.fee_bounds
    most, factor = bounds.max_fee, bounds.gas_factor
    if fee.denom != UAKT or fee.amount > most * MICRO:
        text = f"The node asks {named(fee)} of gas for this transaction; the bound is {plain(most)} AKT."
        return (_excess(text, "--max-fee", fee, at),)
    # whole uakt are paid: the part that is rounded up says nothing about the price
    if factor is None or fee.amount - 1 <= factor * USUAL_GAS_PRICE * draft.gas_limit:
        return ()
    times = _short(Decimal(fee.amount) / max(1, draft.gas_limit) / USUAL_GAS_PRICE)
    text = f"The node asks {times} times the usual price of gas ({named(fee)}); the bound is {plain(factor)} times."
    return (_excess(text, "--max-fee", fee, at),)


def fee_ceiling(session: Session, fee: Coin, factor: int) -> Coin:
    """The most that all tries may cost: `factor` times the first, within the bound; the first alone if it is beyond."""
    most = int(session.fee_bounds.max_fee * MICRO)
    return Coin(fee.denom, max(fee.amount, min(fee.amount * factor, most)))


def deposit_beyond(session: Session, minimum: Coin, at: datetime) -> tuple[Excess, ...]:
    """Whether the chain, as the node shows it, demands more as a deposit than it may."""
    most = session.bounds.max_deposit
    if minimum.amount <= most * MICRO:
        return ()
    text = f"The node demands a deposit of at least {named(minimum, 2)}; the bound is {plain(most)} ACT."
    return (_excess(text, "--max-deposit", minimum, at),)


async def top_up_beyond(
    session: Session, leases: Sequence[Lease], signed: Mapping[LeaseId, DecCoin], deposit: Coin, at: datetime
) -> tuple[Excess, ...]:
    """Whether a deposit for this many hours rests on a lease that one node alone shows, or shows at more than its bid.

    `signed`: the prices that were signed here, by lease. A lease that was not counts if a second endpoint shows it at
    that price too. A deposit within the bound is taken all the same.
    """
    most = session.bounds.max_deposit
    if deposit.amount <= most * MICRO:
        return ()
    for lease in leases:
        known = signed.get(lease.id)
        if known is not None and lease.price.amount <= known.amount:
            continue
        if known is None and await _shown_twice(session, lease):
            continue
        was = "was not signed here" if known is None else f"was signed at {units(known.amount, 6)}"
        text = (
            f"The node shows a lease at {units(lease.price.amount, 6)} ACT a block that {was}: "
            f"those hours would cost {named(deposit, 2)}; the bound is {plain(most)} ACT."
        )
        return (_excess(text, "--max-deposit", deposit, at),)
    return ()


async def _shown_twice(session: Session, lease: Lease) -> bool:
    """Whether a second endpoint shows a running lease at no less."""
    other = await at_second(session, lambda reads: reads.lease(lease.id))
    return other is not None and other.state.is_running and other.price.amount >= lease.price.amount


async def rate_beyond(
    session: Session, burn: Coin, gives: Coin, node_usd: Decimal, unverified: list[str], at: datetime
) -> tuple[Excess, ...]:
    """Whether too much is given for what a mint or burn yields, by every other source that knows AKT's price.

    Other sources are the indexer and a second endpoint. Where neither knows, a plain bound counts, and `unverified`
    says so.
    """
    given, received = _name(burn), _name(gives)
    rate = Decimal(burn.amount) / max(1, gives.amount)
    figure = up(rate)
    text = f"The node's price gives {_short(rate)} {given} for 1 {received}"
    option = f"--max-rate {figure}"
    if session.max_rate is not None:
        if rate <= session.max_rate:
            return ()
        return (Excess(f"{text}; --max-rate allows {plain(session.max_rate)}.", option, figure, at),)
    others = [(name, usd) for name, usd in await _other_prices(session) if usd > 0]
    if not others:
        unverified.append("No second source knows the price of AKT: this rate is what one endpoint reports.")
        most = session.bounds.max_rate
        return () if rate <= most else (Excess(f"{text}; the bound is {plain(most)}.", option, figure, at),)
    for name, usd in others:
        # an ACT is worth a dollar: what is given for one, and its spread, beside what it would cost by this source
        worse = rate * usd if burn.denom == UAKT else rate / usd
        if worse > session.bounds.rate_factor:
            return (
                Excess(
                    f"{text}, {_short(worse)} times what it costs by {name}, which has AKT at ${_short(usd)} "
                    f"(this node: ${_short(node_usd)}).",
                    option,
                    figure,
                    at,
                ),
            )
    return ()


async def _other_prices(session: Session) -> list[tuple[str, Decimal]]:
    """AKT in USD by others than the endpoint that is asked first."""
    found: list[tuple[str, Decimal]] = []
    indexer = session.indexer
    if indexer is not None:
        answer = await asked(indexer.akt_market)
        usd = getattr(answer.value, "usd", None) if answer is not None else None
        if usd is not None:
            found.append(("the indexer", usd))
    price = await at_second(session, lambda reads: reads.akt_price())
    if price is not None:
        found.append(("a second endpoint", price.usd))
    return found


async def at_second(session: Session, read: Callable[[SecondReads], Awaitable[T]]) -> T | None:
    """What another host of the network's endpoints answers; None if there is none, or it does not answer in time."""
    reads = session.chain.second()
    return None if reads is None else await asked(lambda: read(reads))


async def asked(read: Callable[[], Awaitable[T]]) -> T | None:
    """The answer of a source that is asked beside the first one; None without one in time."""
    try:
        return await asyncio.wait_for(read(), SECOND_SECONDS)
    except (TimeoutError, AkashError):
        return None


def _name(coin: Coin) -> str:
    return "AKT" if coin.denom == UAKT else "ACT"


def _short(value: Decimal) -> str:
    return plain(rounded(value, 4))
