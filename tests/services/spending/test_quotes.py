"""A quote is good for one transaction, on its own chain, and only while nothing like it has happened since."""

from __future__ import annotations

from dataclasses import replace

import pytest

from akash_tui.domain.akash.messages import DepositDeployment
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.create import create
from akash_tui.services.deployment.deposit import deposit, deposit_quote
from akash_tui.services.ports import AkashError, Stale, TxUnknown
from akash_tui.services.spending.quoting import create_quote
from akash_tui.services.storage.journal_entries import Outcome
from tests.fakes.session import SDL, Bench, act, compiled


async def created(bench: Bench) -> tuple[Session, DeploymentRun]:
    session = bench.session()
    return session, await create(session, await create_quote(session, compiled(SDL), SDL, "web"))


def deposits(bench: Bench) -> int:
    return sum(isinstance(m, DepositDeployment) for messages in bench.chain.committed for m in messages)


async def test_the_same_quote_is_not_signed_twice(bench: Bench) -> None:
    session, run = await created(bench)
    quote = await deposit_quote(session, run.id, act("6"))
    await deposit(session, quote)
    with pytest.raises(Stale):
        await deposit(session, quote)
    assert deposits(bench) == 1
    await deposit(session, await deposit_quote(session, run.id, act("6")))
    assert deposits(bench) == 2


async def test_what_nobody_was_sure_of_is_not_done_again_once_it_is_found(bench: Bench) -> None:
    session, run = await created(bench)
    gate = bench.chain.gate

    def unanswered(name: str) -> None:
        if name == "broadcast done":
            raise TxUnknown("No answer.", tx_hash="?")

    quote = await deposit_quote(session, run.id, act("6"))
    bench.chain.gate = unanswered
    with pytest.raises(TxUnknown):
        await deposit(session, quote)
    bench.chain.gate = gate
    again = await deposit_quote(session, run.id, act("6"))  # made before anybody knows that the first one counts
    while deposits(bench) == 0:  # until its block has come
        await bench.clock.sleep(1)
        await bench.chain.head()
    with pytest.raises(Stale):
        await deposit(session, again)
    assert deposits(bench) == 1
    assert all(i.outcome is Outcome.DONE for i in session.journal.intents())


async def test_a_quote_of_another_chain_is_not_signed(bench: Bench) -> None:
    session, run = await created(bench)
    quote = await deposit_quote(session, run.id, act("6"))
    with pytest.raises(AkashError, match="elsewhere-1") as refused:
        await deposit(session, replace(quote, chain_id="elsewhere-1"))
    assert refused.value.advice
    assert deposits(bench) == 0
