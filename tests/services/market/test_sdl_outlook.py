"""What to expect of an SDL: who could bid with each model, and what bids seen here asked."""

from __future__ import annotations

from decimal import Decimal

from akash_tui.domain.akash.entities import BidId, OrderId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, UACT, DecCoin
from akash_tui.domain.bids.bid_memory import SeenBid, SeenOrder
from akash_tui.services.market.market_data import Market
from akash_tui.services.market.sdl_outlook import SdlForecaster
from akash_tui.services.market.who_could_bid import WhoCouldBid
from tests.fakes.chain import OWNER, provider_name
from tests.fakes.session import Bench, compiled
from tests.services.market.test_who_could_bid import StockedIndex

A100, T4 = GpuModel("nvidia", "a100"), GpuModel("nvidia", "t4")
SDL = """\
version: "2.0"
services:
  web:
    image: nginx:1.25.3
    expose: [{port: 80, as: 80, to: [{global: true}]}]
profiles:
  compute:
    web:
      resources:
        cpu: {units: 1}
        memory: {size: 1Gi}
        storage: [{size: 1Gi}]
        gpu: {units: 2, attributes: {vendor: {nvidia: [{model: a100}]}}}
  placement:
    any:
      pricing: {web: {denom: uact, amount: 10000}}
deployment:
  web:
    any: {profile: web, count: 1}
"""


async def test_each_model_counts_its_providers_and_bids_seen_here_give_a_price(bench: Bench) -> None:
    index = StockedIndex(bench)
    await index.list_them()
    session = bench.session(indexer=index)
    market = Market(session, None)
    forecaster, sdl = SdlForecaster(market, WhoCouldBid(market)), compiled(SDL)
    assert sdl.ok, sdl.problems
    assert forecaster.fits(sdl, [A100, T4]) == {}
    before = forecaster.known
    await forecaster.learn()
    assert forecaster.known != before
    assert forecaster.fits(sdl, [A100, T4]) == {A100: 2, T4: 2}

    outlook = forecaster.outlook(sdl, ASSUMED_BLOCK_TIME)
    assert outlook is not None
    assert outlook.seen is None
    order, now = OrderId(OWNER, 7, 1, 1), bench.clock.now()
    session.memory.put([SeenOrder(order, now, now, (A100,), 2)])
    for at, price in enumerate(("0.50", "0.60")):
        bid, coin = BidId(OWNER, 7, 1, 1, provider_name(at)), DecCoin(UACT, Decimal(1000))
        session.memory.put([SeenBid(bid, now, 12, A100, 2, coin, Decimal(price))])
    session.memory.flush()
    outlook = forecaster.outlook(sdl, ASSUMED_BLOCK_TIME)
    assert outlook is not None
    assert outlook.seen is not None
    assert (outlook.seen.span, outlook.seen.basis) == ("1.00–1.20", "2 bids seen here in 30 days")
