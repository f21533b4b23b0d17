"""The Console's bid screening: what is asked of it for a group, and whom it lists.

Contract: `POST /v1/bid-screening` of the published OpenAPI file (shared reference, 8.2). It answers who could bid
now, without a price, a GPU model or a reason.
"""

from __future__ import annotations

from collections.abc import Iterable

from akash_tui.adapters.indexer.json_fields import ADDRESS, dicts
from akash_tui.domain.akash.resources import Attribute, GroupSpec, Resources


def screening_body(group: GroupSpec, window_s: int | None) -> dict[str, object]:
    """The request for one group; `window_s` is the reclamation window that the deployment demands."""
    body: dict[str, object] = {
        "requirements": {
            "signedBy": {"allOf": list(group.signed_by.all_of), "anyOf": list(group.signed_by.any_of)},
            "attributes": _pairs(group.attributes),
        },
        "resources": [
            {
                "resource": _resource(unit.resources),
                "count": unit.count,
                "price": {"denom": unit.price.denom, "amount": str(int(unit.price.amount))},
            }
            for unit in group.units
        ],
        "timezone": "UTC",
    }
    return body if window_s is None else body | {"reclamationWindow": window_s}


def read_screening(value: object) -> frozenset[str]:
    """The addresses of the answer; ValueError if it has no list of providers."""
    providers = value.get("providers") if isinstance(value, dict) else None
    if not isinstance(providers, list):
        raise ValueError("the screening lists no providers")
    owners = (entry.get("owner") for entry in dicts(providers))
    return frozenset(owner for owner in owners if isinstance(owner, str) and ADDRESS.match(owner))


def _resource(resources: Resources) -> dict[str, object]:
    return {
        "id": resources.id,
        "cpu": {"units": {"val": str(resources.cpu_milli)}, "attributes": _pairs(resources.cpu_attributes)},
        "memory": {"quantity": {"val": str(resources.memory)}, "attributes": _pairs(resources.memory_attributes)},
        "gpu": {"units": {"val": str(resources.gpu_units)}, "attributes": _pairs(resources.gpu_attributes)},
        "storage": [
            {"name": volume.name, "quantity": {"val": str(volume.size)}, "attributes": _pairs(volume.attributes)}
            for volume in resources.storage
        ],
        "endpoints": [
            {"kind": int(endpoint.kind), "sequence_number": endpoint.sequence_number}
            for endpoint in resources.endpoints
        ],
    }


def _pairs(attributes: Iterable[Attribute]) -> list[dict[str, str]]:
    return [{"key": each.key, "value": each.value} for each in attributes]
