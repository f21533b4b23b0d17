"""A provider's public status and version."""

from __future__ import annotations

from typing import Any

from akash_tui.practice.gateway.access import Gateway
from akash_tui.practice.provider.hardware import Need, sum_of

Json = dict[str, Any]


def provider_status(gateway: Gateway) -> Json:
    """The public status: leased, pending and free resources (recordings, fact 33: empty parts are left out)."""
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


def _amounts(need: Need) -> Json:
    return {"cpu": need.cpu, "gpu": need.gpus, "memory": need.memory, "storage_ephemeral": need.storage}


def provider_version(release: str) -> Json:
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
