"""No input makes the reader raise, hang or answer differently twice; what does not count does not change the hash."""

from __future__ import annotations

import hashlib
import random
import resource
import time
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.check.uses import _Uses
from akash_tui.domain.sdl.problem import Severity
from akash_tui.domain.sdl.read.model import Document
from akash_tui.domain.sdl.read.nodes import Mapping, Scalar
from akash_tui.domain.sdl.read.reading import SdlReading
from tests.conformance import needs_shared, sdl_cases

READER = SdlFiles()

BASE = """\
version: "2.0"
services:
  web:
    image: nginx:1.27
    env: [A=1, B=2]
    expose:
      - port: 80
        to:
          - global: true
    params:
      storage:
        data: {mount: /data}
  api:
    image: api:1
    expose: [{port: 90, to: [{service: web}]}]
profiles:
  compute:
    web:
      resources:
        cpu: {units: 0.5}
        memory: {size: 512Mi}
        storage: [{size: 1Gi}, {name: data, size: 2Gi, attributes: {persistent: true, class: beta2}}]
        gpu: {units: 1, attributes: {vendor: {nvidia: [{model: a100, ram: 80Gi}, {model: h100}]}}}
    api:
      resources: {cpu: {units: 1}, memory: {size: 1Gi}, storage: {size: 1Gi}}
  placement:
    akash:
      attributes: {host: akash, region: x}
      signedBy: {anyOf: [akash1x]}
      pricing: {web: {denom: uact, amount: 1000}, api: {denom: uact, amount: 10.5}}
deployment:
  web: {akash: {profile: web, count: 1}}
  api: {akash: {profile: api, count: 2}}
"""
TEXTS = [BASE, *(f.read_text(encoding="utf-8", errors="replace") for f in sdl_cases("sdl-go-edge"))]
QUICK = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def check(data: str | bytes) -> None:
    first = READER.read(data, "x")
    assert first == READER.read(data, "x")
    assert first.ok == (not first.errors)
    if first.ok:
        assert len(first.version) == 32
        assert first.groups
    else:
        assert first.groups == ()
        assert first.manifest_json == b""
    for problem in first.problems:
        assert problem.line >= 1
        assert problem.column >= 1
        assert problem.message
        assert problem.advice
        assert problem.severity in Severity
        for text in (problem.message, problem.path, problem.advice):
            assert text.isprintable(), text


@given(st.binary(max_size=400))
@QUICK
def test_any_bytes(data: bytes) -> None:
    check(data)


@given(st.text(alphabet=st.characters(codec=None), max_size=300))
@QUICK
def test_any_text(text: str) -> None:
    check(text)


