"""GPUs of a practice world as the public API counts and prices them."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from statistics import median
from typing import Any

from akash_tui.practice.provider.actors import Provider
from akash_tui.practice.provider.hardware import ALL_GPUS, Gpu

Json = dict[str, Any]
MACHINE_SHARE = 0.08
"""ACT an hour for the CPUs, memory and storage that bids have with a GPU, at the usual prices."""
Owners = dict[Gpu, list[tuple[Provider, int, int]]]
"""Who has which GPU: (provider, how many, how many of them leased, and perhaps promised)."""


def owners(providers: Iterable[Provider], *, promised: bool = True) -> Owners:
    """The GPUs of these providers; those `promised` to open bids count as taken, or not."""
    found: Owners = {}
    for provider in providers:
        for gpu, total, taken in provider.stock.gpus(promised=promised):
            found.setdefault(gpu, []).append((provider, total, taken))
    return found


def model_row(gpu: Gpu) -> Json:
    """A model as the API names it."""
    return {"vendor": gpu.vendor, "model": gpu.model, "ram": f"{gpu.memory}Gi", "interface": gpu.interface}


def gpu_prices(stock: Owners) -> Json:
    """Prices per GPU and hour of each model, as if from recent bids."""
    rows = []
    for gpu in ALL_GPUS:
        offers = stock.get(gpu, [])
        total, taken = sum(o[1] for o in offers), sum(o[2] for o in offers)
        ready = sum(1 for _, have, used in offers if used < have)
        rows.append(
            model_row(gpu)
            | {
                "availability": {"total": total, "available": total - taken},
                "providerAvailability": {"total": len(offers), "available": ready},
                "price": _price([(p.seed.prices.gpu[gpu], have) for p, have, _ in offers if gpu in p.seed.prices.gpu]),
            }
        )
    rows = [row for row in rows if row["availability"]["total"]]
    return {
        "availability": {
            "total": sum(row["availability"]["total"] for row in rows),
            "available": sum(row["availability"]["available"] for row in rows),
        },
        "models": rows,
    }


def mean_price(offers: list[tuple[Provider, int, int]], gpu: Gpu) -> float:
    """ACT per GPU-hour as tenants pay it on average, with the GPU's share of its machine."""
    weight = sum(count for _, count, _ in offers)
    return sum(float(p.seed.prices.gpu.get(gpu, 0)) * count for p, count, _ in offers) / max(1, weight) + MACHINE_SHARE


def _price(offers: list[tuple[Decimal, int]]) -> Json | None:
    if not offers:
        return None
    prices = [round(float(price) + MACHINE_SHARE, 4) for price, _ in offers]
    weight = sum(count for _, count in offers)
    weighted = sum(float(price) * count for price, count in offers) / weight + MACHINE_SHARE
    return {
        "currency": "USD",
        "min": min(prices),
        "max": max(prices),
        "avg": round(sum(prices) / len(prices), 4),
        "weightedAverage": round(weighted, 4),
        "med": round(median(prices), 4),
    }


def gpu_counts(stock: Owners, query: dict[str, str]) -> Json:
    """How many GPUs there are and how many are taken."""
    details: dict[str, list[Json]] = {}
    for gpu, offers in stock.items():
        mine = [o for o in offers if query.get("provider") in (None, o[0].owner, o[0].seed.domain)]
        if (
            query.get("vendor") in (None, gpu.vendor)
            and query.get("model") in (None, gpu.model)
            and query.get("memory_size") in (None, f"{gpu.memory}Gi")
            and mine
        ):
            counts = {"allocatable": sum(o[1] for o in mine), "allocated": sum(o[2] for o in mine)}
            row = {k: v for k, v in model_row(gpu).items() if k != "vendor"} | counts
            details.setdefault(gpu.vendor, []).append(row)
    rows = [row for each in details.values() for row in each]
    total = {key: sum(row[key] for row in rows) for key in ("allocatable", "allocated")}
    return {"gpus": {"total": total, "details": details}}


def gpu_models() -> list[Json]:
    """The catalogue of models."""
    vendors: dict[str, dict[str, list[Gpu]]] = {}
    for gpu in ALL_GPUS:
        vendors.setdefault(gpu.vendor, {}).setdefault(gpu.model, []).append(gpu)
    return [
        {
            "name": vendor,
            "displayName": vendor.upper(),
            "models": [
                {
                    "name": model,
                    "displayName": model.upper(),
                    "memory": sorted({f"{g.memory}Gi" for g in kinds}),
                    "interface": sorted({g.interface for g in kinds}),
                }
                for model, kinds in models.items()
            ],
        }
        for vendor, models in vendors.items()
    ]
