"""Deploy: choose an SDL, tick the GPUs you would accept, see what it may cost, ask for bids."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Button, Input

from akash_tui.domain.akash.money import UACT, Coin
from akash_tui.domain.filtering.filter import parse_filter
from akash_tui.domain.market.formatting import source_and_age
from akash_tui.domain.market.gpu_choices import GpuChoice
from akash_tui.domain.text import clean, short_address
from akash_tui.services.storage.presets import FileAsRead
from akash_tui.services.storage.settings import with_recent
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.deploy.create import create
from akash_tui.ui.deploy.draft_actions import DraftActions
from akash_tui.ui.deploy.draft_panel import DraftPanel, KnownMarket
from akash_tui.ui.deploy.path_dialog import ask_sdl_path
from akash_tui.ui.deploy.problems_panel import problem_count
from akash_tui.ui.deploy.sdl_files import save_preset
from akash_tui.ui.deploy.sources import OPEN_ID, RECENT, SOURCES, SdlSource, line_of
from akash_tui.ui.deploy.who import who_on_deploy
from akash_tui.ui.draft.estimate import DeployForm, read_form
from akash_tui.ui.draft.gpu_table import NOT_ASKED
from akash_tui.ui.session.draft import Draft
from akash_tui.ui.session.edited_sdl import EditedSdl
from akash_tui.ui.widgets.filter_bar import FilterBar
from akash_tui.ui.widgets.live_table import LiveTable

if TYPE_CHECKING:
    from akash_tui.ui.deploy.outlooks import Outlooks

CHOOSE = "Choose a preset or a file, and press enter."


class DeployScreen(DraftActions):
    """Left the sources, right the draft; while the list has the focus, what is under its cursor."""

    BINDINGS = bindings("deploy")
    where: ClassVar[str] = "deploy"
    tab: ClassVar[str] = "deploy"

    def __init__(self) -> None:
        super().__init__()
        self._revision = 0
        self._changed: dict[str, Draft] = {}
        """Drafts that were changed and left, by the id of their source."""
        self._painted: Draft | None = None
        self._form_of: Draft | None = None
        """Whose deposit and budget stand in the form."""
        self._listed: object = None
        """By what the list was drawn last."""
        self._known_outlooks: Outlooks | None = None
        self._comparing: tuple[object, ...] = ()
        """What was compared last with the providers, or is just now."""

    def body(self) -> ComposeResult:
        with Horizontal(id="deploy"):
            yield from self.sources_body()
            yield DraftPanel(self._provider, id="draft-panel", classes="panel")

    def on_mount(self) -> None:
        self.query_one("#sources").focus()
        self.list_sources()
        self.read_prices()

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

    @property
    def browsing(self) -> bool:
        """Whether the list, or its search, has the focus: then what is under the cursor is shown."""
        focused = self.focused
        return focused is not None and (focused.id == "sources" or isinstance(focused.parent, FilterBar))

    @property
    def shown(self) -> Draft | None:
        """What the right side shows, and what keys are about; None while it is read."""
        if not self.browsing or self.source is None:
            return self.draft
        return self.draft_of(self.source)

    @property
    def unsaved(self) -> Draft | None:
        current = self.draft if self.draft is not None and line_of(self.draft) == OPEN_ID else None
        return current or self._changed.get(OPEN_ID)

    def draft_of(self, source: SdlSource) -> Draft | None:
        current = self.draft if self.draft is not None and line_of(self.draft) == source.id else None
        mine = current or self._changed.get(source.id)
        return mine if mine is not None and mine.changed else self.previews.get(source) or mine

    @on(LiveTable.Highlighted, "#sources")
    def _highlighted(self) -> None:
        if self.source is not None and not self.source.heading:
            self.read_previews()
        self._tick()

    @on(LiveTable.Opened, "#sources")
    def _opened(self) -> None:
        if self.source is not None:
            self.background(self.open_source(self.source), "load")

    async def open_source(self, source: SdlSource) -> None:
        """Read a source again if its file was changed, and work on it."""
        async with self.session_app.guard("loading an SDL"):
            draft = await self.read_draft(source)
            if source.id != OPEN_ID:
                recent = source.preset.name if source.preset is not None else source.id.removeprefix("file ")
                self.session_app.remember(recent=with_recent(self.session_app.program.settings, recent).recent)
            self.take(draft)
            self.list_sources()
            self.query_one("#sources", LiveTable).move_to_id(source.id)
            if draft.problems:
                self.session_app.status.say(problem_count(draft), "bad" if draft.errors else "warn", 20)

    def take_text(self, name: str, path: Path, text: str, source: str, saved: str) -> None:
        read = FileAsRead.of(path, saved)
        sdl = self.session_app.program.sdl
        self.take(Draft(clean(name, 60), path.name, text, sdl, read=read, source=source, saved=saved))

    def take(self, draft: Draft, *, focus: bool = True) -> None:
        """Work on this SDL."""
        self._changed.pop(line_of(draft), None)
        old = self.draft
        if old is not None and line_of(old) != line_of(draft) and (old.changed or line_of(old) == OPEN_ID):
            self._changed[line_of(old)] = old
        self.draft = self.session_app.draft = draft
        self.check_against_market(draft)
        if focus:  # at once: what is painted before the focus has moved is the SDL under the cursor of the list
            self.query_one("#deploy").add_class("drafting")
            self.set_focus(self.query_one("#gpus" if draft.models else "#sdl"))
            self._painted = draft
        self.redraw()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        """A person who goes from the list into the preview works on it from now on."""
        inside = event.widget in self.query("#draft-panel *")
        if inside and self._painted is not None and self._painted is not self.draft:
            self.take(self._painted, focus=False)

    def work_on_shown(self) -> Draft:
        """The SDL that a key is about: in the list, that under the cursor."""
        shown = self.shown
        assert shown is not None
        if shown is not self.draft:
            self.take(shown, focus=False)
        return shown

    @on(Input.Changed, "#deposit,#budget")
    def _form_changed(self) -> None:
        if self.draft is not None and self.draft is self._form_of:
            self.draft.deposit = self.query_one("#deposit", Input).value
            self.draft.budget = self.query_one("#budget", Input).value

    def redraw(self) -> None:
        self._revision += 1
        self._tick()

    @property
    def _outlooks(self) -> Outlooks | None:
        """What is known of who could bid, in the session that is open."""
        if self.session_app.session is None:
            return None
        from akash_tui.services.market.sdl_outlook import SdlForecaster
        from akash_tui.ui.deploy.outlooks import Outlooks

        who, known = self.session_app.who_could_bid, self._known_outlooks
        if known is None or known.forecaster.who is not who:
            known = self._known_outlooks = Outlooks(SdlForecaster(self.session_app.market, who))
        return known

    @property
    def settled(self) -> bool:
        """Whether what is shown has been compared with the providers."""
        return self.shown is None or self._outlooks_due(self.shown) is None

    def _outlooks_due(self, draft: Draft) -> Outlooks | None:
        """Those that this draft is to be added to; None if it is there already, or cannot be compared."""
        outlooks = self._outlooks
        if outlooks is None or self.block_time is None or draft.errors:
            return None
        return outlooks if outlooks.due(draft, self.prices) else None

    def _compare(self, draft: Draft) -> None:
        """Begin to compare this draft with the providers, unless that is done or begun."""
        outlooks, prices, block_time = self._outlooks_due(draft), self.prices, self.block_time
        if outlooks is None or block_time is None:
            return
        wanted = draft.text, id(prices), outlooks.forecaster.known
        if wanted == self._comparing:
            return
        self._comparing = wanted

        async def work() -> None:
            async with self.session_app.guard("comparing an SDL with the providers", loud=False):
                await outlooks.read(draft, prices, block_time)
                self.redraw()

        self.background(work, "outlook")

    # -- painting ------------------------------------------------------------------

    def revision(self) -> object:
        shown = self.shown
        if shown is not None:
            self._compare(shown)
        if shown is not None and self.check_against_market(shown):
            self._revision += 1
        return (
            self._revision,
            self.previews.revision,
            self.source and self.source.id,
            id(shown),
            self.browsing,
            self.minimum,
            self.block_time,
            id(self.prices),
            self.query_one("#deposit", Input).value,
            self.query_one("#budget", Input).value,
            self.size,
        )

    def paint(self) -> None:
        listed = self.previews.revision, id(self.prices), self._revision
        if listed != self._listed:
            self._listed = listed
            self.show_sources()
        self.show_description()
        shown, panel = self.shown, self.query_one(DraftPanel)
        self._painted = shown
        if shown is None:
            fault = self.previews.faults.get(self.source.id) if self.source is not None else None
            panel.show_nothing(CHOOSE if fault is None else f"{fault.title} {fault.advice}")
            return
        if shown is not self._form_of:  # what is typed stays; another SDL has its own
            self._form_of = shown
            panel.show_form(shown.deposit, shown.budget if shown.budget is not None else self._usual_budget(shown))
        panel.show_text(shown)
        usual = self.usual_price(shown)
        session, age = self.session_app.session, ""
        outlooks = self._outlooks
        if usual is not None and session is not None:
            age = source_and_age(usual.source, usual.read_at, session.clock.now())
        view = KnownMarket(
            self.minimum,
            self.block_time,
            self.prices,
            usual,
            age,
            outlooks.get(shown) if outlooks is not None else None,
            outlooks.who_line(shown) if outlooks is not None else None,
        )
        source = next((row for row in self.all_sources if row.id == line_of(shown)), None)
        last = self.last_words(source)
        panel.show(shown, source, view, last=last, opened=shown is self.draft)

    def _usual_budget(self, draft: Draft) -> str:
        run_manager = self.session_app.run_manager
        return run_manager.usual_budget(draft.name).typed if run_manager is not None else ""

    def form_of(self, draft: Draft) -> DeployForm:
        if draft is self._form_of:
            return self.query_one(DraftPanel).wishes()
        budget = draft.budget if draft.budget is not None else self._usual_budget(draft)
        return read_form(draft.deposit, budget)

    def _provider(self, owner: str) -> str:
        session = self.session_app.session
        if session is None:
            return short_address(owner)
        return session.provider_cache.name(owner)

    # -- actions -------------------------------------------------------------------

    def reason(self, action_id: str) -> str | None:
        return super().reason("deploy.submit" if action_id == "field.take" else action_id)

    def title_of(self, action_id: str) -> str:
        if action_id == "deploy.submit" and (self.draft is None or self.browsing):
            return "open"
        if action_id == "deploy.submit" and self.query_one("#findings").has_focus:
            return "to its line"
        return super().title_of("deploy.submit" if action_id == "field.take" else action_id)

    def in_bar(self, action_id: str) -> bool:
        if action_id == "deploy.tick":  # the only list that takes it
            return self.query_one("#gpus").has_focus
        if action_id == "deploy.search":
            return self.browsing
        return super().in_bar(action_id)

    def do_submit(self) -> None:
        if self.draft is None or self.browsing:
            self.query_one("#sources", LiveTable).action_open()
            return
        self.submit()

    @on(Button.Pressed, "#get-bids")
    def _get_bids(self) -> None:
        """A click on the button, from wherever the focus is."""
        draft = self.work_on_shown()
        self.query_one("#gpus" if draft.models else "#sdl").focus()
        self.action_do("deploy.submit")

    @on(LiveTable.Opened, "#gpus")
    @on(Input.Submitted, "#deposit,#budget")
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
        if self.draft is None or not isinstance(row, GpuChoice):
            return
        why = self.draft.tick(row.model) if row.can_ask else NOT_ASKED
        if why is not None:
            self.session_app.status.say(why, "warn")
            return
        self.redraw()

    def do_file(self) -> None:
        self.background(self._ask_file(), "load")

    async def _ask_file(self) -> None:
        path = await ask_sdl_path(self.session_app)
        if path is not None:
            self.wanted = parse_filter("", SOURCES)
            await self.open_source(SdlSource(f"file {path}", clean(Path(path).name), RECENT, path=path))

    def do_edit(self) -> None:
        draft = self.work_on_shown()

        def done(text: str) -> None:
            draft.replace(text)
            self.redraw()

        def renamed(name: str, source: str, text: str) -> None:
            same = draft.read is not None and source == draft.source
            draft.read = FileAsRead.of(draft.read.path, text) if draft.read is not None and same else None
            draft.name, draft.source, draft.saved = name, source, text
            self.list_sources()

        self.session_app.edit_sdl(
            EditedSdl(draft.name, draft.file, draft.source, draft.saved, draft.text, done, renamed)
        )

    def do_who(self) -> None:
        self.background(who_on_deploy(self.session_app, self.work_on_shown(), self.redraw), "load")

    def do_save(self) -> None:
        self.work_on_shown()
        self.background(self._save(), "load")

    async def _save(self) -> None:
        draft = self.draft
        assert draft is not None
        text = draft.text
        saved = await save_preset(self.session_app, text, draft.name, draft.read)
        if saved is None:
            await self.was_seen(draft.read)
            return
        draft.saved_as(saved.name, FileAsRead.of(saved.path, text))
        self.show_preset(saved.name, f"✓ Saved as {saved.name}.")
        self.redraw()

    def do_back(self) -> None:
        if not self.browsing:
            self.query_one("#deploy").remove_class("drafting")  # narrow windows show one side at a time
            self.call_after_refresh(self.query_one("#sources").focus)
        elif self.wanted.terms:
            self.wanted = parse_filter("", SOURCES)
            self.show_sources()
