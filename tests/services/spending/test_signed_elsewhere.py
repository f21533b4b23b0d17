"""Files that were signed elsewhere, and the guards: counted once, allowed by what was typed, looked up for nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.messages import (
    BALANCE_ONLY,
    GRANT_ONLY,
    BurnAct,
    CloseDeployment,
    DepositDeployment,
    Message,
    MintAct,
)
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.create import create
from akash_tui.services.ports import BadInput, BeyondBounds, Refused, SignedTx, TxDraft
from akash_tui.services.ports.grants import DepositGrant, Grants
from akash_tui.services.spending import signed_elsewhere
from akash_tui.services.spending.bounds import allow
from akash_tui.services.spending.intent_money import intent_money
from akash_tui.services.spending.limits import sent_before
from akash_tui.services.spending.quoting import create_quote
from akash_tui.services.spending.tx_effect import state_before
from akash_tui.services.storage.journal_entries import Outcome
from akash_tui.services.storage.settings import ActLimits, Bounds
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, act, compiled
from tests.fakes.signer import FakeSigner

ANN = "akash1ann00000000000000000000000000000000000"
FEE = Coin(UAKT, 5_000)


async def opened(bench: Bench, count: int) -> list[DeploymentId]:
    bench.chain.balances_[OWNER][UACT] = act("100")
    session = bench.session()
    return [(await create(session, await create_quote(session, compiled(SDL), SDL))).id for _ in range(count)]


async def signed(bench: Bench, messages: Sequence[Message], fee: Coin = FEE) -> None:
    """What every file holds from now on."""
    tx = await bench.chain.sign(TxDraft(tuple(messages), OWNER, 100_000, 150_000, fee), FakeSigner())

    async def read(text: str, owner: str) -> SignedTx:
        return tx

    bench.chain.read_signed = read  # type: ignore[method-assign]


def added(id: DeploymentId, amount: str, sources: tuple[str, ...] = BALANCE_ONLY) -> DepositDeployment:
    return DepositDeployment(OWNER, id, Coin(UACT, act(amount)), sources)


def limited(bench: Bench) -> Session:
    limits = ActLimits(typed=Decimal(4), transaction=Decimal(9), session=Decimal(9), day=None)
    return bench.session(bounds=Bounds(act=limits))


async def test_two_deposits_of_one_file_count_once_and_what_was_typed_allows_them(bench: Bench) -> None:
    one, two = await opened(bench, 2)
    await signed(bench, [added(one, "3"), added(two, "2")])
    session = limited(bench)
    ready = await signed_elsewhere.read(session, "")
    assert [excess.figure for excess in ready.beyond] == ["5"]
    with pytest.raises(BeyondBounds):
        await signed_elsewhere.broadcast(session, ready)
    bench.clock.elapsed += 30  # a person reads and types
    allow(session, ready.beyond)
    intents = await signed_elsewhere.broadcast(session, ready)
    shown = [Decimal(intent.about["shown_by"]["deposited"]) for intent in intents]  # type: ignore[index]
    assert shown == [act("3.5"), act("2.5")]  # each what its own deployment then has
    assert sent_before(session).session.amounts == {UACT: act("5")}

    again = await signed_elsewhere.read(session, "")  # another 5 would be beyond the limit of the session
    assert (again.known, again.beyond) == (True, ())


async def test_a_fee_beyond_the_bound_is_not_sent_unless_it_was_allowed(bench: Bench) -> None:
    (one,) = await opened(bench, 1)
    await signed(bench, [CloseDeployment(one)], Coin(UAKT, 900_000))
    session = bench.session()
    ready = await signed_elsewhere.read(session, "")
    with pytest.raises(BeyondBounds, match="the bound is"):
        await signed_elsewhere.broadcast(session, ready)
    assert len(bench.chain.committed) == 1  # the creation


async def test_a_deposit_that_a_grant_pays_counts_and_is_not_taken_from_the_wallet(bench: Bench) -> None:
    (one,) = await opened(bench, 1)
    bench.chain.grants_ = Grants(deposits=(DepositGrant(ANN, OWNER, (Coin(UACT, act("9")),), ("deployment",), None),))
    await signed(bench, [added(one, "2", GRANT_ONLY)])
    session = bench.session()
    (intent,) = await signed_elsewhere.broadcast(session, await signed_elsewhere.read(session, ""))
    assert intent_money(intent).act == 0
    assert sent_before(session).day.amounts[UACT] == act("2.5")  # with the creation


async def test_two_deposits_into_one_deployment_are_seen_together_only(bench: Bench) -> None:
    (one,) = await opened(bench, 1)
    await signed(bench, [added(one, "3"), added(one, "2")])
    session = bench.session()
    intents = await signed_elsewhere.broadcast(session, await signed_elsewhere.read(session, ""))
    shown = [Decimal(intent.about["shown_by"]["deposited"]) for intent in intents]  # type: ignore[index]
    assert shown == [act("5.5"), act("5.5")]


@pytest.mark.parametrize("other", [MintAct(OWNER, Coin(UAKT, 7)), BurnAct(OWNER, Coin(UACT, 7))])
async def test_two_mints_of_one_file_are_not_sent(bench: Bench, other: Message) -> None:
    """The ledger names no transaction: nobody knows which record is whose."""
    await signed(bench, [MintAct(OWNER, Coin(UAKT, 9)), other])
    with pytest.raises(BadInput, match="several things"):
        await signed_elsewhere.read(bench.session(), "")
    assert bench.chain.committed == []


async def test_a_file_that_two_programs_send_at_once_counts_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await signed(bench, [BurnAct(OWNER, Coin(UACT, act("3")))])
    both = bench.session(), bench.session()
    files = [await signed_elsewhere.read(session, "") for session in both]
    start = asyncio.Barrier(2)

    async def at_once(*given: Any) -> dict[str, object]:
        await start.wait()  # neither finds the other's intent when it looks first
        return await state_before(*given)

    monkeypatch.setattr(signed_elsewhere, "state_before", at_once)
    sent = [signed_elsewhere.broadcast(session, file) for session, file in zip(both, files, strict=True)]
    for (intent,) in await asyncio.gather(*sent):
        assert intent.outcome is Outcome.DONE
    assert len(both[0].journal.intents()) == 1
    assert sent_before(both[1]).day.amounts == {UACT: act("3")}


async def test_a_file_that_was_refused_is_sent_again_and_counts_once(bench: Bench) -> None:
    (one,) = await opened(bench, 1)
    await signed(bench, [added(one, "3"), added(one, "3")])
    session = limited(bench)
    for attempt in range(3):
        bench.clock.elapsed += 1
        ready = await signed_elsewhere.read(session, "")
        assert not any(excess.hard for excess in ready.beyond), "of 9 ACT a session"
        allow(session, ready.beyond)
        if attempt < 2:
            with refused(bench), pytest.raises(Refused):
                await signed_elsewhere.broadcast(session, ready)
        else:
            await signed_elsewhere.broadcast(session, ready)
        assert sent_before(session).session.amounts == {UACT: act("6")}
    outcomes = [intent.outcome for intent in session.journal.intents()]
    assert outcomes == [Outcome.DONE] * 2 + [Outcome.NEVER] * 4 + [Outcome.DONE]


@contextmanager
def refused(bench: Bench) -> Iterator[None]:
    """No node takes a transaction, for a reason of its own."""
    taken = bench.chain.broadcast

    async def refuse(tx: SignedTx) -> None:
        raise Refused("The account is not ready.", "Try again.")

    bench.chain.broadcast = refuse  # type: ignore[method-assign]
    yield
    bench.chain.broadcast = taken  # type: ignore[method-assign]
