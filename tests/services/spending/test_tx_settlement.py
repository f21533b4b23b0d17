"""A transaction of long ago, and only nodes that have thrown those blocks away: never said to be undone by guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from akash_tui.domain.akash.calendar import ChainPlans, Upgrade
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.deployment.resume import resume
from akash_tui.services.ports import Head, SignedTx, TxForgotten, TxResult, TxUnknown
from akash_tui.services.spending.quoting import create_quote
from akash_tui.services.spending.tx_settlement import refuse_while_open, settle
from akash_tui.services.storage.journal_entries import Intent, IntentKind, Outcome
from tests.fakes.session import SDL, Bench, act, compiled


async def lost(bench: Bench, kind: IntentKind, *, silent: int = 0) -> tuple[Session, DeploymentRun, Intent]:
    """A deployment, and an open intent for it whose time-out is over; every node has forgotten those blocks."""
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
    draft = await bench.chain.simulate((), session.require_signer())
    tx = SignedTx(draft, b"x", "CD" * 32, (await bench.chain.head()).time - timedelta(hours=5))
    now = session.clock.now() - timedelta(hours=5)
    intent = session.journal.intend(kind, run.chain_id, session.owner, run.id.dseq, tx, {}, now)

    async def confirm(tx: SignedTx) -> TxResult:
        raise TxForgotten("No node remembers back to then.", "Look.", tx_hash=tx.hash, silent=silent)

    bench.chain.confirm = confirm  # type: ignore[method-assign]
    return session, run, intent


async def outcome(session: Session, intent: Intent) -> Outcome:
    return next(i.outcome for i in session.journal.intents() if i.key == intent.key)


@pytest.mark.parametrize("kind", [IntentKind.DEPOSIT, IntentKind.MINT, IntentKind.BURN])
async def test_of_money_nobody_says_that_it_is_safe_to_send_it_again(bench: Bench, kind: IntentKind) -> None:
    session, _, intent = await lost(bench, kind)
    (settled,) = (await resume(session)).settled
    assert settled.outcome is Outcome.UNKNOWN
    assert "cannot be found out any more" in settled.text
    assert "safe" not in settled.text
    assert "nothing was spent" not in settled.text
    assert await outcome(session, intent) is Outcome.UNKNOWN
    assert (await resume(session)).settled == ()  # it does not come back for ever


async def test_a_deployment_is_not_locked_for_good_by_it(bench: Bench) -> None:
    session, run, _ = await lost(bench, IntentKind.DEPOSIT)
    del bench.chain.confirm
    again = session
    quote = await deposit_quote(again, run.id, act("1"))

    async def forget(tx: SignedTx) -> TxResult:
        raise TxForgotten("No node remembers back to then.", "Look.", tx_hash=tx.hash, silent=0)

    real = bench.chain.confirm
    bench.chain.confirm = lambda tx: forget(tx) if tx.hash == "CD" * 32 else real(tx)  # type: ignore[method-assign]
    assert (await deposit(again, quote)).code == 0


async def test_a_node_that_does_not_answer_is_asked_again_for_a_day(bench: Bench) -> None:
    session, run, intent = await lost(bench, IntentKind.DEPOSIT, silent=1)
    assert (await resume(session)).settled[0].outcome is Outcome.OPEN
    with pytest.raises(TxUnknown):
        await deposit(session, await deposit_quote(session, run.id, act("1")))
    await bench.clock.sleep(86_400)
    assert (await resume(session)).settled[0].outcome is Outcome.UNKNOWN
    assert await outcome(session, intent) is Outcome.UNKNOWN


async def test_what_would_still_be_there_to_see_never_happened(bench: Bench) -> None:
    session, _, intent = await lost(bench, IntentKind.CLOSE, silent=1)
    (settled,) = (await resume(session)).settled
    assert settled.outcome is Outcome.NEVER
    assert await outcome(session, intent) is Outcome.NEVER


async def test_a_creation_that_was_updated_elsewhere_since_is_not_called_undone(bench: Bench) -> None:
    session, run, intent = await lost(bench, IntentKind.CREATE)
    known = bench.chain.deployments_[run.id]
    bench.chain.deployments_[run.id] = replace(known, hash=b"another" * 4)
    (settled,) = (await resume(session)).settled
    assert settled.outcome is Outcome.UNKNOWN
    assert "safe" not in settled.text
    assert await outcome(session, intent) is Outcome.UNKNOWN


async def test_a_creation_that_nobody_sees_never_happened(bench: Bench) -> None:
    session, run, intent = await lost(bench, IntentKind.CREATE)
    del bench.chain.deployments_[run.id]
    await resume(session)
    assert await outcome(session, intent) is Outcome.NEVER


async def test_and_what_is_there_to_see_happened(bench: Bench) -> None:
    session, run, intent = await lost(bench, IntentKind.UPDATE)
    deployment = await session.chain.deployment(run.id)
    assert deployment is not None
    intent.about["version"] = deployment.hash.hex()
    assert (await settle(session, intent)).outcome is Outcome.DONE


@pytest.mark.parametrize("stands_past_it", [False, True])
async def test_while_the_chain_is_halted_for_an_upgrade_nothing_is_decided(bench: Bench, stands_past_it: bool) -> None:
    session = bench.session()
    run = await create(session, await create_quote(session, compiled(SDL), SDL, "web"))
    await deposit(session, await deposit_quote(session, run.id, act("1")))
    quote = await deposit_quote(session, run.id, act("2"))
    bench.chain.drop = True
    tx = await bench.chain.sign(quote.draft, session.require_signer())
    intent = session.journal.intend(
        IntentKind.DEPOSIT, run.chain_id, session.owner, run.id.dseq, tx, {}, session.clock.now()
    )
    height = bench.chain.height + (20 if stands_past_it else 2)
    at = (await bench.chain.head()).time + timedelta(seconds=6 * (20 if stands_past_it else 2))
    bench.chain.plans_ = ChainPlans(Upgrade("v2.2.0", height + 1))

    async def head() -> Head:
        return Head(height, at, run.chain_id, bench.clock.now())

    async def undecided(tx: SignedTx) -> TxResult:
        raise TxUnknown("The chain is halted for upgrade v2.2.0.", tx_hash=tx.hash)

    bench.chain.head = head  # type: ignore[method-assign]
    bench.chain.confirm = undecided  # type: ignore[method-assign]
    bench.clock.elapsed += 3 * 3600
    assert (await settle(session, intent)).outcome is Outcome.OPEN
    with pytest.raises(TxUnknown) as caught:
        await refuse_while_open(session, run.id)
    assert "is halted for upgrade v2.2.0 since" in caught.value.advice
    assert "in the next block" in caught.value.advice
    (settled,) = (await resume(session)).settled
    assert settled.outcome is Outcome.OPEN
    assert "is halted for upgrade v2.2.0 since" in settled.text
    assert await outcome(session, intent) is Outcome.OPEN
