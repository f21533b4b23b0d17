"""A provider's gateway: the HTTPS interface through which its tenants send manifests and read their leases.

Paths, statuses, headers and error texts are those of the recordings of a real provider daemon (provider/README.md).
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from akash_tui.practice.gateway.access import (
    UNAUTHORIZED,
    Answer,
    Gateway,
    as_json,
    call_of,
    empty,
    guarded,
    message,
    text,
    until_gone,
)
from akash_tui.practice.gateway.hostility import attacks, strike
from akash_tui.practice.provider.go_json import GoJsonError, decode_first, encode
from akash_tui.practice.provider.hardware import Need, sum_of
from akash_tui.practice.provider.manifest_check import ManifestFault
from akash_tui.practice.provider.manifest_value import to_go

Json = dict[str, Any]
Handler = Callable[[Gateway, Request], Awaitable[Response]]


def gateway_app(gateway: Gateway, streams: list[BaseRoute] | None = None) -> ASGIApp:
    """The gateway as an ASGI application; `streams` are its websocket routes."""

    def route(path: str, handler: Handler, method: str = "GET") -> Route:
        async def endpoint(request: Request) -> Response:
            return await guarded(request, handler(gateway, request))

        return Route(path, endpoint, methods=[method])

    routes: list[BaseRoute] = [
        route("/status", _public(_provider_status)),
        route("/version", _public(lambda it: _provider_version(it.seed.version))),
        route("/address", _public(lambda it: {"address": it.provider})),
        route("/deployment/{dseq}/manifest", _put_manifest, "PUT"),
        route("/lease/{dseq}/{gseq}/{oseq}/manifest", _get_manifest),
        route("/lease/{dseq}/{gseq}/{oseq}/status", _lease_status),
        route("/lease/{dseq}/{gseq}/{oseq}/service/{service}/status", _service_status),
        route("/hostname/migrate", _migrate_hosts, "POST"),
        *(streams or []),
    ]
    app = Starlette(routes=routes, exception_handlers={404: _not_found, 405: _not_allowed})
    app.router.redirect_slashes = False

    async def entry(scope: Scope, receive: Receive, send: Send) -> None:
        if gateway.seed.hangs:
            await until_gone(receive)
            return
        if attacks(gateway.attack, scope):
            await strike(gateway.attack, scope, receive, send)
            return
        if gateway.latency and scope["type"] in ("http", "websocket"):
            await asyncio.sleep(gateway.latency)
        await app(scope, receive, send)

    return entry


async def _not_found(request: Request, fault: Exception) -> Response:
    return text(404, "404 page not found")


async def _not_allowed(request: Request, fault: Exception) -> Response:
    assert isinstance(fault, HTTPException)
    return empty(fault.status_code)


def _public(answer: Callable[[Gateway], Json]) -> Handler:
    """An answer for everybody; a token that is not good is refused all the same."""

    async def handler(gateway: Gateway, request: Request) -> Response:
        await gateway.tenant(request)
        return as_json(answer(gateway))

    return handler


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


async def _migrate_hosts(gateway: Gateway, request: Request) -> Response:
    tenant = await gateway.tenant(request)
    if tenant is None:
        raise Answer(message(*UNAUTHORIZED))
    try:
        body = json.loads(await request.body())
        hosts = body.get("hostnames_to_migrate") or []
        dseq, gseq = body.get("destination_dseq", 0), body.get("destination_gseq", 0)
        if not all(isinstance(each, str) for each in hosts) or not (isinstance(dseq, int) and isinstance(gseq, int)):
            return empty(422)
    except (ValueError, AttributeError, TypeError):
        return empty(422)
    if not hosts:
        return empty(400)
    try:
        gateway.tenancy.move_hosts(tenant.owner, hosts, dseq, gseq)
    except ManifestFault as fault:
        return text(fault.status, fault.text)
    return Response(encode({"transferred": hosts}), 200, media_type="application/json")


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


def _provider_status(gateway: Gateway) -> Json:
    """The public status: leased, pending and free resources (recordings, fact 33: empty parts are left out)."""
    books, mine = gateway.world.books, gateway.provider
    inventory: Json = {}
    workloads, taken = gateway.tenancy.workloads, gateway.stock.taken
    active = [sum_of([p.need for p in taken.get(key, [])]) for key in workloads]
    bids = [b for b in books.bids.scan() if b.provider == mine and b.state == "open"]
    promised = [sum_of([p.need for p in places]) for key, places in taken.items() if key not in workloads]
    promised += [sum_of([p.need for p in places]) for places in gateway.stock.promised.values()]
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


def _amounts(need: Need) -> Json:
    return {"cpu": need.cpu, "gpu": need.gpus, "memory": need.memory, "storage_ephemeral": need.storage}


def _provider_version(release: str) -> Json:
    """The answer to /version for a provider release without the leading `v`."""
    akash = {
        "name": "provider-services",
        "server_name": "provider-services",
        "version": f"v{release}",
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
    return {"akash": akash, "kube": kube}
