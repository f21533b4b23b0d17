"""Which providers of a practice world could bid on a group now: the public API's answer before anything is paid for.

It has no price, no GPU model and no reason, as the API's specification says.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from akash_tui.practice.provider.actors import Provider

Json = dict[str, Any]
MOST_UNITS = 50
_BEGAN = "2026-01-01T00:00:00.000Z"


def screened(providers: Iterable[Provider], body: Json) -> Json:
    """The answer to a body of POST /v1/bid-screening. KeyError, TypeError or ValueError for an invalid one."""
    spec = _spec(body)
    window = body.get("reclamationWindow")
    wanted = f"{int(window)}s" if window is not None else None
    return {"providers": [_row(each) for each in providers if each.room_for(spec, wanted) is not None]}


def _spec(body: Json) -> Json:
    """The body as a group of REST's shape."""
    requirements = body.get("requirements") or {}
    signed_by = requirements.get("signedBy") or {}
    if not isinstance(body["timezone"], str) or not 0 < len(body["resources"]) <= MOST_UNITS:
        raise ValueError("no resources or no time zone")
    return {
        "name": "screening",
        "requirements": {
            "signed_by": {"all_of": signed_by.get("allOf") or [], "any_of": signed_by.get("anyOf") or []},
            "attributes": requirements.get("attributes") or [],
        },
        "resources": [
            {
                "resource": {**each["resource"], "storage": [_volume(v) for v in each["resource"]["storage"]]},
                "count": int(each["count"]),
                "price": each["price"],
            }
            for each in body["resources"]
        ],
    }


def _volume(volume: Json) -> Json:
    return {**volume, "attributes": volume.get("attributes") or []}


def _row(provider: Provider) -> Json:
    world = provider.world
    on_chain = world.books.providers[(provider.owner,)]
    values = dict(on_chain.attributes)
    today = dt.datetime.fromtimestamp(world.time_ns / 1e9, dt.UTC).date()
    return {
        "owner": provider.owner,
        "hostUri": on_chain.host_uri,
        "isAudited": any(True for _ in world.books.audits.scan(provider.owner)),
        "createdAt": _BEGAN,
        "location": values.get("location-region"),
        "organization": values.get("organization"),
        "incidents": [
            {
                "date": (today - dt.timedelta(days=day)).isoformat(),
                "hasOpenIncident": False,
                "incidentCount": 0,
                "downtimeSeconds": 0,
            }
            for day in reversed(range(7))
        ],
    }
