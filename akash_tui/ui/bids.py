"""Bids: watch them arrive, compare what each really offers, take one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content

from akash_tui.domain.bid_row import RowState
from akash_tui.domain.book import CHEAPEST, SORT_COLUMNS, SortKey
from akash_tui.domain.market import BidId
from akash_tui.domain.money import ASSUMED_BLOCK_TIME
from akash_tui.services.run import DeploymentRun, Stage, StepState
from akash_tui.ui import words
from akash_tui.ui.actions import bindings
from akash_tui.ui.bid_detail import bid_detail
from akash_tui.ui.bid_lines import COLUMNS, GONE_SECONDS, SORTABLE, BidLine
from akash_tui.ui.copying import copy_one_of
from akash_tui.ui.fields import Fields
from akash_tui.ui.following import Trip
from akash_tui.ui.held import Held
from akash_tui.ui.lanes import budget_line, lanes_line, state_words
from akash_tui.ui.live_table import LiveTable
from akash_tui.ui.parts import Pane
from akash_tui.ui.shell import Shell
from akash_tui.ui.tones import joined, lines

PATIENCE = 60.0
"""Seconds without a bid after which the screen says what else can be done."""
ROOM_FOR_DETAIL = (100, 24)


class BidsScreen(Shell):
    """The bids of the deployment that is being chosen for."""

    BINDINGS = bindings("bids")
    where: ClassVar[str] = "bids"
    tab: ClassVar[str] = "bids"

    def __init__(self) -> None:
        super().__init__()
        self.held: Held[BidLine] = Held(lambda: self.desk.voice.monotonic())
        self.sort = CHEAPEST[0]
        self.group: int | None = None
        self.detail: bool | None = None
        """None: shown where there is room."""

    def body(self) -> ComposeResult:
        with Container(id="bids"):
            with Vertical(id="bids-panel", classes="panel"):
                yield Pane(id="lanes")
                yield LiveTable[BidLine](COLUMNS, gone=lambda line: line.gone, id="bid-table")
            with VerticalScroll(id="detail", classes="panel", can_focus=False):
                yield Fields(10, id="detail-fields")

    def on_mount(self) -> None:
        self.query_one("#bid-table").focus()

    # -- what is shown ---------------------------------------------------------------

    @property
    def trip(self) -> Trip | None:
        return self.desk.following.trip if self.desk.following is not None else None

    @property
    def table(self) -> LiveTable[BidLine]:
        return self.query_one("#bid-table", LiveTable)

    def groups(self, run: DeploymentRun) -> Sequence[int]:
        return sorted(set(run.groups) | set(run.book.groups))

    def body_revision(self) -> object:
        trip = self.trip
        if trip is None:
            return None
        return (
            trip.run.id,
            trip.run.revision,
            trip.run.book.revision,
            int(self.desk.voice.monotonic() * (2 if trip.run.stage is Stage.CREATING else 1)),
            self.held.now,
            self.sort,
            self.group,
            self.detail,
            self.table.cursor_id,
            self.size,
        )

    def paint(self) -> None:
        trip = self.trip
        panel = self.query_one("#bids-panel")
        if trip is None:
            panel.border_title = Content("Bids")
            panel.border_subtitle = ""
            self.query_one("#lanes", Pane).display = False
            self.query_one("#detail").display = False
            self.table.say_empty("No deployment is waiting for bids.\n1 starts one · 3 lists what you have")
            self.table.show([])
            return
        run = trip.run
        now = run.clock.now()
        groups = self.groups(run)
        if self.group not in groups:
            self.group = groups[0] if groups else None
        arranged = self.held.arrange(self.lines(trip, now))
        self._title(trip, now, groups)
        self.table.say_empty(self._empty(run, now))
        self.table.marks = {str(id) for id in trip.picks.values()}
        self.table.sort_sign(self.sort.column, self.sort.descending)
        self.table.show(arranged)
        self._head(trip, arranged)
        self._detail(run, now)

    def lines(self, trip: Trip, now: datetime) -> list[BidLine]:
        """The rows to show: what can be taken first, what went lately after it."""
        run = trip.run
        block_time = run.block_time or ASSUMED_BLOCK_TIME
        rows = run.book.rows((self.sort,), self.group)
        fresh = [
            row
            for row in rows
            if row.state is RowState.OPEN
            or row.state is RowState.TAKEN
            or row.gone_at is None
            or (now - row.gone_at).total_seconds() < GONE_SECONDS
        ]
        fresh.sort(key=lambda row: row.state not in (RowState.OPEN, RowState.TAKEN))
        return [BidLine(row, now, run.book.height, block_time, trip.budget_h) for row in fresh]

    def _title(self, trip: Trip, now: datetime, groups: Sequence[int]) -> None:
        run = trip.run
        panel = self.query_one("#bids-panel")
        parts: list[Content | str] = [run.name or "deployment", f" · dseq {run.id.dseq}"]
        if len(groups) > 1 and self.group is not None:
            spec = run.groups.get(self.group)
            named = f" {spec.name}" if spec is not None else ""
            parts.append(f" · group{named} {list(groups).index(self.group) + 1}/{len(groups)} [ ]")
        text, tone = state_words(run, now, narrow=self.size.width < 90)
        parts.append(joined(" · ", (text, tone)))
        if not run.live and run.stage is Stage.COLLECTING:
            parts.append(joined((" · polling", "muted")))
        panel.border_title = joined(*parts)
        held = "held, p lets go" if self.held.for_good else "held" if self.held.now else ""
        moved = f"{self.held.waiting} would move" if held and self.held.waiting else ""
        panel.border_subtitle = Content(" · ".join(part for part in (held, moved) if part))

    def _head(self, trip: Trip, shown: Sequence[BidLine]) -> None:
        run, desk = trip.run, self.desk
        pane = self.query_one("#lanes", Pane)
        pane.display = True
        params = desk.following.params if desk.following is not None else None
        most = params.order_max_bids if params is not None else None
        bids = len(run.book.rows((self.sort,), self.group))
        over = sum(1 for line in shown if line.over_budget and not line.gone)
        head = [
            lanes_line(run.book.lanes(self.group), max(20, pane.content_size.width))
            if not run.leases
            else joined(("leased     ", "muted"), "3 shows what runs and its ways in"),
            budget_line(run, trip.budget_h, bids, most, over),
        ]
        if run.read_error is not None:
            head.append(joined((f"not read since {words.ago(self._stale(run))}: {run.read_error.title}", "warn")))
        pane.show(lines(*head))

    def _stale(self, run: DeploymentRun) -> float:
        return (run.clock.now() - run.book.updated_at).total_seconds() if run.book.updated_at is not None else 0.0

    def _empty(self, run: DeploymentRun, now: datetime) -> str:
        if run.stage is Stage.CREATING:
            done = [s.name for s in run.steps.values() if s.state is StepState.DONE]
            return ("✓ " + " · ✓ ".join(done) + "\n" if done else "") + "Waiting for the block of the deployment…"
        if run.stage is not Stage.COLLECTING:
            return "No bid is open any more.\n3 lists your deployments"
        waited = (now - run.created_at).total_seconds() if run.created_at is not None else 0.0
        said = f"No bids yet ({words.clock(waited)}). Providers usually answer within the first minute."
        if waited > PATIENCE:
            said += "\nx closes the order, the deposit comes back; then tick more GPUs and ask again"
        return said

    def _detail(self, run: DeploymentRun, now: datetime) -> None:
        pane = self.query_one("#detail")
        line = self.table.cursor_row
        roomy = self.size.width >= ROOM_FOR_DETAIL[0] and self.size.height >= ROOM_FOR_DETAIL[1]
        pane.display = line is not None and (self.detail if self.detail is not None else roomy)
        if line is None or not pane.display:
            return
        pane.border_title = joined((line.name, "strong"), f" · {line.gpu[0]}")
        note = self.desk.entry.settings.notes.get(line.row.id.provider, "")
        self.query_one("#detail-fields", Fields).show(bid_detail(line.row, line.block_time, now, note))

    # -- actions ---------------------------------------------------------------------

    def in_bar(self, action_id: str) -> bool:
        return True

    def title_of(self, action_id: str) -> str:
        if action_id == "bids.hold" and self.held.for_good:
            return "let go"
        return super().title_of(action_id)

    def why_not(self, action_id: str) -> str | None:
        trip = self.trip
        if trip is None:
            return "No deployment is waiting for bids. 1 starts one."
        if action_id in ("bids.group-before", "bids.group-next") and len(self.groups(trip.run)) < 2:
            return "There is only one group."
        if action_id in ("bids.accept", "bids.mark", "bids.open", "bids.details"):
            line = self.table.cursor_row
            if line is None:
                return "There is no bid yet."
            if action_id in ("bids.accept", "bids.mark"):
                return self._why_not_take(trip, line, action_id == "bids.accept")
        if action_id == "bids.close":
            return self._why_not_spend(trip)
        return None

    def _why_not_take(self, trip: Trip, line: BidLine, now: bool) -> str | None:
        if line.row.state is RowState.TAKEN:
            return "This one is leased already."
        if line.gone:
            return f"This bid cannot be taken: {line.row.gone_reason or line.row.state.value}"
        if not now:
            return None
        if trip.run.stage is not Stage.COLLECTING:
            return f"Nothing can be accepted now: {state_words(trip.run, trip.run.clock.now())[0]}."
        missing = [g for g in self.groups(trip.run) if g != line.row.gseq and g not in self.picks(trip)]
        if missing:
            return f"Group {missing[0]} has no choice yet: ] goes there, space marks a bid."
        return self._why_not_spend(trip)

    def _why_not_spend(self, trip: Trip) -> str | None:
        if self.desk.readonly:
            return "This is read-only: nothing can be signed. N changes that."
        if self.desk.busy is not None:
            return f"Wait: {self.desk.busy}."
        if trip.run.stage is Stage.CREATING:
            return "Its block is not there yet."
        return None

    def picks(self, trip: Trip) -> dict[int, BidId]:
        """Marked bids that can still be taken, by group."""
        out: dict[int, BidId] = {}
        for gseq, id in trip.picks.items():
            row = trip.run.book.row(id)
            if row is not None and row.state is RowState.OPEN:
                out[gseq] = id
        return out

    def do_accept(self) -> None:
        trip, line = self.trip, self.table.cursor_row
        if trip is not None and line is not None:
            self.desk.accept(trip, self.picks(trip) | {line.row.gseq: line.row.id})

    @on(LiveTable.Marked)
    def _mark(self) -> None:
        self.press("bids.mark")

    def do_mark(self) -> None:
        trip, line = self.trip, self.table.cursor_row
        if trip is None or line is None:
            return
        if trip.picks.get(line.row.gseq) == line.row.id:
            del trip.picks[line.row.gseq]
        else:
            trip.picks[line.row.gseq] = line.row.id
        self.repaint()

    @on(LiveTable.Opened)
    def _open(self) -> None:
        self.press("bids.open")

    def do_open(self) -> None:
        self.detail = True
        self.repaint()

    def do_details(self) -> None:
        self.detail = not self.query_one("#detail").display
        self.repaint()

    def do_sort(self) -> None:
        at = SORTABLE.index(self.sort.column) if self.sort.column in SORTABLE else -1
        self._sort_by(SORTABLE[(at + 1) % len(SORTABLE)])

    def do_reverse(self) -> None:
        self.sort = SortKey(self.sort.column, not self.sort.descending)
        self.held.let_go()

    def _sort_by(self, column: str) -> None:
        best_first = column in ("uptime", "audited", "vram", "lasts", "count")
        if column == self.sort.column:
            self.do_reverse()
            return
        self.sort = SortKey(column, descending=best_first)
        self.held.let_go()

    @on(LiveTable.HeaderClicked)
    def _header(self, event: LiveTable.HeaderClicked) -> None:
        if event.key in SORT_COLUMNS:
            self._sort_by(event.key)

    @on(LiveTable.Touched)
    def _touched(self) -> None:
        self.held.touch()

    def do_hold(self) -> None:
        self.held.for_good = not self.held.for_good
        if not self.held.for_good:
            self.held.let_go()

    def _step_group(self, step: int) -> None:
        trip = self.trip
        if trip is not None:
            groups = list(self.groups(trip.run))
            at = groups.index(self.group) if self.group in groups else 0
            self.group = groups[(at + step) % len(groups)]
            self.held.let_go()

    def do_group_before(self) -> None:
        self._step_group(-1)

    def do_group_next(self) -> None:
        self._step_group(1)

    def do_copy(self) -> None:
        trip, line = self.trip, self.table.cursor_row
        if trip is None:
            return
        things = [("number", str(trip.run.id.dseq))]
        if line is not None:
            things.insert(0, ("provider", line.row.id.provider))
            if line.row.provider is not None:
                things.insert(1, ("host", line.row.provider.host_uri))
        self.desk.run_worker(copy_one_of(self.desk, things), group="copy", exclusive=True, exit_on_error=False)

    def do_close(self) -> None:
        trip = self.trip
        if trip is not None:
            self.desk.close_deployment(trip.run.id)

    def do_back(self) -> None:
        trip = self.trip
        if self.detail:
            self.detail = None if self.size.width >= ROOM_FOR_DETAIL[0] else False
        elif trip is not None and trip.picks:
            trip.picks.clear()
        elif self.held.for_good:
            self.do_hold()
        self.repaint()
