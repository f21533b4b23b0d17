"""The recordings of a real provider, and a practice provider put into the same situation."""

from __future__ import annotations

import base64
import http.client
import json
import re
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from email.utils import parsedate_to_datetime
from typing import Any

import pytest

from akash_tui.practice.chain.world import World
from akash_tui.practice.gateway.access import Gateway
from akash_tui.practice.gateway.app import gateway_app
from akash_tui.practice.gateway.streams import stream_routes
from akash_tui.practice.provider import hardware
from akash_tui.practice.provider.certificates import self_signed, server_context
from akash_tui.practice.provider.hardware import GIB, Need, Node, Stock
from akash_tui.practice.provider.manifest_value import to_go, version
from akash_tui.practice.provider.seeds import ROSTER
from akash_tui.practice.provider.tenancy import Tenancy
from akash_tui.practice.sockets.listeners import Listener
from akash_tui.practice.state import genesis
from akash_tui.practice.state.amounts import DecCoin
from akash_tui.practice.state.books import Deployment, Group, Lease
from tests.conformance import SHARED

Json = dict[str, Any]

RECORDINGS = SHARED / "recordings" / "provider"
needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")

PROVIDER = "akash1lrnw4zp0etztt3yjvfpct3vmz0tztr9lgz4zwf"
TENANT = "akash1qufa3xzrf34qvwyejkhvnc4psf49fftaw0asmh"
OTHER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
UNSIGNED = "akash1m8y7kf9rlgw5w8hyffesq9m88lpsg98kfc4sck"
KIND = {0: "SHARED_HTTP", 1: "RANDOM_PORT", 2: "LEASED_IP"}


def recording(name: str) -> Json:
    found: Json = json.loads((RECORDINGS / f"{name}.json").read_text(encoding="utf-8"))
    return found


def names(*patterns: str) -> list[str]:
    return sorted(p.stem for pattern in patterns for p in RECORDINGS.glob(f"{pattern}.json"))


def manifest_of(sdl: str) -> list[Json]:
    value = recording("sdl_inputs")["manifest"][sdl]
    return to_go(json.loads(value) if isinstance(value, str) else value)


def spec_of(manifest: list[Json]) -> list[Json]:
    """The group specs that the chain holds for a manifest, in REST's shape."""
    specs = []
    for group in manifest:
        units = []
        for service in group["services"]:
            made = service["resources"]
            resource = {
                "id": made["id"],
                "cpu": {"units": made["cpu"]["units"], "attributes": made["cpu"].get("attributes", [])},
                "memory": {"quantity": made["memory"]["size"], "attributes": []},
                "storage": [{"name": v["name"], "quantity": v["size"], "attributes": []} for v in made["storage"]],
                "gpu": {"units": made["gpu"]["units"], "attributes": made["gpu"].get("attributes", [])},
                "endpoints": [
                    {"kind": KIND[e.get("kind", 0)], "sequence_number": e["sequence_number"]} for e in made["endpoints"]
                ],
            }
            units.append(
                {"resource": resource, "count": service["count"], "price": {"denom": "uact", "amount": "10000"}}
            )
        requirements = {"signed_by": {"all_of": [], "any_of": []}, "attributes": []}
        specs.append({"name": group["name"], "requirements": requirements, "resources": units})
    return specs


