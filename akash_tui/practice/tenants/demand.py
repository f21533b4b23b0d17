"""How much of each GPU model is rented on a day: one seeded figure, for the tenants of today and for the past."""

from __future__ import annotations

import datetime as dt
import math
import random
from functools import lru_cache

EPOCH = dt.date(2020, 1, 1)
GPUS_PER_LEASE = 1.4
HOURS_PER_LEASE = 2.4
"""Means of what tenants rent (see `jobs`)."""


@lru_cache(maxsize=64)
def _phase(seed: int, model: str) -> float:
    return random.Random(f"{seed}/{model}").random() * math.tau


@lru_cache(maxsize=32_768)
def rented(seed: int, model: str, total: int, day: dt.date) -> int:
    """How many of `total` GPUs of a model (`vendor/model`) are rented on a day: about half, with waves and chances."""
    number = (day - EPOCH).days
    dice = random.Random(f"{seed}/{model}/{number}")
    wave = 0.13 * math.sin(number * math.tau / 97 + _phase(seed, model))
    share = 0.52 + wave + 0.1 * (dice.random() - 0.5)
    return round(total * min(max(share, 0.0), 1.0))
