"""Cycles are searched for when no key waits, and what is kept out of the search is not kept for ever."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator
from functools import partial

import pytest

from akash_tui.ui.session import gc_pauses
from tests.ui.fakes import Stage_


class Knot:
    """Holds itself."""

    def __init__(self) -> None:
        self.own = self


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    thresholds = gc.get_threshold()
    yield
    gc.set_threshold(*thresholds)
    gc.freeze()  # as after the collection of the tests


def test_what_stays_is_kept_out_of_the_search_that_a_key_would_wait_for() -> None:
    gc.unfreeze()
    gc_pauses.settle()
    assert gc.get_freeze_count() > 10 * gc.get_count()[0]
    assert gc.get_threshold() == (gc_pauses.YOUNG, gc_pauses.MIDDLE, gc_pauses.ALL)


@pytest.mark.parametrize("kept_out", [gc_pauses.settle, gc_pauses.freeze])
def test_a_session_that_was_left_is_freed_by_the_next_one(kept_out: object) -> None:
    knot = Knot()
    left = weakref.ref(knot)
    assert callable(kept_out)
    kept_out()
    del knot
    gc.collect()
    assert left() is not None
    gc_pauses.settle()
    assert left() is None


async def test_where_the_process_is_not_the_apps_own_nothing_is_changed(
    scene: Stage_, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = gc.get_threshold()
    changes: list[str] = []  # not a count of frozen objects: some of those are freed meanwhile
    for name in ("freeze", "unfreeze"):
        monkeypatch.setattr(gc, name, partial(changes.append, name))
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
    assert (gc.get_threshold(), changes) == (before, [])


async def test_a_session_that_opened_on_a_terminal_settles(scene: Stage_, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(type(scene.app), "is_headless", False)
    async with scene.app.run_test() as pilot:
        await scene.ready(pilot)
        await pilot.pause()
        assert gc.get_threshold() == (gc_pauses.YOUNG, gc_pauses.MIDDLE, gc_pauses.ALL)
