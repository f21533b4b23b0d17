"""An SDL file that was changed outside, by an editor or by another copy of the app: what differs, and what to do."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from textual.content import Content

from akash_tui.domain.sdl.edit.text_diff import fingerprint, short_diff
from akash_tui.domain.text import clean
from akash_tui.services.drafts import Drafts
from akash_tui.services.storage.presets import FileAsRead
from akash_tui.ui.base.base_screen import typing_place
from akash_tui.ui.deploy.problems_panel import ProblemsPanel
from akash_tui.ui.deploy.sdl_files import diff_lines, save_preset
from akash_tui.ui.dialogs.questions import DialogAnswer, QuestionDialog
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine
from akash_tui.ui.widgets.styles import toned

if TYPE_CHECKING:
    from akash_tui.ui.session.draft import Draft
    from akash_tui.ui.session.session_app import SessionApp

READ, SAVE, KEEP = "read", "save", "keep"
"""What to do about a newer file: take its text, save the text on the screen as a preset first, or neither."""


async def ask_what_now(app: SessionApp, draft: Draft, now: str) -> str:
    """Ask what to do about the newer text `now` of the draft's file: `READ`, `SAVE` or `KEEP`."""
    assert draft.read is not None
    edited = fingerprint(draft.text) != draft.read.fingerprint
    diff = await asyncio.to_thread(short_diff, draft.text, now)
    body: list[LabelledLine | Content] = [
        toned(f"{clean(draft.read.path.name, 60)} was changed on the disk after it was read here."),
        BLANK,
        *diff_lines(diff, "this text", "the file"),
    ]
    answers: Sequence[DialogAnswer] = (DialogAnswer(KEEP, "Keep this text"), DialogAnswer(READ, "Read it again", "r"))
    if edited:
        body += [BLANK, toned("This text has changes of yours; reading the file again drops them.", "warn")]
        answers = (answers[0], DialogAnswer(SAVE, "Save mine, then read", "s"), DialogAnswer(READ, "Drop mine", "r"))
    return await app.push_screen_wait(QuestionDialog("The file was changed", body, answers)) or KEEP


class NewerFilePanel(ProblemsPanel):
    """The part of the deploy screen that notices, on coming back to it, that the draft's file was changed."""

    def __init__(self) -> None:
        super().__init__()
        self._declined: FileAsRead | None = None
        """The newer file that the person did not want: it is not offered again."""

    def list_sources(self) -> None:
        """Show the presets and files that are there."""
        raise NotImplementedError

    def take_text(self, name: str, path: Path, text: str, source: str, saved: str) -> None:
        """Work on the text of a file, or on a draft of it: `saved` is what the file has."""
        raise NotImplementedError

    @property
    def may_ask(self) -> bool:
        """Whether a question may be shown: the SDL is not being edited, read or saved."""
        return self.app.screen is self and typing_place(self.focused) != "editor" and not self._works("load")

    def _works(self, group: str) -> bool:
        return any(worker.group == group and not worker.is_finished for worker in self.workers)

    def on_mount(self) -> None:
        self.watch(self.app, "app_focus", self._look_again, init=False)  # back from another window

    def on_screen_resume(self) -> None:
        self._look_again(self.is_mounted)

    def _look_again(self, seen: bool) -> None:
        if seen and self.app.screen is self and not self._works("newer-file"):  # that one may be asking
            self.background(self._look_for_newer(), "newer-file")

    async def was_seen(self, read: FileAsRead | None) -> None:
        """The person has seen how the file differs from what was read, and wants neither: it is not offered again."""
        now = None if read is None else await asyncio.to_thread(read.newer_text)
        if read is not None and now is not None:
            self._declined = FileAsRead.of(read.path, now)

    async def _look_for_newer(self) -> None:
        self.list_sources()
        draft = self.draft
        read = None if draft is None else draft.read
        now = None if read is None else await asyncio.to_thread(read.newer_text)
        if draft is None or read is None or now is None or draft.read is not read or not self.may_ask:
            return
        if FileAsRead.of(read.path, now) == self._declined:
            return
        answer = await ask_what_now(self.session_app, draft, now)
        if answer == KEEP or (answer == SAVE and await save_preset(self.session_app, draft.text, draft.name) is None):
            self._declined = FileAsRead.of(read.path, now)
            return
        await asyncio.to_thread(Drafts(self.session_app.program.home).remove, draft.source)
        self.take_text(draft.name, read.path, now, draft.source, now)
        self.session_app.status.say(f"✓ {draft.file} was read again.", "good")
