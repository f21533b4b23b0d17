"""Why a lease ended, and what it cost, from the recorded words of the chain."""

from __future__ import annotations

from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import Lease, LeaseId, LeaseState
from akash_tui.domain.akash.lease_end import by_provider, how_long, seconds_text, spent, why_ended
from akash_tui.domain.akash.money import DecCoin


def lease(state: LeaseState, reason: str, closed_on: int = 0) -> Lease:
    return Lease(LeaseId("o", 1, 1, 1, "p"), state, DecCoin("uact", Decimal("1.5")), 100, closed_on, reason)


@pytest.mark.parametrize(
    ("state", "reason", "description", "theirs"),
    [
        (LeaseState.ACTIVE, "lease_closed_invalid", "", False),
        (LeaseState.CLOSED, "lease_closed_owner", "you closed it", False),
        (LeaseState.CLOSED, "lease_closed_reason_unstable", "kept failing", True),
        (LeaseState.CLOSED, "lease_closed_reason_manifest_timeout", "no manifest", True),
        (LeaseState.INSUFFICIENT_FUNDS, "lease_closed_reason_insufficient_funds", "ran out", False),
        (LeaseState.INSUFFICIENT_FUNDS, "", "ran out", False),
        (LeaseState.CLOSED, "lease_closed_invalid", "no reason", False),
        (LeaseState.CLOSED, "lease_closed_reason_new_one", "lease_closed_reason_new_one", True),
    ],
)
def test_words(state: LeaseState, reason: str, description: str, theirs: bool) -> None:
    assert description in why_ended(lease(state, reason))
    assert bool(why_ended(lease(state, reason))) is bool(description)
    assert by_provider(lease(state, reason)) is theirs


def test_cost_counts_to_the_end_or_to_now() -> None:
    assert spent(lease(LeaseState.ACTIVE, ""), 110) == 15
    assert spent(lease(LeaseState.CLOSED, "", closed_on=104), 110) == 6
    assert spent(lease(LeaseState.ACTIVE, ""), 90) == 0


@pytest.mark.parametrize(
    ("hours", "description"),
    [("0.01", "less than a minute"), ("0.5", "30 min"), ("5.44", "5 h 26 min"), ("76.5", "3 d 4 h")],
)
def test_how_long_funds_last_is_said_in_words(hours: str, description: str) -> None:
    assert how_long(Decimal(hours)) == description


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.5, "0.5 s"),
        (25, "25 s"),
        (60, "1 min"),
        (90, "1 min 30 s"),
        (1800, "30 min"),
        (3600, "1 h 0 min"),
        (5400, "1 h 30 min"),
    ],
)
def test_a_duration_that_somebody_has_set(seconds: float, text: str) -> None:
    assert seconds_text(seconds) == text
