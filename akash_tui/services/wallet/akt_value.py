"""What AKT and ACT are worth in US dollars, who says so, and how old that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.money import MICRO, UACT, UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.ports import AkashError
from akash_tui.services.spending.bounds import asked


@dataclass(frozen=True, slots=True)
class AktValue:
    """US dollars for 1 AKT."""

    usd: Decimal
    source: str
    """`the chain's oracle` or `the indexer`."""
    at: datetime | None
    """When its source made it; None where it does not say."""
    healthy: bool = True
    """False where the chain itself marks its price as unhealthy."""


async def akt_value(session: Session) -> AktValue | None:
    """By the chain's oracle, which a mint counts with; else by the indexer, from exchanges. None where neither knows
    a price, or answers."""
    try:
        price = await session.chain.akt_price()
    except AkashError:
        price = None
    if price is not None and price.usd > 0:
        return AktValue(price.usd, "the chain's oracle", price.at, price.healthy)
    if session.indexer is None:
        return None
    answer = await asked(session.indexer.akt_market)
    usd = getattr(answer.value, "usd", None) if answer is not None else None
    if answer is None or usd is None or usd <= 0:
        return None
    return AktValue(usd, "the indexer", answer.read_at)


def in_usd(coin: Coin, akt: AktValue | None) -> Decimal | None:
    """About what a coin is worth in US dollars. An ACT counts as one dollar, which is what the chain takes it for;
    None for what has no known value."""
    if coin.denom == UACT:
        return Decimal(coin.amount) / MICRO
    if coin.denom == UAKT and akt is not None:
        return Decimal(coin.amount) / MICRO * akt.usd
    return None
