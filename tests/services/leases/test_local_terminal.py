"""The way out of a hung shell: a tilde and a dot at the beginning of a line, and nowhere else."""

from __future__ import annotations

import pytest

from akash_tui.services.leases.local_terminal import EscapeKeys


@pytest.mark.parametrize(
    ("typed", "sent", "leaves"),
    [
        (["~."], b"", True),
        (["~", "."], b"", True),
        (["ls\r", "~."], b"ls\r", True),
        (["a~."], b"a~.", False),
        (["~~."], b"~.", False),
        (["~x"], b"~x", False),
        (["cd ~.\r"], b"cd ~.\r", False),
        (["x\n~", "/bin\r"], b"x\n~/bin\r", False),
    ],
)
def test_escape(typed: list[str], sent: bytes, leaves: bool) -> None:
    escape, out, left = EscapeKeys(), b"", False
    for keys in typed:
        data, left = escape.pass_on(keys.encode())
        out += data
    assert (out, left) == (sent, leaves)
