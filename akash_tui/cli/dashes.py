"""Options that begin with a wrong dash, as word processors and web pages write them: `–network` for `--network`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from akash_tui.services.errors import BadInput

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
_WRONG = re.compile(rf"^([{_DASHES}]{{1,3}})([A-Za-z][A-Za-z-]*)(?:=|$)")


def refuse_wrong_dashes(arguments: Sequence[str]) -> None:
    """Raise `BadInput` for an argument that looks like an option and begins with another dash than a hyphen."""
    for argument in _ours(arguments):
        found = _WRONG.match(argument)
        if found is not None and set(found[1]) != {"-"} and not Path(argument).exists():
            right = _option(found[2])
            raise BadInput(f"{found[1]}{found[2]} begins with a dash that is not a hyphen.", f"Write {right}.")


def meant_option(arguments: Sequence[str]) -> str | None:
    """`--network` where `-network` is among the arguments: a long option with one hyphen; None without any."""
    for argument in _ours(arguments):
        found = _WRONG.match(argument)
        if found is not None and found[1] == "-" and len(found[2]) > 2:
            return _option(found[2])
    return None


def _option(name: str) -> str:
    return f"-{name}" if len(name) == 1 else f"--{name}"


def _ours(arguments: Sequence[str]) -> Sequence[str]:
    """Those before `--`: what follows belongs to another program."""
    given = list(arguments)
    return given[: given.index("--")] if "--" in given else given
