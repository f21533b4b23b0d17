"""The draft of a deployment, or the preview of one: its GPUs to tick, its values, what it may cost, its problems."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Button, Input, Label, TextArea

from akash_tui.domain.akash.money import BlockTime, Coin, units
from akash_tui.domain.market.gpu_choices import UNKNOWN, gpu_choices
from akash_tui.domain.text import clean
from akash_tui.ui.deploy.draft_lines import about_lines, value_lines
from akash_tui.ui.deploy.problems_panel import ProblemRow, sign_of
from akash_tui.ui.draft.estimate import DeployForm, estimate, read_form
from akash_tui.ui.draft.gpu_table import gpu_table
from akash_tui.ui.session.draft import Draft, displayed_text
from akash_tui.ui.widgets.bars import TitledPanel
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.styles import toned

if TYPE_CHECKING:
    from akash_tui.domain.akash.gpu import GpuModel
    from akash_tui.domain.market.median_price import MedianPrice
    from akash_tui.domain.market.observations import MarketPrice
    from akash_tui.services.market.sdl_outlook import SeenPrices
    from akash_tui.ui.deploy.outlooks import DraftOutlook
    from akash_tui.ui.deploy.sources import SdlSource

LOW, TALL = 30, 40
"""Lines of the window below which there is room for the most important alone, and from which on for the text too."""
MOST_GPUS = 22
"""Lines of the GPU list where the text stands below it."""
BUDGETS = ("1.20/h 24h $30", "1.20/h")
"""Examples of a budget; the longest that the field has room for is shown in it."""


@dataclass(frozen=True, slots=True)
class KnownMarket:
    """What the panel knows of chain and market."""

    minimum: Coin | None = None
    block_time: BlockTime | None = None
    prices: Sequence[MarketPrice] = ()
    usual: MedianPrice | None = None
    usual_source: str = ""
    outlook: DraftOutlook | None = None
    who: LabelledLine | None = None
    """Who could bid, in a line; None where that cannot be said."""

    @property
    def fits(self) -> Mapping[GpuModel, int]:
        """How many providers could bid with each model."""
        return self.outlook.fits if self.outlook is not None else UNKNOWN

    @property
    def seen(self) -> SeenPrices | None:
        """What bids seen here asked."""
        outlook = self.outlook.outlook if self.outlook is not None else None
        return outlook.seen if outlook is not None else None


class DraftPanel(TitledPanel):
    """The right side of the deploy screen; `provider` gives the name of a provider by its address."""

    def __init__(self, provider: Callable[[str], str], *, id: str, classes: str) -> None:
        super().__init__(id=id, classes=classes)
        self._provider = provider

    def compose(self) -> ComposeResult:
        yield LabelledLines(9, id="about")
        yield gpu_table()
        yield LabelledLines(9, id="values")
        with Horizontal(id="form"):
            yield Label("deposit  ")
            yield Input(id="deposit", placeholder="minimum")
            yield Label(" ACT  budget ")
            yield Input(id="budget", placeholder=BUDGETS[0])
            get = Button("Get bids ⏎", id="get-bids")
            get.can_focus = False  # enter does it from everywhere here; it is there to be seen and clicked
            yield get
        yield LabelledLines(9, id="estimate")
        yield LiveTable[ProblemRow](
            [
                Column("sign", "", 1, lambda f: sign_of(f.problem)),
                Column("line", "", 8, lambda f: (f"line {f.problem.line}", "muted")),
                Column("message", "", 20, lambda f: (clean(f.problem.message), ""), grow=200),
            ],
            header=False,
            id="findings",
        )
        yield TextArea(
            id="sdl", read_only=True, show_line_numbers=True, soft_wrap=False, theme="css", show_cursor=False
        )

    def show_text(self, draft: Draft) -> None:
        """The draft's text, to be read."""
        area = self.query_one("#sdl", TextArea)
        text = displayed_text(draft.text)
        if area.text != text:
            area.load_text(text)

    def wishes(self) -> DeployForm:
        """The form as figures. Raises `ValueError`."""
        return read_form(self.query_one("#deposit", Input).value, self.query_one("#budget", Input).value)

    def show_form(self, deposit: str, budget: str) -> None:
        """What stands in the form."""
        with self.prevent(Input.Changed):
            for id, text in (("#deposit", deposit), ("#budget", budget)):
                field = self.query_one(id, Input)
                if field.value != text:
                    field.value = text

    def show_nothing(self, why: str) -> None:
        """Without an SDL: what to do first."""
        self.name_edges(Content("SDL"))
        self.query_one("#about", LabelledLines).show([toned(why, "muted")])
        for id in ("#gpus", "#values", "#form", "#estimate", "#findings", "#sdl"):
            self.query_one(id).display = False

    def show(self, draft: Draft, source: SdlSource | None, market: KnownMarket, *, last: str, opened: bool) -> None:
        """All but the text. `last`: when it was used last; `opened`: it is the draft, not a preview of one."""
        height = self.screen.size.height
        changed = " ● changed" if draft.changed else ""
        title = source.title if source is not None and source.title != draft.name else ""
        file = draft.file if draft.file.removesuffix(".yaml") != draft.name else ""
        names = " · ".join(part for part in (title, draft.name, file) if part)
        self.name_edges(Content(names + changed), Content("" if opened else "enter opens it"))
        self.query_one("#about", LabelledLines).show(about_lines(draft, source, last, room=height))
        gpus = self.query_one("#gpus", LiveTable)
        rows = gpu_choices(draft.models, draft.accepted, market.prices, market.fits) if draft.models else []
        gpus.display = bool(rows)
        gpus.styles.max_height = min(len(rows) + 1, MOST_GPUS) if height >= TALL else len(rows) + 1
        gpus.show(rows)
        values = value_lines(draft, self._provider, room=height)
        self.query_one("#values").display = bool(values)
        self.query_one("#values", LabelledLines).show(values)
        self._show_problems(draft, 5 if height >= LOW else 2)
        self.query_one("#form").display = self.query_one("#estimate").display = True
        self.query_one("#sdl").display = height >= TALL or not rows
        deposit = self.query_one("#deposit", Input)
        deposit.placeholder = f"minimum {units(market.minimum.amount)}" if market.minimum is not None else "minimum"
        budget = self.query_one("#budget", Input)
        budget.placeholder = next((each for each in BUDGETS if len(each) <= budget.content_size.width), BUDGETS[-1])
        self.query_one("#estimate", LabelledLines).show(self._estimate(draft, market))

    def _show_problems(self, draft: Draft, most: int) -> None:
        findings = self.query_one("#findings", LiveTable)
        problems = [ProblemRow(str(i), p) for i, p in enumerate(draft.problems)]
        findings.display = bool(problems)
        findings.styles.height = min(most, max(1, len(problems)))
        findings.show(problems)

    def _estimate(self, draft: Draft, market: KnownMarket) -> list[LabelledLine]:
        try:
            wish = self.wishes()
        except ValueError as error:
            return [LabelledLine("✗", str(error), "bad", "bad")]
        source = market.usual_source if self.screen.size.height >= LOW else ""
        lines = estimate(draft, market.block_time, wish, market.minimum, market.usual, source, market.seen)
        return lines if market.who is None else [*lines, market.who]
