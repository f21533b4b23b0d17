"""What is decided about providers, and who is avoided by it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from akash_tui.domain.provider_note import UNDECIDED, ProviderNote, note_text, reason_text
from akash_tui.services.memory.provider_notes import ProviderNotes
from akash_tui.services.storage.home import unreadable_rows
from akash_tui.services.storage.journal import Journal
from tests.services.memory.conftest import NOW


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.db")
    yield journal
    journal.close()


def test_a_decision_is_kept_for_its_chain_and_an_empty_one_is_none(journal: Journal) -> None:
    notes, practice = ProviderNotes(journal, "akashnet-2"), ProviderNotes(journal, "practice-1")
    notes.set_favourite("a", True, NOW)
    notes.set_note("a", "fast disks", NOW)
    notes.block("b", "died twice in May", NOW)
    assert notes.all() == {"a": ProviderNote(True, None, "fast disks"), "b": ProviderNote(False, "died twice in May")}
    assert practice.all() == {}
    notes.set_favourite("a", False, NOW)
    notes.set_note("a", "", NOW)
    notes.block("b", None, NOW)
    assert notes.all() == {}
    assert notes.of("a") == UNDECIDED


def test_who_is_blocked_is_avoided_with_the_reason(journal: Journal) -> None:
    notes = ProviderNotes(journal, "akashnet-2")
    notes.block("b", "died twice", NOW)
    notes.set_favourite("c", True, NOW)
    assert notes.blocked() == {"b": "you blocked it: died twice"}


def test_what_another_process_decides_meanwhile_is_not_lost(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    other, writing = Journal(journal.path), journal.writing

    @contextmanager
    def slower() -> Iterator[sqlite3.Connection]:
        ProviderNotes(other, "akashnet-2").block("a", "died twice", NOW)
        with writing() as db:
            yield db

    monkeypatch.setattr(journal, "writing", slower)
    notes = ProviderNotes(journal, "akashnet-2")
    notes.set_favourite("a", True, NOW)
    other.close()
    assert notes.of("a") == ProviderNote(True, "died twice")


def test_one_or_all_are_forgotten(journal: Journal) -> None:
    notes = ProviderNotes(journal, "akashnet-2")
    for provider in "abc":
        notes.set_favourite(provider, True, NOW)
    assert notes.forget("b") == 1
    assert sorted(notes.all()) == ["a", "c"]
    assert notes.forget() == 2
    assert notes.all() == {}


@pytest.mark.parametrize("damage", ["favourite = 'yes'", "blocked = x'ff'", "note = x'ff'"])
def test_a_row_that_cannot_be_read_counts_as_blocked_until_it_is_unblocked(journal: Journal, damage: str) -> None:
    notes = ProviderNotes(journal, "akashnet-2")
    notes.block("a", "died twice", NOW)
    notes.set_favourite("b", True, NOW)
    with journal.writing() as db:
        db.execute(f"UPDATE provider_notes SET {damage} WHERE provider = 'a'")
    unreadable_rows.take()
    assert list(notes.blocked()) == ["a"]
    assert "its provider counts as blocked until you unblock it" in "".join(unreadable_rows.take())
    notes.set_favourite("a", True, NOW)
    assert list(notes.blocked()) == ["a"], "another decision does not lose the block"
    notes.block("a", None, NOW)
    assert notes.all() == {"a": ProviderNote(True), "b": ProviderNote(True)}


def test_a_row_without_a_readable_address_is_reported(journal: Journal) -> None:
    notes = ProviderNotes(journal, "akashnet-2")
    notes.block("a", "died twice", NOW)
    with journal.writing() as db:
        db.execute("UPDATE provider_notes SET provider = x'ff'")
    unreadable_rows.take()
    assert notes.all() == {}
    assert "cannot be read" in "".join(unreadable_rows.take())


def test_a_text_is_one_clean_line_of_bounded_length() -> None:
    assert note_text(" died\x1b[2J twice\n") == "died twice"
    with pytest.raises(ValueError, match="300"):
        note_text("x" * 301)
    with pytest.raises(ValueError, match="Say why"):
        reason_text("  ")
