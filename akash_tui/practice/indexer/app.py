"""The practice network's indexer: a world's providers and GPUs in the shape of the public Console API.

Shapes are those of the API's specification (conformance/indexer/openapi.json); a test checks every answer against it.
What cannot be read from the chain (uptime, place by IP address) comes from the seeds.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from akash_tui.practice.indexer.gpus import gpu_counts, gpu_models, gpu_prices, mean_price, model_row, owners
from akash_tui.practice.indexer.history import breakdown, series
from akash_tui.practice.indexer.screening import screened
from akash_tui.practice.provider.actors import Fleet, Provider
from akash_tui.practice.provider.hardware import sum_of
from akash_tui.practice.provider.seeds import AUDITOR_NAMES, SECOND_AUDITOR
from akash_tui.practice.state.crypto import BadAddress, decode_address
from akash_tui.practice.tenants.day import Day

Json = dict[str, Any]


def indexer_app(fleet: Fleet, day: Day) -> Starlette:
    """The indexer of a fleet's world and its day."""
    index = Index(fleet, day)

    def plain(path: str, answer: Any) -> Route:
        async def endpoint(request: Request) -> Response:
            return JSONResponse(answer(request))

        return Route(path, endpoint)

    async def one(request: Request) -> Response:
        address = request.path_params["address"]
        try:
            decode_address(address)
        except BadAddress:
            return JSONResponse({"error": "BadRequestError", "message": "Invalid address"}, 400)
        provider = fleet.providers.get(address)
        if provider is None:
            return JSONResponse({"error": "NotFoundError", "message": "Provider not found"}, 404)
        return JSONResponse(index.detail(provider))

    async def graph(request: Request) -> Response:
        found = series(index.today(), request.path_params["name"])
        if found is None:
            return JSONResponse({"error": "NotFoundError", "message": "Graph data not found"}, 404)
        return JSONResponse(found)

    async def screening(request: Request) -> Response:
        try:
            return JSONResponse(screened(index.online(), await request.json()))
        except (KeyError, TypeError, ValueError):
            return JSONResponse({"error": "BadRequestError", "message": "Invalid request body"}, 400)

    return Starlette(
        routes=[
            Route("/v1/bid-screening", screening, methods=["POST"]),
            plain("/v1/providers", lambda r: index.listing(r.query_params.get("addresses"))),
            Route("/v1/providers/{address}", one),
            plain("/v1/gpu-prices", lambda r: gpu_prices(owners(index.online()))),
            plain("/v1/gpu", lambda r: gpu_counts(owners(index.online()), dict(r.query_params))),
            plain("/v1/gpu-models", lambda r: gpu_models()),
            plain("/v1/gpu-breakdown", lambda r: breakdown(index.today(), r.query_params)),
            plain("/v1/auditors", lambda r: index.auditors()),
            plain("/v1/provider-regions", lambda r: index.regions()),
            plain("/v1/network-capacity", lambda r: index.capacity()),
            plain("/v1/market-data", lambda r: index.market()),
            plain("/v1/market-data/{coin}", lambda r: index.market()),
            Route("/v1/graph-data/{name}", graph),
        ]
    )


