"""An SDL in the person's own editor: the app is suspended meanwhile, and the text is read back afterwards."""

from __future__ import annotations

import asyncio
import os
import shlex
import signal
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from akash_tui.domain.text import clean
from akash_tui.services.ports import BadInput
from akash_tui.ui.deploy.sdl_files import read_file

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp

NO_EDITOR = "No editor is set: set VISUAL or EDITOR before the start. e edits here."


def editor(environ: Mapping[str, str] = os.environ) -> list[str]:
    """The command in VISUAL, else in EDITOR, in words; empty if none is named or its quotes do not match."""
    for name in ("VISUAL", "EDITOR"):
        try:
            words = shlex.split(environ.get(name, ""))
        except ValueError:
            return []
        if words:
            return words
    return []


def edit_outside(session_app: SessionApp, text: str, take: Callable[[str], None]) -> None:
    """Edit `text` in the person's editor; `take` gets what came of it, if anything did."""
    session_app.background(_edit(session_app, text, take), "editor")


async def _edit(session_app: SessionApp, text: str, take: Callable[[str], None]) -> None:
    async with session_app.guard("editing an SDL"):
        path = await asyncio.to_thread(_write, session_app.program.home, text)
        keep_file = False
        try:
            keep_file = True  # whatever goes wrong from here on, what the editor wrote stays
            code = await _run(session_app, [*editor(), str(path)])
            now = await asyncio.to_thread(read_file, path)
            keep_file = code != 0 and now != text
            if keep_file:
                session_app.status.say(
                    f"The editor ended with code {code}. Its text is saved: f loads {path}", "warn", 60
                )
            elif now == text:
                session_app.status.say("Nothing was changed.", "muted")
            else:
                take(now)
        except SuspendNotSupported:
            keep_file = False
            session_app.status.say(
                "This terminal cannot be suspended for an editor. e edits here, f loads a file.", "warn", 20
            )
        except OSError as error:
            keep_file = False
            raise BadInput(
                f"The editor {clean(editor()[0], 60)} cannot be started.",
                "Set VISUAL or EDITOR to another editor, or press e to edit here.",
                detail=error.strerror or "",
            ) from error
        except BadInput as error:
            raise BadInput(error.title, f"The editor's text is saved: {path}", detail=error.detail) from error
        finally:
            if not keep_file:
                path.unlink(missing_ok=True)


def _write(home: Path, text: str) -> Path:
    """A file of its owner alone: an SDL may hold secrets."""
    handle, name = tempfile.mkstemp(dir=home, prefix="sdl-", suffix=".yaml")  # made with mode 0600
    with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
        file.write(text)
    return Path(name)


async def _run(session_app: SessionApp, command: list[str]) -> int:
    with session_app.suspended(), _ignore_interrupts():
        process = await asyncio.create_subprocess_exec(*command)
        return await process.wait()


@contextmanager
def _ignore_interrupts() -> Iterator[None]:
    """ctrl+c is for the editor meanwhile; a handler, unlike an ignored signal, is not passed on to it."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
