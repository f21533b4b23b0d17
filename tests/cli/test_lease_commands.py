"""The life of a lease from the command line: top-up and everything that follows, on one practice network."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.cli.conftest import Home, Practice
from tests.cli.test_with_practice import FAST

ON = ("--network", "practice")


@pytest.fixture
def dseq(home: Home, practice: Practice) -> str:
    """A running web page on a calm practice network."""
    practice()
    answer = home.run(*ON, "deploy", "web-page", "--accept", "cheapest", *FAST)
    assert answer.code == 0, answer
    return str(answer.lines[-1]["dseq"])


def test_a_top_up_by_hours_and_by_sum(home: Home, dseq: str) -> None:
    quote = home.run(*ON, "lease", "deposit", dseq, "--hours", "2", "--dry-run", "-o", "json").json
    before = home.run(*ON, "lease", "show", dseq, "-o", "json").json
    price_h = Decimal(before["price_h"])
    assert Decimal(quote["deposit"]["amount"]) == pytest.approx(price_h * 2 * 1_000_000, rel=Decimal("0.05"))
    asked = home.run(*ON, "lease", "deposit", dseq, "--hours", "2")
    assert asked.code == 2
    assert "--yes" in asked.err
    assert "comes back" in asked.err
    done = home.run(*ON, "lease", "deposit", dseq, "--amount", "1.5", "--yes", "-o", "json")
    assert done.code == 0, done
    assert done.json["deposit"] == {"denom": "uact", "amount": "1500000"}
    after = home.run(*ON, "lease", "show", dseq, "-o", "json").json
    spent = (after["height"] - before["height"]) * Decimal(after["leases"][0]["price"]["amount"])
    gained = Decimal(after["left"]["amount"]) - Decimal(before["left"]["amount"])
    assert gained == pytest.approx(Decimal(1_500_000) - spent, abs=3)  # a settlement charges whole micro-units
    home.run(*ON, "lease", "close", dseq, "--yes")
    lost = home.run(*ON, "lease", "deposit", dseq, "--amount", "1", "--yes")
    assert lost.code == 2
    assert "closed" in lost.err


@pytest.mark.parametrize("options", [(), ("--amount", "1", "--hours", "1"), ("--amount", "-1"), ("--hours", "x")])
def test_a_top_up_says_how_to_write_it(home: Home, options: tuple[str, ...]) -> None:
    answer = home.run(*ON, "lease", "deposit", "12", *options, "--yes")
    assert answer.code == 2
    assert "try: " in answer.err
