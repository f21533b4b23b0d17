"""Reads over real sockets, answered with the recordings: what is asked, and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.adapters.chain.client import ChainClient
from akash_tui.domain.akash.entities import BidId, BidState, DeploymentId, DeploymentState, LeaseState, OrderId
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, Coin, per_hour
from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import Chain, NothingNew, Refused, Unreachable, WrongChain
from tests.adapters.chain.recordings import CHAIN, answer, gets, load, needs_recordings
from tests.adapters.chain.scripted_node import NOT_FOUND, Asked, Handler, QuickClock, Reply, Server, hello, serving

OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
P1 = "akash1sdv7sz7y4j2z9l6nyrk9g4ztjh9dvml75gfgra"
P2 = "akash166clkmu6yh7wjpdma0kg8t7wz97vcjx7fpl23w"
ID = DeploymentId(OWNER, 274)


@asynccontextmanager
async def chain_at(handler: Handler) -> AsyncIterator[tuple[Chain, Server, QuickClock]]:
    clock = QuickClock()
    async with serving(handler) as server:
        chain = ChainClient(Network("test", "local", (server.url,), ()), clock)
        try:
            yield chain, server, clock
        finally:
            await chain.aclose()


def replay(*chosen: str) -> Handler:
    """Answers each path with the recording of that name; the query is not looked at."""
    by_path: dict[str, Any] = {}
    for name in chosen:
        recorded = load(name)
        reply = Reply(recorded["response"]["status"], recorded["response"]["json"])
        by_path[recorded["request"]["path"].partition("?")[0]] = reply
    return lambda asked: hello(asked) or by_path.get(asked.path) or NOT_FOUND


@needs_recordings
async def test_single_things() -> None:
    chosen = ("account", "deployment-open", "bid-info", "lease-info", "order-info", "provider", "audit-owner")
    async with chain_at(replay(*chosen)) as (chain, server, _):
        account = await chain.account(OWNER)
        assert account is not None
        assert account.number == 2
        deployment = await chain.deployment(ID)
        assert deployment is not None
        assert deployment.id == ID
        assert server.asked[-1].query == {"id.owner": OWNER, "id.dseq": "274"}
        bid = await chain.bid(BidId(OWNER, 274, 1, 1, P1))
        assert bid is not None
        assert bid.id == BidId(OWNER, 274, 1, 1, P1)
        asked = {"id.owner": OWNER, "id.dseq": "274", "id.gseq": "1", "id.oseq": "1", "id.provider": P1}
        assert server.asked[-1].query == asked
        lease = await chain.lease(BidId(OWNER, 274, 1, 1, P2))
        assert lease is not None
        assert lease.state is LeaseState.ACTIVE
        order = await chain.order(OrderId(OWNER, 274, 1, 1))
        assert order is not None
        assert order.id.deployment == ID
        provider = await chain.provider(P1)
        assert provider is not None
        assert provider.organization == "p1 compute"
        (audit,) = await chain.audits(P1)
        assert len(audit.attributes) == 8


@needs_recordings
async def test_lists() -> None:
    chosen = ("balances", "deployments-all-states", "orders-after-start", "bids-three", "leases-all", "providers")
    async with chain_at(replay(*chosen, "certificates")) as (chain, server, _):
        assert Coin("uact", 508725000) in await chain.balances(OWNER)
        assert len(await chain.deployments(OWNER)) == len(answer("deployments-all-states")["deployments"])
        await chain.deployments(OWNER, DeploymentState.ACTIVE)
        assert server.asked[-1].query["filters.state"] == "active"
        assert len(await chain.orders(ID)) == 3
        assert len(await chain.bids(ID, BidState.OPEN)) == 3
        wanted = {"filters.owner": OWNER, "filters.dseq": "274", "filters.state": "open", "pagination.limit": "500"}
        assert server.asked[-1].query == wanted
        assert len(await chain.leases(OWNER)) == len(answer("leases-all")["leases"])
        assert "filters.dseq" not in server.asked[-1].query
        await chain.leases(OWNER, 274, LeaseState.ACTIVE)
        assert server.asked[-1].query["filters.state"] == "active"
        assert len(await chain.providers()) == 3
        (certificate,) = await chain.certificates(OWNER)
        assert certificate.owner == OWNER
        assert server.asked[-1].query["filter.state"] == "valid"


@needs_recordings
async def test_a_lease_of_another_deployment_in_an_answer_is_left_out() -> None:
    """A node that lists it would have it ended together with ours: leases are ended by what is listed."""
    chosen = ("leases-all", "bids-three", "orders-after-start", "deployments-all-states")
    async with chain_at(replay(*chosen)) as (chain, _, _clock):
        every = await chain.leases(OWNER)
        numbers = {lease.id.dseq for lease in every}
        assert len(numbers) > 1
        for number in numbers:
            assert {lease.id.dseq for lease in await chain.leases(OWNER, number)} == {number}
        assert await chain.leases(P1) == []
        assert await chain.deployments(P1) == []
        other = DeploymentId(OWNER, 1)
        assert await chain.bids(other) == []
        assert await chain.orders(other) == []


@needs_recordings
async def test_an_answer_about_another_deployment_bid_or_lease_is_not_taken() -> None:
    async with chain_at(replay("deployment-open", "bid-info", "lease-info", "order-info")) as (chain, _, _clock):
        with pytest.raises(Unreachable, match="No node"):
            await chain.deployment(DeploymentId(OWNER, 275))
        with pytest.raises(Unreachable, match="No node"):
            await chain.bid(BidId(OWNER, 274, 1, 1, P2))
        with pytest.raises(Unreachable, match="No node"):
            await chain.lease(BidId(OWNER, 274, 1, 1, P1))
        with pytest.raises(Unreachable, match="No node"):
            await chain.order(OrderId(OWNER, 274, 1, 2))


@needs_recordings
async def test_parameters_price_and_mint() -> None:
    chosen = ("params-deployment", "params-market", "oracle-price", "bme-status", "params-bme", "bme-ledger-burned")
    async with chain_at(replay(*chosen)) as (chain, _, _clock):
        assert (await chain.params()).min_deposit("uact") == Coin("uact", 500000)
        price = await chain.akt_price()
        assert price is not None
        assert price.usd == Decimal("0.85")
        status = await chain.mint_status()
        assert status is not None
        assert status.mints_allowed
        records = await chain.mint_records(OWNER)
        assert [r.height for r in records] == [22, 227, 232, 2986]


@needs_recordings
async def test_a_stale_price_halts_the_mint_and_does_not_hide_it() -> None:
    """Its status is then answered with HTTP 500 in the oracle's own words."""
    stalled = {"code": 2, "message": "codespace oracle.v2 code 4: price stalled", "details": []}
    others = replay("params-bme")

    def node(asked: Asked) -> Reply:
        return Reply(500, stalled) if asked.path.endswith("/bme/v1/status") else others(asked)

    async with chain_at(node) as (chain, _, _clock):
        status = await chain.mint_status()
    assert status is not None
    assert (status.mints_allowed, status.refunds_allowed, status.halted) == (False, False, "the price is stale")
    assert status.spread_bps == 25


