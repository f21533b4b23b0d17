"""An invented past for the practice indexer: two years of daily series that end in what is true now.

The world itself is hours old; without a past, charts would be empty. The past depends on the seed alone (and on which
GPUs there are, at which prices), and its series agree with one another: a total is the sum of its days, the
USD of a day are its ACT, and the network's GPU utilisation is that of its models together.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate
from typing import Any

from akash_tui.practice.tenants.demand import GPUS_PER_LEASE, HOURS_PER_LEASE, rented

Json = dict[str, Any]
Models = tuple[tuple[str, str, int, float], ...]
"""(vendor, model, GPUs, ACT per GPU-hour) of each model."""
DAYS = 730

_OF_SPEND = {
    "dailyUActSpent": 1.0,
    "dailyUAktSpent": 0.0,
    "dailyUUsdcSpent": 0.0,
    "dailyActMinted": 1.02,
    "dailyAktBurnedForAct": 1.2,
    "dailyActBurnedForAkt": 0.09,
    "dailyAktReminted": 0.1,
    "dailyNetAktBurned": 1.1,
}
"""What a day brings for each micro-ACT that tenants spend."""
_OF_GPUS = {
    "activeLeaseCount": 1 / GPUS_PER_LEASE,
    "dailyLeaseCount": 24 / HOURS_PER_LEASE / GPUS_PER_LEASE,
    "activeCPU": 6_000.0,
    "activeMemory": 32.0 * 2**30,
    "activeStorage": 100.0 * 2**30,
}
"""What goes with each leased GPU."""
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
_STATES = {"outstandingAct": 2.2e12, "vaultAkt": 2.7e12, "collateralRatio": 1.04}
"""What grows by itself, where the invented past ends."""
_SAME = {"dailyUUsdSpent": "dailyUActSpent"}
"""1 ACT is 1 USD here, and nothing is spent in another coin."""
_SHARES = ("gpuUtilization", "collateralRatio")
NAMES = (*_OF_SPEND, *_OF_GPUS, *_TOTALS, *_STATES, *_SAME, "activeGPU", "gpuUtilization")
"""The series of the public API."""


def series(today: Json, name: str) -> Json | None:
    """One series with today's value last, or None if the API has no such series."""
    if name not in NAMES:
        return None
    source = _SAME.get(name, name)
    past = _past(today["seed"], _key(today), today["date"], source)
    if source == "gpuUtilization":
        current = _utilization((today["activeGPU"], today["totalGPU"]))
    elif source in _TOTALS:
        current = past[-1] + today.get(_TOTALS[source], 0)
    else:
        current = today.get(source, 0.0 if source in _OF_SPEND else past[-1])
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
        day = today["date"] - dt.timedelta(days=back)
        for model in asked:
            total = model["totalGpus"]
            leased = rented(seed, f"{model['vendor']}/{model['model']}", total, day) if back else model["leasedGpus"]
            row = {"leasedGpus": leased, "gpuUtilization": _utilization((leased, total))}
            rows.append({"date": _date(day), **model, **row})
    return rows


def _key(today: Json) -> Models:
    return tuple(
        (m["vendor"], m["model"], m["totalGpus"], today["prices"][m["vendor"], m["model"]]) for m in today["models"]
    )


@lru_cache(maxsize=64)
def _past(seed: int, models: Models, today: dt.date, name: str) -> list[float]:
    """A series without its last value, one value a day."""
    days = [today - dt.timedelta(days=back) for back in range(DAYS, 0, -1)]
    if name in _TOTALS:
        return list(accumulate(map(round, _past(seed, models, today, _TOTALS[name]))))
    if name in _STATES:
        return [_STATES[name] * (0.35 + 0.65 * n / DAYS) * _chance(seed, name, day) for n, day in enumerate(days)]
    leased = [[rented(seed, f"{vendor}/{model}", total, day) for vendor, model, total, _ in models] for day in days]
    if name == "activeGPU":
        return [sum(each) for each in leased]
    if name == "gpuUtilization":
        every = sum(total for _, _, total, _ in models)
        return [_utilization((sum(each), every)) for each in leased]
    if name in _OF_GPUS:
        return [sum(each) * _OF_GPUS[name] for each in leased]
    spend = [24e6 * sum(n * price for n, (*_, price) in zip(each, models, strict=True)) for each in leased]
    return [value * _OF_SPEND[name] * _chance(seed, name, day) for value, day in zip(spend, days, strict=True)]


def _chance(seed: int, name: str, day: dt.date) -> float:
    """A few percent more or less."""
    return 1 + 0.06 * (random.Random(f"{seed}/{name}/{day}").random() - 0.5)


def _utilization(counts: tuple[int, int]) -> float:
    leased, every = counts
    return round(100 * leased / every, 2) if every else 0.0


def _date(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00.000Z"
