"""Every key that the reader of an SDL knows is explained, and no other one; its example is right."""

from __future__ import annotations

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.complete.completion import key_at
from akash_tui.domain.sdl.complete.key_help import KeyHelp, KeyShape
from akash_tui.domain.sdl.complete.keys import ANY_NAME, KEYS, find_key, keys_below
from akash_tui.domain.sdl.read.document import SECTIONS
from akash_tui.domain.sdl.read.service import EXPOSE_FIELDS, HTTP_FIELDS, SERVICE_FIELDS, TARGET_FIELDS
from tests.domain.sdl.complete.cursor_texts import SDL

RESOURCES = "profiles.compute.x.resources"


@pytest.mark.parametrize(
    ("path", "known"),
    [
        ("", SECTIONS),
        ("services.x", SERVICE_FIELDS),
        ("services.x.expose.-", EXPOSE_FIELDS),
        ("services.x.expose.-.to.-", TARGET_FIELDS),
        ("services.x.expose.http_options", HTTP_FIELDS),
        ("services.x.expose.to.http_options", HTTP_FIELDS),
        ("services.x.params", ("storage", "permissions", "tee")),
        ("services.x.params.storage.y", ("mount", "readOnly")),
        ("services.x.credentials", ("host", "email", "username", "password")),
        (RESOURCES, ("cpu", "gpu", "memory", "storage")),
        (f"{RESOURCES}.storage.-", ("name", "size", "attributes")),
        (f"{RESOURCES}.gpu", ("units", "attributes")),
        ("profiles.placement.x", ("attributes", "signedBy", "pricing")),
        ("profiles.placement.x.pricing.y", ("amount", "denom")),
        ("deployment.x.y", ("profile", "count")),
    ],
)
def test_all_keys_are_explained(path: str, known: tuple[str, ...]) -> None:
    assert {key.name for key in keys_below(path.split(".") if path else ())} == set(known)


def test_no_key_has_two_explanations_and_each_is_whole() -> None:
    assert len({key.path for key in KEYS}) == len(KEYS)
    for key in KEYS:
        assert key.what.endswith("."), key.path
        assert len(key.what) <= 110, key.path
        assert key.units or key.shape is not KeyShape.VALUE or key.path[-1] == ANY_NAME, key.path
        assert key.example or key.name == "include", key.path


@pytest.mark.parametrize(
    "key", [k for k in KEYS if k.example and ANY_NAME not in k.name], ids=lambda k: ".".join(k.path)
)
def test_an_example_is_at_its_key(key: KeyHelp) -> None:
    name = key.example.removeprefix("- ").partition(":")[0]
    assert name == key.name or key.shape is KeyShape.ITEMS or key.name == "vendor"


def test_the_key_under_the_cursor_is_explained() -> None:
    lines = SDL.split("\n")
    read = SdlFiles().check(SDL)
    assert read.ok
    for row, line in enumerate(lines):
        column = len(line) - len(line.lstrip(" -"))
        if line.strip() and not line.strip().startswith(("- --", "- A=")):
            help = key_at(lines, row, column)
            assert help is not None, line
            name = line.strip(" -").partition(":")[0]
            assert help.name in (name, ANY_NAME), line
    assert find_key(("services", "x", "nothing")) is None
