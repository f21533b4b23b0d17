"""Two to four bids side by side: one attribute a line, the best of each marked, only the differences on a key."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import ClassVar

from rich.cells import cell_len
from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.timer import Timer

from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.money import plain
from akash_tui.domain.akash.resources import have_sizes, totals
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.formatting import NONE, act, hourly, interface, per_gb, span
from akash_tui.domain.bids.score import ProviderHistory, ScoreReference, score
from akash_tui.domain.filtering.column_names import head
from akash_tui.domain.market.formatting import count, uptime
from akash_tui.domain.text import NOT_KNOWN, short_address
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.bids.bid_list import BidList
from akash_tui.ui.bids.columns import BidLine
from akash_tui.ui.dialogs.dialog_box import DialogBox, place_hints
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.bars import TextPane
from akash_tui.ui.widgets.key_bar import KeyHint
from akash_tui.ui.widgets.live_table import Cell, Column, LiveTable
from akash_tui.ui.widgets.styles import toned

MOST = 4
USUAL_HOURS = Decimal(24)
"""Hours that a cost is shown for unless the budget or the deposit names some."""
LABEL = 13
REPAINTS_PER_SECOND = 2


@dataclass(frozen=True, slots=True)
class ComparedAttribute:
    """One line: what each bid has, and which of them are best at it (none where there is no better)."""

    id: str
    texts: tuple[str, ...]
    best: frozenset[int]

    @property
    def differs(self) -> bool:
        """Whether any two bids differ in it."""
        return len(set(self.texts)) > 1


def attributes(
    lines: Sequence[BidLine], tracked: TrackedRun, reference: ScoreReference, notes: Mapping[str, str]
) -> list[ComparedAttribute]:
    """The lines of the comparison, what matters most first; what is not known is never best."""
    budget, history = tracked.budget, tracked.history
    hours = budget.hours or tracked.run.hours or USUAL_HOURS
    rows = [line.row for line in lines]
    scores = [score(row, reference, history) for row in rows]
    out: list[ComparedAttribute] = []

    def add(label: str, texts: Sequence[str], values: Sequence[object] = (), *, low: bool = False) -> None:
        out.append(ComparedAttribute(label, tuple(texts), best_of(values, low=low)))

    def money(
        label: str, values: Sequence[Decimal | None], format_value: Callable[[Decimal | None], str] = act
    ) -> None:
        fair = [None if row.oddity else value for row, value in zip(rows, values, strict=True)]
        gpu = "GPU" in label or "GB" in label
        texts = [NONE if gpu and not r.gpus else format_value(v) for r, v in zip(rows, values, strict=True)]
        add(label, texts, fair, low=True)

    add(head("gpu"), [line.gpu[0] for line in lines])
    add(head("vram"), [formatting.vram(r.disclosure)[0] for r in rows], [r.disclosure.vram_gib for r in rows])
    add("interface", [interface(r.disclosure) or NOT_KNOWN for r in rows])
    add(head("price"), [hourly(r) for r in rows], [None if r.oddity else r.price_h for r in rows], low=True)
    money(head("per_gpu"), [r.gpu_h for r in rows])
    money(head("per_gb"), [r.gb_h for r in rows], per_gb)
    money(head("per_month"), [r.month for r in rows], _whole)
    money(f"$ for {plain(hours)} h", [None if r.price_h is None else r.price_h * hours for r in rows])
    if budget.words:
        add("budget", ["$ above" if budget.is_over(r.price_h) else "within" for r in rows])
    if budget.amount is not None:
        buys = [line.buys for line in lines]
        add(f"${plain(budget.amount)} buys", [span(each) for each in buys], buys)
    if any(r.oddity for r in rows):
        add("price", [f"! {r.oddity}" if r.oddity else "plausible" for r in rows])
    add(head("vs_market"), [line.market[0] for line in lines], [r.vs_market for r in rows], low=True)
    add("lasts", [line.lasts[0] or "–" for line in lines], [r.lasts for r in rows])
    mine = [history.get(r.id.provider, ProviderHistory(0, 0)) for r in rows]
    add("yours there", [f"{h.leases}, {h.delivered} ran" if h.leases else "none yet" for h in mine])
    offered = [totals(r.bid.offers) if have_sizes(r.bid.offers) else (None, None, None) for r in rows]
    kinds = (("CPU", ""), ("memory", " GiB"), ("disk", " GiB"))
    for (label, unit), sizes in zip(kinds, zip(*offered, strict=True), strict=True):
        add(label, [NOT_KNOWN if size is None else f"{size:.4g}{unit}" for size in sizes], sizes)
    add("region", [r.region or NOT_KNOWN for r in rows])
    add(head("uptime_1d"), [uptime(r.uptime_1d) for r in rows], [r.uptime_1d for r in rows])
    add(head("uptime_7d"), [uptime(r.uptime) for r in rows], [r.uptime for r in rows])
    add(head("uptime_30d"), [uptime(r.uptime_30d) for r in rows], [r.uptime_30d for r in rows])
    add("audited by", [_audit(r) for r in rows], [r.audited for r in rows])
    add("latency", [line.latency[0] for line in lines], [_latency(r) for r in rows], low=True)
    add("notice", [_notice(r) for r in rows], [r.reclaim_h for r in rows])
    add("version", [r.version or NOT_KNOWN for r in rows])
    add("leases", [count(r.profile.leases if r.profile else None) for r in rows])
    add("your note", [notes.get(r.id.provider, "–") for r in rows])
    add("score", [str(s.points) for s in scores], [s.points for s in scores])
    add("state", [r.state.value for r in rows])
    return out


def best_of(values: Sequence[object], *, low: bool = False) -> frozenset[int]:
    """Places of the best values; none unless two are known and differ: one known among unknowns proves nothing."""
    known = [value for value in values if value is not None]
    if len(set(known)) < 2:
        return frozenset()
    best = min(known) if low else max(known)  # type: ignore[type-var]
    return frozenset(at for at, value in enumerate(values) if value == best)


def _whole(value: Decimal | None) -> str:
    return act(None if value is None else value.quantize(Decimal(1))).removesuffix(".00")


def _audit(row: BidRow) -> str:
    if row.audited is None:
        return NOT_KNOWN
    return ", ".join(map(short_address, row.auditors)) or "audited" if row.audited else "nobody"


def _latency(row: BidRow) -> float | None:
    return row.reach.latency_ms if row.reach is not None and row.reach.ok else None


def _notice(row: BidRow) -> str:
    return "none named" if row.reclaim_h is None else span(row.reclaim_h)


class CompareScreen(DialogBox[BidId | None]):
    """The comparison, live; returns the bid to accept, or None."""

    DEFAULT_CSS = """
    CompareScreen > .box { width: 100%; max-width: 160; height: auto; max-height: 100%; padding: 0 1; }
    CompareScreen LiveTable { height: auto; max-height: 1fr; }
    CompareScreen #compare-message { height: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = bindings("compare")
    where: ClassVar[str] = "compare"

    def __init__(
        self,
        tracked: TrackedRun,
        bid_list: BidList,
        ids: list[BidId],
        notes: Mapping[str, str],
        why_not: Callable[[BidLine], str | None],
    ) -> None:
        """`why_not` says why a bid cannot be accepted now; a bid that is dropped loses its mark too."""
        super().__init__()
        self._tracked = tracked
        self._bid_list = bid_list
        self._ids = ids
        self._notes = notes
        self._why_not = why_not
        self.at = 0
        self.only_differences = False
        self.message = ""
        self._clock: Timer | None = None

    def compose(self) -> ComposeResult:
        with Vertical(classes="box"):
            yield LiveTable[ComparedAttribute]((), id="compare-table")
            yield TextPane(id="compare-message")

    def on_mount(self) -> None:
        self.query_one("#compare-table").focus()
        self.paint()
        self._clock = self.set_interval(1 / REPAINTS_PER_SECOND, self.paint)

    def key_hints(self) -> Sequence[KeyHint]:
        lines = self._read()
        free = bool(lines) and self._why_not(lines[min(self.at, len(lines) - 1)]) is None
        hints = place_hints("compare", lambda action_id: action_id != "compare.accept" or free)
        return [replace(h, title="all lines") if h.key == "s" and self.only_differences else h for h in hints]

    def on_resize(self) -> None:
        if self.is_mounted:
            self.paint()

    @property
    def table(self) -> LiveTable[ComparedAttribute]:
        return self.query_one("#compare-table", LiveTable)

    def _read(self) -> list[BidLine]:
        rows = [self._tracked.run.book.row(id) for id in self._ids]
        return [BidLine(row, self._bid_list.context) for row in rows if row is not None]

    def paint(self) -> None:
        """Draw the bids as they are now."""
        self._bid_list.context.now = self._tracked.run.clock.now()
        lines = self._read()
        if len(lines) < 2:
            self.dismiss(None)
            return
        self.at = min(self.at, len(lines) - 1)
        shown = attributes(lines, self._tracked, self._bid_list.view.open.reference, self._notes)
        visible = [line for line in shown if line.differs] if self.only_differences else shown
        table = self.table
        width = max(8, (self.size.width - 5 - LABEL - 1) // len(lines) - 1)
        table.set_columns(self._columns(lines, min(34, width)))
        table.show(visible)
        table.styles.height = min(len(visible) + 1, max(3, self.size.height - 4))
        same = len(shown) - len(visible)
        self.set_title(
            f"Compare {len(lines)} bids"
            + (f" · {formatting.plural(same, 'line')} hidden: the same for all" if same else "")
        )
        self.query_one("#compare-message", TextPane).show(
            toned(self.message or "★ best value of its line", "warn" if self.message else "muted")
        )
        self.show_keys()

    def _columns(self, lines: Sequence[BidLine], width: int) -> list[Column[ComparedAttribute]]:
        columns: list[Column[ComparedAttribute]] = [Column("label", "", LABEL, lambda a: (a.id, "muted"), stays=0)]
        for at, line in enumerate(lines):
            name, room = line.row.provider_name, width - 2
            who = name.full if cell_len(name.full) <= room else name.short
            title = f"▸ {who}" if at == self.at else who
            columns.append(Column(f"bid{at}", title, width, _cell(at), stays=1))
        return columns

    def action_step(self, step: int) -> None:
        self.at = (self.at + step) % max(1, len(self._read()))
        self.message = ""
        self.paint()

    def action_differences(self) -> None:
        self.only_differences = not self.only_differences
        self.paint()

    @on(LiveTable.Marked)
    def action_remove(self) -> None:
        id = self._read()[self.at].row.id
        self._ids.remove(id)
        if id in self._tracked.marks:
            self._tracked.marks.remove(id)
        self.paint()

    def action_accept(self) -> None:
        line = self._read()[self.at]
        reason = self._why_not(line)
        if reason is not None:
            self.message = reason
            self.paint()
            return
        self.dismiss(line.row.id)


def _cell(at: int) -> Callable[[ComparedAttribute], Cell]:
    def cell(line: ComparedAttribute) -> Cell:
        if at >= len(line.texts):
            return "", ""
        best = at in line.best
        return line.texts[at] + (" ★" if best else ""), "good" if best else ""

    return cell
