"""When each preset was last deployed and what was paid for it, as the journal has it: a deployment has its name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from akash_tui.domain.akash.money import UACT, BlockTime, per_hour
from akash_tui.services.storage.home import JOURNAL_FILE
from akash_tui.services.storage.journal_file import JournalFile
from akash_tui.services.storage.journal_rows import Row, decimal, readable, text, when


@dataclass(frozen=True, slots=True)
class PresetUse:
    """The newest deployment of a name."""

    name: str
    at: datetime
    chain_id: str
    per_block: Decimal | None
    """Micro-ACT a block of its leases; None where nothing was leased."""

    def price_h(self, block_time: BlockTime) -> Decimal | None:
        """ACT an hour of its leases."""
        return None if self.per_block is None else per_hour(self.per_block, block_time)


_NEWEST = """
SELECT d.rowid, d.name, d.created_at, d.chain_id, (
    SELECT group_concat(l.denom || ' ' || l.price, ';') FROM leases l
    WHERE l.chain_id = d.chain_id AND l.owner = d.owner AND l.dseq = d.dseq AND l.rowid = (
        SELECT m.rowid FROM leases m WHERE m.chain_id = l.chain_id AND m.owner = l.owner AND m.dseq = l.dseq
        AND m.gseq = l.gseq ORDER BY m.created_at DESC, m.oseq DESC LIMIT 1))
FROM deployments d WHERE d.stage != 'never' ORDER BY d.created_at
"""


def preset_uses(home: Path) -> dict[str, PresetUse]:
    """By the name of the preset. Raises `BadInput`, `Busy` or `DiskFault` if the journal cannot be read."""
    journal = JournalFile(home / JOURNAL_FILE)
    try:
        return {use.name: use for use in readable(journal.path, "deployments", journal.rows(_NEWEST), _use)}
    finally:
        journal.close()


def _use(row: Row) -> PresetUse:
    prices = [one.split(" ") for one in text(row[4]).split(";")] if row[4] is not None else []
    paid = sum((decimal(amount) for _, amount in prices), Decimal(0))
    known = bool(prices) and all(denom == UACT for denom, _ in prices)
    at = when(row[2])
    return PresetUse(text(row[1]), at, text(row[3]), paid if known else None)
