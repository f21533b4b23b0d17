"""What keys do with the SDL of the deploy screen: its GPUs, price and values; and why not, where they cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from akash_tui.ui.deploy import preset_actions
from akash_tui.ui.deploy.create import choose_second, create_pair, why_not_asked
from akash_tui.ui.deploy.external_editor import NO_EDITOR, edit_outside, editor
from akash_tui.ui.deploy.sources import SdlSource, line_of, of_draft
from akash_tui.ui.deploy.sources_panel import SourcesPanel
from akash_tui.ui.draft.estimate import DeployForm
from akash_tui.ui.draft.gpu_classes import choose_class
from akash_tui.ui.draft.parameters_form import NO_PARAMETERS, fill_in
from akash_tui.ui.draft.price_helper import NO_PRICE, set_price
from akash_tui.ui.session.draft import Draft, editable
from akash_tui.ui.session.edited_sdl import keep_draft, with_draft


class DraftActions(SourcesPanel):
    """The part of the deploy screen that changes its SDL; what is shown belongs to the screen."""

    @property
    def browsing(self) -> bool:
        """Whether the list, or its search, has the focus: then what is under the cursor is shown."""
        raise NotImplementedError

    @property
    def shown(self) -> Draft | None:
        """What the right side shows, and what keys are about; None while it is read."""
        raise NotImplementedError

    def work_on_shown(self) -> Draft:
        """The SDL that a key is about: in the list, that under the cursor."""
        raise NotImplementedError

    def form_of(self, draft: Draft) -> DeployForm:
        """The deposit and budget of a draft, as its form has them. Raises `ValueError`."""
        raise NotImplementedError

    async def read_draft(self, source: SdlSource) -> Draft:
        """The draft of a source, read again if its file was changed, with what was typed and never saved."""
        await asyncio.to_thread(self.previews.read, [source])
        draft = self.draft_of(source)
        if draft is None:
            raise self.previews.faults[source.id]
        text = draft.text if draft.changed else await with_draft(self.session_app, draft.source, draft.text)
        if text != draft.text and source.path is not None:
            saved, read, sdl = draft.text, draft.read, self.session_app.program.sdl
            draft = Draft(draft.name, draft.file, text, sdl, read=read, source=draft.source, saved=saved)
        return draft

    def why_not(self, action_id: str) -> str | None:
        if action_id in ("deploy.file", "deploy.search"):
            return None
        if action_id in preset_actions.ACTIONS:
            return preset_actions.why_not_preset(action_id, self.source, self.removed)
        draft = self.shown
        if draft is None:
            return "First choose a preset or a file and press enter." if action_id != "deploy.submit" else None
        if action_id in ("deploy.tick", "deploy.all", "deploy.classes") and not draft.models:
            return "This SDL names no GPU models."
        if action_id == "deploy.price" and (draft.price is None or self.block_time is None):
            return NO_PRICE if draft.price is None else "The block time is not known yet."
        if action_id in ("deploy.sdl-problems", "deploy.fix") and not draft.problems:
            return "This SDL has no problems."
        if action_id == "deploy.fix" and not draft.fixable:
            return "None of these can be fixed safely without you: p explains each."
        if action_id == "deploy.edit" and not editable(draft.text):
            return "This file has lines that cannot be edited here. Edit it elsewhere, then load it again."
        if action_id == "deploy.who" and draft.errors:
            return f"First fix line {draft.errors[0].line}: nobody can bid on this."
        if action_id == "deploy.parameters" and not draft.parameters:
            return NO_PARAMETERS
        if action_id == "deploy.editor" and not editor():
            return NO_EDITOR
        if action_id == "deploy.submit":
            return None if self.browsing else self._why_no_bids(draft)
        if action_id == "deploy.pair":
            return self._why_no_bids(draft)
        return None

    def _why_no_bids(self, draft: Draft) -> str | None:
        reason = why_not_asked(draft)
        if reason is not None:
            return reason
        return self.session_app.why_busy() or self.session_app.why_read_only() or self.session_app.why_nothing_new()

    def do_pair(self) -> None:
        """Ask for bids on this SDL and on another one, to keep one of the two."""
        self.background(self._ask_pair(self.work_on_shown()), "pair")

    async def _ask_pair(self, draft: Draft) -> None:
        app, mine = self.session_app, self.unsaved
        opened = [of_draft(mine.name, mine.file)] if mine is not None else []
        rows = [self.with_figures(row) for row in (*opened, *self.all_sources) if row.id != line_of(draft)]
        source = await choose_second(app, draft, rows)
        if source is None:
            return
        async with app.guard("loading an SDL"):
            other = await self.read_draft(source)
            reason = why_not_asked(other)
            if reason is not None:
                app.status.say(f"{other.name}: {reason}", "bad", 20)
                return
            try:
                asked = [(each, self.form_of(each)) for each in (draft, other)]
            except ValueError as error:
                app.status.say(str(error), "bad", 20)
                return
            app.money("creating two deployments", lambda: create_pair(app, *asked))

    def do_all(self) -> None:
        self.work_on_shown().tick_all()
        self.redraw()

    def do_classes(self) -> None:
        draft = self.work_on_shown()
        self._change_draft(lambda: choose_class(self.session_app, draft, self.prices))

    def do_price(self) -> None:
        draft, block_time = self.work_on_shown(), self.block_time
        assert block_time is not None
        self._change_draft(lambda: set_price(self.session_app, draft, block_time, self.usual_price(draft)))

    def do_parameters(self) -> None:
        draft = self.work_on_shown()
        self._change_draft(lambda: fill_in(self.session_app, draft))

    def _change_draft(self, change: Callable[[], Awaitable[str | None]]) -> None:
        """Ask for something and write it into the draft; then say what was done, or why it cannot be."""

        async def work() -> None:
            async with self.session_app.guard("changing an SDL"):
                try:
                    said = await change()
                except ValueError as error:
                    self.session_app.status.say(str(error), "bad", 20)
                    return
                self.redraw()
                if said is not None:
                    self.session_app.status.say(said, "good", 20)

        self.background(work(), "change")

    def do_editor(self) -> None:
        draft = self.work_on_shown()

        def take(text: str) -> None:
            draft.replace(text)
            self.redraw()
            self.background(keep_draft(self.session_app, draft.source, text, draft.saved), "draft")

        edit_outside(self.session_app, draft.text, take)
