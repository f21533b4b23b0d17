"""Which GPU a bid gives: the bid's word, the provider's attributes, candidates, or nothing; never a guess as fact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.akash.gpu import GpuModel, GpuSource
from akash_tui.domain.akash.provider import Provider, ProviderProfile, fullest
from akash_tui.domain.bids.gpu_disclosure import disclose
from tests.domain.bids.values import NOW, group, nvidia, offer, provider

A100, H100, T4 = nvidia("a100"), nvidia("h100"), nvidia("t4")
A40, A80 = nvidia("a100", 40, "pcie"), nvidia("a100", 80, "sxm4")
ANY = nvidia("*")


def profile(*gpus: GpuModel) -> ProviderProfile:
    return ProviderProfile(
        owner="p1", name=None, host_uri="", online=None, audited=None, uptime_1d=None, uptime_7d=None, uptime_30d=None,
        region=None, country=None, organization=None, version=None, leases=None, gpus=gpus, auditors=(), read_at=NOW,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("offered", "asked", "has", "source", "models"),
    [
        ([A100], [A100, H100], [], GpuSource.BID, ["a100"]),
        ([A100], [A100, H100], [H100], GpuSource.BID, ["a100"]),
        ([A100, H100], [A100, H100], [H100], GpuSource.PROVIDER, ["h100"]),
        ([A100, H100], [A100, H100], [A80, A40], GpuSource.PROVIDER, ["a100"]),
        ([A100, H100], [A100, H100], [A80, H100], GpuSource.CANDIDATES, ["a100", "h100"]),
        ([A100, H100], [A100, H100], [], GpuSource.CANDIDATES, ["a100", "h100"]),
        ([A100, H100], [A100, H100], [T4], GpuSource.CANDIDATES, ["a100", "h100"]),
        ([ANY], [ANY], [T4], GpuSource.PROVIDER, ["t4"]),
        ([ANY], [ANY], [T4, H100], GpuSource.CANDIDATES, ["h100", "t4"]),
        ([ANY], [ANY], [], GpuSource.NONE, [""]),
        ([], [A100, H100], [T4], GpuSource.NONE, [""]),
    ],
)
def test_one_unit(
    offered: list[GpuModel], asked: list[GpuModel], has: list[GpuModel], source: GpuSource, models: list[str]
) -> None:
    found = disclose(offer(*offered, units=2), group(*asked, units=2), provider("p1", *has) if has else None)
    assert {g.source for g in found.gpus} == {source}
    assert [g.model.model for g in found.gpus] == models
    assert {g.count for g in found.gpus} == {2}
    assert found.count == 2
    assert found.known is (source in (GpuSource.BID, GpuSource.PROVIDER))


@pytest.mark.parametrize(
    ("has", "source"), [([], GpuSource.NONE), ([H100], GpuSource.PROVIDER), ([H100, A100], GpuSource.CANDIDATES)]
)
def test_an_old_bid_without_an_offer(has: list[GpuModel], source: GpuSource) -> None:
    found = disclose((), group(A100, H100, units=2, count=3), provider("p1", *has))
    assert {g.source for g in found.gpus} == {source}
    assert found.count == 6


def test_nothing_known_at_all() -> None:
    assert not disclose((), None, None).known


def test_a_group_without_gpus_is_known() -> None:
    found = disclose(offer(units=0), group(units=0), None)
    assert (found.gpus, found.count, found.known) == ((), 0, True)


def test_what_only_the_provider_names_stays_beside_the_bid() -> None:
    found = disclose(offer(A100), group(A100), provider("p1", A80))
    assert found.gpus[0].model == A100
    assert found.gpus[0].fuller == A80


def test_variants_that_differ_add_nothing() -> None:
    found = disclose(offer(A100), group(A100), provider("p1", A80, A40))
    assert found.gpus[0].fuller is None


def test_named_vram_narrows_the_variants() -> None:
    asked = nvidia("a100", 80)
    found = disclose(offer(asked), group(asked), provider("p1", A80, A40))
    assert found.gpus[0].model == asked
    assert found.gpus[0].fuller == A80


def test_the_index_stands_in_for_a_silent_provider() -> None:
    found = disclose(offer(A100, H100), group(A100, H100), Provider("p1", ""), profile(H100))
    assert (found.gpus[0].source, found.gpus[0].model.model) == (GpuSource.PROVIDER, "h100")


def test_the_chain_goes_before_the_index() -> None:
    found = disclose(offer(A100, H100), group(A100, H100), provider("p1", A80), profile(H100))
    assert found.gpus[0].model.model == "a100"


MODELS = st.lists(st.sampled_from([A100, H100, T4, A40, A80, ANY]), max_size=4, unique=True)


@given(MODELS, MODELS, MODELS)
def test_a_fact_always_has_its_reason(offered: list[GpuModel], asked: list[GpuModel], has: list[GpuModel]) -> None:
    has = [m for m in has if not m.wildcard]
    found = disclose(offer(*offered), group(*asked), provider("p1", *has))
    for gpu in found.gpus:
        assert not gpu.model.wildcard
        if gpu.source is GpuSource.BID:
            assert [gpu.model] == offered
        if gpu.source is GpuSource.PROVIDER:
            wanted = offered or asked
            fitting = {m.model for m in fullest(has) if any(w.matches(m) for w in wanted)}
            assert fitting == {gpu.model.model}
        if gpu.source is GpuSource.NONE:
            assert gpu.model == GpuModel("", "")
