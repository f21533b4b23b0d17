"""The editor of an SDL: the text, its problems as one types, completion, and beside it what it asks for."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, TextArea

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.sdl.complete.completion import key_at
from akash_tui.domain.sdl.complete.key_help import KeyHelp
from akash_tui.domain.sdl.complete.market_choices import NO_CHOICES, MarketChoices
from akash_tui.domain.sdl.lint.prices import Medians
from akash_tui.domain.sdl.problem import SdlProblem, apply_edits
from akash_tui.services.drafts import Drafts
from akash_tui.services.market.sdl_outlook import SdlForecaster, SdlOutlook
from akash_tui.services.ports import AkashError
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.deploy.external_editor import NO_EDITOR, edit_outside, editor
from akash_tui.ui.editor.area import SdlArea
from akash_tui.ui.editor.draft_keeper import DraftKeeper
from akash_tui.ui.editor.find_bar import FindBar
from akash_tui.ui.editor.pauses import Pause, quick_switches
from akash_tui.ui.editor.save import save
from akash_tui.ui.editor.side_panel import (
    asks_lines,
    key_lines,
    one_line_each,
    problem_line,
    problem_lines_short,
    summary_line,
)
from akash_tui.ui.editor.suggester import Suggester
from akash_tui.ui.editor.suggestion_list import SuggestionList
from akash_tui.ui.widgets.bars import TitledPanel
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine, LabelledLines
from akash_tui.ui.widgets.styles import joined, toned

if TYPE_CHECKING:
    from akash_tui.domain.sdl.build.compiler import Compiled
    from akash_tui.domain.sdl.lint.doctor import DoctorReport
    from akash_tui.ui.session.edited_sdl import EditedSdl

_BOM = "\ufeff"
CHECK_SECONDS = 0.08
"""After the last key, until the text is checked."""
CURSOR_SECONDS = 0.04
"""After the last key, until the key under the cursor is explained and suggestions come."""
NO_PROBLEM = "No problems."


class EditorScreen(BaseScreen):
    """Left the text, right what it asks for; below the text the problem at the cursor."""

    BINDINGS = bindings("editor")
    where: ClassVar[str] = "editor"
    tab: ClassVar[str] = "deploy"
    DEFAULT_CSS = """
    EditorScreen { layers: base suggestions; }
    EditorScreen #editor { height: 1fr; }
    EditorScreen #editor-text { width: 1fr; }
    EditorScreen #sdl-area { height: 1fr; scrollbar-size-vertical: 1; }
    EditorScreen #editor-side { width: 40; padding: 0 1; }
    EditorScreen.-full #editor-side { width: 52; }
    EditorScreen.-usual #editor-side, EditorScreen.-narrow #editor-side, EditorScreen.-tiny #editor-side {
        display: none;
    }
    EditorScreen #at-cursor { height: auto; max-height: 5; margin-top: 1; padding: 0 1; }
    EditorScreen.-low #at-cursor, EditorScreen.-flat #at-cursor { margin-top: 0; }
    EditorScreen #side-scroll { scrollbar-size-vertical: 1; }
    """

    def __init__(self, edited: EditedSdl, *, tab: str = "deploy") -> None:
        super().__init__()
        self.edited = edited
        self.tab = tab  # type: ignore[misc]  # of this one
        mark = _BOM if edited.text.startswith(_BOM) else ""
        self._mark = mark
        """The byte order mark of the file, which is no part of what is edited."""
        self._body = edited.text.removeprefix(mark)
        self.area = SdlArea(self._body, id="sdl-area")
        """The text; it outlives the screen's own end, when the draft is written a last time."""
        self.version = 0
        """Moves with every change of the text."""
        self.checked = -1
        """The version that was checked last."""
        self.report: DoctorReport | None = None
        self.compiled: Compiled | None = None
        """The last one that compiles: its figures stay while something is half-written."""
        self.outlook: SdlOutlook | None = None
        self.help: KeyHelp | None = None
        self._changed_lately = edited.text != edited.saved
        self._revision = 0
        self._forecaster: SdlForecaster | None = None
        self._to_check, self._to_explain = Pause(), Pause()

    def body(self) -> ComposeResult:
        with Horizontal(id="editor"):
            with TitledPanel(id="editor-text", classes="panel"):
                yield self.area
                yield FindBar(id="find")
                yield LabelledLines(0, id="at-cursor")
            with Vertical(id="editor-side", classes="panel"), VerticalScroll(id="side-scroll", can_focus=False):
                yield LabelledLines(6, id="side")
        yield SuggestionList(id="suggestions")

    def on_mount(self) -> None:
        drafts = Drafts(self.session_app.program.home)
        self.draft = DraftKeeper(drafts, lambda: (self.version, self.text), self._now, self._draft_failed)
        self.draft.begin(self.edited.source, self.edited.saved)
        if self.changed and not drafts.has(self.edited.source):
            self.draft.version = -1  # GPUs were ticked: nothing was typed that could be lost
        host = self.query_one("#body")
        self.suggester = Suggester(self.area, self.query_one(SuggestionList), host, self._choices)
        self.query_one("#editor-side").border_title = Content("what this asks for")
        self.area.focus()
        if self.session_app.session is not None:
            self._forecaster = SdlForecaster(self.session_app.market, self.session_app.who_could_bid)
            self.background(self._learn, "learn")
        self.background(self._check_always, "check")
        self.background(self._draft_always, "draft")
        self.background(self._explain_always, "explain")
        self._to_check.begin()
        self._to_explain.begin()

    def on_unmount(self) -> None:
        self.draft.write_now()
        self.session_app.unsaved = ""

    # -- the text ----------------------------------------------------------------------

    @property
    def text(self) -> str:
        """The text as it would be saved."""
        body = self.area.text
        return self.edited.text if self.version == 0 or body == self._body else self._mark + body

    @property
    def changed(self) -> bool:
        """Whether it differs from what is saved."""
        return self.text != self.edited.saved

    @on(TextArea.Changed, "#sdl-area")
    def _text_changed(self, event: TextArea.Changed) -> None:
        event.stop()
        self.version += 1
        self.suggester.typed()
        self._changed_lately = True
        self._to_check.begin()
        self.draft.changed()
        self._to_explain.begin()

    @on(TextArea.SelectionChanged, "#sdl-area")
    def _cursor_moved(self, event: TextArea.SelectionChanged) -> None:
        event.stop()
        self._to_explain.begin()

    # -- what goes on beside the keys ------------------------------------------------------

    async def _learn(self) -> None:
        assert self._forecaster is not None
        async with self.session_app.guard("reading the providers", loud=False):
            await self._forecaster.learn()
        self._to_check.begin()

    def _now(self) -> datetime:
        session = self.session_app.session
        return session.clock.now() if session is not None else datetime.now(UTC)

    @property
    def _block_time(self) -> BlockTime:
        manager = self.session_app.run_manager
        return (manager.block_time if manager is not None else None) or ASSUMED_BLOCK_TIME

    def _medians(self) -> Medians | None:
        session = self.session_app.session
        prices = session.provider_cache.prices if session is not None else None
        return Medians.of_prices(prices, session.clock.now()) if session is not None and prices is not None else None

    async def _check_always(self) -> None:
        async with self.session_app.guard("checking the SDL"):
            while True:
                await self._to_check.over(CHECK_SECONDS)
                version, text = self.version, self.area.text
                changed = self.changed
                medians, block_time = self._medians(), self._block_time

                def work() -> tuple[DoctorReport, SdlOutlook | None]:
                    with quick_switches():
                        report = self.session_app.program.sdl.check(text, self.edited.file, medians, block_time)  # noqa: B023
                        forecaster = self._forecaster
                        made = forecaster.outlook(report.compiled, block_time) if forecaster is not None else None  # noqa: B023
                    return report, made

                report, outlook = await asyncio.to_thread(work)
                if version == self.version:
                    self._changed_lately = changed
                self._show_report(version, report, outlook)

    def _show_report(self, version: int, report: DoctorReport, outlook: SdlOutlook | None) -> None:
        self.checked, self.report = version, report
        if report.compiled.ok:
            self.compiled, self.outlook = report.compiled, outlook
        self.area.show_problems(report.problems)
        self._say_unsaved()
        self._revision += 1
        self._tick()

    async def _draft_always(self) -> None:
        async with self.session_app.guard("saving a draft"):
            while True:
                await self.draft.write_next()
                self._say_unsaved()
                self._revision += 1

    def _draft_failed(self, error: AkashError) -> None:
        self.session_app.report_error("saving a draft", error, loud=False)

    def _say_unsaved(self) -> None:
        """For the question whether to quit."""
        kept = "The draft is saved: it comes back." if self.draft.fault is None else "Its draft cannot be saved."
        words = f"{self.edited.name} has changes that are not saved. {kept}"
        self.session_app.unsaved = words if self._changed_lately else ""

    async def _explain_always(self) -> None:
        async with self.session_app.guard("explaining a key"):
            while True:
                await self._to_explain.over(CURSOR_SECONDS)
                row, column = self.area.cursor_location
                help = key_at(self.area.document.lines, row, column)
                self.suggester.after_a_key()
                self.help = help
                self._revision += 1
                self._tick()

    def _choices(self) -> MarketChoices:
        return self._forecaster.choices if self._forecaster is not None else NO_CHOICES

    @on(SdlArea.KeyForList)
    def _key_for_list(self, event: SdlArea.KeyForList) -> None:
        event.stop()
        self.suggester.press(event.key)

    # -- painting ------------------------------------------------------------------------

    def revision(self) -> object:
        beside = bool(self.query_one("#editor-side").display)
        saved = self.draft.version == self.version
        return (self._revision, self._changed_lately, saved, self.size, beside, self._problem_here())

    def paint(self) -> None:
        title = joined(Content(self.edited.file or self.edited.name), self._mark_of_change())
        self.query_one("#editor-text", TitledPanel).name_edges(title)
        beside = bool(self.query_one("#editor-side").display)
        report = self.report
        problems = report.problems if report is not None else ()
        groups = self.compiled.groups if self.compiled is not None else ()
        lines: list[LabelledLine | Content] = []
        problem = self._problem_here() or next(iter(problems), None)
        if problem is not None:
            lines.append(problem_line(problem, here=problem is self._problem_here(), advice=beside))
        elif report is not None:
            lines.append(toned(f"✓ {NO_PROBLEM}", "good"))
        if not beside:
            width = self.query_one("#at-cursor").content_size.width or self.size.width - 2
            lines += one_line_each([*key_lines(self.help, short=True), summary_line(groups, self.outlook)], width)
        self.query_one("#at-cursor", LabelledLines).show(lines)
        if beside:
            side = asks_lines(groups, self.outlook, self._forecaster, self._now()) if report is not None else []
            stale = report is not None and not report.compiled.ok and self.outlook is not None
            if stale:
                side.insert(0, toned("of the last text that compiled:", "muted"))
            room = max(3, self.query_one("#editor-side").size.height - len(side) - 12)
            key = key_lines(self.help)
            self.query_one("#side", LabelledLines).show(
                [*side, *([BLANK, *key] if key else []), *problem_lines_short(problems, room)]
            )

    def _mark_of_change(self) -> Content:
        if not self._changed_lately:
            return Content("")
        if self.draft.fault is not None:
            return joined((" ● changed", "warn"), (", its draft cannot be saved", "bad"))
        kept = ", draft saved" if self.draft.version == self.version else ""
        if kept and self.draft.left_out:
            kept += " without its secrets"
        return joined((" ● changed", "warn"), (kept, "muted"))

    def _problem_here(self) -> SdlProblem | None:
        row = self.area.cursor_location[0] + 1
        problems = self.report.problems if self.report is not None else ()
        return next((problem for problem in problems if problem.line == row), None)

    # -- actions -------------------------------------------------------------------------

    def why_not(self, action_id: str) -> str | None:
        if action_id in ("editor.next-problem", "editor.previous-problem"):
            return None if self.report is None or self.report.problems else NO_PROBLEM
        if action_id == "editor.fix":
            fixable = self.report is not None and any(problem.fixable for problem in self.report.problems)
            return None if fixable else "Nothing here can be fixed safely without you."
        if action_id == "editor.revert" and not self.changed:
            return "The text is the same as the saved one."
        if action_id == "editor.outside" and not editor():
            return NO_EDITOR
        return None

    def title_of(self, action_id: str) -> str:
        return {"field.take": "next", "field.leave": "to the text"}.get(action_id) or super().title_of(action_id)

    def in_bar(self, action_id: str) -> bool:
        return action_id != "field.next" and super().in_bar(action_id)

    def do_end(self) -> None:
        if self.query_one(FindBar).display:
            self.query_one(FindBar).close()
            self.area.focus()
            return
        text, edited = self.text, self.edited
        self.draft.write_now()
        self.app.pop_screen()
        if text != edited.text:
            edited.done(text)

    def do_save(self) -> None:
        self.background(self._save, "save")

    async def _save(self) -> None:
        async with self.session_app.guard("saving an SDL"):
            version, text = self.version, self.text
            saved = await save(self.session_app, self.edited, text)
            if saved is None:
                return
            await self.draft.move(self.edited.source, saved.source, text, version)
            self.edited = saved
            self._changed_lately = self.changed
            if saved.renamed is not None:
                saved.renamed(saved.name, saved.source, text)
            self._say_unsaved()
            self._revision += 1

    def do_find(self) -> None:
        self.suggester.close()
        word = self.area.selected_text
        self.query_one(FindBar).open(word if "\n" not in word else "")

    @on(FindBar.Wanted)
    def _find(self, event: FindBar.Wanted) -> None:
        event.stop()
        self.query_one(FindBar).go(self.area, event.word, onward=event.onward)

    def do_next_problem(self) -> None:
        self._to_problem(1)

    def do_previous_problem(self) -> None:
        self._to_problem(-1)

    def _to_problem(self, step: int) -> None:
        problems = self.report.problems if self.report is not None else ()
        if not problems:
            self.session_app.status.say(NO_PROBLEM, "good")
            return
        row, column = self.area.cursor_location
        here = (row + 1, column + 1)
        places = [(problem.line, problem.column) for problem in problems]
        later = [n for n, place in enumerate(places) if place > here]
        before = [n for n, place in enumerate(places) if place < here]
        at = (later[0] if later else 0) if step > 0 else (before[-1] if before else len(places) - 1)
        line, at_column = places[at]
        self.area.focus()
        self.area.move_cursor((min(line, self.area.document.line_count) - 1, max(0, at_column - 1)), center=True)

    def do_fix(self) -> None:
        self.background(self._fix, "fix")

    async def _fix(self) -> None:
        async with self.session_app.guard("fixing an SDL"):
            version, text, reader = self.version, self.area.text, self.session_app.program.sdl
            here = self._problem_here()
            if here is not None and here.fixable and self.checked == version:
                fixed, lines = apply_edits(text, here.fixes), [here.line]
            else:
                fixed, problems = await asyncio.to_thread(reader.fix, text, self.edited.file)
                lines = sorted({problem.line for problem in problems})
            if self.version != version:
                return  # somebody typed meanwhile: the next press fixes that
            if fixed != text:
                self.area.replace_all(fixed)
            shown = ", ".join(map(str, lines))
            self.session_app.status.say(f"✓ Fixed: line {shown}. ctrl+z undoes it.", "good", 20)

    def do_complete(self) -> None:
        if not self.suggester.ask():
            self.session_app.status.say("There are no suggestions for this place.", "muted")

    def do_revert(self) -> None:
        self.area.replace_all(self.edited.saved.removeprefix(self._mark))
        self.session_app.status.say("This is the saved text again. ctrl+z brings your changes back.", "good", 20)

    def do_outside(self) -> None:
        self.draft.write_now()
        edit_outside(self.session_app, self.text, lambda text: self.area.replace_all(text.removeprefix(self._mark)))

    @on(Input.Submitted)
    def _no_other_field(self, event: Input.Submitted) -> None:
        event.stop()
