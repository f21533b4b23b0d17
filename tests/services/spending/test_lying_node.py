"""What one lying node says about an action that moved money: it is not done a second time, and the state decides."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from akash_tui.domain.akash.entities import Deployment, DeploymentId, DeploymentState, GroupState, Lease, LeaseId
from akash_tui.domain.akash.messages import BurnAct, Message, MintAct
from akash_tui.domain.akash.money import UACT, UAKT, Coin, DecCoin
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.deployment.groups import GroupAction, do_group, group_quote
from akash_tui.services.deployment.resume import resume
from akash_tui.services.deployment.update import Updater
from akash_tui.services.ports import (
    AkashError,
    MintRecord,
    MintStatus,
    NeverIncluded,
    Refused,
    SignedTx,
    TxResult,
    TxUnknown,
    Unreachable,
)
from akash_tui.services.ports.grants import Grants
from akash_tui.services.spending import granting
from akash_tui.services.spending import mint as minting
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.journal_entries import IntentKind, Outcome
from tests.fakes.chain import OWNER, TTL
from tests.fakes.session import SDL, Bench, act, compiled
from tests.services.deployment.test_deploy_flow import cheapest, opened
from tests.services.deployment.test_groups import group_of
from tests.services.deployment.test_update import NEWER
from tests.services.leases.test_lease_reader import leased

FRIEND = "akash1friend0000000000000000000000000000000000"
Action = Callable[[], Awaitable[Any]]


@pytest.fixture(autouse=True)
def ledger(bench: Bench) -> list[MintRecord]:
    """The mint's ledger, as the chain keeps it; one entry is older than any action here."""
    records = [MintRecord(OWNER, 5, 1, UAKT, "executed", None, None)]

    async def status() -> MintStatus:
        return MintStatus("healthy", True, True, (Coin(UACT, 1_000_000),), 0, 5)

    async def read(owner: str) -> list[MintRecord]:
        bench.chain.step()
        return list(records)

    def apply(message: Message, height: int) -> list[Any]:
        if isinstance(message, MintAct | BurnAct):
            records.append(MintRecord(message.owner, height, len(records), message.burn.denom, "pending", None, None))
        return real(message, height)

    real = bench.chain._apply
    bench.chain._apply = apply  # type: ignore[method-assign]
    bench.chain.mint_status, bench.chain.mint_records = status, read  # type: ignore[method-assign]
    bench.chain.balances_[OWNER][UAKT] += 100_000_000
    return records


async def ready(bench: Bench, kind: IntentKind) -> tuple[Session, Action]:
    """Everything up to the last step of one action, which signs."""
    session = bench.session()
    if kind is IntentKind.CREATE:
        new = await create_quote(session, compiled(SDL), SDL, "web")
        return session, lambda: create(session, new)
    if kind in (IntentKind.MINT, IntentKind.BURN):
        make = minting.mint_quote if kind is IntentKind.MINT else minting.burn_quote
        quote = await make(session, Decimal(5))
        return session, lambda: minting.execute(session, quote)
    if kind in (IntentKind.GRANT, IntentKind.REVOKE):
        if kind is IntentKind.REVOKE:
            await granting.execute(session, await granting.grant_quote(session, FRIEND, None, 5, None))
            ending = await granting.revoke_quote(session, FRIEND, fees=False, deposits=True)
            return session, lambda: granting.execute(session, ending)
        giving = await granting.grant_quote(session, FRIEND, None, 5, None)
        return session, lambda: granting.execute(session, giving)
    if kind is IntentKind.LEASE:
        session, opening, _ = await opened(session)
        lease = await lease_quote(session, opening, cheapest(opening))  # type: ignore[arg-type]
        return session, lambda: accept(session, opening, lease)
    run = await leased(bench)
    if kind is IntentKind.DEPOSIT:
        more = await deposit_quote(session, run.id, act("1"))
        return session, lambda: deposit(session, more)
    if kind is IntentKind.UPDATE:
        updater = Updater(session)
        plan = await updater.plan(run.id, compiled(NEWER), NEWER, "new.yaml")
        return session, lambda: updater.sign(plan)
    if kind is IntentKind.CLOSE:
        end = await close_quote(session, run.id)
        return session, lambda: close(session, end)
    step = {
        IntentKind.CLOSE_LEASE: GroupAction.REQUOTE,
        IntentKind.PAUSE_GROUP: GroupAction.PAUSE,
        IntentKind.START_GROUP: GroupAction.START,
        IntentKind.CLOSE_GROUP: GroupAction.CLOSE,
    }[kind]
    if step is GroupAction.START:
        await do_group(session, await group_quote(session, group_of(run), GroupAction.PAUSE), run)
    change = await group_quote(session, group_of(run), step)
    return session, lambda: do_group(session, change, run)


