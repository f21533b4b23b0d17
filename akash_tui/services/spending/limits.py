"""The person's own limits: how much of a token may be spent at once, in one session, and in 24 hours.

What was spent is read from the journal, in smallest units and for each token alone. A transaction whose outcome is
unknown counts as paid, and money that comes back (a refund, what a mint yields) is not subtracted. Limits stop what
spends; gas counts in the sums of AKT, but what costs gas alone (a close, an update) is never stopped by them.

What a grant pays counts like the wallet's own money: limits guard against mistakes, loops and scripts, which do no less
harm to somebody else's money, and which part a grant pays is in the end known by a node's word alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from akash_tui.domain.akash.messages import Message, spent_in_all
from akash_tui.domain.akash.money import MICRO, UACT, UAKT, Coin, coin_name, plain, units
from akash_tui.domain.text import plural
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError
from akash_tui.services.spending.bounds import Excess, up
from akash_tui.services.storage.journal_entries import Sent, SentSum
from akash_tui.services.storage.settings import Bounds, SpendLimits

if TYPE_CHECKING:
    from akash_tui.services.spending.quotes import Quote


def sent_before(session: Session, besides: str = "") -> Sent:
    """What the session's wallet has sent, as of now; without the transaction `besides`, which is tried again."""
    chain_id, now = session.network.chain_id, session.clock.now()
    return session.journal.sent(chain_id, session.owner, now, session.signed, besides=besides)


def spend_beyond(
    session: Session,
    messages: Sequence[Message],
    fee: Coin,
    at: datetime,
    earlier: Quote | None = None,
    *,
    besides: str = "",
) -> tuple[Excess, ...]:
    """What of these messages is beyond a limit, by what was sent before; nothing is if they cost gas alone.

    `earlier`: a quote that is signed together with them, and counts as sent. `besides`: see `sent_before`.
    """
    amounts = spent_in_all(messages)
    if not amounts:
        return ()
    sent = sent_before(session, besides)
    if earlier is not None:
        sent = Sent(_with(sent.day, earlier), _with(sent.session, earlier))
    return beyond_limits(session.bounds, session.max_spend, sent, amounts, fee, at)


def _with(sum: SentSum, quote: Quote) -> SentSum:
    """The sum with what a quote takes."""
    amounts, fees, fee = dict(sum.amounts), dict(sum.fees), quote.fee
    for denom, amount in spent_in_all(quote.draft.messages).items():
        amounts[denom] = amounts.get(denom, 0) + amount
    return replace(sum, amounts=amounts, fees=fees | {fee.denom: fees.get(fee.denom, 0) + fee.amount})


def beyond_limits(
    bounds: Bounds, max_spend: Decimal | None, sent: Sent, amounts: Mapping[str, int], fee: Coin, at: datetime
) -> tuple[Excess, ...]:
    """The limits that `amounts` and their `fee` would pass after what was `sent`; `max_spend` takes their place."""
    found: list[Excess] = []
    for denom, amount in amounts.items():
        gas = fee.amount if fee.denom == denom else 0
        if max_spend is not None:
            found += _beyond_option(max_spend, sent.session, Coin(denom, amount), at)
        elif denom in (UACT, UAKT):
            found += _beyond_settings(limits_of(bounds, denom), sent, Coin(denom, amount), gas, at)
    return tuple(found)


def limits_of(bounds: Bounds, denom: str) -> SpendLimits:
    """The limits of ACT or AKT."""
    return bounds.act if denom == UACT else bounds.akt


def _beyond_option(most: Decimal, session: SentSum, coin: Coin, at: datetime) -> list[Excess]:
    before = session.amounts.get(coin.denom, 0)
    if before + coin.amount <= most * MICRO:
        return []
    after = f" after {_amount(before, coin.denom)}" if before else ""
    text = f"This spends {_amount(coin.amount, coin.denom)}{after}; --max-spend allows {plain(most)} in all."
    return [_excess(text, coin, before, at, hard=True)]


def _beyond_settings(limits: SpendLimits, sent: Sent, coin: Coin, gas: int, at: datetime) -> list[Excess]:
    denom, amount = coin.denom, coin.amount
    spends = f"This spends {_amount(amount, denom)}"
    found: list[Excess] = []
    if limits.transaction is not None and amount > limits.transaction * MICRO:
        text = f"{spends}; your limit for one transaction is {_limit(limits.transaction, denom)}."
        found.append(_excess(text, coin, 0, at, hard=True))
    elif limits.typed is not None and amount > limits.typed * MICRO:
        text = f"{spends}; above {_limit(limits.typed, denom)} the amount must be typed."
        found.append(_excess(text, coin, 0, at, hard=False))
    for what, limit, sum in (("session", limits.session, sent.session), ("24 hours", limits.day, sent.day)):
        before = sum.total(denom)
        if limit is None or (before + amount + gas <= limit * MICRO and not sum.unreadable):
            continue
        lost = ""
        if sum.unreadable:
            lost = f" and what {plural(sum.unreadable, 'transaction')} took that the journal cannot read any more"
        text = (
            f"{spends} after {_amount(before, denom)}{lost}; "
            f"your limit for {'one session' if what == 'session' else what} is {_limit(limit, denom)}."
        )
        found.append(_excess(text, coin, sent.session.amounts.get(denom, 0), at, hard=True))
    return found


