"""The GPU models to choose from for an SDL."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.market.gpu_choices import GpuChoice, gpu_choices, network_models
from akash_tui.domain.market.observations import MarketPrice

NOW = datetime(2026, 1, 1, tzinfo=UTC)
RTX4090, A100, L40S = (GpuModel("nvidia", name) for name in ("rtx4090", "a100", "l40s"))


def price(gpu: GpuModel, median: str | None, free: int | None = 1, total: int | None = 4) -> MarketPrice:
    return MarketPrice(gpu, None, None if median is None else Decimal(median), None, free, total, NOW)


PRICES = [
    price(GpuModel("nvidia", "rtx4090", 24, "pcie"), "0.42", 31, 120),
    price(GpuModel("nvidia", "a100", 80, "sxm4"), "0.98", 2, 8),
    price(GpuModel("nvidia", "a100", 80, "pcie"), "0.90"),
    price(GpuModel("nvidia", "a100", 40, "pcie"), "0.74"),
    price(GpuModel("nvidia", "l40s", 48, "pcie"), None, None),
    price(GpuModel("amd", "mi100", 32, "pcie"), "0.2"),
]


def shown(choice: GpuChoice) -> tuple[str, ...]:
    return choice.name, choice.vram, choice.interface, choice.stock, choice.median, "on" if choice.on else ""


def test_the_listed_ones_come_first_then_all_of_the_network_and_ticks_move_nothing() -> None:
    listed = [A100, RTX4090]
    rows = gpu_choices(listed, {A100}, PRICES)
    assert [shown(row) for row in rows] == [
        ("a100", "40–80 GB", "sxm, pcie", "4/16", "0.74–0.98", "on"),
        ("rtx4090", "24 GB", "pcie", "31/120", "0.42", ""),
        ("l40s", "48 GB", "pcie", "?/4", "?", ""),
        ("mi100", "32 GB", "pcie", "1/4", "0.20", ""),
    ]
    assert [row.listed for row in rows] == [True, True, False, False]
    assert not rows[-1].can_ask
    assert [row.id for row in gpu_choices(listed, {L40S, RTX4090}, PRICES)] == [row.id for row in rows]


def test_the_network_names_what_tells_its_cards_apart() -> None:
    assert network_models(PRICES) == [
        RTX4090,
        GpuModel("nvidia", "a100", 80),
        GpuModel("nvidia", "a100", 40),
        L40S,
        GpuModel("amd", "mi100"),
    ]
    listed = [GpuModel("nvidia", "a100", 80, "sxm"), GpuModel("nvidia", "*")]
    assert network_models(PRICES, listed)[1] == GpuModel("nvidia", "a100", 80, "pcie")


def test_what_nobody_has_is_shown_by_what_is_known_of_it() -> None:
    rows = gpu_choices([GpuModel("nvidia", "h200"), GpuModel("nvidia", "x1"), GpuModel("nvidia", "*")], set(), [])
    assert [shown(row) for row in rows] == [
        ("h200", "141 GB", "sxm", "?", "?", ""),
        ("x1", "?", "?", "?", "?", ""),
        ("any nvidia", "any", "any", "?", "?", ""),
    ]


def test_an_accepted_model_that_neither_lists_has_a_row_of_its_own() -> None:
    narrow = GpuModel("nvidia", "a100", 80)
    rows = gpu_choices([A100], {narrow}, PRICES)
    assert [(row.model, row.on) for row in rows[:1]] == [(A100, False)]
    assert [row.stock for row in rows if row.model == narrow and row.on] == ["3/12"]
