"""What practice providers do on chain, block by block, with time held by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from akash_tui.practice.api_json.chain_json import lease_json
from akash_tui.practice.chain.signing import signed
from akash_tui.practice.indexer.app import Index
from akash_tui.practice.indexer.gpus import gpu_counts, owners
from akash_tui.practice.provider.actors import WITHDRAW_EVERY, Provider
from akash_tui.practice.provider.manifest_value import version
from akash_tui.practice.provider.scenarios import SCENARIOS, Scenario
from akash_tui.practice.provider.seeds import MAIN_AUDITOR, SECOND_AUDITOR
from akash_tui.practice.server.network import PracticeNetwork
from akash_tui.practice.state import genesis
from akash_tui.practice.state.books import Bid
from akash_tui.practice.state.crypto import Key
from akash_tui.wire import deployment_v1_pb2 as ids_pb
from akash_tui.wire import deployment_v1beta4_pb2 as deployment_pb
from akash_tui.wire import market_v1_pb2 as market_ids_pb
from akash_tui.wire import market_v1beta5_pb2 as market_pb
from tests.practice.gateway.recorded import spec_of
from tests.practice.gateway.tenant import create_message, group_message, web_manifest

ALL_MODELS = ("h100", "h200", "a100", "rtx4090", "rtx3090", "rtx5090", "rtxa6000", "v100", "t4", "pro6000se")


class Play:
    """A network whose blocks are made by hand, six seconds apart, and a tenant."""

    def __init__(self, scenario: Scenario = SCENARIOS["calm"], seed: int = 1) -> None:
        self.time_ns = 1_795_000_000 * 10**9
        self.network = PracticeNetwork(scenario, seed, 6.0, now=lambda: self.time_ns)
        self.world = self.network.world
        self.key = Key.from_seed(b"tenant of actors")
        genesis.account(self.world.books, self.key.address, {"uakt": 10**9, "uact": 10**9})
        self.network.fleet.begin()
        self.blocks(1)

    def blocks(self, count: int, seconds: float = 6.0) -> None:
        for _ in range(count):
            self.time_ns += int(seconds * 1e9)
            self.world.make_block()

    def send(self, message: Any) -> None:
        answer = self.world.submit(signed(self.world, self.key, message))
        assert answer.code == 0, answer
        self.blocks(1)
        (record,) = [r for r in self.world.blocks[-1].txs if r.hash == answer.hash]
        assert record.outcome.code == 0, record.outcome.raw_log

    def deploy(self, dseq: int, models: tuple[str, ...] = ("h100",), gpus: int = 1, **options: Any) -> None:
        manifest = web_manifest(*models, gpus=gpus)
        groups = [group_message(spec, **options) for spec in spec_of(manifest)]
        self.send(create_message(self.key.address, dseq, groups, version(manifest), deposit=50_000_000))

    def bids(self, dseq: int, state: str = "open", oseq: int = 1) -> dict[str, Bid]:
        """By the providers' names."""
        rows = self.world.books.bids.scan(self.key.address, dseq, 1, oseq)
        return {self.provider(bid.provider).seed.name: bid for bid in rows if bid.state == state}

    def provider(self, owner: str) -> Provider:
        return self.network.fleet.providers[owner]

    def named(self, name: str) -> Provider:
        return next(p for p in self.network.fleet.providers.values() if p.seed.name == name)

    def lease(self, dseq: int, name: str, oseq: int = 1) -> tuple[str, int, int, int, str]:
        key = (self.key.address, dseq, 1, oseq, self.named(name).owner)
        self.send(market_pb.MsgCreateLease(bid_id=bid_id(key)))
        return key

    def failures(self) -> list[str]:
        """Transactions that were refused in a block."""
        return [r.outcome.raw_log for block in self.world.blocks for r in block.txs if r.outcome.code]


def bid_id(key: tuple[str, int, int, int, str]) -> market_ids_pb.BidID:
    return market_ids_pb.BidID(owner=key[0], dseq=key[1], gseq=key[2], oseq=key[3], provider=key[4])


@pytest.fixture
def play() -> Iterator[Play]:
    made = Play()
    yield made
    made.network.drop_ports()


def test_the_quick_bid_in_the_next_block_and_the_slow_later(play: Play) -> None:
    play.deploy(5)
    ordered = play.world.height
    play.blocks(8)
    when = {name: bid.created_at - ordered for name, bid in play.bids(5).items()}
    assert when == {"glacier": 1, "dormouse": 1, "lotus": 2, "magpie": 3, "mossbank": 5}
    assert play.failures() == []


