"""The table of GPU models: the shared facts, names people mistype, VRAM-first choices."""

from __future__ import annotations

import pytest

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.gpu_table import CARDS, nearest, variants
from tests.conformance import SHARED, load


def test_the_table_says_what_the_network_says() -> None:
    facts = {
        (
            vendor["name"],
            d["name"],
            int(d["memory_size"].removesuffix("Gi")),
            d["interface"].lower()[:4].rstrip("0123456789"),
        )
        for vendor in load(SHARED / "indexer" / "gpus.json").values()
        for d in vendor["devices"].values()
    }
    assert {(c.vendor, c.model, c.vram_gib, c.interface) for c in CARDS} == facts


@pytest.mark.parametrize(
    ("name", "best"),
    [("rtx-4090", "rtx4090"), ("RTX4090", "rtx4090"), ("4090", "rtx4090"), ("a6000", "rtxa6000"), ("h100-sxm", "h100"),
     ("NVIDIA A100 80GB", "a100"), ("rtx4080super", "rtx4080s"), ("Tesla T4", "t4")],
)  # fmt: skip
def test_nearest_name(name: str, best: str) -> None:
    assert nearest("nvidia", name)[0] == best


def test_nothing_near_is_said_so() -> None:
    assert nearest("nvidia", "quantum") == ()
    assert nearest("amd", "mi10")[0] == "mi100"


@pytest.mark.parametrize(
    ("wanted", "exists"),
    [
        (GpuModel("nvidia", "a100", 80, "sxm"), True),
        (GpuModel("nvidia", "a100", None, "sxm4"), True),
        (GpuModel("nvidia", "rtx4090", 48), False),
        (GpuModel("nvidia", "nope"), False),
    ],
)
def test_variants_and_fit(wanted: GpuModel, exists: bool) -> None:
    assert [c.vram_gib for c in variants("nvidia", "v100")] == [16, 32, 32]
    assert any(wanted.matches(card) for card in variants(wanted.vendor, wanted.model)) is exists
