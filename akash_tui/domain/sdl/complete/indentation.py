"""How deep a new line of YAML begins, and how far one step back goes."""

from __future__ import annotations

from typing import Final

from akash_tui.domain.sdl.complete.cursor_place import key_of

STEP: Final = 2


def indent_below(left: str) -> str:
    """The blanks that a new line begins with, when the line is broken behind `left`."""
    body = left.lstrip(" ")
    blanks = len(left) - len(body)
    found = key_of(left)
    if found is None:
        return " " * blanks
    column, _, value = found
    opens = not value.strip() or value.strip() in ("|", ">", "|-", ">-")
    return " " * (column + STEP if opens else column)


def blanks_to_delete(left: str) -> int:
    """How many blanks left of the cursor one step back deletes; 0 where it is an ordinary character."""
    if not left or left.strip(" "):
        return 0
    return (len(left) - 1) % STEP + 1
