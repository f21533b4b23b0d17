"""What the Console's bid screening is asked keeps to its published description; any answer that it allows is read."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from akash_tui.adapters.indexer.screening import read_screening, screening_body
from akash_tui.domain.akash.resources import GIB, Attribute, Endpoint, EndpointKind, GroupSpec, SignedBy, Volume
from tests.conformance import SHARED, load, need
from tests.domain.market.orders import AUDITOR, group
from tests.practice.indexer.openapi import faults

SPECIFICATION = SHARED / "indexer" / "openapi.json"
DISK = Volume("data", 10 * GIB, (Attribute("class", "beta3"), Attribute("persistent", "true")))
FULL = group(
    {"region": "us-west", "capabilities/gpu-interconnect*": "true"},
    *("a100/ram/80Gi/interface/sxm", "*"),
    units=2,
    count=3,
    signed=SignedBy((AUDITOR,), (AUDITOR,)),
    volumes=(DISK,),
    arch="arm64",
    endpoints=(Endpoint(EndpointKind.LEASED_IP, 1),),
    price=Decimal("1543.6"),
)


def described(part: str) -> dict[str, Any]:
    need(SPECIFICATION)
    post = load(SPECIFICATION)["paths"]["/v1/bid-screening"]["post"]
    holder = post["requestBody"] if part == "request" else post["responses"]["200"]
    found: dict[str, Any] = holder["content"]["application/json"]["schema"]
    return found


@pytest.mark.parametrize(("asked", "window"), [(FULL, 3600), (group({}), None)], ids=["everything", "the least"])
def test_the_request_is_as_the_description_has_it(asked: GroupSpec, window: int | None) -> None:
    body: Any = screening_body(asked, window)
    schema = described("request")
    assert faults(schema, body) == []
    assert set(body) <= set(schema["properties"])
    (unit,) = body["resources"]
    gpu = unit["resource"]["gpu"]  # the model stands in the key
    assert {each["value"] for each in gpu["attributes"]} == ({"true"} if asked is FULL else set())


def test_an_answer_as_it_is_described_is_read() -> None:
    row = {
        "owner": AUDITOR,
        "hostUri": "https://x.example:8443",
        "isAudited": True,
        "createdAt": "2026-01-01T00:00:00Z",
    }
    row |= {"location": None, "organization": None, "incidents": []}
    answer = {"providers": [row, row | {"owner": "nobody"}]}
    assert faults(described("answer"), answer) == []
    assert read_screening(answer) == {AUDITOR}
    assert read_screening({"providers": []}) == frozenset()
    with pytest.raises(ValueError, match="lists no providers"):
        read_screening({"error": "Bad Request"})