def test_bids_say_as_much_about_the_gpu_as_their_provider_does(play: Play) -> None:
    play.deploy(5, ("a100", "h100", "rtx4090"))
    play.blocks(8)
    offers = {
        name: [a["key"] for row in bid.resources_offer for a in row["resources"]["gpu"]["attributes"]]
        for name, bid in play.bids(5).items()
    }
    assert offers["glacier"] == ["vendor/nvidia/model/h100"]
    assert offers["pampas"] == []
    assert play.bids(5)["pampas"].resources_offer == ()
    assert offers["lotus"] == ["vendor/nvidia/model/*"]
    assert offers["magpie"] == [f"vendor/nvidia/model/{m}" for m in ("a100", "h100", "rtx4090")]


def test_memory_and_interface_are_named_only_if_they_were_asked_for(play: Play) -> None:
    play.deploy(5, ("h100/ram/80Gi/interface/sxm",))
    play.blocks(8)
    bids = play.bids(5)
    assert set(bids) == {"glacier", "dormouse"}  # the others' h100 are PCIe
    (row,) = bids["glacier"].resources_offer
    assert row["resources"]["gpu"]["attributes"][0]["key"] == "vendor/nvidia/model/h100/ram/80Gi/interface/sxm"


def test_every_model_of_the_world_gets_bids_and_many_providers_take_part(play: Play) -> None:
    seen: set[str] = set()
    for dseq, model in enumerate(ALL_MODELS, 5):
        play.deploy(dseq, (model,))
        play.blocks(8)
        assert play.bids(dseq), model
        seen.update(play.bids(dseq))
    assert len(seen) >= 14
    assert play.failures() == []


def test_a_deployment_without_gpu_gets_bids_too(play: Play) -> None:
    play.deploy(5, ())
    play.blocks(8)
    assert len(play.bids(5)) >= 12
    assert "archipelago" in play.bids(5)
    assert all(not row["resources"]["gpu"]["attributes"] for b in play.bids(5).values() for row in b.resources_offer)


def test_the_price_follows_the_hourly_rate_and_the_block_time(play: Play) -> None:
    play.deploy(5, ("h200",), gpus=2)
    play.blocks(4)
    bid, fjord = play.bids(5)["fjord"], play.named("fjord").seed
    (rate,) = fjord.prices.gpu.values()
    hourly = 2 * rate + 4 * fjord.prices.cpu + 16 * fjord.prices.memory + 20 * fjord.prices.storage
    assert bid.price.denom == "uact"
    assert bid.price.atto / 1e18 * 600 / 1e6 == pytest.approx(float(hourly), rel=1e-6)


def test_nobody_bids_above_the_limit(play: Play) -> None:
    play.deploy(5, ("h100",), price=2500)  # 1.50 an hour
    play.blocks(8)
    assert set(play.bids(5)) == {"mossbank"}


def test_only_audited_providers_bid_if_an_auditor_is_asked_for(play: Play) -> None:
    play.deploy(5, ("h100",), auditors=(SECOND_AUDITOR,))
    play.deploy(6, ("h100",), auditors=(MAIN_AUDITOR,), attributes=(("location-region", "as-southeast"),))
    play.blocks(8)
    assert set(play.bids(5)) == {"glacier"}
    assert set(play.bids(6)) == {"lotus"}
    assert play.failures() == []


def test_nobody_bids_for_more_than_there_is(play: Play) -> None:
    play.deploy(5, ("h100",), gpus=9)
    play.deploy(6, ("b200",))
    play.blocks(8)
    assert play.bids(5) == play.bids(6) == {}


def test_unanswered_bids_are_closed_after_five_minutes_and_not_made_again(play: Play) -> None:
    play.deploy(5)
    play.blocks(8)
    assert len(play.bids(5)) == 5
    play.blocks(50)
    assert play.bids(5) == {}
    assert len(play.bids(5, "closed")) == 5
    order = play.world.books.orders[play.key.address, 5, 1, 1]
    assert order.state == "open"
    play.blocks(20)
    assert len(play.bids(5, "closed")) == 5
    play.deploy(6)
    play.blocks(8)
    assert len(play.bids(6)) == 5