def confirming(bench: Bench, answer: Callable[[TxResult], TxResult]) -> None:
    """The node's word about a transaction once it is in its block."""
    real = bench.chain.confirm

    async def confirm(tx: SignedTx) -> TxResult:
        return answer(await real(tx))

    bench.chain.confirm = confirm  # type: ignore[method-assign]


def out_of_gas(result: TxResult) -> TxResult:
    return replace(result, code=11, codespace="sdk", log="out of gas", witnesses=1)


def newest(session: Session) -> Any:
    return session.journal.intents()[0]


EVERY_KIND = pytest.mark.parametrize("kind", list(IntentKind))


@EVERY_KIND
async def test_a_false_out_of_gas_after_the_effect_is_done_and_not_signed_again(bench: Bench, kind: IntentKind) -> None:
    session, action = await ready(bench, kind)
    before = len(bench.chain.committed), len(bench.chain.results)
    confirming(bench, out_of_gas)
    await action()
    assert (len(bench.chain.committed), len(bench.chain.results)) == (before[0] + 1, before[1] + 1)
    assert (newest(session).kind, newest(session).outcome) == (kind, Outcome.DONE)


@EVERY_KIND
async def test_a_false_out_of_gas_before_its_block_stays_open_until_the_block_decides(
    bench: Bench, kind: IntentKind
) -> None:
    session, action = await ready(bench, kind)
    before = len(bench.chain.committed)
    real = bench.chain.confirm

    async def confirm(tx: SignedTx) -> TxResult:
        return TxResult(tx.hash, 1, 11, "sdk", "out of gas", 9, tx.draft.fee, (), 1)

    bench.chain.confirm = confirm  # type: ignore[method-assign]
    with pytest.raises(Refused) as caught:
        await action()
    assert not caught.value.certain
    assert "akash-tui resume decides" in caught.value.advice
    assert newest(session).outcome is Outcome.OPEN
    assert len(bench.chain.pool) == 1  # one was signed, not two
    bench.chain.confirm = real  # type: ignore[method-assign]
    await bench.clock.sleep(12)
    await resume(session)
    assert newest(session).outcome is Outcome.DONE
    assert len(bench.chain.committed) == before + 1


@EVERY_KIND
async def test_taken_and_then_refused_by_one_node_stays_open_and_the_block_decides(
    bench: Bench, kind: IntentKind
) -> None:
    session, action = await ready(bench, kind)
    real = bench.chain.broadcast

    async def broadcast(tx: SignedTx) -> None:
        await real(tx)
        raise Refused("The chain refused: no.", codespace="sdk", number=13).reported_by_one(tx.expires)

    bench.chain.broadcast = broadcast  # type: ignore[method-assign]
    with pytest.raises(Refused) as caught:
        await action()
    assert not caught.value.certain
    assert newest(session).outcome is Outcome.OPEN
    await bench.clock.sleep(12)
    await resume(session)
    assert newest(session).outcome is Outcome.DONE


@EVERY_KIND
async def test_a_false_never_is_overruled_by_the_effect(bench: Bench, kind: IntentKind) -> None:
    session, action = await ready(bench, kind)

    def never(result: TxResult) -> TxResult:
        raise NeverIncluded("The transaction never got into a block.", "Do it again.")

    confirming(bench, never)
    await action()
    assert newest(session).outcome is Outcome.DONE


