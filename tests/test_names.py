"""Names and words: no two public classes of one name, and the product's sentences in plain standard English."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "akash_tui"
OTHER_PARTIES = ("practice", "wire")
"""Packages that may use the chain's names again: they are not the client."""

CLEAN_PAGES = (
    *("README.md", "ARCHITECTURE.md", "CHANGELOG.md", "CONTRIBUTING.md", "GLOSSARY.md", "SECURITY.md", "docs"),
    "sdl_templates",
)
GENERATED = ("docs/keys.md",)
"""Comes from the registry of actions: clean when that is."""

BANNED = re.compile(
    r"\b(told|tells|anew|dear(er)?|mend(s|ed|ing)?|hush(es|ed)?|nudge[sd]?|lent|ways? in|goes on costing|of one's own"
    r"|whoever|so many|shall|seldom|befall\w*|lest|reckon\w*)\b",
    re.IGNORECASE,
)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def public_classes(root: Path) -> dict[str, list[str]]:
    """Each public class outside practice and wire, with the modules that define one of that name."""
    found: dict[str, list[str]] = defaultdict(list)
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] in OTHER_PARTIES:
            continue
        for node in parsed(path).body:
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                found[node.name].append(str(path.relative_to(root)))
    return found


def test_no_two_public_classes_share_a_name() -> None:
    classes = public_classes(PACKAGE)
    assert len(classes) > 200
    assert {name: where for name, where in classes.items() if len(where) > 1} == {}


def test_a_second_class_of_a_name_is_found(tmp_path: Path) -> None:
    for module in ("ui/a.py", "domain/b.py", "practice/c.py"):
        (tmp_path / module).parent.mkdir(exist_ok=True)
        (tmp_path / module).write_text("class Kind: ...\n")
    assert public_classes(tmp_path) == {"Kind": ["domain/b.py", "ui/a.py"]}


def strings(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Every string of a module with its line, docstrings included."""
    for node in ast.walk(module):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def pages() -> list[Path]:
    places = [ROOT / place for place in CLEAN_PAGES]
    files = [file for place in places for file in (sorted(place.rglob("*.*")) if place.is_dir() else [place])]
    return [file for file in files if str(file.relative_to(ROOT)) not in GENERATED]


def test_strings_and_docstrings_are_plain_english() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {hit[0]!r}"
        for path in modules()
        for line, text in strings(parsed(path))
        for hit in BANNED.finditer(text)
    ]
    assert found == []


def test_pages_are_plain_english() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {hit[0]!r}"
        for path in pages()
        for line, text in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for hit in BANNED.finditer(text)
    ]
    assert found == []


@pytest.mark.parametrize(
    "text", ["It is Told once.", "No way in.", "Mended: 2", "a network of one's own", "Whoever pays", "so many bids"]
)
def test_a_banned_word_is_found(text: str) -> None:
    assert BANNED.search(text)


@pytest.mark.parametrize("text", ["intolerable", "recommended", "Where a bid comes in.", "silent", "always indoors"])
def test_an_innocent_word_is_not(text: str) -> None:
    assert not BANNED.search(text)


def all_errors() -> set[str]:
    """The names of `AkashError` and of every class that is a kind of it."""
    bases = {
        node.name: {getattr(base, "id", "") for base in node.bases}
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.ClassDef)
    }
    errors = {"AkashError"}
    while more := {name for name, parents in bases.items() if parents & errors} - errors:
        errors |= more
    return errors


def last_words(node: ast.expr) -> str | None:
    """How a sentence ends; None where a value stands at its end."""
    if isinstance(node, ast.JoinedStr):
        node = node.values[-1]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return last_words(node.right)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


COMMAND_AT_THE_END = re.compile(r"akash-tui |--[a-z]+( [A-Z0-9]+)?$|^ +8h\b|=$")
"""A full stop would be taken for a part of the command (or of the line of an SDL) to type."""


def endless_sentences(module: ast.Module, errors: set[str]) -> list[tuple[int, str]]:
    """Titles and advice of errors in a module that end with neither a stop nor a command, with their lines."""
    found = []
    for node in ast.walk(module):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", getattr(node.func, "attr", "")) not in errors:
            continue
        named = [keyword.value for keyword in node.keywords if keyword.arg in ("title", "advice")]
        for text in map(last_words, [*node.args[:2], *named]):
            if text and text[-1] not in ".?!" and not COMMAND_AT_THE_END.search(text):
                found.append((node.lineno, text))
    return found


def test_a_sentence_of_an_error_ends_with_a_stop() -> None:
    errors = all_errors()
    assert {"BadInput", "Unreachable", "Refused", "SecretsNeeded"} <= errors
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text}"
        for path in modules()
        for line, text in endless_sentences(parsed(path), errors)
    ]
    assert found == []


def test_a_sentence_without_its_stop_is_found() -> None:
    source = 'raise BadInput("No such file", f"Look at {path}.")\nraise BadInput("No.", advice="Try: akash-tui demo")\n'
    assert endless_sentences(ast.parse(source), {"BadInput"}) == [(1, "No such file")]


def test_each_path_of_the_architecture_exists() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`(akash_tui/[\w/.]+)`", text)) | set(re.findall(r"`(tests/[\w/.]+)`", text))
    assert len(named) > 40
    assert sorted(path for path in named if not (ROOT / path).exists()) == []
    recipes = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [path for path in re.findall(r"`(akash_tui/[\w/.]+)`", recipes) if not (ROOT / path).exists()] == []


def files_of_walk(text: str, title: str) -> list[str]:
    """The files in the table of one walk: whole paths, and names after their folder."""
    table = text.split(f"### {title}\n")[1].split("\n### ")[0]
    files, folder = [], ""
    for token in re.findall(r"`([\w/.]+)`", "\n".join(line for line in table.splitlines() if line.startswith("| "))):
        if token.endswith("/"):
            folder = token
        else:
            files.append(token if token.startswith("akash_tui/") else folder + token)
    return files


@pytest.mark.parametrize(
    ("walk", "most"), [("One bid becomes a row", 25), ("One accept becomes a lease and a manifest", 45)]
)
def test_a_walk_is_short_and_its_files_are_there(walk: str, most: int) -> None:
    files = files_of_walk((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), walk)
    assert 20 <= len(files) == len(set(files)) <= most
    assert [file for file in files if not (ROOT / file).is_file()] == []
