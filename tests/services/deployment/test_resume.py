"""One deployment that cannot be looked up hides no other from `resume`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from types import SimpleNamespace

import pytest

from akash_tui.domain.akash.entities import Deployment, DeploymentId, DeploymentState
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.resume import NextStep, resume
from akash_tui.services.ports import (
    ONE_ENDPOINT_SAYS,
    AkashError,
    NeverIncluded,
    ProviderUnreachable,
    Refused,
    SignedTx,
    TxResult,
    TxUnknown,
)
from akash_tui.services.spending.quoting import create_quote
from tests.fakes.session import SDL, Bench, compiled
from tests.fakes.signer import FakeSigner
from tests.services.leases.test_lease_reader import leased


async def test_a_refused_read_is_told_and_the_others_are_looked_up(bench: Bench) -> None:
    session = bench.session()
    for name in ("older", "newer"):
        await create(session, await create_quote(session, compiled(SDL), SDL, name))
    asked: list[str] = []

    def refuse_first(name: str) -> None:
        if name == "deployment":
            asked.append(name)
            if len(asked) == 1:
                raise Refused("The node does not offer this request.", "Use another endpoint.")

    bench.chain.gate = refuse_first
    report = await resume(session)
    assert [item.next for item in report.pending] == [NextStep.WAIT, NextStep.CHOOSE]
    assert "does not offer" in report.pending[0].text


async def test_a_deployment_that_one_node_alone_shows_closed_is_not_forgotten(bench: Bench) -> None:
    run = await leased(bench)
    real = bench.chain.deployment

    async def closed(id: DeploymentId) -> Deployment | None:
        shown = await real(id)
        return None if shown is None else replace(shown, state=DeploymentState.CLOSED)

    bench.chain.deployment = closed  # type: ignore[method-assign]
    bench.chain.second_ = SimpleNamespace(deployment=real)
    (item,) = (await resume(bench.session())).pending
    assert (item.id, item.next) == (run.id, NextStep.WAIT)
    assert "do not agree" in item.text
    bench.chain.deployment = real  # type: ignore[method-assign]
    (item,) = (await resume(bench.session())).pending
    assert item.next is not NextStep.WAIT


@pytest.mark.parametrize("alone", [True, False])
async def test_what_one_endpoint_alone_calls_undone_is_not_called_safe_to_repeat(bench: Bench, alone: bool) -> None:
    session = bench.session()
    quote = await create_quote(session, compiled(SDL), SDL, "web")
    bench.chain.drop = True
    answers: list[AkashError] = [
        TxUnknown("Not known.", "", tx_hash="AB"),
        NeverIncluded(f"It never got into a block.{f' {ONE_ENDPOINT_SAYS}' if alone else ''}", ""),
    ]

    async def confirm(tx: SignedTx) -> TxResult:
        raise answers.pop(0)

    bench.chain.confirm = confirm  # type: ignore[method-assign]
    with pytest.raises(TxUnknown):
        await create(session, quote)
    bench.clock.elapsed += 600
    (settled,) = (await resume(session)).settled
    assert ("safe to do it again" in settled.text) != alone
    assert (ONE_ENDPOINT_SAYS in settled.text) == alone


async def test_a_manifest_that_is_not_taken_ends_soon_and_is_an_error(bench: Bench) -> None:
    await leased(bench, delivered=False)
    bench.gateway.faults = [ProviderUnreachable("The provider does not answer.", status=0) for _ in range(500)]
    start = bench.clock.elapsed
    report = await resume(bench.session(), carry_on=True, manifest_wait=30)
    assert bench.clock.elapsed - start <= 31
    (item,) = report.pending
    assert (item.next, [type(error) for error in report.errors]) == (NextStep.DELIVER, [ProviderUnreachable])
    assert report.errors[0].exit_code == 6
    bench.gateway.faults = []
    assert (await resume(bench.session(), carry_on=True)).errors == ()


async def test_a_manifest_that_is_not_here_is_never_promised(bench: Bench) -> None:
    run = await leased(bench)
    bench.chain.deployments_[run.id] = replace(bench.chain.deployments_[run.id], hash=b"e" * 32)  # changed elsewhere
    bench.gateway.accepted.clear()
    session = bench.session()
    (item,) = (await resume(session)).pending
    assert item.next is NextStep.WATCH
    assert "has nothing for it" in item.text
    assert "its manifest is not here" in item.text
    assert "resume --yes" not in item.advice
    assert [lease.delivered for lease in session.journal.leases("fake-1", run.id)] == [True]


async def test_nobody_has_to_type_a_passphrase_in_seconds(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    await leased(bench)
    limits: list[float] = []
    asked: list[list[float]] = []

    @asynccontextmanager
    async def limited(seconds: float) -> AsyncIterator[None]:
        limits.append(seconds)
        yield
        limits.pop()

    def unlock() -> FakeSigner:
        asked.append(list(limits))
        return FakeSigner()

    monkeypatch.setattr(asyncio, "timeout", limited)
    (item,) = (await resume(bench.session(signer=None, unlock=unlock))).pending
    assert item.text == "It is leased and has its manifest."
    assert asked == [[]]
