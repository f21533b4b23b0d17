"""GPU models and their attribute keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.akash.gpu import CAPABILITY_PREFIX, GpuModel, parse_gpu_key

WORDS = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
MODELS = st.builds(GpuModel, WORDS, st.one_of(WORDS, st.just("*")), st.none() | st.integers(0, 999), st.none() | WORDS)


@given(MODELS)
def test_a_key_is_read_as_it_was_written(model: GpuModel) -> None:
    assert parse_gpu_key(model.key()) == model
    assert parse_gpu_key(CAPABILITY_PREFIX + model.key()) == model


@pytest.mark.parametrize(
    "key",
    [
        "", "vendor/nvidia", "vendor/nvidia/model/", "vendor//model/x", "model/x/vendor/y", "capabilities/cpu",
        "region", "vendor/nvidia/model", "vendor/nvidia/model//ram/80Gi", "gpu/nvidia/model/x", "vendor/nvidia/name/x",
    ],
)  # fmt: skip
def test_what_names_no_gpu(key: str) -> None:
    assert parse_gpu_key(key) is None


@pytest.mark.parametrize(
    "rest",
    [
        "/ram", "/ram/80", "/ram/80Mi", "/ram/²Gi", "/color/red", "/interface/", "/40Gi", "/", "/ram/80Gi/",
        "/ram/80Gi/interface/sxm/mig/1g.10gb", "/mig/1g.10gb/ram/80Gi", "/count/2", "//",
    ],
)  # fmt: skip
def test_a_key_with_more_than_is_known_still_names_its_model(rest: str) -> None:
    for prefix in ("", CAPABILITY_PREFIX):
        assert parse_gpu_key(f"{prefix}vendor/nvidia/model/x{rest}") == GpuModel("nvidia", "x")


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(key: str) -> None:
    model = parse_gpu_key(key)
    assert model is None or parse_gpu_key(model.key()) == model


@pytest.mark.parametrize(
    ("asked", "given_", "fits"),
    [
        ("vendor/nvidia/model/*", "vendor/nvidia/model/a100", True),
        ("vendor/nvidia/model/*", "vendor/amd/model/mi300", False),
        ("vendor/nvidia/model/a100", "vendor/nvidia/model/a100/ram/80Gi", True),
        ("vendor/nvidia/model/a100/ram/80Gi", "vendor/nvidia/model/a100/ram/40Gi", False),
        ("vendor/nvidia/model/a100/ram/80Gi", "vendor/nvidia/model/a100", True),
        ("vendor/nvidia/model/h100/interface/sxm", "vendor/nvidia/model/h100/interface/sxm5", True),
        ("vendor/nvidia/model/h100/interface/pcie", "vendor/nvidia/model/h100/interface/sxm5", False),
    ],
)
def test_what_fulfils_a_request(asked: str, given_: str, fits: bool) -> None:
    a, b = parse_gpu_key(asked), parse_gpu_key(given_)
    assert a is not None
    assert b is not None
    assert a.matches(b) is fits


@given(MODELS)
def test_every_model_fulfils_itself(model: GpuModel) -> None:
    assert model.matches(model)
