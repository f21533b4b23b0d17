"""A refusal for lack of funds names what is needed and what there is, also where the chain's text does not."""

from __future__ import annotations

import pytest

from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.services.deployment.create import create
from akash_tui.services.ports import Insufficient, Unreachable
from akash_tui.services.spending.quoting import create_quote
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, compiled


def vague() -> Insufficient:
    return Insufficient("Not enough balance for the deposit.", "Mint some.", need=Coin(UACT, 500_000))


@pytest.mark.parametrize(("held", "have"), [(200_000, "0.20 ACT"), (900_000, "0.9000 ACT")])
async def test_before_signing(bench: Bench, held: int, have: str) -> None:
    bench.chain.balances_[OWNER][UACT] = held

    def gate(name: str) -> None:
        if name == "simulate":
            raise vague()

    bench.chain.gate = gate
    with pytest.raises(Insufficient) as caught:
        await create_quote(bench.session(), compiled(SDL), SDL)
    assert have in caught.value.title
    assert "0.5" in caught.value.title
    assert (caught.value.need, caught.value.have) == (Coin(UACT, 500_000), Coin(UACT, held))


async def test_at_broadcast(bench: Bench) -> None:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL)
    bench.chain.balances_[OWNER][UACT] = 100_000

    def gate(name: str) -> None:
        if name == "broadcast":
            raise vague()

    bench.chain.gate = gate
    with pytest.raises(Insufficient) as caught:
        await create(session, quote)
    assert caught.value.title == ("Not enough balance for the deposit: 0.5000 ACT needed, 0.1000 ACT in the wallet.")


async def test_a_balance_that_cannot_be_read_hides_nothing(bench: Bench) -> None:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL)

    def gate(name: str) -> None:
        if name == "broadcast":
            raise vague()
        if name == "balances":
            raise Unreachable("No node answers.")

    bench.chain.gate = gate
    with pytest.raises(Insufficient, match="Not enough balance for the deposit"):
        await create(session, quote)
