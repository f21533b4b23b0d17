"""Money is never made or lost, whatever order things happen in."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from akash_tui.practice.rules.escrow import ESCROW
from akash_tui.practice.state.amounts import ONE
from tests.practice.small_world import SmallWorld

ACTIONS = ("create", "bid", "lease", "withdraw", "close lease", "top up", "close", "wait", "wait long")


def act(small: SmallWorld, action: str, dseq: int, who: int, fraction: int) -> None:
    provider = small.providers[who]
    orders = [order for order in small.world.books.orders.scan(small.tenant.address, dseq) if order.state == "open"]
    oseq = orders[-1].oseq if orders else 1
    price = f"{1 + fraction}.{fraction:03d}" if who else "9999.999999999999999999"
    if action == "create":
        small.check(small.tenant, small.deployment(dseq, deposit=500_000 + fraction * 1000))
    elif action == "bid":
        small.check(provider, small.bid(dseq, provider, price=price, oseq=oseq))
    elif action == "lease":
        small.check(small.tenant, small.lease(dseq, provider, oseq=oseq))
    elif action == "withdraw":
        small.check(provider, small.withdraw(dseq, provider))
    elif action == "close lease":
        small.check(small.tenant, small.close_lease(dseq, provider))
    elif action == "top up":
        small.check(small.tenant, small.top_up(dseq, 100_000 + fraction))
    elif action == "close":
        small.check(small.tenant, small.close(dseq))
    small.block(40 if action == "wait long" else 1)


def held(small: SmallWorld) -> int:
    """What the escrow books say is in escrow, times 10**18: what depositors have left and providers have not drawn."""
    books = small.world.books
    deposits = sum(each.atto for account in books.escrow_accounts.scan() for each in account.deposits)
    return deposits + sum(payment.balance for payment in books.payments.scan())


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(ACTIONS), st.integers(1, 2), st.integers(0, 2), st.integers(0, 999)),
        min_size=5,
        max_size=30,
    )
)
def test_coins_are_conserved_and_escrow_holds_what_its_books_say(steps: list[tuple[str, int, int, int]]) -> None:
    small = SmallWorld()
    before = {denom: small.total(denom) for denom in ("uact", "uakt")}
    for dseq in (1, 2):  # so that something happens in most examples
        act(small, "create", dseq, 0, 500)
        act(small, "bid", dseq, dseq, 100)
        act(small, "bid", dseq, 0, 100)
    for step in steps:
        act(small, *step)
    assert {denom: small.total(denom) for denom in before} == before
    escrow = small.world.books.balances.get((ESCROW, "uact")) or 0
    assert 0 <= escrow * ONE - held(small) < 10 * ONE  # fractions of a unit stay behind when deposits go back
    for block in small.world.blocks:
        for tx in block.txs:
            assert tx.outcome.code not in (111222,), tx.outcome.raw_log


def test_what_is_not_used_comes_back() -> None:
    small = SmallWorld()
    provider = small.providers[0]
    start, earned = small.balance(small.tenant), small.balance(provider)
    small.do(small.tenant, small.deployment(1))
    small.do(provider, small.bid(1, provider, price="1000"))
    assert small.balance(provider) == earned - 500_000
    small.do(small.tenant, small.lease(1, provider))
    small.block(9)
    small.do(small.tenant, small.close(1))  # the tenth block after the lease
    assert small.balance(small.tenant) == start - 10 * 1000
    assert small.balance(provider) == earned + 10 * 1000


def test_a_dry_account_is_noticed_only_when_touched_and_pays_its_debt_later() -> None:
    small = SmallWorld()
    provider = small.providers[0]
    small.do(small.tenant, small.deployment(1, deposit=500_000))
    small.do(provider, small.bid(1, provider, price="10000"))
    small.do(small.tenant, small.lease(1, provider))
    small.block(59)  # dry after 50
    books = small.world.books
    key = ("deployment", f"{small.tenant.address}/1")
    assert books.escrow_accounts[key].state == "open"
    small.do(provider, small.withdraw(1, provider))
    account, lease = books.escrow_accounts[key], next(iter(books.leases.scan()))
    assert (account.state, account.funds[0].atto) == ("overdrawn", -100_000 * ONE)
    assert (lease.state, lease.reason) == ("insufficient_funds", "lease_closed_reason_insufficient_funds")
    assert books.deployments[(small.tenant.address, 1)].state == "closed"
    start = small.balance(small.tenant)
    small.do(small.tenant, small.top_up(1, 300_000))
    assert small.balance(small.tenant) == start - 100_000
    account = books.escrow_accounts[key]
    assert (account.state, account.funds[0].atto, account.deposits) == ("closed", 0, ())


def test_akt_may_be_added_and_comes_back() -> None:
    small = SmallWorld()
    small.do(small.tenant, small.deployment(1))
    fee = 50_000
    start = small.balance(small.tenant, "uakt")
    assert small.do(small.tenant, small.top_up(1, 1_000_000, "uakt")).code == 0
    assert small.balance(small.tenant, "uakt") == start - 1_000_000 - fee
    small.do(small.tenant, small.close(1))
    assert small.balance(small.tenant, "uakt") == start - 2 * fee
