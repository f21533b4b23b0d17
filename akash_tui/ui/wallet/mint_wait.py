"""Waiting for a mint or burn: it is in a block, and the chain has yet to execute it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button

from akash_tui.domain.akash.lease_end import seconds_text
from akash_tui.domain.akash.money import coin_name, named_in_full
from akash_tui.services.ports import AkashError, MintRecord
from akash_tui.services.spending import mint as minting
from akash_tui.ui.dialogs.dialog_box import LABEL_WIDTH, DialogBox
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.services.ports import TxResult


class MintWait(DialogBox[None]):
    """Goes when the chain has executed or cancelled it: `record` then has what came of it. Esc stops the waiting, not
    the mint: `record` stays None."""

    def __init__(self, session: Session, quote: minting.MintQuote, result: TxResult, then: str) -> None:
        """`then` is what goes on afterwards, as the end of a sentence."""
        super().__init__(f"Waiting for {coin_name(quote.gives.denom)}")
        self._session = session
        self._quote = quote
        self._result = result
        self._then = then
        self._since = session.clock.monotonic()
        self.record: MintRecord | None = None
        self.error: AkashError | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LabelledLines(LABEL_WIDTH, id="message")
            with Horizontal(classes="buttons"):
                yield Button("Stop waiting (esc)", id="no")

    def on_mount(self) -> None:
        self.query_one("#no").focus()
        self._show()
        self.set_interval(1.0, self._show)
        self.run_worker(self._wait(), group="outcome", exclusive=True, exit_on_error=False)

    def key_hints(self) -> Sequence[KeyHint]:
        return [KeyHint("escape", "stop waiting")]

    def _show(self) -> None:
        quote, waited = self._quote, self._session.clock.monotonic() - self._since
        rows: list[LabelledLine | Content] = [
            LabelledLine("✓ in a block", f"{self._result.height:,}", "good", "good"),
            LabelledLine("… pending", f"{named_in_full(quote.burn)} → ≈ {named_in_full(quote.gives)}"),
            LabelledLine(
                "", f"{seconds_text(int(waited))} so far; it usually takes about {seconds_text(quote.seconds)}"
            ),
            BLANK,
            LabelledLine("then", self._then),
            LabelledLine("esc", "stops waiting; the mint itself continues, and 5 shows what came of it", "muted"),
        ]
        self.query_one("#message", LabelledLines).show(rows)

    async def _wait(self) -> None:
        try:
            self.record = await minting.outcome(self._session, self._quote, self._result)
        except AkashError as error:
            self.error = error
        self.dismiss(None)

    def on_button_pressed(self) -> None:
        """The one button."""
        self.action_leave()
