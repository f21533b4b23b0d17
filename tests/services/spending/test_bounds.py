"""What a lying node may make us sign: nothing beyond the bounds, unless a person allows exactly that figure."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.domain.akash.entities import Bid, BidId, Deployment, DeploymentId, Lease
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.supply import AktMarket
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.errors import Unreachable
from akash_tui.services.ports import (
    AkashError,
    AktPrice,
    BeyondBounds,
    Head,
    MintRecord,
    MintStatus,
    Refused,
    SourceAnswer,
    TxDraft,
)
from akash_tui.services.ports.grants import Grants
from akash_tui.services.spending import mint as minting
from akash_tui.services.spending.bounds import allow
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.settings import Bounds
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, compiled

HONEST_GAS = 100_000
MUCH = Decimal(1000)
"""In place of the person's own limits, which are tested in `test_limits.py`."""


class Second:
    """Another endpoint of the same chain, which reports what a test says."""

    def __init__(self, usd: Decimal | None = None) -> None:
        self.usd = usd

    async def akt_price(self) -> AktPrice | None:
        return None if self.usd is None else AktPrice(self.usd, None, healthy=True)

    async def bid(self, id: BidId) -> Bid | None:
        return None

    async def lease(self, id: BidId) -> Lease | None:
        return None

    async def deployment(self, id: DeploymentId) -> Deployment | None:
        return None

    async def mint_records(self, owner: str) -> list[MintRecord]:
        return []

    async def grants_by(self, address: str) -> Grants:
        return Grants()

    async def grants_to(self, address: str) -> Grants:
        return Grants()

    async def provider(self, owner: str) -> Provider | None:
        return None

    async def head(self) -> Head:
        raise Unreachable("It does not answer.", "")


class Prices:
    """An indexer that knows the price of AKT and nothing else."""

    def __init__(self, bench: Bench, usd: str) -> None:
        self.answer = SourceAnswer(AktMarket(Decimal(usd), bench.clock.now()), bench.clock.now())

    async def could_bid(self, group: GroupSpec, window_s: int | None = None) -> SourceAnswer[frozenset[str]]:
        raise Unreachable("It offers no screening.", "")

    async def akt_market(self, conditions: object = None) -> SourceAnswer[AktMarket]:
        return self.answer

    async def aclose(self) -> None:
        return None


async def deployed(bench: Bench, session: Session) -> None:
    bench.chain.balances_[OWNER][UAKT] = 1_000_000_000
    run = await create(session, await create_quote(session, compiled(SDL), SDL))
    # long ago: a close of it needs no gas for bids that may still come
    bench.chain.deployments_[run.id] = replace(bench.chain.deployments_[run.id], created_at=1)


async def test_a_node_that_asks_a_hundred_thousand_times_the_fee_gets_no_signature(bench: Bench) -> None:
    session = bench.session()
    await deployed(bench, session)
    (id,) = bench.chain.deployments_
    bench.chain.gas_simulated = HONEST_GAS * 100_000  # 375 AKT instead of 0.00375
    quote = await close_quote(session, id)
    assert [excess.option for excess in quote.beyond] == ["--max-fee 375"]
    before = len(session.journal.intents())
    with pytest.raises(BeyondBounds, match=r"375\.0000 AKT of gas.*the bound is 0\.5 AKT") as refused:
        await close(session, quote)
    assert refused.value.exit_code == 2
    assert "--max-fee 375" in refused.value.advice
    assert len(session.journal.intents()) == before, "nothing was signed"


async def test_gas_at_fifty_times_its_usual_price_is_not_signed_though_the_fee_is_small(bench: Bench) -> None:
    session = bench.session()
    await deployed(bench, session)
    (id,) = bench.chain.deployments_
    honest = bench.chain.simulate

    async def dear(*args: Any, **more: Any) -> TxDraft:
        draft = await honest(*args, **more)
        return replace(draft, fee=Coin(UAKT, draft.fee.amount * 50))

    bench.chain.simulate = dear  # type: ignore[method-assign]
    quote = await close_quote(session, id)
    with pytest.raises(BeyondBounds, match=r"50 times the usual price of gas \(0\.1875 AKT\); the bound is 10 times"):
        await close(session, quote)
    assert [excess.option for excess in quote.beyond] == ["--max-fee 0.1875"]
    named = bench.session(bounds=Bounds(gas_factor=None))  # as --max-fee makes it
    assert not (await close_quote(named, id)).beyond


async def test_a_fee_that_a_person_has_typed_is_signed_once(bench: Bench) -> None:
    session = bench.session()
    await deployed(bench, session)
    (id,) = bench.chain.deployments_
    bench.chain.gas_simulated = HONEST_GAS * 1000
    first, bench.clock.elapsed = await close_quote(session, id), bench.clock.elapsed + 1
    second = await close_quote(session, id)
    allow(session, first.beyond)
    with pytest.raises(BeyondBounds):
        await close(session, second)  # another quote, however alike
    assert (await close(session, first)).tx


