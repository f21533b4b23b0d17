"""Plain characters in place of others, each as wide as what it stands for."""

from __future__ import annotations

import pytest

from akash_tui.domain.plain_text import to_plain


@pytest.mark.parametrize(
    ("text", "plain"), [("≈$0.92 · ✓", "~$0.92 - +"), ("╭─╮", "+-+"), ("plain", "plain"), ("né", "n?")]
)
def test_a_likeness_is_used_where_there_is_one(text: str, plain: str) -> None:
    assert to_plain(text) == plain


def test_what_has_none_is_as_wide_as_it_was() -> None:
    assert to_plain("日本", lambda _: 2) == "????"