def test_a_lease_takes_stock_and_its_end_gives_it_back(play: Play) -> None:
    play.deploy(5, ("h200",), gpus=8)
    play.blocks(8)
    key = play.lease(5, "fjord")
    fjord = play.named("fjord")
    assert [used for _, _, used in fjord.stock.gpus()] == [8]
    play.deploy(6, ("h200",))
    play.blocks(8)
    assert play.bids(6) == {}
    play.send(market_pb.MsgCloseLease(id=market_ids_pb.LeaseID(**{f.name: v for f, v in bid_id(key).ListFields()})))
    assert [used for _, _, used in fjord.stock.gpus()] == [0]
    play.blocks(8)
    assert set(play.bids(5, oseq=2)) == {"fjord"}  # the lease's end opened a new order


def test_providers_collect_what_they_earn(play: Play) -> None:
    play.deploy(5)
    play.blocks(8)
    play.lease(5, "glacier")
    before = play.world.books.balances[play.named("glacier").owner, "uact"]
    play.blocks(WITHDRAW_EVERY + 2)
    assert play.world.books.balances[play.named("glacier").owner, "uact"] > before
    assert play.failures() == []


def test_the_index_adds_up_what_the_books_say(play: Play) -> None:
    index = Index(play.network.fleet, play.network.day)
    assert (index.today()["dailyUActSpent"], index.today()["activeLeaseCount"]) == (0.0, 0)
    before = index.capacity()["resources"]["gpu"]
    play.deploy(5, ("h200",), gpus=8)
    play.deploy(6, ("rtx4090",), gpus=1)
    play.blocks(8)
    play.lease(5, "fjord")
    play.lease(6, next(iter(play.bids(6))))
    play.blocks(WITHDRAW_EVERY + 7)
    today, gpu = index.today(), index.capacity()["resources"]["gpu"]
    assert (today["activeLeaseCount"], today["dailyLeaseCount"], today["activeGPU"]) == (2, 2, 9)
    assert (gpu["active"] - before["active"], before["available"] - gpu["available"]) == (9, 9)
    assert gpu["total"] == before["total"] == sum(m["totalGpus"] for m in today["models"])
    assert gpu_counts(owners(index.online()), {})["gpus"]["total"] == {
        "allocatable": gpu["total"],
        "allocated": gpu["active"],
    }
    paid = today["dailyUActSpent"]
    for dseq in (5, 6):  # closing settles everything, so that the books say exactly what was paid
        play.send(deployment_pb.MsgCloseDeployment(id=ids_pb.DeploymentID(owner=play.key.address, dseq=dseq)))
    settled = sum(p.withdrawn for p in play.world.books.payments.scan())
    assert index.today()["dailyUActSpent"] == pytest.approx(settled, abs=2)  # whole micro-units are paid out
    assert paid < settled < paid * 1.2
    assert index.today()["activeGPU"] == 0


def test_most_leave_an_unserved_lease_alone_and_some_close_it(play: Play) -> None:
    play.deploy(5)
    play.deploy(6, ("rtx5090",))
    play.blocks(8)
    patient, strict = play.lease(5, "glacier"), play.lease(6, "sierra")
    play.blocks(60)
    leases = play.world.books.leases
    assert leases[patient].state == "active"
    assert (leases[strict].state, leases[strict].reason) == ("closed", "lease_closed_reason_manifest_timeout")
    assert play.named("sierra").stock.taken == {}


def test_a_served_lease_is_not_closed(play: Play) -> None:
    play.deploy(6, ("rtx5090",))
    play.blocks(8)
    key = play.lease(6, "sierra")
    play.named("sierra").tenancy.submit(play.world.books, play.key.address, 6, web_manifest("rtx5090"))
    play.blocks(60)
    assert play.world.books.leases[key].state == "active"


def test_a_closed_deployment_ends_the_workload(play: Play) -> None:
    play.deploy(5)
    play.blocks(8)
    key = play.lease(5, "glacier")
    glacier = play.named("glacier")
    glacier.tenancy.submit(play.world.books, play.key.address, 5, web_manifest("h100"))
    assert key in glacier.tenancy.workloads
    play.send(deployment_pb.MsgCloseDeployment(id=ids_pb.DeploymentID(owner=play.key.address, dseq=5)))
    assert glacier.tenancy.workloads == {}
    assert glacier.stock.taken == {}
    assert glacier.tenancy.manifests == {}


