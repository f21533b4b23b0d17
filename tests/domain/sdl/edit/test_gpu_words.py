"""GPU models as a person lists them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.sdl.edit.gpu_words import chosen_gpus, with_own_classes, words_of
from akash_tui.domain.sdl.edit.gpus import ANY_NVIDIA

LISTED = [GpuModel("nvidia", "rtx4090"), GpuModel("nvidia", "a100", 80), GpuModel("nvidia", "a100", 40)]
NETWORK = [
    MarketPrice(gpu, None, None, None, 1, 2, datetime(2026, 1, 1, tzinfo=UTC))
    for gpu in (
        GpuModel("nvidia", "rtx4090", 24, "pcie"),
        GpuModel("nvidia", "a5000", 24, "pcie"),
        GpuModel("nvidia", "l40s", 48, "pcie"),
        GpuModel("nvidia", "a100", 80, "sxm4"),
        GpuModel("amd", "mi100", 32, "pcie"),
    )
]


def test_names_and_classes() -> None:
    assert chosen_gpus("A100, h100", LISTED) == [*LISTED[1:], GpuModel("nvidia", "h100")]
    assert chosen_gpus("24gb", LISTED) == LISTED[:1]
    assert chosen_gpus(">=40 GB,rtx4090", LISTED) == [*LISTED[1:], LISTED[0]]
    assert chosen_gpus("any", LISTED) == [ANY_NVIDIA]
    assert chosen_gpus("a100/80gb/sxm,h200/141Gi", []) == [
        GpuModel("nvidia", "a100", 80, "sxm"),
        GpuModel("nvidia", "h200", 141),
    ]


def test_a_class_takes_what_the_network_has_beside_the_sdl_only_where_that_is_wanted() -> None:
    assert chosen_gpus("24gb", LISTED, NETWORK) == LISTED[:1]
    assert chosen_gpus("24gb", LISTED, NETWORK, beyond=True) == [LISTED[0], GpuModel("nvidia", "a5000")]
    assert chosen_gpus(">=32gb", [], NETWORK, beyond=True) == [
        GpuModel("nvidia", "l40s"),
        GpuModel("nvidia", "a100", 80),
    ], "amd cannot be asked for"


def test_a_listed_model_of_several_sizes_is_narrowed_to_its_class() -> None:
    generic = [GpuModel("nvidia", "a100"), GpuModel("nvidia", "h100", interface="sxm")]
    assert chosen_gpus("80gb", generic) == [GpuModel("nvidia", "a100", 80), generic[1]]
    assert chosen_gpus(">=40gb", generic) == generic


def test_own_classes_stand_for_their_words() -> None:
    own = {"mine": "a100/80gb,rtx4090", "big": ">=48gb"}
    assert with_own_classes("@Mine, h100,@big", own) == "a100/80gb,rtx4090,h100,>=48gb"
    with pytest.raises(ValueError, match=r"There is no class of your own called @x\. There are @mine, @big\."):
        with_own_classes("@x", own)
    with pytest.raises(ValueError, match="none yet"):
        with_own_classes("@x", {})


def test_words_name_exactly_the_models_that_they_were_made_of() -> None:
    models = [*LISTED, GpuModel("nvidia", "h100", None, "sxm"), ANY_NVIDIA]
    assert words_of(models) == "rtx4090,a100/80gb,a100/40gb,h100/sxm,any"
    assert chosen_gpus(words_of(models), []) == models


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        ("rtx4900", "rtx4090"),
        ("16gb", "no GPU with 16gb"),
        (" ,", "No GPU model is named"),
        ("a100/big", "a100/80gb/sxm"),
    ],
)
def test_what_is_refused(words: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        chosen_gpus(words, LISTED)
