"""Text that a person gives is UTF-8, or UTF-16 with a byte order mark; anything else is named with its place."""

from __future__ import annotations

from pathlib import Path

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.services.ports import BadFile
from akash_tui.services.storage.files import decode_user_text, read_user_text, replace_text
from tests.domain.sdl.lint.example_files import BASE

READER = SdlFiles()

NAMED = BASE.replace("MODE=fast", "MODE=Zürich 😀")
WINDOWS = NAMED.replace("\n", "\r\n")


def text_of(raw: bytes) -> str:
    return decode_user_text(raw, "x.yaml", "an SDL", 1_000_000, utf16=True)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16-le", "utf-16-be"])
def test_an_sdl_of_windows_means_the_same(encoding: str, tmp_path: Path) -> None:
    mark = "\ufeff" if encoding.startswith("utf-16") else ""
    raw = (mark + WINDOWS).encode(encoding)
    expected = READER.read(NAMED)
    assert expected.ok
    assert READER.read(raw).version == expected.version
    assert READER.read(text_of(raw)).version == expected.version
    file = tmp_path / "x.yaml"
    file.write_bytes(raw)
    replace_text(file, read_user_text(file, "an SDL", 1_000_000, utf16=True).replace("512Mi", "1Gi"))
    assert file.read_bytes() == (mark + WINDOWS.replace("512Mi", "1Gi")).encode(encoding)


@pytest.mark.parametrize(
    "raw",
    ["\ufeffa: b".encode("utf-16-le")[:-1], b"\xff\xfea\x00:\x00 \x00\x00\xd8b\x00", b"\xfe\xff\xdc\x00\x00a"],
    ids=["half a character", "half a pair", "the wrong half of a pair"],
)
def test_broken_utf_16_is_refused(raw: bytes) -> None:
    with pytest.raises(BadFile, match="not UTF-16 text"):
        text_of(raw)
    (problem,) = READER.read(raw).problems
    assert problem.code == "yaml.encoding"


def test_utf_16_without_a_mark_is_refused() -> None:
    (problem,) = READER.read(BASE.encode("utf-16-le")).problems
    assert problem.code == "yaml.nul"


@pytest.mark.parametrize(("byte", "letter"), [(0xFC, "ü"), (0xE9, "é"), (0x93, "“"), (0x81, None)])
def test_a_byte_that_is_not_utf_8_has_its_place(byte: int, letter: str | None) -> None:
    raw = BASE.encode().replace(b"MODE=fast", b"MODE=" + bytes([byte]))
    with pytest.raises(BadFile) as caught:
        text_of(raw)
    assert (caught.value.line, caught.value.column) == (7, 14)
    assert caught.value.reason == f"The byte 0x{byte:02X} is not UTF-8 text."
    assert (f"the byte is {letter}" in caught.value.advice) == (letter is not None)


@pytest.mark.parametrize(("character", "name"), [("\x1b", "U+001B (escape"), ("\x07", "U+0007"), ("\x7f", "U+007F (d")])
def test_a_control_character_is_named(character: str, name: str) -> None:
    (problem,) = READER.read(BASE.replace("MODE=fast", f"MODE=é{character}[31m")).problems
    assert (problem.code, problem.line, problem.column) == ("yaml.control", 7, 15)
    assert name in problem.message
    assert problem.advice == "Remove the invisible character."
