"""Capacity, series, GPUs per day and providers' sheets as values, from the indexer's JSON."""

from __future__ import annotations

from datetime import datetime

from akash_tui.adapters.indexer.json_fields import ADDRESS, count, day, dicts, instant, number, text_of, truth
from akash_tui.adapters.indexer.values import gpu_of, profile_of
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.market.daily_series import KINDS, Point, Series
from akash_tui.domain.market.supply import (
    UNKNOWN,
    AktMarket,
    Amounts,
    Capacity,
    FigureSource,
    GpuDay,
    GpuStock,
    ProviderSheet,
    SignedAttribute,
    SupplyResources,
    UptimeCheck,
    amounts,
)

_MOST_PROVIDERS = 5_000
_MOST_ATTRIBUTES = 200
_MOST_AUDITORS = 20
_MOST_CHECKS = 1_000
_MOST_DAYS = 5_000
_MOST_VENDORS = 20
_MOST_MODELS = 200
_MOST_GPU_DAYS = 200_000
_MOST_BYTES = 10**18
"""More memory or storage than all networks have."""
_MOST_VALUE = 10**24
"""Larger daily figures, in micro-units or bytes, are no figures."""


def read_sheets(value: object, read_at: datetime) -> list[ProviderSheet]:
    """GET /v1/providers; ValueError if it is not a list. An address that comes twice counts once."""
    if not isinstance(value, list):
        raise ValueError("the list of providers is not a list")
    found = (_sheet(entry, read_at) for entry in dicts(value, _MOST_PROVIDERS))
    return list({sheet.owner: sheet for sheet in found if sheet is not None}.values())


def read_sheet(value: object, read_at: datetime) -> ProviderSheet:
    """GET /v1/providers/{address}; ValueError if it is no provider."""
    sheet = _sheet(value, read_at) if isinstance(value, dict) else None
    if sheet is None:
        raise ValueError("the provider is not a provider")
    return sheet


def read_capacity(value: object, read_at: datetime) -> Capacity:
    """GET /v1/network-capacity; ValueError if it is not an object."""
    if not isinstance(value, dict):
        raise ValueError("the capacity is not an object")
    parts = _dict(value.get("resources"))
    storage = _dict(parts.get("storage"))
    return Capacity(
        providers=count(value.get("activeProviderCount")),
        resources=SupplyResources(
            cpu=_amounts(parts.get("cpu")),
            gpu=_amounts(parts.get("gpu")),
            memory=_amounts(parts.get("memory")),
            storage=_amounts(storage.get("total")),
        ),
        source=FigureSource.INDEXER,
        read_at=read_at,
    )


def read_gpu_days(value: object, read_at: datetime) -> list[GpuDay]:
    """GET /v1/gpu-breakdown; ValueError if it is not a list."""
    if not isinstance(value, list):
        raise ValueError("the GPUs per day are not a list")
    found = (_gpu_day(entry) for entry in dicts(value, _MOST_GPU_DAYS))
    return sorted((d for d in found if d is not None), key=lambda d: (d.day, d.vendor, d.model))


def read_stock(value: object, read_at: datetime) -> list[GpuStock]:
    """GET /v1/gpu?provider=; ValueError if it does not list models. `allocatable` are all, `allocated` the taken."""
    gpus = _dict(value).get("gpus")
    details = gpus.get("details") if isinstance(gpus, dict) else None
    if not isinstance(details, dict):
        raise ValueError("the GPUs of the provider are not listed")
    found: dict[GpuModel, GpuStock] = {}
    for vendor, rows in list(details.items())[:_MOST_VENDORS]:
        for entry in dicts(rows, _MOST_MODELS):
            gpu = gpu_of({**entry, "vendor": vendor})
            if gpu is not None:
                total, taken = count(entry.get("allocatable")), count(entry.get("allocated"))
                free = None if total is None or taken is None else max(0, total - taken)
                found[gpu] = GpuStock(gpu, free, total)
    return list(found.values())


