"""Asking for bids once more: one transaction closes the old deployment and makes the new one, or does neither."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from decimal import Decimal

import pytest

from akash_tui.domain.akash.entities import DeploymentId, DeploymentState
from akash_tui.domain.akash.messages import CloseDeployment, CreateDeployment
from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.domain.market.fit_reasons import Change, ChangeKind
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.close import close
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.manifest_delivery import deliver
from akash_tui.services.deployment.redeploy import RedeployPlan, ask_again_quote, redeploy, why_not_again
from akash_tui.services.deployment.resume import NextStep, resume
from akash_tui.services.leases.lease_reader import Leases
from akash_tui.services.ports import AkashError, BadInput, ManifestRefused, SignedTx, TxResult, TxUnknown
from akash_tui.services.spending.quoting import close_quote, create_quote
from akash_tui.services.storage.journal_entries import IntentKind, Outcome, SavedStage
from tests.fakes.chain import OWNER
from tests.fakes.session import SDL, Bench, act, compiled
from tests.services.deployment.test_killed_at_each_step import killed_at
from tests.services.leases.test_lease_reader import leased


async def waiting(bench: Bench, deposit: str = "2") -> DeploymentId:
    """A deployment that waits for bids, with this much ACT in escrow."""
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL, "web", deposit=act(deposit), hours=None)
    return (await create(session, quote)).id


def states(bench: Bench) -> dict[DeploymentId, DeploymentState]:
    return {id: deployment.state for id, deployment in bench.chain.deployments_.items()}


async def test_both_halves_are_one_transaction(bench: Bench) -> None:
    old = await waiting(bench)
    session = bench.session()
    had = bench.chain.balances_[OWNER][UACT]
    again = await ask_again_quote(session, old)
    quote = again.create
    assert quote.closing is not None
    assert (quote.closing.id, quote.closing.refund, quote.closing.leases) == (old, Coin(UACT, 2_000_000), 0)
    assert (quote.deposit, quote.sdl, quote.name) == (Coin(UACT, 2_000_000), SDL, "web")
    after = {c.denom: c.amount for c in quote.balances_after}
    assert after[UACT] == {c.denom: c.amount for c in quote.balances_before}[UACT] == had
    run = await create(session, quote)
    assert states(bench) == {old: DeploymentState.CLOSED, run.id: DeploymentState.ACTIVE}
    assert bench.chain.balances_[OWNER][UACT] == had
    assert [type(m) for m in bench.chain.committed[-1]] == [CloseDeployment, CreateDeployment]
    made, closed = [next(i for i in session.journal.intents() if i.dseq == id.dseq) for id in (run.id, old)]
    assert made.tx_hash == closed.tx_hash
    assert (made.kind, closed.kind) == (IntentKind.CREATE, IntentKind.CLOSE)
    assert (made.about["replaces"], closed.about["replaced_by"]) == (old.dseq, run.id.dseq)
    stages = {saved.id: saved.stage for saved in session.journal.deployments(session.network.chain_id, OWNER)}
    assert stages == {old: SavedStage.CLOSED, run.id: SavedStage.OPEN}


async def test_a_change_is_made_in_the_sdl_of_the_new_one_and_named(bench: Bench) -> None:
    session = bench.session()
    same = await ask_again_quote(session, await waiting(bench))
    again = await ask_again_quote(session, same.old, change=Change(ChangeKind.RAISE_PRICE, value="9.00"))
    assert (same.changed, again.changed) == ("", "raise the cap to $9.00/h")
    assert same.create.max_h < again.create.max_h == pytest.approx(Decimal(9), rel=Decimal("0.01"))


async def test_the_refund_pays_the_new_deposit(bench: Bench) -> None:
    old = await waiting(bench)
    bench.chain.balances_[OWNER][UACT] = 0
    session = bench.session()
    run = await create(session, (await ask_again_quote(session, old)).create)
    assert bench.chain.deployments_[run.id].escrow.held(UACT) == 2_000_000
    assert bench.chain.balances_[OWNER][UACT] == 0


async def test_a_provider_that_failed_is_avoided_and_its_lease_ends(bench: Bench) -> None:
    failed = await leased(bench, delivered=False)
    bench.gateway.faults = [ManifestRefused("no", status=422)]
    with pytest.raises(ManifestRefused):
        await deliver(bench.session(), failed)
    again = await ask_again_quote(bench.session(), failed.id)
    assert again.avoid == {failed.leases[0].id.provider: "it never accepted the manifest"}
    assert again.create.closing is not None
    assert again.create.closing.leases == 1
    assert again.create.deposit == Coin(UACT, 500_000), "as it was created, not as it was topped up"


async def test_one_that_is_closed_already_is_only_deployed_again(bench: Bench) -> None:
    old = await waiting(bench)
    session = bench.session()
    await close(session, await close_quote(session, old))
    again = await ask_again_quote(session, old)
    assert again.create.closing is None
    await create(session, again.create)
    assert [type(m) for m in bench.chain.committed[-1]] == [CreateDeployment]


async def test_asked_again_twice_makes_one_deployment(bench: Bench) -> None:
    old = await waiting(bench)
    session = bench.session()
    new = await create(session, (await ask_again_quote(session, old)).create)
    with pytest.raises(BadInput, match=f"it is {new.id.dseq} now"):
        await ask_again_quote(session, old)
    await close(session, await close_quote(session, new.id))
    assert (await ask_again_quote(session, old)).create.closing is None


async def test_while_an_earlier_transaction_is_undecided_nothing_is_quoted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await waiting(bench)
    session = bench.session()
    again = await ask_again_quote(session, old)

    async def silent(tx: SignedTx) -> TxResult:
        raise TxUnknown("Nobody can say yet.", "Run resume.", tx_hash=tx.hash)

    with monkeypatch.context() as unsure:
        unsure.setattr(bench.chain, "confirm", silent)
        unsure.setattr(bench.chain, "drop", True)
        with pytest.raises(TxUnknown):
            await create(session, again.create)
    with pytest.raises(TxUnknown, match="undecided"):
        await ask_again_quote(session, old)
    bench.clock.elapsed += 3600
    texts = [item.text for item in (await resume(session)).settled]
    new = again.create.id.dseq
    assert [text.partition(" never")[0] for text in texts] == [
        f"The creation of deployment {new} (in place of {old.dseq}, in one transaction)",
        f"The close of deployment {old.dseq} (for the new {new}, in one transaction)",
    ]
    assert states(bench) == {old: DeploymentState.ACTIVE}


async def test_what_runs_is_not_asked_for_again(bench: Bench) -> None:
    bench.gateway.ready_after = 0
    run = await leased(bench)
    view = await Leases(bench.session()).one(run.id)
    assert why_not_again(view.state)
    assert why_not_again(replace(view, leases=()).state) is None


async def test_an_sdl_that_is_not_known_exactly_is_not_deployed_by_one_key(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = await waiting(bench)

    async def rebuilt(session: Session, id: DeploymentId) -> RedeployPlan:
        return replace(await redeploy(session, id), exact=False)

    monkeypatch.setattr("akash_tui.services.deployment.redeploy.redeploy", rebuilt)
    with pytest.raises(BadInput, match="not known exactly"):
        await ask_again_quote(bench.session(), old)


async def test_closed_elsewhere_meanwhile_nothing_is_created(bench: Bench) -> None:
    old = await waiting(bench)
    session = bench.session()
    again = await ask_again_quote(session, old)
    bench.chain._close(old, bench.chain.height)
    with pytest.raises(AkashError):
        await create(session, again.create)
    assert set(states(bench)) == {old}


def test_killed_at_each_step_both_halves_have_happened_or_neither(bench: Bench) -> None:
    old = asyncio.run(waiting(bench))
    bench.clock.forget()
    outcomes: set[tuple[int, bool]] = set()

    async def work(session: Session) -> None:
        await create(session, (await ask_again_quote(session, old)).create)

    for step in range(1, 200):
        killed, _ = killed_at(bench, step, work)

        async def settled() -> None:
            session = bench.session()
            bench.clock.elapsed += 3600  # its time-out has passed, or it is in a block
            report = await resume(session)
            assert all(item.outcome is not Outcome.OPEN for item in report.settled)
            assert all(item.next is NextStep.CHOOSE for item in report.pending), "the deposit is never forgotten"

        asyncio.run(settled())
        bench.clock.forget()
        active = [id for id, state in states(bench).items() if state is DeploymentState.ACTIVE]
        outcomes.add((len(active), old in active))
        if old not in active:
            break
    assert outcomes == {(1, True), (1, False)}, "one deployment is open before, one after, at every moment"
    assert killed
