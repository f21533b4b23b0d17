"""Two orders that were asked for at once, on the bids screen: their best offers compared, and the keys for both."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.domain.bids.bid_view import BestOffer, BidQuery, BidView, best_offer, difference_words
from akash_tui.domain.bids.formatting import act, gpus, hourly_words
from akash_tui.services.core.run_state import Stage
from akash_tui.ui.bids.actions import BidActions
from akash_tui.ui.lease_actions.close import close_all
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.styles import Tone, joined

if TYPE_CHECKING:
    from akash_tui.ui.session.run_manager import TrackedRun

SIDE_BY_SIDE = 100
"""Columns from which on the two stand beside each other; below it, one above the other."""
PAIR_KEYS = ("bids.other", "bids.neither")


class PairOrders(BidActions):
    """The part of the bids screen that is about the other one of a pair."""

    def __init__(self) -> None:
        super().__init__()
        self._views: dict[int, BidView] = {}
        """What is seen of the bids of each of the two, by number."""

    @property
    def other(self) -> TrackedRun | None:
        """The other one of the pair that the screen shows; None without one."""
        tracked, runs = self.tracked, self.session_app.run_manager
        if tracked is None or tracked.pair is None or runs is None:
            return None
        return runs.other_of(tracked)

    def in_bar(self, action_id: str) -> bool:
        if action_id in PAIR_KEYS:
            return self.other is not None
        return super().in_bar(action_id)

    def why_not_pair(self, action_id: str) -> str | None:
        """Why a key for a pair cannot be used now; None if it can."""
        tracked, other = self.tracked, self.other
        if tracked is None or other is None:
            return "Only one SDL was asked for. t on Deploy asks for two at once."
        if action_id == "bids.neither":
            return self.why_not_spend(tracked) or self.why_not_spend(other)
        return None

    def do_other(self) -> None:
        """Show the other order."""
        other, runs = self.other, self.session_app.run_manager
        if other is not None and runs is not None:
            runs.current = other.run.id
            self.show_part((None, None))
            self.bid_list.pinned.unpin()
            self.repaint()

    def do_neither(self) -> None:
        """Close both orders."""
        tracked, other, app = self.tracked, self.other, self.session_app
        if tracked is not None and other is not None:
            ids = [each.run.id for each in _in_order(tracked, other)]
            app.money("closing two deployments", lambda: close_all(app, ids, lambda result: self.repaint()))

    # -- what is shown ------------------------------------------------------------------

    def pair_revision(self) -> object:
        """Differs when the lines of the pair do."""
        other = self.other
        return None if other is None else (other.run.id, other.run.stage, other.run.revision, other.run.book.revision)

    def pair_lines(self, tracked: TrackedRun, now: datetime, width: int) -> list[Content]:
        """Both orders with the best offer of each, and what lies between them; nothing without a pair."""
        other = self.other
        if other is None:
            self._views.clear()
            return []
        both = _in_order(tracked, other)
        offers = [self._offer(each, now) for each in both]
        cells = [
            _cell(letter, each, offer, shown=each is tracked)
            for letter, each, offer in zip("AB", both, offers, strict=True)
        ]
        if width >= SIDE_BY_SIDE:
            lines = _side_by_side(cells, width)
        else:
            lines = [joined("  ", *_spaced(cell)).truncate(width, ellipsis=True) for cell in cells]
        words = [difference_words(*offers), _locked(both)]
        last = joined((" · ".join(word for word in words if word), "accent"))
        return [*lines, joined("  ", last).truncate(width, ellipsis=True)]

    def _offer(self, tracked: TrackedRun, now: datetime) -> BestOffer:
        """The best offer of one of them, by the order and the filter of the list."""
        run = tracked.run
        view = self._views.get(run.id.dseq)
        if view is None or view.book is not run.book:
            view = self._views[run.id.dseq] = BidView(run.book)
        chosen = self.bid_list
        view.update(BidQuery(None, chosen.sort, chosen.filter, tracked.budget, chosen.by_score, tracked.history), now)
        waits = [gseq for gseq in self.groups(run) if run.book.order_open(gseq) is not False]
        return best_offer(view.shown.rows, waits)


def _in_order(tracked: TrackedRun, other: TrackedRun) -> tuple[TrackedRun, TrackedRun]:
    """A and B: A has the lower number."""
    return (tracked, other) if tracked.run.id.dseq < other.run.id.dseq else (other, tracked)


Cell = tuple[Content, Content, Content]
"""Who it is, its price, and what is offered for it."""


def _cell(letter: str, tracked: TrackedRun, offer: BestOffer, *, shown: bool) -> Cell:
    run = tracked.run
    head = joined(("▸ " if shown else "  ", "accent"), (f"{letter} {run.name or run.id.dseq}", "strong"))
    if run.stage is not Stage.COLLECTING:
        text, tone = _stage_words(tracked)
        return head, Content(""), joined((text, tone))
    count = formatting.plural(offer.bids, "bid")
    if offer.missing:
        group = f" for group {offer.missing[0]}" if offer.rows else ""
        return head, Content(""), joined((f"no bid yet{group} · {count}" if offer.bids else "no bid yet", "muted"))
    if not offer.rows:
        return head, Content(""), joined((count, "muted"))
    price = f"≈ ${act(offer.price_h)}/h" if offer.price_h is not None else hourly_words(offer.rows[0])
    offered = " and ".join(f"{gpus(row.disclosure)} at {row.provider_name.short}" for row in offer.rows)
    return head, joined((price, "strong")), joined(f"{offered} · {count}")


def _stage_words(tracked: TrackedRun) -> tuple[str, Tone]:
    run = tracked.run
    if run.stage is Stage.CREATING:
        return "waiting for its block", "accent"
    if run.leases:
        return f"leased · {run.stage.value}", "good"
    if run.stage is Stage.FAILED:
        return "not known yet whether it was created: akash-tui resume", "bad"
    return run.stage.value, "accent"


def _spaced(cell: Cell) -> list[Content | str]:
    out: list[Content | str] = []
    for part in cell:
        if part.plain:
            out += [part, "  "]
    return out[:-1]


def _side_by_side(cells: list[Cell], width: int) -> list[Content]:
    """Two columns: the name with the price, and below it what is offered."""
    half = width // 2 - 1
    left, right = cells

    def line(a: Content, b: Content) -> Content:
        a = a.truncate(half, ellipsis=True)
        return joined(a, " " * (half - a.cell_length + 2), b.truncate(half, ellipsis=True))

    heads = [joined(cell[0], "  " if cell[1].plain else "", cell[1]) for cell in (left, right)]
    return [line(*heads), line(joined("    ", left[2]), joined("    ", right[2]))]


def _locked(both: tuple[TrackedRun, TrackedRun]) -> str:
    """What the orders that wait keep locked."""
    waiting = [each.run for each in both if each.run.stage is Stage.COLLECTING and not each.run.leases]
    held = sum((run.funds for run in waiting if run.funds is not None), Decimal(0))
    if not waiting:
        return ""
    amount = formatting.amount(Coin(UACT, int(held)))
    if len(waiting) == 2:
        return f"both wait: {amount} locked, no cost yet"
    return f"{waiting[0].name or waiting[0].id.dseq} waits: {amount} locked, x closes it"