async def test_all_tries_of_a_transaction_stay_within_the_bound(bench: Bench) -> None:
    session = bench.session(bounds=Bounds(max_fee=Decimal("0.01")))
    await deployed(bench, session)
    (id,) = bench.chain.deployments_
    quote = await close_quote(session, id)
    assert quote.fee.amount == 3750
    assert quote.fee_ceiling.amount == 10_000, "not four times the first fee"


async def test_a_chain_that_demands_ninety_act_as_a_deposit_gets_none(bench: Bench) -> None:
    session = bench.session(max_spend=MUCH)
    bench.chain.balances_[OWNER][UACT] = 200_000_000
    bench.chain.min_deposit = 90_000_000
    quote = await create_quote(session, compiled(SDL), SDL)
    assert [excess.option for excess in quote.beyond] == ["--max-deposit 90"]
    with pytest.raises(BeyondBounds, match=r"at least 90\.00 ACT; the bound is 5 ACT"):
        await create(session, quote)
    assert not bench.chain.deployments_
    allowed = bench.session(bounds=Bounds(max_deposit=Decimal(90)), max_spend=MUCH)
    await create(allowed, await create_quote(allowed, compiled(SDL), SDL))
    assert len(bench.chain.deployments_) == 1


@pytest.fixture
def mint(bench: Bench) -> Bench:
    async def status() -> MintStatus:
        return MintStatus("healthy", True, True, (Coin(UACT, 1_000_000),), 0, 5)

    bench.chain.mint_status = status  # type: ignore[method-assign]
    bench.chain.balances_[OWNER][UAKT] = 1_000_000_000
    return bench


def lie(bench: Bench, usd: str) -> None:
    async def price() -> AktPrice:
        return AktPrice(Decimal(usd), bench.clock.now(), healthy=True)

    bench.chain.akt_price = price  # type: ignore[method-assign]


async def test_a_node_whose_price_burns_442_akt_for_15_act_is_checked_with_the_indexer(mint: Bench) -> None:
    session = mint.session(max_spend=MUCH)
    session.indexer = Prices(mint, "1.2")  # type: ignore[assignment]
    assert not (await minting.mint_quote(session, Decimal(15))).beyond
    lie(mint, "0.034")
    quote = await minting.mint_quote(session, Decimal(15))
    assert quote.burn.amount > 441_000_000
    with pytest.raises(BeyondBounds, match=r"the indexer, which has AKT at \$1\.2 \(this node: \$0\.034\)") as refused:
        await minting.execute(session, quote)
    assert "--max-rate 29.4118" in refused.value.advice
    assert not mint.chain.committed
    session.max_rate = Decimal("29.4118")
    assert not (await minting.mint_quote(session, Decimal(15))).beyond


async def test_a_node_whose_price_burns_too_much_is_checked_with_a_second_endpoint(mint: Bench) -> None:
    mint.chain.second_ = Second(Decimal("1.2"))
    lie(mint, "0.6")
    quote = await minting.mint_quote(mint.session(), Decimal(15))
    assert "a second endpoint" in quote.beyond[0].text
    lie(mint, "1.1")
    assert not (await minting.mint_quote(mint.session(), Decimal(15))).beyond


@pytest.mark.parametrize(("parts", "error"), [(5_000, BeyondBounds), (10_000, Refused), (-1, Refused)])
async def test_a_spread_that_takes_half_of_a_mint_is_not_signed(
    mint: Bench, parts: int, error: type[AkashError]
) -> None:
    async def status() -> MintStatus:
        return MintStatus("healthy", True, True, (Coin(UACT, 1_000_000),), parts, 5)

    mint.chain.mint_status = status  # type: ignore[method-assign]
    session = mint.session()
    session.indexer = Prices(mint, "1.2")  # type: ignore[assignment]
    with pytest.raises(error):
        await minting.execute(session, await minting.mint_quote(session, Decimal(15)))
    assert not mint.chain.committed


async def test_a_price_that_gives_too_little_for_act_that_is_burned(mint: Bench) -> None:
    session = mint.session()
    session.indexer = Prices(mint, "1.2")  # type: ignore[assignment]
    lie(mint, "12")
    quote = await minting.burn_quote(session, Decimal(5))
    with pytest.raises(BeyondBounds, match="12 ACT for 1 AKT"):
        await minting.execute(session, quote)


async def test_a_price_that_only_one_endpoint_knows_is_bound_by_the_settings_and_said(mint: Bench) -> None:
    session = mint.session()
    honest = await minting.mint_quote(session, Decimal(15))
    assert not honest.beyond
    assert any("No second source" in sentence for sentence in honest.unverified)
    lie(mint, "0.034")
    assert (await minting.mint_quote(session, Decimal(15))).beyond
    wide = mint.session(bounds=Bounds(max_rate=Decimal(100)), max_spend=MUCH)
    assert not (await minting.mint_quote(wide, Decimal(15))).beyond
