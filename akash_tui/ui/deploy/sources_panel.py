"""The list of presets and files on the deploy screen: searched, previewed, renamed, removed and brought back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from textual import on
from textual.app import ComposeResult
from textual.content import Content

from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, rate
from akash_tui.domain.filtering.filter import Filter, parse_filter
from akash_tui.domain.market.median_price import MedianPrice, median_price
from akash_tui.domain.text import plural
from akash_tui.services.ports import AkashError
from akash_tui.ui.deploy import preset_actions
from akash_tui.ui.deploy.draft_lines import preview_lines
from akash_tui.ui.deploy.newer_file import NewerFilePanel
from akash_tui.ui.deploy.previews import Previews
from akash_tui.ui.deploy.sources import (
    HINT,
    SOURCES,
    SdlSource,
    columns,
    last_use,
    last_words,
    of_draft,
    searched,
    sources,
)
from akash_tui.ui.session.draft import Draft
from akash_tui.ui.widgets.bars import TitledPanel
from akash_tui.ui.widgets.filter_bar import FilterBar
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.live_table import LiveTable

if TYPE_CHECKING:
    from akash_tui.services.leases.preset_uses import PresetUse
    from akash_tui.services.storage.presets import Preset
    from akash_tui.ui.session.session_app import SessionApp


class SourcesPanel(NewerFilePanel):
    """The left side of the deploy screen: what an SDL can come from, each with a preview."""

    def __init__(self) -> None:
        super().__init__()
        self.previews = Previews(lambda: self.session_app.program.sdl)
        self.all_sources: list[SdlSource] = []
        self.wanted: Filter = parse_filter("", SOURCES)
        """The search that is at work."""
        self._uses: Mapping[str, PresetUse] = {}
        self.removed: str | None = None
        """The preset that was removed last, by name."""

    def sources_body(self) -> ComposeResult:
        """The widgets of this side."""
        with TitledPanel(id="sources-panel", classes="panel"):
            yield LiveTable[SdlSource](
                columns(),
                header=False,
                empty="No presets.\nf loads a file.",
                heading=lambda source: source.heading,
                id="sources",
            )
            yield FilterBar(lambda: self.all_sources, about=SOURCES, hint=HINT, saves=False, id="source-search")
            yield LabelledLines(10, id="source-description")

    # -- reading -------------------------------------------------------------------

    def list_sources(self) -> None:
        """Read the list and, in the background, what is new in it; a broken folder is reported, the rest is usable."""
        program = self.session_app.program
        try:
            presets = program.presets.list()
        except AkashError as error:
            self.session_app.report_error("reading presets", error, loud=False)
            presets = ()
        self._uses = preset_actions.last_uses(self.session_app)
        self.all_sources = sources(presets, program.settings.recent)
        self.show_sources()
        self.read_previews()

    def read_previews(self) -> None:
        """Read and compile what is new or was changed, the line under the cursor first."""

        async def read() -> None:
            first = [self.source] if self.source is not None else []
            for some in (first, self.all_sources):
                await asyncio.to_thread(self.previews.read, list(some))
                self._tick()

        self.background(read, "previews")

    def show_sources(self) -> None:
        """Draw the list by what is known now."""
        table = self.query_one("#sources", LiveTable)
        mine = self.unsaved
        first = [of_draft(mine.name, mine.file)] if mine is not None else []
        rows = [self.with_figures(row) for row in [*first, *self.all_sources]]
        table.say_empty("Nothing matches.\nesc shows all." if self.wanted.terms else "No presets.\nf loads a file.")
        table.show(searched(rows, self.wanted))
        shown = sum(1 for row in table.rows if not row.heading)
        found = f"{shown} of {len(rows)} match" if self.wanted.terms else plural(len(rows), "SDL")
        search = "" if self.wanted.terms else "/ search"
        panel = self.query_one("#sources-panel", TitledPanel)
        panel.name_edges(Content(f"Presets and files · {found}"), Content(search))

    def with_figures(self, row: SdlSource) -> SdlSource:
        """The line with its size and price, once it was read."""
        draft = self.draft_of(row)
        if draft is None:
            return row
        count = sum(group.gpu_count for group in draft.groups)
        size = "?" if not draft.groups else plural(count, "GPU") if count else "CPU"
        use, usual = last_use(row, self._uses), self.usual_price(draft)
        price = usual.words.removeprefix("about ") if usual is not None else ""
        paid = None if use is None else use.price_h(self.block_time or ASSUMED_BLOCK_TIME)
        if paid is not None:
            price = f"paid ${paid:.2f}" if paid >= Decimal("0.01") else f"paid {rate(paid)}"  # as long
        return replace(row, size=size, price=price)

    @property
    def unsaved(self) -> Draft | None:
        """The draft that came from nowhere on this list."""
        raise NotImplementedError

    def draft_of(self, source: SdlSource) -> Draft | None:
        """The draft of a source, changed or as it was read; None while it was not read."""
        raise NotImplementedError

    def usual_price(self, draft: Draft) -> MedianPrice | None:
        """What bids for it usually cost; None where that is unknown."""
        return median_price(draft.groups, self.prices)

    def last_words(self, source: SdlSource | None) -> str:
        """When it was used last and what it cost."""
        use = last_use(source, self._uses) if source is not None else None
        return last_words(use, self.block_time or ASSUMED_BLOCK_TIME) if use is not None else ""

    @property
    def source(self) -> SdlSource | None:
        """The line under the cursor of the list."""
        row = self.query_one("#sources", LiveTable).cursor_row
        return row if isinstance(row, SdlSource) and not row.heading else None

    def show_description(self) -> None:
        """The line under the cursor in full, below the list."""
        source, lines = self.source, [LabelledLine("", "Nothing is chosen.", "muted")]
        if source is not None:
            draft, fault = self.draft_of(source), self.previews.faults.get(source.id)
            lines = [LabelledLine("", "Reading it…", "muted")]
            if fault is not None:
                lines = [LabelledLine("", fault.title, "bad"), LabelledLine("try", fault.advice)]
            if draft is not None:
                last, usual = self.last_words(source), self.usual_price(draft)
                lines = preview_lines(draft, source, last, self.block_time, usual)
        self.query_one("#source-description", LabelledLines).show(lines)

    # -- search --------------------------------------------------------------------

    def do_search(self) -> None:
        self.query_one("#source-search", FilterBar).open(self.wanted.text)

    @on(FilterBar.Filtered)
    def _searched(self, event: FilterBar.Filtered) -> None:
        self.wanted = event.filter
        self.show_sources()
        if self.wanted.terms:  # the best match, also where the cursor stood on another one
            self.query_one("#sources", LiveTable).move_to(0)

    @on(FilterBar.Closed)
    def _search_closed(self) -> None:
        self.query_one("#sources").focus()

    # -- presets -------------------------------------------------------------------

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
                    self.show_preset(name, f"✓ {done} {name}.")

        self.background(work(), "load")

    def show_preset(self, name: str, words: str) -> None:
        """List again, with the cursor on this preset, and say what was done."""
        self.wanted = parse_filter("", SOURCES)
        self.list_sources()
        self.query_one("#sources", LiveTable).move_to_id(f"preset {name}")
        self.session_app.status.say(words, "good")

    def do_rename(self) -> None:
        self._change_preset(preset_actions.rename, "Renamed to")

    def do_duplicate(self) -> None:
        self._change_preset(preset_actions.duplicate, "Saved as")

    def do_describe(self) -> None:
        self._change_preset(preset_actions.describe, "Saved the description of")

    def do_delete(self) -> None:
        source = self.source
        assert source is not None
        if source.preset is None:
            recent = tuple(name for name in self.session_app.program.settings.recent if f"file {name}" != source.id)
            self.session_app.remember(recent=recent)
            self.list_sources()
            self.session_app.status.say(f"✓ {source.title} is no longer listed here; the file stays.", "good")
            return
        name = source.preset.name
        try:
            self.session_app.program.presets.remove(name)
        except AkashError as error:
            self.session_app.report_error("removing a preset", error)
            return
        self.removed = name
        self.list_sources()
        self.session_app.status.say(f"✓ {name} was removed. u brings it back.", "good", 20)

    def do_undelete(self) -> None:
        assert self.removed is not None
        try:
            name = self.session_app.program.presets.restore(self.removed).name
        except AkashError as error:
            self.session_app.report_error("bringing a preset back", error)
            return
        self.removed = None
        self.show_preset(name, f"✓ {name} is back.")
