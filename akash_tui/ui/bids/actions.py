"""What a person means to do with bids: mark, choose for each group, compare, cap the price, pay for some hours."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from akash_tui.domain.akash.amounts import parse_hours
from akash_tui.domain.akash.entities import BidId, DeploymentId
from akash_tui.domain.akash.money import plain
from akash_tui.domain.bids.bid_row import RowState
from akash_tui.domain.bids.budget import parse_budget
from akash_tui.domain.bids.rule import Rule
from akash_tui.domain.bids.running_total import RunningTotal
from akash_tui.services.automation.bid_chooser import total_for
from akash_tui.services.automation.stop_after import StopAfter
from akash_tui.services.core.run_state import DeploymentRun, Stage
from akash_tui.ui.base.provider_notes import ProviderNoteKeys, notes_now
from akash_tui.ui.bids.accept import accept
from akash_tui.ui.bids.columns import BidLine
from akash_tui.ui.bids.compare_screen import CompareScreen
from akash_tui.ui.bids.header import state_words
from akash_tui.ui.bids.sorting import BidSorting
from akash_tui.ui.dialogs.questions import ask_text
from akash_tui.ui.lease_actions.stop_after import stop_after
from akash_tui.ui.session.run_manager import TrackedRun
from akash_tui.ui.widgets.labelled_lines import LabelledLine

ListPart = tuple[int | None, DeploymentId | None]
"""A group's gseq and a deployment, each None for all."""


