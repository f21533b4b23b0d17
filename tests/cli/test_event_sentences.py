"""Events of a deploy as lines of text."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from akash_tui.cli.event_sentences import event_printer
from akash_tui.domain.akash.entities import BidId, DeploymentId
from akash_tui.domain.akash.money import DecCoin
from akash_tui.domain.akash.provider import Provider, display_name
from akash_tui.services.core.events import BidSeen, BidWent, Chosen, EventHead, ManifestSent, Waiting

OWNER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
PROVIDER = "akash1365yvmc4s7awdyj3n2sav7xfx76adc6dnmlx63"
HEAD = EventHead(datetime(2026, 11, 29, tzinfo=UTC), "akashnet-2", OWNER, DeploymentId(OWNER, 7))
BID = BidId(OWNER, 7, 1, 1, PROVIDER)


def printed(host: str | None) -> list[str]:
    lines: list[str] = []
    show = event_printer(lines.append)
    show(BidSeen(HEAD, BID, host, DecCoin("uact", Decimal(5)), Decimal("0.003"), (), True, "eu-west"))
    show(Chosen(HEAD, BID, Decimal("0.003"), "cheapest", ()))
    show(ManifestSent(HEAD, PROVIDER, 1, 200, "accepted"))
    show(BidWent(HEAD, BID, "withdrawn"))
    return lines


def test_a_provider_has_the_same_name_in_every_line_as_in_the_app() -> None:
    name = display_name(PROVIDER, Provider(PROVIDER, "https://provider.example.org:8443"))
    lines = printed("provider.example.org")
    assert name == "example.org"
    assert len(lines) == 4
    assert all(name in line for line in lines)


def test_without_a_host_it_is_its_short_address() -> None:
    assert all(display_name(PROVIDER, None) in line or PROVIDER in line for line in printed(None))


def test_a_wait_without_an_acceptable_bid_says_why_and_how_long() -> None:
    lines: list[str] = []
    event_printer(lines.append)(Waiting(HEAD, "No bid can be accepted yet (3 over budget).", 292))
    assert lines == ["… No bid can be accepted yet (3 over budget). Waiting up to 292 s more; ctrl+c ends it."]
