"""Plain characters in place of others, each as wide as what it stands for."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from akash_tui.domain.plain_text import to_plain

PACKAGE = Path(__file__).parents[2] / "akash_tui"
OTHERWISE = {"domain/sdl/go/text.py", "domain/sdl/go/numbers.py", "ui/wallet/qr.py"}
"""Characters that an SDL may have, of which none is drawn; a QR code, which is drawn of others there."""
BAD_BYTE = "\ufffd"
"""Stands for what cannot be shown at all: a question mark says so."""


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("≈$0.92 · ✓", "~$0.92 - +"),
        ("╭─╮", "+-+"),
        ("plain", "plain"),
        ("né", "n?"),
        ("h100 ≤ 1.50, any ≥ 40 GB", "h100 <=1.50, any >=40 GB"),
        ("±0", "+0"),
    ],
)
def test_a_likeness_is_used_where_there_is_one(text: str, plain: str) -> None:
    assert to_plain(text) == plain


def test_what_has_none_is_as_wide_as_it_was() -> None:
    assert to_plain("日本", lambda _: 2) == "????"


def drawn_texts(source: str) -> Iterator[str]:
    """The strings of a module without its docstrings."""
    module = ast.parse(source)
    texts = {
        id(node.value)
        for node in ast.walk(module)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in texts:
            yield node.value


def test_all_that_we_draw_has_a_likeness() -> None:
    found = {
        (str(path.relative_to(PACKAGE)), char)
        for room in ("ui", "domain", "services")
        for path in (PACKAGE / room).rglob("*.py")
        if str(path.relative_to(PACKAGE)) not in OTHERWISE
        for text in drawn_texts(path.read_text(encoding="utf-8"))
        for char in text
        if char.isprintable() and char not in (BAD_BYTE, "?") and "?" in to_plain(char)
    }
    assert found == set()
