"""Grants as the real node writes them, and the kinds of allowance that the Cosmos SDK knows."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from akash_tui.adapters.chain.rest_json.grants import DepositGrantJson, FeeGrantJson
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.ports.grants import DepositGrant, FeeGrant
from tests.adapters.chain.tx.proto_values import load
from tests.conformance import SHARED

CHAIN = SHARED / "recordings" / "chain"
TENANT = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
GRANTER = "akash1sdv7sz7y4j2z9l6nyrk9g4ztjh9dvml75gfgra"
MARCH = datetime(2027, 3, 1, tzinfo=UTC)


def rows(name: str, field: str) -> list[bytes]:
    return [json.dumps(row).encode() for row in load(CHAIN / name)["response"]["json"][field]]


def test_the_recorded_ones() -> None:
    (fee,) = [FeeGrantJson.model_validate_json(row).value() for row in rows("feegrant-allowances.json", "allowances")]
    assert fee == FeeGrant(GRANTER, TENANT, (Coin(UAKT, 1_000_000),), None)
    for name, left in (("grants-grantee.json", 20_000_000), ("grants-grantee-after.json", 15_000_000)):
        (found,) = [DepositGrantJson.model_validate_json(row).value() for row in rows(name, "grants")]
        assert found == DepositGrant(GRANTER, TENANT, (Coin(UACT, left),), ("deployment",), None)


def coin(amount: int) -> list[dict[str, str]]:
    return [{"denom": UAKT, "amount": str(amount)}]


BASIC = {
    "@type": "/cosmos.feegrant.v1beta1.BasicAllowance",
    "spend_limit": coin(7),
    "expiration": "2027-03-01T00:00:00Z",
}
PERIODIC = {
    "@type": "/cosmos.feegrant.v1beta1.PeriodicAllowance",
    "basic": {"spend_limit": coin(7), "expiration": None},
    "period_can_spend": coin(9),
    "period_spend_limit": coin(9),
}
SOME = {
    "@type": "/cosmos.feegrant.v1beta1.AllowedMsgAllowance",
    "allowance": BASIC,
    "allowed_messages": ["/akash.market.v1beta5.MsgCreateLease"],
}


@pytest.mark.parametrize(
    ("allowance", "left", "expires", "messages", "known"),
    [
        (BASIC, 7, MARCH, (), True),
        (BASIC | {"spend_limit": [], "expiration": None}, None, None, (), True),
        (PERIODIC, 7, None, (), True),
        (PERIODIC | {"period_can_spend": coin(3)}, 3, None, (), True),
        (SOME, 7, MARCH, ("/akash.market.v1beta5.MsgCreateLease",), True),
        ({"@type": "/new.kind"}, None, None, (), False),
    ],
)
def test_what_is_left(
    allowance: Any, left: int | None, expires: datetime | None, messages: tuple[str, ...], known: bool
) -> None:
    row = {"granter": GRANTER, "grantee": TENANT, "allowance": allowance}
    found = FeeGrantJson.model_validate_json(json.dumps(row)).value()
    assert (found.left(UAKT), found.expires, found.messages, found.known) == (left, expires, messages, known)
    assert found.is_over(MARCH) == (expires is not None)


def test_other_permissions_are_none_of_ours() -> None:
    row = {"granter": GRANTER, "grantee": TENANT, "authorization": {"@type": "/cosmos.bank.v1beta1.SendAuthorization"}}
    assert DepositGrantJson.model_validate_json(json.dumps(row)).value() is None
