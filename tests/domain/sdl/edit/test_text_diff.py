"""What differs between two texts, in a few lines."""

from __future__ import annotations

from akash_tui.domain.sdl.edit.text_diff import LONGEST_COMPARED, LineChange, TextDiff, fingerprint, short_diff


def test_changed_lines_are_shown_in_order_with_their_numbers() -> None:
    found = short_diff("a\nb\nc\n", "a\nB\nc\nd\n")
    assert found.changes == (LineChange("-", 2, "b"), LineChange("+", 2, "B"), LineChange("+", 4, "d"))
    assert (found.removed, found.added, found.left_out) == (1, 2, 0)


def test_only_the_first_are_shown_and_the_rest_is_counted() -> None:
    found = short_diff("", "\n".join(map(str, range(30))), most=4)
    assert [change.text for change in found.changes] == ["0", "1", "2", "3"]
    assert (found.removed, found.added, found.left_out) == (0, 30, 26)


def test_a_difference_in_line_ends_alone_has_no_changed_line() -> None:
    assert short_diff("a\r\nb", "a\nb\n") == TextDiff((), 0, 0)
    assert fingerprint("a\r\nb") != fingerprint("a\nb\n")


def test_a_text_too_long_to_compare_is_only_said_to_differ() -> None:
    assert short_diff("a", "x\n" * (LONGEST_COMPARED + 1)) == TextDiff((), -1, -1)
