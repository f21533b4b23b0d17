"""Who could bid: read once, from the indexer or first-hand, with more asked only about those that fit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import Audit
from akash_tui.domain.akash.resources import Attribute, SignedBy
from akash_tui.domain.market.supply import FigureSource, GpuStock, SignedAttribute, SupplyResources, amounts
from akash_tui.services.market.market_data import Market
from akash_tui.services.market.who_could_bid import WhoCouldBid, of_session
from akash_tui.services.ports import UNCONDITIONAL, Conditions, SourceAnswer, Unreachable
from tests.domain.market.orders import AUDITOR, gpu_keys, group
from tests.fakes.chain import provider_name
from tests.fakes.session import Bench
from tests.services.market.test_market_data import FakeIndex, with_gpus


def attributes(*models: str) -> tuple[SignedAttribute, ...]:
    keys = [f"capabilities/gpu/{key}" for model in models for key in gpu_keys(model)]
    return (SignedAttribute("region", "eu", (AUDITOR,)), *(SignedAttribute(key, "true", ()) for key in keys))


class StockedIndex(FakeIndex):
    """One provider with a model, one with two, of which it counts the free GPUs."""

    async def list_them(self) -> None:
        sheets = (await Market(self.bench.session(), None).providers.get()).value
        some = replace(sheets[0], source=FigureSource.INDEXER, resources=SupplyResources(gpu=amounts(2, 0, 6)))
        models = (("a100",), ("a100", "t4"), ("t4",))
        self.listed = [
            replace(
                some,
                profile=replace(
                    some.profile, owner=provider_name(n), online=True, gpus=tuple(GpuModel("nvidia", m) for m in has)
                ),
                attributes=attributes(*has),
            )
            for n, has in enumerate(models)
        ]

    async def stock(self, owner: str, conditions: Conditions = UNCONDITIONAL) -> SourceAnswer[list[GpuStock]]:
        counted = [GpuStock(GpuModel("nvidia", "a100"), 1, 4), GpuStock(GpuModel("nvidia", "t4"), 5, 4)]
        return await self._answer(f"stock {owner}", lambda now: counted)


async def test_the_indexer_is_asked_once_and_about_those_with_several_models(bench: Bench) -> None:
    index = StockedIndex(bench)
    await index.list_them()
    who = WhoCouldBid(Market(bench.session(indexer=index), None))
    assert who.now([group({}, "a100")]) is None
    answer = await who.of([group({"region": "eu"}, "a100")])
    assert answer.screening.summary == "2 of 3 providers fit · 2 online · 7 GPUs free now"
    assert answer.read.words(bench.clock.now()) == "indexer, just now"
    assert answer.screening.relaxations[0].words == "also accept t4"
    asked = list(index.asked)
    assert asked == ["providers", f"stock {provider_name(1)}"]
    await who.of([group({"region": "us"}, "a100")])
    again = who.now([group({"region": "eu"}, "a100")], blocked={provider_name(0): "slow"})
    assert again is not None
    assert again.screening.fits == 1
    assert index.asked == asked


async def test_without_an_indexer_chain_status_and_audits_are_asked(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("akash_tui.services.market.provider_survey.ONE_SECONDS", 0.05)
    with_gpus(bench, {provider_name(0): ("h100",), provider_name(1): ("h100",)}, SupplyResources(gpu=amounts(3, 0, 5)))

    async def audits(owner: str) -> list[Audit]:
        signed = tuple(
            Attribute("capabilities/gpu/vendor/nvidia/model/h100/ram/80Gi", "true")
            for _ in range(owner == provider_name(0))
        )
        return [Audit(owner, AUDITOR, signed)] if signed else []

    monkeypatch.setattr(bench.chain, "audits", audits)
    who = of_session(bench.session())
    assert (await who.of([group({}, "h100")])).screening.summary == "2 of 3 providers fit · 2 online · 10 GPUs free now"
    answer = await who.of([group({}, "h100", signed=SignedBy(all_of=(AUDITOR,)))])
    assert answer.read.source is FigureSource.PROVIDERS
    assert answer.screening.fits == 1


async def test_where_the_providers_are_slow_the_chain_list_will_do(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_gpus(bench, {provider_name(0): ("h100",)}, SupplyResources())
    market = Market(bench.session(), None)

    async def never() -> None:
        raise TimeoutError

    monkeypatch.setattr(market.providers, "get", never)
    read = await WhoCouldBid(market).providers()
    assert (read.source, len(read.providers) > 0) == (FigureSource.CHAIN, True)
    assert all(each.online is None for each in read.providers)

    async def down() -> None:
        raise Unreachable("down", "")

    monkeypatch.setattr(bench.chain, "providers", down)
    with pytest.raises(Unreachable):
        await WhoCouldBid(market).providers()
