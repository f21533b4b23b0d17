"""A quote is good for one transaction, on its own chain, and only while nothing like it has happened since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.messages import DepositDeployment
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.deployment.deployer import Deployer
from akash_tui.services.ports import AkashError, Stale, TxUnknown
from akash_tui.services.storage.journal_entries import Outcome
from tests.fakes.session import SDL, Bench, act, compiled


async def created(bench: Bench) -> tuple[Deployer, DeploymentRun]:
    deployer = Deployer(bench.session())
    return deployer, await deployer.create(await deployer.prepare(compiled(SDL), SDL, "web"))


def deposits(bench: Bench) -> int:
    return sum(isinstance(m, DepositDeployment) for messages in bench.chain.committed for m in messages)


async def test_the_same_quote_is_not_signed_twice(bench: Bench) -> None:
    deployer, run = await created(bench)
    quote = await deployer.quote_deposit(run.id, act("6"))
    await deployer.deposit(quote)
    with pytest.raises(Stale):
        await deployer.deposit(quote)
    assert deposits(bench) == 1
    await deployer.deposit(await deployer.quote_deposit(run.id, act("6")))
    assert deposits(bench) == 2


async def test_what_nobody_was_sure_of_is_not_done_again_once_it_is_found(bench: Bench) -> None:
    deployer, run = await created(bench)
    gate = bench.chain.gate

    def unanswered(name: str) -> None:
        if name == "broadcast done":
            raise TxUnknown("No answer.", tx_hash="?")

    quote = await deployer.quote_deposit(run.id, act("6"))
    bench.chain.gate = unanswered
    with pytest.raises(TxUnknown):
        await deployer.deposit(quote)
    bench.chain.gate = gate
    again = await deployer.quote_deposit(run.id, act("6"))  # made before anybody knows that the first one counts
    while deposits(bench) == 0:  # until its block has come
        await bench.clock.sleep(1)
        await bench.chain.head()
    with pytest.raises(Stale):
        await deployer.deposit(again)
    assert deposits(bench) == 1
    assert all(i.outcome is Outcome.DONE for i in deployer.session.journal.intents())


async def test_a_quote_of_another_chain_is_not_signed(bench: Bench) -> None:
    deployer, run = await created(bench)
    quote = await deployer.quote_deposit(run.id, act("6"))
    with pytest.raises(AkashError, match="elsewhere-1") as refused:
        await deployer.deposit(replace(quote, chain_id="elsewhere-1"))
    assert refused.value.advice
    assert deposits(bench) == 0