def read_series(name: str, value: object, read_at: datetime) -> Series:
    """GET /v1/graph-data/{name}; ValueError if it has no snapshots. A day that comes twice counts once, the last."""
    snapshots = value.get("snapshots") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(snapshots, list):
        raise ValueError("the series has no snapshots")
    divisor = KINDS[name].divisor
    points = {}
    for entry in dicts(snapshots, _MOST_DAYS):
        at, figure = day(entry.get("date")), number(entry.get("value"), _MOST_VALUE)
        if at is not None and figure is not None and at <= read_at.date():
            points[at] = Point(at, figure / divisor)

    current = number(value.get("currentValue"), _MOST_VALUE)
    return Series(
        name=name,
        points=tuple(points[at] for at in sorted(points)),
        current=None if current is None else current / divisor,
        read_at=read_at,
    )


def read_akt_market(value: object, read_at: datetime) -> AktMarket:
    """GET /v1/market-data; ValueError if it is not an object."""
    if not isinstance(value, dict):
        raise ValueError("the market data are not an object")
    price = number(value.get("price"), 1_000_000)
    return AktMarket(price or None, read_at)


def _sheet(entry: dict[str, object], read_at: datetime) -> ProviderSheet | None:
    profile = profile_of(entry, read_at)
    if profile is None:
        return None
    stats = _dict(entry.get("stats"))
    storage = _dict(stats.get("storage"))
    return ProviderSheet(
        profile=profile,
        resources=SupplyResources(
            cpu=_amounts(stats.get("cpu")),
            gpu=_amounts(stats.get("gpu")),
            memory=_amounts(stats.get("memory")),
            storage=_sum(_amounts(storage.get("ephemeral")), _amounts(storage.get("persistent"))),
        ),
        attributes=tuple(_attributes(entry.get("attributes"))),
        checks=tuple(_checks(entry.get("uptime"))),
        source=FigureSource.INDEXER,
        read_at=read_at,
        city=text_of(entry.get("city")),
    )


def _attributes(value: object) -> list[SignedAttribute]:
    found = []
    for entry in dicts(value, _MOST_ATTRIBUTES):
        key, signers = text_of(entry.get("key")), entry.get("auditedBy")
        if key is None:
            continue
        named = signers[:_MOST_AUDITORS] if isinstance(signers, list) else []
        auditors = tuple(s for s in named if isinstance(s, str) and ADDRESS.match(s))
        found.append(SignedAttribute(key, text_of(entry.get("value")) or "", auditors))
    return found


def _checks(value: object) -> list[UptimeCheck]:
    found = []
    for entry in dicts(value, _MOST_CHECKS):
        at, online = instant(entry.get("checkDate")), truth(entry.get("isOnline"))
        if at is not None and online is not None:
            found.append(UptimeCheck(at, online))
    return sorted(found, key=lambda check: check.at, reverse=True)


def _gpu_day(entry: dict[str, object]) -> GpuDay | None:
    at = day(entry.get("date"))
    vendor, model = text_of(entry.get("vendor"), 40), text_of(entry.get("model"), 40)
    if at is None or not vendor or not model:
        return None
    return GpuDay(
        day=at,
        vendor=vendor.lower(),
        model=model.lower(),
        providers=count(entry.get("providerCount")),
        nodes=count(entry.get("nodeCount")),
        total=count(entry.get("totalGpus")),
        leased=count(entry.get("leasedGpus")),
        utilization=number(entry.get("gpuUtilization"), 100),
    )


def _amounts(value: object) -> Amounts:
    if not isinstance(value, dict):
        return UNKNOWN
    whole = {key: _amount(value.get(key)) for key in ("active", "pending", "available", "total")}
    return amounts(whole["active"], whole["pending"], whole["available"], whole["total"])


def _amount(value: object) -> int | None:
    """Bytes and thousandths may come with a fraction from the indexer's averages; it means nothing."""
    found = number(value, _MOST_BYTES)
    return None if found is None else int(found)


def _sum(a: Amounts, b: Amounts) -> Amounts:
    """Both kinds of storage; a kind that is missing counts as none."""

    def plus(x: int | None, y: int | None) -> int | None:
        return None if x is None and y is None else (x or 0) + (y or 0)

    return Amounts(
        plus(a.active, b.active), plus(a.pending, b.pending), plus(a.available, b.available), plus(a.total, b.total)
    )


def _dict(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
