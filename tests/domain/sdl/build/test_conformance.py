"""Every shared SDL file gives what the Go parser gives, byte for byte."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest

from akash_tui.adapters.chain.tx.messages import groups_proto
from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.build.compiler import Compiled
from tests.conformance import SHARED, go_cases, load, need, needs_shared

READER = SdlFiles()

CASES = go_cases()
OFFICIAL = SHARED / "sdl-official"
VALID = sorted((OFFICIAL / "input").glob("v*/*/input.yaml"))


def compiled(file: Path) -> Compiled:
    return READER.read(file.read_bytes(), file.name)


@needs_shared
def test_all_files_are_there() -> None:
    assert len(CASES) >= 333
    assert sum(f.parent.name == "sdl-next" for f in CASES) == 25
    assert len(VALID) == 15


@pytest.mark.parametrize("file", CASES, ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_same_as_go(file: Path) -> None:
    go = load(file.with_suffix(".json"))["go"]
    ours = compiled(file)
    assert ours.ok == go["ok"], (go.get("error"), [str(p) for p in ours.problems])
    if not ours.ok:
        assert ours.errors
        assert ours.groups == ()
        assert ours.version == b""
        return
    assert ours.errors == ()
    assert ours.manifest_json.decode() == go["manifest_json"]
    assert ours.version.hex() == go["version"]
    assert ours.groups_json == go["groups"]
    assert [base64.b64encode(g).decode() for g in groups_proto(ours.groups)] == go["groups_proto"]
    window = go.get("reclamation")
    assert ours.reclamation_ns == (int(window["min_window_ns"]) if window else None)


@pytest.mark.parametrize("file", VALID, ids=lambda f: "/".join(f.parts[-3:-1]))
def test_official_fixture(file: Path) -> None:
    expected = OFFICIAL / "output-fixtures" / file.parts[-3] / file.parts[-2]
    ours = compiled(file)
    assert ours.ok, [str(p) for p in ours.problems]
    assert json.loads(ours.manifest_json) == load(expected / "manifest.json")
    assert ours.groups_json == load(expected / "group-specs.json")


@pytest.mark.parametrize("file", sorted((OFFICIAL / "input/invalid").glob("*.yaml")), ids=lambda f: f.stem)
def test_official_invalid_is_refused(file: Path) -> None:
    ours = compiled(file)
    assert not ours.ok
    assert all(p.line >= 1 and p.column >= 1 and p.message and p.advice and p.code for p in ours.errors)


@pytest.mark.parametrize("file", sorted((OFFICIAL / "input/schema-only-invalid").glob("*.yaml")), ids=lambda f: f.stem)
def test_what_only_the_schema_refuses_compiles(file: Path) -> None:
    assert compiled(file).ok


@needs_shared
@pytest.mark.parametrize(
    ("name", "line", "column", "code"),
    [
        ("sdl-go-edge/expose-port-quoted", 8, 15, "sdl.number"),
        ("sdl-go-edge/env-as-map", 8, 7, "sdl.type"),
        ("sdl-go-edge/count-negative", 36, 14, "sdl.number"),
        ("sdl-go-edge/yaml-duplicate-service", 12, 3, "yaml.duplicate-key"),
        ("sdl-go-edge/gpu-interface-case", 29, 30, "sdl.gpu-interface"),
        ("sdl-go-edge/yaml-tab-indent", 6, 1, "yaml.syntax"),
        ("sdl/chromadb", 27, 17, "sdl.unit-spelling"),
        ("sdl-go-edge/units-infinity", 20, 17, "sdl.size-limit"),
    ],
)
def test_a_problem_points_at_its_place(name: str, line: int, column: int, code: str) -> None:
    (problem,) = compiled(need(SHARED / f"{name}.yaml")).problems
    assert (problem.line, problem.column, problem.code) == (line, column, code)
