"""Who may bid on what, and what a match does to the others."""

from __future__ import annotations

from typing import Any

import pytest

from akash_tui.practice.rules.matching import attributes_match, capabilities_match
from akash_tui.practice.state import genesis
from akash_tui.practice.state.crypto import Key
from akash_tui.wire import market_v1_pb2
from akash_tui.wire import market_v1beta5_pb2 as market_pb
from tests.practice.small_world import H100, SmallWorld

DECOMMISSION = market_v1_pb2.lease_closed_reason_decommission


@pytest.fixture
def small() -> SmallWorld:
    return SmallWorld()


def spec(
    *, attributes: dict[str, str] | None = None, all_of: tuple[str, ...] = (), any_of: tuple[str, ...] = ()
) -> dict[str, Any]:
    pairs = [{"key": key, "value": value} for key, value in (attributes or {}).items()]
    return {"requirements": {"attributes": pairs, "signed_by": {"all_of": list(all_of), "any_of": list(any_of)}}}


def unit(*, gpus: tuple[str, ...] = (), units: str = "1", volumes: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
    return {
        "resources": [
            {
                "resource": {
                    "gpu": {"units": {"val": units}, "attributes": [{"key": key, "value": "true"} for key in gpus]},
                    "storage": [
                        {"attributes": [{"key": key, "value": value} for key, value in volume.items()]}
                        for volume in volumes
                    ],
                }
            }
        ]
    }


OWN = (("host", "akash"), ("region", "eu"))


@pytest.mark.parametrize(
    ("wanted", "signed", "fits"),
    [
        (spec(attributes={"host": "akash"}), {}, True),
        (spec(attributes={"host": "other"}), {}, False),
        (spec(attributes={"host": "akash"}, any_of=("a",)), {}, False),
        (spec(attributes={"host": "akash"}, any_of=("a", "b")), {"b": (("host", "akash"),)}, True),
        (spec(attributes={"host": "akash"}, all_of=("a", "b")), {"b": (("host", "akash"),)}, False),
        (spec(attributes={"host": "akash"}, all_of=("a", "b")), {"a": OWN, "b": OWN}, True),
        (spec(attributes={"region": "eu"}, any_of=("a",)), {"a": (("host", "akash"),)}, False),
        (spec(), {}, True),
    ],
)
def test_attributes_are_matched_where_they_were_signed(
    wanted: dict[str, Any], signed: dict[str, Any], fits: bool
) -> None:
    assert attributes_match(wanted, OWN, signed) is fits


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (unit(gpus=("vendor/nvidia/model/h100",)), True),
        (unit(gpus=("vendor/nvidia/model/a100",)), False),
        (unit(gpus=("vendor/nvidia/model/a100", "vendor/nvidia/model/h100")), True),
        (unit(gpus=("vendor/nvidia/model/*",)), True),
        (unit(gpus=("vendor/*",)), False),  # a star stops at the next slash
        (unit(gpus=("vendor/nvidia/model/h100/ram/80Gi",)), False),
        (unit(gpus=(), units="0"), True),
        (unit(volumes=({"class": "beta3", "persistent": "true"},)), True),
        (unit(volumes=({"class": "beta2", "persistent": "true"},)), False),
        (unit(volumes=({},)), True),
    ],
)
def test_capabilities_are_matched(wanted: dict[str, Any], fits: bool) -> None:
    own = [(H100, "true"), ("capabilities/storage/1/class", "beta3"), ("capabilities/storage/1/persistent", "true")]
    assert capabilities_match(wanted, own) is fits


def test_a_provider_without_the_gpu_is_refused(small: SmallWorld) -> None:
    small.do(small.tenant, small.deployment(1, gpus=("vendor/nvidia/model/a100",)))
    outcome = small.do(small.providers[0], small.bid(1, small.providers[0]))
    assert (outcome.codespace, outcome.code) == ("market", 32)
    assert outcome.raw_log.endswith("capabilities mismatch")


def test_a_bid_above_the_order_is_refused(small: SmallWorld) -> None:
    small.do(small.tenant, small.deployment(1))
    provider = small.providers[0]
    assert small.do(provider, small.bid(1, provider, price="10000.000000000000000001")).code == 22
    assert small.do(provider, small.bid(1, provider, price="10000")).code == 0
    assert small.do(provider, small.bid(1, provider, price="9000")).code == 21


