"""What to do about a text that is not valid YAML, where the line itself shows it for certain."""

from __future__ import annotations

import re
from typing import Final

from akash_tui.domain.text import clean

_ANY: Final = "Check the indentation (spaces, never tabs), colons and quotes of this line and those around it."
_BARE_KEY: Final = re.compile(r"\s*(?:- )?([A-Za-z_][\w-]*)\s*")
_GLUED: Final = re.compile(r"\s*(?:- (?=port|name|size|global|model|service))?([A-Za-z_]\w*):(?!//)[^\s:\[\]{}]\S*\s*")
_VALUE: Final = re.compile(r"\s*(?:- )?[\w./-]+: +[^\s|>&#].*|\s*- [^:]*")
_DASH: Final = re.compile(r"\s*-[A-Za-z_]\S*\s*")
_SIGN: Final = re.compile(r"\s*(?:- )?(?:[\w.-]+:\s+|- )?([@`%]).*")


def advice_on(what: str, line: str, before: str) -> str:
    """The advice for libyaml's reason `what`, with the line on which the reader stopped and the one before.

    It repeats no value: that may be a secret.
    """
    if line.lstrip().startswith("```"):
        return "This line is Markdown, not YAML: remove it, and everything outside the code block."
    if "cannot start any token" in what:
        if "\t" in line[: len(line) - len(line.lstrip())]:
            return "A tab stands before the text of this line: indent with spaces."
        if sign := _SIGN.fullmatch(line):
            return f"A text cannot begin with {sign[1]}: write it in quotes."
    for each in (before, line):
        if glued := _GLUED.fullmatch(each):
            return f"A blank is missing after the colon of {clean(glued[1], 40)}."
        if _DASH.fullmatch(each):
            return "A blank is missing after the dash that begins a line."
    if "could not find expected ':'" in what and (bare := _BARE_KEY.fullmatch(before)):
        return f"A colon is missing: {clean(bare[1], 40)}:."
    if "mapping values are not allowed" in what:
        if '"' not in line and "'" not in line and re.search(r":\s.*:(?:\s|$)", line):
            return 'A text with a colon and a blank needs quotes: key: "a: b".'
        if bare := _BARE_KEY.fullmatch(before):
            return f"A colon is missing: {clean(bare[1], 40)}:."
        if _VALUE.fullmatch(before) and _indent(line) > _indent(before):
            return "This line is indented deeper than the one above, which has its value already: move it to the left."
    if "unknown escape" in what:
        return "In double quotes a backslash begins an escape: write \\\\ for a backslash, or use single quotes."
    if "end of stream" in what:
        return "A quote is opened here and never closed: close it."
    return _ANY


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
