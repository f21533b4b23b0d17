"""Events as text: each failure on stderr as every error is, and what to do with an order that stays open."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from akash_tui.cli.event_sentences import event_printer, event_sentence
from akash_tui.domain.akash.entities import BidId, DeploymentId
from akash_tui.services.core.events import Chosen, Done, EventHead, Failed, Rejection

HEAD = EventHead(datetime(2026, 11, 28, tzinfo=UTC), "fake-1", "akash1owner", DeploymentId("akash1owner", 77))


@pytest.mark.parametrize(("pricier", "words"), [(0, None), (1, "1 other costs more"), (2, "2 others cost more")])
def test_the_bids_that_cost_more_are_counted(pricier: int, words: str | None) -> None:
    rejected = tuple(Rejection(f"akash1p{n}", "dearer", "costs more") for n in range(pricier))
    shown = event_sentence(Chosen(HEAD, BidId("akash1owner", 77, 1, 1, "akash1p"), Decimal(1), "cheapest", rejected))
    assert shown.splitlines()[1:] == ([f"    {words}"] if words else [])


def test_a_failure_is_printed_as_every_error_is(capsys: pytest.CaptureFixture[str]) -> None:
    lines: list[str] = []
    event_printer(lines.append)(Failed(HEAD, "bids", "no_bid", "No bid came within 5 min.", "Deploy again."))
    shown = capsys.readouterr()
    assert (lines, shown.out) == ([], "")
    assert shown.err == "error: No bid came within 5 min.\ntry: Deploy again.\n"


def test_an_order_that_stays_open_ends_with_what_to_do_next() -> None:
    first, *more = event_sentence(Done(HEAD, 0, "open")).splitlines()
    assert first == "done: open"
    text = "\n".join(more)
    assert all(part in text for part in ("holds its deposit", "akash-tui bids 77", "akash-tui lease close 77"))
    assert text.endswith(".")
    assert event_sentence(Done(HEAD, 0, "running")) == "done: running"
