"""Labels and values in two columns."""

from __future__ import annotations

import pytest

from akash_tui.domain.akash.money import Coin
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import LabelledLine, lay_out


@pytest.mark.parametrize("label", ["name", "costs", "comes back", "✗ line 12"])
def test_a_label_never_touches_its_value(label: str) -> None:
    first, second = lay_out([LabelledLine(label, "nothing"), LabelledLine("a", "nothing too")], 60, 5)
    assert f"{label} nothing" in first.plain or f"{label}  nothing" in first.plain
    assert first.plain.index("nothing") == second.plain.index("nothing")


def test_short_labels_have_the_width_that_was_given() -> None:
    (line,) = lay_out([LabelledLine("a", "b")], 60, 14)
    assert line.plain == "a" + " " * 13 + "b"


def test_without_labels_nothing_is_indented() -> None:
    (line,) = lay_out([LabelledLine("", "b")], 60, 0)
    assert line.plain == "b"


def test_what_is_added_is_never_shown_as_zero() -> None:
    assert [formatting.added(Coin("uact", n)) for n in (2_500_000, 1_200)] == ["2.50 ACT", "0.001200 ACT"]
