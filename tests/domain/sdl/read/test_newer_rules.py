"""The rules of go/sdl v0.4.4: interconnects, strict CPU fields, HTTP timeouts as durations, options without effect."""

from __future__ import annotations

import json

import pytest

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.domain.sdl.problem import Severity
from tests.domain.sdl.lint.example_files import BASE

READER = SdlFiles()

VENDOR = "                - model: rtx4090\n"
CAPABLE = BASE.replace(
    "    akash:\n      pricing:",
    '    akash:\n      attributes:\n        capabilities/gpu-interconnect: "true"\n      pricing:',
)
JOINED = CAPABLE.replace(VENDOR, VENDOR + "            interconnect: {group: ring}\n")
TIMED = BASE.replace("        as: 80\n", "        as: 80\n        http_options:\n          read_timeout: 60000\n")


def codes(compiled: Compiled) -> list[str]:
    return [p.code for p in compiled.errors]


def interconnect(value: str) -> Compiled:
    return READER.read(CAPABLE.replace(VENDOR, f"{VENDOR}            interconnect: {value}\n"))


@pytest.mark.parametrize(
    ("value", "group"),
    [
        ("[]", "auto"),
        ("{group: ring}", "ring"),
        ("{group: 0x1F, color: red}", "0x1F"),
        ("{group: Auto}", "Auto"),
        ("{group: true}", "true"),
        ("true\n            interconnect: []", None),
        ("[]\n            interconnect: {group: last}", "last"),
    ],
)
def test_a_group_is_an_attribute_of_the_order_and_a_field_of_the_service(value: str, group: str | None) -> None:
    compiled = interconnect(value)
    if group is None:
        assert codes(compiled) == ["sdl.interconnect"]
        return
    assert compiled.ok, codes(compiled)
    (unit,) = compiled.groups[0].units
    assert [(a.key, a.value) for a in unit.resources.gpu_attributes] == [
        ("interconnect/group", group),
        ("vendor/nvidia/model/rtx4090", "true"),
    ]
    assert json.loads(compiled.manifest_json)[0]["services"][0]["interconnectGroup"] == group


def test_without_an_interconnect_the_manifest_has_no_such_field() -> None:
    assert "interconnect" not in READER.read(BASE).manifest_json.decode()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("true", "sdl.interconnect"),
        ("", "sdl.interconnect"),
        ("~", "sdl.interconnect"),
        ("ring", "sdl.interconnect"),
        ("[ring]", "sdl.interconnect"),
        ("{}", "sdl.interconnect"),
        ("{group: }", "sdl.interconnect"),
        ('{group: ""}', "sdl.interconnect"),
        ("{group: auto}", "sdl.interconnect"),
        ("{group: [a]}", "sdl.type"),
        ("{group: {a: b}}", "sdl.type"),
        ("{group: a, group: b}", "yaml.duplicate-key"),
    ],
)
def test_other_forms_of_an_interconnect_are_refused(value: str, code: str) -> None:
    assert codes(interconnect(value)) == [code]


def test_an_alias_is_no_interconnect() -> None:
    text = CAPABLE.replace("    env:\n      - MODE=fast\n", "    dependencies: &none []\n")
    assert codes(READER.read(text.replace(VENDOR, f"{VENDOR}            interconnect: *none\n"))) == [
        "sdl.interconnect"
    ]


def test_an_interconnect_needs_gpus_and_a_vendor() -> None:
    assert codes(READER.read(JOINED.replace("gpu:\n          units: 1", "gpu:\n          units: 0"))) == [
        "sdl.interconnect"
    ]
    text = CAPABLE.replace(f"            vendor:\n              nvidia:\n{VENDOR}", "            interconnect: []\n")
    assert codes(READER.read(text)) == ["sdl.gpu-vendor"]
    old = CAPABLE.replace(VENDOR, f"{VENDOR}            interconnect_group: ring\n")
    (problem,) = READER.read(old).errors
    assert (problem.code, problem.advice) == ("sdl.gpu-field", "Write interconnect: {group: NAME}.")


@pytest.mark.parametrize("text", ["True", "yes", '"True"', "1"])
def test_the_capability_is_exactly_true(text: str) -> None:
    assert codes(READER.read(JOINED.replace('gpu-interconnect: "true"', f"gpu-interconnect: {text}"))) == [
        "sdl.interconnect-capability"
    ]
    assert READER.read(JOINED.replace('gpu-interconnect: "true"', "gpu-interconnect: true")).ok


def test_a_fabric_alone_is_not_the_capability_and_an_unused_profile_is_free() -> None:
    fabric = JOINED.replace("gpu-interconnect:", "gpu-interconnect/fabric/roce:")
    assert codes(READER.read(fabric)) == ["sdl.interconnect-capability"]
    spare = (
        "  compute:\n    spare:\n      resources: {cpu: {units: 1}, gpu: {units: 1, attributes: {vendor: {nvidia: }, "
    )
    assert READER.read(BASE.replace("  compute:\n", f"{spare}interconnect: []}}}}}}\n")).ok


def test_a_group_name_that_is_no_label_is_a_warning() -> None:
    for name, bad in (("ring-1", False), ("a" * 63, False), ("a" * 64, True), ("-a", True), ("ring 1", True)):
        report = READER.check(JOINED.replace("{group: ring}", f"{{group: {name}}}"))
        assert report.ok
        assert ("sdl.interconnect-group" in {p.code for p in report.problems}) == bad, name


def test_one_node_alone_is_a_hint() -> None:
    assert "sdl.interconnect-alone" in {p.code for p in READER.check(JOINED).problems}
    assert "sdl.interconnect-alone" not in {
        p.code for p in READER.check(JOINED.replace("count: 1", "count: 2")).problems
    }