class Index:
    """The current data of an indexer of this world."""

    def __init__(self, fleet: Fleet, day: Day) -> None:
        self.fleet = fleet
        self.world = fleet.world
        self.day = day

    def online(self) -> list[Provider]:
        """The providers whose gateway answers."""
        return [p for p in self.fleet.providers.values() if p.online]

    def _now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.world.time_ns / 1e9, dt.UTC)

    def listing(self, addresses: str | None) -> list[Json]:
        """All providers, or those of a comma-separated list."""
        wanted = set(addresses.split(",")) if addresses else None
        return [self._row(p) for p in self.fleet.providers.values() if wanted is None or p.owner in wanted]

    def _row(self, provider: Provider) -> Json:
        seed, place = provider.seed, provider.seed.place
        on_chain = self.world.books.providers[(provider.owner,)]
        audits = list(self.world.books.audits.scan(provider.owner))
        values = dict(on_chain.attributes)
        leases = [x for x in self.world.books.leases.scan() if x.provider == provider.owner]
        online = provider.online
        gpus = [gpu for gpu, _, _ in provider.stock.gpus()]
        return {
            "owner": provider.owner,
            "name": seed.domain,
            "hostUri": on_chain.host_uri,
            "createdHeight": 1,
            "email": on_chain.email or None,
            "website": on_chain.website or None,
            "lastCheckDate": _text(self._now()),
            "deploymentCount": len({(x.owner, x.dseq) for x in leases}),
            "leaseCount": sum(1 for x in leases if x.state == "active"),
            "cosmosSdkVersion": "v0.53.6",
            "akashVersion": seed.version,
            "ipRegion": place.city if place else None,
            "ipRegionCode": place.region if place else None,
            "ipCountry": place.country if place else None,
            "ipCountryCode": place.country_code if place else None,
            "ipLat": place.latitude if place else None,
            "ipLon": place.longitude if place else None,
            "uptime1d": round(min(1.0, seed.uptime + 0.001), 6) if online else 0.0,
            "uptime7d": seed.uptime if online else round(seed.uptime * 0.9, 6),
            "uptime30d": seed.uptime,
            "isValidVersion": seed.valid_version,
            "isOnline": online,
            "lastOnlineDate": _text(self._now()) if online else None,
            "isAudited": bool(audits),
            "gpuModels": [model_row(gpu) for gpu in gpus],
            "attributes": [
                {"key": key, "value": value, "auditedBy": [a.auditor for a in audits if (key, value) in a.attributes]}
                for key, value in on_chain.attributes
            ],
            "host": values.get("host"),
            "organization": values.get("organization"),
            "statusPage": values.get("status-page"),
            "locationRegion": values.get("location-region"),
            "country": values.get("country"),
            "city": values.get("city"),
            "timezone": values.get("timezone"),
            "locationType": values.get("location-type"),
            "hostingProvider": values.get("hosting-provider"),
            "hardwareCpu": values.get("capabilities/cpu"),
            "hardwareCpuArch": values.get("capabilities/cpu/arch"),
            "hardwareGpuVendor": values.get("capabilities/gpu"),
            "hardwareGpuModels": sorted({gpu.model for gpu in gpus}),
            "hardwareDisk": ["beta3", "beta2", "default"],
            "featPersistentStorage": values.get("feat-persistent-storage") == "true",
            "featPersistentStorageType": ["beta3", "beta2", "default"],
            "hardwareMemory": values.get("capabilities/memory"),
            "networkProvider": values.get("network-provider"),
            "networkSpeedDown": int(values.get("network-speed-down", "0")),
            "networkSpeedUp": int(values.get("network-speed-up", "0")),
            "tier": values.get("tier"),
            "featEndpointCustomDomain": values.get("feat-endpoint-custom-domain") == "true",
            "workloadSupportChia": False,
            "workloadSupportChiaCapabilities": [],
            "featEndpointIp": values.get("feat-endpoint-ip") == "true",
            "stats": self._stats([provider]),
        }

    def detail(self, provider: Provider) -> Json:
        """One provider with its last checks."""
        checks = [
            {
                "id": f"check-{i}",
                "isOnline": provider.online,
                "checkDate": _text(self._now() - dt.timedelta(minutes=15 * i)),
            }
            for i in range(96)
        ]
        return self._row(provider) | {"uptime": checks}

    def _stats(self, providers: Sequence[Provider]) -> Json:
        size = sum_of([n.size for p in providers for n in p.stock.nodes])
        free = sum_of([n for p in providers for n in p.stock.free()])
        leased = size.minus(sum_of([n for p in providers for n in p.stock.free(promised=False)]))
        promised = size.minus(free).minus(leased)

        def part(name: str) -> Json:
            return {
                "active": getattr(leased, name),
                "available": getattr(free, name),
                "pending": getattr(promised, name),
            }

        persistent = {"active": 0, "available": len(providers) * 8 * 2**40, "pending": 0}
        storage = {"ephemeral": part("storage"), "persistent": persistent}
        return {"cpu": part("cpu"), "gpu": part("gpus"), "memory": part("memory"), "storage": storage}

    def capacity(self) -> Json:
        """Everything all online providers have."""
        online = self.online()
        stats = self._stats(online)

        def full(part: Json) -> Json:
            return part | {"total": part["active"] + part["available"] + part["pending"]}

        ephemeral, persistent = full(stats["storage"]["ephemeral"]), full(stats["storage"]["persistent"])
        both = {key: ephemeral[key] + persistent[key] for key in ephemeral}
        resources: Json = {name: full(stats[name]) for name in ("cpu", "gpu", "memory")}
        resources["storage"] = {"ephemeral": ephemeral, "persistent": persistent, "total": both}
        return {"activeProviderCount": len(online), "resources": resources}

    def today(self) -> Json:
        """Figures of this moment, from which the invented history is drawn backwards."""
        models: dict[tuple[str, str], Json] = {}
        prices: dict[tuple[str, str], float] = {}
        for gpu, rows in owners(self.online(), promised=False).items():
            row = models.setdefault(
                (gpu.vendor, gpu.model),
                {"vendor": gpu.vendor, "model": gpu.model}
                | dict.fromkeys(("providerCount", "nodeCount", "totalGpus", "leasedGpus"), 0),
            )
            prices[gpu.vendor, gpu.model] = mean_price(rows, gpu)
            row["providerCount"] += len(rows)
            row["nodeCount"] += sum(1 for p, _, _ in rows for n in p.stock.nodes if n.gpu == gpu)
            row["totalGpus"] += sum(total for _, total, _ in rows)
            row["leasedGpus"] += sum(taken for _, _, taken in rows)
        leases = list(self.world.books.leases.scan())
        stats = self._stats(self.online())
        return {
            "date": self._now().date(),
            "seed": self.world.seed,
            "models": list(models.values()),
            "prices": prices,
            "activeLeaseCount": sum(1 for x in leases if x.state == "active"),
            "dailyLeaseCount": self.day.leases,
            "dailyUActSpent": float(Decimal(self.day.spent) / 10**18),
            "activeGPU": stats["gpu"]["active"],
            "totalGPU": sum(stats["gpu"].values()),
            "activeCPU": stats["cpu"]["active"],
            "activeMemory": stats["memory"]["active"],
            "activeStorage": stats["storage"]["ephemeral"]["active"],
        }

    def auditors(self) -> list[Json]:
        """Who signs providers' attributes."""
        return [
            {
                "id": "second" if address == SECOND_AUDITOR else "main",
                "name": name,
                "address": address,
                "website": "https://auditor.example",
            }
            for address, name in AUDITOR_NAMES.items()
        ]

    def regions(self) -> list[Json]:
        """Regions and who is there."""
        found: dict[str, list[str]] = {}
        for provider in self.fleet.providers.values():
            if provider.seed.place is not None:
                found.setdefault(provider.seed.place.region, []).append(provider.owner)
        return [{"key": k, "value": k, "description": k, "providers": v} for k, v in sorted(found.items())]

    def market(self) -> Json:
        """The AKT price of this world's oracle."""
        price = self.world.params.akt_price_milli / 1000
        return {
            "price": price,
            "volume": 0,
            "marketCap": 0,
            "marketCapRank": 0,
            "priceChange24h": 0,
            "priceChangePercentage24": 0,
        }


def _text(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"
