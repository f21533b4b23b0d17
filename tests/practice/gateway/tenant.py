"""A tenant for tests: signs with the practice network's own crypto and speaks plain HTTP, nothing of the client's."""

from __future__ import annotations

import base64
import json
import os
import signal
import ssl
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from akash_tui.practice.chain.signing import sign_tx
from akash_tui.practice.provider.manifest_value import version
from akash_tui.practice.provider.offers import resources_message
from akash_tui.practice.server.process import serve
from akash_tui.practice.state.crypto import Key
from akash_tui.wire import base_deposit_pb2 as deposit_pb
from akash_tui.wire import deployment_v1_pb2 as ids_pb
from akash_tui.wire import deployment_v1beta4_pb2 as deployment_pb
from akash_tui.wire import market_v1_pb2 as market_ids_pb
from akash_tui.wire import market_v1beta5_pb2 as market_pb
from tests.helpers.forks import PipedFork
from tests.helpers.worlds import GIVE_UP
from tests.practice.gateway.recorded import wait_until

Json = dict[str, Any]


def web_manifest(*models: str, gpus: int = 1) -> list[Json]:
    """A manifest with one web service that accepts these models (none: CPU only)."""
    gpu: Json = {"units": {"val": str(gpus if models else 0)}}
    if models:
        gpu["attributes"] = [{"key": f"vendor/nvidia/model/{m}", "value": "true"} for m in sorted(models)]
    http = {"maxBodySize": 1048576, "readTimeout": 60000, "sendTimeout": 60000, "nextTries": 3, "nextTimeout": 0}
    expose = {
        "port": 80,
        "externalPort": 80,
        "proto": "TCP",
        "service": "",
        "global": True,
        "hosts": None,
        "httpOptions": http | {"nextCases": ["error", "timeout"]},
        "ip": "",
        "endpointSequenceNumber": 0,
    }
    resources = {
        "id": 1,
        "cpu": {"units": {"val": "4000"}},
        "memory": {"size": {"val": str(16 * 2**30)}},
        "storage": [{"name": "default", "size": {"val": str(20 * 2**30)}}],
        "gpu": gpu,
        "endpoints": [{"sequence_number": 0}],
    }
    service = {
        "name": "web",
        "image": "nginx:1.27.3",
        "command": None,
        "args": None,
        "env": None,
        "resources": resources,
        "count": 1,
        "expose": [expose],
        "credentials": None,
    }
    return [{"name": "dcloud", "services": [service]}]


def group_message(
    spec: Json, price: int = 100_000, auditors: tuple[str, ...] = (), attributes: tuple[tuple[str, str], ...] = ()
) -> Any:
    """The protobuf group for a spec in REST's shape, with a price limit in uact per block and replica."""
    group = deployment_pb.GroupSpec(name=spec["name"])
    group.requirements.signed_by.any_of.extend(auditors)
    for key, value in attributes:
        group.requirements.attributes.add(key=key, value=value)
    for unit in spec["resources"]:
        added = group.resources.add(count=unit["count"])
        added.resource.CopyFrom(resources_message(unit["resource"]))
        added.price.denom, added.price.amount = "uact", str(price * 10**18)
    return group


def create_message(owner: str, dseq: int, groups: list[Any], hash_: bytes, deposit: int = 5_000_000) -> Any:
    message = deployment_pb.MsgCreateDeployment(
        id=ids_pb.DeploymentID(owner=owner, dseq=dseq), groups=groups, hash=hash_
    )
    message.deposit.amount.denom, message.deposit.amount.amount = "uact", str(deposit)
    message.deposit.sources.append(deposit_pb.balance)
    return message


def lease_message(bid: Json) -> Any:
    row = bid["id"]
    key = {"owner": row["owner"], "dseq": int(row["dseq"]), "gseq": row["gseq"], "oseq": row["oseq"]}
    return market_pb.MsgCreateLease(bid_id=market_ids_pb.BidID(**key, provider=row["provider"]))


def token(key: Key, **changes: Any) -> str:
    """A full-access token."""
    now = int(time.time())
    claims = {"iss": key.address, "iat": now, "nbf": now - 30, "exp": now + 600, "version": "v1"}
    claims |= {"leases": {"access": "full"}} | changes

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    head = part(json.dumps({"alg": "ES256K", "typ": "JWT"}).encode()) + "." + part(json.dumps(claims).encode())
    return head + "." + part(key.sign(head.encode()))