@EVERY_KIND
async def test_contradicting_records_are_overruled_by_the_effect(bench: Bench, kind: IntentKind) -> None:
    session, action = await ready(bench, kind)

    def contradicted(result: TxResult) -> TxResult:
        raise TxUnknown("The endpoints contradict each other.", tx_hash=result.hash)

    confirming(bench, contradicted)
    await action()
    assert newest(session).outcome is Outcome.DONE


@EVERY_KIND
async def test_a_false_record_that_resume_meets_is_overruled_by_the_effect(bench: Bench, kind: IntentKind) -> None:
    session, action = await ready(bench, kind)

    async def killed(tx: SignedTx) -> TxResult:
        raise TxUnknown("No answer.", tx_hash=tx.hash)

    real = bench.chain.confirm
    bench.chain.confirm = killed  # type: ignore[method-assign]
    with pytest.raises(TxUnknown):
        await action()
    bench.chain.confirm = real  # type: ignore[method-assign]
    await bench.clock.sleep(12)
    bench.chain.step()
    hash = newest(session).tx_hash
    bench.chain.results[hash] = out_of_gas(bench.chain.results[hash])
    await resume(session)
    assert newest(session).outcome is Outcome.DONE


async def test_a_true_failure_of_the_only_node_counts_once_the_time_out_has_passed(bench: Bench) -> None:
    session, action = await ready(bench, IntentKind.DEPOSIT)
    bench.chain.witnesses = 1
    bench.chain.gas_needed = 200_000
    with pytest.raises(Refused, match="out of gas"):
        await action()
    assert newest(session).outcome is Outcome.OPEN
    assert len(bench.chain.results) == 3  # nothing was signed again, though the ceiling would allow it
    id = newest(session).deployment
    with pytest.raises(TxUnknown, match="undecided"):
        await deposit(session, await deposit_quote(session, id, act("1")))
    await bench.clock.sleep(TTL + 1)
    (settled,) = (await resume(session)).settled
    assert settled.outcome is Outcome.FAILED
    bench.chain.gas_needed = 100_000
    await deposit(session, await deposit_quote(session, id, act("1")))
    assert newest(session).outcome is Outcome.DONE


async def test_an_unreadable_state_does_not_turn_one_nodes_word_into_a_failure(bench: Bench) -> None:
    session, action = await ready(bench, IntentKind.DEPOSIT)
    confirming(bench, out_of_gas)
    gate = bench.chain.gate

    def away(name: str) -> None:
        if name == "deployment" and bench.chain.results and bench.chain.committed[-1] == quoted:
            raise Unreachable("No node answers.")

    quoted = (await deposit_quote(session, next(iter(bench.chain.deployments_)), act("1"))).draft.messages
    bench.chain.gate = away
    with pytest.raises(AkashError):
        await action()
    assert newest(session).outcome is Outcome.OPEN
    bench.chain.gate = gate
    await resume(session)
    assert newest(session).outcome is Outcome.DONE


@pytest.mark.parametrize("spent", ["0", "123456.75"])
async def test_a_deposit_is_seen_in_what_was_ever_deposited_however_much_was_paid_out_since(
    bench: Bench, spent: str
) -> None:
    session, action = await ready(bench, IntentKind.DEPOSIT)

    def settled(result: TxResult) -> TxResult:
        (id,) = bench.chain.deployments_
        found = bench.chain.deployments_[id]
        paid = DecCoin(UACT, Decimal(spent))
        left = DecCoin(UACT, found.escrow.held(UACT) - paid.amount)
        escrow = replace(found.escrow, funds=(left,), transferred=(paid,))
        bench.chain.deployments_[id] = replace(found, escrow=escrow)
        return out_of_gas(result)

    confirming(bench, settled)
    await action()
    assert newest(session).outcome is Outcome.DONE


async def test_a_mint_found_in_the_ledger_has_the_ledgers_height(bench: Bench, ledger: list[MintRecord]) -> None:
    _, action = await ready(bench, IntentKind.MINT)
    confirming(bench, lambda result: replace(out_of_gas(result), height=7))
    assert (await action()).height == ledger[-1].height != 7


