"""The list of what can be copied: each thing on one line, whatever is in it."""

from __future__ import annotations

import pytest

from akash_tui.ui.base.copy_menu import on_one_line


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("akash1abc", "akash1abc"),
        ("day\tleased\n2024-11-24\t1\n", "2 lines: day leased"),
        ("a\tb", "a b"),
        ("\n\nfirst\nsecond", "2 lines: first"),
    ],
)
def test_a_thing_to_copy_is_shown_on_one_line(text: str, shown: str) -> None:
    assert on_one_line(text) == shown
