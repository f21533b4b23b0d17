"""Who pays: what was chosen is checked against what the grants have left, and says what to do where it does not pay."""

from __future__ import annotations

from datetime import timedelta

import pytest

from akash_tui.domain.akash.messages import BALANCE_ONLY, GRANT_ONLY, GRANT_THEN_BALANCE
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.ports import AkashError, BadInput, Insufficient
from akash_tui.services.ports.grants import DepositGrant, FeeGrant, Grants, Payers, shares
from akash_tui.services.spending.payers import Payment, check_fee, comes_back, deposit_sources, fee_granter
from akash_tui.services.spending.quoting import close_quote, create_quote
from tests.fakes.chain import OWNER
from tests.fakes.clock import START
from tests.fakes.session import SDL, Bench, compiled

ANN, BEN = "akash1ann00000000000000000000000000000000000", "akash1ben00000000000000000000000000000000000"
OVER = START - timedelta(days=1)


def deposit(granter: str, left: int, expires: object = None, scopes: tuple[str, ...] = ("deployment",)) -> DepositGrant:
    return DepositGrant(granter, OWNER, (Coin(UACT, left),), scopes, expires)  # type: ignore[arg-type]


def fee(granter: str, left: int | None, expires: object = None) -> FeeGrant:
    return FeeGrant(granter, OWNER, None if left is None else (Coin(UAKT, left),), expires)  # type: ignore[arg-type]


ONE, TWO = Grants(deposits=(deposit(ANN, 30),)), Grants(deposits=(deposit(ANN, 30), deposit(BEN, 5)))


@pytest.mark.parametrize(
    ("chosen", "grants", "balance", "sources"),
    [
        ("", ONE, 20, BALANCE_ONLY),
        ("", ONE, 19, GRANT_ONLY),
        ("", Grants(deposits=(deposit(ANN, 15),)), 19, GRANT_THEN_BALANCE),
        ("balance", ONE, 1, BALANCE_ONLY),
        ("grant", ONE, 99, GRANT_ONLY),
        ("grant", TWO, 0, GRANT_ONLY),
        ("both", ONE, 99, GRANT_THEN_BALANCE),
        ("both", Grants(), 99, BALANCE_ONLY),
        (ANN, ONE, 99, GRANT_ONLY),
        (ANN, Grants(deposits=(deposit(ANN, 30), deposit(BEN, 9, OVER))), 0, GRANT_ONLY),
        ("", None, 0, GRANT_THEN_BALANCE),
        ("grant", None, 0, GRANT_ONLY),
    ],
)
def test_the_sources_of_a_deposit_of_20(
    chosen: str, grants: Grants | None, balance: int, sources: tuple[str, ...]
) -> None:
    doubts: list[str] = []
    assert deposit_sources(Payers(deposit_from=chosen), grants, balance, 20, START, doubts) == sources
    assert bool(doubts) == (grants is None)


@pytest.mark.parametrize(
    ("chosen", "grants", "said", "advice"),
    [
        ("", Grants(), r"more than the 0\.00 ACT of this wallet", "wallet mint"),
        ("both", Grants(deposits=(deposit(ANN, 5),)), "that grants leave", "wallet mint"),
        ("grant", Grants(), "No account pays deposits", "--deposit-from balance"),
        ("grant", Grants(deposits=(deposit(ANN, 30, OVER),)), "expired on", "--deposit-from balance"),
        ("grant", Grants(deposits=(deposit(ANN, 30, None, ("bid",)),)), "No account pays deposits", "balance"),
        ("grant", Grants(deposits=(deposit(ANN, 19),)), "ACT left; the deposit is", "--deposit-from both"),
        (ANN, Grants(deposits=(deposit(BEN, 99),)), "pays no deposits for this wallet", "wallet grants"),
        (ANN, Grants(deposits=(deposit(ANN, 30, OVER),)), "expired on", "--deposit-from balance"),
        (ANN, Grants(deposits=(deposit(ANN, 0),)), "nothing left", "--deposit-from balance"),
        (ANN, TWO, "in its own order", "--deposit-from grant"),
    ],
)
def test_what_does_not_pay_is_said_before_anything_is_signed(
    chosen: str, grants: Grants, said: str, advice: str
) -> None:
    with pytest.raises(AkashError, match=said) as refused:
        deposit_sources(Payers(deposit_from=chosen), grants, 0, 20, START, [])
    assert advice in refused.value.advice


