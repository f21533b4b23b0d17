"""A draft for each source: written whole, read back exactly, without the value of any secret parameter."""

from __future__ import annotations

import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from akash_tui.services.drafts import LARGEST, Drafts, DraftWriter, preset_source, text_source
from akash_tui.services.errors import BadInput, DiskFault
from akash_tui.services.storage.home import unreadable_rows

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
