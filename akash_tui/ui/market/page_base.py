"""What the market's screens share, and its pages: figures in labelled lines, read when one opens and by `r`."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.content import Content

from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.chart import bare
from akash_tui.domain.market.csv_tables import CsvTable
from akash_tui.domain.market.supply import FigureSource
from akash_tui.services.market.market_data import Market
from akash_tui.services.ports import AkashError
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.base.csv_export import export
from akash_tui.ui.market import price_alert
from akash_tui.ui.widgets.bars import TitledScroll
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.line_filters import plain_glyphs
from akash_tui.ui.widgets.plot import rows_of
from akash_tui.ui.widgets.styles import toned

NOTE_ACTIONS = ("page.favourite", "page.block", "page.note")
"""What only a provider's page can do."""
LABELS = 12
"""Columns of the labels."""
LINES = 3
"""How high a small drawing is."""
_Drawing = tuple[tuple[Decimal, ...], int, bool]
"""Values, columns, and whether by plain signs."""


class MarketView(BaseScreen):
    """Shows figures of the market that are read in the background, copied by `y` and exported by `e`."""

    tab: ClassVar[str] = "market"

    @property
    def market(self) -> Market:
        return self.session_app.market

    async def _read(self) -> None:
        """Get what the screen shows."""
        raise NotImplementedError

    def do_reload(self) -> None:
        self.session_app.do_reload()
        self.background(self._read, "read")

    def sheet(self) -> CsvTable | None:
        """What `e` writes; None while there is nothing."""
        raise NotImplementedError

    def do_export(self) -> None:
        sheet = self.sheet()
        if sheet is None:
            self.session_app.status.say("There is nothing to export yet.", "warn")
        else:
            export(self.session_app, sheet)

    def things(self) -> Sequence[tuple[str, str]]:
        """What `y` offers."""
        raise NotImplementedError

    def do_copy(self) -> None:
        copy_one_of(self.session_app, self.things())


class MarketPage(MarketView):
    """A page that is read once when it opens, and again with `r`."""

    BINDINGS = bindings("page")
    where: ClassVar[str] = "page"

    orders: ClassVar[bool] = True
    """Whether what it shows can be deployed on."""
    page: Any = None
    """What was read; None until then."""

    def __init__(self) -> None:
        super().__init__()
        self.fault: AkashError | None = None
        self._reads = 0
        self._drawings: dict[_Drawing, list[str]] = {}
        self._undrawn: dict[_Drawing, None] = {}

    def body(self) -> ComposeResult:
        with TitledScroll(id="page-panel", classes="panel"):
            yield LabelledLines(LABELS, id="page-lines")

    def on_mount(self) -> None:
        self.query_one("#page-panel").focus()
        self.background(self._read, "read")

    async def _read(self) -> None:
        async with self.session_app.guard("reading the market", loud=False):
            try:
                await self.read()
                self.fault = None
            except AkashError as fault:
                self.fault = fault
            self._reads += 1

    async def read(self) -> None:
        """Get what the page shows."""
        raise NotImplementedError

    def revision(self) -> object:
        return (self._reads, self.size.width)

    def paint(self) -> None:
        panel = self.query_one("#page-panel", TitledScroll)
        panel.name_edges(self.title_line())
        lines = self.lines()
        if self.fault is not None:
            lines = [
                LabelledLine("✗", self.fault.title, "strong", "bad"),
                LabelledLine("try", self.fault.advice),
                BLANK,
                *lines,
            ]
        self.query_one("#page-lines", LabelledLines).show(lines or [toned("reading…", "muted")])
        if self._undrawn:
            self.call_after_refresh(self.background, self._draw, "draw")

    def title_line(self) -> Content:
        """The panel's title."""
        raise NotImplementedError

    def lines(self) -> list[LabelledLine | Content]:
        """What is known now."""
        raise NotImplementedError

    def source_line(self, source: FigureSource, read_at: datetime, late: str = "") -> LabelledLine:
        """Where figures come from and how old they are."""
        text = market_formatting.source_and_age(source, read_at, self.market.session.clock.now())
        return LabelledLine("source", text + late, "muted")

    @property
    def ascii_only(self) -> bool:
        return plain_glyphs(self.app)

    @property
    def room(self) -> int:
        """Columns for a drawing beside the labels."""
        return max(20, min(100, self.size.width - 18))

    def render_line_chart(self, values: Sequence[Decimal]) -> list[Content]:
        """A small line through values, beside no label; empty lines until a thread has drawn it."""
        wanted = (tuple(values), self.room, self.ascii_only)
        rows = self._drawings.get(wanted)
        if rows is None:
            self._undrawn[wanted] = None
            rows = [""] * LINES
        return [toned(" " * LABELS + row, "accent") for row in rows]

    @property
    def settled(self) -> bool:
        """Whether every line is drawn."""
        return not self._undrawn

    async def _draw(self) -> None:
        """Draw what was wanted, then paint once more."""
        while self._undrawn:
            wanted = tuple(self._undrawn)
            rows = await asyncio.to_thread(_lines_of, wanted)
            self._drawings.update(zip(wanted, rows, strict=True))
            for each in wanted:
                self._undrawn.pop(each, None)
            self._reads += 1
            self._tick()

    def why_not(self, action_id: str) -> str | None:
        if action_id in NOTE_ACTIONS:
            return "Only on a provider's page: v on the market lists the providers."
        if action_id == "page.new-deployment":
            if not self.orders:
                return "This page shows no GPU and no provider to deploy on: press 4 for those."
            reason = self.session_app.why_not("app.deploy") or self.session_app.why_nothing_new()
            return reason or (None if self.page else "Wait until it is read.")
        return None

    def in_bar(self, action_id: str) -> bool:
        return action_id not in NOTE_ACTIONS and (self.orders or action_id != "page.new-deployment")

    def do_new_deployment(self) -> None:
        """Deploy on what is shown."""

    def side(self) -> Content:
        return price_alert.side(self.session_app)


def _lines_of(wanted: Sequence[_Drawing]) -> list[list[str]]:
    return [rows_of(bare(values, room), room, LINES, plain=plain) for values, room, plain in wanted]
