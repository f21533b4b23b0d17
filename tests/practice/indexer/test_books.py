"""The practice indexer beside its chain's books, and beside the contract for every question that our client asks."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from akash_tui.adapters.indexer.client import ConsoleIndexer
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.domain.akash.network import Network
from akash_tui.domain.market.daily_series import KINDS
from akash_tui.practice.indexer.app import indexer_app
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.network import PracticeNetwork
from akash_tui.wire import deployment_v1_pb2 as ids_pb
from akash_tui.wire import deployment_v1beta4_pb2 as deployment_pb
from tests.adapters.indexer.answers import value_of
from tests.conformance import SHARED
from tests.practice.gateway.recorded import spec_of, wait_until
from tests.practice.gateway.tenant import Tenant, lease_message, practice, web_manifest
from tests.practice.indexer.openapi import faults

SPECIFICATION = SHARED / "indexer" / "openapi.json"


def operation(path: str) -> dict[str, Any]:
    """What the contract has for a path, by its template."""
    parts = path.split("/")
    for template, methods in json.loads(SPECIFICATION.read_text())["paths"].items():
        names = [name for name in template.split("/")]
        names = names[: len(parts)] if names[len(parts) :] and names[-1].endswith("?}") else names
        if len(names) == len(parts) and all(a == b or a.startswith("{") for a, b in zip(names, parts, strict=True)):
            found: dict[str, Any] = methods["get"]
            return found
    raise AssertionError(f"the contract has no {path}")


@pytest.mark.skipif(not SPECIFICATION.is_file(), reason=f"no specification at {SPECIFICATION}")
async def test_all_that_our_client_asks_is_in_the_contract_and_so_are_the_answers() -> None:
    network = PracticeNetwork(SCENARIOS["calm"], 3, 0.05)
    asked: list[str] = []

    async def note(request: httpx.Request) -> None:
        asked.append(request.url.raw_path.decode())

    transport = httpx.ASGITransport(indexer_app(network.fleet, network.day))
    client = ConsoleIndexer(
        Network("t", "t", (), (), indexer="http://indexer.example"), SystemClock(), total_seconds=30
    )
    client._client = httpx.AsyncClient(transport=transport, event_hooks={"request": [note]})
    owner = next(iter(network.fleet.providers))
    try:
        assert value_of(await client.sheets())
        assert value_of(await client.gpu_prices())
        assert value_of(await client.capacity()).resources.gpu.total
        assert value_of(await client.gpu_days())
        assert value_of(await client.akt_market()).usd
        assert value_of(await client.sheet(owner))
        assert value_of(await client.stock(owner))
        for name in KINDS:
            assert value_of(await client.series(name)).points
        plain = httpx.AsyncClient(transport=transport, base_url="http://indexer.example")
        for url in asked:
            contract, query = operation(urlsplit(url).path), parse_qs(urlsplit(url).query)
            assert set(query) <= {each["name"] for each in contract.get("parameters", []) if each["in"] == "query"}, url
            answer = await plain.get(url)
            schema = contract["responses"]["200"]["content"]["application/json"]["schema"]
            assert faults(schema, answer.json()) == [], url
        assert f"/v1/gpu?provider={owner}" in asked
        assert len(asked) == len(set(asked)) == 7 + len(KINDS)
    finally:
        await client.aclose()
        network.drop_ports()


def test_totals_agree_with_the_books_of_the_chain(tmp_path: Path) -> None:
    with practice(tmp_path) as (ready, _):
        tenant = Tenant(ready)
        tenant.fund()

        def told(path: str) -> Any:
            status, body = tenant.get(f"{ready['indexer']}/v1/{path}")
            assert status == 200
            return body

        def today(name: str) -> float:
            return float(told(f"graph-data/{name}")["currentValue"])

        def leases(state: str) -> int:
            rows = tenant.rest(f"/akash/market/v1beta5/leases/list?filters.state={state}")
            return int(rows["pagination"]["total"])

        def leased(dseq: int) -> str:
            manifest = web_manifest("h100", "a100", "rtx4090")
            tenant.deploy(dseq, manifest, spec_of(manifest))
            online = {row["owner"] for row in told("providers") if row["isOnline"]}
            bid = wait_until(lambda: next((b for b in tenant.bids(dseq) if b["id"]["provider"] in online), None))
            tenant.send(lease_message(bid))
            return str(bid["id"]["provider"])

        before, taken = tenant.balance("uact"), told("network-capacity")["resources"]["gpu"]["active"]
        first, _ = leased(7), leased(8)
        assert (today("activeLeaseCount"), today("dailyLeaseCount")) == (leases("active"), 2) == (2, 2)
        counts = {row["owner"]: row["leaseCount"] for row in told("providers")}
        assert sum(counts.values()) == 2
        assert counts[first] >= 1

        gpu = told("network-capacity")["resources"]["gpu"]
        assert gpu["active"] == taken + 2 == today("activeGPU")
        counted, priced = told("gpu")["gpus"]["total"], told("gpu-prices")["availability"]
        assert (counted["allocated"], counted["allocatable"]) == (gpu["active"], gpu["total"])
        assert (priced["total"] - priced["available"], priced["total"]) == (gpu["active"], gpu["total"])
        days = told("gpu-breakdown")
        newest = max(date.fromisoformat(row["date"][:10]) for row in days).isoformat()
        assert sum(row["leasedGpus"] for row in days if row["date"].startswith(newest)) == gpu["active"]
        for dseq in (7, 8):
            tenant.send(deployment_pb.MsgCloseDeployment(id=ids_pb.DeploymentID(owner=tenant.key.address, dseq=dseq)))
        wait_until(lambda: leases("closed") == 2)
        assert (today("activeLeaseCount"), today("dailyLeaseCount")) == (0, 2)
        paid = before - tenant.balance("uact")
        assert paid > 0
        assert today("dailyUActSpent") == pytest.approx(paid, abs=2)  # each refund is whole uact
        assert today("dailyUUsdSpent") == today("dailyUActSpent")
        assert told("network-capacity")["resources"]["gpu"]["active"] == taken
