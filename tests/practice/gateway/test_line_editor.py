"""The keys of a practice shell's line."""

from __future__ import annotations

import pytest

from akash_tui.practice.gateway.line_editor import END, MOST, LineEditor


def lines(*parts: bytes) -> list[str]:
    editor = LineEditor("# ")
    return [line for part in parts for _, line in editor.typed(part) if line is not None]


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (b"ecko\x7f\x7fho hi\r", "echo hi"),
        (b"wrong\x15ls\r", "ls"),
        (b"ls /tmp /etc\x17\x17\r", "ls "),
        (b"o hi\x01ech\r", "echo hi"),
        (b"cho hi\x1b[H" + b"e\r", "echo hi"),
        (b"echo hix\x02\x0b\r", "echo hi"),
        (b"echo xhi\x1b[D\x1b[D\x1b[D\x1b[3~\x1b[F!\r", "echo hi!"),
        (b"\x7f\x7f\x1b[D\x1b[Cls\r", "ls"),
        ("é日\x7fx\r".encode(), "éx"),
        (b"rm -rf\x03ls\r", "ls"),
        (b"a\tb\x00\x1b[99zc\r", "abc"),
    ],
)
def test_a_line_is_edited(typed: bytes, line: str) -> None:
    assert lines(typed) == [line]
    assert lines(*(typed[n : n + 1] for n in range(len(typed)))) == [line], "byte by byte"


def test_earlier_lines_come_back() -> None:
    assert lines(b"one\r", b"two\r", b"\x1b[A\x1b[A\r", b"dra\x1b[A\x1b[Bft\r") == ["one", "two", "one", "draft"]


def test_what_is_echoed_is_what_a_terminal_needs() -> None:
    editor = LineEditor("# ")
    assert [echo for echo, _ in editor.typed(b"ab")] == ["a", "b"]
    assert [echo for echo, _ in editor.typed(b"\x02X")] == ["\r\x1b[K# ab\x1b[1D", "\r\x1b[K# aXb\x1b[1D"]
    assert [echo for echo, _ in editor.typed(b"\x03")] == ["^C\n# "]
    assert list(editor.typed(b"\x04")) == [("", END)]


def test_a_line_has_an_end() -> None:
    assert lines(b"x" * (2 * MOST) + b"\r") == ["x" * MOST]
