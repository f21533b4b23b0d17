"""Two SDLs asked at once: what both together need is known before, and neither touches the other afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.pair import NewOrder, PairQuote, pair_quote, paired_with
from akash_tui.services.deployment.redeploy import ask_again_quote
from akash_tui.services.ports import Insufficient, Refused, SignedTx
from akash_tui.services.ports.grants import DepositGrant, Grants
from akash_tui.services.spending.quoting import close_quote
from akash_tui.services.spending.shortage import missing_act
from akash_tui.services.storage.settings import ActLimits, Bounds
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, act, compiled

OTHER = SDL.replace("nginx:1.27", "nginx:1.26")


def orders(deposit: str = "2", second: str = "3") -> tuple[NewOrder, NewOrder]:
    return (
        NewOrder(compiled(SDL), SDL, "web", "web.yaml", act(deposit)),
        NewOrder(compiled(OTHER), OTHER, "old", "old.yaml", act(second)),
    )


async def both(session: Session, pair: PairQuote) -> None:
    await asyncio.gather(*(create(session, quote) for quote in pair.both))


async def test_one_quote_two_transactions_and_the_journal_knows_the_pair(bench: Bench) -> None:
    session = bench.session()
    pair = await pair_quote(session, *orders())
    a, b = pair.both
    assert (a.id.dseq + 1, pair.deposit, pair.fee.amount) == (b.id.dseq, Coin(UACT, act("5")), a.fee.amount * 2)
    await both(session, pair)
    left = bench.chain.balances_[OWNER]
    assert {UACT: left[UACT], UAKT: left[UAKT]} == {c.denom: c.amount for c in b.balances_after}
    assert sorted(len(messages) for messages in bench.chain.committed) == [1, 1]
    again = bench.session()  # another start
    for id, other in ((a.id, b.id), (b.id, a.id)):
        assert paired_with(again.journal, a.chain_id, id) == other
    await close(again, await close_quote(again, b.id))
    assert paired_with(again.journal, a.chain_id, a.id) is None
    assert bench.chain.balances_[OWNER][UACT] == act("48"), "all of the other deposit came back"


async def test_asked_again_one_of_them_is_still_the_other_ones_pair(bench: Bench) -> None:
    session = bench.session()
    pair = await pair_quote(session, *orders())
    a, b = pair.both
    await both(session, pair)
    again = await ask_again_quote(session, a.id)
    await create(session, replace(again.create, paired_with=b.id))
    journal = bench.session().journal  # another start
    assert paired_with(journal, a.chain_id, b.id) == again.create.id
    assert paired_with(journal, a.chain_id, again.create.id) == b.id


async def test_one_that_is_refused_leaves_the_other_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    session = bench.session()
    pair = await pair_quote(session, *orders())
    a, b = pair.both
    broadcast = bench.chain.broadcast

    async def refusing(tx: SignedTx) -> None:
        if tx.draft.messages == b.draft.messages:
            raise Refused("No.")
        await broadcast(tx)

    monkeypatch.setattr(bench.chain, "broadcast", refusing)
    done = await asyncio.gather(create(session, a), create(session, b), return_exceptions=True)
    assert not isinstance(done[0], BaseException)
    assert isinstance(done[1], Refused)
    assert paired_with(session.journal, a.chain_id, a.id) is None
    assert bench.chain.deployments_[a.id].escrow.held(UACT) == act("2")


async def test_what_both_need_together_is_refused_before_anything_is_signed(bench: Bench) -> None:
    bench.chain.balances_[OWNER][UACT] = act("4")
    session = bench.session()
    with pytest.raises(Insufficient) as short:
        await pair_quote(session, *orders())
    assert "With web paid" in short.value.title
    assert missing_act(short.value) == act("1")
    bench.chain.balances_[OWNER][UACT] = act("5")
    assert (await pair_quote(session, *orders())).deposit.amount == act("5")
    assert not session.journal.intents()


async def test_a_limit_counts_both(bench: Bench) -> None:
    bounds = Bounds(act=ActLimits(day=Decimal("4.5")))
    pair = await pair_quote(bench.session(bounds=bounds), *orders())
    assert not pair.first.beyond
    assert [excess.hard for excess in pair.beyond] == [True]
    assert "after 2.00 ACT" in pair.beyond[0].text


async def test_a_grant_that_the_first_one_takes_is_not_shown_as_paying_the_second(bench: Bench) -> None:
    """The wallet itself would pay it: a quote must say so."""
    bench.chain.balances_[OWNER][UACT] = act("3")
    granter = "akash1granter"
    bench.chain.grants_ = Grants((), (DepositGrant(granter, OWNER, (Coin(UACT, act("4")),), ("deployment",), None),))
    pair = await pair_quote(bench.session(), *orders("4", "3"))
    assert pair.first.payment.granted(OWNER) == ((granter, Coin(UACT, act("4"))),)
    assert pair.second.payment.own(OWNER) == act("3")