async def test_a_mint_of_before_is_not_taken_for_this_one(bench: Bench, ledger: list[MintRecord]) -> None:
    session, action = await ready(bench, IntentKind.MINT)
    bench.chain.witnesses, bench.chain.gas_needed = 1, 10**9
    with pytest.raises(Refused):
        await action()
    assert len(ledger) == 1
    await bench.clock.sleep(TTL + 1)
    await resume(session)
    assert newest(session).outcome is Outcome.FAILED


async def test_a_head_far_ahead_with_a_404_is_not_never_before_our_own_clock_says_so(bench: Bench) -> None:
    session, action = await ready(bench, IntentKind.DEPOSIT)

    async def killed(tx: SignedTx) -> TxResult:
        raise TxUnknown("No answer.", tx_hash=tx.hash)

    async def never(tx: SignedTx) -> TxResult:
        raise NeverIncluded("It never got into a block.", "Do it again.")

    real = bench.chain.head

    async def ahead() -> Any:
        head = await real()
        return replace(head, time=head.time + timedelta(minutes=10))

    bench.chain.confirm, bench.chain.drop = killed, True  # type: ignore[method-assign]
    with pytest.raises(TxUnknown):
        await action()
    bench.chain.confirm, bench.chain.head = never, ahead  # type: ignore[method-assign]
    (settled,) = (await resume(session)).settled
    assert settled.outcome is Outcome.OPEN
    (settled,) = (await resume(session, wait=TTL - 5)).settled
    assert settled.outcome is Outcome.OPEN
    (settled,) = (await resume(session, wait=10)).settled
    assert settled.outcome is Outcome.NEVER
    assert bench.clock.elapsed > TTL


async def test_a_wall_clock_set_forward_alone_does_not_make_it_never(bench: Bench) -> None:
    """The whole life of the transaction must have passed since it was signed, and the head be past its time-out."""
    session, action = await ready(bench, IntentKind.DEPOSIT)
    bench.chain.drop = True

    async def killed(tx: SignedTx) -> TxResult:
        raise TxUnknown("No answer.", tx_hash=tx.hash)

    bench.chain.confirm = killed  # type: ignore[method-assign]
    with pytest.raises(TxUnknown):
        await action()
    now = bench.clock.now
    bench.clock.now = lambda: now() + timedelta(hours=1)  # type: ignore[method-assign]
    (settled,) = (await resume(session)).settled
    assert settled.outcome is Outcome.OPEN


async def test_a_false_record_and_then_a_404_is_not_never_before_the_whole_life_of_what_a_killed_process_signed(
    bench: Bench,
) -> None:
    """The head that it was signed for was 50 s behind our clock: its time-out alone comes too early."""
    session, action = await ready(bench, IntentKind.DEPOSIT)
    bench.chain.drop = True
    real = bench.chain.head

    async def behind() -> Any:
        head = await real()
        return replace(head, time=head.time - timedelta(seconds=50))

    async def killed(tx: SignedTx) -> TxResult:
        raise TxUnknown("No answer.", tx_hash=tx.hash)

    async def found(tx_hash: str) -> TxResult:
        return TxResult(tx_hash, 7, 11, "sdk", "out of gas", 1, None, (), 1)

    async def denied(tx: SignedTx) -> TxResult:
        if tx.expires is not None and bench.clock.now() > tx.expires:
            raise NeverIncluded("It never got into a block.", "Do it again.")
        raise TxUnknown("Not yet.", tx_hash=tx.hash)

    bench.chain.confirm, bench.chain.head = killed, behind  # type: ignore[method-assign]
    with pytest.raises(TxUnknown):
        await action()
    bench.chain.confirm, bench.chain.find_tx = denied, found  # type: ignore[method-assign]
    bench.clock.elapsed += 20
    await resume(session)
    assert newest(session).outcome is Outcome.OPEN
    bench.clock.elapsed += TTL
    await resume(session)
    assert newest(session).outcome is Outcome.NEVER


