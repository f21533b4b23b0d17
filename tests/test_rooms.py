"""A test lies where its module lies, and is named after it: `tests/LAYER/ROOM/test_MODULE.py`."""

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
"""Folders of tests that are about many modules at once, and what they are about."""
STORY_TESTS = {
    "tests/adapters/chain": "lazy_imports",
    "tests/adapters/chain/rest_json": "odd_json recordings",
    "tests/adapters/chain/tx": "lying_node tx_vectors",
    "tests/adapters/provider": "recordings trust",
    "tests/cli": (
        "asking_and_leaving bounds crashes deploy_options lazy_imports lease_commands log_option market_commands "
        "secret_parameters with_practice without_network"
    ),
    "tests/domain/akash": "lasts_until",
    "tests/domain/sdl/build": "conformance shipped_presets",
    "tests/domain/sdl/go": "go_rules",
    "tests/domain/sdl/lint": "common_mistakes",
    "tests/domain/sdl/read": "newer_rules robust",
    "tests/practice/api": "queries recordings sockets",
    "tests/practice/indexer": "books",
    "tests/services/automation": "leased_elsewhere",
    "tests/services/deployment": (
        "ask_again budget_at_signing deploy_flow killed_at_each_step leased_price recorded_bids"
    ),
    "tests/services/spending": "lying_node",
    "tests/services/storage": "two_processes what_is_no_file",
    "tests/ui": (
        "column_names every_key hostile_text lazy_imports pictures provider_names story style_sheets type_ahead"
    ),
    "tests/ui/base": "key_hints",
    "tests/ui/bids": "bounded choosing hostile_volume pictures what_others_lack",
    "tests/ui/dialogs": "under_a_dialog",
    "tests/ui/editor": "killed pictures",
    "tests/ui/leases": "list_choices pictures",
    "tests/ui/market": "export pictures",
    "tests/ui/wallet_keys": "pictures",
    "tests/ui/wallet": "pictures",
    "tests/wire": "generated_code",
}
"""Tests that are about several modules of their room, or about one under a special condition: `test_NAME.py`."""


def misplaced(root: Path, stories: set[str]) -> Iterator[str]:
    """Folders with tests that no package has, and stories that have no tests."""
    folders = {path.parent.relative_to(root).as_posix() for path in (root / "tests").rglob("test_*.py")}
    for folder in sorted(folders - stories - {"tests"}):
        room = root / "akash_tui" / folder.removeprefix("tests/")
        if not room.is_dir() and not room.with_suffix(".py").is_file():
            yield f"{folder}: there is no room akash_tui/{folder.removeprefix('tests/')}"
    yield from (f"{story}: no test lies there" for story in sorted(stories - folders))


def without_module(root: Path, stories: set[str], story_tests: dict[str, str]) -> Iterator[str]:
    """Tests that are named after no module and are not listed, and listed tests that are not there."""
    listed = {f"{folder}/test_{name}.py" for folder, names in story_tests.items() for name in names.split()}
    tests = {path.relative_to(root).as_posix() for path in (root / "tests").glob("*/**/test_*.py")}
    for test in sorted(tests - listed):
        folder, _, file = test.rpartition("/")
        module = f"{folder.removeprefix('tests/')}/{file.removeprefix('test_')}"
        if folder not in stories and not (root / "akash_tui" / module).is_file():
            yield f"{test}: there is no module akash_tui/{module}"
    yield from (f"{test}: it is not there" for test in sorted(listed - tests))


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


def test_every_test_is_named_after_a_module_or_listed_as_a_story() -> None:
    assert list(without_module(ROOT, set(STORIES), STORY_TESTS)) == []


def test_a_test_without_a_module_is_found(tmp_path: Path) -> None:
    (tmp_path / "akash_tui/ui/bids").mkdir(parents=True)
    (tmp_path / "akash_tui/ui/bids/screen.py").touch()
    (tmp_path / "tests/ui/bids").mkdir(parents=True)
    for name in ("screen", "board", "pictures"):
        (tmp_path / f"tests/ui/bids/test_{name}.py").touch()
    assert list(without_module(tmp_path, set(), {"tests/ui/bids": "pictures flood"})) == [
        "tests/ui/bids/test_board.py: there is no module akash_tui/ui/bids/board.py",
        "tests/ui/bids/test_flood.py: it is not there",
    ]
