"""The market, the bids, the leases and the practice chain's own books say the same about a busy network."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.compose import Program
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.practice.provider.hardware import gpus_of
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.network import PracticeNetwork
from akash_tui.practice.state.books import ALIVE, Lease
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.create import create
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.market.market_data import Market
from akash_tui.services.market.who_could_bid import WhoCouldBid
from akash_tui.services.spending.quoting import create_quote
from tests.services.on_practice.test_flow import collected

BLOCK_TIME = 6.0
BLOCKS_AN_HOUR = 600


@pytest.fixture
def home(tmp_path: Path) -> Path:
    tmp_path.chmod(0o700)
    return tmp_path


@asynccontextmanager
async def busy(home: Path) -> AsyncIterator[tuple[Session, PracticeNetwork]]:
    """A session on a busy network at mainnet's pace, in this process."""
    program = Program(home)
    wallet = program.practice_wallet()
    network = PracticeNetwork(SCENARIOS["busy"], 7, BLOCK_TIME, speed=1.0, fund=wallet.address)
    await network.open()
    try:
        (home / "practice.json").write_text(json.dumps(network.ready))
        session = await program.open(program.networks.find("practice"), None, False)
        try:
            yield session, network
        finally:
            await session.aclose()
    finally:
        await network.close()


@asynccontextmanager
async def more_blocks(network: PracticeNetwork) -> AsyncIterator[None]:
    """Blocks in quick succession; the providers' waiting times stay."""

    async def make() -> None:
        while True:
            network.world.make_block()
            await asyncio.sleep(0.02)

    task = asyncio.create_task(make())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def alive(network: PracticeNetwork) -> list[Lease]:
    return [lease for lease in network.world.books.leases.scan() if lease.state in ALIVE]


def gpus(network: PracticeNetwork, leases: list[Lease]) -> int:
    return sum(gpus_of(network.world.books.groups[lease.key[:3]].spec) for lease in leases)


async def test_all_figures_are_those_of_the_books(home: Path) -> None:
    async with busy(home) as (session, network):
        preset = Program(home).presets.find("vllm-chat").text()
        quote = await create_quote(session, session.sdl.read(preset, "vllm.yaml"), preset, "vllm")
        assert quote.max_h == 3, "an SDL's price per block means what it means on mainnet"
        async with more_blocks(network):
            run = await create(session, quote)
            await collected(session, run, 8)
            bids = {row.id.provider: row.price_h for row in run.book.rows(gone=False)}
            best = min(run.book.rows(gone=False), key=lambda row: row.price_h or 0)
            await accept(session, run, await lease_quote(session, run, {1: best.id}))
        network.world.pace.turn(0.001)  # no block from here on: every reader sees the same one
        leases = alive(network)
        reader = await Program(home).open(session.network, None, True)  # its own: the first has read prices before
        market = Market(reader, None)
        try:
            taken = gpus(network, leases)
            total = sum(n.size.gpus for p in network.fleet.providers.values() if p.online for n in p.stock.nodes)
            assert 0.4 < taken / total < 0.65
            models = (await market.gpus.get()).value
            assert sum(each.total or 0 for each in models) == total
            capacity = (await market.capacity.get()).value.resources.gpu
            free = total - taken - (capacity.pending or 0)
            assert (capacity.active, capacity.available, capacity.total) == (taken, free, total)
            assert sum(each.free or 0 for each in models) == free
            for name, wanted in (
                ("activeGPU", Decimal(taken)),
                ("gpuUtilization", round(Decimal(100 * taken) / total, 2)),
                ("activeLeaseCount", Decimal(len(leases))),
                ("dailyUUsdSpent", Decimal(network.day.spent) / 10**24),
            ):
                series = (await market.series(name).get()).value
                assert series.current == pytest.approx(wanted, rel=Decimal("0.000001")), name
            sheets = {sheet.owner: sheet for sheet in (await market.providers.get()).value}
            for owner, provider in network.fleet.providers.items():
                if provider.online:
                    left = sum(node.gpus for node in provider.stock.free())
                    assert sheets[owner].resources.gpu.available == left, provider.seed.name
            answering = [owner for owner, provider in network.fleet.providers.items() if provider.online]
            assert sum(sheets[owner].resources.gpu.available or 0 for owner in answering) == free
            by_model: Counter[GpuModel] = Counter()  # as the pages of the providers and "who could bid" have it
            for owner in answering:
                by_model.update({each.gpu: each.free or 0 for each in await market.stock(owner)})
            assert +by_model == +Counter({each.gpu: each.free or 0 for each in models})
            who = WhoCouldBid(market)
            groups = session.sdl.read(preset, "vllm.yaml").groups
            for verdict in (await who.of(groups)).screening.fitting:
                stock = await market.stock(verdict.provider.owner)
                accepted = [each.free or 0 for each in stock if any(m.matches(each.gpu) for m in verdict.gpus)]
                assert verdict.free == sum(accepted), verdict.provider.owner
            view = await Leases(session).one(run.id)
            (mine,) = [lease for lease in leases if lease.owner == session.owner]
            price_h = Decimal(mine.price.atto) / 10**18 * BLOCKS_AN_HOUR / 1_000_000
            assert view.price_h == price_h == bids[mine.provider]
        finally:
            await market.aclose()
            await reader.aclose()


async def test_what_is_spent_in_a_block_is_what_the_leases_cost(home: Path) -> None:
    async with busy(home) as (session, network):
        network.world.pace.turn(0.001)
        day, yesterday = network.day, await Market(session, None).series("dailyUUsdSpent").get()
        rate = sum(lease.price.atto for lease in alive(network))
        before = day.spent
        network.world.make_block()
        assert abs(day.spent - before - rate) < len(alive(network)) * 10**18  # what ends is paid in whole uact
        per_day = Decimal(rate) / 10**24 * BLOCKS_AN_HOUR * 24
        points = yesterday.value.points
        assert float(points[-2].value) == pytest.approx(float(per_day), rel=0.3), "the chart ends near the present"
