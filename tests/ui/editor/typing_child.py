"""Types into the editor without an end: `python -m tests.ui.editor.typing_child HOME`; each key is a line of output."""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from akash_tui.ui.editor.screen import EditorScreen
from akash_tui.ui.session.edited_sdl import EditedSdl
from tests.ui.fakes import SDL, stage, until

SOURCE = "preset killed"
GAP_SECONDS = 0.03


async def type_on(home: Path) -> None:
    """Prints for each key: when it was typed, how many there are, and the longest time the machine was busy."""
    scene = stage(home)
    async with scene.app.run_test(size=(100, 30)) as pilot:
        await scene.ready(pilot)
        scene.app.edit_sdl(EditedSdl("killed", "killed.yaml", SOURCE, SDL, SDL, lambda _: None))
        await until(pilot, lambda: isinstance(scene.app.screen, EditorScreen))
        screen = scene.app.screen
        assert isinstance(screen, EditorScreen)
        held_up, typed = 0.0, 0
        while True:
            screen.area.insert("x")
            typed += 1
            before = time.monotonic()
            print(before, typed, held_up, flush=True)
            await asyncio.sleep(GAP_SECONDS)
            held_up = max(held_up, time.monotonic() - before - GAP_SECONDS)


if __name__ == "__main__":
    asyncio.run(type_on(Path(sys.argv[1])))