def test_the_granter_of_fees() -> None:
    chosen = Payers(fee_granter=ANN)
    assert fee_granter(Payers(), Grants(), START) == ""
    assert fee_granter(chosen, None, START) == ANN
    assert fee_granter(chosen, Grants(fees=(fee(ANN, None),)), START) == ANN
    for grants, said in (
        (Grants(), "pays no fees"),
        (Grants(fees=(fee(ANN, 5, OVER),)), "expired on"),
        (Grants(fees=(fee(ANN, 0),)), "no AKT left"),
    ):
        with pytest.raises(BadInput, match=said):
            fee_granter(chosen, grants, START)
    check_fee(ANN, Grants(fees=(fee(ANN, 5),)), Coin(UAKT, 5))
    with pytest.raises(Insufficient, match=r"0\.000004 AKT left"):
        check_fee(ANN, Grants(fees=(fee(ANN, 4),)), Coin(UAKT, 5))


def test_who_pays_which_part() -> None:
    twenty = Coin(UACT, 20)
    assert shares((), OWNER, twenty, BALANCE_ONLY, 99) == ((OWNER, twenty),)
    assert shares(ONE.deposits, OWNER, Coin(UACT, 35), GRANT_THEN_BALANCE, 99) == (
        (ANN, Coin(UACT, 30)),
        (OWNER, Coin(UACT, 5)),
    )
    assert shares(TWO.deposits, OWNER, twenty, GRANT_ONLY, 0) == (("", twenty),)  # the chain chooses between them
    assert shares(TWO.deposits, OWNER, Coin(UACT, 36), GRANT_THEN_BALANCE, 99) == (
        (ANN, Coin(UACT, 30)),
        (BEN, Coin(UACT, 5)),
        (OWNER, Coin(UACT, 1)),
    )
    assert comes_back(Payment(), OWNER).endswith("comes back to this wallet when the deployment is closed.")
    assert "goes back to akash1ann…000 when" in comes_back(Payment(deposit=((ANN, twenty),)), OWNER)
    assert "each their own" in comes_back(Payment(deposit=((ANN, twenty), (OWNER, twenty))), OWNER)


async def test_a_quote_has_the_payers_and_takes_nothing_from_the_wallet_that_they_pay(bench: Bench) -> None:
    session = bench.session()
    bench.chain.grants_ = Grants((fee(ANN, 5_000_000),), (deposit(ANN, 30_000_000),))
    session.payers = Payers(ANN, ANN)
    quote = await create_quote(session, compiled(SDL), SDL, "web")
    assert (quote.draft.fee_granter, quote.payment.fee_left) == (ANN, 5_000_000)
    assert quote.payment.granted(OWNER) == ((ANN, quote.deposit),)
    assert quote.balances_after == quote.balances_before
    run = await create(session, quote)
    (intent,) = session.journal.intents()
    assert intent.about["fee_granter"] == ANN
    assert intent.about["granted"] == [{"granter": ANN, "amount": str(quote.deposit)}]
    session.payers = Payers()
    assert (await close(session, await close_quote(session, run.id))).height


class Second:
    """What a second endpoint has of the grants."""

    def __init__(self, grants: Grants) -> None:
        self.grants = grants

    async def grants_to(self, address: str) -> Grants:
        return self.grants


async def test_of_grants_that_two_nodes_show_differently_the_least_counts(bench: Bench) -> None:
    """A grant that is shown too large would let the wallet pay what the quote says another one pays."""
    session = bench.session()
    session.payers = Payers(deposit_from="both")
    bench.chain.grants_ = Grants(deposits=(deposit(ANN, 400_000),))
    bench.chain.second_ = Second(Grants(deposits=(deposit(ANN, 100_000),)))  # type: ignore[assignment]
    quote = await create_quote(session, compiled(SDL), SDL, "web")
    assert quote.payment.deposit == ((ANN, Coin(UACT, 100_000)), (OWNER, Coin(UACT, 400_000)))
    assert not any("one endpoint" in doubt for doubt in quote.unverified)
    bench.chain.second_ = Second(Grants())  # type: ignore[assignment]
    assert (await create_quote(session, compiled(SDL), SDL, "web")).payment.own(OWNER) == 500_000


async def test_a_part_of_a_grant_that_one_node_alone_shows_is_said_to_be_its_word(bench: Bench) -> None:
    session = bench.session()
    session.payers = Payers(deposit_from="both")
    bench.chain.grants_ = Grants(deposits=(deposit(ANN, 400_000),))
    quote = await create_quote(session, compiled(SDL), SDL, "web")
    assert any("one endpoint's word" in doubt and "up to 0.50 ACT" in doubt for doubt in quote.unverified)
