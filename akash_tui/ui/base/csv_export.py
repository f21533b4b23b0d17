"""A table exported to a CSV file, whose path is shown; an existing file is replaced only after a question."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from akash_tui.domain.market.csv_tables import CsvTable, PagedTable, csv_parts
from akash_tui.domain.text import plural
from akash_tui.services.ports import AkashError
from akash_tui.services.storage.files import private_dir, write_new
from akash_tui.ui.dialogs.questions import says_yes
from akash_tui.ui.widgets.labelled_lines import LabelledLine

if TYPE_CHECKING:
    from akash_tui.ui.session.session_app import SessionApp


def export(session_app: SessionApp, table: PagedTable) -> None:
    """Write it as CSV into the home folder; what is large is made and written page by page, beside the screen."""
    session_app.background(_export(session_app, table), "export")


async def _export(session_app: SessionApp, table: PagedTable) -> None:
    session = session_app.runs.session
    parts = (table.name, session.network.name, f"{session.clock.now().astimezone():%Y-%m-%d}")
    name = re.sub(r"[^A-Za-z0-9.-]+", "-", "-".join(parts)).strip("-.") + ".csv"
    path = session_app.program.home / "exports" / name
    async with session_app.guard("exporting"):
        try:
            await asyncio.to_thread(private_dir, path.parent)
            replace = await asyncio.to_thread(path.exists)
            if replace:
                body = [
                    LabelledLine("", str(path)),
                    LabelledLine("", "This file exists from an earlier export."),
                ]
                if not await says_yes(session_app, "Replace the file?", body, "Replace it", "Keep the old one"):
                    session_app.status.say("Nothing was written.", "muted")
                    return
            lines = await asyncio.to_thread(_write, path, table, replace=replace)
        except OSError as error:
            raise AkashError(
                "The file could not be written.", f"Check that {path.parent} can be written ({error.strerror})."
            ) from error
        session_app.status.say(f"✓ Wrote {plural(lines, 'line')} to {path}", "good", 20)


def _write(path: Path, table: PagedTable, *, replace: bool) -> int:
    """Write the table; how many lines it has below its header."""
    lines = 0

    def counted() -> Iterator[CsvTable]:
        nonlocal lines
        for page in table.pages():
            lines += len(page.rows)
            yield page

    write_new(path, csv_parts(counted()), replace=replace)
    return lines
