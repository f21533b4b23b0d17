"""Every shipped preset and golden SDL comes back from a provider's copy: with its own hash, or marked as not exact."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.edit.rebuild import rebuild
from tests.conformance import ROOT

READER = SdlFiles()

PRESETS = sorted((ROOT / "sdl_templates").glob("*.yaml"))


def shown(manifest: bytes) -> list[dict[str, Any]]:
    """What GET manifest gives for it: every `endpoints` null (recordings, `lease_manifest_get`)."""
    groups: list[dict[str, Any]] = json.loads(manifest)
    for group in groups:
        for service in group["services"]:
            service["resources"]["endpoints"] = None
    return groups


@pytest.mark.parametrize("file", PRESETS, ids=lambda p: p.stem)
def test_a_preset_comes_back_with_its_hash(file: Path) -> None:
    compiled = READER.read(file.read_text(), file.name)
    assert compiled.ok
    again = READER.read(rebuild(shown(compiled.manifest_json), compiled.groups))
    assert again.problems == () or again.ok
    assert again.version == compiled.version
    assert again.groups == compiled.groups


def test_an_interconnect_group_comes_back() -> None:
    text = (
        (ROOT / "sdl_templates" / "multi-node.yaml").read_text().replace("interconnect: []", "interconnect: {group: a}")
    )
    compiled = READER.read(text)
    assert b'"interconnectGroup":"a"' in compiled.manifest_json
    assert READER.read(rebuild(shown(compiled.manifest_json), compiled.groups)).version == compiled.version


def test_what_is_no_manifest_is_refused() -> None:
    for odd in ([], [None], [{"name": "other"}], [{"name": 3, "services": 4}]):
        with pytest.raises(ValueError, match="none of the deployment's groups"):
            rebuild(odd, READER.read(PRESETS[0].read_text()).groups)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(st.sampled_from(["image", "env", "expose", "command", "params", "count", "resources", "credentials"]), JSON)
def test_strange_values_of_a_provider_never_break_it(key: str, value: object) -> None:
    compiled = READER.read(PRESETS[0].read_text())
    manifest = shown(compiled.manifest_json)
    manifest[0]["services"][0][key] = value
    text = rebuild(manifest, compiled.groups)
    READER.read(text)


def test_any_text_survives() -> None:
    text = "a\u202eb\x85\U0001f680 é: #\n'\\"
    compiled = READER.read(PRESETS[0].read_text())
    manifest = shown(compiled.manifest_json)
    manifest[0]["services"][0]["env"] = [f"KEY={text}"]
    rebuilt = rebuild(manifest, compiled.groups)
    assert rebuilt.replace("\n", "").isprintable()
    assert json.loads(READER.read(rebuilt).manifest_json)[0]["services"][0]["env"] == [f"KEY={text}"]
