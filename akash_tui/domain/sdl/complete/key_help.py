"""What an explanation of a key is: what the key does, its units, an example; and how the tables of keys are read."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class KeyShape(StrEnum):
    """What stands behind a key."""

    VALUE = "value"
    MAPPING = "mapping"
    """Further keys below it."""
    ITEMS = "items"
    """A list: lines that begin with a dash."""


@dataclass(frozen=True, slots=True)
class KeyHelp:
    """One key of an SDL in plain words."""

    path: tuple[str, ...]
    """Without the items of lists; `*` for a name that the author of the SDL chooses."""
    what: str
    units: str = ""
    """What is written behind it, and in which units; empty where only keys stand below it."""
    example: str = ""
    values: tuple[str, ...] = ()
    """All values that Akash takes, where they are few."""
    shape: KeyShape = KeyShape.VALUE

    @property
    def name(self) -> str:
        """The key itself."""
        return self.path[-1]


def key(
    path: str,
    what: str,
    units: str = "",
    example: str = "",
    values: str = "",
    shape: KeyShape = KeyShape.VALUE,
) -> KeyHelp:
    """A line of a table of keys; `path` has dots, `values` blanks between its parts."""
    return KeyHelp(tuple(path.split(".")), what, units, example, tuple(values.split()), shape)
