"""A provider's own record as a tenant reads it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.provider import Provider, ProviderProfile, fullest, provider_name
from akash_tui.domain.akash.resources import Attribute
from tests.domain.bids.values import nvidia, profile, provider


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


def listed(host_uri: str = "", name: str | None = None, organization: str | None = None) -> ProviderProfile:
    return replace(profile("akash1p"), name=name, host_uri=host_uri, organization=organization)


AT_A_NAME = "https://provider.europlots.com:8443"
AT_A_NUMBER = "https://127.0.0.1:8443"


@pytest.mark.parametrize(
    ("record", "profile", "full", "short"),
    [
        ((AT_A_NAME, "Euro Plots"), None, "Euro Plots (europlots.com)", "europlots.com"),
        (None, listed(AT_A_NAME, None, "Euro Plots"), "Euro Plots (europlots.com)", "europlots.com"),
        ((AT_A_NAME, "Euro Plots"), listed(AT_A_NAME, "provider.europlots.com"), "Euro Plots (europlots.com)", None),
        ((AT_A_NAME, None), listed(AT_A_NAME, None, "Euro Plots"), "Euro Plots (europlots.com)", None),
        ((AT_A_NAME, None), None, "europlots.com", "europlots.com"),
        ((AT_A_NAME, "EuroPlots.com"), None, "europlots.com", "europlots.com"),
        ((AT_A_NUMBER, "Attic Rigs"), None, "Attic Rigs", "Attic Rigs"),
        ((AT_A_NUMBER, "Attic Rigs"), listed(AT_A_NUMBER, "attic.example"), "Attic Rigs (attic.example)", None),
        ((AT_A_NUMBER, None), None, "akash1qqu…kf3", "akash1qqu…kf3"),
        (None, None, "akash1qqu…kf3", "akash1qqu…kf3"),
    ],
)
def test_one_name_whoever_tells_it(
    record: tuple[str, str | None] | None, profile: ProviderProfile | None, full: str, short: str | None
) -> None:
    address = "akash1qqu2345678901234567890123456789kf3"
    attributes = (Attribute("host", "akash"), Attribute("organization", (record and record[1]) or ""))
    name = provider_name(address, Provider(address, record[0], attributes) if record else None, profile)
    assert name.full == full
    assert name.short == (short or full.partition("(")[2].rstrip(")"))
    assert name.filled(profile) == name, "nothing of the profile was left out"


def test_a_long_organization_cannot_hide_the_host() -> None:
    name = provider_name("p", Provider("p", AT_A_NAME, (Attribute("organization", "x" * 200),)))
    assert name.full.endswith("… (europlots.com)")
    assert len(name.full) < 60
