"""An invented past for the practice indexer: daily series that end in what is true now.

The world itself is minutes old; without a past, charts would be empty. The past depends on the seed alone.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]
DAYS = 365

_LEVELS = {
    "dailyUAktSpent": 0.0,
    "dailyUActSpent": 9.0e9,
    "dailyUUsdcSpent": 0.0,
    "dailyUUsdSpent": 9.0e9,
    "dailyLeaseCount": 410.0,
    "totalUAktSpent": 4.0e12,
    "totalUActSpent": 2.1e12,
    "totalUUsdcSpent": 1.2e12,
    "totalUUsdSpent": 6.4e12,
    "activeLeaseCount": 520.0,
    "totalLeaseCount": 610_000.0,
    "activeCPU": 3.2e6,
    "activeGPU": 130.0,
    "activeMemory": 9.0e12,
    "activeStorage": 6.0e13,
    "gpuUtilization": 61.0,
    "totalAktBurnedForAct": 3.0e12,
    "dailyAktBurnedForAct": 1.1e10,
    "totalActMinted": 2.4e12,
    "dailyActMinted": 9.1e9,
    "totalActBurnedForAkt": 2.0e11,
    "dailyActBurnedForAkt": 8.0e8,
    "totalAktReminted": 2.2e11,
    "dailyAktReminted": 9.0e8,
    "netAktBurned": 2.8e12,
    "dailyNetAktBurned": 1.0e10,
    "outstandingAct": 2.2e12,
    "vaultAkt": 2.7e12,
    "collateralRatio": 1.04,
}
"""The level of each series that the public API has, where the invented past ends."""
_NOW = ("activeLeaseCount", "activeCPU", "activeGPU", "activeMemory", "activeStorage", "dailyUActSpent")


def series(today: Json, name: str) -> Json | None:
    """A year of one series with today's value last, or None if the API has no such series."""
    if name not in _LEVELS:
        return None
    dice = random.Random(f"{today['seed']}/{name}")
    level, values = _LEVELS[name], []
    growing = name.startswith("total")
    for day in range(DAYS, 0, -1):
        share = (1 - day / DAYS) * 0.5 + 0.5 if growing else 1 + 0.25 * (dice.random() - 0.5) - 0.3 * day / DAYS
        values.append({"date": _date(today["date"] - dt.timedelta(days=day)), "value": round(level * share, 6)})
    current = level
    if name in _NOW:
        current = today[name]
    elif name == "gpuUtilization":
        current = 100 * today["activeGPU"] / today["totalGPU"] if today["totalGPU"] else 0
    elif name == "totalLeaseCount":
        current = level + today["totalLeaseCount"]
    values.append({"date": _date(today["date"]), "value": round(current, 6)})
    return {"currentValue": values[-1]["value"], "compareValue": values[-2]["value"], "snapshots": values}


def breakdown(today: Json, query: Mapping[str, str], days: int = 31) -> list[Json]:
    """GPUs per model and day; the last day is the present."""
    rows = []
    for day in range(days - 1, -1, -1):
        for model in today["models"]:
            if query.get("vendor") not in (None, model["vendor"]) or query.get("model") not in (None, model["model"]):
                continue
            leased = model["leasedGpus"]
            if day:
                dice = random.Random(f"{today['seed']}/{model['model']}/{day}")
                leased = int(model["totalGpus"] * (0.35 + 0.4 * dice.random()))
            total = model["totalGpus"]
            rows.append(
                {
                    "date": _date(today["date"] - dt.timedelta(days=day)),
                    **model,
                    "leasedGpus": leased,
                    "gpuUtilization": round(100 * leased / total, 2) if total else 0,
                }
            )
    return rows


def _date(day: dt.date) -> str:
    return f"{day.isoformat()}T00:00:00.000Z"
