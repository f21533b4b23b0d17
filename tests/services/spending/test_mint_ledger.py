"""Two mints of one wallet in one block, on the practice chain: each transaction finds its own record, or none."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.adapters.chain.rest_json.providers import LedgerJson
from akash_tui.adapters.chain.rest_json.tx import OneTx
from akash_tui.domain.akash.money import UACT, UAKT, Coin
from akash_tui.practice.api.rest import rest_router
from akash_tui.services.ports import MintRecord, SignedTx, TxDraft, TxResult
from akash_tui.services.spending.mint_ledger import own_record, record_id, taken_by_others
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import IntentKind, Outcome, ledger_records
from akash_tui.wire import bme_v1_pb2
from tests.practice.small_world import SECOND, SmallWorld

NOW = datetime(2026, 11, 29, tzinfo=UTC)
AMOUNTS = (14_117_648, 12_941_177)
"""Micro-AKT: about 12 and 11 ACT."""


def two_in_one_block() -> tuple[list[TxResult], list[MintRecord], str]:
    """Both transactions as REST shows them, the ledger once both are executed, and the wallet."""
    small = SmallWorld()
    router = rest_router(small.world)
    hashes = []
    for number, amount in enumerate(AMOUNTS):
        message = bme_v1_pb2.MsgMintACT(owner=small.tenant.address, to=small.tenant.address)
        message.coins_to_burn.denom, message.coins_to_burn.amount = UAKT, str(amount)
        raw = small.unordered(small.tenant, message, ahead_ns=(60 + number) * SECOND)
        answer = small.world.submit(raw)
        assert answer.code == 0, answer.raw_log
        hashes.append(answer.hash)
    small.block(small.world.params.epoch_blocks + 1)
    results = []
    for tx_hash in hashes:
        status, found = router.answer("GET", f"/cosmos/tx/v1beta1/txs/{tx_hash}")
        assert status == 200
        results.append(OneTx.model_validate_json(json.dumps(found)).value())
    _, ledger = router.answer("GET", "/akash/bme/v1/ledger", {"filters.source": small.tenant.address})
    records = [LedgerJson.model_validate_json(json.dumps(row)).value() for row in ledger["records"]]
    return results, records, small.tenant.address


def test_each_of_two_mints_in_one_block_finds_its_own_record() -> None:
    results, records, _ = two_in_one_block()
    assert results[0].height == results[1].height
    for amount, result in zip(AMOUNTS, results, strict=True):
        assert len(result.records) == 1
        found = own_record(records, Coin(UAKT, amount), result.height, result.records, ())
        assert found is not None
        assert (found.burned, found.status) == (Coin(UAKT, amount), "executed")
        assert found.minted == Coin(UACT, amount * 85 // 100)


def test_what_one_transaction_made_is_not_taken_by_another_after_a_restart(tmp_path: Path) -> None:
    results, records, owner = two_in_one_block()
    journal = Journal(tmp_path / "journal.db")
    for amount, result in zip(AMOUNTS, results, strict=True):
        tx = SignedTx(TxDraft((), owner, 0, 0, Coin(UAKT, 0)), b"", result.hash, NOW + timedelta(seconds=30))
        about: dict[str, object] = {"burn": f"{amount}uakt", "fee": "5000uakt"}
        intent = journal.intend(IntentKind.MINT, "practice-1", owner, None, tx, about, NOW)
        settled = journal.settle(intent, Outcome.DONE, result, "", NOW)
        assert ledger_records(settled) == list(result.records)
    journal.close()
    reopened = Journal(tmp_path / "journal.db")
    for result, other in (results, results[::-1]):
        taken = taken_by_others(reopened, "practice-1", owner, result.hash)
        assert taken == set(other.records)
        nameless = [MintRecord(owner, r.height, r.sequence, UAKT, "executed", r.minted, None) for r in records]
        found = own_record(nameless, Coin(UAKT, 1), result.height, (), taken)
        assert found is not None
        assert record_id(found) in result.records
    reopened.close()


@given(
    burned=st.lists(st.integers(1, 3), min_size=1, max_size=5),
    named=st.booleans(),
    answered=st.booleans(),
    data=st.data(),
)
def test_no_transaction_ever_reports_a_record_of_another(
    burned: list[int], named: bool, answered: bool, data: st.DataObject
) -> None:
    records = [
        MintRecord(
            "o", 77, at + 1, UAKT, "executed", Coin(UACT, at), None, burned=Coin(UAKT, amount) if named else None
        )
        for at, amount in enumerate(burned)
    ]
    mine = data.draw(st.integers(0, len(records) - 1))
    others = [record_id(r) for at, r in enumerate(records) if at != mine]
    taken = data.draw(st.sets(st.sampled_from(others))) if others else set()
    ids = (record_id(records[mine]),) if answered else ()
    found = own_record(records, Coin(UAKT, burned[mine]), 77, ids, taken)
    assert found in (None, records[mine])
    if answered or len(taken) == len(others):
        assert found is records[mine]


@pytest.mark.parametrize("denom", [UAKT, UACT])
def test_a_burn_is_not_taken_for_a_mint_of_the_same_block(denom: str) -> None:
    records = [MintRecord("o", 77, at, each, "executed", None, None) for at, each in ((1, UAKT), (2, UACT))]
    found = own_record(records, Coin(denom, 5), 77, (), ())
    assert found is not None
    assert found.denom == denom
