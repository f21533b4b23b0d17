"""Order, filter, saved views and score of the bid list. Nothing here spends or changes a deployment."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from textual import on

from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.domain.bids.filter_fields import BIDS
from akash_tui.domain.bids.sorting import CHEAPEST, SORT_COLUMNS, parse_sort
from akash_tui.domain.filtering.filter import EVERYTHING, Filter, FilterError, parse_filter
from akash_tui.domain.filtering.sorting import SortKey, by_column, next_column, sort_text
from akash_tui.services.storage.settings import SavedView
from akash_tui.ui.base.table_choices import TableChoices
from akash_tui.ui.base.table_screen import TableScreen
from akash_tui.ui.bids.bid_list import SCORE, BidList
from akash_tui.ui.bids.columns import SORTABLE, BidLine
from akash_tui.ui.dialogs.choice_dialog import ChoiceDialog, ChoiceOption
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.filter_bar import FilterBar
from akash_tui.ui.widgets.labelled_lines import LabelledLine
from akash_tui.ui.widgets.live_table import LiveTable

ALL, KEYS = "all", "keys"
"""Lines of the list of views that are no views: every bid, and typing the columns to sort by."""
BEST_FIRST = ("uptime_7d", "uptime_1d", "uptime_30d", "audited", "vram", "lasts", "gpus", "notice")
"""Columns whose high values are the good ones."""
LONGEST_NAME = 30


class BidSorting(TableScreen):
    """The part of the bids screen that decides which bids are shown, and in which order."""

    bid_list: BidList
    bid_choices: TableChoices[BidLine]
    """The columns; the order is the list's own, which begins with the cheapest bid each time."""

    @property
    def choices(self) -> TableChoices[BidLine]:
        return self.bid_choices

    @property
    def tracked(self) -> TrackedRun | None:
        """The run that the screen shows; None without one."""
        return self.session_app.run_manager.tracked if self.session_app.run_manager is not None else None

    @property
    def table(self) -> LiveTable[BidLine]:
        """The table of bids."""
        return self.query_one("#bid-table", LiveTable)

    @property
    def bar(self) -> FilterBar:
        """The line in which a filter is typed."""
        return self.query_one(FilterBar)

    def listed_rows(self) -> Sequence[BidRow]:
        """Every bid of the group or deployment that is shown, whatever the filter hides: for completions."""
        tracked = self.tracked
        if tracked is None:
            return ()
        return self.bid_list.query(tracked.budget).covered(tracked.run.book.all())

    # -- order -----------------------------------------------------------------------

    def sort_by(self, column: str) -> None:
        """Sort by one column, its good end first; the same column again reverses it. The score's is by price again."""
        if column == SCORE:
            self.do_price_order()
            return
        if column not in SORT_COLUMNS:
            return
        now = () if self.bid_list.by_score else self.bid_list.sort
        self.bid_list.order_by(*by_column(now, column, BEST_FIRST))

    def do_sort(self) -> None:
        self.sort_by(next_column(self.bid_list.sort, SORTABLE))

    def do_reverse(self) -> None:
        first, *others = self.bid_list.sort
        self.bid_list.order_by(SortKey(first.column, not first.descending), *others)

    def do_price_order(self) -> None:
        self.bid_list.order_by(*CHEAPEST)

    def do_score_order(self) -> None:
        self.bid_list.by_score = not self.bid_list.by_score
        self.bid_list.pinned.unpin()

    def do_sort_keys(self) -> None:
        self.background(self._ask_keys, "sort-keys")

    async def _ask_keys(self) -> None:
        lines = [LabelledLine("", "Columns, the most important first; - reverses one: price,-uptime_7d,latency")]
        now = sort_text(self.bid_list.sort)
        answer = await ask_text(self.session_app, "Sort by several columns", lines, value=now, read=parse_sort)
        if answer is not None:
            self.bid_list.order_by(*parse_sort(answer))

    def show_order(self) -> None:
        """The signs of the order in the table's header."""
        by_score = self.bid_list.by_score
        first = self.bid_list.sort[0]
        self.table.sort_sign(SCORE if by_score else first.column, True if by_score else first.descending)

    def order_words(self) -> str:
        """`price ▲, uptime ▼` when more than one column counts, or one that has no room in the table."""
        if self.bid_list.by_score:
            return "by score, P is by price"
        keys, seen = self.bid_list.sort, self.table.in_sight
        if len(keys) == 1 and (not seen or keys[0].column in seen):
            return ""
        return ", ".join(f"{k.column} {'▼' if k.descending else '▲'}" for k in keys)

    # -- filter and views ------------------------------------------------------------

    def do_filter(self) -> None:
        self.bar.open(self.bid_list.filter.text)

    @on(FilterBar.Filtered)
    def _filtered(self, event: FilterBar.Filtered) -> None:
        if event.filter.text != self.bid_list.filter.text:
            self.use_filter(event.filter)

    def use_filter(self, wanted: Filter) -> None:
        """Show what a filter lets through, from now on."""
        self.bid_list.filter = wanted
        self.bid_list.pinned.unpin()
        self.repaint()

    @on(FilterBar.Closed)
    def _typed(self) -> None:
        self.table.focus()

    @on(FilterBar.Saving)
    def _saving(self, event: FilterBar.Saving) -> None:
        self.background(partial(self._save_view, event.filter), "views")

    async def _save_view(self, wanted: Filter) -> None:
        def wrong(name: str) -> str | None:
            name = name.strip()
            if not name or name == ALL or len(name) > LONGEST_NAME or not name.isprintable() or " " in name:
                return f"Use one word of at most {LONGEST_NAME} characters, other than {ALL!r}."
            return None

        keys = self.bid_list.sort
        lines = [
            LabelledLine("", f"{wanted.text}"),
            LabelledLine("", "v lists the views; the same name again replaces one."),
        ]
        name = await ask_text(self.session_app, "Save this view as", lines, check=wrong)
        if name is not None:
            sort = sort_text(keys)
            views = self.session_app.program.settings.views | {name.strip(): SavedView(filter=wanted.text, sort=sort)}
            self.session_app.remember(views=views)
            self.session_app.status.say(f"View {name.strip()} is saved; v lists the views.", "good")

    def do_views(self) -> None:
        self.background(self._pick_view, "views")

    async def _pick_view(self) -> None:
        views = self.session_app.program.settings.views
        options = [ChoiceOption(ALL, "all bids", "no filter, by price")]
        options += [
            ChoiceOption(f"use {name}", name, f"{view.filter or 'all'} · {view.sort}") for name, view in views.items()
        ]
        options += [ChoiceOption(f"delete {name}", f"delete {name}", "") for name in views]
        options.append(ChoiceOption(KEYS, "sort by several", "type the columns, such as price,-uptime_7d", key="s"))
        answer = await self.session_app.push_screen_wait(ChoiceDialog("Views", options))
        if answer is None:
            return
        if answer == KEYS:
            await self._ask_keys()
            return
        verb, _, name = answer.partition(" ")
        if verb == "delete":
            self.session_app.remember(views={n: v for n, v in views.items() if n != name})
            self.session_app.status.say(f"View {name} is deleted.")
            return
        view = SavedView() if verb == ALL else views[name]
        try:
            wanted, keys = parse_filter(view.filter, BIDS), parse_sort(view.sort)
        except (FilterError, ValueError) as error:  # settings.json was written by hand, or by another version
            self.session_app.status.say(f"View {name} cannot be used: {error}", "bad")
            return
        self.bid_list.order_by(*keys)
        self.use_filter(wanted)

    def clear_filter(self) -> bool:
        """Show everything again; True if something was hidden."""
        if not self.bid_list.filter.terms:
            return False
        self.use_filter(EVERYTHING)
        return True

    # -- best prices -----------------------------------------------------------------------

    def best_bids(self) -> list[str]:
        """Keys of the best bid of each model that has one, cheapest first."""
        best = [price.best for price in self.bid_list.view.open.best if price.best is not None]
        best.sort(key=lambda row: (row.price_h is None, row.price_h))
        return [row.key for row in best]

    def do_best(self) -> None:
        """To the best bid of the next model; hidden ones are skipped, with a message if all are."""
        keys = self.best_bids()
        visible = [key for key in keys if self.table.has(key)]
        if not visible:
            self.session_app.status.say(
                "The filter hides every best bid; / then esc shows all." if keys else "No best bid yet.", "warn"
            )
            return
        here = self.table.cursor_id
        after = visible.index(here) + 1 if here in visible else 0
        self.bid_list.pinned.pin()
        self.table.move_to_id(visible[after % len(visible)])
