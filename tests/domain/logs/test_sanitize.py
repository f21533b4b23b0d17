"""Log lines: colours stay, everything else that a terminal would act on goes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.domain.logs.sanitize import LINE_LIMIT, clean_log, without_colours


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("plain words", "plain words"),
        ("\x1b[32mINFO\x1b[0m up", "\x1b[32mINFO\x1b[0m up"),
        ("\x1b[1;38;5;208morange", "\x1b[1;38;5;208morange\x1b[0m"),
        ("\x1b[38;2;1;2;3mrgb\x1b[m", "\x1b[38;2;1;2;3mrgb\x1b[0m"),
        ("\x1b[38;5;999mno such colour", "no such colour"),
        ("\x1b[8mhidden\x1b[5;31mblink", "hidden\x1b[31mblink\x1b[0m"),
        ("\x1b[2J\x1b[Hhome", "home"),
        ("\x1b]0;title\x07words", "words"),
        ("\x1b]52;c;cm0gLXJm\x1b\\words", "words"),
        (" 10%\r 50%\r100%", "100%"),
        ("done\r\n", "done"),
        ("  indented\ttab", "  indented      tab"),
        ("a\x00b\u202ec", "abc"),
        ("café 日本語 🚀", "café 日本語 🚀"),
        ("", ""),
    ],
)
def test_what_stays(raw: str, clean: str) -> None:
    assert clean_log(raw) == clean


def test_bare_words() -> None:
    assert without_colours(clean_log("\x1b[32mINFO\x1b[0m up")) == "INFO up"


def test_long_lines_are_cut() -> None:
    for raw in ("x" * 10_000, "é" * 10_000, "\x1b[31m" + "é" * 10_000, "\x1b[31mx" * 5_000):
        line = without_colours(clean_log(raw))
        assert len(line) <= LINE_LIMIT
        assert line.endswith("…") or len(line) < LINE_LIMIT


@given(st.text(alphabet=st.sampled_from("\x1b[]m0123456789;:?HJK\x07\\\r\n\t aé\x9b\x90\u202e"), max_size=200))
def test_nothing_but_colours_gets_through(raw: str) -> None:
    line = clean_log(raw)
    rest = re.sub(r"\x1b\[[0-9;]+m", "", line)
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202e]", rest), line
    assert clean_log(line) == line


@pytest.mark.parametrize("raw", ["\n\t", "\x1c ", "\x1b[31m\u2028\x1b[0m", "\x85"])
def test_a_line_of_nothing_but_blanks_breaks_no_line(raw: str) -> None:
    assert not re.search(r"[\x00-\x1a\x1c-\x1f\x7f-\x9f\u2028]", clean_log(raw))


def test_only_so_many_colours_in_one_line() -> None:
    line = clean_log("".join(f"\x1b[{31 + n % 6}mx" for n in range(2000)))
    assert line.count("\x1b[") == 65  # the last one ends the colour
    assert without_colours(line) == "x" * 2000
    assert clean_log(line) == line
