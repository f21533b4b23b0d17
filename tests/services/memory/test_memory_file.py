"""The file of the bid memory: what lies there may be anything."""

from __future__ import annotations

import sqlite3
import stat
import threading
from pathlib import Path

import pytest

from akash_tui.services.memory.export import bids, size
from akash_tui.services.memory.memory_file import VERSION, memory_path
from akash_tui.services.storage.home import unreadable_rows
from tests.helpers.worlds import GIVE_UP
from tests.services.memory.conftest import A100, Story


@pytest.fixture(autouse=True)
def none_reported() -> None:
    unreadable_rows.take()


def kept(story: Story) -> list[str]:
    return sorted(path.name for path in story.memory.file.path.parent.glob("*.damaged-*"))


def seen(story: Story) -> bool:
    story.bid("a")
    story.memory.flush()
    return story.memory.usual_price("a", A100) is not None


def test_it_is_private_and_each_chain_has_its_own(story: Story) -> None:
    assert seen(story)
    path = story.memory.file.path
    assert {stat.S_IMODE(file.stat().st_mode) for file in path.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    home = Path("/home/x")
    assert memory_path(home, "akashnet-2") == home / "memory" / "akashnet-2.db"
    assert memory_path(home, "../../etc/x").parent == home / "memory"


@pytest.mark.parametrize(
    "content", [b"no database at all, but long enough to look at" * 40, b"SQLite format 3\0" * 300]
)
def test_a_damaged_file_is_moved_aside_and_a_new_one_begins(story: Story, content: bytes) -> None:
    path = story.memory.file.path
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    assert seen(story)
    (name,) = kept(story)
    assert (path.parent / name).read_bytes() == content
    assert [line for line in unreadable_rows.take() if "was damaged" in line and name in line]


def test_a_file_without_our_tables_is_moved_aside(story: Story) -> None:
    path = story.memory.file.path
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={VERSION}")
    assert seen(story)
    assert len(kept(story)) == 1


def test_a_file_of_a_newer_program_stays_as_it_is(story: Story) -> None:
    path = story.memory.file.path
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as db:
        db.execute(f"PRAGMA user_version={VERSION + 1}")
    before = path.read_bytes()
    assert not seen(story)
    assert (path.read_bytes(), kept(story)) == (before, [])
    (line,) = unreadable_rows.take()
    assert "newer akash-tui" in line
    assert "not remembered" in line


def test_a_folder_that_cannot_be_made_costs_the_memory_alone(story: Story) -> None:
    story.memory.file.path.parent.write_text("a file where the folder should be")
    assert not seen(story)
    (line,) = unreadable_rows.take()
    assert "not remembered" in line


def test_a_row_that_cannot_be_read_costs_a_figure(story: Story) -> None:
    assert seen(story)
    with sqlite3.connect(story.memory.file.path) as db:
        db.execute("UPDATE days SET low = 'much'")
    assert story.memory.usual_price("a", A100) is None
    assert kept(story) == []
    (line,) = unreadable_rows.take()
    assert "cannot be read" in line


def test_a_damaged_row_does_not_end_remembering(story: Story) -> None:
    order = story.order()
    story.bid("a", order=order)
    story.memory.flush()
    with sqlite3.connect(story.memory.file.path) as db:
        db.execute("UPDATE bids SET seen_at = 'never', outcome = 77")
    story.bid("a", order=order)
    story.bid("b", order=order)
    story.memory.flush()
    assert story.memory.usual_price("b", A100) is not None
    assert [bid.provider for bid in bids(story.memory)] == ["b"]
    with sqlite3.connect(story.memory.file.path) as db:
        db.execute("UPDATE bids SET seen_at = 1 << 60")
    assert size(story.memory).newest is None
    assert list(bids(story.memory)) == []
    assert kept(story) == []


def test_a_table_that_takes_no_row_costs_the_memory_alone(story: Story) -> None:
    assert seen(story)
    with sqlite3.connect(story.memory.file.path) as db:
        db.execute("CREATE UNIQUE INDEX one ON bids (gpus)")
    story.bid("b")
    story.memory.flush()
    assert story.memory.usual_price("a", A100) is None
    assert any("not remembered" in line for line in unreadable_rows.take())


def test_a_look_up_does_not_wait_for_what_is_being_written(story: Story) -> None:
    assert seen(story)
    file, found = story.memory.file, []

    def write(db: sqlite3.Connection) -> None:
        db.execute("DELETE FROM days")
        asking = threading.Thread(target=lambda: found.append(story.memory.usual_price("a", A100)))
        asking.start()
        asking.join(GIVE_UP)

    file.write(write)
    assert [price is not None for price in found] == [True], "it sees what was there before"
    assert story.memory.usual_price("a", A100) is None


def test_another_process_that_writes_is_waited_for(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("akash_tui.services.memory.memory_file.WAIT_SECONDS", 0.01)
    assert seen(story)
    story.memory.file.close()
    other = sqlite3.connect(story.memory.file.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    story.bid("b")
    story.memory.flush()
    assert story.memory.usual_price("b", A100) is None
    other.execute("COMMIT")
    other.close()
    story.bid("c")
    story.memory.flush()
    assert story.memory.usual_price("b", A100) is not None
    assert unreadable_rows.take() == []
