"""What the messages of a transaction paid, read from its events."""

from __future__ import annotations

from typing import Any

import pytest

from akash_tui.adapters.chain.rest_json.tx import EventJson, TxResponseJson, payments_in
from akash_tui.domain.akash.money import Coin
from tests.adapters.chain.recordings import load, needs_recordings

ME, OTHER = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0", "akash1else"


def event(type: str, **fields: str) -> EventJson:
    attributes = [{"key": key, "value": value} for key, value in fields.items()]
    return EventJson.model_validate({"type": type, "attributes": attributes})


def received(who: str, amount: str, *, of_message: bool = True) -> EventJson:
    return event("coin_received", receiver=who, amount=amount, **({"msg_index": "0"} if of_message else {}))


@pytest.mark.parametrize(
    ("events", "expected"),
    [
        ([received(ME, "4954994uact")], [(ME, Coin("uact", 4954994))]),
        ([received(ME, "5uact"), received(OTHER, "6uact")], [(ME, Coin("uact", 5)), (OTHER, Coin("uact", 6))]),
        ([received(ME, "5uact,7uakt")], [(ME, Coin("uact", 5)), (ME, Coin("uakt", 7))]),
        ([received(ME, "5uact", of_message=False)], []),
        ([event("coin_spent", receiver=ME, amount="5uact", msg_index="0")], []),
        ([event("coin_received", amount="5uact", msg_index="0")], []),
        ([received(ME, "xuact"), received(ME, "-5uact"), received(ME, ""), received(ME, "5")], []),
        ([received(ME, "9" * 4000 + "uact"), received(ME, "\u0665uact")], []),
    ],
)
def test_payments_are_what_messages_gave(events: list[EventJson], expected: list[tuple[str, Coin]]) -> None:
    assert list(payments_in(events)) == expected


def test_without_events_nothing_is_reported() -> None:
    assert TxResponseJson(txhash="ab").value().paid is None


@needs_recordings
def test_the_recorded_close_paid_both_deposits_back() -> None:
    recorded: Any = load("close-deployment-included")["response"]["json"]["tx_response"]
    paid = TxResponseJson.model_validate(recorded).value().paid
    assert paid is not None
    assert sum(coin.amount for to, coin in paid if to == ME and coin.denom == "uact") == 4_954_994 + 2_500_000
