"""A provider's gateway: the HTTPS interface through which its tenants send manifests and look at their leases.

Paths, statuses, headers and error texts are those of the recordings of a real provider daemon (provider/README.md).
"""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from akash_tui.practice.go_json import GoJsonError, decode_first, encode
from akash_tui.practice.hardware import Need, Stock
from akash_tui.practice.listeners import drop
from akash_tui.practice.manifest_check import ManifestFault
from akash_tui.practice.manifest_value import to_go
from akash_tui.practice.seeds import ProviderSeed
from akash_tui.practice.tenancy import LeaseKey, Tenancy
from akash_tui.practice.tokens import Account, NoPublicKey, Tenant, TokenFault, UnknownAccount, bearer, read_token
from akash_tui.practice.world import World

Json = dict[str, Any]
UINT64, UINT32 = 2**64 - 1, 2**32 - 1


@dataclass(slots=True)
class Gateway:
    """One provider's gateway state. `wall` is Unix time in seconds, with which tokens are checked."""

    provider: str
    seed: ProviderSeed
    world: World
    tenancy: Tenancy
    stock: Stock
    wall: Callable[[], float]
    latency: float = 0.0
    """Seconds every answer takes."""
    hangs_after_unknown: bool = False
    """As the real daemon: after a token of an account that is not on chain, only known accounts get answers."""
    _known: set[str] = field(default_factory=set)
    _stuck: bool = False

    def account(self, address: str) -> Account | None:
        """An account as this provider learns it from the chain."""
        row = self.world.books.accounts.get((address,))
        if row is None:
            return None
        return Account(address, base64.b64decode(row.pubkey) if row.pubkey else None)

    async def tenant(self, connection: HTTPConnection) -> Tenant | None:
        """Who asks; None without a token. Raises Answer for a refusal, Dropped where the daemon dies on it."""
        try:
            token = bearer(connection.headers.get("authorization"))
            if token is None:
                return None
            tenant = read_token(token, self._lookup, self.wall())
        except UnknownAccount as fault:
            if self._stuck:
                raise Silence from fault
            self._stuck = self.hangs_after_unknown
            raise Answer(message(fault.status, fault.message)) from fault
        except TokenFault as fault:
            raise Answer(message(fault.status, fault.message)) from fault
        except NoPublicKey as fault:
            raise Dropped from fault
        self._known.add(tenant.owner)
        return tenant

    def _lookup(self, address: str) -> Account | None:
        if self._stuck and address not in self._known:
            raise Silence
        return self.account(address)


class Answer(Exception):
    """An answer that ends the request early."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class Dropped(Exception):
    """The handler of the real daemon panics here: the connection ends without an answer."""


class Silence(Exception):
    """The real daemon never answers here."""


def text(status: int, body: str) -> Response:
    """An error as Go's http.Error writes it."""
    return Response(body + "\n", status, {"X-Content-Type-Options": "nosniff"}, media_type="text/plain; charset=utf-8")


def empty(status: int) -> Response:
    """A status without body and without Content-Type."""
    return Response(status_code=status)


def message(status: int, words: str) -> Response:
    """An authentication error: JSON."""
    return Response(encode({"message": words}), status, media_type="application/json")


def as_json(value: Any) -> Response:
    """A good answer."""
    return Response(encode(value), 200, {"Content-Type": "application/json; charset=UTF-8"})


UNAUTHORIZED = 401, "unauthorized access"


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated request for a deployment or a lease."""

    tenant: Tenant
    dseq: int
    gseq: int = 0
    oseq: int = 0

    def lease_key(self, provider: str) -> LeaseKey:
        """The lease that the path names: the owner is the token's, the provider the server's."""
        return (self.tenant.owner, self.dseq, self.gseq, self.oseq, provider)


async def call_of(gateway: Gateway, connection: HTTPConnection, scope: str | None) -> Call:
    """Check token, path and scope in the daemon's order, or raise Answer (or Dropped, Silence)."""
    tenant = await gateway.tenant(connection)
    if tenant is None:
        raise Answer(message(*UNAUTHORIZED))
    parameters = connection.path_params
    dseq = _number(parameters["dseq"], UINT64)
    gseq, oseq = (_number(parameters[k], UINT32) if k in parameters else 0 for k in ("gseq", "oseq"))
    if scope is not None and not tenant.may(scope, gateway.provider, dseq, gseq or None, oseq or None):
        raise Answer(message(*UNAUTHORIZED))
    return Call(tenant, dseq, gseq, oseq)


def _number(word: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]+", word):
        raise Answer(text(400, f'strconv.ParseUint: parsing "{word}": invalid syntax'))
    if int(word) > most:
        raise Answer(text(400, f'strconv.ParseUint: parsing "{word}": value out of range'))
    return int(word)


Handler = Callable[[Gateway, Request], Awaitable[Response]]


def gateway_app(gateway: Gateway, streams: list[BaseRoute] | None = None) -> ASGIApp:
    """The gateway as an ASGI application; `streams` are its websocket routes."""

    def route(path: str, handler: Handler, method: str = "GET") -> Route:
        async def endpoint(request: Request) -> Response:
            return await guarded(request, handler(gateway, request))

        return Route(path, endpoint, methods=[method])

    routes: list[BaseRoute] = [
        route("/status", _status),
        route("/version", _version),
        route("/address", _address),
        route("/deployment/{dseq}/manifest", _put_manifest, "PUT"),
        route("/lease/{dseq}/{gseq}/{oseq}/manifest", _get_manifest),
        route("/lease/{dseq}/{gseq}/{oseq}/status", _lease_status),
        route("/lease/{dseq}/{gseq}/{oseq}/service/{service}/status", _service_status),
        *(streams or []),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _not_found, 405: _not_allowed})
    app.router.redirect_slashes = False

    async def entry(scope: Scope, receive: Receive, send: Send) -> None:
        if gateway.seed.hangs:
            await until_gone(receive)
            return
        if gateway.latency and scope["type"] in ("http", "websocket"):
            await asyncio.sleep(gateway.latency)
        await app(scope, receive, send)

    return entry


