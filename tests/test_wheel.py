"""The wheel: what the program reads from its own package is in it."""

from __future__ import annotations

import zipfile
from pathlib import Path

import hatchling.build
import pytest

from akash_tui.domain.glossary import parse_glossary

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    folder = tmp_path_factory.mktemp("wheel")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        return zipfile.ZipFile(folder / hatchling.build.build_wheel(str(folder)))


def test_the_glossary_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    text = wheel.read("akash_tui/GLOSSARY.md").decode()
    assert text == (ROOT / "GLOSSARY.md").read_text(encoding="utf-8")
    assert {"AKT", "escrow"} <= {entry.id for entry in parse_glossary(text)}


def test_every_preset_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    packed = {name for name in wheel.namelist() if name.startswith("akash_tui/sdl_templates/")}
    assert packed == {f"akash_tui/sdl_templates/{path.name}" for path in (ROOT / "sdl_templates").glob("*.yaml")}