async def test_a_mint_whose_status_the_sunset_has_ended_is_no_chain_without_a_mint() -> None:
    ended = {"code": 2, "message": "minting is disabled since upgrade v3.0.0-sunset", "details": []}
    async with chain_at(lambda a: hello(a) or Reply(500, ended)) as (chain, _, _clock):
        with pytest.raises(NothingNew):
            await chain.mint_status()


@needs_recordings
async def test_a_price_that_is_not_there_is_none() -> None:
    missing = Reply(500, answer("oracle-price-act"))
    async with chain_at(lambda a: hello(a) or missing) as (chain, _, _clock):
        assert await chain.akt_price() is None


@needs_recordings
async def test_a_bad_address_is_refused_with_advice() -> None:
    async with chain_at(lambda a: hello(a) or Reply(500, answer("account-bad-address"))) as (chain, _, _clock):
        with pytest.raises(Refused) as caught:
            await chain.account("akash1ww3f5xw2yhtlmfj6e6vx2fln52aq0f9wuvqj0p")
        assert caught.value.title == "The address is not valid."


@needs_recordings
@pytest.mark.parametrize("name", ["account-unknown", "deployment-unknown", "bid-unknown", "provider-unknown"])
async def test_unknown_things_are_none(name: str) -> None:
    async with chain_at(lambda a: hello(a) or Reply(404, answer(name))) as (chain, _, _clock):
        found = {
            "account-unknown": chain.account(OWNER),
            "deployment-unknown": chain.deployment(ID),
            "bid-unknown": chain.bid(BidId(OWNER, 1, 1, 1, P1)),
            "provider-unknown": chain.provider(OWNER),
        }
        wanted = found.pop(name)
        for other in found.values():
            other.close()
        assert await wanted is None


