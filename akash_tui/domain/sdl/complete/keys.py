"""The table of all keys of an SDL, looked up by the path where the cursor stands."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from akash_tui.domain.sdl.complete.cursor_place import ITEM
from akash_tui.domain.sdl.complete.file_keys import FILE_KEYS
from akash_tui.domain.sdl.complete.key_help import KeyHelp
from akash_tui.domain.sdl.complete.profile_keys import PROFILE_KEYS
from akash_tui.domain.sdl.complete.service_keys import SERVICE_KEYS

ANY_NAME: Final = "*"
KEYS: Final[tuple[KeyHelp, ...]] = (
    *(key for key in FILE_KEYS if key.name == "version"),
    *SERVICE_KEYS,
    *PROFILE_KEYS,
    *(key for key in FILE_KEYS if key.name != "version"),
)
_BY_PATH: Final = {key.path: key for key in KEYS}


def plain_path(path: Sequence[str]) -> tuple[str, ...]:
    """The path without the items of lists."""
    return tuple(part for part in path if part != ITEM)


def find_key(path: Sequence[str]) -> KeyHelp | None:
    """The explanation of the key at this path of a file; None for a key that Akash does not know."""
    return _find(plain_path(path))


@lru_cache(maxsize=512)
def _find(path: tuple[str, ...]) -> KeyHelp | None:
    patterns: list[tuple[str, ...]] = [()]
    for part in path:
        known = [(*before, each) for before in patterns for each in (part, ANY_NAME)]
        patterns = [pattern for pattern in known if pattern in _BY_PATH]
        if not patterns:
            return None
    return _BY_PATH[patterns[0]] if patterns[0] else None


def keys_below(path: Sequence[str]) -> tuple[KeyHelp, ...]:
    """The keys that may stand below this path, in the usual order; `*` among them stands for a name."""
    above = find_key(path)
    if path and above is None:
        return ()
    start = above.path if above is not None else ()
    return tuple(key for key in KEYS if key.path[:-1] == start)
