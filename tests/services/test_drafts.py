"""A draft for each source: written whole, read back exactly, without the value of any secret parameter."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from akash_tui.services.drafts import LARGEST, Drafts, DraftWriter, preset_source, text_source
from akash_tui.services.errors import BadInput, DiskFault
from akash_tui.services.storage.home import unreadable_rows
from akash_tui.services.storage.locks import Presence

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
SOURCE = preset_source("blog")


TEXTS = ("a: 1\n", "", "\ufeffa: 1\r\nb: 2\r\n", "x\x1b[31m\x00\u2028", "é\udcff\n\n", "# akash-tui draft {}\n")


@pytest.mark.parametrize("text", TEXTS)
def test_a_draft_comes_back_as_it_was(tmp_path: Path, text: str) -> None:
    drafts = Drafts(tmp_path)
    assert drafts.find(SOURCE) is None
    assert not drafts.has(SOURCE)
    assert drafts.save(SOURCE, text, "a: 0\n", NOW) == text
    found = drafts.find(SOURCE)
    assert found is not None
    assert (found.text, found.at, found.source) == (text, NOW, SOURCE)
    assert drafts.has(SOURCE)
    assert drafts.find("file blog") is None
    drafts.remove(SOURCE)
    drafts.remove(SOURCE)
    assert drafts.find(SOURCE) is None


def test_only_its_owner_may_read_it(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.save(SOURCE, "a: 1", "", NOW)
    (path,) = drafts.folder.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(drafts.folder.stat().st_mode) == 0o700
    assert path.read_text(encoding="utf-8").splitlines()[1] == "a: 1", "a person can read it"


def test_no_value_of_a_secret_is_written(tmp_path: Path) -> None:
    text = (
        "# parameter TOKEN: secret | Token\nenv:\n  - TOKEN=hunter2 and more # here\n  - 'TOKEN=hunter2, x'\n"
        "  - |\n    TOKEN=hunter2\n    hunter2\n  - A=b\n"
    )
    drafts = Drafts(tmp_path)
    kept = drafts.save(SOURCE, text, "", NOW)
    assert kept != text
    assert all(b"hunter2" not in path.read_bytes() for path in drafts.folder.iterdir())
    found = drafts.find(SOURCE)
    assert found is not None
    assert "- A=b" in found.text


def test_too_large_a_text_is_refused_and_the_old_draft_stays(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.save(SOURCE, "old", "", NOW)
    with pytest.raises(BadInput, match="too large"):
        drafts.save(SOURCE, "x" * LARGEST, "", NOW)
    found = drafts.find(SOURCE)
    assert found is not None
    assert found.text == "old"


def test_a_disk_that_refuses_is_an_error_in_words(tmp_path: Path) -> None:
    (tmp_path / "drafts").write_text("not a folder")
    with pytest.raises((BadInput, DiskFault)):
        Drafts(tmp_path).save(SOURCE, "a", "", NOW)


def test_a_draft_that_cannot_be_read_stays_and_is_reported(tmp_path: Path) -> None:
    unreadable_rows.take()
    drafts = Drafts(tmp_path)
    drafts.save(SOURCE, "a: 1", "", NOW)
    (path,) = drafts.folder.iterdir()
    path.write_bytes(b"\xff\xfe no draft")
    assert drafts.find(SOURCE) is None
    assert path.is_file()
    assert "cannot be read" in unreadable_rows.take()[0]


def test_sources_differ() -> None:
    assert text_source("a") != text_source("b")


def test_an_older_text_never_comes_after_a_newer_one(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    writer = DraftWriter(drafts, SOURCE, "base")
    writer.write(2, "new", NOW)
    writer.write(1, "old", NOW)
    found = drafts.find(SOURCE)
    assert found is not None
    assert found.text == "new"
    writer.write(3, "base", NOW)
    assert not drafts.has(SOURCE), "what equals its source needs no draft"


def two_apps(home: Path) -> tuple[Drafts, Presence, Drafts, Presence]:
    one, two = Presence(home / "locks"), Presence(home / "locks")
    return Drafts(home, one), one, Drafts(home, two), two


def test_two_apps_on_one_preset_keep_both_texts(tmp_path: Path) -> None:
    first, one, second, two = two_apps(tmp_path)
    first.save(SOURCE, "of the first", "", NOW)
    second.save(SOURCE, "of the second", "", NOW + timedelta(seconds=1))
    first.save(SOURCE, "of the first, later", "", NOW + timedelta(seconds=2))
    second.remove(SOURCE)  # saved there: the draft of the other one stays
    second.save(SOURCE, "of the second, again", "", NOW + timedelta(seconds=3))
    for process in (one, two):
        process.end()
    third = Drafts(tmp_path)
    for text in ("of the second, again", "of the first, later"):
        found = third.find(SOURCE)
        assert found is not None
        assert found.text == text
        third.remove(SOURCE)
    assert third.find(SOURCE) is None


def test_what_an_app_left_belongs_to_the_next_and_what_another_types_does_not(tmp_path: Path) -> None:
    first, one, second, two = two_apps(tmp_path)
    first.save(SOURCE, "typed", "", NOW)
    found = second.find(SOURCE)
    assert found is not None
    second.remove(SOURCE)
    assert first.has(SOURCE), "the first one is still at work on it"
    one.end()
    second.find(SOURCE)
    second.save(SOURCE, "typed on", "", NOW)
    assert len(list(second.folder.iterdir())) == 1, "taken over, not copied"
    second.remove(SOURCE)
    assert not second.has(SOURCE)
    two.end()
    assert not list((tmp_path / "locks").iterdir())


def test_a_draft_of_an_earlier_program_is_found(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.save(SOURCE, "a: 1", "", NOW)
    (path,) = drafts.folder.iterdir()
    path.rename(path.with_name(f"{path.name.split('.')[0]}.yaml"))
    assert drafts.has(SOURCE)
    assert drafts.find(SOURCE) is not None
    drafts.remove(SOURCE)
    assert not drafts.has(SOURCE)
