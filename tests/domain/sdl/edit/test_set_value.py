"""One value of an SDL is set by its place, and no other byte changes."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.services.storage.presets import Presets

READER = SdlFiles()

SDL = """\
version: "2.0"  # the form
services:
  web:
    image: nginx:1.27 # the page
    env:
      - MODEL=qwen3:8b # which one
      - "GREETING=hello, you"
    expose:
      - port: 80
        as: 80
        to: [{global: true}]
  db:
    image: 'postgres:17'
    env: [MODEL=other, SIZE=2]
    command:
      - |
        sleep 1
profiles:
  compute:
    small: &small
      resources:
        cpu: {units: 0.5}
        memory: {size: 512Mi}
        storage:
          - size: 1Gi
          - name: data
            size: 2Gi
    again: *small
  placement:
    dc:
      pricing:
        small: {denom: uact, amount: 1000}
        again: {denom: uact, amount: 1000}
deployment:
  web: {dc: {profile: small, count: 1}}
  db: {dc: {profile: again, count: 1}}
"""


def changed(key: str, value: str) -> list[str]:
    """The lines that are new, and nothing else than lines in their place."""
    lines = difflib.ndiff(SDL.splitlines(), READER.with_value(SDL, key, value).splitlines())
    return [line[2:].strip() for line in lines if line.startswith("+ ")]


@pytest.mark.parametrize(
    ("key", "value", "lines"),
    [
        ("services.web.image", "nginx:1.29", ["image: nginx:1.29 # the page"]),
        ("web.image", "a/b@sha256:00", ["image: a/b@sha256:00 # the page"]),
        ("db.image", "postgres:18", ['image: "postgres:18"']),
        ("profiles.compute.small.resources.cpu.units", "2", ["cpu: {units: 2}"]),
        ("profiles.compute.small.resources.storage.0.size", "5Gi", ["- size: 5Gi"]),
        ("profiles.compute.small.resources.storage.data.size", "9Gi", ["size: 9Gi"]),
        ("profiles.placement.dc.pricing.again.amount", "77", ["again: {denom: uact, amount: 77}"]),
        ("deployment.web.dc.count", "3", ["web: {dc: {profile: small, count: 3}}"]),
        ("web.expose.0.port", "8080", ["- port: 8080"]),
        ("web.env.MODEL", "llama3:8b", ["- MODEL=llama3:8b # which one"]),
        ("services.db.env.SIZE", "3", ["env: [MODEL=other, SIZE=3]"]),
        ("MODEL", "m", ["- MODEL=m # which one", "env: [MODEL=m, SIZE=2]"]),
        ("GREETING", "bye", ['- "GREETING=bye"']),
        ("GREETING", 'a "b" #c: d', ['- "GREETING=a \\"b\\" #c: d"']),
        ("MODEL", "", ["- MODEL= # which one", "env: [MODEL=, SIZE=2]"]),
        ("web.env.HF_TOKEN", "x y", ['- "HF_TOKEN=x y"']),
        ("db.env.NEW", "1", ["env: [MODEL=other, SIZE=2, NEW=1]"]),
        ("web.image", "evil: {a: b}", ['image: "evil: {a: b}" # the page']),
        ("web.image", "two\nlines", ['image: "two\\nlines" # the page']),
        ("web.image", "", ['image: "" # the page']),
    ],
)
def test_one_value_is_set_and_every_other_byte_stays(key: str, value: str, lines: list[str]) -> None:
    assert changed(key, value) == lines


@pytest.mark.parametrize(
    ("key", "description"),
    [
        ("NOPE", "No service has the variable NOPE; there are GREETING, MODEL, SIZE"),
        ("services.wbe.image", "There is no wbe in services; there are db, web"),
        ("web.env.9", "9 is not a valid variable name"),
        ("web.expose.7.port", "no item 7 in services.web.expose: it has 1"),
        ("version.a", "version is a single value"),
        ("services.web", "more than one value"),
        ("profiles.compute.again", "shared by an alias"),
        ("db.command.0", "edited by hand"),
        ("", "No service has the variable"),
        (".", "There is no"),
    ],
)
def test_a_place_that_cannot_be_set_is_refused_with_what_is_there(key: str, description: str) -> None:
    with pytest.raises(ValueError, match=re.escape(description)):
        READER.with_value(SDL, key, "1")


@pytest.mark.parametrize("text", ["", "a: [", "- a\n", "just text"])
def test_what_is_no_sdl_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"cannot be read|No service"):
        READER.with_value(text, "MODEL", "1")


def test_what_the_compiler_reads_is_what_was_set() -> None:
    text = READER.with_value(SDL, "web.env.MODEL", "a#b: 'c'")
    compiled = READER.read(READER.with_value(text, "web.expose.0.as", "81"))
    assert compiled.ok, compiled.problems
    assert "MODEL=a#b: 'c'" in compiled.manifest_json.decode()


def test_a_mark_at_the_start_and_line_breaks_stay() -> None:
    text = "\ufeff" + SDL.replace("\n", "\r\n")
    done = READER.with_value(text, "web.env.NEW", "1")
    assert done == text.replace('hello, you"\r\n', 'hello, you"\r\n      - NEW=1\r\n')


def test_a_shipped_preset_takes_its_model(tmp_path: Path) -> None:
    text = Presets(tmp_path).find("ollama-webui").text()
    assert READER.read(READER.with_value(text, "MODEL", "llama3.2:1b")).ok
