"""A provider's own record as a tenant reads it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import Provider, fullest
from akash_tui.domain.akash.resources import Attribute
from tests.domain.bids.values import nvidia, provider


def test_the_first_named_attribute_that_says_something() -> None:
    p = Provider("p", "", (Attribute("region", "us"), Attribute("location-region", ""), Attribute("country", "x")))
    assert p.region == "us"
    assert p.attribute("none", "country") == "x"
    assert p.organization is None


@pytest.mark.parametrize(
    ("uri", "host"),
    [
        ("https://provider.example:8443", "provider.example"),
        ("https://provider.example:8443/path", "provider.example"),
        ("nonsense", "nonsense"),
        ("", ""),
    ],
)
def test_host(uri: str, host: str) -> None:
    assert Provider("p", uri).host == host


def test_a_model_named_twice_is_kept_once_in_its_fuller_form() -> None:
    p = provider("p", nvidia("a100"), nvidia("a100", 80), nvidia("a100", 80, "sxm"), nvidia("t4"))
    assert p.gpus == (nvidia("a100", 80, "sxm"), nvidia("t4"))


def test_variants_are_kept_apart() -> None:
    assert set(fullest([nvidia("a100", 40), nvidia("a100", 80), nvidia("a100")])) == {
        nvidia("a100", 40),
        nvidia("a100", 80),
    }


MODELS = st.builds(
    GpuModel,
    st.just("nvidia"),
    st.sampled_from(["a", "b"]),
    st.sampled_from([None, 40, 80]),
    st.sampled_from([None, "sxm"]),
)


@given(st.lists(MODELS))
def test_nothing_that_says_more_is_dropped(models: list[GpuModel]) -> None:
    kept = fullest(models)
    assert set(kept) <= set(models)
    for model in models:
        assert any(
            (k.vendor, k.model) == (model.vendor, model.model)
            and model.vram_gib in (None, k.vram_gib)
            and model.interface in (None, k.interface)
            for k in kept
        )
