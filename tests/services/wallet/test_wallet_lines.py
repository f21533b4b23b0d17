"""A wallet in words: every amount parses back to the unit, and what is not known is said."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.akash.amounts import parse_uact
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import MICRO, UACT, UAKT, BlockTime, Coin, in_full, named, named_in_full
from akash_tui.services import wallet
from akash_tui.services.core import networks
from akash_tui.services.ports import MintRecord, MintStatus
from akash_tui.services.ports.grants import DepositGrant, FeeGrant, Grants
from akash_tui.services.spending import mint_ledger
from akash_tui.services.storage.journal_entries import IntentKind
from akash_tui.services.wallet.akt_value import AktValue, in_usd
from akash_tui.services.wallet.locked_funds import LockedDeployment, LockedFunds
from akash_tui.services.wallet.movements import Movement
from akash_tui.services.wallet.wallet_lines import (
    WalletLine,
    balance_lines,
    change_text,
    first_steps,
    funds_lines,
    grant_lines,
    mint_lines,
    movement_texts,
)
from akash_tui.services.wallet.wallet_reader import WalletView

NOW = datetime(2026, 11, 29, 12, tzinfo=UTC)
HEALTHY = MintStatus("mint_status_healthy", True, True, (Coin(UACT, 10_000_000),), 25, 10)
AMOUNT = re.compile(r"([+−]?)([\d,]+\.\d{2,6}) (ACT|AKT)")
AMOUNTS = st.integers(0, 10**15)


def view(act: int = 41_200_000, akt: int = 12_495_501) -> WalletView:
    value = AktValue(Decimal("0.85"), "the chain's oracle", NOW - timedelta(seconds=12))
    balances = tuple(coin for coin in (Coin(UACT, act), Coin(UAKT, akt)) if coin.amount)
    return WalletView("akash1x", balances, value, HEALTHY, (), (), BlockTime(Decimal(6), True), (), NOW)


def locked(dseq: int, left: int, price_h: str, hours: str | None) -> LockedDeployment:
    lasts = None if hours is None else Decimal(hours)
    until = None if lasts is None else NOW + timedelta(hours=float(lasts))
    return LockedDeployment(DeploymentId("akash1x", dseq), f"d{dseq}", left, Decimal(price_h), lasts, until)


def read_back(text: str) -> list[Coin]:
    denoms = {"ACT": UACT, "AKT": UAKT}
    found = []
    for sign, digits, token in AMOUNT.findall(text):
        micro = Decimal(digits.replace(",", "")) * MICRO
        assert micro == int(micro)
        found.append(Coin(denoms[token], -int(micro) if sign == "−" else int(micro)))
    return found


def text_of(lines: list[WalletLine]) -> str:
    return "\n".join(f"{line.label} {line.text}" for line in lines)


@given(AMOUNTS, st.sampled_from([UACT, UAKT]), st.booleans())
def test_every_amount_that_is_shown_parses_back(amount: int, denom: str, negative: bool) -> None:
    assert read_back(named_in_full(Coin(denom, amount))) == [Coin(denom, amount)]
    change = Coin(denom, -amount if negative else amount)
    if amount:
        assert read_back(change_text(change)) == [change]
    if denom == UACT and 0 < amount < 10**9:
        assert parse_uact(in_full(amount)) == amount, "what is shown can be typed"


@given(AMOUNTS, AMOUNTS, st.lists(AMOUNTS, max_size=3))
def test_every_amount_on_the_wallet_screen_parses_back(act: int, akt: int, lefts: list[int]) -> None:
    held_now = replace(
        view(act, akt), waiting=(MintRecord("o", 5, 1, UAKT, "pending", None, None, burned=Coin(UAKT, akt)),)
    )
    held = tuple(locked(at + 1, left, "0.92", "5") for at, left in enumerate(lefts))
    funds = LockedFunds(held, sum(lefts), Decimal("0.92"), Decimal(9), NOW)
    lines = [*balance_lines(held_now, NOW), *funds_lines(funds, act), *mint_lines(held_now)]
    balances = {line.label: line.text.split(" ")[0].replace(",", "") for line in lines if line.label in ("ACT", "AKT")}
    assert {label: Decimal(text) * MICRO for label, text in balances.items()} == {"ACT": act, "AKT": akt}
    shown = read_back(text_of(lines))
    assert Coin(UAKT, akt) in shown, "what waits"
    text = text_of(lines)
    assert all(f": {named(Coin(UACT, left), 2)}, " in text for left in lefts), "in cents: they change with every block"


def test_balances_have_a_value_with_its_source_and_age() -> None:
    text = text_of(list(balance_lines(view(), NOW)))
    assert "ACT 41.20 ≈ $41.20 · pays for compute" in text
    assert "AKT 12.495501 ≈ $10.62 · pays gas" in text
    assert "1 AKT = $0.85 by the chain's oracle, under 1 min old" in text
    ill = replace(view(), akt=AktValue(Decimal("0.85"), "the chain's oracle", None, healthy=False))
    assert "its age is not known; the chain marks this price as unhealthy" in text_of(list(balance_lines(ill, NOW)))


def test_the_age_of_the_price_does_not_change_with_each_second() -> None:
    at = NOW - timedelta(seconds=12)
    shown = [text_of(list(balance_lines(view(), at + timedelta(seconds=age)))) for age in range(181)]
    assert len(set(shown)) == 4
    assert [age for age in range(1, 181) if shown[age] != shown[age - 1]] == [60, 120, 180]
    assert "3 min old" in shown[-1]


def test_without_a_price_no_value_is_made_up() -> None:
    poor = replace(view(), akt=None, unknown=("No source knows the price of AKT now.",))
    text = text_of([*balance_lines(poor, NOW), *mint_lines(poor)])
    assert "AKT 12.495501 · pays gas" in text
    assert "gives about" not in text
    assert "No source knows the price of AKT now." in text
    assert in_usd(Coin(UAKT, 5), None) is None
    assert in_usd(Coin("ibc/1F", 5), view().akt) is None


def test_what_is_locked_says_which_runs_out_first() -> None:
    held = (locked(7, 900_000, "0.92", "0.97"), locked(8, 5_000_000, "0", None), locked(9, -3, "0.10", "0"))
    text = text_of(list(funds_lines(LockedFunds(held, 5_900_000, Decimal("1.02"), Decimal(9), NOW), 41_200_000)))
    assert "5.90 ACT in escrow of 3 deployments" in text
    assert "d7 runs out first" in text
    assert "d8 8: 5.00 ACT, nothing runs" in text
    assert "owes 0.000003 ACT" in text
    assert "with the wallet's 41.20 ACT, all could run until" in text
    assert "no deployment is open" in text_of(list(funds_lines(LockedFunds((), 0, Decimal(0), None, None), 5)))


@pytest.mark.parametrize(
    ("mint", "says"),
    [
        (HEALTHY, "1 AKT gives about 0.847875 ACT, spread 0.25 %, at least 10.00 ACT, takes about 1 min 6 s or longer"),
        (replace(HEALTHY, status="mint_status_warning"), "collateral is low, 1 AKT gives"),
        (
            MintStatus("mint_status_halt_cr", False, True, (), 25, 10, "the collateral is too low"),
            "Minting is halted: the collateral is too low. ACT can be burned back into AKT.",
        ),
        (
            MintStatus("", False, False, (), 25, 10, "the price is stale"),
            "Minting is halted: the price is stale. Nothing is paid back for ACT either.",
        ),
        (None, "this chain has none"),
    ],
)
def test_the_state_of_the_mint_is_said(mint: MintStatus | None, says: str) -> None:
    assert says in text_of(list(mint_lines(replace(view(), mint=mint))))


def test_a_movement_says_what_is_not_known_yet() -> None:
    made = Movement(NOW, IntentKind.MINT, "mint", "", "", (Coin(UAKT, -23_590_000),), False, None, "waiting", "AB")
    when, what, changes, more = movement_texts(made, NOW + timedelta(days=3))
    assert (what, changes, more) == ("mint", "−23.59 AKT …", "waiting")
    assert when.startswith("29 Nov")
    open_ = replace(made, changes=(), kind=IntentKind.LEASE, title="lease", dseq=7, note="not known yet")
    assert movement_texts(open_, NOW, "Euro Plots")[1:] == ("lease at Euro Plots", "?", "dseq 7 · not known yet")


def test_the_first_steps_are_four_sentences() -> None:
    for network in (networks.MAINNET, networks.SANDBOX):
        steps = first_steps(network)
        assert [step.count(". ") for step in steps] == [0] * 4
        assert ("faucet" in steps[0]) is (network.faucet is not None)


def test_no_figure_of_a_wallet_is_a_float() -> None:
    modules = [*Path(wallet.__path__[0]).glob("*.py"), Path(mint_ledger.__file__)]
    assert len(modules) > 5
    for module in modules:
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8"))):
            assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), module
            assert not (isinstance(node, ast.Name) and node.id == "float"), module


def test_what_other_accounts_pay_is_shown_until_it_is_over() -> None:
    ann, ben = "akash1ann00000000000000000000000000000000000", "akash1ben00000000000000000000000000000000000"
    fees = (FeeGrant(ann, "akash1x", (Coin(UAKT, 2_000_000),), None), FeeGrant(ben, "akash1x", None, NOW))
    deposits = (
        DepositGrant(ann, "akash1x", (Coin(UACT, 50_000_000),), ("deployment",), None),
        DepositGrant(ben, "akash1x", (Coin(UACT, 5_000_000),), ("deployment",), None),
    )
    assert list(grant_lines(view(), NOW)) == []
    assert list(grant_lines(replace(view(), grants=Grants(fees, deposits)), NOW)) == [
        WalletLine("grants", "akash1ann…000 pays gas up to 2.0000 AKT and deposits up to 50.00 ACT"),
        WalletLine("", "akash1ben…000 pays deposits up to 5.00 ACT"),
    ]
    endless = replace(view(), grants=Grants((FeeGrant(ben, "akash1x", None, None),)))
    assert [line.text for line in grant_lines(endless, NOW)] == ["akash1ben…000 pays gas"]
