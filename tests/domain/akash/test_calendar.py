"""What is announced, in words: an upgrade ahead, a halt, and the end of new deployments."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.domain.akash.calendar import Calendar, ChainPlans, Upgrade

NOW = datetime(2026, 12, 1, 12, 0, tzinfo=UTC)
DAY = 14_400
"""Blocks of six seconds."""


def calendar(upgrade: Upgrade | None = None, ended_at: int | None = None, **changes: Any) -> Calendar:
    values: dict[str, Any] = {
        "network": "mainnet",
        "plans": ChainPlans(upgrade, ended_at),
        "height": 1_000_000,
        "time": NOW,
        "block_seconds": Decimal(6),
        "now": NOW,
    }
    return Calendar(**(values | changes))


def ahead(name: str, days: float) -> Calendar:
    return calendar(Upgrade(name, 1_000_000 + int(days * DAY)))


def test_nothing_announced_says_nothing() -> None:
    quiet = calendar()
    assert (quiet.headline, quiet.advice, quiet.is_urgent, quiet.halted_since) == ("", "", False, None)
    assert quiet.warnings(new=True, mint=True, lasts_until=NOW + timedelta(days=500)) == ()


def test_an_upgrade_ahead_has_its_name_height_and_about_when() -> None:
    seen = ahead("v2.2.0", 5)
    assert seen.headline == ("Upgrade v2.2.0 at block 1,072,000, about 2026-12-06: the chain halts for it.")
    assert "leases keep running and cost nothing" in seen.advice
    assert not seen.is_urgent
    assert seen.warnings(new=True, lasts_until=NOW + timedelta(days=500)) == ()


def test_a_day_before_it_a_quote_warns() -> None:
    assert "about 2026-12-02 00:00 UTC" in ahead("v2.2.0", 0.5).headline
    (warning,) = ahead("v2.2.0", 0.5).warnings(new=True)
    assert warning.startswith("A node reports: Upgrade v2.2.0 at block ")


@pytest.mark.parametrize("height", [2**64 - 1, 10**12])
def test_a_date_that_is_too_far_away_is_not_given(height: int) -> None:
    assert calendar(Upgrade("v9", height)).headline == f"Upgrade v9 at block {height:,}: the chain halts for it."


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_an_absurd_time_of_a_node_breaks_nothing(year: int) -> None:
    odd = calendar(Upgrade("v9-sunset", 1_000_100), time=datetime(year, 12, 31, tzinfo=UTC))
    assert "v9-sunset" in odd.headline
    assert odd.warnings(new=True, mint=True, lasts_until=NOW)


# --- the halt -----------------------------------------------------------------------------------


def test_the_last_block_before_it_with_none_after_it_is_the_halt() -> None:
    halted = calendar(Upgrade("v2.2.0", 1_000_001), now=NOW + timedelta(minutes=5))
    assert halted.halted_since == NOW
    assert halted.headline == "mainnet is halted for upgrade v2.2.0 since 12:00:00 UTC."
    assert "cost nothing" in halted.advice
    assert "do not repeat it" in halted.advice
    assert halted.is_urgent


def test_a_halt_of_yesterday_has_its_date() -> None:
    halted = calendar(Upgrade("v2.2.0", 1_000_001), now=NOW + timedelta(days=2))
    assert halted.headline.endswith("since 2026-12-01 12:00 UTC.")


@pytest.mark.parametrize(("height", "age"), [(1_000_001, 20), (1_000_002, 600), (999_999, 600)])
def test_a_slow_block_or_a_stop_elsewhere_is_no_upgrade(height: int, age: int) -> None:
    assert calendar(Upgrade("v2.2.0", height), now=NOW + timedelta(seconds=age)).halted_since is None


def test_quick_blocks_make_a_quick_judgement() -> None:
    late: dict[str, Any] = {"block_seconds": Decimal("0.05"), "now": NOW + timedelta(seconds=4)}
    assert calendar(Upgrade("v2.2.0", 1_000_001), **late).halted_since == NOW


def test_where_no_node_answers_the_upgrade_has_to_be_due() -> None:
    upgrade = Upgrade("v2.2.0", 1_000_010)
    due = NOW + timedelta(minutes=1)
    assert calendar(upgrade, now=NOW + timedelta(seconds=30), silent=True).halted_since is None
    assert calendar(upgrade, now=due + timedelta(minutes=9), silent=True).halted_since == due
    assert calendar(upgrade, now=due + timedelta(minutes=9)).halted_since is None


def test_a_halt_that_nobody_saw_is_only_possible_and_promises_nothing() -> None:
    may = calendar(Upgrade("v2.2.0", 1_000_010), now=NOW + timedelta(minutes=10), silent=True)
    assert may.headline == (
        "mainnet may be halted for upgrade v2.2.0 since about 2026-12-01 12:01 UTC: no node answers."
    )
    assert "cost nothing" not in may.advice
    assert "time-out" not in may.advice
    assert "do not repeat it" in may.advice
    final = calendar(Upgrade("v3.1.0-halt", 1_000_010), now=NOW + timedelta(minutes=10), silent=True)
    assert "no version follows" not in final.advice


@pytest.mark.parametrize("height", [1_000_001, 1_000_010])
def test_a_silence_of_days_is_no_halt(height: int) -> None:
    upgrade = Upgrade("v2.2.0", height)
    assert calendar(upgrade, now=NOW + timedelta(hours=5), silent=True).halted_since is not None
    assert calendar(upgrade, now=NOW + timedelta(days=3), silent=True).halted_since is None


def test_the_last_halt_stays_one_when_its_nodes_are_gone() -> None:
    gone = calendar(Upgrade("v3.1.0-halt", 1_000_001), now=NOW + timedelta(days=30), silent=True)
    assert gone.halted_since == NOW


# --- the sunset ---------------------------------------------------------------------------------


def test_a_sunset_ahead_has_both_dates_and_what_to_do() -> None:
    seen = ahead("v3.0.0-sunset", 21)
    assert "Upgrade v3.0.0-sunset at block 1,302,400, about 2026-12-22 ends new deployments." in seen.headline
    assert "until the chain halts, about 2027-03-22" in seen.headline  # ninety days
    for word in (
        "lease list --all",
        "journal --export",
        "lease recover",
        "lease close",
        "sweep",
        "come back",
        "Mint no ACT",
    ):
        assert word in seen.advice
    assert not seen.new_ended
    assert seen.is_urgent


def test_a_sunset_that_has_come_says_since_when_nothing_new_is_taken() -> None:
    seen = calendar(ended_at=1_000_000 - 10 * DAY)
    assert seen.headline.startswith(
        "This chain takes no new deployments, bids, leases or mints since about 2026-11-21."
    )
    assert "about 2027-02-19" in seen.headline
    assert seen.new_ended


def test_an_announced_end_counts_more_than_the_ninety_days() -> None:
    seen = calendar(Upgrade("v3.1.0-halt", 1_000_000 + 20 * DAY), ended_at=1_000_000 - 10 * DAY)
    assert "halts with upgrade v3.1.0-halt, about 2026-12-21" in seen.headline


def test_the_chains_own_refusal_is_enough_without_a_plan() -> None:
    seen = calendar(refused=True)
    assert seen.headline == (
        "This chain takes no new deployments, bids, leases or mints. "
        "Leases run until the chain halts: close them for the refund before."
    )


def test_only_a_name_that_ends_so_is_the_last_halt() -> None:
    assert Upgrade("v3.1.0-halt", 5).is_final
    assert not Upgrade("v2.2.1-halt-fix", 5).is_final
    assert Upgrade("V3-SunSet", 5).ends_new


def test_the_last_halt_says_nothing_of_continuing() -> None:
    seen = calendar(Upgrade("v3.1.0-halt", 1_000_001), now=NOW + timedelta(minutes=5))
    assert "halted for upgrade v3.1.0-halt" in seen.headline
    assert "no version follows" in seen.advice
    assert "may still count" not in seen.advice


def test_mints_and_long_deposits_are_warned_of_and_short_ones_are_not() -> None:
    seen = ahead("v3.0.0-sunset", 21)
    end = seen.chain_end
    assert end is not None
    assert any("use up or burn the ACT before the chain halts" in w for w in seen.warnings(new=False, mint=True))
    assert seen.warnings(new=False, lasts_until=end - timedelta(days=1)) == ()
    (warning,) = seen.warnings(new=False, lasts_until=end + timedelta(days=1))
    assert warning.startswith("This deposit lasts longer than the chain: close the deployment for the refund before")


def test_without_a_date_a_deposit_for_months_is_warned_of() -> None:
    seen = calendar(refused=True)
    assert seen.warnings(new=False, lasts_until=NOW + timedelta(days=40))
    assert not seen.warnings(new=False, lasts_until=NOW + timedelta(days=2))