def _excess(text: str, coin: Coin, before: int, at: datetime, *, hard: bool) -> Excess:
    """`before`: what the session spent already, which `--max-spend` counts too."""
    figure = up(Decimal(coin.amount) / MICRO)
    return Excess(text, f"--max-spend {up(Decimal(before + coin.amount) / MICRO)}", figure, at, own=True, hard=hard)


def _amount(amount: int, denom: str) -> str:
    return f"{units(amount)} {coin_name(denom)}"


def _limit(limit: Decimal, denom: str) -> str:
    return f"{plain(limit)} {coin_name(denom)}"


FIRST_SPEND = (
    "This is the first transaction with real money from this computer. Exactly what is shown here is signed. "
    "To try it without money: akash-tui demo."
)


def first_spend_notice(session: Session) -> str:
    """What to say before the first transaction on a network whose tokens have a value; "" afterwards."""
    network = session.network
    worthless = network.practice or network.faucet is not None or not network.public
    return "" if worthless or session.journal.has_sent(network.chain_id) else FIRST_SPEND


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit in words."""

    name: str
    text: str


GRANTS_COUNT = "what a grant pays counts like your own money"
SPENDING = ("fee", "typed", "a spend", "a session", "a day", "grants")
"""The names of the limits of what is spent, as `limit_lines` has them."""


def limit_lines(bounds: Bounds, sent: Sent | None = None) -> list[LimitLine]:
    """Every limit that holds, for `doctor`, and for the screen that changes them; `sent`: with what is spent of it."""
    session, day = (None, None) if sent is None else (sent.session, sent.day)
    price = "" if bounds.gas_factor is None else f", and at most {plain(bounds.gas_factor)} times the usual gas price"
    return [
        LimitLine("fee", f"a transaction costs at most {plain(bounds.max_fee)} AKT{price} (--max-fee)"),
        LimitLine("typed", f"above {_both(bounds, 'typed')} an amount must be typed (--max-spend)"),
        LimitLine("a spend", f"a transaction spends at most {_both(bounds, 'transaction')} (--max-spend)"),
        LimitLine("a session", f"a session spends at most {_both(bounds, 'session', session)}"),
        LimitLine("a day", f"in 24 hours at most {_both(bounds, 'day', day)}"),
        LimitLine("grants", GRANTS_COUNT),
        LimitLine("deposit", f"the smallest deposit is at most {plain(bounds.max_deposit)} ACT (--max-deposit)"),
        LimitLine(
            "rate",
            f"a mint or burn is at most {plain(bounds.rate_factor)} times worse than other sources' price, "
            f"or {plain(bounds.max_rate)} for 1 where there are none (--max-rate)",
        ),
        LimitLine(
            "block time", f"the block time is within a factor of {plain(bounds.block_factor)} of the expected one"
        ),
    ]


def limits_text(session: Session, denom: str = UACT) -> str:
    """The limits of a spend of ACT or AKT in one line: `fee ≤ 0.5 AKT · spend ≤ 250 ACT · 24 h 12.50 of 500 ACT`.

    Where the settings cannot be used it says so: what costs gas alone is shown and signed all the same."""
    try:
        bounds = session.bounds
    except AkashError:
        return "cannot be read: nothing that spends is signed"
    parts = [f"fee ≤ {plain(bounds.max_fee)} AKT"]
    limits = limits_of(bounds, denom)
    if session.max_spend is not None:
        parts.append(f"this command ≤ {_limit(session.max_spend, denom)}")
    else:
        if limits.transaction is not None:
            parts.append(f"spend ≤ {_limit(limits.transaction, denom)}")
        if limits.day is not None:
            parts.append(f"24 h {units(sent_before(session).day.total(denom))} of {_limit(limits.day, denom)}")
    return " · ".join(parts)


def token_of(messages: Sequence[Message]) -> str:
    """The token whose limits concern these messages: ACT, unless they spend AKT."""
    return UAKT if UAKT in spent_in_all(messages) else UACT


def _both(bounds: Bounds, name: str, sent: SentSum | None = None) -> str:
    """One limit of both tokens: `250 ACT or 500 AKT`; with `sent` what is spent of each."""
    parts = []
    for denom in (UACT, UAKT):
        limit = getattr(limits_of(bounds, denom), name)
        text = f"any {coin_name(denom)}" if limit is None else _limit(limit, denom)
        parts.append(text if sent is None else f"{text} ({units(sent.total(denom))} so far)")
    return " or ".join(parts)