async def test_a_record_that_hides_the_fee_does_not_raise_the_sum_of_all_tries(bench: Bench) -> None:
    """Out of gas, as two endpoints report; the first adds that it cost nothing."""
    _, action = await ready(bench, IntentKind.DEPOSIT)
    confirming(bench, lambda result: replace(result, fee=Coin(UAKT, 0)))
    bench.chain.gas_needed = 10_000_000
    before = set(bench.chain.results)
    with pytest.raises(Refused, match="out of gas"):
        await action()
    paid = [r.fee.amount for hash, r in bench.chain.results.items() if hash not in before and r.fee is not None]
    assert len(paid) == 2
    assert sum(paid) <= 4 * paid[0]


@pytest.mark.parametrize("kind", [IntentKind.CREATE, IntentKind.LEASE, IntentKind.DEPOSIT, IntentKind.MINT])
async def test_an_effect_that_the_first_node_hides_is_seen_at_a_second_one(
    bench: Bench, kind: IntentKind, ledger: list[MintRecord]
) -> None:
    """Its record is denied where the others have pruned theirs: only the state of the second one shows it."""
    session, action = await ready(bench, kind)
    hidden = {name: getattr(bench.chain, name) for name in ("bid", "akt_price", "deployment", "lease", "mint_records")}
    old = dict(bench.chain.deployments_)

    async def deployment(id: DeploymentId) -> Deployment | None:
        bench.chain.step()
        return old.get(id)

    async def lease(id: LeaseId) -> Lease | None:
        return None

    async def records(owner: str) -> list[MintRecord]:
        return ledger[:1]

    async def never(tx: SignedTx) -> TxResult:
        await bench.clock.sleep(TTL * 2)
        raise NeverIncluded("It never got into a block.", "Do it again.")

    bench.chain.confirm = never  # type: ignore[method-assign]
    bench.chain.deployment, bench.chain.lease = deployment, lease  # type: ignore[method-assign]
    bench.chain.mint_records = records  # type: ignore[method-assign]
    bench.chain.second_ = SimpleNamespace(**hidden)
    await action()
    assert newest(session).outcome is Outcome.DONE


def refused_after_an_earlier_one(bench: Bench) -> None:
    """The next transaction is refused; the first node lags until it is signed, while a second one does not."""
    lagging = dict(bench.chain.deployments_)
    (id,) = lagging
    escrow = lagging[id].escrow
    more = DecCoin(UACT, escrow.held(UACT) + 1_000_000)
    bench.chain.deployments_[id] = replace(lagging[id], escrow=replace(escrow, funds=(more,)))
    real, sign = bench.chain.deployment, bench.chain.sign

    async def late(id: DeploymentId) -> Deployment | None:
        return lagging[id]

    async def signed(*args: Any, **options: Any) -> SignedTx:
        bench.chain.deployment = real  # type: ignore[method-assign]
        return await sign(*args, **options)

    bench.chain.deployment, bench.chain.sign = late, signed  # type: ignore[method-assign]
    bench.chain.second_ = SimpleNamespace(deployment=real)
    bench.chain.witnesses, bench.chain.gas_needed = 1, 10**9


async def test_an_earlier_deposit_that_the_first_node_shows_late_is_not_taken_for_a_refused_one(bench: Bench) -> None:
    session, action = await ready(bench, IntentKind.DEPOSIT)
    refused_after_an_earlier_one(bench)
    with pytest.raises(Refused):
        await action()
    assert newest(session).outcome is not Outcome.DONE


async def test_an_earlier_mint_that_the_first_node_shows_late_is_not_taken_for_a_refused_one(
    bench: Bench, ledger: list[MintRecord]
) -> None:
    session, action = await ready(bench, IntentKind.MINT)
    ledger.append(MintRecord(OWNER, 900, 1, UAKT, "executed", None, None))
    real, sign = bench.chain.mint_records, bench.chain.sign

    async def late(owner: str) -> list[MintRecord]:
        return ledger[:1]

    async def signed(*args: Any, **options: Any) -> SignedTx:
        bench.chain.mint_records = real  # type: ignore[method-assign]
        return await sign(*args, **options)

    bench.chain.mint_records, bench.chain.sign = late, signed  # type: ignore[method-assign]
    bench.chain.second_ = SimpleNamespace(mint_records=real)
    bench.chain.witnesses, bench.chain.gas_needed = 1, 10**9
    with pytest.raises(Refused):
        await action()
    assert newest(session).outcome is not Outcome.DONE


