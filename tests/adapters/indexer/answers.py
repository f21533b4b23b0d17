"""What an indexer's answer holds, for tests that asked without conditions."""

from __future__ import annotations

from typing import TypeVar

from akash_tui.services.ports.indexer import SourceAnswer, Unchanged

T = TypeVar("T")


def value_of(answer: SourceAnswer[T]) -> T:
    """The value; fails if the indexer said that nothing changed."""
    assert not isinstance(answer.value, Unchanged)
    return answer.value
