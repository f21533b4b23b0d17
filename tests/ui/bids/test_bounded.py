"""Hours of bids coming and going: everything that is kept of them stays as large as what there is to see."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

import pytest

from akash_tui.domain.bids.bid_book import FORGET_SECONDS
from akash_tui.ui.bids import bid_list
from tests.bench.flood import Flood

BIDS = 60


def kept(thing: Any, name: str = "", depth: int = 3) -> dict[str, int]:
    """How many things stand in each container that an object of ours holds, by the way there."""
    found: dict[str, int] = {}
    slots = [slot for kind in type(thing).__mro__ for slot in getattr(kind, "__slots__", ())]
    values = {slot: getattr(thing, slot) for slot in slots if hasattr(thing, slot)} | getattr(thing, "__dict__", {})
    for key, value in values.items():
        way = f"{name}.{key}"
        if isinstance(value, Sized) and not isinstance(value, str | bytes):
            found[way] = len(value)
        elif depth and type(value).__module__.startswith("akash_tui"):
            found |= kept(value, way, depth - 1)
    return found


def test_nothing_grows_with_the_bids_that_went(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bid_list, "SPARE", BIDS)
    flood = Flood(BIDS, cells_every=60)
    flood.play(int(FORGET_SECONDS) + 700)
    early = max(len(flood.book), 1)
    sizes: dict[str, int] = {}

    def look(at: int) -> None:
        if at % 5:
            return
        for thing, name in ((flood.bid_list, "bid_list"), (flood.book, "book"), (flood.emitter, "emitter")):
            for way, size in kept(thing, name).items():
                sizes[way] = max(sizes.get(way, 0), size)

    flood.play(3600, look)
    assert flood.met > 20 * BIDS, "many came and went"
    assert len(flood.book) <= 1.2 * early
    most = BIDS * (1 + (FORGET_SECONDS + 60) / 300)  # those that are there, and those not forgotten yet
    assert sizes["book._entries"] <= most
    assert sizes["book._rows.providers"] <= most
    assert {way: size for way, size in sizes.items() if size > 2 * most + 100} == {}
    assert sizes["emitter._states"] > BIDS, "and the measure sees what is kept"
    assert sizes["bid_list._lines"] >= BIDS
