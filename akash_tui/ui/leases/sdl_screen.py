"""The SDL of a deployment: what runs, edited here or read from a file, and what an update with it would change."""

from __future__ import annotations

import asyncio
from typing import ClassVar

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import TextArea

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.deployment.update import Comparison, RunningSdl, Updater
from akash_tui.ui.actions.registry import bindings
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.deploy.external_editor import NO_EDITOR, edit_outside, editor
from akash_tui.ui.deploy.path_dialog import ask_sdl_path
from akash_tui.ui.deploy.sdl_files import read_file, save_preset
from akash_tui.ui.lease_actions.update import compared, origin, update
from akash_tui.ui.session.draft import displayed_text, editable
from akash_tui.ui.session.edited_sdl import EditedSdl, keep_draft, with_draft
from akash_tui.ui.session.session_app import READ_ONLY
from akash_tui.ui.widgets.bars import TitledPanel
from akash_tui.ui.widgets.labelled_lines import LabelledLine, LabelledLines
from akash_tui.ui.widgets.styles import toned


class UpdateScreen(BaseScreen):
    """Above what an update would change, below the text."""

    BINDINGS = bindings("update")
    where: ClassVar[str] = "update"
    tab: ClassVar[str] = "leases"
    DEFAULT_CSS = """
    UpdateScreen #update-changes { height: auto; max-height: 14; margin-bottom: 1; padding: 0 1; }
    UpdateScreen #update-changes { scrollbar-size-vertical: 1; }
    UpdateScreen #sdl { height: 1fr; border: none; padding: 0; }
    """

    def __init__(self, id: DeploymentId) -> None:
        super().__init__()
        self.id_shown = id
        self.known: RunningSdl | None = None
        self.text = ""
        self.file = ""
        self.comparison: Comparison | None = None
        self._revision = 0

    def body(self) -> ComposeResult:
        with TitledPanel(id="update-panel", classes="panel"):
            with VerticalScroll(id="update-changes", can_focus=False):
                yield LabelledLines(11, id="differences")
            yield TextArea(
                id="sdl", read_only=True, show_line_numbers=True, soft_wrap=False, theme="css", show_cursor=False
            )

    def on_mount(self) -> None:
        self.query_one("#sdl").focus()
        self.background(self._read, "read")

    async def _read(self) -> None:
        async with self.session_app.guard("reading the SDL of a deployment"):
            known = await Updater(self.session_app.runs.session).known(self.id_shown)
            text = await with_draft(self.session_app, self._draft_source, known.sdl) if known.sdl else ""
            self.known = known
            self.take(text, known.file)

    @property
    def _draft_source(self) -> str:
        id = self.id_shown
        return f"deployment {self.session_app.runs.session.network.chain_id} {id.owner} {id.dseq}"

    def do_reload(self) -> None:
        self.session_app.do_reload()
        self.known = self.comparison = None
        self._revision += 1
        self.background(self._read, "read")

    def take(self, text: str, file: str) -> None:
        """Work on this text."""
        self.text, self.file = text, file
        session = self.session_app.session
        if session is not None and self.known is not None:
            self.comparison = Updater(session).compare(self.known, text, file) if text else None
        self._show_text()

    def _show_text(self) -> None:
        self.query_one("#sdl", TextArea).load_text(displayed_text(self.text))
        self._revision += 1
        self._tick()

    # -- painting ------------------------------------------------------------------

    def revision(self) -> object:
        return self._revision

    def paint(self) -> None:
        panel, known = self.query_one("#update-panel", TitledPanel), self.known
        name = known.name if known is not None else "deployment"
        title = f"SDL · {name} · dseq {self.id_shown.dseq}" + (f" · {self.file}" if self.file else "")
        changed = known is not None and bool(self.text) and self.text != known.sdl
        panel.name_edges(Content(title), toned("● changed, not sent", "warn") if changed else Content(""))
        if known is None:
            rows: list[LabelledLine | Content] = [toned("reading the chain and the journal…", "muted")]
        else:
            rows = [*origin(known), *compared(self.comparison, edited=changed)]
        self.query_one("#differences", LabelledLines).show(rows)

    # -- actions -------------------------------------------------------------------

    def why_not(self, action_id: str) -> str | None:
        known, found = self.known, self.comparison
        if known is None:
            return "Wait: it is still being read."
        if action_id in ("update.copy", "update.save"):
            return None if self.text else "There is no text yet: f loads a file."
        if known.closed:
            return "It is closed: it cannot be updated. s saves the SDL as a preset, y copies it."
        if action_id == "update.edit" and not editable(self.text):
            return "This text has lines that cannot be edited here. Edit it elsewhere, then f loads the file."
        if action_id == "update.editor" and not editor():
            return NO_EDITOR
        if action_id == "update.submit":
            if self.session_app.readonly:
                return READ_ONLY
            if not self.text or found is None:
                return "There is no text yet: f loads a file."
            if found.problems:
                return f"First fix line {found.problems[0].line}."
            if found.fixed:
                return f"An update cannot change {found.fixed[0].what}. Undo that, or deploy again (d on the lease)."
            return self.session_app.why_busy()
        return None

    def do_edit(self) -> None:
        assert self.known is not None
        self.session_app.edit_sdl(
            EditedSdl(
                self.known.name,
                self.file,
                self._draft_source,
                self.known.sdl,
                self.text,
                lambda text: self.take(text, self.file),
            )
        )

    def do_editor(self) -> None:
        edit_outside(self.session_app, self.text, self._take_changed)

    def _take_changed(self, text: str) -> None:
        self.take(text, self.file)
        if self.known is not None:
            self.background(keep_draft(self.session_app, self._draft_source, text, self.known.sdl), "draft")

    def do_file(self) -> None:
        self.background(self._ask_file(), "load")

    async def _ask_file(self) -> None:
        path = await ask_sdl_path(self.session_app)
        if path is not None:
            async with self.session_app.guard("loading an SDL"):
                self.take(await asyncio.to_thread(read_file, path), path.name)

    def do_copy(self) -> None:
        self.session_app.copy_to_clipboard(self.text)
        self.session_app.status.say("Copied the SDL (if your terminal allows it).", "good")

    def do_save(self) -> None:
        self.background(self._save(), "load")

    async def _save(self) -> None:
        assert self.known is not None
        saved = await save_preset(self.session_app, self.text, self.known.name)
        if saved is not None:
            self.session_app.status.say(f"✓ Saved as {saved.name}; 1 lists it.", "good")

    def do_submit(self) -> None:
        assert self.comparison is not None
        compiled, text, file = self.comparison.compiled, self.text, self.file
        self.session_app.money(
            "updating a deployment", lambda: update(self.session_app, self.id_shown, compiled, text, file)
        )
