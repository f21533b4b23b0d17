"""What a deployment may cost: per hour, in all, and for how many hours; and why a price is above it."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.akash.amounts import UNIT_SECONDS, AmountError, AmountKind, read_amount, split_amounts
from akash_tui.domain.akash.money import plain, rate

_FORMS = "Write 1.20/h for a price, $30 for all of it, 24h or 3d for how long, or several: 1.20/h 24h."


class BudgetError(AmountError):
    """What cannot be read in a budget; `advice` says how one is written."""

    def __init__(self, message: str) -> None:
        super().__init__(message, _FORMS)


@dataclass(frozen=True, slots=True)
class Budget:
    """ACT (≈ USD) per hour, ACT in all, hours wanted; None leaves one open."""

    per_hour: Decimal | None = None
    amount: Decimal | None = None
    hours: Decimal | None = None

    @property
    def cap_h(self) -> Decimal | None:
        """The most an hour may cost: as said, or what the amount leaves over the hours wanted, the lower one."""
        spread = self.amount / self.hours if self.amount is not None and self.hours else None
        return min((cap for cap in (self.per_hour, spread) if cap is not None), default=None)

    def is_over(self, price_h: Decimal | None) -> bool:
        """True if `why_over` has something to say; quicker, for thousands of bids."""
        if price_h is None:
            return False
        if self.per_hour is not None and price_h > self.per_hour:
            return True
        return self.amount is not None and bool(self.hours) and price_h * (self.hours or 0) > self.amount

    def why_over(self, price_h: Decimal | None) -> str:
        """Why an hourly price is above it, in words; "" if it is not, or nothing says so."""
        if price_h is None or not self.is_over(price_h):
            return ""
        if self.per_hour is not None and price_h > self.per_hour:
            return f"≈ ${rate(price_h)} an hour; the budget is ${rate(self.per_hour)}"
        if self.amount is not None and self.hours:
            return (
                f"{plain(self.hours)} h would cost ≈ ${rate(price_h * self.hours)}; the budget is ${rate(self.amount)}"
            )
        return ""

    @property
    def words(self) -> str:
        """`≈$1.20/h · 24 h · ≈$30 in all`; "" without one."""
        parts = [f"≈${rate(self.per_hour)}/h"] if self.per_hour is not None else []
        parts += [f"{plain(self.hours)} h"] if self.hours is not None else []
        parts += [f"≈${rate(self.amount)} in all"] if self.amount is not None else []
        return " · ".join(parts)

    @property
    def typed(self) -> str:
        """As `parse_budget` reads it."""
        parts = [f"{plain(self.per_hour)}/h"] if self.per_hour is not None else []
        parts += [f"{plain(self.hours)}h"] if self.hours is not None else []
        parts += [f"${plain(self.amount)}"] if self.amount is not None else []
        return " ".join(parts)


NO_BUDGET = Budget()


def parse_budget(text: str) -> Budget:
    """`1.20/h 24h $30` in any order; a bare number is a price per hour. Raises `BudgetError`."""
    found: dict[str, Decimal] = {}
    for word in split_amounts(text):
        try:
            amount = read_amount(word)
        except AmountError as error:
            raise BudgetError(error.message) from None
        if amount.value <= 0:
            raise BudgetError(f"{word[:20]!r} is not above zero")
        is_sum = amount.dollar or amount.kind is AmountKind.ACT
        is_long = amount.kind is AmountKind.DURATION
        name = "hours" if is_long else "amount" if is_sum else "per_hour"
        if name in found:
            raise BudgetError(f"{word[:20]!r} repeats what is already set")
        found[name] = amount.value / UNIT_SECONDS["h"] if is_long else amount.value
    return Budget(**found)
