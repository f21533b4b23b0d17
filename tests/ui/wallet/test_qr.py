"""The QR code of an address is drawn cell by cell, whatever the terminal's colours."""

from __future__ import annotations

import segno
from textual.content import Content

from akash_tui.ui.wallet.qr import QUIET, QrDialog, qr_rows
from tests.fakes.vault import OWNER

CELLS = {" ": (0, 0), "▀": (1, 0), "▄": (0, 1), "█": (1, 1)}


def test_half_blocks_are_the_cells_of_the_code_in_a_light_frame() -> None:
    rows = qr_rows(OWNER)
    drawn = [[CELLS[sign][half] for sign in row] for row in rows for half in (0, 1)]
    made = segno.make(OWNER, error="l", micro=False, boost_error=False)
    wanted = [list(row) for row in made.matrix_iter(border=QUIET)]
    assert drawn[: len(wanted)] == wanted
    assert not any(any(row) for row in drawn[len(wanted) :])
    assert made.mode == "byte"
    assert len(rows) <= 18
    assert len(rows[0]) <= 46


def test_where_half_blocks_cannot_be_shown_the_address_stands_alone() -> None:
    assert any(isinstance(row, Content) for row in QrDialog(OWNER, plain=False)._body)
    plain = QrDialog(OWNER, plain=True)._body
    assert not any(isinstance(row, Content) for row in plain)
    assert plain[0].value == OWNER  # type: ignore[union-attr]
