"""The market's figures: one request each, cached with their age, read directly without an indexer, never in the way."""

from __future__ import annotations

import asyncio
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from akash_tui.adapters.indexer.client import ConsoleIndexer
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Audit, Provider
from akash_tui.domain.akash.resources import Attribute, GroupSpec
from akash_tui.domain.bids.rule import Rule
from akash_tui.domain.filtering.filter import parse_filter
from akash_tui.domain.filtering.sorting import SortKey, ordered
from akash_tui.domain.market.daily_series import KINDS, Point, Series
from akash_tui.domain.market.gpu_rows import (
    GPUS,
    OwnLease,
    free_matches,
    gpu_rows,
    unmatched_words,
    weekly_changes,
)
from akash_tui.domain.market.observations import MarketPrice, Reach
from akash_tui.domain.market.sorting import GPU_SORTS
from akash_tui.domain.market.supply import (
    AktMarket,
    Capacity,
    FigureSource,
    GpuDay,
    GpuStock,
    ProviderSheet,
    SupplyResources,
    amounts,
)
from akash_tui.services.automation.deploy_options import DeployOptions
from akash_tui.services.automation.headless_deploy import drive
from akash_tui.services.core.cached_answer import FIRST_PAUSE
from akash_tui.services.market import price_history, provider_survey
from akash_tui.services.market.market_data import FRESH, MOST_PAGES, Market
from akash_tui.services.market.pages import read_model, read_provider
from akash_tui.services.ports import UNCONDITIONAL, BadInput, Conditions, SourceAnswer, Unreachable
from akash_tui.services.spending.quoting import create_quote
from akash_tui.services.storage.disk_cache import DiskCache
from tests.fakes.chain import OWNER, provider_name
from tests.fakes.clock import START
from tests.fakes.session import SDL, Bench, compiled

T = TypeVar("T")


def price(model: str, free: int | None, median: str | None, vram: int | None = 80, **more: Any) -> MarketPrice:
    figure = None if median is None else Decimal(median)
    given: dict[str, Any] = {
        "gpu": GpuModel("nvidia", model, vram, "sxm"),
        "minimum": figure,
        "median": figure,
        "maximum": figure,
        "free": free,
        "total": 8,
        "read_at": START,
        "providers": 2,
        "providers_free": 1,
    }
    return MarketPrice(**(given | more))