@needs_recordings
@pytest.mark.parametrize("name", [n for n in gets(404) if n.endswith("-not-yet")][:5])
async def test_a_transaction_not_yet_in_a_block_is_none(name: str) -> None:
    tx_hash = load(name)["request"]["path"].rpartition("/")[2]
    async with chain_at(lambda a: hello(a) or Reply(404, answer(name))) as (chain, server, _):
        assert await chain.find_tx(tx_hash) is None
        assert server.asked[-1].path == load(name)["request"]["path"]


# --- paging -----------------------------------------------------------------------------------


@needs_recordings
async def test_pages_are_followed_by_key_with_the_same_filters() -> None:
    key = answer("bids-page1")["pagination"]["next_key"]

    def pages(asked: Asked) -> Reply:
        if asked.path.endswith("/bids/list"):
            return Reply(json=answer("bids-page2" if asked.query.get("pagination.key") == key else "bids-page1"))
        return hello(asked) or NOT_FOUND

    async with chain_at(pages) as (chain, server, _):
        assert len(await chain.bids(ID, BidState.OPEN)) == 3
        first, second = [a for a in server.asked if a.path.endswith("/bids/list")]
        assert second.query == {**first.query, "pagination.key": key}
        assert "pagination.key=" + key.replace("=", "%3D") in second.target
        assert "offset" not in second.target


@pytest.mark.parametrize("limit", ["MAX_PAGES", "MAX_LIST"])
async def test_a_list_with_an_endless_row_of_new_keys_is_given_up(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"akash_tui.adapters.chain.endpoints.reads.{limit}", {"MAX_PAGES": 5, "MAX_LIST": 400}[limit])
    asked_pages = 0

    def pages(asked: Asked) -> Reply:
        nonlocal asked_pages
        if first := hello(asked):
            return first
        asked_pages += 1
        return Reply(json={"balances": [], "pagination": {"next_key": f"{asked_pages:060d}"}})

    async with chain_at(pages) as (chain, _, _clock):
        with pytest.raises(Unreachable, match="never ends"):
            await chain.balances(OWNER)
    assert 1 < asked_pages <= 5


@needs_recordings
async def test_a_row_that_moves_between_pages_counts_once() -> None:
    first, second = answer("bids-page1"), answer("bids-page2")
    second["bids"].append(first["bids"][0])

    def pages(asked: Asked) -> Reply:
        if asked.path.endswith("/bids/list"):
            return Reply(json=second if "pagination.key" in asked.query else first)
        return hello(asked) or NOT_FOUND

    async with chain_at(pages) as (chain, _, _clock):
        assert len(await chain.bids(ID)) == 3


async def test_a_list_without_an_end_is_given_up() -> None:
    page = {"providers": [], "pagination": {"next_key": "AAAA", "total": "0"}}
    async with chain_at(lambda a: hello(a) or Reply(json=page)) as (chain, server, _):
        with pytest.raises(Unreachable, match="never ends"):
            await chain.providers()
        assert sum(p.endswith("/providers") for p in server.paths()) == 2


async def test_audits_of_somebody_else_are_not_taken() -> None:
    rows = [{"owner": "somebody", "auditor": "a", "attributes": []}, {"owner": P1, "auditor": "b", "attributes": []}]
    async with chain_at(lambda a: hello(a) or Reply(json={"providers": rows, "pagination": None})) as (chain, _, _c):
        assert [a.auditor for a in await chain.audits(P1)] == ["b"]


@pytest.mark.parametrize("body", [{}, {"params": None}, {"params": {}}])
async def test_an_answer_without_parameters_is_not_believed(body: dict[str, Any]) -> None:
    """No minimum deposit and no spread of a mint would look like a chain that asks for none."""

    def handler(asked: Asked) -> Reply:
        if asked.path.endswith("/params"):
            return Reply(json=body)
        return hello(asked) or Reply(json={"status": "mint_status_healthy", "mints_allowed": True})

    async with chain_at(handler) as (chain, _, _clock):
        with pytest.raises(Unreachable):
            await chain.params()
        with pytest.raises(Unreachable):
            await chain.mint_status()


@needs_recordings
async def test_thousands_of_bids_leave_the_event_loop_alone() -> None:
    row = answer("bids-one")["bids"][0]
    rows = [{**row, "bid": {**row["bid"], "id": {**row["bid"]["id"], "provider": f"akash1{n}"}}} for n in range(3000)]
    beats = [0]

    async def heart() -> None:
        while True:
            beats[0] += 1
            await asyncio.sleep(0.01)

    def handler(asked: Asked) -> Reply:
        found = rows if "bids" in asked.path else None
        return hello(asked) or Reply(json={"bids": found, "pagination": None})

    async with chain_at(handler) as (chain, _, _clock):
        await chain.balances(OWNER)
        task = asyncio.create_task(heart())
        assert len(await chain.bids(ID)) == 3000
        task.cancel()
    assert beats[0] > 1


