"""The columns of what moved last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.services.wallet.movements import Movement
from akash_tui.services.wallet.wallet_lines import change_text, movement_texts
from akash_tui.ui.widgets.live_table import Column
from akash_tui.ui.widgets.styles import Tone


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One transaction with the name of its provider."""

    movement: Movement
    provider: str

    @property
    def id(self) -> str:
        return self.movement.tx


def _change(row: MovementRow, denom: str) -> tuple[str, Tone]:
    """What the wallet has more or less of one token; `?` while that is not known."""
    found = [coin for coin in row.movement.changes if coin.denom == denom]
    if not row.movement.known:
        return (f"{change_text(found[0])} …" if found else "?"), "warn"
    return (change_text(found[0]) if found else ""), ("good" if found and found[0].amount > 0 else "")


def _text(row: MovementRow, at: int) -> str:
    return movement_texts(row.movement, row.movement.at, row.provider)[at]


def _when(row: MovementRow) -> tuple[str, Tone]:
    at: datetime = row.movement.at.astimezone()
    return f"{at:%-d %b %H:%M}", "muted"


COLUMNS: Final[Sequence[Column[MovementRow]]] = (
    Column("when", "when", 12, _when),
    Column("what", "what", 20, lambda row: (_text(row, 1), ""), grow=34),
    Column("act", "ACT", 15, lambda row: _change(row, UACT), right=True),
    Column("akt", "AKT", 17, lambda row: _change(row, UAKT), right=True),
    Column("note", "", 10, lambda row: (_text(row, 3), "muted"), grow=60, stays=3),
)