class Tenant:
    """An account that deploys on a served practice network."""

    def __init__(self, ready: Json, seed: bytes = b"tenant") -> None:
        self.ready = ready
        self.key = Key.from_seed(seed)

    def get(self, url: str) -> tuple[int, Any]:
        return http("GET", url)

    def rest(self, path: str) -> Json:
        status, body = http("GET", self.ready["rest"] + path)
        assert status == 200, (path, status, body)
        answer: Json = body
        return answer

    def fund(self) -> None:
        status, answer = http("POST", self.ready["faucet"], {"address": self.key.address})
        assert status == 200, answer
        wait_until(lambda: self.balance("uact") and self.balance("uakt"))

    def balance(self, denom: str) -> int:
        rows = self.rest(f"/cosmos/bank/v1beta1/balances/{self.key.address}")["balances"]
        return int(next((row["amount"] for row in rows if row["denom"] == denom), "0"))

    def send(self, *messages: Any) -> Json:
        """Sign, broadcast, wait for the block; the transaction's answer."""
        info = self.rest(f"/cosmos/auth/v1beta1/account_info/{self.key.address}")["info"]
        raw = sign_tx(
            self.key,
            messages,
            chain_id=self.ready["chain_id"],
            account_number=int(info["account_number"]),
            timeout_ns=time.time_ns() + 60 * 10**9,
        )
        body = {"tx_bytes": base64.b64encode(raw).decode(), "mode": "BROADCAST_MODE_SYNC"}
        status, answer = http("POST", self.ready["rest"] + "/cosmos/tx/v1beta1/txs", body)
        assert status == 200, answer
        assert answer["tx_response"]["code"] == 0, answer
        url = f"{self.ready['rest']}/cosmos/tx/v1beta1/txs/{answer['tx_response']['txhash']}"
        found: Json = wait_until(lambda: (lambda r: r[1] if r[0] == 200 else None)(http("GET", url)))["tx_response"]
        assert found["code"] == 0, found["raw_log"]
        return found

    def deploy(self, dseq: int, manifest: list[Json], specs: list[Json], **options: Any) -> None:
        groups = [group_message(spec, **options) for spec in specs]
        self.send(create_message(self.key.address, dseq, groups, version(manifest)))

    def bids(self, dseq: int, state: str = "open") -> list[Json]:
        query = f"filters.owner={self.key.address}&filters.dseq={dseq}&filters.state={state}"
        return [row["bid"] for row in self.rest(f"/akash/market/v1beta5/bids/list?{query}")["bids"]]

    def gateway(self, provider: str, method: str, path: str, body: Any = None, timeout: float = 5) -> tuple[int, Any]:
        uri = next(p["host_uri"] for p in self.ready["providers"] if p["owner"] == provider)
        return http(method, uri + path, body, {"Authorization": f"Bearer {token(self.key)}"}, timeout)


def http(
    method: str, url: str, body: Any = None, headers: dict[str, str] | None = None, timeout: float = 5
) -> tuple[int, Any]:
    """Status and body (decoded if it is JSON)."""
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"} | (headers or {}), method=method)
    context = None
    if url.startswith("https"):
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(request, timeout=timeout, context=context) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as refusal:
        status, text = refusal.code, refusal.read()
    try:
        return status, json.loads(text)
    except ValueError:
        return status, text.decode()


@contextmanager
def practice(
    home: Path, scenario: str = "calm", seed: int = 1, block_time: float = 0.05, state: Path | None = None
) -> Iterator[Any]:
    """A served practice network in a process of its own: (ready, process)."""
    process = PipedFork(_serve, scenario, seed, block_time, state, home, env=os.environ)
    try:
        line = process.stdout.readline()
        assert line, process.stderr.read()
        yield json.loads(line), process
    finally:
        process.send_signal(signal.SIGTERM)
        out, errors = process.communicate(GIVE_UP)
        assert out == "", "more than one line on standard output"
        assert "Traceback" not in errors, errors


def _serve(*arguments: Any) -> None:
    sys.exit(serve(*arguments))
