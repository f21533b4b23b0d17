"""Presets: shipped and own ones, their headers, saving and removing."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.edit.header import header, with_header
from akash_tui.domain.sdl.edit.text_diff import fingerprint
from akash_tui.services.ports import BadInput
from akash_tui.services.storage.presets import FileAsRead, PresetChanged, Presets, name_for

READER = SdlFiles()

TEXT = "# title: A web page\n# Summary: One page.\n# tags: web, small ,\n#\n# words\n---\nversion: '2.0'\n"


@pytest.fixture
def presets(tmp_path: Path) -> Presets:
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    (shipped / "web.yaml").write_text(TEXT)
    (shipped / "other.yaml").write_text("version: '2.0'\n")
    (shipped / "Not A Name.yaml").write_text("x")
    (shipped / "latin.yaml").write_bytes(b"\xff\xfc")
    return Presets(tmp_path / "home", shipped)


def test_headers_are_read(presets: Presets) -> None:
    web = presets.find("web")
    assert (web.title, web.summary, web.tags, web.own) == ("A web page", "One page.", ("web", "small"), False)
    assert presets.find("other").title == "other"
    assert web.text() == TEXT


def test_unreadable_files_and_bad_names_are_left_out(presets: Presets) -> None:
    assert [p.name for p in presets.list()] == ["other", "web"]


def test_headers_end_with_the_comments_and_hide_nothing() -> None:
    assert header("# a: 1\n# a: 2\nversion: 2\n# b: 3\n") == {"a": "1"}
    assert header("\ufeff# title: \x1b[31mred\x1b[0m\n") == {"title": "red"}
    assert header("") == {}


def test_own_ones_hide_shipped_ones(presets: Presets) -> None:
    saved = presets.save("web", "version: '2.1'\n")
    assert saved.own
    assert [(p.name, p.own) for p in presets.list()] == [("web", True), ("other", False)]
    assert stat.S_IMODE(saved.path.stat().st_mode) == 0o600
    with pytest.raises(BadInput, match="already"):
        presets.save("web", "other")
    presets.save("web", "replaced", replace=True)
    assert presets.find("web").text() == "replaced"
    presets.remove("web")
    assert not presets.find("web").own
    with pytest.raises(BadInput):
        presets.remove("web")


def test_a_file_that_another_copy_saved_is_not_overwritten(presets: Presets) -> None:
    path = presets.save("mine", "one").path
    read = FileAsRead.of(path, "one")
    assert read.newer_text() is None
    Presets(presets.folder.parent).save("mine", "two", replace=True)  # another copy of the program
    assert read.newer_text() == "two"
    with pytest.raises(PresetChanged) as refused:
        presets.save("mine", "three", over=read.fingerprint)
    assert (refused.value.now, refused.value.exit_code) == ("two", 2)
    assert presets.find("mine").text() == "two"
    presets.save("mine", "three", over=fingerprint("two"))
    assert presets.find("mine").text() == "three"
    path.unlink()
    assert read.newer_text() is None, "a file that is gone says nothing"
    presets.save("mine", "four", over=read.fingerprint)
    assert presets.find("mine").text() == "four"


@pytest.mark.parametrize("name", ["", "../x", "a/b", "UP", "a b", ".hidden", "x" * 65])
def test_bad_names(presets: Presets, name: str) -> None:
    with pytest.raises(BadInput):
        presets.save(name, "x")
    with pytest.raises(BadInput):
        presets.find(name)


def test_a_file_that_went(presets: Presets) -> None:
    preset = presets.save("mine", "x")
    preset.path.unlink()
    with pytest.raises(BadInput):
        preset.text()


def test_every_shipped_preset_compiles_and_says_what_it_is(tmp_path: Path) -> None:
    listed = Presets(tmp_path).list()
    assert listed
    for preset in listed:
        compiled = READER.read(preset.text(), preset.path.name)
        assert compiled.ok, (preset.name, compiled.problems)
        assert preset.summary, preset.name
        assert preset.title != preset.name


def test_own_ones_are_copied_renamed_described_and_brought_back(presets: Presets) -> None:
    assert presets.copy("web", "mine").text() == TEXT
    with pytest.raises(BadInput, match="already"):
        presets.copy("other", "mine")
    described = presets.describe("mine", {"note": "for the demo", "tags": "a, b", "summary": ""})
    assert (described.note, described.tags, described.summary) == ("for the demo", ("a", "b"), "")
    assert described.text().endswith("# words\n---\nversion: '2.0'\n")
    with pytest.raises(BadInput, match="one line"):
        presets.describe("mine", {"note": "two\nlines"})
    assert presets.rename("mine", "chat").note == "for the demo"
    assert [p.name for p in presets.list() if p.own] == ["chat"]
    presets.remove("chat")
    assert presets.restore("chat").note == "for the demo"
    with pytest.raises(BadInput, match="No preset chat was removed"):
        presets.restore("chat")
    presets.remove("chat")
    presets.save("chat", "another")
    with pytest.raises(BadInput, match="already"):
        presets.restore("chat")
    with pytest.raises(BadInput, match="comes with the program"):
        presets.rename("web", "x")
    with pytest.raises(BadInput, match="comes with the program"):
        presets.describe("web", {"note": "x"})


def test_a_header_line_is_set_where_it_stands_or_behind_the_others() -> None:
    text = "# title: one\n#\n# words\n---\nversion: '2.0'\n"
    assert with_header(text, "title", "two") == text.replace("one", "two")
    assert with_header(text, "note", "x") == text.replace("one\n", "one\n# note: x\n")
    assert with_header("\ufeffversion: 1\r\n", "note", "x") == "\ufeff# note: x\r\nversion: 1\r\n"
    assert with_header(text, "title", "") == text.removeprefix("# title: one\n")
    assert (name_for("My SDL, v2"), name_for("…")) == ("my-sdl-v2", "")
