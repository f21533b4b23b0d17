"""The comment lines at the top of an SDL, `# key: value`: what a preset says of itself."""

from __future__ import annotations

import re

from akash_tui.domain.text import clean

_BOM = "\ufeff"
_LINE = re.compile(r"#\s*([A-Za-z][A-Za-z0-9 _-]{0,30}?)\s*:\s*(.*)")


def header(text: str) -> dict[str, str]:
    """The `# key: value` lines at the top, keys in lower case; the first of a key counts."""
    meta: dict[str, str] = {}
    for line in header_lines(text):
        match = _LINE.fullmatch(line.rstrip())
        if match is not None:
            meta.setdefault(match[1].lower(), clean(match[2]))
    return meta


def header_lines(text: str) -> list[str]:
    """The comment lines at the top, without their line ends."""
    lines: list[str] = []
    for line in text.removeprefix(_BOM).splitlines():
        if not line.startswith("#"):
            break
        lines.append(line)
    return lines


def with_header(text: str, key: str, value: str) -> str:
    """The text with this line in its header; an empty value removes it. All else stays."""
    mark = _BOM if text.startswith(_BOM) else ""
    lines = text.removeprefix(_BOM).splitlines(keepends=True)
    count = len(header_lines(text))
    places = [n for n in range(count) if (found := _LINE.fullmatch(lines[n].rstrip())) and found[1].lower() == key]
    end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    new = [f"# {key}: {value}{end}"] if value else []
    if places:
        lines[places[0] : places[0] + 1] = new
    else:
        keyed = [n for n in range(count) if _LINE.fullmatch(lines[n].rstrip())]
        at = 0
        while at in keyed:  # behind the first block of keys
            at += 1
        lines[at:at] = new
    return mark + "".join(lines)
