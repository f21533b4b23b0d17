"""The events of a deploy run have exactly the fields of the command line's contract."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import BidId, DeploymentId
from akash_tui.domain.akash.gpu import GpuModel, GpuOffer, GpuSource
from akash_tui.domain.akash.money import Coin, DecCoin
from akash_tui.domain.bids.decision import Reason, Rejection
from akash_tui.services.core.events import (
    BidSeen,
    BidWent,
    Chosen,
    Closed,
    Created,
    Done,
    Event,
    EventHead,
    Failed,
    Leased,
    ManifestSent,
    Running,
    RunningService,
    decimal,
)
from akash_tui.services.ports import ForwardedPort

AT = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
HEAD = EventHead(AT, "fake-1", "akash1owner", DeploymentId("akash1owner", 9007199254740993))
BID = BidId("akash1owner", 9007199254740993, 1, 2, "akash1prov")
PRICE = DecCoin("uact", Decimal("1543.600000000000000000"))
COMMON = {
    "v": 1,
    "at": "2026-11-23T12:00:00.123Z",
    "chain_id": "fake-1",
    "owner": "akash1owner",
    "dseq": "9007199254740993",
}
WHO = {"gseq": 1, "oseq": 2, "provider": "akash1prov"}
GPU = GpuOffer(GpuModel("nvidia", "a100", 80, "sxm4"), 2, GpuSource.BID)

CASES: list[tuple[Event, dict[str, object]]] = [
    (
        Created(HEAD, "AB", 12, bytes(32), Coin("uact", 500000)),
        {
            "event": "created",
            "tx": "AB",
            "height": 12,
            "version": "00" * 32,
            "deposit": {"denom": "uact", "amount": "500000"},
        },
    ),
    (
        BidSeen(HEAD, BID, "p.example", PRICE, Decimal("0.92616"), (GPU,), True, "us-west", "Acme"),
        {
            "event": "bid",
            **WHO,
            "host": "p.example",
            "price": {"denom": "uact", "amount": "1543.6"},
            "price_h": "0.92616",
            "gpus": [
                {
                    "vendor": "nvidia",
                    "model": "a100",
                    "vram_gib": 80,
                    "interface": "sxm4",
                    "count": 2,
                    "source": "bid",
                }
            ],
            "audited": True,
            "region": "us-west",
            "organization": "Acme",
        },
    ),
    (
        BidSeen(HEAD, BID, None, PRICE, None, (), None, None),
        {
            "event": "bid",
            **WHO,
            "host": None,
            "price": {"denom": "uact", "amount": "1543.6"},
            "price_h": None,
            "gpus": [],
            "audited": None,
            "region": None,
            "organization": None,
        },
    ),
    (BidWent(HEAD, BID, "withdrawn"), {"event": "bid_gone", **WHO, "reason": "withdrawn"}),
    (
        Chosen(
            HEAD, BID, Decimal(1), "cheapest", (Rejection("akash1x", Reason.MORE_EXPENSIVE, "costs more"),), terms="t"
        ),
        {
            "event": "choice",
            **WHO,
            "price_h": "1",
            "rule": "cheapest",
            "rejected": [{"provider": "akash1x", "code": "more_expensive", "reason": "costs more"}],
            "terms": "t",
        },
    ),
    (
        Leased(HEAD, "AB", 13, ((BID, PRICE),)),
        {
            "event": "lease",
            "tx": "AB",
            "height": 13,
            "leases": [WHO | {"price": {"denom": "uact", "amount": "1543.6"}}],
        },
    ),
    (
        ManifestSent(HEAD, "akash1prov", 2, 404, "no lease"),
        {"event": "manifest", "provider": "akash1prov", "attempt": 2, "status": 404, "message": "no lease"},
    ),
    (
        Running(
            HEAD,
            (
                RunningService(
                    "web", "akash1prov", 1, 1, ("a.example",), (ForwardedPort("web", "p.example", 22, 31022, "TCP"),)
                ),
            ),
        ),
        {
            "event": "running",
            "notes": [],
            "services": [
                {
                    "name": "web",
                    "provider": "akash1prov",
                    "ready": 1,
                    "total": 1,
                    "uris": ["a.example"],
                    "ports": [{"host": "p.example", "port": 22, "external_port": 31022, "proto": "TCP"}],
                }
            ],
        },
    ),
    (
        Failed(HEAD, "bids", "no_bid", "No bid.", "Try again."),
        {"event": "failed", "stage": "bids", "code": "no_bid", "message": "No bid.", "advice": "Try again."},
    ),
    (
        Closed(HEAD, "AB", Coin("uact", 7)),
        {"event": "closed", "tx": "AB", "refund": {"denom": "uact", "amount": "7"}},
    ),
    (Closed(HEAD, "AB", None), {"event": "closed", "tx": "AB", "refund": None}),
    (Done(HEAD, 0, "running"), {"event": "done", "exit_code": 0, "state": "running", "advice": ""}),
]


@pytest.mark.parametrize(("event", "expected"), CASES, ids=lambda x: x.name if isinstance(x, Event) else "")
def test_fields(event: Event, expected: dict[str, object]) -> None:
    value = event.to_json()
    assert value == COMMON | expected
    assert json.loads(json.dumps(value)) == value


def test_times_are_utc() -> None:
    elsewhere = EventHead(AT.astimezone(timezone(timedelta(hours=5, minutes=30))), "c", "o", None)
    value = Done(elsewhere, 0, "none").to_json()
    assert value["at"] == "2026-11-23T12:00:00.123Z"
    assert value["dseq"] is None


def test_decimal_figures_are_plain_and_short() -> None:
    assert decimal(Decimal("0.00000049")) == "0"
    assert decimal(Decimal(1) / 3) == "0.333333"
    assert decimal(Decimal("1E+3")) == "1000"
