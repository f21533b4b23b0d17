"""GPU models as a person lists them."""

from __future__ import annotations

import pytest

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.sdl.edit.gpu_words import chosen_gpus

LISTED = [GpuModel("nvidia", "rtx4090"), GpuModel("nvidia", "a100", 80), GpuModel("nvidia", "a100", 40)]


def test_names_and_classes() -> None:
    assert chosen_gpus("A100, h100", LISTED) == [*LISTED[1:], GpuModel("nvidia", "h100")]
    assert chosen_gpus("24gb", LISTED) == LISTED[:1]
    assert chosen_gpus(">=40 GB,rtx4090", LISTED) == [*LISTED[1:], LISTED[0]]


@pytest.mark.parametrize(
    ("words", "wrong"), [("rtx4900", "rtx4090"), ("16gb", "no GPU with 16gb"), (" ,", "No GPU model is named")]
)
def test_what_is_refused(words: str, wrong: str) -> None:
    with pytest.raises(ValueError, match=wrong):
        chosen_gpus(words, LISTED)
