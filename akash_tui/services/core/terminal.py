"""What this terminal can show, from its environment: plain characters only, colours or none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_COLOURLESS_TERMINALS: Final = ("dumb", "vt1", "vt2", "vt3", "vt4", "vt5")
"""What TERM begins with where neither colours nor Unicode are: `vt100` and its kin."""
_PLAIN_TERMINALS: Final = (*_COLOURLESS_TERMINALS, "linux")
"""The console of Linux has few signs in its font."""
_PYTHONS_OWN: Final = ("C.UTF-8", "C.utf8", "UTF-8")
"""What Python itself writes into LC_CTYPE where the locale is C (PEP 538): it says nothing about the terminal."""


def plain_characters(environ: Mapping[str, str], encoding: str | None) -> bool:
    """Whether only ASCII can be shown: by the terminal's kind, by the locale, or because `encoding`, in which the
    program writes, has nothing else. Without any locale in the environment UTF-8 is taken for granted."""
    if environ.get("TERM", "").startswith(_PLAIN_TERMINALS) or not is_utf8(encoding):
        return True
    locale = environ.get("LC_ALL") or environ.get("LC_CTYPE") or environ.get("LANG") or "UTF-8"
    if locale in _PYTHONS_OWN and not environ.get("LC_ALL") and environ.get("LANG") in ("C", "POSIX"):
        return True
    return not is_utf8(locale)


def colourless(environ: Mapping[str, str]) -> bool:
    """Whether no colour may be sent: NO_COLOR is set to anything (https://no-color.org), or the terminal has none."""
    return bool(environ.get("NO_COLOR")) or environ.get("TERM", "").startswith(_COLOURLESS_TERMINALS)


def is_utf8(name: str | None) -> bool:
    """Whether an encoding, or the one that a locale's name ends with, is UTF-8."""
    return "utf8" in (name or "").lower().replace("-", "")