# --- CPU ------------------------------------------------------------------------------------------

CPU = "        cpu:\n          units: 2\n"


@pytest.mark.parametrize(
    ("cpu", "code"),
    [
        ("        cpu: {units: 2, arch: arm64}\n", "sdl.cpu-field"),
        ("        cpu: {units: 2, <<: {}}\n", "sdl.cpu-field"),
        ("        cpu: {units: 2, attributes: {arch: ARM64}}\n", "sdl.cpu-arch"),
        ("        cpu: {units: 2, attributes: {arch: }}\n", "sdl.cpu-arch"),
        ("        cpu: {units: 2, attributes: {arch: [amd64]}}\n", "sdl.type"),
        ("        cpu: {units: 2, attributes: {arch: amd64, arch: amd64}}\n", "yaml.duplicate-key"),
        ("        cpu: {units: 2, attributes: {vendor: amd}}\n", "sdl.cpu-attribute"),
        ("        cpu: 2\n", "sdl.cpu-limit"),
        ("        cpu: [units]\n", "sdl.type"),
    ],
)
def test_other_fields_of_a_cpu_are_refused(cpu: str, code: str) -> None:
    assert codes(READER.read(BASE.replace(CPU, cpu))) == [code]


@pytest.mark.parametrize(
    ("cpu", "milli", "arch"),
    [
        ("        cpu: {units: 1, units: 3}\n", 3000, []),
        ("        cpu: [units, 2]\n", 2000, []),
        ("        cpu: {units: 2, attributes: text}\n", 2000, []),
        ("        cpu: {units: 2, attributes: {}}\n", 2000, []),
        ("        cpu: {units: 2, attributes: {arch: arm64}}\n", 2000, ["arm64"]),
        ("        cpu: {units: 2, attributes: {arch: arm64}, attributes: }\n", 2000, []),
    ],
)
def test_cpus_that_go_accepts(cpu: str, milli: int, arch: list[str]) -> None:
    compiled = READER.read(BASE.replace(CPU, cpu))
    assert compiled.ok, codes(compiled)
    resources = compiled.groups[0].units[0].resources
    assert (resources.cpu_milli, [a.value for a in resources.cpu_attributes]) == (milli, arch)


def test_a_repeated_cpu_key_is_a_warning() -> None:
    (problem,) = READER.check(BASE.replace(CPU, "        cpu: {units: 1, units: 3}\n")).problems
    assert (problem.code, problem.severity) == ("yaml.duplicate-key", Severity.WARNING)


@pytest.mark.parametrize(("written", "fixed"), [("x86_64", "amd64"), ("AMD64", "amd64"), ("aarch64", "arm64")])
def test_an_architecture_of_another_name_is_fixed(written: str, fixed: str) -> None:
    text = BASE.replace(CPU, f"        cpu: {{units: 2, attributes: {{arch: {written}}}}}\n")
    assert READER.fix(text)[0] == text.replace(written, fixed)


# --- HTTP timeouts --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "milliseconds"),
    [
        ("0", 60_000),
        ("", 60_000),
        ("0h", 60_000),
        ('"0"', 60_000),
        ("120000", 120_000),
        ("0x10", 16),
        ("1_000", 1000),
        ('"007"', 7),
        ("90s", 90_000),
        ("5m", 300_000),
        ("1193h", 4_294_800_000),
        ("4294967295", 4_294_967_295),
        ("250ms", 250),
    ],
)
def test_timeouts_are_numbers_or_durations(written: str, milliseconds: int) -> None:
    compiled = READER.read(TIMED.replace("60000", written))
    assert compiled.ok, codes(compiled)
    (port,) = json.loads(compiled.manifest_json)[0]["services"][0]["expose"]
    assert port["httpOptions"]["readTimeout"] == milliseconds


@pytest.mark.parametrize(
    ("written", "fixed"),
    [
        ("60000.0", "60000"),
        ("true", None),
        ("1.5s", "1500ms"),
        ("1m30s", "90s"),
        ("1d", None),
        ("60S", "60s"),
        ("60 s", "60s"),
        ("30 seconds", "30s"),
        ('""', None),
        ("-5", None),
        ("1194h", None),
        ("4294967296", None),
        ("99999999999999999999999", None),
        ("[1]", None),
    ],
)
def test_other_timeouts_are_refused_and_fixed_where_the_meaning_is_sure(written: str, fixed: str | None) -> None:
    text = TIMED.replace("60000", written)
    (problem,) = READER.read(text).errors
    assert problem.code == ("sdl.type" if written == "[1]" else "sdl.http-timeout")
    assert READER.fix(text)[0] == (text if fixed is None else TIMED.replace("60000", fixed))


def test_timeouts_inside_to_are_checked_and_not_used() -> None:
    inside = "global: true\n            http_options: {read_timeout: %s}"
    assert READER.read(BASE.replace("global: true", inside % "5s")).version == READER.read(BASE).version
    assert codes(READER.read(BASE.replace("global: true", inside % "5d"))) == ["sdl.http-timeout"]


def test_options_without_effect_are_ignored_with_a_warning() -> None:
    plain = READER.read(TIMED)
    for option, code in (
        ("proxy: {buffering_disable: true}", "sdl.http-proxy"),
        ("proxy_buffer_size: much", "sdl.unknown-key"),
    ):
        report = READER.check(TIMED.replace("read_timeout: 60000", f"read_timeout: 60000\n          {option}"))
        assert report.compiled.version == plain.version
        assert [p.code for p in report.problems] == [code]
    assert "removed" in report.problems[0].advice
