"""Events of a deploy as lines of text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from akash_tui.cli.event_sentences import event_printer
from akash_tui.domain.akash.entities import BidId, DeploymentId
from akash_tui.domain.akash.money import DecCoin
from akash_tui.services.core.events import BidSeen, BidWent, Chosen, EventHead, ManifestSent, Waiting

OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
PROVIDER = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"
HEAD = EventHead(datetime(2026, 11, 29, tzinfo=UTC), "akashnet-2", OWNER, DeploymentId(OWNER, 7))
BID = BidId(OWNER, 7, 1, 1, PROVIDER)


def test_a_provider_has_the_same_name_in_every_line_as_in_the_app() -> None:
    lines: list[str] = []
    show = event_printer(lines.append, {PROVIDER: "ember.example"}.__getitem__)
    show(BidSeen(HEAD, BID, "127.0.0.1", DecCoin("uact", Decimal(5)), Decimal("0.003"), (), True, "eu-west"))
    show(Chosen(HEAD, BID, Decimal("0.003"), "cheapest", ()))
    show(ManifestSent(HEAD, PROVIDER, 1, 200, "accepted"))
    show(BidWent(HEAD, BID, "withdrawn"))
    assert len(lines) == 4
    assert all("ember.example" in line for line in lines)


def test_a_wait_without_an_acceptable_bid_says_why_and_how_long() -> None:
    lines: list[str] = []
    event_printer(lines.append)(Waiting(HEAD, "No bid can be accepted yet (3 over budget).", 292))
    assert lines == ["… No bid can be accepted yet (3 over budget). Waiting up to 292 s more; ctrl+c ends it."]