async def test_an_earlier_grant_that_the_first_node_hid_is_not_taken_for_a_refused_one(bench: Bench) -> None:
    session = bench.session()
    await granting.execute(session, await granting.grant_quote(session, FRIEND, None, 5, None))
    giving = await granting.grant_quote(session, FRIEND, None, 9, None)
    real, sign = bench.chain.grants_by, bench.chain.sign

    async def hidden(address: str) -> Grants:
        return Grants()

    async def signed(*args: Any, **options: Any) -> SignedTx:
        bench.chain.grants_by = real  # type: ignore[method-assign]
        return await sign(*args, **options)

    bench.chain.grants_by, bench.chain.sign = hidden, signed  # type: ignore[method-assign]
    bench.chain.second_ = SimpleNamespace(grants_by=real)
    bench.chain.witnesses, bench.chain.gas_needed = 1, 10**9
    with pytest.raises(Refused):
        await granting.execute(session, giving)
    assert newest(session).outcome is not Outcome.DONE


@pytest.mark.parametrize("kind", [IntentKind.MINT, IntentKind.BURN])
async def test_a_mint_of_another_amount_from_elsewhere_is_not_taken_for_a_refused_one(
    bench: Bench, kind: IntentKind, ledger: list[MintRecord]
) -> None:
    session, action = await ready(bench, kind)
    denom = UAKT if kind is IntentKind.MINT else UACT
    sign = bench.chain.sign

    async def signed(*args: Any, **options: Any) -> SignedTx:
        height = bench.chain.height + 1
        ledger.append(MintRecord(OWNER, height, 9, denom, "executed", None, None, burned=Coin(denom, 77)))
        return await sign(*args, **options)

    bench.chain.sign = signed  # type: ignore[method-assign]
    bench.chain.witnesses, bench.chain.gas_needed = 1, 10**9
    with pytest.raises(Refused):
        await action()
    assert newest(session).outcome is not Outcome.DONE


@pytest.mark.parametrize("kind", [IntentKind.MINT, IntentKind.BURN])
async def test_a_mint_whose_amount_the_ledger_names_is_seen_in_it(
    bench: Bench, kind: IntentKind, ledger: list[MintRecord]
) -> None:
    session, action = await ready(bench, kind)
    real = bench.chain._apply

    def apply(message: Message, height: int) -> list[Any]:
        events = real(message, height)
        if isinstance(message, MintAct | BurnAct):
            ledger[-1] = replace(ledger[-1], burned=message.burn)
        return events

    bench.chain._apply = apply  # type: ignore[method-assign]
    confirming(bench, out_of_gas)
    await action()
    assert newest(session).outcome is Outcome.DONE


async def test_an_epoch_of_a_hundred_years_does_not_make_a_mint_wait_for_ever(
    bench: Bench, ledger: list[MintRecord]
) -> None:
    session = bench.session()
    quote = replace(await minting.mint_quote(session, Decimal(5)), seconds=3e9)
    result = await minting.execute(session, quote)
    before = bench.clock.elapsed
    assert await minting.outcome(session, quote, result) is None
    assert bench.clock.elapsed - before <= 2 * minting.LONGEST_WAIT


async def test_states_that_were_shown_are_what_the_chain_has(bench: Bench) -> None:
    """The fake chain really did what the lies deny."""
    _, action = await ready(bench, IntentKind.CLOSE)
    confirming(bench, out_of_gas)
    await action()
    (deployment,) = bench.chain.deployments_.values()
    assert deployment.state is DeploymentState.CLOSED
    assert deployment.groups[0].state is GroupState.OPEN
