"""When the indexer is asked again: as its answers say, else as we set; once for all, and a few at once."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest

from akash_tui.adapters.indexer import client as module
from akash_tui.adapters.indexer import http_freshness
from akash_tui.adapters.indexer.client import ConsoleIndexer
from akash_tui.domain.akash.network import Network
from akash_tui.domain.market.daily_series import KINDS
from akash_tui.services.core.cached_answer import LONGEST_PAUSE
from akash_tui.services.core.provider_cache import ProviderCache
from akash_tui.services.market.market_data import FRESH, Market
from akash_tui.services.ports import AkashError, Indexer, Unreachable
from tests.adapters.indexer.scripted_indexer import HandClock, index

PROVIDER = {"owner": "akash1lrnw4zp0etztt3yjvfpct3vmz0tztr9lgz4zwf", "name": "Big GPUs"}
PRICES = {
    "models": [
        {
            "vendor": "nvidia",
            "model": "h100",
            "ram": "80Gi",
            "interface": "SXM5",
            "price": {"min": 1, "med": 2, "max": 3},
        }
    ]
}


def market_of(network: Network, clock: HandClock) -> tuple[Market, ProviderCache, Indexer]:
    client = ConsoleIndexer(network, clock)
    cache = ProviderCache(None, None, client, clock)  # type: ignore[arg-type]
    session: Any = SimpleNamespace(
        network=network, clock=clock, indexer=client, chain=None, gateway=None, provider_cache=cache
    )
    return Market(session, None), cache, client


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ((), None),
        (("Cache-Control: public, max-age=120, stale-while-revalidate=300",), 120),
        (("Cache-Control: MAX-AGE=900", "Age: 100"), 800),
        (("Cache-Control: max-age=60", "Age: 100"), http_freshness.LEAST_SECONDS),
        (("Cache-Control: max-age=31536000",), http_freshness.MOST_SECONDS),
        (("Cache-Control: no-cache",), http_freshness.LEAST_SECONDS),
        (("Cache-Control: no-store, max-age=500",), http_freshness.LEAST_SECONDS),
        (("Cache-Control: s-maxage=500",), None),
        (("Cache-Control: max-age=-1",), None),
        (("Cache-Control: max-age=99999999999999999999",), None),
        (("Cache-Control: max-age=500", "Age: soon"), 500),
    ],
)
async def test_the_index_says_how_long_its_answer_is_good_for(headers: tuple[str, ...], seconds: float | None) -> None:
    clock = HandClock()
    async with index() as (it, network):
        it.say(PRICES, 200, *headers)
        market, cache, client = market_of(network, clock)
        await market.gpus.get()
        good_for = FRESH["gpus"] if seconds is None else seconds
        clock.passed = good_for - 2
        await market.gpus.get()
        assert len(it.paths) == 1
        clock.passed = good_for + 1
        await market.gpus.get()
        assert len(it.paths) == 2
        assert cache.prices is None
        await client.aclose()


@pytest.mark.parametrize("said", ['ETag: "v1"', "Last-Modified: Mon, 23 Nov 2026 10:00:00 GMT"])
async def test_what_did_not_change_is_not_sent_again(said: str) -> None:
    clock = HandClock()
    async with index() as (it, network):
        it.say([PROVIDER], 200, said, "Cache-Control: max-age=100")
        market, _, client = market_of(network, clock)
        (first,) = (await market.providers.get()).value
        it.raw = b"HTTP/1.1 304 Not Modified\r\nCache-Control: max-age=200\r\n\r\n"
        clock.passed = 101
        (again,) = (await market.providers.get()).value
        asked = "if-none-match" if said.startswith("ETag") else "if-modified-since"
        assert f"{asked}: {said.partition(': ')[2]}" in it.heads[1].replace("If-None-Match", "if-none-match").replace(
            "If-Modified-Since", "if-modified-since"
        )
        assert asked not in it.heads[0].lower()
        assert again.profile.name == first.profile.name == "Big GPUs"
        assert again.read_at > first.read_at
        assert again.profile.read_at > first.profile.read_at
        clock.passed = 300
        await market.providers.get()
        assert len(it.heads) == 2  # the second answer may be used for 200 seconds
        clock.passed = 302
        await market.providers.get()
        assert asked in it.heads[2].lower()  # it is still the same version
        await client.aclose()


async def test_nothing_changed_is_no_first_answer() -> None:
    async with index() as (it, network):
        it.raw = b"HTTP/1.1 304 Not Modified\r\n\r\n"
        client = ConsoleIndexer(network, HandClock())
        with pytest.raises(Unreachable):
            await client.sheets()
        await client.aclose()


def everything(market: Market, cache: ProviderCache) -> list[Callable[[], Coroutine[Any, Any, Any]]]:
    """Every figure as every widget, and the list of bids, would ask for it."""
    figures = (market.gpus, market.providers, market.capacity, market.days, market.akt)
    asks = [each.get for each in figures] + [market.series(name).get for name in KINDS]
    return [*asks, cache._read_profiles, cache._read_prices]


async def test_one_request_per_resource_and_a_few_at_once() -> None:
    under_way = most = 0
    full = asyncio.Event()

    async def answer(writer: asyncio.StreamWriter) -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        if under_way > module.AT_ONCE:  # the queue is full, and the bids' own requests passed it
            full.set()
        await full.wait()
        for _ in range(50):
            await asyncio.sleep(0)
        writer.write(b'HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 16\r\n\r\n{"snapshots":[]}')
        await writer.drain()
        under_way -= 1

    async with index() as (it, network):
        it.raw = answer
        market, cache, client = market_of(network, HandClock())
        tasks = [asyncio.create_task(ask()) for ask in everything(market, cache) for _ in range(12)]
        await asyncio.gather(*tasks, return_exceptions=True)
        asked = Counter(path.removeprefix("/base") for path in it.paths)
        plain = ("providers", "gpu-prices", "network-capacity", "gpu-breakdown", "market-data")
        paths = {f"/v1/{name}" for name in plain} | {f"/v1/graph-data/{name}" for name in KINDS}
        assert asked == Counter(dict.fromkeys(paths, 1))
        assert most <= module.AT_ONCE + 2  # the bids' two never stand in the queue
        await client.aclose()


@pytest.fixture(autouse=True)
def no_provider_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody(*_: object) -> None:
        raise Unreachable("No provider answers", "It is a test.")

    monkeypatch.setattr("akash_tui.services.market.provider_survey.read_sheets", nobody)


async def test_an_index_that_fails_is_asked_ever_more_rarely() -> None:
    clock = HandClock()
    async with index() as (it, network):
        it.say({"message": "no"}, 503)
        market, cache, client = market_of(network, clock)
        asked_at: list[float] = []
        path = "/base/v1/gpu-prices"
        while len(asked_at) < 8:
            before = it.paths.count(path)
            for ask in (market.gpus.get, market.gpus.get, cache._read_prices):
                with pytest.raises(AkashError):
                    await ask()
            if it.paths.count(path) > before:
                assert it.paths.count(path) == before + 1
                asked_at.append(clock.passed)
            clock.passed += 5
        pauses = [after - before for before, after in pairwise(asked_at)]
        assert pauses == [30, 60, 120, 240, 480, 600, 600]
        it.say(PRICES)
        clock.passed += LONGEST_PAUSE
        assert (await market.gpus.get()).value
        await client.aclose()
