"""Favourites, blocks and notes on providers: their keys, their dialogs, and their lines on Bids and in Market."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from akash_tui.domain.provider_note import BLOCKED, FAVOURITE, UNDECIDED, ProviderNote, note_text, reason_text
from akash_tui.ui.base.base_screen import BaseScreen
from akash_tui.ui.dialogs.questions import ask_text, says_yes
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.ui.session.session_app import SessionApp


def notes_now(app: SessionApp) -> Mapping[str, ProviderNote]:
    """By address; notes in the settings, where they used to be, count where there is no other."""
    earlier = {owner: ProviderNote(note=note) for owner, note in app.program.settings.notes.items()}
    return earlier if app.session is None else earlier | app.session.provider_notes.all()


def note_lines(note: ProviderNote) -> list[LabelledLine]:
    """What was decided about a provider; empty if nothing was."""
    out: list[LabelledLine] = []
    if note.favourite:
        out.append(LabelledLine(FAVOURITE, "a favourite of yours; f takes the star away", "accent", "accent"))
    if note.blocked is not None:
        reason = note.blocked or "you gave no reason"
        out.append(LabelledLine(BLOCKED, f"blocked: {reason}; no rule accepts it, X unblocks", "warn", "warn"))
    if note.note:
        out.append(LabelledLine("your note", note.note))
    return out


class ProviderNoteKeys(BaseScreen):
    """A screen that shows a provider, about which something can be decided."""

    def noted_provider(self) -> tuple[str, str] | None:
        """Address and name of the one that is meant now; None if there is none."""
        raise NotImplementedError

    def why_not_noted(self) -> str | None:
        """Why nothing can be decided now; None if it can."""
        if self.session_app.session is None:
            return "Without a network nothing is saved about providers."
        return "No provider is chosen." if self.noted_provider() is None else None

    def _chosen(self) -> tuple[Session, str, str] | None:
        session, chosen = self.session_app.session, self.noted_provider()
        return None if session is None or chosen is None else (session, *chosen)

    def do_favourite(self) -> None:
        """Give its star, or take it away."""
        self.background(self._favourite, "provider note")

    async def _favourite(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        session, provider, name = chosen
        async with self.session_app.guard("saving a favourite"):
            on = not session.provider_notes.of(provider).favourite
            session.provider_notes.set_favourite(provider, on, session.clock.now())
            words = f"{FAVOURITE} {name} is a favourite." if on else f"{name} is not a favourite any more."
            self.session_app.status.say(words, "good" if on else "muted")
        self.repaint()

    def do_block(self) -> None:
        """Block it with a reason, or unblock it."""
        self.background(self._block, "provider note")

    async def _block(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        session, provider, name = chosen
        app, notes = self.session_app, session.provider_notes
        async with app.guard("blocking a provider"):
            before = notes.of(provider)
            if before.blocked is not None:
                lines = [LabelledLine("blocked", before.blocked or "you gave no reason")]
                if not await says_yes(app, f"Unblock {name}?", lines, "Unblock"):
                    return
                notes.block(provider, None, session.clock.now())
                app.status.say(f"{name} is not blocked any more.", "muted")
            else:
                lines = [
                    LabelledLine("", "Its bids stay in the list, marked; no rule and no command accepts them."),
                    LabelledLine("", "You can, after a question. Why? Its next bid shows the reason."),
                ]
                why = await ask_text(app, f"Block {name}", lines, read=reason_text)
                if why is None:
                    return
                notes.block(provider, reason_text(why), session.clock.now())
                app.status.say(f"{BLOCKED} {name} is blocked.", "warn")
        self.repaint()

    def do_note(self) -> None:
        """Write a note on it."""
        self.background(self._note, "provider note")

    async def _note(self) -> None:
        chosen = self._chosen()
        if chosen is None:
            return
        session, provider, name = chosen
        async with self.session_app.guard("saving a note"):
            before = notes_now(self.session_app).get(provider, UNDECIDED).note
            lines = [
                LabelledLine("", "Shown with each of its bids, on this machine alone. Leave it empty to remove it.")
            ]
            text = await ask_text(self.session_app, f"Note on {name}", lines, value=before, read=note_text)
            if text is None:
                return
            session.provider_notes.set_note(provider, note_text(text), session.clock.now())
            self.session_app.status.say("The note is saved." if text.strip() else "The note is deleted.", "muted")
        self.repaint()
