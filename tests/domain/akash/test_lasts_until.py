""" "Lasts until" against the block in which a practice chain finds the funds gone, over fifty seeded deployments."""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.domain.akash.entities import EscrowAccount, EscrowState
from akash_tui.domain.akash.money import UACT, BlockTime, DecCoin, lasts_hours
from tests.practice.small_world import SmallWorld

ONE = Decimal(10) ** 18
SECOND = BlockTime(Decimal(1), measured=True, blocks=100)
"""The small world makes a block a second."""


def account(small: SmallWorld, dseq: int) -> EscrowAccount:
    """The books' account as our chain adapter would tell it."""
    row: Any = small.world.books.escrow_accounts[("deployment", f"{small.tenant.address}/{dseq}")]
    funds = tuple(DecCoin(c.denom, Decimal(c.atto) / ONE) for c in row.funds)
    return EscrowAccount(EscrowState(row.state), row.settled_at, funds)


def end_as_told(small: SmallWorld, rate: Decimal) -> Decimal:
    """The height at which the app says that the funds are over, from what it knows now."""
    height = small.world.height
    hours = lasts_hours(account(small, 1).projected(UACT, rate, height), rate, SECOND)
    assert hours is not None
    return height + hours * 3600 / SECOND.seconds


@pytest.mark.parametrize("seed", range(50))
def test_the_end_is_told_to_within_two_blocks(seed: int) -> None:
    chance = random.Random(seed)
    small = SmallWorld()
    provider = small.providers[seed % 3]
    price = f"{chance.randint(4000, 9999)}.{chance.randint(0, 999999):06d}"
    rate = Decimal(price)
    small.do(small.tenant, small.deployment(1, deposit=chance.randint(500_000, 1_200_000)))
    small.do(provider, small.bid(1, provider, price=price))
    small.do(small.tenant, small.lease(1, provider))
    for _ in range(chance.randint(0, 6)):  # each settlement cuts to whole micro-units
        small.block(chance.randint(1, 8))
        small.do(provider, small.withdraw(1, provider))
    if chance.random() < 0.5:
        small.do(small.tenant, small.top_up(1, chance.randint(100_000, 400_000)))
    told = end_as_told(small, rate)
    while small.world.height < told - 4:
        small.block()
    assert abs(end_as_told(small, rate) - told) <= 1  # what was said does not wander
    while account(small, 1).state is EscrowState.OPEN:
        small.do(provider, small.withdraw(1, provider))
    assert abs(small.world.height - told) <= 2
