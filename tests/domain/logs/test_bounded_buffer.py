"""Only the newest stay: by number and by size."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.logs.bounded_buffer import BoundedBuffer


@given(st.lists(st.integers(0, 50)), st.integers(1, 10), st.integers(0, 100))
def test_what_stays_is_the_newest_within_number_and_room(sizes: list[int], most: int, room: int) -> None:
    kept: BoundedBuffer[int] = BoundedBuffer(most, room)
    for number, size in enumerate(sizes):
        kept.add(number, size)
    stays = list(kept)
    assert stays == list(range(len(sizes) - len(stays), len(sizes)))
    assert len(stays) <= most
    assert sum(sizes[i] for i in stays) <= room or len(stays) == 1
    if 0 < len(stays) < len(sizes):  # one more would have been too much
        assert len(stays) == most or sum(sizes[len(sizes) - len(stays) - 1 :]) > room


def test_what_was_taken_makes_room() -> None:
    kept: BoundedBuffer[str] = BoundedBuffer(10, 3)
    kept.add("a", 3)
    assert kept.take() == "a"
    kept.add("b", 2)
    kept.add("c", 1)
    assert list(kept) == ["b", "c"]
    kept.clear()
    assert len(kept) == 0
    with pytest.raises(IndexError):
        kept.take()