async def until_gone(receive: Receive) -> None:
    """Read and ignore until the other side leaves."""
    while (await receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
        pass


async def guarded(request: Request, work: Awaitable[Response]) -> Response:
    """The handler's answer, or what its exceptions stand for."""
    try:
        return await work
    except Answer as answer:
        return answer.response
    except Dropped:
        drop(request.scope)
    except Silence:
        pass
    await until_gone(request.receive)
    return empty(499)  # nobody is there to read it


async def _not_found(request: Request, fault: Exception) -> Response:
    return text(404, "404 page not found")


async def _not_allowed(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    return empty(fault.status_code)


async def _address(gateway: Gateway, request: Request) -> Response:
    await gateway.tenant(request)
    return as_json({"address": gateway.provider})


async def _version(gateway: Gateway, request: Request) -> Response:
    await gateway.tenant(request)
    akash = {
        "name": "provider-services",
        "server_name": "provider-services",
        "version": f"v{gateway.seed.version}",
        "commit": "practice",
        "build_tags": "",
        "go": "go version go1.26.8 linux/amd64",
        "build_deps": [],
        "cosmos_sdk_version": "v0.53.6",
    }
    kube = {
        "major": "1",
        "minor": "33",
        "gitVersion": "v1.33.5+k3s1",
        "gitCommit": "practice",
        "gitTreeState": "clean",
        "buildDate": "2025-09-10T00:00:00Z",
        "goVersion": "go1.24.6",
        "compiler": "gc",
        "platform": "linux/amd64",
    }
    return as_json({"akash": akash, "kube": kube})


async def _status(gateway: Gateway, request: Request) -> Response:
    await gateway.tenant(request)
    return as_json(provider_status(gateway))


def provider_status(gateway: Gateway) -> Json:
    """The public status: what runs, what is promised, what is free (recordings, fact 33: empty parts are left out)."""
    books, mine = gateway.world.books, gateway.provider
    inventory: Json = {}
    active = [sum_of([p.need for p in gateway.stock.taken.get(key, [])]) for key in gateway.tenancy.workloads]
    bids = [b for b in books.bids.scan() if b.provider == mine and b.state == "open"]
    promised = [
        sum_of([p.need for p in places])
        for key, places in gateway.stock.taken.items()
        if key not in gateway.tenancy.workloads
    ]
    if active:
        inventory["active"] = [_amounts(need) for need in active]
    if promised:
        inventory["pending"] = [_amounts(need) for need in promised]
    inventory["available"] = {
        "nodes": [
            {"name": node.name, "allocatable": _amounts(node.size), "available": _amounts(free)}
            for node, free in zip(gateway.stock.nodes, gateway.stock.free(), strict=True)
        ],
        "storage": [{"class": "beta3", "size": 8 * 2**40}],
    }
    status: Json = {
        "cluster": {"leases": len(gateway.tenancy.workloads), "inventory": inventory},
        "bidengine": {"orders": len(bids)},
        "manifest": {"deployments": len(gateway.tenancy.manifests)},
        "cluster_public_hostname": f"provider.{gateway.seed.domain}",
    }
    if gateway.seed.reclamation:
        status["reclamation_window"] = int(gateway.seed.reclamation.removesuffix("s")) * 10**9
    return status | {"address": mine}


def sum_of(needs: list[Need]) -> Need:
    """Several needs together."""
    columns = [(n.cpu, n.memory, n.storage, n.gpus) for n in needs]
    return Need(*(sum(column) for column in zip(*columns, strict=True))) if columns else Need(0, 0, 0, 0)


def _amounts(need: Need) -> Json:
    return {"cpu": need.cpu, "gpu": need.gpus, "memory": need.memory, "storage_ephemeral": need.storage}


async def _put_manifest(gateway: Gateway, request: Request) -> Response:
    call = await call_of(gateway, request, "send-manifest")
    try:
        manifest = to_go(decode_first(await request.body()))
        gateway.tenancy.submit(gateway.world.books, call.tenant.owner, call.dseq, manifest)
    except GoJsonError as fault:
        return text(422, str(fault))
    except ManifestFault as fault:
        return text(fault.status, fault.text)
    return empty(200)


async def _get_manifest(gateway: Gateway, request: Request) -> Response:
    call = await call_of(gateway, request, "get-manifest")
    work = gateway.tenancy.workloads.get(call.lease_key(gateway.provider))
    return as_json(work.shown_manifest()) if work else text(404, "lease not found")


async def _lease_status(gateway: Gateway, request: Request) -> Response:
    call = await call_of(gateway, request, "status")
    work = gateway.tenancy.workloads.get(call.lease_key(gateway.provider))
    return as_json(work.status(gateway.tenancy.clock())) if work else empty(404)


async def _service_status(gateway: Gateway, request: Request) -> Response:
    call = await call_of(gateway, request, None)
    work = gateway.tenancy.workloads.get(call.lease_key(gateway.provider))
    if work is None:
        return text(404, "kube: lease not found")
    name = request.path_params["service"]
    if name not in work.services:
        return text(404, "kube: no service for that lease")
    return as_json(work.service_status(name, gateway.tenancy.clock()))
