"""The lying scenario: each lie as a client meets it, that the chain's own state stays true, and who lies about what."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest

from akash_tui.adapters.chain.errors.mapping import refusal_of_text
from akash_tui.practice.api.rest import rest_app
from akash_tui.practice.chain.blocks import tx_hash
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.network import PracticeNetwork
from akash_tui.practice.sockets.lying import FAMILIES, Lie, LyingRest, drawn_lies
from akash_tui.services.core.networks import Networks
from akash_tui.services.ports import NothingNew
from akash_tui.services.storage.settings import Settings
from tests.practice.gateway.tenant import practice
from tests.practice.small_world import SmallWorld

TX = "/cosmos/tx/v1beta1/txs"
LATEST = "/cosmos/base/tendermint/v1beta1/blocks/latest"


class Endpoints:
    """One small world with one deployment and three bids, behind an honest and a lying endpoint."""

    def __init__(self) -> None:
        self.small = SmallWorld()
        self.small.block(120)
        self.small.do(self.small.tenant, self.small.deployment(1))
        for number, key in enumerate(self.small.providers):
            self.small.do(key, self.small.bid(1, key, price=str(1000 + number)))
        self.app = rest_app(self.small.world)
        self.seconds = 0.0
        self.liar = LyingRest(self.app, (), "1/test", now=lambda: self.seconds)

    async def ask(self, method: str, path: str, body: Any = None, *, honest: bool = False) -> tuple[int, Any]:
        """Status and JSON of an answer."""
        transport = httpx.ASGITransport(app=self.app if honest else self.liar)
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            answer = await client.request(method, path, json=body)
        return answer.status_code, answer.json()

    async def both(self, lie: Lie, method: str, path: str, body: Any = None) -> tuple[Any, Any]:
        """What the honest endpoint answers, and what the lying one does; both with 200."""
        self.liar.lies = (lie,)
        (good, truth), (status, answer) = (
            await self.ask(method, path, body, honest=True),
            await self.ask(method, path, body),
        )
        assert (good, status) == (200, 200)
        assert self.liar.lied[lie] == 1
        return truth, answer

    def top_up(self) -> tuple[str, dict[str, str]]:
        """The hash of a deposit that was not sent yet, and the body that broadcasts it."""
        raw = self.small.sign(self.small.tenant, self.small.top_up(1, 1000))
        return tx_hash(raw), {"tx_bytes": base64.b64encode(raw).decode(), "mode": "BROADCAST_MODE_SYNC"}


@pytest.fixture
def endpoints() -> Endpoints:
    return Endpoints()


async def test_false_code(endpoints: Endpoints) -> None:
    name, body = endpoints.top_up()
    assert (await endpoints.ask("POST", TX, body))[1]["tx_response"]["code"] == 0
    endpoints.small.block()
    truth, answer = await endpoints.both(Lie.FALSE_CODE, "GET", f"{TX}/{name}")
    assert truth["tx_response"]["code"] == 0
    assert answer["tx_response"]["code"] != 0
    assert answer["tx_response"]["txhash"] == name
    again = (await endpoints.ask("GET", f"{TX}/{name}"))[1]
    assert again["tx_response"]["code"] == answer["tx_response"]["code"], "one hash, one story"


@pytest.mark.parametrize(
    ("lie", "status"),
    [(Lie.TAKEN_400, 400), (Lie.TAKEN_CHECK_CODE, 200), (Lie.TAKEN_307, 307), (Lie.TAKEN_429, 429)],
)
async def test_bytes_taken_and_refused(endpoints: Endpoints, lie: Lie, status: int) -> None:
    name, body = endpoints.top_up()
    endpoints.liar.lies = (lie,)
    answered, answer = await endpoints.ask("POST", TX, body)
    assert answered == status
    assert answer.get("code") or answer["tx_response"]["code"] != 0
    endpoints.small.block()
    found = endpoints.small.world.find_tx(name)
    assert found is not None
    assert found.outcome.code == 0


async def test_hidden_tx_with_its_head_ten_minutes_ahead(endpoints: Endpoints) -> None:
    name, body = endpoints.top_up()
    endpoints.liar.lies = (Lie.HIDDEN_TX,)

    async def ahead() -> float:
        heads = [(await endpoints.ask("GET", LATEST, honest=honest))[1] for honest in (False, True)]
        times = [datetime.fromisoformat(head["block"]["header"]["time"]) for head in heads]
        return (times[0] - times[1]).total_seconds()

    assert await ahead() == 0
    assert (await endpoints.ask("POST", TX, body))[0] == 200
    endpoints.small.block()
    assert (await endpoints.ask("GET", f"{TX}/{name}", honest=True))[0] == 200
    assert (await endpoints.ask("GET", f"{TX}/{name}"))[0] == 404
    assert await ahead() == 600
    endpoints.seconds = 31
    assert await ahead() == 0


async def test_gas_price(endpoints: Endpoints) -> None:
    truth, answer = await endpoints.both(Lie.GAS_PRICE, "GET", "/cosmos/base/node/v1beta1/config")
    prices = [Decimal(each["minimum_gas_price"].removesuffix("uakt")) for each in (truth, answer)]
    assert prices[1] == 100 * prices[0] > 0


async def test_gas_used(endpoints: Endpoints) -> None:
    body = {"tx_bytes": endpoints.top_up()[1]["tx_bytes"]}
    truth, answer = await endpoints.both(Lie.GAS_USED, "POST", "/cosmos/tx/v1beta1/simulate", body)
    assert int(answer["gas_info"]["gas_used"]) == 100 * int(truth["gas_info"]["gas_used"]) > 0


async def test_min_deposit(endpoints: Endpoints) -> None:
    _, answer = await endpoints.both(Lie.MIN_DEPOSIT, "GET", "/akash/deployment/v1beta4/params")
    assert {coin["amount"] for coin in answer["params"]["min_deposits"]} == {"90000000"}


async def test_mint_rate(endpoints: Endpoints) -> None:
    truth, answer = await endpoints.both(Lie.MINT_RATE, "GET", "/akash/oracle/v2/aggregated_price/akt")
    rates = [Decimal(each["aggregated_price"]["median_price"]) for each in (truth, answer)]
    assert rates[0] == 25 * rates[1] > 0


async def test_block_time(endpoints: Endpoints) -> None:
    head = endpoints.small.world.height
    path = LATEST.replace("latest", str(head - 100))
    for lies, seconds in (((), 100.0), ((Lie.BLOCK_TIME,), 0.1)):
        endpoints.liar.lies = lies
        blocks = [(await endpoints.ask("GET", each))[1]["block"]["header"] for each in (LATEST, path)]
        times = [datetime.fromisoformat(header["time"]) for header in blocks]
        assert (times[0] - times[1]).total_seconds() == seconds


async def test_bid_price(endpoints: Endpoints) -> None:
    path = f"/akash/market/v1beta5/bids/list?filters.owner={endpoints.small.tenant.address}"
    truth, answer = await endpoints.both(Lie.BID_PRICE, "GET", path)
    pairs = [
        (Decimal(was["bid"]["price"]["amount"]), Decimal(now["bid"]["price"]["amount"]))
        for was, now in zip(truth["bids"], answer["bids"], strict=True)
    ]
    assert any(now * 2 < was for was, now in pairs)
    assert all(0 < now <= was for was, now in pairs)


async def test_sunset(endpoints: Endpoints) -> None:
    truth, answer = await endpoints.both(Lie.SUNSET, "GET", "/cosmos/upgrade/v1beta1/current_plan")
    assert (truth["plan"], answer["plan"]["name"]) == (None, "v3.1.0-halt")
    assert (await endpoints.ask("GET", "/cosmos/upgrade/v1beta1/applied_plan/v3.0.0-sunset"))[1] == {"height": "1"}
    new = endpoints.small.sign(endpoints.small.tenant, endpoints.small.deployment(2))
    for raw, status in ((new, 500), (base64.b64decode(endpoints.top_up()[1]["tx_bytes"]), 200)):
        body = {"tx_bytes": base64.b64encode(raw).decode()}
        answered, answer = await endpoints.ask("POST", "/cosmos/tx/v1beta1/simulate", body)
        assert answered == status
        assert status == 200 or isinstance(refusal_of_text(answer["message"]), NothingNew)


async def test_failing_with_grpc_code_2(endpoints: Endpoints) -> None:
    endpoints.liar.lies = (Lie.FAILING,)
    answers = [await endpoints.ask("GET", LATEST) for _ in range(40)]
    failed = [answer for status, answer in answers if status == 500]
    assert 4 < len(failed) < 20
    assert {answer["code"] for answer in failed} == {2}
    assert endpoints.liar.lied[Lie.FAILING] == len(failed)


@pytest.fixture
def drawn() -> Iterator[PracticeNetwork]:
    network = PracticeNetwork(SCENARIOS["lying"], 5, 0.05)
    yield network
    network.drop_ports()


def test_the_seed_decides_who_lies_about_what(drawn: PracticeNetwork) -> None:
    assert drawn_lies(5, 3) == drawn_lies(5, 3)
    many = [drawn_lies(seed, 3) for seed in range(300)]
    assert {lie for lies in many for each in lies for lie in each} == set(Lie)
    assert {sum(1 for each in lies if each) for lies in many} == {1, 2}, "at least one of three is honest"
    assert sorted(lie for family in FAMILIES for lie in family) == sorted(Lie)
    for lies in many:
        families = [next(f for f in FAMILIES if lie in f) for each in lies for lie in each]
        assert len(families) == len(set(families)), "two endpoints never agree in a lie"
    ready = drawn.ready
    assert len(set(ready["rest_endpoints"])) == 3
    assert ready["rest"] == ready["rest_endpoints"][0]
    assert list(ready["lies"].values()) == [list(each) for each in drawn_lies(5, 3) if each]


def test_practice_lists_its_endpoints_and_the_client_uses_them_all(tmp_path: Path) -> None:
    with practice(tmp_path, "lying") as (ready, _):
        network = Networks(tmp_path, Settings()).find("practice")
        assert list(network.rest) == ready["rest_endpoints"]
        assert len(network.rest) == 3
        for url in network.rest:
            answer = httpx.get(f"{url}/cosmos/base/tendermint/v1beta1/node_info")
            if answer.status_code == 200:
                assert answer.json()["default_node_info"]["network"] == network.chain_id
            else:
                assert "failing" in ready["lies"][url]