class Situation:
    """A world with one provider, and time held by hand."""

    def __init__(self) -> None:
        self.wall = 0.0
        self.monotonic = 1000.0
        self.world = World("recorded", now=lambda: int(self.wall * 1e9))
        wallets = json.loads((SHARED / "transactions.json").read_text())["wallets"].values()
        keys = {wallet["address"]: base64.b64decode(wallet["pubkey_base64"]) for wallet in wallets}
        for address in (TENANT, OTHER, UNSIGNED):
            genesis.account(self.world.books, address, {"uakt": 1}, keys.get(address))
        size = Need(64_000, 512 * GIB, 2048 * GIB, 8)
        nodes = tuple(Node(f"node{i}", size, hardware.H100_SXM) for i in range(1, 5))
        self.seed = replace(ROSTER[0], name="p4", nodes=nodes, reclamation=None, hangs=False)
        self.stock = Stock(nodes)
        self.tenancy = Tenancy(PROVIDER, "p4.example", lambda: self.monotonic, 5.0, 2.0)
        self.gateway = Gateway(PROVIDER, self.seed, self.world, self.tenancy, self.stock, lambda: self.wall)

    def deployment(
        self, dseq: int, manifest: list[Json], *, owner: str = TENANT, state: str = "active", hash_of: Any = None
    ) -> None:
        digest = base64.b64encode(version(hash_of if hash_of is not None else manifest)).decode()
        books = self.world.books
        books.deployments.put((owner, dseq), Deployment(owner, dseq, state, digest, 1))
        for gseq, spec in enumerate(spec_of(manifest), 1):
            books.groups.put((owner, dseq, gseq), Group(owner, dseq, gseq, "open", spec, 1))

    def lease(self, dseq: int, *, owner: str = TENANT) -> Lease:
        lease = Lease(owner, dseq, 1, 1, PROVIDER, "active", DecCoin("uact", 10**18), 1)
        self.world.books.leases.put(lease.key, lease)
        self.stock.reserve(lease.key, self.world.books.groups[owner, dseq, 1].spec)
        return lease

    def running(self, dseq: int, manifest: list[Json], *, seconds: float = 60) -> None:
        """A lease whose manifest was accepted so many seconds ago."""
        self.deployment(dseq, manifest)
        self.lease(dseq)
        self.tenancy.submit(self.world.books, TENANT, dseq, manifest)
        for service in self.tenancy.workloads[TENANT, dseq, 1, 1, PROVIDER].services.values():
            service.since = self.monotonic - seconds

    def at(self, recorded: Json) -> None:
        """Set the clock to the moment of a recording."""
        date = recorded["response"].get("headers", {}).get("Date")
        claims = (recorded["request"].get("jwt_decoded") or {}).get("claims") or {}
        self.wall = parsedate_to_datetime(date).timestamp() if date else claims.get("nbf", 0) + 30


def ask(port: int, request: Json, timeout: float = 5) -> tuple[int, dict[str, str], str]:
    """Send a recorded request to a practice gateway over TLS; ConnectionError if there is no answer."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=timeout, context=context)
    try:
        headers = {k: v for k, v in request["headers"].items() if k != "Host"}
        body = request["body"].encode() if request.get("body") else None
        connection.request(request["method"], request["path"], body=body, headers=headers)
        answer = connection.getresponse()
        text = answer.read().decode()
        return answer.status, {k.title(): v for k, v in answer.getheaders()}, text
    finally:
        connection.close()


def wait_until(condition: Any, seconds: float = 120) -> Any:
    """Poll a condition; its first true value."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if value := condition():
            return value
        time.sleep(0.01)
    raise AssertionError("the condition did not come true in time")


def normal(text: str) -> str:
    """A body without what a stand-in cannot know: made-up host names and node ports."""
    text = re.sub(r'"[a-z0-9]{26}\.(ingress\.)?p4\.[a-z.]+"', '"INGRESS"', text)
    text = re.sub(r'"host":"[^"]+"', '"host":"HOST"', text)
    return re.sub(r'"externalPort":3\d{4}', '"externalPort":30000', text)


def shape(value: Any) -> Any:
    """Keys and types only; lists by the shapes they hold."""
    if isinstance(value, dict):
        return {key: shape(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted({json.dumps(shape(inner), sort_keys=True) for inner in value})
    return type(value).__name__


@asynccontextmanager
async def serving(situation: Situation) -> AsyncIterator[int]:
    """A practice gateway in this situation on a loopback port."""
    listener = Listener()
    identity = self_signed(PROVIDER, b"test", 1_790_000_000 * 10**9)
    app = gateway_app(situation.gateway, stream_routes(situation.gateway))
    await listener.open(app, server_context(identity))
    try:
        yield listener.port
    finally:
        listener.close()
