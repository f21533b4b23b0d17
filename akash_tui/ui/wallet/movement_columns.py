"""The columns of what moved last."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from akash_tui.domain.akash.money import UACT, UAKT
from akash_tui.domain.akash.provider import ProviderName
from akash_tui.services.wallet.movements import Movement
from akash_tui.services.wallet.wallet_lines import change_text, movement_texts
from akash_tui.ui.widgets.live_table import Column
from akash_tui.ui.widgets.styles import Tone


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One transaction with the names of its provider, where it has one."""

    movement: Movement
    provider: ProviderName | None = None

    @property
    def id(self) -> str:
        return self.movement.tx


def _change(row: MovementRow, denom: str) -> tuple[str, Tone]:
    """What the wallet has more or less of one token; `?` while that is not known."""
    found = [coin for coin in row.movement.changes if coin.denom == denom]
    if not row.movement.known:
        return (f"{change_text(found[0])} …" if found else "?"), "warn"
    return (change_text(found[0]) if found else ""), ("good" if found and found[0].amount > 0 else "")


def _text(row: MovementRow, at: int, *, short: bool = False) -> str:
    name = row.provider
    called = "" if name is None else name.short if short else name.full
    return movement_texts(row.movement, row.movement.at, called)[at]


def _when(row: MovementRow) -> tuple[str, Tone]:
    at: datetime = row.movement.at.astimezone()
    return f"{at:%-d %b %H:%M}", "muted"


COLUMNS: Final[Sequence[Column[MovementRow]]] = (
    Column("when", "when", 12, _when, stays=3),
    Column(
        *("what", "what", 16, lambda row: (_text(row, 1), "")),
        stays=0,
        grow=28,
        narrow=lambda row: _text(row, 1, short=True),
    ),
    Column("act", "ACT", 15, lambda row: _change(row, UACT), right=True, stays=1),
    Column("akt", "AKT", 16, lambda row: _change(row, UAKT), right=True, stays=2),
    Column("note", "", 13, lambda row: (_text(row, 3), "muted"), stays=4, grow=60),
)
