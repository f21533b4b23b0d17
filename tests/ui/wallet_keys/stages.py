"""The app with a real vault in encrypted files, and what its wallet dialogs are asked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from akash_tui.adapters.wallet.vault import DiskVault
from akash_tui.ui.widgets.labelled_lines import LabelledLines
from tests.ui.fakes import Stage_, stage, until

GOOD = "correct horse battery staple"


def stage_with_vault(home: Path, **more: Any) -> Stage_:
    """A stage whose wallets are in the files of its home."""
    scene = stage(home, **more)

    def wallets(ask: Any = None) -> Any:
        return DiskVault(home, ask, use_keyring=False)

    scene.program.wallets = wallets  # type: ignore[method-assign]
    return scene


def titled(scene: Stage_, title: str) -> bool:
    """Whether a dialog of this title is in front."""
    return title in getattr(scene.app.screen, "_title", "")


async def dialog(scene: Stage_, pilot: Pilot[Any], title: str) -> Screen[Any]:
    """The dialog of this title, once it is in front and takes keys."""
    await until(pilot, lambda: titled(scene, title))
    if hasattr(scene.app.screen, "_choices"):
        await until(pilot, lambda: scene.app.screen.armed)  # type: ignore[attr-defined]
    return scene.app.screen


async def fill(scene: Stage_, pilot: Pilot[Any], **fields: str) -> None:
    """Type into the fields of the dialog in front, by their ids, and press enter."""
    for id, text in fields.items():
        field = scene.app.screen.query_one(f"#{id}", Input)
        field.focus()
        field.value = text
        await pilot.pause()
    await pilot.press("enter")


def lines(scene: Stage_, id: str) -> str:
    """What stands in a part of the dialog in front."""
    return scene.app.screen.query_one(f"#{id}", LabelledLines).text
