"""The path of an SDL file: what is there is listed, and tab completes."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from akash_tui.ui.deploy.path_dialog import PathDialog, completed, entries
from akash_tui.ui.deploy.screen import DeployScreen
from akash_tui.ui.widgets.live_table import LiveTable
from tests.ui.fakes import SDL, Stage_, until


def folder(home: Path) -> Path:
    for name in ("work/train.yaml", "work/trail.yml", "work/notes.txt", "work/.hidden.yaml", "other/x.yaml"):
        path = home / "sdl" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SDL)
    return home / "sdl"


def test_folders_and_sdl_files_that_begin_so_are_found(tmp_path: Path) -> None:
    here = folder(tmp_path)
    assert [one.id for one in entries(f"{here}/")] == [f"{here}/other/", f"{here}/work/"]
    found = entries(f"{here}/work/tr")
    assert [one.name for one in found] == ["trail.yml", "train.yaml"]
    assert completed(f"{here}/work/t", found) == f"{here}/work/trai"
    assert [one.name for one in entries(f"{here}/work/.")] == [".hidden.yaml"]
    for nothing in (f"{here}/none/x", "\0/x", "~nobody-at-all/x"):
        assert entries(nothing) == []
        assert completed(nothing, []) == nothing
    for dropped in (f"'{here}/work/train.yaml'", f"file://{here}/work/train.yaml"):
        assert [(one.id, one.name) for one in entries(dropped)] == [(dropped, "train.yaml")]
    assert entries(f"file://{here}/none.yaml") == []


async def test_tab_completes_and_a_file_is_taken_from_the_list(scene: Stage_, tmp_path: Path) -> None:
    here = folder(tmp_path)
    async with scene.app.run_test(size=(80, 24)) as pilot:
        await scene.ready(pilot)
        screen = scene.app.screen
        assert isinstance(screen, DeployScreen)
        await pilot.press("f")
        await until(pilot, lambda: isinstance(scene.app.screen, PathDialog))
        dialog = scene.app.screen
        field, table = dialog.query_one("#text", Input), dialog.query_one("#entries", LiveTable)
        field.value = f"{here}/w"
        await until(pilot, lambda: [row.name for row in table.rows] == ["work"])
        await pilot.press("tab")
        assert field.value == f"{here}/work/"
        await until(pilot, lambda: len(table.rows) == 2)
        await pilot.press("tab")
        assert field.value == f"{here}/work/trai"
        await until(pilot, lambda: len(table.rows) == 2)
        await pilot.press("down", "down", "enter")
        await until(pilot, lambda: screen.draft is not None and screen.draft.file == "train.yaml")
        # it is in the list of files now, and is taken out of it without being deleted
        await pilot.press("escape")
        await until(pilot, lambda: screen.source is not None and screen.source.id == f"file {here}/work/train.yaml")
        await pilot.press("x")
        await until(pilot, lambda: scene.program.settings.recent == ())
        assert (here / "work" / "train.yaml").exists()
