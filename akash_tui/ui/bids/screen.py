"""Bids: watch them arrive, compare what each really offers, take one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.bids.bid_memory import ProviderMemory
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.bid_view import MANY
from akash_tui.domain.bids.saved_bids import dseq_words
from akash_tui.domain.bids.score import score
from akash_tui.domain.silence import typical_words
from akash_tui.services.core.run_state import Stage, StepState
from akash_tui.services.market.silent_providers import silence_of, waited
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.copy_menu import copy_one_of
from akash_tui.ui.base.provider_notes import notes_now
from akash_tui.ui.base.table_choices import TableChoices
from akash_tui.ui.bids.actions import ListPart
from akash_tui.ui.bids.bid_list import SCORE, BidList
from akash_tui.ui.bids.columns import COLUMNS, BidLine, columns_shown
from akash_tui.ui.bids.compare_screen import MOST
from akash_tui.ui.bids.detail_pane import bid_detail
from akash_tui.ui.bids.header import (
    all_gone,
    asked_for,
    best_prices_line,
    budget_line,
    cost_range,
    state_words,
    total_lines,
    why_no_best,
)
from akash_tui.ui.bids.pair import PAIR_KEYS
from akash_tui.ui.bids.rule_work import RuleWork
from akash_tui.ui.bids.who import silent_words, who_on_bids
from akash_tui.ui.lease_actions.ask_again import ask_again
from akash_tui.ui.lease_actions.close import close
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.bars import TextPane, TitledPanel, TitledScroll
from akash_tui.ui.widgets.filter_bar import FilterBar
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable
from akash_tui.ui.widgets.styles import joined

PATIENCE = 60.0
"""Seconds without a bid after which the screen says what else can be done."""
EXPLAIN_AFTER, EXPLAIN_EVERY = 15.0, 30.0
"""Seconds without a bid after which the silent are looked at, and between two looks."""
AGAIN = "n asks again with the same SDL, 1 changes the SDL first, x closes the order and returns the deposit."
ROOM_FOR_DETAIL = (100, 24)


class BidsScreen(RuleWork):
    """The bids of the deployment that is being chosen for."""

    BINDINGS = bindings("bids")
    where: ClassVar[str] = "bids"
    tab: ClassVar[str] = "bids"

    def __init__(self) -> None:
        super().__init__()
        self.bid_list = BidList(lambda: self.session_app.status.monotonic())
        self.bid_choices = TableChoices[BidLine]("bids", {}, ())
        self.detail: bool | None = None
        """None: shown where there is room."""
        self._memory: tuple[tuple[str, GpuModel | None, int], ProviderMemory] | None = None

    def body(self) -> ComposeResult:
        with Container(id="bids"):
            with TitledPanel(id="bids-panel", classes="panel"):
                yield TextPane(id="bids-header")
                yield LiveTable[BidLine](COLUMNS, gone=lambda line: line.gone, id="bid-table")
                yield FilterBar(self.listed_rows, id="filter-bar")
            with TitledScroll(id="detail", classes="panel", can_focus=False):
                yield LabelledLines(10, id="detail-fields")

    def on_mount(self) -> None:
        self.load_choices(self.bid_choices)
        self.query_one("#bid-table").focus()

    @property
    def all_columns(self) -> Sequence[Column[BidLine]]:
        tracked, by_score = self.tracked, self.bid_list.by_score
        if tracked is None:
            return columns_shown(by_score=by_score, with_amount=False)
        return columns_shown(
            by_score=by_score,
            with_amount=tracked.budget.amount is not None,
            with_dseq=len(tracked.run.book.deployments) > 1,
            with_akt=self.bid_list.view.in_akt,
        )

    # -- what is shown ---------------------------------------------------------------

    def revision(self) -> object:
        tracked = self.tracked
        if tracked is None:
            return None
        return (
            tracked.run.id,
            tracked.run.revision,
            tracked.run.book.revision,
            int(self.session_app.status.monotonic() * (2 if tracked.run.stage is Stage.CREATING else 1)),
            self.bid_list.choices,
            self.bid_choices.columns,
            tracked.budget,
            self.rule_revision(),
            self.pair_revision(),
            tuple(tracked.marks),
            self._decided(),
            self.detail,
            self.table.cursor_id,
            self.size,
        )

    def _decided(self) -> tuple[int, int]:
        """Moves with what is decided and remembered of providers."""
        session = self.session_app.session
        return (0, 0) if session is None else (session.provider_notes.revision, session.memory.revision)

    def paint(self) -> None:
        tracked = self.tracked
        if tracked is None:
            self.query_one(TitledPanel).name_edges(Content("Bids"))
            self.query_one("#bids-header", TextPane).display = False
            self.query_one("#detail").display = False
            self.bar.display = False
            self.table.say_empty("No deployment is waiting for bids.\n1 starts one · 3 lists what you have")
            self.table.show([])
            return
        run, bid_list = tracked.run, self.bid_list
        bid_list.show_run(run, tracked.only_at)
        now = run.clock.now()
        parts = self.parts(run)
        if self.part not in parts:
            self.show_part(parts[0] if parts else (None, None))
        bid_list.history = tracked.history
        lines = bid_list.lines(run, tracked.budget, now, notes_now(self.session_app))
        self._title(tracked, now, parts)
        self.table.say_empty(
            "There is no bid in it." if tracked.saved and not bid_list.view.shown.total else self._empty(tracked, now)
        )
        self.table.marks = {str(id) for id in tracked.marks}
        self.table.set_columns(self.bid_choices.shown(self.all_columns, always=(SCORE, "dseq")))
        self.show_order()
        self.table.show(lines, bid_list.context.stamp, (run.id, self.part))
        self._head(tracked, now)
        self._detail(tracked, now)

    def _title(self, tracked: TrackedRun, now: datetime, shown_of: Sequence[ListPart]) -> None:
        run = tracked.run
        name = Content(run.name or "deployment").truncate(max(12, self.size.width - 66), ellipsis=True)
        parts: list[Content | str] = [name, f" · dseq {run.id.dseq}"]
        several = run.book.deployments
        group, deployment = self.part
        if deployment is not None:
            parts = [f"dseq {deployment.dseq}, {several.index(deployment) + 1} of {len(several)} deployments [ ]"]
        elif len(several) > 1:
            parts = [f"{len(several)} deployments · {dseq_words(several)} [ ]"]
        if len(shown_of) > 1 and group is not None:
            spec = run.groups.get(group)
            named = f" {spec.name}" if spec is not None else ""
            parts.append(f" · group{named} {list(shown_of).index(self.part) + 1} of {len(shown_of)}, ] next")
        text, tone = state_words(run, now, narrow=self.size.width < 90)
        if tracked.saved:
            text, tone = f"saved answer, {tracked.saved}, read-only", "warn"
        parts.append(joined(" · ", (text, tone)))
        if not run.live and run.stage is Stage.COLLECTING:
            parts.append(joined((" · polling", "muted")))
        pinned = self.bid_list.pinned
        state = "pinned, p unpins" if pinned.until_unpinned else "pinned" if pinned.active else ""
        moved = f"{pinned.waiting} would move" if state and pinned.waiting else ""
        changed = f"+{formatting.plural(self.bid_list.changes, 'change')}" if self.bid_list.changes else ""
        cost = cost_range(self.bid_list.view.open, tracked.budget.hours)
        below = (cost, self.order_words(), state, changed, moved)
        self.query_one(TitledPanel).name_edges(joined(*parts), Content(" · ".join(part for part in below if part)))

    def _head(self, tracked: TrackedRun, now: datetime) -> None:
        run, session_app = tracked.run, self.session_app
        pane = self.query_one("#bids-header", TextPane)
        pane.display = True
        params = session_app.run_manager.params if session_app.run_manager is not None else None
        most = params.most_bids if params is not None else None
        bid_list, view = self.bid_list, self.bid_list.view
        width = max(20, pane.content_size.width)
        all_bids = run.book.count(bid_list.group, bid_list.deployment)
        head = [
            *self.pair_lines(tracked, now, width),
            best_prices_line(
                view.open.best, width, some_went=view.open.count < all_bids, none=why_no_best(run, view.open)
            )
            if not run.leases
            else joined(("leased     ", "muted"), "3 shows what runs and its endpoints"),
            budget_line(run, tracked.budget, all_bids, most, view.over_budget, width),
        ]
        if run.stage is Stage.COLLECTING and len(self.groups(run)) > 1 and all_bids <= MANY:
            head += total_lines(self.total(tracked), width)
        head += self.rule_lines(tracked, width)
        if bid_list.filter.terms:
            text = Content(bid_list.filter.text).truncate(max(10, pane.content_size.width // 3), ellipsis=True)
            head.append(joined(("filter     ", "muted"), text, (f" · {view.shown.words}", "accent")))
        if all_gone(run) and view.shown.rows:  # without rows the empty list says so
            why = "Providers withdrew their bids, and rarely bid twice on one order. "
            head.append(joined((why, "warn"), ("n asks again, x closes it", "warn")))
        if run.read_error is not None:
            age = (run.clock.now() - run.book.updated_at).total_seconds() if run.book.updated_at is not None else 0.0
            head.append(joined((f"last read {formatting.clock(age)} ago: {run.read_error.title}", "warn")))
        pane.show(Content("\n").join(head))

    def _empty(self, tracked: TrackedRun, now: datetime) -> str:
        run = tracked.run
        if run.stage is Stage.CREATING:
            done = [s.name for s in run.steps.values() if s.state is StepState.DONE]
            return ("✓ " + " · ✓ ".join(done) + "\n" if done else "") + "Waiting for the block of the deployment…"
        if self.bid_list.filter.terms and self.bid_list.view.shown.total:
            return f"The filter hides all {self.bid_list.view.shown.total} bids.\n/ then esc shows them"
        if run.stage is not Stage.COLLECTING:
            return "No bid is open any more.\n3 lists your deployments"
        if len(run.book):
            return "All bids are gone, and providers rarely bid twice on one order.\n" + AGAIN
        self._learn_silence(tracked)
        since, page = waited(run), tracked.silence
        typical = typical_words(page.typical) if page is not None else ""
        if page is not None and since > (page.typical.seconds if typical and page.typical else PATIENCE):
            return silent_words(run, page, self.table.content_size.width)
        text = f"No bids yet ({formatting.clock(since)})" + (f" · {typical}" if typical else "")
        return f"{text}\n{asked_for(run)}.\n{AGAIN}" if since > PATIENCE else text

    def _learn_silence(self, tracked: TrackedRun) -> None:
        """Read who could bid once it is worth explaining, and again now and then."""
        now = self.session_app.status.monotonic()
        if waited(tracked.run) > EXPLAIN_AFTER and (not tracked.silence_at or now - tracked.silence_at > EXPLAIN_EVERY):
            tracked.silence_at = now
            self.background(partial(self._explain, tracked), "no bids")

    async def _explain(self, tracked: TrackedRun) -> None:
        async with self.session_app.guard("reading providers", loud=False):
            tracked.silence = await silence_of(self.session_app.who_could_bid, tracked.run)
        self.repaint()

    def _detail(self, tracked: TrackedRun, now: datetime) -> None:
        pane = self.query_one("#detail", TitledScroll)
        line = self.table.cursor_row
        roomy = self.size.width >= ROOM_FOR_DETAIL[0] and self.size.height >= ROOM_FOR_DETAIL[1]
        pane.display = line is not None and (self.detail if self.detail is not None else roomy)
        if line is None or not pane.display:
            return
        title = joined((line.row.name, "strong"), f" · {line.gpu[0]}")
        pane.name_edges(title)
        self.query_one("#detail-fields", LabelledLines).show(
            bid_detail(
                line,
                score(line.row, self.bid_list.view.open.reference, tracked.history),
                several=len(tracked.run.book.deployments) > 1,
                memory=self._remembered(line.row),
                rule="" if tracked.at_work is None else tracked.at_work.verdict(line.row),
            )
        )

    def _remembered(self, row: BidRow) -> ProviderMemory | None:
        """What is remembered of a bid's provider, looked up once for each state of the memory."""
        session = self.session_app.session
        if session is None:
            return None
        key = (row.id.provider, row.disclosure.only_model, session.memory.revision)
        if self._memory is None or self._memory[0] != key:
            self._memory = key, session.memory.about(*key[:2])
        return self._memory[1]

    # -- actions ---------------------------------------------------------------------

    def title_of(self, action_id: str) -> str:
        if action_id == "bids.pin" and self.bid_list.pinned.until_unpinned:
            return "unpin"
        if action_id == "bids.score-order" and self.bid_list.by_score:
            return "no score"
        if self.tracked is not None and len(self.tracked.run.book.deployments) > 1:
            return super().title_of(action_id).replace(" group", " deployment")
        return super().title_of(action_id)

    def first_now(self) -> tuple[str, ...]:
        if self.other is not None:
            return "bids.accept", *PAIR_KEYS
        if self.tracked is None or not all_gone(self.tracked.run):
            return ()
        return "bids.ask-again", "bids.close"

    def why_not(self, action_id: str) -> str | None:
        tracked = self.tracked
        if tracked is None:
            return "No deployment is waiting for bids. 1 starts one."
        if action_id in ("bids.group-before", "bids.group-next") and len(self.parts(tracked.run)) < 2:
            return "There is only one group."
        if action_id in ("bids.accept", "bids.mark", "bids.open", "bids.details"):
            line = self.table.cursor_row
            if line is None:
                return "There is no bid yet."
            if action_id in ("bids.accept", "bids.mark"):
                return self.why_not_take(tracked, line, action_id == "bids.accept")
        if action_id in ("bids.favourite", "bids.block", "bids.note"):
            return self.why_not_noted()
        if action_id == "bids.compare" and len(self.compared()) < 2:
            return f"Mark 2 to {MOST} bids with space first, or mark one and move to another."
        if action_id == "bids.compare" and len(self.compared()) > MOST:
            return f"At most {MOST} bids fit side by side: space removes a mark, esc removes all."
        if action_id in ("bids.close", "bids.hours", "bids.stop-after"):
            return self.why_not_spend(tracked)
        if action_id == "bids.who" and tracked.saved:
            return "A saved answer is not open any more: nobody can bid on it."
        if action_id == "bids.rule":
            return self.why_not_rule(tracked)
        if action_id in PAIR_KEYS:
            return self.why_not_pair(action_id)
        if action_id == "bids.ask-again":
            if tracked.run.leases:
                return "It is leased: 3 shows what runs."
            return self.why_not_spend(tracked) or self.session_app.why_nothing_new()
        return None

    def do_accept(self) -> None:
        tracked, line = self.tracked, self.table.cursor_row
        if tracked is not None and line is not None:
            self.take(tracked, line.row.id)

    def do_mark(self) -> None:
        tracked, line = self.tracked, self.table.cursor_row
        if tracked is None or line is None:
            return
        if line.row.id in tracked.marks:
            tracked.marks.remove(line.row.id)
        else:
            tracked.marks.append(line.row.id)
        self.repaint()

    def do_open(self) -> None:
        self.detail = True
        self.repaint()

    def do_details(self) -> None:
        self.detail = not self.query_one("#detail").display
        self.repaint()

    @on(LiveTable.Touched)
    def _touched(self) -> None:
        self.bid_list.pinned.pin()

    def do_pin(self) -> None:
        self.bid_list.toggle_pin()

    def _step(self, step: int) -> None:
        tracked = self.tracked
        if tracked is not None:
            parts = list(self.parts(tracked.run))
            at = parts.index(self.part) if self.part in parts else 0
            self.show_part(parts[(at + step) % len(parts)])
            self.bid_list.pinned.unpin()

    def do_group_before(self) -> None:
        self._step(-1)

    def do_group_next(self) -> None:
        self._step(1)

    def do_copy(self) -> None:
        tracked, line = self.tracked, self.table.cursor_row
        if tracked is None:
            return
        things = [("dseq", str((tracked.run.id if line is None else line.row.id).dseq))]
        if line is not None:
            gateway = [] if line.row.provider is None else [("gateway", line.row.provider.host_uri)]
            things = [("address", line.row.id.provider), *gateway, ("provider", line.row.name), *things]
        copy_one_of(self.session_app, things)

    def do_who(self) -> None:
        tracked = self.tracked
        if tracked is not None:
            self.background(partial(who_on_bids, self.session_app, tracked), "who")

    def do_close(self) -> None:
        tracked = self.tracked
        if tracked is not None:
            self.session_app.money("closing a deployment", lambda: close(self.session_app, tracked.run.id))

    def do_ask_again(self) -> None:
        tracked = self.tracked
        if tracked is not None:
            self.session_app.money("asking again", lambda: ask_again(self.session_app, tracked.run.id))

    def do_back(self) -> None:
        tracked = self.tracked
        if self.detail:
            self.detail = None if self.size.width >= ROOM_FOR_DETAIL[0] else False
        elif self.clear_filter():
            self.session_app.status.say("All bids are shown again.", "muted")
        elif tracked is not None and tracked.marks:
            tracked.marks.clear()
        elif self.bid_list.pinned.until_unpinned:
            self.do_pin()
        self.repaint()
