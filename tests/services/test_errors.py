"""Every error that is raised in our own words says what to do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import akash_tui
from akash_tui.services import errors
from akash_tui.services.errors import AkashError

PACKAGE = Path(akash_tui.__file__).parent
ERRORS = {name for name, each in vars(errors).items() if isinstance(each, type) and issubclass(each, Exception)}
FIRST, SECOND = 1, 2


def speechless(source: str) -> Iterator[int]:
    """Lines that raise or make an error of ours with no advice, or an empty one."""
    for node in ast.walk(ast.parse(source)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ERRORS):
            continue
        named = [word.value for word in node.keywords if word.arg == "advice"]
        given = node.args[FIRST:SECOND] or named
        spread = any(isinstance(each, ast.Starred) for each in node.args)
        if not spread and (not given or (isinstance(given[0], ast.Constant) and not given[0].value)):
            yield node.lineno


@pytest.mark.parametrize("folder", ["adapters", "cli", "services"])
def test_every_error_says_what_to_do(folder: str) -> None:
    files = sorted((PACKAGE / folder).rglob("*.py"))
    assert files
    assert [f"{p.relative_to(PACKAGE)}:{line}" for p in files for line in speechless(p.read_text("utf-8"))] == []


def test_an_error_without_advice_is_found() -> None:
    assert list(speechless("raise BadInput('x')\nraise Locked('x', '')\nraise NoBid('x', advice='y')\n")) == [1, 2]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("The provider failed: no such pod", "The provider failed: no such pod."),
        ("The provider failed.", "The provider failed."),
        ("Really?", "Really?"),
        ("", ""),
    ],
)
def test_what_happened_is_a_whole_sentence(title: str, shown: str) -> None:
    assert (AkashError(title).title, str(AkashError(title))) == (shown, shown)
