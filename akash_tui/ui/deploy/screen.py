"""Deploy: choose an SDL, tick the GPUs you would accept, see what it may cost, ask for bids."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Input, TextArea

from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.domain.text import clean, short_address
from akash_tui.services.ports import AkashError
from akash_tui.services.storage.settings import with_recent
from akash_tui.ui.actions import bindings
from akash_tui.ui.deploy import preset_actions
from akash_tui.ui.deploy.create import create
from akash_tui.ui.deploy.draft_panel import DraftPanel
from akash_tui.ui.deploy.external_editor import NO_EDITOR, edit_outside, editor
from akash_tui.ui.deploy.parameters_form import NO_PARAMETERS, fill_in
from akash_tui.ui.deploy.problems_panel import ProblemsPanel, problem_count
from akash_tui.ui.deploy.sdl_files import ask_sdl_path, read_file, save_preset
from akash_tui.ui.session.draft import (
    Draft,
    GpuTick,
    SdlSource,
    displayed_text,
    editable,
    sources,
)
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import Column, LiveTable

if TYPE_CHECKING:
    from akash_tui.services.leases.preset_uses import PresetUse
    from akash_tui.services.storage.presets import Preset
    from akash_tui.ui.session.session_app import SessionApp


class DeployScreen(ProblemsPanel):
    """Left the sources, right the draft."""

    BINDINGS = bindings("deploy")
    where: ClassVar[str] = "deploy"
    tab: ClassVar[str] = "deploy"

    def __init__(self) -> None:
        super().__init__()
        self.editing = False
        self._revision = 0
        self._uses: Mapping[str, PresetUse] = {}
        self._removed: str | None = None
        """The preset that was removed last, by name."""

    def body(self) -> ComposeResult:
        with Horizontal(id="deploy"):
            with Vertical(id="sources-panel", classes="panel"):
                yield LiveTable[SdlSource](
                    [
                        Column("title", "", 14, lambda s: (s.title, ""), grow=26),
                        Column("kind", "", 4, lambda s: (s.kind, "muted"), right=True),
                    ],
                    header=False,
                    empty="No presets.\nf loads a file.",
                    id="sources",
                )
                yield LabelledLines(0, id="source-description")
            yield DraftPanel(self._provider, id="draft-panel", classes="panel")

    def on_mount(self) -> None:
        self.query_one("#sources-panel").border_title = Content("Presets and files")
        self.query_one("#draft-panel").border_title = Content("SDL")
        self.query_one("#sources").focus()
        self.list_sources()
        self.read_prices()

    # -- reading -------------------------------------------------------------------

    def list_sources(self) -> None:
        """Fill the list; a broken preset folder is reported, the rest stays usable."""
        program = self.session_app.program
        try:
            presets = program.presets.list()
        except AkashError as error:
            self.session_app.report_error("reading presets", error, loud=False)
            presets = ()
        self._uses = preset_actions.last_uses(self.session_app)
        self.query_one("#sources", LiveTable).show(sources(presets, program.settings.recent))

    def do_reload(self) -> None:
        self.list_sources()
        self.session_app.do_reload()

    @property
    def minimum(self) -> Coin | None:
        run_manager = self.session_app.run_manager
        return (
            run_manager.params.min_deposit(UACT) if run_manager is not None and run_manager.params is not None else None
        )

    # -- choosing ------------------------------------------------------------------

    @on(LiveTable.Highlighted, "#sources")
    def _highlighted(self, event: LiveTable.Highlighted) -> None:
        row = event.table.cursor_row
        lines: list[str] = []
        if isinstance(row, SdlSource):
            lines = preset_actions.about(row, self._uses.get(row.preset.name) if row.preset is not None else None)
        self.query_one("#source-description", LabelledLines).show([LabelledLine("", line, "muted") for line in lines])

    @on(LiveTable.Opened, "#sources")
    def _opened(self, event: LiveTable.Opened) -> None:
        row = event.table.cursor_row
        if not isinstance(row, SdlSource):
            return
        preset, path = row.preset, row.path
        if preset is not None:
            self.background(self._load(preset.name, preset.path, preset.name), "load")
        elif path is not None:
            self.background(self._load(path.stem, path, str(path)), "load")

    async def _load(self, name: str, path: Path, recent: str) -> None:
        async with self.session_app.guard("loading an SDL"):
            text = await asyncio.to_thread(read_file, path)
            self.take(Draft(clean(name, 60), path.name, text, self.session_app.program.sdl))
            self.session_app.remember(recent=with_recent(self.session_app.program.settings, recent).recent)
            self.list_sources()
            table = self.query_one("#sources", LiveTable)
            for kind in ("preset", "file"):
                table.move_to_id(f"{kind} {recent}")
            if self.draft is not None and self.draft.problems:
                self.session_app.status.say(problem_count(self.draft), "bad" if self.draft.errors else "warn", 20)

    def take(self, draft: Draft) -> None:
        """Work on this SDL."""
        self.draft = self.session_app.draft = draft
        self.check_against_market(draft)
        self.editing = False
        run_manager = self.session_app.run_manager
        if run_manager is not None:
            self.query_one("#budget", Input).value = run_manager.usual_budget(draft.name).typed
        self.redraw()
        self.query_one("#deploy").add_class("drafting")
        if draft.models:
            self.query_one("#gpus").focus()
        else:
            self.query_one("#sdl").focus()

    def redraw(self) -> None:
        self.query_one(DraftPanel).show_text(self.draft, editing=self.editing)
        self._revision += 1
        self._tick()

    # -- painting ------------------------------------------------------------------

    def revision(self) -> object:
        if self.draft is not None and self.check_against_market(self.draft):
            self._revision += 1
        return (
            self._revision,
            self.minimum,
            self.block_time,
            self.query_one("#deposit", Input).value,
            self.query_one("#budget", Input).value,
            self.editing,
            self.size,
        )

    def paint(self) -> None:
        self.query_one(DraftPanel).show(
            self.draft,
            editing=self.editing,
            low=self.size.height < 30,
            minimum=self.minimum,
            block_time=self.block_time,
        )

    def _provider(self, owner: str) -> str:
        session = self.session_app.session
        if session is None:
            return short_address(owner)
        return session.provider_cache.name(owner)

    # -- actions -------------------------------------------------------------------

    @property
    def source(self) -> SdlSource | None:
        """The line under the cursor of the list."""
        row = self.query_one("#sources", LiveTable).cursor_row
        return row if isinstance(row, SdlSource) else None

    def why_not(self, action_id: str) -> str | None:
        if action_id == "deploy.file":
            return None
        if action_id in preset_actions.ACTIONS:
            return preset_actions.why_not_preset(action_id, self.source, self._removed)
        if self.draft is None:
            return "First choose a preset or a file and press enter." if action_id != "deploy.submit" else None
        if action_id in ("deploy.tick", "deploy.all") and not self.draft.models:
            return "This SDL names no GPU models."
        if action_id in ("deploy.sdl-problems", "deploy.fix") and not self.draft.problems:
            return "This SDL has no problems."
        if action_id == "deploy.fix" and not self.draft.fixable:
            return "None of these can be fixed safely without you: p explains each."
        if action_id == "deploy.edit" and not editable(self.draft.text):
            return "This file has characters that cannot be shown. Edit it elsewhere, then load it again."
        if action_id == "deploy.parameters" and not self.draft.parameters:
            return NO_PARAMETERS
        if action_id == "deploy.editor" and not editor():
            return NO_EDITOR
        if action_id == "deploy.submit":
            return self._why_no_bids(self.draft)
        return None

    def reason(self, action_id: str) -> str | None:
        return super().reason("deploy.submit" if action_id == "field.take" else action_id)

    def title_of(self, action_id: str) -> str:
        if action_id == "deploy.submit" and (self.draft is None or self.query_one("#sources").has_focus):
            return "load"
        if action_id == "deploy.submit" and self.query_one("#findings").has_focus:
            return "to its line"
        return super().title_of("deploy.submit" if action_id == "field.take" else action_id)

    def in_bar(self, action_id: str) -> bool:
        if action_id == "deploy.tick":  # the only list that takes it
            return self.query_one("#gpus").has_focus
        return super().in_bar(action_id)

    def _why_no_bids(self, draft: Draft) -> str | None:
        if self.query_one("#sources").has_focus:
            return None
        if draft.errors:
            return f"First fix line {draft.errors[0].line}. {problem_count(draft)}"
        if draft.missing:
            return f"First give a value for {draft.missing}: m."
        return self.session_app.why_busy() or self.session_app.why_read_only() or self.session_app.why_nothing_new()

    def do_submit(self) -> None:
        if self.draft is None or self.query_one("#sources").has_focus:
            self.query_one("#sources", LiveTable).action_open()
            return
        self.submit()

    @on(LiveTable.Opened, "#gpus")
    @on(Input.Submitted)
    def _enter(self) -> None:
        self.action_do("deploy.submit")

    def submit(self) -> None:
        """Ask for bids with what is on the screen."""
        assert self.draft is not None
        try:
            wish = self.query_one(DraftPanel).wishes()
        except ValueError as error:
            self.session_app.status.say(str(error), "bad")
            return
        draft = self.draft
        self.session_app.money("creating a deployment", lambda: create(self.session_app, draft, wish))

    @on(LiveTable.Marked, "#gpus")
    def do_tick(self) -> None:
        row = self.query_one("#gpus", LiveTable).cursor_row
        if self.draft is None or not isinstance(row, GpuTick):
            return
        why = self.draft.tick(row.model)
        if why is not None:
            self.session_app.status.say(why, "warn")
            return
        self.redraw()

    def do_all(self) -> None:
        assert self.draft is not None
        self.draft.tick_all()
        self.redraw()

    def do_file(self) -> None:
        self.background(self._ask_file(), "load")

    async def _ask_file(self) -> None:
        path = await ask_sdl_path(self.session_app)
        if path is not None:
            await self._load(path.stem, path, str(path))

    def do_edit(self) -> None:
        self.editing = True
        self.redraw()
        self.query_one("#sdl").focus()

    def _end_editing(self) -> None:
        area = self.query_one("#sdl", TextArea)
        self.editing = False
        if self.draft is not None and area.text != displayed_text(self.draft.text):
            self.draft.replace(area.text)
        self.redraw()
        self.query_one("#gpus" if self.draft is not None and self.draft.models else "#sources").focus()

    def do_editor(self) -> None:
        assert self.draft is not None
        draft = self.draft

        def take(text: str) -> None:
            draft.replace(text)
            self.redraw()

        edit_outside(self.session_app, draft.text, take)

    def do_parameters(self) -> None:
        self.background(self._fill_in(), "load")

    async def _fill_in(self) -> None:
        assert self.draft is not None
        wrong = await fill_in(self.session_app, self.draft)
        self.redraw()
        if wrong is not None:
            self.session_app.status.say(wrong, "bad")

    def do_save(self) -> None:
        self.background(self._save(), "load")

    async def _save(self) -> None:
        assert self.draft is not None
        name = await save_preset(self.session_app, self.draft.text, self.draft.name)
        if name is not None:
            self.list_sources()
            self.session_app.status.say(f"✓ Saved as {name}.", "good")

    def _change_preset(
        self, change: Callable[[SessionApp, Preset], Coroutine[Any, Any, str | None]], done: str
    ) -> None:
        """Do something with the preset under the cursor, then move to the one that it gives."""
        assert self.source is not None
        assert self.source.preset is not None
        preset = self.source.preset

        async def work() -> None:
            async with self.session_app.guard("changing a preset"):
                name = await change(self.session_app, preset)
                if name is not None:
                    self._show_preset(name, f"✓ {done} {name}.")

        self.background(work(), "load")

    def _show_preset(self, name: str, words: str) -> None:
        self.list_sources()
        self.query_one("#sources", LiveTable).move_to_id(f"preset {name}")
        self.session_app.status.say(words, "good")

    def do_rename(self) -> None:
        self._change_preset(preset_actions.rename, "Renamed to")

    def do_duplicate(self) -> None:
        self._change_preset(preset_actions.duplicate, "Saved as")

    def do_describe(self) -> None:
        self._change_preset(preset_actions.describe, "Saved what is said of")

    def do_delete(self) -> None:
        assert self.source is not None
        assert self.source.preset is not None
        name = self.source.preset.name
        try:
            self.session_app.program.presets.remove(name)
        except AkashError as error:
            self.session_app.report_error("removing a preset", error)
            return
        self._removed = name
        self.list_sources()
        self.session_app.status.say(f"✓ {name} was removed. u brings it back.", "good", 20)

    def do_undelete(self) -> None:
        assert self._removed is not None
        try:
            name = self.session_app.program.presets.restore(self._removed).name
        except AkashError as error:
            self.session_app.report_error("bringing a preset back", error)
            return
        self._removed = None
        self._show_preset(name, f"✓ {name} is back.")

    def do_back(self) -> None:
        if self.editing:
            self._end_editing()
        elif not self.query_one("#sources").has_focus:
            self.query_one("#deploy").remove_class("drafting")  # narrow windows show one side at a time
            self.call_after_refresh(self.query_one("#sources").focus)