class FakeIndex:
    """Counts what is asked of it; `fault` makes every answer fail, `gate` holds every answer back."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.asked: list[str] = []
        self.listed: list[ProviderSheet] = []
        self.fault: Unreachable | None = None
        self.gate: asyncio.Event | None = None
        self.called = asyncio.Event()

    async def _answer(self, name: str, value: Callable[[datetime], T]) -> SourceAnswer[T]:
        self.asked.append(name)
        self.called.set()
        if self.gate is not None:
            await self.gate.wait()
        if self.fault is not None:
            raise self.fault
        now = self.bench.clock.now()
        return SourceAnswer(value(now), now)

    async def gpu_prices(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[MarketPrice]]:
        return await self._answer(
            "gpus", lambda now: [price("h100", 3, "1.85", read_at=now), price("a100", 0, "0.9", read_at=now)]
        )

    async def sheets(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[ProviderSheet]]:
        return await self._answer("providers", lambda now: list(self.listed))

    async def sheet(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[ProviderSheet | None]:
        return await self._answer("sheet", lambda now: None)

    async def stock(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuStock]]:
        return await self._answer(
            f"stock {owner}",
            lambda now: [GpuStock(GpuModel("nvidia", "h100", 80, ram), 2, 8) for ram in ("sxm", "pcie")],
        )

    async def capacity(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Capacity]:
        return await self._answer(
            "capacity", lambda now: Capacity(4, SupplyResources(gpu=amounts(6, 0, 2)), FigureSource.INDEXER, now)
        )

    async def gpu_days(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuDay]]:
        return await self._answer(
            "days",
            lambda now: [
                GpuDay(day, "nvidia", "h100", 1, 1, 8, leased, Decimal(leased) * 100 / 8)
                for day, leased in ((now.date() - timedelta(days=7), 2), (now.date(), 5))
            ],
        )

    async def series(self, name: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[Series]:
        return await self._answer(name, lambda now: Series(name, (Point(now.date(), Decimal(7)),), Decimal(7), now))

    async def akt_market(self, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[AktMarket]:
        return await self._answer("akt", lambda now: AktMarket(Decimal("1.2"), now))

    async def could_bid(self, group: GroupSpec, window_s: int | None = None) -> SourceAnswer[frozenset[str]]:
        raise Unreachable("It offers no screening.", "")

    async def aclose(self) -> None:
        return None


@pytest.fixture
def index(bench: Bench) -> FakeIndex:
    return FakeIndex(bench)


@pytest.fixture
def market(bench: Bench, index: FakeIndex) -> Market:
    return Market(bench.session(indexer=index), bench.home)


async def test_however_many_want_a_figure_it_is_one_request(market: Market, index: FakeIndex) -> None:
    index.gate = asyncio.Event()
    readers = [asyncio.create_task(market.rows()) for _ in range(30)]
    readers += [asyncio.create_task(market.rows())]
    await index.called.wait()
    readers[0].cancel()  # one who goes away takes the answer from nobody
    index.gate.set()
    answers = await asyncio.gather(*readers[1:])
    assert index.asked == ["gpus"]
    assert {len(told.value) for told in answers} == {2}
    await market.rows()
    assert index.asked == ["gpus"]


async def test_a_figure_is_renewed_when_it_is_due_and_says_its_age(market: Market, index: FakeIndex) -> None:
    first = await market.capacity.get()
    index.bench.clock.elapsed += 299
    assert (market.session.clock.now() - (await market.capacity.get()).read_at).total_seconds() == 299
    index.bench.clock.elapsed += 1
    seen = market.capacity.cached
    assert seen is not None
    assert seen.old
    again = await market.capacity.get()
    assert index.asked == ["capacity", "capacity"]
    assert (again.old, again.read_at > first.read_at) == (False, True)


async def test_a_clock_that_was_set_back_makes_no_figure_fresh_for_ever(market: Market, index: FakeIndex) -> None:
    index.bench.clock.elapsed += 7200
    await market.capacity.get()
    index.bench.clock.elapsed -= 3600
    seen = market.capacity.cached
    assert seen is not None
    assert seen.old
    await market.capacity.get()
    assert index.asked == ["capacity", "capacity"]


async def test_a_source_that_fails_is_asked_ever_more_rarely(market: Market, index: FakeIndex) -> None:
    await market.akt.get()
    index.fault = Unreachable("away", "wait")
    asked = []
    for _ in range(3600):
        index.bench.clock.elapsed += 1
        told = await market.akt.get()
        asked.append(len(index.asked))
    assert told.old
    assert told.fault is index.fault
    assert told.value.usd == Decimal("1.2")
    assert 4 <= len(index.asked) - 1 <= 12
    gaps = [asked.index(n) for n in sorted(set(asked))]
    assert gaps[2] - gaps[1] >= FIRST_PAUSE
    index.fault = None
    index.bench.clock.elapsed += 600
    assert not (await market.akt.get()).old


async def test_without_any_answer_the_fault_is_raised_and_nobody_hammers(market: Market, index: FakeIndex) -> None:
    index.fault = Unreachable("away", "wait")
    for _ in range(20):
        with pytest.raises(Unreachable):
            await market.akt.get()
    assert index.asked == ["akt"]


async def test_the_next_start_shows_the_last_figures_at_once_marked_old(bench: Bench, index: FakeIndex) -> None:
    first = Market(bench.session(indexer=index), bench.home)
    await first.rows()
    await first.capacity.get()
    await first.series("dailyUUsdSpent").get()
    asked = len(index.asked)
    bench.clock.elapsed += 7200
    index.fault = Unreachable("offline", "")
    again = Market(bench.session(indexer=index), bench.home)
    for kept in (again.gpus, again.capacity, again.series("dailyUUsdSpent")):
        await kept.last()
    assert len(index.asked) == asked
    gpus, capacity, spend = again.gpus.cached, again.capacity.cached, again.series("dailyUUsdSpent").cached
    assert gpus is not None
    assert capacity is not None
    assert spend is not None
    assert gpus.old
    assert (bench.clock.now() - gpus.read_at).total_seconds() == 7200
    assert gpus.value[0].median == Decimal("1.85")
    assert capacity.value.resources.gpu.total == 8
    assert spend.value.points[0].value == Decimal(7)


async def test_files_of_figures_are_private_and_broken_ones_are_as_if_not_there(bench: Bench, index: FakeIndex) -> None:
    await Market(bench.session(indexer=index), bench.home).rows()
    (path,) = (bench.home / "cache").rglob("gpus.jsonl")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert {stat.S_IMODE(p.stat().st_mode) for p in (bench.home / "cache").rglob("*") if p.is_dir()} == {0o700}
    head = '{"read_at": "2026-11-23T12:00:00Z", "lines": 1}'
    for text in ("", "{}", head, head + '\n{"vendor": 7}', "\x00" * 9):
        path.write_text(text)
        again = Market(bench.session(indexer=index), bench.home)
        assert await again.gpus.last() is None
    path.write_text('{"read_at": "2999-01-01T00:00:00Z", "lines": 0}')
    assert await Market(bench.session(indexer=index), bench.home).gpus.last() is None


async def test_prices_read_here_are_kept_day_by_day(market: Market, index: FakeIndex) -> None:
    for day in range(4):
        for _ in range(2):
            await market.rows()
            index.bench.clock.elapsed += 43_200
        kept = await market.readings(GpuModel("nvidia", "h100", 80, "sxm"))
        assert len(kept) == day + 2  # from noon on, two readings a day
    found = await market.readings(GpuModel("nvidia", "h100", 80, "sxm"))
    assert [r.median for r in found] == [Decimal("1.85")] * len(found)
    assert [r.day for r in found] == sorted({r.day for r in found})
    assert await market.readings(GpuModel("nvidia", "b200")) == []


async def test_a_disk_that_cannot_be_written_costs_no_figure(
    bench: Bench, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("akash_tui.services.storage.disk_cache.write_atomic", full)
    assert (await Market(bench.session(indexer=index), bench.home).rows()).value


def with_gpus(bench: Bench, gpus: dict[str, tuple[str, ...]], stock: SupplyResources | None) -> None:
    """The chain's providers have these models, and their status pages say `stock`."""

    async def provider(owner: str) -> Provider | None:
        keys = [f"capabilities/gpu/vendor/nvidia/model/{m}/ram/80Gi" for m in gpus.get(owner, ())]
        return Provider(owner, "https://p.example:8443", tuple(Attribute(key, "true") for key in keys))

    async def probe(provider: Provider) -> Reach:
        if provider.owner == provider_name(2):
            await asyncio.get_running_loop().create_future()
        return Reach(True, 9.0, bench.clock.now(), "", stock)

    bench.chain.provider = provider  # type: ignore[method-assign]
    bench.gateway.probe = probe  # type: ignore[method-assign]


