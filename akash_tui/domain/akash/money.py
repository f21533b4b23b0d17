"""Coins, prices per block, and what they mean per hour. Integers and Decimals only, never floats.

Akash counts in micro-units: `uakt` (10^-6 AKT) pays gas, `uact` (10^-6 ACT) pays for compute;
1 ACT is meant to be worth 1 USD of compute, so figures in USD derived from it are shown with "≈".
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

UAKT: Final = "uakt"
"""Denomination of gas fees."""
UACT: Final = "uact"
"""Denomination of prices, deposits and escrow since the network left uakt pricing (AEP-76)."""
_SYMBOLS: Final = {UAKT: "AKT", UACT: "ACT"}
"""The usual names of whole units."""
MICRO: Final = Decimal(1_000_000)
HOURS_PER_MONTH: Final = Decimal("730.488")
"""30.437 days, the month of Akash's own Console, so that figures compare."""
DEFAULT_BLOCK_SECONDS: Final = Decimal("6.098")
"""Mainnet's block time when none could be measured (Console's constant); always marked as an assumption."""


@dataclass(frozen=True, slots=True)
class Coin:
    """A whole number of micro-units of one denomination."""

    denom: str
    amount: int

    def __str__(self) -> str:
        return f"{self.amount}{self.denom}"


@dataclass(frozen=True, slots=True)
class DecCoin:
    """A decimal number of micro-units, at most 18 places: prices per block and escrow balances."""

    denom: str
    amount: Decimal

    def __str__(self) -> str:
        return f"{plain(self.amount)}{self.denom}"


@dataclass(frozen=True, slots=True)
class BlockTime:
    """Seconds per block, and whether they are known of this chain (measured, or stated) or are an assumption."""

    seconds: Decimal
    measured: bool
    blocks: int = 0
    """Over how many blocks it was measured; 0 when not measured."""

    stated: bool = False
    """By a practice network, whose blocks may come faster than its prices are meant for."""

    @property
    def how(self) -> str:
        """Where the figure is from, in a word."""
        if not self.measured:
            return "assumed"
        return "stated by this network" if self.stated else "measured"

    @property
    def blocks_per_hour(self) -> Decimal:
        return Decimal(3600) / self.seconds


ASSUMED_BLOCK_TIME: Final = BlockTime(DEFAULT_BLOCK_SECONDS, measured=False)


def per_hour(price_per_block: Decimal, block_time: BlockTime) -> Decimal:
    """Micro-units per block → whole units (ACT, AKT) per hour."""
    return price_per_block * block_time.blocks_per_hour / MICRO


def per_month(hourly: Decimal) -> Decimal:
    """Whole units per hour → per average month."""
    return hourly * HOURS_PER_MONTH


def lasts_hours(funds: Decimal, price_per_block: Decimal, block_time: BlockTime) -> Decimal | None:
    """Hours that `funds` micro-units pay for at this rate; None when the rate is zero or below."""
    if price_per_block <= 0:
        return None
    return max(funds, Decimal(0)) / price_per_block * block_time.seconds / 3600


def deposit_for_hours(hours: Decimal, price_per_block: Decimal, block_time: BlockTime) -> int:
    """Micro-units that pay `hours` at this rate, rounded up to a whole one."""
    exact = price_per_block * hours * 3600 / block_time.seconds
    whole = int(exact)
    return whole if exact == whole else whole + 1


def plain(value: Decimal) -> str:
    """A Decimal without exponent or trailing zeros: `1543.6`, `0`, `1000`."""
    text = format(value, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def rounded(value: Decimal, places: int) -> Decimal:
    """`value` to at most `places`; a number with 28 or more digits, which cannot have any, unchanged."""
    try:
        return round(value, places)
    except InvalidOperation:
        return value


def units(amount: int | Decimal, places: int = 2) -> str:
    """Micro-units as whole units with grouped thousands: 41200000 → `41.20`."""
    return f"{Decimal(amount) / MICRO:,.{places}f}"


def signed_units(amount: int | Decimal, places: int = 2) -> str:
    """A change in whole units with its sign: `+41.20`, `−5.00`."""
    return ("+" if amount > 0 else "−" if amount < 0 else "") + units(abs(Decimal(amount)), places)


def exact(amount: int | Decimal) -> str:
    """An amount that is paid or received: two places, six where two would show zero: `0.001870`."""
    return units(amount, 6 if 0 < abs(Decimal(amount)) < MICRO // 100 else 2)


def in_full(amount: int) -> str:
    """Micro-units as whole units to the last one, with two places at least: `41.20`, `12.495501`."""
    text = units(amount, 6)
    return text[: max(text.index(".") + 3, len(text.rstrip("0")))]


def named_in_full(coin: Coin) -> str:
    """A coin to its smallest unit: `12.495501 AKT`; one that we do not know as the chain writes it."""
    symbol = _SYMBOLS.get(coin.denom)
    return str(coin) if symbol is None else f"{in_full(coin.amount)} {symbol}"


def named(coin: Coin | DecCoin, places: int = 4) -> str:
    """A coin in whole units: `20.0000 ACT`, `0.0059 AKT`; one that we do not know as the chain writes it: `5ibc/1F`."""
    symbol = _SYMBOLS.get(coin.denom)
    return str(coin) if symbol is None else f"{units(coin.amount, places)} {symbol}"


def coin_name(denom: str) -> str:
    """`ACT` and `AKT`; a denomination that we do not know unchanged."""
    return _SYMBOLS.get(denom, denom)


def block_price(price: DecCoin) -> str:
    """A price of one block by its usual name: `0.001543 ACT`, `0.000050 AKT`."""
    return named(price, 6)


def rate(hourly: Decimal) -> str:
    """An hourly figure for tables: `0.92`; small ones keep two significant digits, `0.0034`."""
    if hourly and abs(hourly) < Decimal("0.01"):
        return f"{hourly:.4f}" if abs(hourly) >= Decimal("0.0001") else f"{hourly:.1e}"
    return f"{hourly:,.2f}"


def rate_span(low: Decimal, high: Decimal) -> str:
    """From one hourly figure to another: `0.40–1.20`; one figure where both read the same."""
    first, last = rate(low), rate(high)
    return first if first == last else f"{first}–{last}"
