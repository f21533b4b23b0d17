"""An address as a QR code, drawn with half blocks: two rows of the code on each line of the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import segno
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content

from akash_tui.ui.dialogs.dialog_box import DialogBox
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines

QUIET: Final = 2
"""Light cells around the code; readers find it in a white frame."""
INK: Final = "#000000 on #ffffff"
"""Dark on light whatever the theme: some readers know no light code on dark ground."""
_HALVES: Final = {(False, False): " ", (True, False): "▀", (False, True): "▄", (True, True): "█"}


def qr_rows(text: str) -> list[str]:
    """The code of `text` as lines of half blocks, its frame included; dark cells are drawn."""
    made = segno.make(text, error="l", micro=False, boost_error=False)
    cells = [[bool(cell) for cell in row] for row in made.matrix_iter(border=QUIET)]
    if len(cells) % 2:
        cells.append([False] * len(cells[0]))
    pairs = zip(cells[::2], cells[1::2], strict=True)
    return ["".join(_HALVES[pair] for pair in zip(upper, lower, strict=True)) for upper, lower in pairs]


class QrDialog(DialogBox[None]):
    """The code of an address, and the address itself to compare; where the terminal shows plain characters only, the
    address alone."""

    DEFAULT_CSS = """
    QrDialog > .box { width: 50; padding: 0 2; }
    QrDialog #message { text-align: center; }
    """

    def __init__(self, address: str, *, plain: bool) -> None:
        super().__init__("Send AKT to", _rows(address, plain=plain))

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(0, id="message")

    def key_hints(self) -> Sequence[KeyHint]:
        return [KeyHint("escape", "close")]


def _rows(address: str, *, plain: bool) -> list[LabelledLine | Content]:
    if plain:
        note = "This terminal shows plain characters only, so there is no code to scan."
        return [LabelledLine("", address, "strong"), LabelledLine("", note, "muted")]
    return [*(Content.styled(row, INK) for row in qr_rows(address)), Content(address)]
