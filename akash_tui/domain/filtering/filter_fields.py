"""What a filter can ask of a row: names, kinds, units, and how each value is read.

A value that is not known is None, and stays so through every comparison: it is never counted as a match,
nor as a match of the opposite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Any

from akash_tui.domain.filtering.column_names import aliases


class FieldKind(StrEnum):
    """NAME values are compared whole (`*` stands for anything), TEXT by what they contain."""

    NUMBER = "number"
    NAME = "name"
    TEXT = "text"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to ask for; `read` gives a number, a flag, or (sure, possible) texts; None is not known."""

    name: str
    kind: FieldKind
    help: str
    read: Callable[[Any], Any]
    by: str
    """What a hidden row is hidden by, in the counts: several fields share `price`."""
    units: tuple[str, ...] = ()
    """Words that may follow a number, each with its factor in `FACTORS`."""


FACTORS = {"": Decimal(1), "%": Decimal(1), "gb": Decimal(1), "gib": Decimal(1), "ms": Decimal(1), "$": Decimal(1)}
FACTORS |= {"h": Decimal(1), "d": Decimal(24), "m": Decimal(1) / 60, "s": Decimal(1000)}
Texts = tuple[Sequence[str], Sequence[str]] | None
"""Texts that the row surely has, and those that it may have."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What can be asked of one kind of rows."""

    fields: dict[str, Field]
    aliases: dict[str, str]
    haystack: Callable[[Any], str]
    """All that a row names, folded: plain words are searched in it."""

    def field(self, name: str) -> Field | None:
        """The field of this name or alias, in capitals or not."""
        name = name.lower()
        return self.fields.get(self.aliases.get(name, name))


def vocabulary(
    fields: Iterable[Field], haystack: Callable[[Any], str], more: Mapping[str, str] | None = None
) -> Vocabulary:
    """The fields by their names, in this order; they are found by their former names too, and by those of `more`."""
    by_name = {field.name: field for field in fields}
    return Vocabulary(by_name, aliases(by_name, more), haystack)


def number_field(name: str, by: str, help: str, read: Callable[[Any], Any], *units: str) -> Field:
    """A field of numbers."""
    return Field(name, FieldKind.NUMBER, help, read, by, units)


def texts(*values: str | None) -> Texts:
    """Texts that a row surely has; without one it is not known."""
    found = [value.casefold() for value in values if value]
    return (found, ()) if found else None


@lru_cache(maxsize=4096)  # few different figures, asked for with every key
def percent(share: float | Decimal | None) -> Decimal | None:
    """A share from 0 to 1 in per cent."""
    return None if share is None else Decimal(str(share)) * 100
