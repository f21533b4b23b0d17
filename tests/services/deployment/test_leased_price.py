"""A lease costs what was quoted: else nothing is delivered, and `on_fail` or a person decides."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace

import pytest

from akash_tui.domain.akash.entities import Bid, BidId, BidState, Deployment, DeploymentId, Lease, LeaseId, LeaseState
from akash_tui.domain.akash.money import UACT, DecCoin
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.bids.rule import Rule
from akash_tui.services.automation.deploy_options import DeployOptions, DeployOutcome
from akash_tui.services.automation.headless_deploy import drive
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.bid_collector import collect
from akash_tui.services.deployment.create import attach, create, new_run
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.deployment.manifest_delivery import deliver
from akash_tui.services.ports import (
    AktPrice,
    BeyondBounds,
    Head,
    MintRecord,
    PriceMoved,
    PriceNotQuoted,
    ProviderUntrusted,
)
from akash_tui.services.ports.grants import Grants
from akash_tui.services.spending.quoting import create_quote
from tests.fakes.chain import OWNER, provider_name
from tests.fakes.session import SDL, Bench, compiled

LIE = Decimal(1300)


def shown_cheap(bench: Bench, provider: str, factor: Decimal = LIE) -> None:
    """The node shows a provider's bids at a fraction of their price; the chain leases them at the real one."""
    bid, bids = bench.chain.bid, bench.chain.bids

    def cheap(found: Bid) -> Bid:
        if found.id.provider != provider:
            return found
        return replace(found, price=DecCoin(UACT, found.price.amount / factor))

    async def lying_bid(id: BidId) -> Bid | None:
        found = await bid(id)
        return None if found is None else cheap(found)

    async def lying_bids(id: DeploymentId, state: BidState | None = None) -> list[Bid]:
        return [cheap(found) for found in await bids(id, state)]

    bench.chain.bid = lying_bid  # type: ignore[method-assign]
    bench.chain.bids = lying_bids  # type: ignore[method-assign]


class Honest:
    """A second endpoint that shows what is on chain."""

    def __init__(self, bench: Bench) -> None:
        self.chain = bench.chain

    async def akt_price(self) -> AktPrice | None:
        return None

    async def bid(self, id: BidId) -> Bid | None:
        return self.chain.bids_.get(id)

    async def lease(self, id: BidId) -> Lease | None:
        return self.chain.leases_.get(id)

    async def deployment(self, id: DeploymentId) -> Deployment | None:
        return self.chain.deployments_.get(id)

    async def mint_records(self, owner: str) -> list[MintRecord]:
        return []

    async def grants_by(self, address: str) -> Grants:
        return Grants()

    async def grants_to(self, address: str) -> Grants:
        return Grants()

    async def provider(self, owner: str) -> Provider | None:
        return await self.chain.provider(owner)

    async def head(self) -> Head:
        return await self.chain.head()


async def driven(bench: Bench, on_fail: str) -> tuple[DeployOutcome, list[dict[str, object]]]:
    session = bench.session()
    events: list[dict[str, object]] = []
    on_event = lambda event: events.append(event.to_json())  # noqa: E731
    quote = await create_quote(session, compiled(SDL), SDL, "web")
    return await drive(session, quote, DeployOptions(Rule("cheapest"), on_fail=on_fail), on_event), events


@pytest.mark.parametrize(("on_fail", "state"), [("close", "closed"), ("keep", "leased")])
async def test_a_lease_that_came_1300_times_more_expensive_than_quoted(bench: Bench, on_fail: str, state: str) -> None:
    shown_cheap(bench, provider_name(2))
    outcome, events = await driven(bench, on_fail)
    assert (outcome.exit_code, outcome.state) == (3, state)
    failed = next(event for event in events if event["event"] == "failed")
    assert failed["code"] == "price_not_quoted"
    assert "0.002000 ACT a block" in str(failed["message"]), "the price on chain"
    assert "0.000002 ACT a block" in str(failed["message"]), "the price that was quoted"
    assert not any(event["event"] == "manifest" for event in events), "nothing was delivered"
    assert not bench.gateway.accepted


