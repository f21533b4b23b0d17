"""Which custom host names a manifest asks for, also when a stranger wrote it."""

from __future__ import annotations

import json

import pytest

from akash_tui.domain.akash.manifest_hosts import declared_hosts
from tests.conformance import SHARED

INPUTS = SHARED / "recordings" / "provider" / "sdl_inputs.json"


@pytest.mark.skipif(not INPUTS.is_file(), reason=f"no recording at {INPUTS}")
def test_the_recorded_manifest() -> None:
    manifest = json.loads(INPUTS.read_text())["manifest"]["main"]
    value = json.loads(manifest) if isinstance(manifest, str) else manifest
    assert declared_hosts(value) == ("web.example.test",)


def test_each_once_and_in_order() -> None:
    exposes = [{"hosts": ["b.test", "a.test"]}, {"hosts": None}, {"hosts": ["a.test"]}]
    assert declared_hosts([{"services": [{"expose": exposes}]}]) == ("b.test", "a.test")


@pytest.mark.parametrize(
    "value",
    [
        None, 3, "x", {}, [None], [{"services": {}}], [{"services": [{"expose": [{"hosts": "abc"}]}]}],
        [{"services": [{"expose": [{"hosts": [3, None, "a b", "\x1b[2J", "a" * 300, "-a", "A.test"]}]}]}],
    ],
)  # fmt: skip
def test_what_is_none_gives_none(value: object) -> None:
    assert declared_hosts(value) == ()
