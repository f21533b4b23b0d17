"""What a draft asks for and what it may cost, in lines for the deploy screen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from akash_tui.domain.akash.amounts import AmountError, parse_deposit
from akash_tui.domain.akash.money import (
    MICRO,
    BlockTime,
    Coin,
    per_hour,
    plain,
    rate,
)
from akash_tui.domain.akash.resources import GroupSpec, totals
from akash_tui.domain.bids.budget import NO_BUDGET, Budget, BudgetError, parse_budget
from akash_tui.domain.text import NOT_KNOWN
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.domain.market.median_price import MedianPrice
    from akash_tui.services.market.sdl_outlook import SeenPrices
    from akash_tui.ui.session.draft import Draft


def size(groups: Sequence[GroupSpec]) -> str:
    """What is asked for, in one line: `1 GPU · 8 CPU · 32 GiB memory · 100 GiB disk`."""
    gpu = sum(g.gpu_count for g in groups)
    cpu, memory, disk = totals(unit for group in groups for unit in group.units)
    parts = [formatting.plural(gpu, "GPU")] if gpu else ["no GPU"]
    parts += [f"{cpu.normalize():f} CPU", f"{memory:.4g} GiB memory", f"{disk:.4g} GiB disk"]
    if len(groups) > 1:
        parts.append(f"{len(groups)} groups")
    return " · ".join(parts)


@dataclass(frozen=True, slots=True)
class DeployForm:
    """What the form asks for: a deposit in uact or hours to pay for (neither: the minimum), and a budget."""

    deposit: int | None = None
    hours: Decimal | None = None
    budget: Budget = NO_BUDGET


def read_form(deposit: str, budget: str) -> DeployForm:
    """The form's texts as figures; `24h` as deposit means hours. Raises `ValueError` with what is wrong."""
    try:
        uact, hours = parse_deposit(deposit) if deposit.strip() else (None, None)
    except AmountError as error:
        raise ValueError(f"Deposit: {error.message}. Write 5 for ACT, or 24h for hours.") from None
    try:
        wanted = parse_budget(budget)
    except BudgetError as error:
        raise ValueError(f"Budget: {error.text}") from None
    return DeployForm(uact, hours, wanted)


def price_words(
    draft: Draft, block_time: BlockTime | None, usual: MedianPrice | None, seen: SeenPrices | None = None
) -> str:
    """`at most $2.95/h by this SDL · bids usually $0.40–1.20`; in words why not, where no price is known.

    `seen`: what bids seen here asked, for where the market has no figure."""
    if draft.price is None:
        return "unknown until the SDL has no errors" if draft.errors else "the SDL asks in another token"
    if block_time is None:
        return "reading the chain…"
    how = "" if block_time.measured else " (block time assumed)"
    words = f"at most ${rate(per_hour(draft.price, block_time))}/h by this SDL{how}"
    if usual is not None:
        return f"{words} · bids usually {usual.words}"
    if seen is not None:
        return f"{words} · bids usually ${seen.span}"
    return f"{words} · bids usually {NOT_KNOWN}" if draft.models else words


def estimate(
    draft: Draft,
    block_time: BlockTime | None,
    wish: DeployForm,
    minimum: Coin | None,
    usual: MedianPrice | None = None,
    source: str = "",
    seen: SeenPrices | None = None,
) -> list[LabelledLine]:
    """What it may cost before any bid is known; `source`: where the usual price is from, and its age, "" to leave that
    out; `seen`: what bids seen here asked."""
    words = price_words(draft, block_time, usual, seen)
    if draft.price is None or block_time is None:
        return [LabelledLine("price", words, "muted")]
    hourly = per_hour(draft.price, block_time)
    out = [LabelledLine("price", words)]
    if source:
        parts = [f"medians of recent bids: {source}"] if usual is not None else []
        parts += [f"{seen.basis}: ${seen.span}"] if seen is not None else []
        out += [LabelledLine("", " · ".join(parts), "muted")] if parts else []
    if usual is not None and usual.low > hourly:
        out.append(LabelledLine("", "Bids are usually above what this SDL pays: few will come, or none.", "warn"))
    return [*out, *_deposit(hourly, wish, minimum, usual), *_budget(hourly, wish.budget)]


def _deposit(hourly: Decimal, wish: DeployForm, minimum: Coin | None, usual: MedianPrice | None) -> list[LabelledLine]:
    cap = wish.budget.cap_h
    likely = min([hourly, *([usual.middle] if usual is not None else []), *([cap] if cap is not None else [])])
    if wish.hours is not None:
        most = wish.hours * (hourly if cap is None else min(hourly, cap))
        about = f", about {rate(wish.hours * likely)} ACT at ${rate(likely)}/h" if likely < hourly else ""
        words = f"the lease raises it to pay {plain(wish.hours)} h: at most {rate(most)} ACT{about}"
        return [LabelledLine("deposit", words)]
    locked = wish.deposit if wish.deposit is not None else minimum.amount if minimum is not None else None
    if locked is None or likely <= 0:
        return []
    act = Decimal(locked) / MICRO
    lasts = act / likely
    more = "; type 24h to pay for a day" if lasts < 24 else "; the unused part returns"
    span = formatting.how_long(lasts).removesuffix(" 0 min")
    words = f"{rate(act)} ACT lasts about {span} at ${rate(likely)}/h{more}"
    return [LabelledLine("deposit", words, "warn" if lasts < 1 else "")]


def _budget(hourly: Decimal, budget: Budget) -> list[LabelledLine]:
    cap = budget.cap_h
    if cap is not None:
        marked = "bids above it will be marked" if hourly > cap else "no bid can be above it"
        whole = f", ${rate(cap * budget.hours)} for {plain(budget.hours)} h" if budget.hours is not None else ""
        return [LabelledLine("budget", f"${rate(cap)}/h{whole}; {marked}")]
    if budget.amount is not None:
        amount = f"${plain(budget.amount)}"
        return [LabelledLine("budget", f"{amount} alone marks no bid; add hours: {amount} 24h", "warn")]
    return []
