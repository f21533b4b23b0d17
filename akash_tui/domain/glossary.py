"""The glossary: each word of the program with its meaning, read from GLOSSARY.md."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

NOT_FOR_USERS: Final = "Development"
"""The part of the glossary that only who works on the program needs."""
_SENTENCE = re.compile(r".*?\.(?= |$)")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class GlossaryEntry:
    """One line of the glossary. `id` is the first of its names."""

    names: tuple[str, ...]
    meaning: str
    source: str
    part: str

    @property
    def id(self) -> str:
        return self.names[0]

    @property
    def short(self) -> str:
        """The first sentence of the meaning, without its stop."""
        found = _SENTENCE.match(self.meaning)
        return (found[0] if found else self.meaning).rstrip(".")


def parse_glossary(markdown: str) -> tuple[GlossaryEntry, ...]:
    """The entries of the tables `| names | meaning | source |` below headings, in their order; not those of
    `NOT_FOR_USERS`. Marks of code are left out."""
    part = ""
    out: list[GlossaryEntry] = []
    for line in markdown.splitlines():
        if line.startswith("## "):
            part = line.removeprefix("## ").strip()
        cells = [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|") or len(cells) != 3 or cells[0] == "term" or cells[0].startswith("---"):
            continue
        if part != NOT_FOR_USERS:
            out.append(GlossaryEntry(tuple(name.strip() for name in cells[0].split(",")), cells[1], cells[2], part))
    return tuple(out)


def search_glossary(entries: Sequence[GlossaryEntry], query: str) -> list[GlossaryEntry]:
    """Entries in which each word of `query` begins a word, those with all of them in a name first."""
    named = [entry for entry in entries if has_words(" ".join(entry.names), query)]
    rest = [entry for entry in entries if entry not in named and has_words(f"{entry.names} {entry.meaning}", query)]
    return [*named, *rest] if query.strip() else list(entries)


def has_words(text: str, query: str) -> bool:
    """Whether each word of `query` begins a word of `text`, or is its plural; False for a query without words."""
    words = _words(text)
    wanted = _words(query)
    return bool(wanted) and all(
        any(word.startswith(start) or f"{word}s" == start for word in words) for start in wanted
    )


@lru_cache(maxsize=1024)
def _words(text: str) -> tuple[str, ...]:
    """Its words in small letters. A palette asks for those of the same few hundred texts after each key."""
    return tuple(_WORD.findall(text.lower()))
