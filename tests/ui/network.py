"""A network with many GPU models, and the shipped presets, for tests of the deploy screen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.services.storage.presets import Presets
from tests.ui.fakes import Stage_

TEMPLATES = Path(__file__).resolve().parents[2] / "sdl_templates"
_ROWS = """
rtx3060 12 pcie 6 9 0.11; rtx3080 10 pcie 2 4 0.16; rtx3090 24 pcie 18 40 0.24; rtx3090ti 24 pcie 3 8 0.27
rtx4070ti 12 pcie 1 2 0.19; rtx4080 16 pcie 0 3 0.26; rtx4090 24 pcie 31 120 0.42; rtx5090 32 pcie 4 24 0.66
t4 16 pcie 9 18 0.15; a5000 24 pcie 4 16 0.36; p40 24 pcie 7 8 0.10; rtxa6000 48 pcie 5 22 0.55; l40s 48 pcie 8 30 0.79
a100 40 pcie 2 6 0.74; a100 80 pcie 4 20 0.92; a100 80 sxm4 6 52 0.98; h100 80 sxm5 2 96 1.74; h200 141 sxm5 0 64 2.32
"""


def prices(now: datetime) -> list[MarketPrice]:
    """Medians and counts of each model, three minutes old."""
    out = []
    for row in _ROWS.replace("\n", ";").split(";"):
        if not row.strip():
            continue
        name, vram, interface, free, total, median = row.split()
        gpu = GpuModel("nvidia", name, int(vram), interface)
        half = Decimal(median)
        read_at = now - timedelta(minutes=3)
        out.append(MarketPrice(gpu, half / 2, half, half * 2, int(free), int(total), read_at))
    mi100 = GpuModel("amd", "mi100", 32, "pcie")
    return [*out, MarketPrice(mi100, None, None, None, 2, 2, now - timedelta(minutes=3))]


PRICES = prices(datetime(2026, 1, 1, tzinfo=UTC))


def with_network(scene: Stage_) -> None:
    """Let the session know that network."""
    assert scene.app.session is not None
    scene.app.session.provider_cache.prices = prices(scene.program.clock.now())


def with_shipped(scene: Stage_) -> None:
    """Let the program have the presets that it is shipped with."""
    scene.program.presets = Presets(scene.program.home, TEMPLATES)