class BidActions(BidSorting, ProviderNoteKeys):
    """The part of the bids screen that leads up to a choice; signing is the app's."""

    def groups(self, run: DeploymentRun) -> Sequence[int]:
        """The gseqs that were ordered or have bids, in order; none of several deployments."""
        if len(run.book.deployments) > 1:
            return ()
        return sorted(set(run.groups) | set(run.book.groups))

    def parts(self, run: DeploymentRun) -> Sequence[ListPart]:
        """What the list can show: each group; in a saved answer about several deployments, all of them or each."""
        several = run.book.deployments
        if len(several) > 1:
            return [(None, None), *((None, deployment) for deployment in several)]
        return [(gseq, None) for gseq in self.groups(run)]

    @property
    def part(self) -> ListPart:
        """What the list shows."""
        return self.bid_list.group, self.bid_list.deployment

    def show_part(self, part: ListPart) -> None:
        """Show another group or deployment."""
        self.bid_list.group, self.bid_list.deployment = part

    def why_not_take(self, tracked: TrackedRun, line: BidLine, now: bool) -> str | None:
        """Why a bid cannot be marked or (`now`) accepted; None if it can."""
        if line.row.state is RowState.TAKEN:
            return "This one is leased already."
        if line.gone:
            return f"This bid cannot be accepted: {line.row.gone_reason or line.row.state.value}"
        if not now:
            return None
        if tracked.run.stage is not Stage.COLLECTING and not tracked.saved:
            return f"Nothing can be accepted now: {state_words(tracked.run, tracked.run.clock.now())[0]}."
        picks, book = self.picks(tracked), tracked.run.book
        missing = [
            g
            for g in self.groups(tracked.run)
            if g != line.row.gseq and g not in picks and book.order_open(g) is not False
        ]
        if missing:
            marked = sum(1 for id in tracked.marks if id.gseq == missing[0])
            if marked > 1:
                return f"Group {missing[0]} has {marked} marked bids: ] goes there, leave one marked."
            return f"Group {missing[0]} has no choice yet: ] goes there, space marks a bid."
        return self.why_not_spend(tracked)

    def why_not_spend(self, tracked: TrackedRun) -> str | None:
        """Why nothing of this deployment can be signed now; None if it can."""
        if tracked.saved:
            return "This is a saved answer: there is nothing to accept, pay or close."
        reason = self.session_app.why_read_only() or self.session_app.why_busy()
        if reason is None and tracked.run.stage is Stage.CREATING:
            return "It is not confirmed in a block yet."
        return reason

    def noted_provider(self) -> tuple[str, str] | None:
        line = self.table.cursor_row
        return None if line is None else (line.row.id.provider, line.row.name)

    def picks(self, tracked: TrackedRun) -> dict[int, BidId]:
        """By group the one bid that is marked and can still be taken; groups with several marks have no choice."""
        out: dict[int, list[BidId]] = {}
        for id in tracked.marks:
            row = tracked.run.book.row(id)
            if row is not None and row.state is RowState.OPEN:
                out.setdefault(id.gseq, []).append(id)
        return {gseq: ids[0] for gseq, ids in out.items() if len(ids) == 1}

    def total(self, tracked: TrackedRun) -> RunningTotal:
        """What is chosen for the groups so far; acceptable is what the rule takes, where one is on."""
        work = tracked.at_work
        rule = work.rule if work is not None and work.is_on else Rule(budget_h=tracked.budget.cap_h)
        return total_for(tracked.run, self.picks(tracked), rule)

    def take(self, tracked: TrackedRun, chosen: BidId) -> None:
        """Lease `chosen`, with what is marked in the other groups."""
        choice = self.picks(tracked) | {chosen.gseq: chosen}
        self.session_app.money("accepting a bid", lambda: accept(self.session_app, tracked, choice))

    def compared(self) -> list[BidId]:
        """The marked bids of what is shown, and the one under the cursor if only one is marked."""
        tracked = self.tracked
        if tracked is None:
            return []
        rows = [row for id in tracked.marks if (row := tracked.run.book.row(id)) is not None]
        ids = [row.id for row in self.bid_list.query(tracked.budget).covered(rows)]
        line = self.table.cursor_row
        if len(ids) == 1 and line is not None and line.row.id != ids[0]:
            ids.append(line.row.id)
        return [id for id in ids if tracked.run.book.row(id) is not None]

    def do_compare(self) -> None:
        """Compare the marked bids side by side."""
        self.background(self._compare, "compare")

    async def _compare(self) -> None:
        tracked = self.tracked
        if tracked is None:
            return
        notes = {owner: note.note for owner, note in notes_now(self.session_app).items() if note.note}
        chosen = await self.session_app.push_screen_wait(
            CompareScreen(
                tracked, self.bid_list, self.compared(), notes, lambda line: self.why_not_take(tracked, line, True)
            )
        )
        if chosen is not None:
            self.take(tracked, chosen)

    def do_budget(self) -> None:
        """Ask for a budget and save it for this deployment."""
        self.background(self._ask_budget, "budget")

    async def _ask_budget(self) -> None:
        tracked = self.tracked
        if tracked is None:
            return

        lines = [
            LabelledLine(
                "", "1.20/h is a price per hour, $30 a total, 24h or 3d a time. Give any of them, or nothing."
            ),
            LabelledLine("", "Bids above it are dimmed; to accept one you must type its price."),
        ]
        answer = await ask_text(
            self.session_app, "What may it cost?", lines, value=tracked.budget.typed, read=parse_budget
        )
        if answer is not None:
            tracked.budget = parse_budget(answer)
            if self.session_app.run_manager is not None:
                self.session_app.run_manager.save_budget(tracked)
            self.repaint()

    def do_hours(self) -> None:
        """Ask for how many hours the deposit is to pay."""
        self.background(self._ask_hours, "hours")

    async def _ask_hours(self) -> None:
        tracked = self.tracked
        if tracked is None:
            return

        lines = [
            LabelledLine("", "36h or 3d: accepting a bid then also raises the deposit, to pay that long at its price."),
            LabelledLine("", "An empty field leaves the deposit as it is. What is not used comes back."),
        ]
        now = "" if tracked.run.hours is None else f"{plain(tracked.run.hours)}h"
        answer = await ask_text(self.session_app, "Hours to pay for", lines, value=now, read=hours_or_none)
        if answer is not None:
            tracked.run.hours = hours_or_none(answer)
            tracked.run.touch()
            self.repaint()

    def do_stop_after(self) -> None:
        """Let the deployment end by itself; the deposit is sized to that when a bid is taken."""
        tracked, app = self.tracked, self.session_app
        if tracked is None:
            return
        run = tracked.run

        def noted() -> None:
            saved = StopAfter(app.runs.session).find(run.id)
            run.limit = None if saved is None else saved.limit
            run.touch()

        app.money("setting a runtime limit", lambda: stop_after(app, run.id, noted))


def hours_or_none(text: str) -> Decimal | None:
    """`36h`, `3d`, or a bare number of hours; None for nothing. Raises `AmountError`."""
    return parse_hours(text) if text.strip() else None
