"""How long after its block a bid stands on the screen."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.figures import Skipped


def run(bids: int) -> Iterator[str]:
    raise Skipped("not there yet")
    yield ""