def test_an_order_that_wants_a_reclamation_window_gets_bids_of_those_who_offer_one() -> None:
    play = Play()
    try:
        manifest = web_manifest("h100", "h200")
        message = create_message(play.key.address, 5, [group_message(s) for s in spec_of(manifest)], version(manifest))
        message.reclamation.min_window.seconds = 3600
        play.send(message)
        play.blocks(8)
        assert set(play.bids(5)) == {"glacier", "fjord"}
        assert {bid.reclamation_window for bid in play.bids(5).values()} == {"86400s"}
        assert play.failures() == []
    finally:
        play.network.drop_ports()


def test_the_first_winner_takes_its_machine_back_when_its_window_is_over_and_not_before() -> None:
    play = Play(SCENARIOS["reclaimed"])
    try:
        window = SCENARIOS["reclaimed"].window_s(6.0)
        assert play.world.params.min_window_s == window == 720
        play.deploy(5)
        play.blocks(8)
        assert {bid.reclamation_window for bid in play.bids(5).values()} == {"720s"}
        key = play.lease(5, "glacier")
        glacier = play.named("glacier")
        glacier.tenancy.submit(play.world.books, play.key.address, 5, web_manifest("h100"))
        row = lease_json(play.world.books, play.world.books.leases[key])["lease"]["reclamation"]
        assert row == {"window": "720s", "started_at": "0", "deadline": "0", "reason": "lease_closed_invalid"}
        play.blocks(32)
        lease = play.world.books.leases[key]
        assert (lease.state, lease.reclaim_reason) == ("reclaiming", "lease_closed_reason_decommission")
        started = next(b for b in play.world.blocks if b.height == lease.reclaim_started)
        assert lease.reclaim_deadline == started.time_ns // 10**9 + window
        event = next(e for e in started.all_events if e.type.endswith("EventLeaseReclaimStarted"))
        assert event.field("deadline") == str(lease.reclaim_deadline)
        assert key in glacier.tenancy.workloads  # it runs and costs until the end
        while play.world.books.leases[key].state == "reclaiming":
            assert play.world.time_ns < (lease.reclaim_deadline + 30) * 10**9
            play.blocks(1)
        ended = play.world.books.leases[key]
        assert (ended.state, ended.reason) == ("closed", "lease_closed_reason_decommission")
        assert play.world.time_ns >= lease.reclaim_deadline * 10**9
        assert glacier.tenancy.workloads == {}
        assert play.world.books.groups[play.key.address, 5, 1].state == "paused"
        assert play.failures() == []
        play.deploy(6)
        play.blocks(8)
        other = play.lease(6, "lotus")
        play.blocks(40)
        assert play.world.books.leases[other].state == "active"  # only the first winner does it
    finally:
        play.network.drop_ports()


def test_the_same_seed_gives_the_same_bids() -> None:
    prices = []
    for seed in (4, 4, 5):
        play = Play(seed=seed)
        play.deploy(5, ("h100", "a100"))
        play.blocks(8)
        prices.append({name: bid.price.atto for name, bid in play.bids(5).items()})
        play.network.drop_ports()
    assert prices[0] == prices[1]
    assert prices[0].keys() == prices[2].keys()
    assert prices[0] != prices[2]


def test_short_bids_are_gone_after_their_blocks() -> None:
    play = Play(replace(SCENARIOS["short-bids"], bid_timeout_blocks=10))
    play.deploy(5)
    play.blocks(3, seconds=0.05)
    assert "glacier" in play.bids(5)
    play.blocks(14, seconds=0.05)
    assert play.bids(5) == {}
    play.network.drop_ports()


def test_a_price_jump_takes_bids_away_and_makes_the_next_order_dearer() -> None:
    play = Play(SCENARIOS["price-jump"])
    play.deploy(5)
    play.blocks(7)
    first = play.bids(5)
    play.blocks(8)
    assert set(play.bids(5)) < set(first)
    assert set(play.bids(5, "closed")) == set(first) - set(play.bids(5))
    play.deploy(6)
    play.blocks(7)
    for name, bid in play.bids(6).items():
        assert bid.price.atto / first[name].price.atto == pytest.approx(1.8, rel=1e-3)
    assert play.failures() == []
    play.network.drop_ports()


def test_a_flood_brings_more_bids_than_any_calm_day_and_most_gateways_are_not_there() -> None:
    play = Play(replace(SCENARIOS["flood"], copies=8))
    play.deploy(5, ("h100", "a100", "rtx4090"))
    play.blocks(20)
    assert len(play.bids(5)) == 8 * 12
    assert len(play.network.ready["providers"]) == 18
    assert play.failures() == []
    play.network.drop_ports()
