"""The table of GPU models: the shared facts, names people mistype, VRAM-first choices."""

from __future__ import annotations

import pytest

from akash_tui.domain.gpu_table import CARDS, enough_vram, fits, nearest, variants
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
    assert {(c.vendor, c.name, c.vram_gib, c.interface) for c in CARDS} == facts


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


def test_variants_and_fit() -> None:
    assert [c.vram_gib for c in variants("nvidia", "v100")] == [16, 32, 32]
    assert fits("nvidia", "a100", 80, "sxm")
    assert fits("nvidia", "a100", None, "sxm4")
    assert not fits("nvidia", "rtx4090", 48, None)
    assert not fits("nvidia", "nope", None, None)


def test_choosing_by_vram() -> None:
    single = enough_vram(48)
    assert all(c.count == 1 and c.total_gib >= 48 and not c.split for c in single)
    assert {c.card.name for c in single} >= {"a40", "rtxa6000", "h100", "a100"}
    assert "rtx4090" not in {c.card.name for c in single}
    double = enough_vram(48, 2)
    assert double[: len(single)] == single
    assert {c.card.name for c in double if c.split} >= {"rtx4090", "rtx3090"}
    assert all(c.count == 2 and c.total_gib >= 48 for c in double if c.split)
    assert enough_vram(10_000, 8) == ()
    assert {c.card.vendor for c in enough_vram(1, vendor="amd")} == {"amd"}
