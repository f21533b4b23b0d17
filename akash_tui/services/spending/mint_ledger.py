"""Which record of the chain's mint ledger belongs to which transaction of ours.

The ledger names no transaction: a record has an owner, the block in which it was asked for, a number in that block and
what is burned. Two mints of one wallet in one block may differ in that number alone, so a record is taken by the number
that the transaction itself answered (recordings/chain, `mint-included`); without that answer only where it is the one
record that fits.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import MintRecord
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.journal_entries import Intent, IntentKind, ledger_records

EXCHANGES = (IntentKind.MINT, IntentKind.BURN)
"""What leaves a record in the ledger."""
RecordId = tuple[int, int]
"""Height and number in that block."""


def record_id(record: MintRecord) -> RecordId:
    """What names a record among those of its owner."""
    return record.height, record.sequence


def taken_by_others(journal: Journal, chain_id: str, owner: str, tx_hash: str) -> frozenset[RecordId]:
    """The records that other transactions of this wallet are known to have made."""
    others = (i for i in exchanges(journal, chain_id, owner) if i.tx_hash != tx_hash)
    return frozenset(id for intent in others for id in ledger_records(intent))


def exchanges(journal: Journal, chain_id: str, owner: str) -> list[Intent]:
    """The mints and burns that were signed here, newest first."""
    return [intent for intent in journal.intents(chain_id, owner) if intent.kind in EXCHANGES]


def own_record(
    records: Sequence[MintRecord], burn: Coin, height: int, answered: Collection[RecordId], taken: Collection[RecordId]
) -> MintRecord | None:
    """The record of a transaction that burned `burn` in the block `height` and answered these ids.

    None where the ledger does not show it, and where others fit as well: the record of another is never taken.
    """
    same_way = [r for r in records if r.denom == burn.denom]
    if answered:
        return next((r for r in same_way if record_id(r) in answered), None)
    # one that names no amount may be any
    fitting = [r for r in same_way if r.height == height and r.burned in (None, burn) and record_id(r) not in taken]
    return fitting[0] if len(fitting) == 1 else None