def test_the_cap_lets_one_more_bid_through_than_it_says() -> None:
    small = SmallWorld(order_max_bids=2)
    many = [Key.from_seed(b"many %d" % number) for number in range(4)]
    small.do(small.tenant, small.deployment(1))
    for key in many:
        genesis.account(small.world.books, key.address, {"uakt": 10**9, "uact": 10**9})
        genesis.provider(small.world.books, key.address, "https://127.0.0.1:1", [("host", "akash"), (H100, "true")])
    codes = [small.do(key, small.bid(1, key)) for key in many]
    assert [outcome.code for outcome in codes] == [0, 0, 0, 1]
    assert codes[-1].codespace == "undefined"
    assert codes[-1].raw_log.endswith("invalid bid: too many existing bids (2)")


def test_one_loser_is_lost_and_the_other_stays_open(small: SmallWorld) -> None:
    small.do(small.tenant, small.deployment(1))
    for provider in small.providers:
        small.do(provider, small.bid(1, provider))
    winner = small.providers[0]
    small.do(small.tenant, small.lease(1, winner))
    states = {bid.provider: bid.state for bid in small.world.books.bids.scan()}
    assert states.pop(winner.address) == "active"
    first, second = sorted(states)
    assert (states[first], states[second]) == ("lost", "open")
    late = next(key for key in small.providers if key.address == second)
    outcome = small.do(small.tenant, small.lease(1, late))
    assert (outcome.codespace, outcome.code) == ("market", 13)


def test_a_closed_lease_opens_the_next_order_at_once(small: SmallWorld) -> None:
    small.do(small.tenant, small.deployment(1))
    provider = small.providers[0]
    small.do(provider, small.bid(1, provider))
    small.do(small.tenant, small.lease(1, provider))
    small.do(small.tenant, small.close_lease(1, provider))
    assert [(order.oseq, order.state) for order in small.world.books.orders.scan()] == [(1, "closed"), (2, "open")]
    assert small.do(provider, small.bid(1, provider, oseq=2)).code == 0


def test_a_provider_that_leaves_pauses_the_group(small: SmallWorld) -> None:
    small.do(small.tenant, small.deployment(1))
    provider = small.providers[0]
    small.do(provider, small.bid(1, provider))
    small.do(small.tenant, small.lease(1, provider))
    leave = market_pb.MsgCloseBid(id=small.bid(1, provider).id, reason=DECOMMISSION)
    assert small.do(provider, leave).code == 0
    books = small.world.books
    assert [group.state for group in books.groups.scan()] == ["paused"]
    assert [(lease.state, lease.reason) for lease in books.leases.scan()] == [
        ("closed", "lease_closed_reason_decommission")
    ]


def test_nobody_closes_somebody_elses_deployment(small: SmallWorld) -> None:
    small.do(small.tenant, small.deployment(1))
    number = small.world.books.accounts[(small.providers[0].address,)].number
    answer = small.check(small.providers[0], small.close(1), account_number=number)
    assert answer.code == 8
    assert small.world.books.deployments[(small.tenant.address, 1)].state == "active"


def test_a_window_of_reclamation_must_be_offered_when_it_is_asked_for(small: SmallWorld) -> None:
    message = small.deployment(1)
    message.reclamation.min_window.seconds = 7200
    small.do(small.tenant, message)
    provider = small.providers[0]
    bid = small.bid(1, provider)
    assert small.do(provider, bid).code == 40
    bid.reclamation_window.seconds = 3600
    assert small.do(provider, bid).code == 41
    bid.reclamation_window.seconds = 86_400
    assert small.do(provider, bid).code == 0
    small.do(small.tenant, small.lease(1, provider))
    leave = market_pb.MsgCloseBid(id=bid.id, reason=DECOMMISSION)
    assert small.do(provider, leave).code == 37
    start = market_pb.MsgLeaseStartReclaim(reason=DECOMMISSION)
    start.id.CopyFrom(small.withdraw(1, provider).id)
    assert small.do(provider, start).code == 0
    assert small.do(provider, leave).code == 38
    small.clock += 86_400 * 10**9
    small.block()
    assert small.do(provider, leave).code == 0
