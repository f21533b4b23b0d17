"""Every answer of the practice indexer against the public API's own specification."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from akash_tui.adapters.indexer.json_fields import loads
from akash_tui.adapters.indexer.screening import screening_body
from akash_tui.adapters.indexer.supply import read_sheets
from akash_tui.adapters.indexer.values import read_prices
from akash_tui.practice.indexer.app import indexer_app
from akash_tui.practice.indexer.gpus import MACHINE_SHARE
from akash_tui.practice.indexer.history import DAYS, NAMES
from akash_tui.practice.indexer.trouble import GARBAGE, troubled
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.network import PracticeNetwork
from tests.conformance import SHARED
from tests.domain.market.orders import group
from tests.practice.indexer.openapi import faults

SPECIFICATION = SHARED / "indexer" / "openapi.json"
needs_specification = pytest.mark.skipif(not SPECIFICATION.is_file(), reason=f"no specification at {SPECIFICATION}")

PATHS = [
    ("/v1/providers", "/v1/providers"),
    ("/v1/gpu-prices", "/v1/gpu-prices"),
    ("/v1/gpu", "/v1/gpu"),
    ("/v1/gpu?vendor=nvidia&model=h100", "/v1/gpu"),
    ("/v1/gpu-models", "/v1/gpu-models"),
    ("/v1/gpu-breakdown", "/v1/gpu-breakdown"),
    ("/v1/auditors", "/v1/auditors"),
    ("/v1/provider-regions", "/v1/provider-regions"),
    ("/v1/network-capacity", "/v1/network-capacity"),
    ("/v1/market-data", "/v1/market-data/{coin?}"),
    ("/v1/market-data/akash-network", "/v1/market-data/{coin?}"),
    *((f"/v1/graph-data/{name}", "/v1/graph-data/{dataName}") for name in NAMES),
]


@pytest.fixture
async def network() -> AsyncIterator[PracticeNetwork]:
    made = PracticeNetwork(SCENARIOS["calm"], 3, 0.05)
    yield made
    made.drop_ports()


def asking(network: PracticeNetwork) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(indexer_app(network.fleet, network.day))
    return httpx.AsyncClient(transport=transport, base_url="http://indexer.example")


def schema(path: str) -> dict[str, Any]:
    answers = json.loads(SPECIFICATION.read_text())["paths"][path]["get"]["responses"]
    found: dict[str, Any] = answers["200"]["content"]["application/json"]["schema"]
    return found


@needs_specification
@pytest.mark.parametrize(("asked", "path"), PATHS)
async def test_an_answer_keeps_to_the_specification(network: PracticeNetwork, asked: str, path: str) -> None:
    answer = await asking(network).get(asked)
    assert answer.status_code == 200
    assert faults(schema(path), answer.json()) == []
    assert answer.json()


@needs_specification
def test_every_series_of_the_specification_is_there() -> None:
    parameters = json.loads(SPECIFICATION.read_text())["paths"]["/v1/graph-data/{dataName}"]["get"]["parameters"]
    assert set(NAMES) == set(parameters[0]["schema"]["enum"])


async def _series(client: httpx.AsyncClient, name: str) -> list[float]:
    found = (await client.get(f"/v1/graph-data/{name}")).json()
    dates = [snapshot["date"] for snapshot in found["snapshots"]]
    assert dates == sorted(set(dates))
    assert len(dates) == DAYS + 1
    assert found["currentValue"] == found["snapshots"][-1]["value"]
    return [snapshot["value"] for snapshot in found["snapshots"]]


async def test_two_years_agree_with_one_another(network: PracticeNetwork) -> None:
    client = asking(network)
    days = await _series(client, "dailyUActSpent")
    total = await _series(client, "totalUActSpent")
    assert await _series(client, "dailyUUsdSpent") == days
    assert total[-1] == pytest.approx(sum(days))
    assert total == sorted(total)
    rows = (await client.get("/v1/gpu-breakdown")).json()
    leased: dict[str, list[int]] = {}
    for row in rows:
        sums = leased.setdefault(row["date"], [0, 0])
        sums[0] += row["leasedGpus"]
        sums[1] += row["totalGpus"]
    assert await _series(client, "activeGPU") == [n for n, _ in leased.values()]
    assert await _series(client, "gpuUtilization") == pytest.approx(
        [100 * n / of for n, of in leased.values()], abs=0.01
    )
    one = (await client.get("/v1/gpu-breakdown?vendor=nvidia&model=t4")).json()
    assert one == [row for row in rows if row["model"] == "t4"]
    assert await _series(client, "dailyUActSpent") == days  # a past does not change


@needs_specification
async def test_bid_screening_keeps_to_the_specification_and_lists_whom_it_fits(network: PracticeNetwork) -> None:
    post = json.loads(SPECIFICATION.read_text())["paths"]["/v1/bid-screening"]["post"]
    client = asking(network)
    anybody = await client.post("/v1/bid-screening", json=screening_body(group({}), None))
    assert faults(post["responses"]["200"]["content"]["application/json"]["schema"], anybody.json()) == []
    some = (await client.post("/v1/bid-screening", json=screening_body(group({}, "rtx4090"), None))).json()
    assert 0 < len(some["providers"]) < len(anybody.json()["providers"])
    assert (await client.post("/v1/bid-screening", json={"resources": []})).status_code == 400


@needs_specification
async def test_one_provider_keeps_to_the_specification(network: PracticeNetwork) -> None:
    client = asking(network)
    for owner in network.fleet.providers:
        answer = (await client.get(f"/v1/providers/{owner}")).json()
        assert faults(schema("/v1/providers/{address}"), answer) == []
    assert (await client.get("/v1/providers/nonsense")).status_code == 400
    assert (await client.get("/v1/providers/akash1qufa3xzrf34qvwyejkhvnc4psf49fftaw0asmh")).status_code == 404
    assert (await client.get("/v1/graph-data/nonsense")).status_code == 404


async def test_prices_and_audits_are_those_of_the_world(network: PracticeNetwork) -> None:
    client = asking(network)
    rows = {(m["model"], m["interface"]): m for m in (await client.get("/v1/gpu-prices")).json()["models"]}
    asked = [
        float(price) + MACHINE_SHARE
        for provider in network.fleet.providers.values()
        if not provider.seed.hangs
        for gpu, price in provider.seed.prices.gpu.items()
        if gpu.model == "rtx4090"
    ]
    assert rows["rtx4090", "PCIe"]["price"]["min"] == pytest.approx(min(asked))
    assert rows["rtx4090", "PCIe"]["price"]["max"] == pytest.approx(max(asked))
    listed = {row["owner"]: row for row in (await client.get("/v1/providers")).json()}
    for owner, provider in network.fleet.providers.items():
        assert listed[owner]["isAudited"] is bool(provider.seed.auditors)
        signed = {auditor for a in listed[owner]["attributes"] for auditor in a["auditedBy"]}
        assert signed == set(provider.seed.auditors)
    some = list(listed)[:2]
    assert {row["owner"] for row in (await client.get(f"/v1/providers?addresses={','.join(some)}")).json()} == set(some)


def test_the_schema_check_finds_what_is_wrong() -> None:
    wanted = {"type": "object", "required": ["a"], "properties": {"a": {"type": "number"}, "b": {"type": "string"}}}
    assert faults(wanted, {"a": 1, "b": "x", "c": None}) == []
    assert faults(wanted, {"b": None}) == ["$.a: missing", "$.b: null"]
    assert faults(wanted, {"a": True}) == ["$.a: bool instead of number"]
    assert faults({"type": "array", "items": {"type": "string"}}, ["x", 1]) == ["$[1]: int instead of string"]
    assert faults({"oneOf": []}, 1) == ["$: schema keywords not understood: ['oneOf']"]


async def test_an_indexer_in_trouble_gives_no_answer() -> None:
    async def never(scope: object, receive: object, send: object) -> None:
        raise AssertionError("the real one was asked")

    client = httpx.AsyncClient(
        transport=httpx.ASGITransport(troubled(never, "garbage")), base_url="http://indexer.example"
    )
    for _ in range(2 * len(GARBAGE)):
        answer = await client.get("/v1/gpu-prices")
        assert answer.status_code == 200
        for read in (read_prices, read_sheets):
            with pytest.raises((ValueError, RecursionError)):
                read(loads(answer.content), datetime.now(UTC))
    silent = httpx.AsyncClient(
        transport=httpx.ASGITransport(troubled(never, "silent")), base_url="http://indexer.example"
    )
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await silent.get("/v1/gpu-prices")
    with pytest.raises(ValueError, match="unknown trouble"):
        troubled(never, "late")
