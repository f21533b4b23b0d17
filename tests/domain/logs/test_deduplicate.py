"""Streams that are opened again repeat lines; each is shown once, and none is lost."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.logs.deduplicate import REPEATED, LogDeduplicator


def shown(overlap: LogDeduplicator, *lines: str, pod: str = "p") -> list[str]:
    return [text for line in lines for text in overlap.new_lines(pod, line)]


def test_a_repeated_tail_is_left_out() -> None:
    overlap = LogDeduplicator()
    assert shown(overlap, "a", "b", "c") == ["a", "b", "c"]
    overlap.reopened()
    assert shown(overlap, "b", "c", "d", "e") == ["d", "e"]
    overlap.reopened()
    assert shown(overlap, "d", "e") == []
    assert shown(overlap, "f") == ["f"]


def test_another_log_is_shown_whole() -> None:
    overlap = LogDeduplicator()
    shown(overlap, "a", "b")
    overlap.reopened()
    assert shown(overlap, "x", "y") == ["x", "y"]
    overlap.reopened()
    assert shown(overlap, "new pod", pod="q") == ["new pod"]


def test_equal_lines() -> None:
    overlap = LogDeduplicator()
    shown(overlap, "x", "x", "x")
    overlap.reopened()
    assert shown(overlap, "x", "x", "x", "y") == ["y"]


@given(st.lists(st.integers(0, 400), min_size=1, max_size=300, unique=True), st.data())
def test_distinct_lines_are_shown_once_and_in_order(numbers: list[int], data: st.DataObject) -> None:
    log = [str(n) for n in numbers]
    overlap, at = LogDeduplicator(), 0
    out: list[str] = []
    while at < len(log):
        end = data.draw(st.integers(at, len(log)))
        begin = max(0, at - data.draw(st.integers(0, REPEATED))) if out else 0
        out += shown(overlap, *log[begin : max(end, begin + 1)])
        at = max(end, begin + 1, at)
        overlap.reopened()
    assert out == log
