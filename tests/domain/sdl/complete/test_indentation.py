"""A new line begins where the next key most likely stands."""

from __future__ import annotations

import pytest

from akash_tui.domain.sdl.complete.indentation import blanks_to_delete, indent_below


@pytest.mark.parametrize(
    ("left", "blanks"),
    [("", 0), ("services:", 2), ("  web:", 4), ("    image: nginx", 4), ("  - port: 80", 4), ("  - A=b", 2),
     ("    - |", 4), ("    command: |", 6), ("# note: x", 0), ("  expose:   ", 4)],
)  # fmt: skip
def test_a_new_line_is_indented(left: str, blanks: int) -> None:
    assert indent_below(left) == " " * blanks


@pytest.mark.parametrize(
    ("left", "count"), [("", 0), ("a", 0), ("  a", 0), (" ", 1), ("  ", 2), ("   ", 1), ("    ", 2)]
)
def test_one_step_back(left: str, count: int) -> None:
    assert blanks_to_delete(left) == count
