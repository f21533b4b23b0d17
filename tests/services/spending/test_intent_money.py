"""What a transaction of the journal took and gave: exact where that is known, marked where it is an estimate."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.spending.intent_money import IntentMoney, coin_of, intent_money
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome


def intent(kind: IntentKind, outcome: Outcome = Outcome.DONE, **about: Any) -> Intent:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    return Intent(1, kind, "fake-1", "akash1owner", 42, "AB", None, about, at, outcome, 7, 0, "")


FEE: dict[str, Any] = {"fee": "4500uakt"}
GRANTED = [{"granter": "akash1ann", "amount": "10uact"}, {"granter": "akash1ben", "amount": "20uact"}]


@pytest.mark.parametrize(
    ("of", "money"),
    [
        (intent(IntentKind.CREATE, deposit="5000000uact", **FEE), IntentMoney(-5_000_000, -4_500)),
        (intent(IntentKind.LEASE, extra_deposit="", **FEE), IntentMoney(0, -4_500)),
        (intent(IntentKind.LEASE, extra_deposit="70uact", **FEE), IntentMoney(-70, -4_500)),
        (intent(IntentKind.CREATE, Outcome.FAILED, deposit="5000000uact", **FEE), IntentMoney(0, -4_500)),
        (intent(IntentKind.CREATE, Outcome.NEVER, deposit="5000000uact", **FEE), IntentMoney(0, 0)),
        (intent(IntentKind.CREATE, Outcome.OPEN, deposit="5000000uact", **FEE), IntentMoney(None, None)),
        (intent(IntentKind.CREATE, Outcome.UNKNOWN, deposit="5000000uact", **FEE), IntentMoney(None, None)),
        (intent(IntentKind.CLOSE, refund_estimate="4uact", **FEE), IntentMoney(4, -4_500, UACT)),
        (intent(IntentKind.CLOSE, refund_estimate="4uact", received=["3uact"]), IntentMoney(3, 0)),
        (intent(IntentKind.CLOSE), IntentMoney(0, 0)),
        (intent(IntentKind.CREATE, deposit="50uact", granted=GRANTED, **FEE), IntentMoney(-20, -4_500)),
        (intent(IntentKind.CREATE, deposit="50uact", fee_granter="akash1ann", **FEE), IntentMoney(-50, 0)),
        (intent(IntentKind.CREATE, deposit="50uact", granted=[7, {}], **FEE), IntentMoney(-50, -4_500)),
        (intent(IntentKind.MINT, burn="10uakt", gives="9uact", **FEE), IntentMoney(9, -4_510, UACT)),
        (intent(IntentKind.BURN, burn="9uact", gives="10uakt", **FEE), IntentMoney(-9, -4_490, UAKT)),
        (intent(IntentKind.MINT, burn="10uakt", gives="9uact", gave="8uact", **FEE), IntentMoney(8, -4_510)),
        (intent(IntentKind.MINT, burn="10uakt", gives="9uact", gave="10uakt", **FEE), IntentMoney(0, -4_500)),
    ],
)
def test_what_it_took_and_gave(of: Intent, money: IntentMoney) -> None:
    assert intent_money(of, [of]) == money


def test_what_came_back_for_several_is_of_none_of_them_alone() -> None:
    first = intent(IntentKind.CLOSE, refund_estimate="4uact", received=["9uact"], **FEE)
    other = intent(IntentKind.CLOSE, refund_estimate="5uact")
    both = [first, other]
    assert [intent_money(each, both) for each in both] == [IntentMoney(4, -4_500, UACT), IntentMoney(5, 0, UACT)]


@pytest.mark.parametrize("text", [None, 5, "", "uakt", "12", "-5uakt", "٥uakt", "1" * 39 + "uakt"])
def test_what_is_no_coin_is_none(text: object) -> None:
    assert coin_of(text) is None
