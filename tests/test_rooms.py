"""Tests lie where the module lies that they are about: `tests/LAYER/ROOM/test_MODULE.py`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STORIES = {
    "tests/bench": "ratios measured in real programs",
    "tests/e2e": "the program on a real terminal",
    "tests/soak": "generated sessions, struck by kills, network faults and lies",
    "tests/services/on_practice": "services on a real practice network",
    "tests/ui/on_practice": "screens on a real practice network",
    "tests/practice/gateway": "the practice gateway as a tenant's client sees it",
}
"""Folders of tests that are about many modules at once, and what they tell of."""


def misplaced(root: Path, stories: set[str]) -> Iterator[str]:
    """Folders with tests that no package has, and stories that have no tests."""
    folders = {path.parent.relative_to(root).as_posix() for path in (root / "tests").rglob("test_*.py")}
    for folder in sorted(folders - stories - {"tests"}):
        room = root / "akash_tui" / folder.removeprefix("tests/")
        if not room.is_dir() and not room.with_suffix(".py").is_file():
            yield f"{folder}: there is no room akash_tui/{folder.removeprefix('tests/')}"
    yield from (f"{story}: no test lies there" for story in sorted(stories - folders))


def test_every_folder_of_tests_is_a_room_of_the_package() -> None:
    assert list(misplaced(ROOT, set(STORIES))) == []


def test_a_test_without_a_room_is_found(tmp_path: Path) -> None:
    (tmp_path / "akash_tui/ui/bids").mkdir(parents=True)
    for folder in ("ui/bids", "ui/boards"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
        (tmp_path / "tests" / folder / "test_it.py").touch()
    assert list(misplaced(tmp_path, {"tests/e2e"})) == [
        "tests/ui/boards: there is no room akash_tui/ui/boards",
        "tests/e2e: no test lies there",
    ]