# --- blocks -----------------------------------------------------------------------------------

START = datetime(2026, 11, 23, 6, 0, 0, tzinfo=UTC)


class Blocks:
    """A chain of headers: `seconds` per block, with a halt before one height, and old ones pruned away."""

    def __init__(self, height: int, seconds: str = "6.1", *, halt_at: int = 0, pruned_below: int = 0) -> None:
        self.height = height
        self.seconds = Decimal(seconds)
        self.halt_at = halt_at
        self.pruned_below = pruned_below
        self.chain_id = "local"
        self.behind = timedelta(0)

    def time(self, height: int) -> datetime:
        micro = int(self.seconds * (height - 1) * 1_000_000)
        halt = timedelta(hours=1) if self.halt_at and height >= self.halt_at else timedelta(0)
        return START + timedelta(microseconds=micro) + halt - self.behind

    def __call__(self, asked: Asked) -> Reply:
        if known := hello(asked):
            return known
        which = asked.path.rpartition("/")[2]
        if "/blocks/" not in asked.path:
            return NOT_FOUND
        height = self.height if which == "latest" else int(which)
        if height < self.pruned_below:
            return Reply(400, {"code": 3, "message": f"height {height} is not available", "details": []})
        time = self.time(height).strftime("%Y-%m-%dT%H:%M:%S.%f") + "123Z"
        header = {"chain_id": self.chain_id, "height": str(height), "time": time}
        return Reply(json={"block": {"header": header}, "sdk_block": None})


@needs_recordings
async def test_the_head_as_recorded() -> None:
    assert (CHAIN / "block-latest.json").is_file()
    async with chain_at(replay("block-latest")) as (chain, _, _clock):
        head = await chain.verify()
        assert (head.height, head.chain_id) == (153, "local")
        assert head.time == datetime(2026, 11, 23, 6, 28, 51, 375333, UTC)


async def test_block_time_is_measured_over_a_hundred_blocks_and_kept() -> None:
    async with chain_at(Blocks(5000, "6.1")) as (chain, server, clock):
        found = await chain.block_time()
        assert (found.measured, found.blocks, found.seconds) == (True, 100, Decimal("6.1"))
        asked = len(server.asked)
        assert await chain.block_time() == found
        assert len(server.asked) == asked
        await clock.sleep(301)
        await chain.block_time()
        assert len(server.asked) > asked


async def test_a_halt_of_the_chain_does_not_make_everything_cheap() -> None:
    for halt_at in (4930, 4970):
        async with chain_at(Blocks(5000, "6.1", halt_at=halt_at)) as (chain, _, _clock):
            assert (await chain.block_time()).seconds == Decimal("6.1")


async def test_a_young_chain_is_measured_over_what_there_is() -> None:
    async with chain_at(Blocks(12, "4")) as (chain, _, _clock):
        found = await chain.block_time()
        assert (found.measured, found.blocks, found.seconds) == (True, 10, Decimal(4))


async def test_a_pruned_node_is_measured_over_what_it_has() -> None:
    async with chain_at(Blocks(5000, "6.1", pruned_below=4960)) as (chain, _, _clock):
        found = await chain.block_time()
        assert (found.measured, found.blocks, found.seconds) == (True, 25, Decimal("6.1"))


@pytest.mark.parametrize("blocks", [Blocks(1), Blocks(5000, pruned_below=5000), Blocks(5000, "0"), Blocks(5000, "-1")])
async def test_what_cannot_be_measured_is_assumed_and_marked(blocks: Blocks) -> None:
    async with chain_at(blocks) as (chain, _, _clock):
        assert await chain.block_time() == ASSUMED_BLOCK_TIME


async def test_without_a_node_the_block_time_is_assumed() -> None:
    async with serving(Blocks(1)) as server:
        url = server.url
    chain = ChainClient(Network("test", "local", (url,), ()), QuickClock())
    assert await chain.block_time() == ASSUMED_BLOCK_TIME
    await chain.aclose()


async def test_a_lagging_endpoint_is_passed_over() -> None:
    behind = Blocks(5000)
    async with serving(behind) as one, serving(Blocks(5000)) as two:
        chain = ChainClient(Network("test", "local", (one.url, two.url), ()), QuickClock())
        await chain.head()
        behind.behind = timedelta(minutes=5)
        await chain.head()
        assert any("/blocks/" in p for p in two.paths())
        await chain.aclose()


