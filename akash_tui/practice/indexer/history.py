"""An invented past for the practice indexer: two years of daily series that end in what is true now.

The world itself is minutes old; without a past, charts would be empty. The past depends on the seed alone
(and on which GPUs there are), and its series agree with one another: a total is the sum of its days, the
USD of a day are its ACT, and the network's GPU utilisation is that of its models together.
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any

Json = dict[str, Any]
Models = tuple[tuple[str, str, int, int, int], ...]
"""(vendor, model, providers, nodes, GPUs) of each model."""
DAYS = 730

_DAILY = {
    "dailyUActSpent": 9.0e9,
    "dailyUAktSpent": 0.0,
    "dailyUUsdcSpent": 0.0,
    "dailyLeaseCount": 410.0,
    "dailyAktBurnedForAct": 1.1e10,
    "dailyActMinted": 9.1e9,
    "dailyActBurnedForAkt": 8.0e8,
    "dailyAktReminted": 9.0e8,
    "dailyNetAktBurned": 1.0e10,
}
"""What a day brings, where the invented past ends."""
_TOTALS = {
    "totalUActSpent": "dailyUActSpent",
    "totalUUsdSpent": "dailyUActSpent",
    "totalUAktSpent": "dailyUAktSpent",
    "totalUUsdcSpent": "dailyUUsdcSpent",
    "totalLeaseCount": "dailyLeaseCount",
    "totalAktBurnedForAct": "dailyAktBurnedForAct",
    "totalActMinted": "dailyActMinted",
    "totalActBurnedForAkt": "dailyActBurnedForAkt",
    "totalAktReminted": "dailyAktReminted",
    "netAktBurned": "dailyNetAktBurned",
}
"""Each total and the days that it adds up."""
_STATES = {
    "activeLeaseCount": 520.0,
    "activeCPU": 3.2e6,
    "activeMemory": 9.0e12,
    "activeStorage": 6.0e13,
    "outstandingAct": 2.2e12,
    "vaultAkt": 2.7e12,
    "collateralRatio": 1.04,
}
_SAME = {"dailyUUsdSpent": "dailyUActSpent"}
"""1 ACT is 1 USD here, and nothing is spent in another coin."""
_SHARES = ("gpuUtilization", "collateralRatio")
NAMES = (*_DAILY, *_TOTALS, *_STATES, *_SAME, "activeGPU", "gpuUtilization")
"""The series of the public API."""


def series(today: Json, name: str) -> Json | None:
    """One series with today's value last, or None if the API has no such series."""
    if name not in NAMES:
        return None
    source = _SAME.get(name, name)
    seed, models = today["seed"], _key(today["models"])
    if source in ("activeGPU", "gpuUtilization"):
        past = [_utilization(counts) if source == "gpuUtilization" else counts[0] for counts in _gpus(seed, models)]
        current = _utilization((today["activeGPU"], today["totalGPU"])) if source == "gpuUtilization" else today[source]
    elif source in _TOTALS:
        days = _values(seed, _TOTALS[source], _DAILY[_TOTALS[source]])
        past = list(accumulate(map(round, days)))
        current = past[-1] + today.get(_TOTALS[source], 0)
    else:
        past = _values(seed, source, (_DAILY | _STATES)[source])
        current = today.get(source, 0.0 if source in _DAILY else past[-1])
    dates = [_date(today["date"] - dt.timedelta(days=back)) for back in range(DAYS, -1, -1)]
    digits = 6 if name in _SHARES else None  # all else counts whole things: leases, micro-tokens, bytes
    values = [
        {"date": date, "value": round(value, digits)} for date, value in zip(dates, (*past, current), strict=True)
    ]
    return {"currentValue": values[-1]["value"], "compareValue": values[-2]["value"], "snapshots": values}


def breakdown(today: Json, query: Mapping[str, str]) -> list[Json]:
    """GPUs per model and day, oldest first; the last day is the present."""
    seed, rows = today["seed"], []
    asked = [m for m in today["models"] if all(query.get(key) in (None, m[key]) for key in ("vendor", "model"))]
    for back in range(DAYS, -1, -1):
        date = _date(today["date"] - dt.timedelta(days=back))
        for model in asked:
            total = model["totalGpus"]
            leased = model["leasedGpus"] if back == 0 else _leased(seed, model["vendor"], model["model"], total)[-back]
            rows.append({"date": date, **model, "leasedGpus": leased, "gpuUtilization": _utilization((leased, total))})
    return rows


def _key(models: list[Json]) -> Models:
    names = ("vendor", "model", "providerCount", "nodeCount", "totalGpus")
    return tuple(tuple(model[name] for name in names) for model in models)


@lru_cache(maxsize=64)
def _values(seed: object, name: str, level: float) -> list[float]:
    """A growing series with its weeks and its chances, one value a day."""
    dice = random.Random(f"{seed}/{name}")
    found = []
    for day in range(DAYS):
        growth = 0.35 + 0.65 * day / DAYS
        week = 1 - 0.08 * (day % 7 in (5, 6))
        found.append(level * growth * week * (1 + 0.16 * (dice.random() - 0.5)))
    return found


@lru_cache(maxsize=256)
def _leased(seed: object, vendor: str, model: str, total: int) -> list[int]:
    """How many of a model's GPUs were leased on each day of the past."""
    dice = random.Random(f"{seed}/{vendor}/{model}")
    phase, found = dice.random() * math.tau, []
    for day in range(DAYS):
        share = 0.42 + 0.18 * day / DAYS + 0.14 * math.sin(day * math.tau / 97 + phase) + 0.12 * (dice.random() - 0.5)
        found.append(round(total * min(max(share, 0.0), 1.0)))
    return found


@lru_cache(maxsize=16)
def _gpus(seed: object, models: Models) -> list[tuple[int, int]]:
    """(leased, all) GPUs of each day."""
    each = [_leased(seed, vendor, model, total) for vendor, model, _, _, total in models]
    every = sum(total for *_, total in models)
    return [(sum(leased[day] for leased in each), every) for day in range(DAYS)]


def _utilization(counts: tuple[int, int]) -> float:
    leased, every = counts
    return round(100 * leased / every, 2) if every else 0.0


def _date(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00.000Z"
