"""The shipped presets: they compile, can be reached, say what they are, and name real GPUs and fixed tags."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.edit.parameters import checked_value, parameters
from akash_tui.domain.sdl.lint.prices import Medians
from tests.conformance import ROOT, SHARED, load

READER = SdlFiles()

FOLDER = ROOT / "sdl_templates"
FILES = sorted(FOLDER.glob("*.yaml"))
HEADER = re.compile(r"# ([a-z-]+): (.+)")


def header(text: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        match = HEADER.fullmatch(line)
        if match:
            found.setdefault(match[1], []).append(match[2])
    return found


def images(text: str) -> list[str]:
    return re.findall(r"^\s+image: (\S+)$", text, re.MULTILINE)


MEDIANS = Medians({name: Decimal(price) for name, price in {
    "a100": "1.10", "a5000": "0.26", "h100": "1.90", "h200": "3.00", "rtx3060": "0.10", "rtx3090": "0.25",
    "rtx4090": "0.50", "rtx5090": "0.76", "rtxa6000": "0.63", "t4": "0.20",
}.items()})  # fmt: skip
"""Usual prices, as markets have had them: no preset may be remarked upon for its prices or the order of its models."""


def test_the_presets_are_there() -> None:
    assert len(FILES) >= 14
    assert {"comfyui", "multi-node", "ollama-webui", "vllm-chat", "web-page"} <= {f.stem for f in FILES}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_it_compiles_without_any_complaint(file: Path) -> None:
    compiled = READER.read(file.read_text(encoding="utf-8"), file.name)
    assert compiled.ok
    assert READER.check(file.read_text(encoding="utf-8"), file.name, MEDIANS).problems == ()
    manifest = json.loads(compiled.manifest_json)
    assert any(e["global"] for g in manifest for s in g["services"] for e in s["expose"])
    assert {u.price.denom for g in compiled.groups for u in g.units} == {"uact"}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_its_header_is_whole_and_true(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    meta = header(text)
    assert {k: len(v) for k, v in meta.items() if k != "image-source"} == dict.fromkeys(
        ("title", "summary", "gpus", "vram", "tags"), 1
    )
    assert len(meta["image-source"]) == len(images(text))
    assert all(url.startswith("https://") for url in meta["image-source"])
    models = [c.model for c in READER.gpu_choices(text)]
    assert meta["gpus"] == [", ".join(models) or "none"]
    assert int(meta["vram"][0]) == (0 if not models else min(_vram(m) for m in models))


def _vram(model: str) -> int:
    devices = load(SHARED / "indexer" / "gpus.json")["10de"]["devices"].values()
    return min(int(d["memory_size"].removesuffix("Gi")) for d in devices if d["name"] == model)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_models_are_named_as_the_network_names_them(file: Path) -> None:
    names = {d["name"] for d in load(SHARED / "indexer" / "gpus.json")["10de"]["devices"].values()}
    models = {c.model for c in READER.gpu_choices(file.read_text(encoding="utf-8"))}
    assert models <= names
    assert len(models) >= 4 or not models


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_its_parameters_stand_somewhere_and_take_their_own_values(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    for parameter in parameters(text):
        value = READER.value(text, parameter.key)
        assert value is not None, parameter.name
        if parameter.secret:
            assert value == ""
        elif value:
            assert checked_value(parameter, value) == value
        assert parameter.about


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_images_have_a_fixed_tag(file: Path) -> None:
    found = images(file.read_text(encoding="utf-8"))
    assert found
    for image in found:
        name, _, tag = image.rpartition(":")
        assert name, image
        assert re.search(r"\d", tag), image
        assert "latest" not in tag


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_every_named_volume_is_mounted(file: Path) -> None:
    for group in json.loads(READER.read(file.read_text(encoding="utf-8")).manifest_json):
        for service in group["services"]:
            named = {v["name"] for v in service["resources"]["storage"]} - {"default"}
            assert named == {m["name"] for m in (service.get("params") or {}).get("storage") or []}


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_the_hourly_limit_in_the_comment_is_right(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    stated = re.findall(r"amount: (\d+) # at most about ([\d.]+) ACT an hour", text)
    assert len(stated) == len(re.findall(r"\bamount:", text))
    for amount, hourly in stated:
        assert f"{int(amount) * 3600 / 6.098 / 1e6:.2f}" == hourly


def test_the_job_of_several_nodes_has_one_interconnect_of_two_nodes() -> None:
    compiled = READER.read((FOLDER / "multi-node.yaml").read_text(encoding="utf-8"))
    (group,) = compiled.groups
    assert [(a.key, a.value) for a in group.attributes] == [("capabilities/gpu-interconnect", "true")]
    assert {s["interconnectGroup"] for s in json.loads(compiled.manifest_json)[0]["services"]} == {"auto"}
    assert sum(unit.count for unit in group.units) == 2