async def test_without_an_index_chain_and_providers_tell_what_they_can(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("akash_tui.services.market.provider_survey.ONE_SECONDS", 0.05)
    with_gpus(
        bench,
        {provider_name(0): ("h100",), provider_name(1): ("a100", "t4"), provider_name(2): ("rtx4090",)},
        SupplyResources(gpu=amounts(3, 0, 5)),
    )
    market = Market(bench.session(), None)
    sheets = {s.owner: s for s in (await market.providers.get()).value}
    assert sheets[provider_name(0)].resources.gpu.available == 5
    assert (sheets[provider_name(0)].source, sheets[provider_name(2)].source) == (
        FigureSource.PROVIDERS,
        FigureSource.CHAIN,
    )
    assert sheets[provider_name(2)].profile.online is False
    assert sheets[provider_name(0)].profile.uptime_7d is None
    rows = {r.gpu.model: r for r in (await market.rows()).value}
    assert (rows["h100"].free, rows["h100"].total, rows["h100"].median) == (5, 8, None)
    assert (rows["a100"].free, rows["a100"].providers) == (None, 1)  # its status counts GPUs, it does not name them
    assert rows["a100"].source is FigureSource.CHAIN
    capacity = (await market.capacity.get()).value
    assert (capacity.providers, capacity.asked, capacity.resources.gpu.total) == (2, 3, 16)
    with pytest.raises(Unreachable) as caught:
        await market.series("gpuUtilization").get()
    assert "--indexer" in caught.value.advice


async def test_an_index_that_is_down_is_replaced_first_hand_once_its_answer_is_old(
    bench: Bench, index: FakeIndex
) -> None:
    with_gpus(bench, {provider_name(0): ("h100",)}, SupplyResources(gpu=amounts(3, 0, 5)))
    bench.chain.offers = bench.chain.offers[:1]
    market = Market(bench.session(indexer=index), None)
    assert (await market.capacity.get()).value.source is FigureSource.INDEXER
    index.fault = Unreachable("down", "")
    bench.clock.elapsed += 600
    told = await market.capacity.get()
    assert (told.value.source, told.old) == (FigureSource.INDEXER, True)
    bench.clock.elapsed += 86_400
    told = await market.capacity.get()
    assert (told.value.source, told.old, told.value.resources.gpu.total) == (FigureSource.PROVIDERS, False, 8)


async def test_a_page_of_a_provider_joins_index_chain_status_and_own_leases(bench: Bench, index: FakeIndex) -> None:
    session = bench.session(indexer=index)
    quote = await create_quote(session, compiled(SDL), SDL, "web")
    finish = await drive(session, quote, DeployOptions(Rule("cheapest")), lambda event: None)
    market = Market(session, None)
    page = await read_provider(market, provider_name(0))
    assert page.reach is not None
    assert page.reach.latency_ms == 12.0
    assert [(s.free, s.total) for s in page.stock] == [(2, 8), (2, 8)]
    assert page.audits[0].auditor == "akash1auditor"
    assert finish.run is not None
    assert [lease.dseq for lease in page.leases] == [finish.run.id.dseq]
    assert page.leases[0].gpu is None  # the SDL takes three models and the provider names none: not guessed
    index.fault = Unreachable("down", "")
    bench.clock.elapsed += FRESH["providers"]
    page = await read_provider(market, provider_name(0))
    assert page.fault is index.fault


async def test_pages_of_providers_are_bounded(market: Market, index: FakeIndex) -> None:
    owners = [provider_name(number) for number in range(MOST_PAGES + 5)]
    for owner in [*owners, owners[-1], owners[0]]:
        await market.stock(owner)
    assert len(market._stocks) == MOST_PAGES
    assert index.asked == [f"stock {owner}" for owner in [*owners, owners[0]]]


def test_without_an_index_the_chain_tells_who_signed_an_attribute() -> None:
    keys = (Attribute("region", "eu"), Attribute("tier", "community"))
    sheet = provider_survey.sheet_of(Provider(provider_name(0), "https://p.example:8443", keys), None, START)
    audits = [Audit(provider_name(0), "akash1a", (Attribute("region", "eu"), Attribute("tier", "other")))]
    found = provider_survey.signed(sheet, audits)
    assert [(a.key, a.auditors) for a in found.attributes] == [("region", ("akash1a",)), ("tier", ())]


async def test_what_we_paid_is_known_where_the_model_is(bench: Bench, index: FakeIndex) -> None:
    one = SDL.replace("                - model: h100\n                - model: rtx4090\n", "")
    session = bench.session(indexer=index)
    quote = await create_quote(session, compiled(one), one, "web")
    await drive(session, quote, DeployOptions(Rule("cheapest")), lambda event: None)
    rows = {r.gpu.model: r for r in (await Market(session, None).rows()).value}
    paid = rows["a100"].paid
    assert paid is not None
    assert paid.gpu_h == Decimal(1000) * 3600 / 6 / 10**6
    assert paid.provider == provider_name(0)
    assert rows["h100"].paid is None


async def test_a_models_page_counts_the_model_at_each_provider(bench: Bench, index: FakeIndex) -> None:
    market = Market(bench.session(indexer=index), None)
    sheets = await direct_sheets(bench, {provider_name(0): ("h100",), provider_name(1): ("h100", "a100")})

    index.listed = sheets
    page = await read_model(market, "H100")
    counts = {h.sheet.owner: (h.free, h.total) for h in page.holders}
    assert counts == {provider_name(0): (2, 8), provider_name(1): (4, 16)}
    assert [name for name in index.asked if name.startswith("stock")] == [f"stock {provider_name(1)}"]
    assert [d.leased for d in page.days] == [2, 5]
    with pytest.raises(BadInput, match="b300"):
        await read_model(market, "b300")
    index.fault = Unreachable("down", "")
    bench.clock.elapsed += 3600
    page = await read_model(market, "h100")
    assert {h.sheet.owner: (h.free, h.total) for h in page.holders}[provider_name(1)] == (None, None)
    assert page.answer.old


async def direct_sheets(bench: Bench, gpus: dict[str, tuple[str, ...]]) -> list[ProviderSheet]:
    """Sheets as an index tells them: 8 GPUs each, 2 of them free."""
    sheets = []
    for owner, models in gpus.items():
        keys = [f"capabilities/gpu/vendor/nvidia/model/{m}/ram/80Gi" for m in models]
        record = Provider(owner, "https://p.example:8443", tuple(Attribute(key, "true") for key in keys))
        sheet = provider_survey.sheet_of(record, None, bench.clock.now())
        sheets.append(replace(sheet, resources=SupplyResources(gpu=amounts(6, 0, 2)), source=FigureSource.INDEXER))
    return sheets


async def test_an_address_that_is_no_provider_is_said(bench: Bench) -> None:
    async def nobody(owner: str) -> None:
        return None

    bench.chain.provider = nobody  # type: ignore[method-assign]
    with pytest.raises(BadInput):
        await read_provider(Market(bench.session(), None), OWNER)


async def test_a_silent_indexer_delays_neither_bids_nor_a_deployment(bench: Bench) -> None:
    """A real server takes every request and never answers; the whole story is over while it still keeps silent."""
    silent: list[asyncio.StreamWriter] = []
    asked = asyncio.Event()

    async def keep_silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        silent.append(writer)
        asked.set()

    server = await asyncio.start_server(keep_silent, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    network = Network("n", "n-1", (), (), indexer=f"http://127.0.0.1:{port}", practice=True, public=False)
    indexer = ConsoleIndexer(network, SystemClock(), total_seconds=60)
    session = bench.session(indexer=indexer)
    market = Market(session, bench.home)
    names = list(KINDS)
    waiting: list[asyncio.Task[Any]] = [asyncio.create_task(market.series(name).get()) for name in names]
    waiting += [asyncio.create_task(kept.get()) for kept in (market.gpus, market.capacity, market.days)]
    await asked.wait()
    told: list[str] = []
    finish = await drive(
        session,
        await create_quote(session, compiled(SDL), SDL, "web"),
        DeployOptions(Rule("cheapest")),
        lambda event: told.append(str(event.to_json()["event"])),
    )
    assert finish.exit_code == 0
    assert finish.run is not None
    assert "running" in told
    assert not any(task.done() for task in waiting)  # it still had not answered anybody
    assert session.journal.deployment(session.network.chain_id, DeploymentId(OWNER, finish.run.id.dseq)) is not None
    await market.aclose()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results)
    for writer in silent:
        writer.close()
    server.close()
    await indexer.aclose()


def test_rows_are_told_once_with_their_week_and_what_we_paid() -> None:
    now = START.date()
    days = [
        GpuDay(now - timedelta(days=ago), "nvidia", model, 1, 1, 8, leased, None)
        for ago, model, leased in ((0, "h100", 5), (7, "h100", 7), (0, "a100", 3), (7, "a100", 1), (3, "t4", 2))
    ]
    paid = [OwnLease("p", 1, START, Decimal("1.5"), GpuModel("nvidia", "h100"), 1)]
    prices = [
        price("h100", 3, "1.85"),
        price("h100", 3, "1.85"),
        price("a100", 0, "0.9", vram=40),
        price("a100", 0, "1.1"),
        price("t4", None, None, vram=None),
    ]
    rows = gpu_rows(prices, weekly_changes(days), paid)
    assert [(r.gpu.model, r.gpu.vram_gib, r.leased_7d) for r in rows] == [
        ("a100", 80, None),  # two variants share the name: the index does not tell them apart by day
        ("a100", 40, None),
        ("h100", 80, -2),
        ("t4", None, None),
    ]
    assert rows[2].paid == paid[0]
    assert rows[2].leased == 5
    assert [r.gpu.model for r in ordered(rows, GPU_SORTS, [SortKey("median", True)])] == ["h100", "a100", "a100", "t4"]


@pytest.mark.parametrize(
    ("text", "models"),
    [
        ("gpu:a100 vram>=80 price<1", []),
        ("gpu:h100|a100 usd_gpu_h<2", ["h100"]),
        ("gpu:a100", []),
        ("gpu:a100 free:0", ["a100"]),
        ("!gpu:h100", []),
        ("sxm", ["h100"]),
        ("median<2", ["h100"]),
    ],
)
def test_a_price_alert_is_for_what_is_surely_there(text: str, models: list[str]) -> None:
    rows = gpu_rows([price("h100", 3, "1.85"), price("a100", 0, "0.9"), price("t4", None, None)])
    assert [r.gpu.model for r in free_matches(parse_filter(text, GPUS), rows)] == models
    assert set(free_matches(parse_filter(text, GPUS), rows)) <= set(parse_filter(text, GPUS).apply(rows).rows)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("garbage", ["garbage"]), ("h100 garbage", ["garbage"]), ('"rtx 9"', ['"rtx 9"']), ("a100|b300", []),
        ("T4 nvidia", []), ("!t4", []), ("gpu:b300", []), ("price<1", []), ("", []),
    ],
)  # fmt: skip
def test_a_word_that_names_nothing_is_found_out(text: str, unknown: list[str]) -> None:
    rows = gpu_rows([price("h100", 3, "1.85"), price("a100", 0, "0.9"), price("t4", None, None)])
    assert unmatched_words(parse_filter(text, GPUS), rows) == unknown
    assert unmatched_words(parse_filter(text, GPUS), []) == []


async def test_the_file_of_readings_is_parsed_once(
    market: Market, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await market.gpus.get()
    parsed: list[int] = []
    real = price_history.load

    def load(shelf: DiskCache) -> price_history.PriceHistory:
        parsed.append(1)
        return real(shelf)

    monkeypatch.setattr(price_history, "load", load)
    later = Market(market.session, bench.home)
    rows = (await market.rows()).value
    found = await asyncio.gather(*(later.readings(row.gpu) for row in rows * 5))
    assert all(len(readings) == 1 for readings in found)
    assert len(parsed) == 1