@given(st.sampled_from(TEXTS), st.data())
@QUICK
def test_any_damage_to_a_real_file(text: str, data: st.DataObject) -> None:
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(text)))
        piece = data.draw(
            st.sampled_from(
                [
                    ":",
                    " ",
                    "\n",
                    "- ",
                    "[",
                    "]",
                    "{",
                    "}",
                    "&a ",
                    "*a",
                    "<<: *a",
                    "!!int ",
                    "'",
                    '"',
                    "|\n",
                    "#",
                    "\t",
                    "~",
                    "\0",
                    "\x1b[31m",
                    "\u202e",
                    "\ud800",
                    "null",
                    "-1",
                    "1e99",
                    "{}",
                    "[]",
                    "---\n",
                    "\ufeff",
                ]
            )
        )
        text = text[:at] + piece + text[at + data.draw(st.integers(0, 3)) :]
    check(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "sdl.empty"),
        ("# only\n", "sdl.empty"),
        ("~", "sdl.empty"),
        ("a: \0", "yaml.nul"),
        ("[" * 5000, "yaml.too-deep"),
        ("- " * 5000, "yaml.too-deep"),
        ("- x\n" * 70_000, "yaml.too-large"),
        ("#" * 2_000_000, "yaml.too-large"),
        ("a: *b", "yaml.alias"),
        ("a: \ud800", "yaml.encoding"),
        (b"\xff\xfe\x00", "yaml.encoding"),
        (b"a: \xff", "yaml.encoding"),
        ("%YAML 1.2\n---\na: 1", "yaml.syntax"),
        ("version: !!null 2", "yaml.tag"),
        ('a: "\\/"', "yaml.syntax"),
        ("version: 2.0\nservices: &s\n  web: *s\n", "yaml.alias"),
        ("version: 2.0\nservices: {<<: [1]}\n", "yaml.merge"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_impossible_files_get_a_reason(text: str | bytes, code: str) -> None:
    compiled = READER.read(text)
    assert not compiled.ok
    assert code in {p.code for p in compiled.problems}


def test_a_bomb_is_refused_quickly() -> None:
    lines = ["version: 2.0", "include:", "  - &a0 [" + ",".join("x" * 9) + "]"]
    lines += [f"  - &a{i} [{','.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 12)]
    services = ["services:", "  s0: &s", "    image: i", "    expose: [" + ",".join(["{port: 1}"] * 2000) + "]"]
    services += [f"  s{i}: *s" for i in range(1, 1000)]
    for text in ("\n".join(lines), "\n".join(["version: 2.0", *services])):
        started = time.process_time()
        assert not READER.read(text).ok
        assert time.process_time() - started < 10, "seconds of this process; all that it says would take minutes"


class Counted(str):
    """A key that counts how often it is compared with another."""

    compared = 0
    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.compared += 1
        return str.__eq__(self, other)


def test_the_first_of_repeated_keys_is_found_without_comparing_each_with_each() -> None:
    names = [Counted(f"k{number % 1999}") for number in range(2000)]
    keys = [Scalar(name, line=line) for line, name in enumerate(names, 1)]
    reading = SdlReading("x")
    Counted.compared = 0
    pairs = reading.pairs(Mapping(tuple((key, Scalar("1")) for key in keys)), "gpu")
    assert [key for key, _ in pairs] == keys
    assert reading.repeated == [("gpu.k0", keys[1999], keys[0])]
    assert Counted.compared < len(keys)


HALF_A_MB = 500_000
LONG = {
    "blanks in a size": ("size: 512Mi", f'size: "1{" " * HALF_A_MB}x"', "sdl.unit-spelling"),
    "blanks in a number of cores": ("units: 0.5", f'units: "1{" " * HALF_A_MB}x"', "sdl.cpu-units"),
    "blanks in a variable": ("A=1", f'"A: {" " * HALF_A_MB}x\\ny"', "sdl.env-name"),
    "a hidden value": ("A=1", f'"API_TOKEN={"*" * HALF_A_MB}\\nx"', "sdl.env-secret"),
    "the name of a secret": ("A=1", f'"{"A" * HALF_A_MB}_TOKEN=abc"', "sdl.env-secret"),
    "a name with limits": ("A=1", f'"TOKEN_{"MAX_" * (HALF_A_MB // 4)}\\nx=abc"', "sdl.env-name"),
}


@pytest.mark.parametrize("what", LONG)
def test_a_long_value_is_read_in_one_pass(what: str) -> None:
    old, new, code = LONG[what]
    problems = READER.check(BASE.replace(old, new, 1)).problems  # after minutes, if every place were tried again
    assert code in {problem.code for problem in problems}


def many(number: int) -> str:
    """An SDL of so many services, each in a placement of its own, and endpoints that none of them uses."""
    text = BASE.replace(
        "  api:\n", "".join(f"  s{n}: {{image: i:1, expose: [{{port: 80}}]}}\n" for n in range(number)) + "  api:\n", 1
    )
    there = "".join(f"    p{n}: {{pricing: {{api: {{denom: uact, amount: 1}}}}}}\n" for n in range(number))
    text = text.replace("    akash:\n", there + "    akash:\n", 1)
    text += "".join(f"  s{n}: {{p{n}: {{profile: api, count: 1}}}}\n" for n in range(number))
    return text + "endpoints:\n" + "".join(f"  e{n}: {{kind: ip}}\n" for n in range(number))


def test_nothing_is_gone_through_again_for_each_service_placement_or_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    walks: list[str] = []
    for owner, name in ((Document, "uses"), (_Uses, "_unsure")):
        monkeypatch.setattr(owner, name, counting(getattr(owner, name), walks))
    counts = []
    for number in (5, 50):
        for text in (many(number), many(number).partition("endpoints:")[0]):
            walks.clear()
            assert READER.check(text).ok == ("endpoints" not in text)
            counts.append(len(walks))
    assert counts[:2] == counts[2:]


def counting(walk: Callable[[Any], Any], walks: list[str]) -> Callable[[Any], Any]:
    """The method, which notes each of its calls."""

    def walk_and_note(self: Any) -> Any:
        walks.append(walk.__name__)
        return walk(self)

    return walk_and_note


def test_memory_stays_small() -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for text in (b"[" * 50_000_000, b"a: " + b"x" * 1_000_000, b"- x\n" * 200_000, b"{a: " * 200_000):
        assert not READER.read(text).ok
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000  # KiB


def test_a_comment_after_a_comment_may_be_indented_by_a_tab() -> None:
    text = BASE.replace("services:\n", "# one\n\t# two\n \t # three\nservices:\n", 1)
    assert READER.read(text).version == READER.read(BASE).version
    assert not READER.read(BASE.replace("services:\n", "\t# two\nservices:\n", 1)).ok


def shuffled(value: object, rng: random.Random) -> object:
    """The same data with the keys of every mapping in another order."""
    if isinstance(value, dict):
        keys = list(value)
        rng.shuffle(keys)
        return {key: shuffled(value[key], rng) for key in keys}
    return [shuffled(v, rng) for v in value] if isinstance(value, list) else value


@pytest.mark.parametrize("seed", range(20))
def test_order_of_keys_and_comments_do_not_count(seed: int) -> None:
    rng = random.Random(seed)
    expected = READER.read(BASE)
    assert expected.ok
    text = yaml.safe_dump(
        shuffled(yaml.safe_load(BASE), rng), sort_keys=False, default_flow_style=rng.choice([True, False])
    )
    again = READER.read(text)
    assert again.ok, [str(p) for p in again.problems]
    assert again.version == expected.version
    assert again.groups == expected.groups
    commented = "".join(f"{line}  # {seed}\n# c\n" for line in BASE.splitlines())
    assert READER.read(commented).manifest_json == expected.manifest_json


def test_the_hash_is_of_the_bytes() -> None:
    compiled = READER.read(BASE)
    assert compiled.version == hashlib.sha256(compiled.manifest_json).digest()


@needs_shared
def test_reading_takes_about_a_millisecond() -> None:
    files = [f.read_bytes() for f in sdl_cases("sdl")]
    started = time.process_time()
    for data in files:
        READER.read(data)
    assert (time.process_time() - started) / len(files) < 0.01