async def test_an_endpoint_that_has_stopped_is_found_out_though_it_answers_first() -> None:
    stopped, right = Blocks(5000), Blocks(5100)
    clock = QuickClock()
    clock.now = lambda: right.time(right.height)  # type: ignore[method-assign]
    async with serving(stopped) as one, serving(right) as two:
        chain = ChainClient(Network("test", "local", (one.url, two.url), ()), clock)
        assert (await chain.head()).height == 5100
        await chain.aclose()


async def test_while_the_chain_stands_still_the_others_are_asked_once_a_minute() -> None:
    blocks, clock = Blocks(5000), QuickClock()
    clock.now = lambda: blocks.time(6000)  # type: ignore[method-assign]
    async with serving(blocks) as one, serving(blocks) as two:
        chain = ChainClient(Network("test", "local", (one.url, two.url), ()), clock)
        for seconds in (0, 1, 58, 2, 3):
            clock.slept.append(seconds)
            assert (await chain.head()).height == 5000
        assert sum("/blocks/" in path for path in two.paths()) == 2
        await chain.aclose()


async def test_a_block_of_another_chain_is_noticed_after_the_proof() -> None:
    blocks = Blocks(5000)
    blocks.chain_id = "other"
    async with chain_at(blocks) as (chain, _, _clock):
        with pytest.raises(WrongChain):
            await chain.head()


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"block": None, "sdk_block": None},
        {"block": {"header": {"chain_id": "local", "height": "x", "time": "y"}}},
        {"block": {"header": {"chain_id": "local", "height": "7", "time": "yesterday"}}},
        {"block": {"header": {"chain_id": "local", "height": "7", "time": "9999-99-99T00:00:00Z"}}},
    ],
)
async def test_odd_blocks_are_unreachable(body: dict[str, Any]) -> None:
    async with chain_at(lambda a: hello(a) or Reply(json=body)) as (chain, _, _clock):
        with pytest.raises(Unreachable):
            await chain.head()


@needs_recordings
async def test_a_bid_that_changed_between_two_reads_is_the_only_other_one() -> None:
    listed = answer("bids-three")
    async with chain_at(lambda a: hello(a) or Reply(json=listed)) as (chain, _, _clock):
        before = await chain.bids(ID)
        listed["bids"][1]["bid"]["state"] = "closed"
        after = await chain.bids(ID)
        assert [a == b for a, b in zip(after, before, strict=True)] == [True, False, True]
        assert after[1].state is BidState.CLOSED
        listed["bids"][1]["bid"]["state"] = "open"
        assert await chain.bids(ID) == before


@pytest.mark.parametrize("seconds", ["6100", "0.0061"])
async def test_a_block_time_a_thousand_times_too_long_or_short_is_not_believed(seconds: str) -> None:
    async with chain_at(Blocks(5000, seconds)) as (chain, _, _clock):
        assert await chain.block_time() == ASSUMED_BLOCK_TIME


async def test_a_false_block_time_is_measured_again_at_a_second_endpoint() -> None:
    async with serving(Blocks(5000, "0.0061")) as one, serving(Blocks(5000, "5.9")) as two:
        chain = ChainClient(Network("test", "local", (one.url, two.url), ()), QuickClock())
        found = await chain.block_time()
        assert (found.measured, found.seconds) == (True, Decimal("5.9"))
        await chain.aclose()


async def test_a_second_endpoint_is_another_host_than_the_one_that_is_asked_first() -> None:
    async with serving(Blocks(12, "6")) as one, serving(Blocks(40, "6")) as two:
        alone = ChainClient(Network("test", "local", (one.url,), ()), QuickClock())
        assert alone.second() is None
        chain = ChainClient(Network("test", "local", (one.url, two.url), ()), QuickClock())
        second = chain.second()
        assert second is not None
        await second.akt_price()
        height = (await second.head()).height
        assert (height, one.asked, bool(two.asked)) == (40, [], True)
        await chain.aclose()


async def test_where_a_practice_network_states_its_block_time_prices_are_meant_for_that_one() -> None:
    async with serving(Blocks(5000, "0.1")) as quick:
        stated = Network("test", "local", (quick.url,), (), practice=True, stated_block_seconds=Decimal(6))
        chain = ChainClient(stated, QuickClock())
        found = await chain.block_time()
        assert (found.seconds, found.measured, found.how) == (Decimal(6), True, "stated by this network")
        assert per_hour(Decimal(5000), found) == 3
        assert quick.asked == []
        await chain.aclose()
