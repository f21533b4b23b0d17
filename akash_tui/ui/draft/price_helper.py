"""The highest price of an SDL, typed in dollars an hour and written per block: both are shown before it is written."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.widgets import Input

from akash_tui.domain.akash.money import MICRO, BlockTime, per_hour, plain, rate, rounded
from akash_tui.domain.bids.budget import BudgetError, parse_budget
from akash_tui.ui.dialogs.dialog_box import InputDialog, ok_buttons, place_hints
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines

if TYPE_CHECKING:
    from akash_tui.domain.market.median_price import MedianPrice
    from akash_tui.ui.session.draft import Draft
    from akash_tui.ui.session.session_app import SessionApp

NO_PRICE = "The SDL has no price in uact that could be changed."


def hourly_price(text: str) -> Decimal:
    """`0.50`, `0.50/h`, `$12 24h` in ACT an hour. Raises `ValueError` with a sentence."""
    try:
        found = parse_budget(text).cap_h
    except BudgetError as error:
        raise ValueError(error.text) from None
    if found is None or found <= 0:
        raise ValueError("Write the highest price per hour: 0.50")
    return found


def per_block(hourly: Decimal, block_time: BlockTime) -> str:
    """`838 uact per block of 6.04 s (measured)`, rounded down as it is written."""
    return _blocks(hourly * MICRO / block_time.blocks_per_hour, block_time)


def _blocks(amount: Decimal, block_time: BlockTime) -> str:
    shown = f"{int(amount):,}" if amount >= 1 else plain(rounded(amount, 6))
    return f"{shown} uact per block of {block_time.seconds:.2f} s ({block_time.how})"


class PriceDialog(InputDialog[Decimal | None]):
    """Dollars an hour; what that is per block stands below while it is typed. Returns None for esc."""

    def __init__(self, now: Decimal, block_time: BlockTime, usual: MedianPrice | None) -> None:
        body = [
            LabelledLine("now", f"at most ${rate(now)}/h · {per_block(now, block_time)}"),
            *([LabelledLine("bids", f"usually {usual.words} by the market's medians")] if usual is not None else []),
            LabelledLine("", "At most in dollars an hour, for all of it:"),
        ]
        super().__init__("Highest price", body)
        self._block_time = block_time

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(6, id="message")
            yield Input(placeholder="0.50", id="hourly")
            yield LabelledLines(2, id="counted")
            yield ok_buttons()

    def on_mount(self) -> None:
        self.query_one("#hourly").focus()

    def key_hints(self) -> Sequence[KeyHint]:
        if isinstance(self.focused, Input):
            return [KeyHint("enter", "write it"), KeyHint("escape", "cancel"), *place_hints("field")[2:]]
        return [KeyHint("enter", "press the button"), KeyHint("escape", "cancel"), KeyHint("tab", "next field")]

    @on(Input.Changed, "#hourly")
    def count(self) -> None:
        """Say what the typed price is per block, or what is wrong with it."""
        text = self.query_one("#hourly", Input).value
        try:
            line = (
                LabelledLine("=", per_block(hourly_price(text), self._block_time), "strong") if text.strip() else None
            )
        except ValueError as error:
            line = LabelledLine("✗", str(error), "", "bad")
        self.query_one("#counted", LabelledLines).show([line] if line is not None else [])

    def submit(self) -> None:
        try:
            found = hourly_price(self.query_one("#hourly", Input).value)
        except ValueError as error:
            self.query_one("#counted", LabelledLines).show([LabelledLine("✗", str(error), "", "bad")])
            return
        self.clear_fields()
        self.dismiss(found)


async def set_price(app: SessionApp, draft: Draft, block_time: BlockTime, usual: MedianPrice | None) -> str | None:
    """Ask for the highest price and write it into the draft; returns what was done, None for nothing."""
    if draft.price is None:
        return None
    found = await app.push_screen_wait(PriceDialog(per_hour(draft.price, block_time), block_time, usual))
    if found is None:
        return None
    why = draft.set_highest_price(found, block_time)
    if why is not None:
        raise ValueError(why)
    return f"✓ at most ${rate(found)}/h: written as {_blocks(draft.price or Decimal(0), block_time)}."
