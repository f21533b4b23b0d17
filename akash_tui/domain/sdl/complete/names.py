"""The names that an SDL gives itself: its services, compute profiles, placements, endpoints and volumes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from akash_tui.domain.sdl.complete.cursor_place import key_of

_FAR = 20_000


def names_in(lines: Sequence[str], section: tuple[str, ...]) -> tuple[str, ...]:
    """The keys directly below a section, such as `("profiles", "compute")`, in the order of the file."""
    return tuple(dict.fromkeys(name for path, name, _ in _entries(lines) if path == section))


def volumes_in(lines: Sequence[str]) -> tuple[str, ...]:
    """The names of all volumes of the compute profiles."""
    found = [
        value.partition("#")[0].strip().strip("'\"")
        for path, name, value in _entries(lines)
        if name == "name" and path[:2] == ("profiles", "compute") and path[-1:] == ("storage",)
    ]
    return tuple(dict.fromkeys(value for value in found if value))


def _entries(lines: Sequence[str]) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Every key that stands on a line, with those above it and what is written behind it; lists do not count."""
    above: list[tuple[int, str]] = []
    for line in lines[:_FAR]:
        if line.lstrip().startswith("#"):
            continue
        found = key_of(line)
        if found is None:
            continue
        column, name, value = found
        while above and above[-1][0] >= column:
            above.pop()
        yield tuple(each for _, each in above), name, value
        above.append((column, name))
