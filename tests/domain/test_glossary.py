"""The glossary is read from its tables; its search finds names before meanings."""

from __future__ import annotations

import pytest

from akash_tui.domain.glossary import has_words, parse_glossary, search_glossary

TEXT = """# Glossary

| term | meaning | source |
| --- | --- | --- |
| stray | Above all parts. | ours |

## Money

| term | meaning | source |
| --- | --- | --- |
| ACT, uact | Pays for `compute`; 1 ACT ≈ 1 US dollar. It is minted from AKT. | Akash |
| AKT | The token of the chain | Akash |
| broken | line |

## Development

| term | meaning | source |
| --- | --- | --- |
| soak | Many sessions. | common |
"""


def test_an_entry_has_its_names_meaning_source_and_part() -> None:
    entry = parse_glossary(TEXT)[1]
    assert (entry.id, entry.names, entry.source, entry.part) == ("ACT", ("ACT", "uact"), "Akash", "Money")
    assert entry.meaning.startswith("Pays for compute;")


def test_the_short_meaning_is_the_first_sentence() -> None:
    assert [e.short for e in parse_glossary(TEXT)] == [
        "Above all parts",
        "Pays for compute; 1 ACT ≈ 1 US dollar",
        "The token of the chain",
    ]


def test_what_only_developers_need_is_left_out() -> None:
    assert "soak" not in [e.id for e in parse_glossary(TEXT)]


def test_names_are_found_before_meanings() -> None:
    entries = parse_glossary(TEXT)
    assert [e.id for e in search_glossary(entries, "akt")] == ["AKT", "ACT"]
    assert [e.id for e in search_glossary(entries, "us doll")] == ["ACT"]
    assert search_glossary(entries, "xyzzy") == []
    assert search_glossary(entries, "  ") == list(entries)


@pytest.mark.parametrize(
    ("query", "expected"), [("cop dep", True), ("opy", False), ("", False), ("...", False), ("copy wallet", False)]
)
def test_each_word_must_begin_a_word(query: str, expected: bool) -> None:
    assert has_words("copy: Copy the deployment's number.", query) is expected


def test_a_plural_finds_its_word() -> None:
    assert has_words("What is grant?", "grants")
    assert has_words("Show all problems", "problem")
    assert not has_words("What is grant?", "grantss")
