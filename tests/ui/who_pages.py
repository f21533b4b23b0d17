"""Who could bid on an order for a few models, as screens are given it: pure, without a network."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.bids.bid_memory import OrdersAnswered, UsualDelay, UsualPrice
from akash_tui.domain.market.screening import screen
from akash_tui.domain.market.supply import FigureSource, amounts
from akash_tui.domain.silence import (
    NOTHING_SEEN,
    SeenOfProvider,
    everybody,
    explain,
    known_first,
    price_relaxation,
    ranked,
)
from akash_tui.services.market.silent_providers import WhoPage
from akash_tui.services.market.who_could_bid import ProvidersRead, WhoAnswer
from tests.domain.market.orders import group, provider

READ_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
CAP = Decimal("0.60")
ASKED = group({"region": "us-west"}, "a100", "rtx4090")
WEST, EAST = {"region": "us-west", "host": "akash"}, {"region": "eu-east", "host": "akash"}
A100, RTX4090 = GpuModel("nvidia", "a100"), GpuModel("nvidia", "rtx4090")
PROVIDERS = (
    provider(WEST, "a100", name="europlots.example", gpu=amounts(4, 0, 4)),
    provider(WEST, "rtx4090", name="hyper.example", gpu=amounts(12, 0, 0)),
    provider(WEST, "a100", name="bigiron.example", gpu=amounts(2, 0, 6)),
    provider(WEST, "rtx4090", name="a-provider-with-a-very-long-name.example", gpu=amounts(0, 0, 2)),
    *(provider(EAST, "a100", name=f"east{n}.example", gpu=amounts(2, 0, 4)) for n in range(6)),
    *(provider(WEST, "rtx5090", name=f"ada{n}.example", gpu=amounts(5, 0, 3)) for n in range(3)),
    *(provider(WEST, "t4", name=f"small{n}.example", gpu=amounts(5, 0, 3)) for n in range(2)),
    *(provider(EAST, "h100", name=f"other{n}.example", gpu=amounts(5, 0, 3)) for n in range(9)),
    *(provider(WEST, "a100", name=f"away{n}.example", gpu=amounts(0, 0, 8), online=False) for n in range(4)),
    provider(WEST, "a100", name="old.example", gpu=amounts(0, 0, 8), valid_version=False),
)


def usual(low: str, high: str) -> UsualPrice:
    return UsualPrice(Decimal(low), Decimal(high), Decimal(high), READ_AT, 14, 30)


SEEN = {
    "akash1europlots.example": SeenOfProvider({A100: usual("0.91", "0.97")}, UsualDelay(18, 14), OrdersAnswered(5, 6)),
    "akash1hyper.example": SeenOfProvider({RTX4090: usual("0.36", "0.41")}, UsualDelay(9, 20), OrdersAnswered(7, 7)),
    "akash1bigiron.example": SeenOfProvider(answered=OrdersAnswered(0, 4)),
}


USUAL = {GpuModel("nvidia", "rtx5090"): Decimal("0.78"), GpuModel("nvidia", "h100"): Decimal("1.70")}
"""What models cost elsewhere."""


def who_page(*, silent: bool) -> WhoPage:
    """`silent`: an order is open, and nobody has bid on it."""
    found = screen([ASKED], PROVIDERS)
    silences = [explain(v, SEEN.get(v.provider.owner, NOTHING_SEEN), cap=CAP, waited=90, need=1) for v in found.fitting]
    silences = silences if silent else []
    price = price_relaxation(found, SEEN, cap=CAP, cap_total_h=CAP)
    changes = ranked(found.relaxations, price, silences, USUAL, CAP)
    read = ProvidersRead(PROVIDERS, FigureSource.INDEXER, READ_AT)
    sentence = everybody(found, silences) if silent else ""
    return WhoPage(WhoAnswer(found, read, 3), SEEN, known_first(silences), changes, sentence, UsualDelay(24, 40))
