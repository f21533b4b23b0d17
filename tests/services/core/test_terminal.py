"""What a terminal can show, by its environment."""

from __future__ import annotations

import pytest

from akash_tui.services.core.terminal import colourless, plain_characters


@pytest.mark.parametrize(
    ("environ", "encoding", "plain"),
    [
        ({"TERM": "xterm-256color", "LANG": "de_DE.UTF-8"}, "utf-8", False),
        ({"TERM": "vte-256color", "LANG": "C.utf8"}, "UTF-8", False),
        ({"TERM": "linux", "LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"TERM": "vt100", "LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"TERM": "dumb", "LANG": "en_US.UTF-8"}, "utf-8", True),
        ({"TERM": "xterm", "LANG": "de_DE"}, "utf-8", True),
        ({"TERM": "xterm", "LANG": "en_US.UTF-8", "LC_ALL": "C"}, "utf-8", True),
        ({"TERM": "xterm", "LANG": "en_US.UTF-8", "LC_ALL": ""}, "utf-8", False),
        ({"TERM": "xterm", "LANG": "en_US.UTF-8", "LC_CTYPE": "POSIX"}, "utf-8", True),
        ({"TERM": "xterm", "LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", True),  # as Python leaves LANG=C
        ({"TERM": "xterm", "LC_CTYPE": "C.UTF-8"}, "utf-8", False),  # as it leaves an environment without a locale
        ({"TERM": "xterm", "LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "en_US.UTF-8"}, "utf-8", False),
        ({"TERM": "xterm", "LANG": "en_US.UTF-8"}, "iso8859-1", True),
        ({}, "utf-8", False),
        ({}, None, True),
    ],
)
def test_characters(environ: dict[str, str], encoding: str | None, plain: bool) -> None:
    assert plain_characters(environ, encoding) is plain


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, False),
        ({"NO_COLOR": ""}, False),
        ({"NO_COLOR": "0"}, True),
        ({"TERM": "vt220"}, True),
        ({"TERM": "linux"}, False),
    ],
)
def test_colours(environ: dict[str, str], expected: bool) -> None:
    assert colourless(environ) is expected
