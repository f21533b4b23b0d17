"""A highest price an hour, written per block."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, UACT, per_hour
from akash_tui.domain.akash.resources import highest_price
from akash_tui.services.storage.presets import Presets

READER = SdlFiles()


@pytest.mark.parametrize("name", ["vllm-chat", "ollama-webui", "multi-node"])
def test_all_groups_together_cost_that_much_at_most(tmp_path: Path, name: str) -> None:
    text = Presets(tmp_path).find(name).text()
    changed = READER.with_highest_price(text, Decimal("0.5"), ASSUMED_BLOCK_TIME)
    price = highest_price(READER.read(changed).groups, UACT)
    assert price is not None
    assert Decimal("0.49") < per_hour(price, ASSUMED_BLOCK_TIME) <= Decimal("0.5")
    same = [line for line in changed.splitlines() if "amount:" not in line]
    assert same == [line for line in text.splitlines() if "amount:" not in line]


def test_a_comment_that_says_it_for_an_hour_says_the_new_price(tmp_path: Path) -> None:
    text = Presets(tmp_path).find("vllm-chat").text()
    assert "amount: 5000 # at most about 2.95 ACT an hour\n" in text
    changed = READER.with_highest_price(text, Decimal("0.5"), ASSUMED_BLOCK_TIME)
    assert "amount: 846 # at most about 0.50 ACT an hour\n" in changed
    other = READER.with_highest_price(
        text.replace("# at most about 2.95", "# mine: 2.95"), Decimal(1), ASSUMED_BLOCK_TIME
    )
    assert "# mine: 2.95 ACT an hour\n" in other


def test_without_a_price_there_is_nothing_to_change() -> None:
    with pytest.raises(ValueError, match="no price"):
        READER.with_highest_price("version: '2.0'\n", Decimal(1), ASSUMED_BLOCK_TIME)
