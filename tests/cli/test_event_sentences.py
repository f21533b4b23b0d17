"""Events as text: each failure on stderr as every error is, and what to do with an order that stays open."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from akash_tui.cli.event_sentences import event_printer, event_sentence
from akash_tui.domain.akash.entities import BidId, DeploymentId
from akash_tui.domain.akash.money import DecCoin
from akash_tui.domain.bids.decision import Reason, Rejection
from akash_tui.services.core.events import (
    BidSeen,
    BidWent,
    Chosen,
    Done,
    EventHead,
    Failed,
    ManifestSent,
    Waiting,
)

HEAD = EventHead(datetime(2026, 11, 28, tzinfo=UTC), "fake-1", "akash1owner", DeploymentId("akash1owner", 77))


@pytest.mark.parametrize(("pricier", "words"), [(0, None), (1, "1 other costs more"), (2, "2 others cost more")])
def test_the_bids_that_cost_more_are_counted(pricier: int, words: str | None) -> None:
    rejected = tuple(Rejection(f"akash1p{n}", Reason.MORE_EXPENSIVE, "costs more") for n in range(pricier))
    shown = event_sentence(Chosen(HEAD, BidId("akash1owner", 77, 1, 1, "akash1p"), Decimal(1), "cheapest", rejected))
    assert shown.splitlines()[1:] == ([f"    {words}"] if words else [])


def test_a_choice_of_several_groups_says_what_is_chosen_so_far() -> None:
    bid = BidId("akash1owner", 77, 2, 1, "akash1p")
    chosen = Chosen(HEAD, bid, Decimal("0.03"), "cheapest", (), Decimal("0.95"), Decimal("0.25"))
    assert event_sentence(chosen).endswith(
        "at ≈ $0.03/h, ≈ $0.95/h with the groups before; the budget leaves ≈ $0.25/h"
    )
    assert (chosen.to_json()["total_h"], chosen.to_json()["budget_left_h"]) == ("0.95", "0.25")


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
    assert all(
        part in text
        for part in ("holds its deposit", "akash-tui bids 77", "lease accept 77 --cheapest", "akash-tui lease close 77")
    )
    assert text.endswith(".")
    assert event_sentence(Done(HEAD, 0, "running")) == "done: running"


OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
PROVIDER = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"
NAMED_HEAD = EventHead(datetime(2026, 11, 29, tzinfo=UTC), "akashnet-2", OWNER, DeploymentId(OWNER, 7))
BID = BidId(OWNER, 7, 1, 1, PROVIDER)


def test_a_provider_has_the_same_name_in_every_line_as_in_the_app() -> None:
    lines: list[str] = []
    show = event_printer(lines.append, {PROVIDER: "ember.example"}.__getitem__)
    show(BidSeen(NAMED_HEAD, BID, "127.0.0.1", DecCoin("uact", Decimal(5)), Decimal("0.003"), (), True, "eu-west"))
    show(Chosen(NAMED_HEAD, BID, Decimal("0.003"), "cheapest", ()))
    show(ManifestSent(NAMED_HEAD, PROVIDER, 1, 200, "accepted"))
    show(BidWent(NAMED_HEAD, BID, "withdrawn"))
    assert len(lines) == 4
    assert all("ember.example" in line for line in lines)


def test_a_wait_without_an_acceptable_bid_says_why_and_how_long() -> None:
    lines: list[str] = []
    event_printer(lines.append)(Waiting(NAMED_HEAD, "No bid can be accepted yet (3 over budget).", 292))
    assert lines == ["… No bid can be accepted yet (3 over budget). Waiting up to 292 s more; ctrl+c ends it."]
