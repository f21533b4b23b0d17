"""Which API and module versions this chain speaks (akash.discovery.v1)."""

from __future__ import annotations

from typing import Any

MODULES = {
    "audit": "v1",
    "bme": "v1",
    "cert": "v1",
    "deployment": "v1beta4",
    "escrow": "v1",
    "market": "v1beta5",
    "oracle": "v2",
    "provider": "v1beta4",
    "take": "v1",
    "wasm": "v1",
}


def discovery(chain_id: str, *, features: list[str] | None) -> dict[str, Any]:
    """The answer of REST (`features` an empty list) and of the RPC method `akash` (null)."""
    modules = [{"module": name, "version": version} for name, version in MODULES.items()]
    return {
        "client_info": {"api_version": "v1beta3"},
        "supported_versions": [
            {"api_version": version, "modules": modules, "features": features} for version in ("v1beta4", "v1beta3")
        ],
        "chain_id": chain_id,
        "node_version": "",
        "min_client_version": "",
    }
