"""A receipt is written with each accept, and never stops a lease."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import pytest

from akash_tui.domain.bids.decision import Reason, Rejection
from akash_tui.services.core.events import Chosen
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.services.deployment.accept_bids import accept, lease_quote
from akash_tui.services.ports import TxResult
from akash_tui.services.receipts.files import FOLDER, read
from akash_tui.services.receipts.making import receipt
from akash_tui.services.storage.home import unreadable_rows
from tests.fakes.session import Bench
from tests.services.deployment.test_deploy_flow import cheapest, opened


async def test_decision_receipt_of_an_accept(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    choice = cheapest(run)
    rows = run.book.rows(gone=False)
    others = tuple(Rejection(row.id.provider, Reason.MORE_EXPENSIVE, "costs more") for row in rows[1:])
    run.chosen[rows[0].id] = Chosen(
        run.head(), rows[0].id, rows[0].price_h, "cheapest", others, terms="the cheapest · audited"
    )
    quote = await lease_quote(session, run, choice)  # type: ignore[arg-type]
    await accept(session, run, quote)
    found = json.loads(read(bench.home, session.network.chain_id, run.id.dseq, as_json=True))
    (chosen,) = found["choices"]
    assert (chosen["rule"], chosen["bid"]["address"]) == ("the cheapest · audited", quote.bids[0].id.provider)
    assert [bid["chosen"] for bid in found["bids"]] == [True, False, False]
    assert {bid["reason"] for bid in found["bids"][1:]} == {"costs more"}
    assert len(found["tx"]) > 10
    assert found["fee"]["amount"] == str(quote.fee.amount)
    await session.aclose()


async def test_the_receipt_names_who_paid_the_gas_by_a_grant(bench: Bench) -> None:
    session, run, _ = await opened(bench.session())
    quote = await lease_quote(session, run, cheapest(run))  # type: ignore[arg-type]
    granted = replace(quote, draft=replace(quote.draft, fee_granter="akash1ann"))
    done = TxResult("AB" * 32, 77, 0, "", "", 1, None)
    assert [receipt(session, run, each, done, []).fee_payer for each in (quote, granted)] == ["", "akash1ann"]
    await session.aclose()


def a_file_in_the_way(bench: Bench, run: DeploymentRun) -> None:
    (bench.home / FOLDER).write_text("in the way")


def a_name_that_no_file_can_hold(bench: Bench, run: DeploymentRun) -> None:
    run.name = "\udcff"


@pytest.mark.parametrize("spoil", [a_file_in_the_way, a_name_that_no_file_can_hold])
async def test_a_receipt_that_cannot_be_written_is_said_and_stops_nothing(
    bench: Bench, spoil: Callable[[Bench, DeploymentRun], None]
) -> None:
    unreadable_rows.take()
    session, run, _ = await opened(bench.session())
    spoil(bench, run)
    await accept(session, run, await lease_quote(session, run, cheapest(run)))  # type: ignore[arg-type]
    assert run.stage is Stage.DELIVERING
    assert len(run.leases) == 1
    (line,) = unreadable_rows.take()
    assert "receipt" in line
    assert line.startswith(run.receipt_fault)
    await session.aclose()
