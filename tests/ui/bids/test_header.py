"""The lines above the bid list: what is said where no model has a best price."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from akash_tui.ui.bids.header import why_no_best
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import run


@pytest.mark.parametrize(("bids", "words"), [(0, "no bid yet"), (3, "no GPU asked for")])
def test_bids_of_a_group_without_gpus_are_not_said_to_be_missing(bids: int, words: str) -> None:
    made = run(FrozenClock())  # one of its groups asks for GPUs
    shown = SimpleNamespace(all_disclosed=True, count=bids)
    assert any(group.gpu_models for group in made.groups.values())
    assert why_no_best(made, shown) == words  # type: ignore[arg-type]