async def test_a_lease_that_came_more_expensive_is_given_up_for_another_bid(bench: Bench) -> None:
    shown_cheap(bench, provider_name(2))
    outcome, events = await driven(bench, "requote")
    assert (outcome.exit_code, outcome.state) == (0, "running")
    names = [event["event"] for event in events]
    assert names.index("requoted") < names.index("manifest")
    assert [event["provider"] for event in events if event["event"] == "manifest"] == [provider_name(0)]


async def collected(bench: Bench) -> tuple[Session, DeploymentRun, BidId]:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL, "web")
    run = new_run(session, quote)
    await create(session, quote, run)
    task = asyncio.create_task(collect(session, run))
    while len(run.book.rows(gone=False)) < 3:
        await bench.clock.sleep(1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    return session, run, next(row.id for row in run.book.rows() if row.id.provider == provider_name(2))


async def test_a_bid_that_a_second_endpoint_shows_at_another_price_is_not_signed(bench: Bench) -> None:
    shown_cheap(bench, provider_name(2))
    bench.chain.second_ = Honest(bench)
    session, run, id = await collected(bench)
    with pytest.raises(PriceMoved, match=r"0\.000002 ACT and 0\.002000 ACT a block"):
        await lease_quote(session, run, {1: id})
    assert not bench.chain.leases_


async def test_a_node_that_lies_only_when_it_is_signed_is_found_by_a_second_endpoint(bench: Bench) -> None:
    session, run, id = await collected(bench)
    quote = await lease_quote(session, run, {1: id})
    bench.chain.second_ = Honest(bench)
    bench.chain.bids_[id] = replace(bench.chain.bids_[id], price=DecCoin(UACT, Decimal(9000)))
    shown_cheap(bench, provider_name(2), Decimal(9000) / quote.bids[0].price.amount)
    with pytest.raises(PriceMoved, match=r"0\.009000"):
        await accept(session, run, quote)
    assert not bench.chain.leases_


async def test_a_second_endpoint_shows_the_price_of_a_lease_that_the_first_one_hides(bench: Bench) -> None:
    shown_cheap(bench, provider_name(2))
    session, run, id = await collected(bench)
    quote = await lease_quote(session, run, {1: id})

    async def hidden(owner: str, dseq: int | None = None, state: object = None) -> list[Lease]:
        return []

    bench.chain.leases = hidden  # type: ignore[method-assign]
    real = Honest(bench)

    class NoBids(Honest):
        async def bid(self, id: BidId) -> Bid | None:
            return None  # behind, when the bid was signed

        async def lease(self, id: BidId) -> Lease | None:
            return await real.lease(id)

    bench.chain.second_ = NoBids(bench)
    await accept(session, run, quote)
    with pytest.raises(PriceNotQuoted):
        await deliver(session, run)
    assert not bench.gateway.accepted


async def test_after_a_kill_the_price_is_still_compared_with_the_one_that_was_signed(bench: Bench) -> None:
    shown_cheap(bench, provider_name(2))
    session, run, id = await collected(bench)
    await accept(session, run, await lease_quote(session, run, {1: id}))
    session = bench.session()
    again = await attach(session, run.id)
    with pytest.raises(PriceNotQuoted, match="nothing was delivered"):
        await deliver(session, again)
    again.price_accepted = True  # a person has said yes
    await deliver(session, again)
    assert bench.gateway.accepted


async def test_a_lease_shown_at_a_thousand_times_its_price_fills_no_deposit_by_hours(bench: Bench) -> None:
    session, run, id = await collected(bench)
    await accept(session, run, await lease_quote(session, run, {1: id}))
    honest = await deposit_quote(session, run.id, hours=Decimal(10))
    assert not honest.beyond
    lease = bench.chain.leases_[id]
    bench.chain.leases_[id] = replace(lease, price=DecCoin(UACT, lease.price.amount * 1000))
    bench.chain.balances_[OWNER][UACT] = 100_000_000_000
    quote = await deposit_quote(session, run.id, hours=Decimal(10))
    assert quote.deposit.amount == honest.deposit.amount * 1000
    assert quote.beyond[0].option.startswith("--max-deposit ")
    with pytest.raises(BeyondBounds, match=r"signed at 0\.002000"):
        await deposit(session, quote)


async def test_a_bid_shown_above_what_the_sdl_pays_is_not_signed(bench: Bench) -> None:
    """The chain takes no such bid; with --hours its price would also fill the deposit, up to the whole wallet."""
    session, run, id = await collected(bench)
    run.hours = Decimal(24)
    honest = await lease_quote(session, run, {1: id})
    shown_cheap(bench, provider_name(2), 1 / LIE)
    before = len(session.journal.intents())
    with pytest.raises(PriceMoved, match=r"pays at most 0\.010000 ACT") as refused:
        await lease_quote(session, run, {1: id})
    assert refused.value.certain
    with pytest.raises(PriceMoved):
        await accept(session, run, honest)
    assert len(session.journal.intents()) == before, "nothing was signed"


def with_another_lease(bench: Bench, run: DeploymentRun, price: Decimal) -> LeaseId:
    """The node lists one more running lease of the deployment, which nobody signed here."""
    shown = LeaseId(run.id.owner, run.id.dseq, 2, 1, provider_name(1))
    bench.chain.leases_[shown] = Lease(shown, LeaseState.ACTIVE, DecCoin(UACT, price), 1000, 0, "")
    bench.chain.balances_[OWNER][UACT] = 100_000_000_000
    return shown


async def test_a_lease_that_nobody_signed_fills_no_deposit_by_hours(bench: Bench) -> None:
    session, run, id = await collected(bench)
    await accept(session, run, await lease_quote(session, run, {1: id}))
    with_another_lease(bench, run, Decimal(2_000_000))
    quote = await deposit_quote(session, run.id, hours=Decimal(10))
    assert quote.beyond[0].option.startswith("--max-deposit ")
    with pytest.raises(BeyondBounds, match="was not signed here"):
        await deposit(session, quote)


async def test_a_lease_that_nobody_signed_does_not_raise_the_deposit_of_a_new_one(bench: Bench) -> None:
    session, run, id = await collected(bench)
    run.hours = Decimal(10)
    with_another_lease(bench, run, Decimal(2_000_000))
    quote = await lease_quote(session, run, {1: id})
    assert quote.extra_deposit is not None
    assert quote.beyond[0].option.startswith("--max-deposit ")
    with pytest.raises(BeyondBounds, match="was not signed here"):
        await accept(session, run, quote)
    assert id not in bench.chain.leases_


@pytest.mark.parametrize(("factor", "beyond"), [(1, False), (2, True)])
async def test_a_lease_signed_elsewhere_counts_at_the_price_that_a_second_endpoint_shows(
    bench: Bench, factor: int, beyond: bool
) -> None:
    session, run, id = await collected(bench)
    await accept(session, run, await lease_quote(session, run, {1: id}))
    other = with_another_lease(bench, run, Decimal(2_000))
    bench.chain.second_ = Honest(bench)
    leases = bench.chain.leases

    async def shown(owner: str, dseq: int | None = None, state: LeaseState | None = None) -> list[Lease]:
        found = await leases(owner, dseq, state)
        price = DecCoin(UACT, Decimal(2_000 * factor))
        return [replace(lease, price=price) if lease.id == other else lease for lease in found]

    bench.chain.leases = shown  # type: ignore[method-assign]
    assert bool((await deposit_quote(session, run.id, hours=Decimal(10))).beyond) is beyond


@pytest.mark.parametrize("late", [False, True])
async def test_a_provider_shown_at_another_address_by_one_node_gets_no_manifest(bench: Bench, late: bool) -> None:
    """A second endpoint shows the real one; a record that was only old is read again, and delivery goes there."""
    session, run, id = await collected(bench)
    await accept(session, run, await lease_quote(session, run, {1: id}))
    bench.chain.second_ = Honest(bench)
    real = bench.chain.provider
    await session.provider_cache.provider(id.provider)
    session.provider_cache.providers[id.provider] = Provider(id.provider, "https://elsewhere.example:8443")

    async def shown(owner: str) -> Provider | None:
        return Provider(owner, "https://elsewhere.example:8443")

    if late:
        await deliver(session, run)
        assert bench.gateway.accepted
        return
    bench.chain.second_ = SimpleNamespace(provider=real, lease=bench.chain.lease)
    bench.chain.provider = shown  # type: ignore[method-assign]
    with pytest.raises(ProviderUntrusted, match=r"elsewhere\.example and p2\.example; nothing was delivered"):
        await deliver(session, run)
    assert not bench.gateway.accepted
