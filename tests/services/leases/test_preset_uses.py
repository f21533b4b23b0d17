"""When presets were last used and what was paid, from the journal."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from akash_tui.domain.akash.money import BlockTime, per_hour
from akash_tui.services.leases.preset_uses import preset_uses
from akash_tui.services.storage.home import JOURNAL_FILE
from akash_tui.services.storage.journal_file import JournalFile


def test_the_newest_deployment_of_a_name_counts_with_its_newest_leases(tmp_path: Path) -> None:
    assert preset_uses(tmp_path) == {}
    tmp_path.chmod(0o700)
    file = JournalFile(tmp_path / JOURNAL_FILE)
    days = [f"2026-01-0{day}T00:00:00+00:00" for day in range(1, 6)]
    with file.writing() as db:
        for dseq, name, stage, day in ((1, "chat", "closed", 0), (2, "chat", "leased", 1), (3, "web", "open", 2)):
            db.execute(
                "INSERT INTO deployments VALUES ('c', 'o', ?, ?, 'f', 's', x'', x'', NULL, ?, ?)",
                (dseq, name, stage, days[day]),
            )
        db.execute(
            "INSERT INTO deployments VALUES ('c', 'o', 4, 'chat', 'f', 's', x'', x'', NULL, 'never', ?)", (days[4],)
        )
        for dseq, gseq, oseq, price, day in (
            (1, 1, 1, "900", 0),
            (2, 1, 1, "800", 1),
            (2, 1, 2, "500", 2),
            (2, 2, 1, "20.5", 1),
        ):
            db.execute(
                "INSERT INTO leases VALUES ('c', 'o', ?, ?, ?, 'p', 0, 'uact', ?, ?, NULL, NULL)",
                (dseq, gseq, oseq, price, days[day]),
            )
    file.close()
    uses = preset_uses(tmp_path)
    assert uses["chat"].at == datetime(2026, 1, 2, tzinfo=UTC)
    assert uses["chat"].per_block == Decimal("520.5")
    at_six = BlockTime(Decimal(6), measured=True)
    assert uses["chat"].price_h(at_six) == per_hour(Decimal("520.5"), at_six)
    assert uses["web"].price_h(at_six) is None
