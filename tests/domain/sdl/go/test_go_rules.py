"""Go's ways with numbers, durations, versions, hosts and sorting, one rule at a time."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from akash_tui.domain.sdl.go.host_url import host_in_url_ok
from akash_tui.domain.sdl.go.numbers import (
    parse_decimal,
    parse_duration,
    parse_float,
    parse_integer,
    parse_uint,
    to_uint32,
    to_uint64,
)
from akash_tui.domain.sdl.go.quantities import BINARY, parse_cpu, parse_size, suggest_cpu, suggest_size
from akash_tui.domain.sdl.go.sort import go_sort, go_stable
from akash_tui.domain.sdl.go.text import dns_name_ok, env_name_ok, parse_version
from akash_tui.domain.sdl.read.nodes import Scalar
from akash_tui.domain.sdl.read.yaml_scalars import resolve

SORTED_BY_GO = json.loads((Path(__file__).parent / "go_sort_cases.json").read_text())
"""Orders that Go's own sort package gave: random keys with ties, sorted, reversed, adversarial."""


@pytest.mark.parametrize("case", SORTED_BY_GO, ids=lambda c: f"{c['kind']}-{len(c['keys'])}")
def test_same_order_as_go(case: dict[str, Any]) -> None:
    items = list(enumerate(case["keys"]))
    if case["kind"] == "sort":
        go_sort(items, lambda a, b: a[1] < b[1])
    else:  # a comparator that is not a strict order, like the one for volumes
        go_stable(items, lambda a, b: a[1] <= b[1])
    assert [index for index, _ in items] == case["order"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        (".5", 0.5),
        ("6.", 6.0),
        ("+6", 6.0),
        ("1e3", 1000.0),
        ("536_870_912", 536870912.0),
        ("0x1p29", 536870912.0),
        ("0x_1.8p1", 3.0),
        ("0X.8P0", 0.5),
        ("-0", 0.0),
        ("1E-2", 0.01),
        ("Infinity", math.inf),
        ("+inf", math.inf),
        ("-INF", -math.inf),
        ("1e-400", 0.0),
        ("-0x1p-2000", 0.0),
    ],
)
def test_floats_that_go_reads(text: str, value: float) -> None:
    assert parse_float(text) == value


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1 ",
        "0x20",
        "1_",
        "_1",
        "1__0",
        "1e",
        "e1",
        ".",
        "+",
        "1.2.3",
        "1e400",
        "0x1p5000",
        "0xp1",
        "１",
        "infinit",
        "in",
        "+nan",
        "1_e3",
        "1e_3",
        "0b1",
        "9" * 2000,
        "0x1p",
        "1f",
    ],
)
def test_floats_that_go_refuses(text: str) -> None:
    assert parse_float(text) is None


def test_not_a_number_is_read() -> None:
    value = parse_float("NaN")
    assert value is not None
    assert math.isnan(value)
    assert to_uint64(value) == 1 << 63
    assert to_uint32(value) == 0


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0123", 83),
        ("0o17", 15),
        ("0b1", 1),
        ("0x1F", 31),
        ("-5", -5),
        ("+5", 5),
        ("00", 0),
        ("08", None),
        ("0x", None),
        ("-0b10", -2),
        ("18446744073709551615", (1 << 64) - 1),
        ("18446744073709551616", None),
        ("-9223372036854775808", -(1 << 63)),
        ("-9223372036854775809", None),
        ("", None),
        ("-", None),
        ("1 ", None),
    ],
)
def test_integers_with_prefixes(text: str, value: int | None) -> None:
    assert parse_integer(text) == value


def test_plain_unsigned_integers() -> None:
    assert parse_uint("4294967295", 32) == 4294967295
    assert parse_uint("4294967296", 32) is None
    assert parse_uint("000000000000000000000000000000001", 32) == 1
    assert parse_uint("+1", 32) is None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1h30m", 5_400_000_000_000),
        ("1.5h", 5_400_000_000_000),
        ("300ms", 300_000_000),
        ("0", 0),
        ("-1s", -1_000_000_000),
        ("1µs", 1000),
        ("1μs", 1000),
        (".5s", 500_000_000),
        ("1.s", 1_000_000_000),
        ("2562047h47m16.854775807s", (1 << 63) - 1),
        ("2562047h47m16.854775808s", None),
        ("3600", None),
        ("", None),
        ("-", None),
        ("1d", None),
        (".s", None),
        ("1 h", None),
        ("9999999999h", None),
        ("h", None),
    ],
)
def test_durations(text: str, value: int | None) -> None:
    assert parse_duration(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 10**18),
        ("+7.5", 75 * 10**17),
        ("-1", -(10**18)),
        ("0.000000000000000001", 1),
        ("--5", 5 * 10**18),
        ("+.5", 5 * 10**17),
        ("1e3", None),
        (".5", None),
        ("1.", None),
        ("1.2.3", None),
        ("", None),
        ("-", None),
        ("1_0", None),
        ("0.0000000000000000001", None),
        ("1.-5", None),
        ("9" * 100, None),
        ("１", None),
    ],
)
def test_chain_decimals(text: str, value: int | None) -> None:
    assert parse_decimal(text) == value


@pytest.mark.parametrize(
    ("text", "tag", "value"),
    [
        ("yes", "!!str", "yes"),
        ("TRUE", "!!bool", True),
        ("~", "!!null", None),
        ("", "!!null", None),
        ("08", "!!float", 8.0),
        ("8_081", "!!int", 8081),
        ("_8", "!!str", "_8"),
        ("85.9", "!!float", 85.9),
        ("1:30", "!!str", "1:30"),
        (".inf", "!!float", math.inf),
        ("2024-01-02", "!!timestamp", "2024-01-02"),
        ("2024-13-02", "!!str", "2024-13-02"),
        ("<<", "!!merge", "<<"),
        ("0x", "!!str", "0x"),
        ("+.5", "!!float", 0.5),
        ("tRUE", "!!str", "tRUE"),
    ],
)
def test_plain_scalars(text: str, tag: str, value: object) -> None:
    assert resolve(Scalar(text)) == (tag, value)


@pytest.mark.parametrize(
    ("text", "style", "tag", "expected"),
    [
        ("5", "'", "", ("!!str", "5")),
        ("5", "", "!!str", ("!!str", "5")),
        ("5", '"', "!!int", ("!!int", 5)),
        ("5", "", "!!float", ("!!float", 5.0)),
        ("5.0", "", "!!int", None),
        ("x", "", "!!bool", None),
        ("NQ==", "", "!!binary", ("!!binary", "5")),
        ("x", "", "!!binary", None),
        ("yes", "", "!mine", ("!mine", "yes")),
    ],
)
def test_quotes_and_tags(text: str, style: str, tag: str, expected: object) -> None:
    assert resolve(Scalar(text, style, tag)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2", (2, 0, 0, False)),
        ("2.0", (2, 0, 0, False)),
        ("v2.1", (2, 1, 0, False)),
        (" 2.1 ", (2, 1, 0, False)),
        ("02.01", (2, 1, 0, False)),
        ("2.1.0-rc.1+b", (2, 1, 0, True)),
        ("2.0.1", (2, 0, 1, False)),
        ("", None),
        ("2.x", None),
        ("2-rc", None),
        ("2.1.0-", None),
        ("2.1.0-01", None),
        ("2.1.0+", None),
        ("2.1.0.0", None),
        ("99999999999999999999", None),
    ],
)
def test_versions(text: str, expected: object) -> None:
    assert parse_version(text) == expected


@pytest.mark.parametrize(
    ("text", "ok"),
    [
        ("www.example.com", True),
        ("", True),
        ("h:80", True),
        ("h:x", False),
        ("a b", False),
        ("h/%zz", False),
        ("%41", False),
        ("%c3", True),
        ("u@h", True),
        ("u x@h", False),
        ("[::1]", True),
        ("[::1", False),
        ("a]b", False),
        ("a\x01", False),
        ("é.example", True),
        ("h?%zz", True),
        ("[::1]x", False),
        ("a^b", False),
    ],
)
def test_hosts_in_urls(text: str, ok: bool) -> None:
    assert host_in_url_ok(text) is ok


def test_names() -> None:
    assert env_name_ok("my.dotted-name_1")
    assert not env_name_ok("1A")
    assert not env_name_ok("..A")
    assert not env_name_ok(".")
    assert not env_name_ok("")
    assert dns_name_ok("a.example.com")
    assert not dns_name_ok("A.example.com")
    assert not dns_name_ok("a" * 254)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512Mi", 512 << 20),
        ("1.5Gi", 3 << 29),
        ("6.Mi", 6 << 20),
        ("1k", 1000),
        ("1e-9E", 10**9),
        ("5", 5),
        ("6GB", "spelling"),
        ("512 Mi", "spelling"),
        ("-1Gi", "negative"),
        ("Gi", "spelling"),
        ("", "spelling"),
        ("0.1Ti", 109951162777),
    ],
)
def test_sizes(text: str, size: int | str) -> None:
    assert parse_size(text) == size


def test_gpu_memory_takes_only_binary_units() -> None:
    assert parse_size("80Gi", BINARY) == 80 << 30
    assert parse_size("80G", BINARY) == "spelling"


@pytest.mark.parametrize(
    ("text", "milli"),
    [
        ("1.005", 1004),
        ("500m", 500),
        ("+100m", "spelling"),
        ("100.5m", "spelling"),
        ("-1", "negative"),
        ("4294968", 704),
    ],
)
def test_cpu(text: str, milli: int | str) -> None:
    assert parse_cpu(text) == milli


@pytest.mark.parametrize(
    ("text", "better"),
    [
        ("6GB", "6Gi"),
        ("512mi", "512Mi"),
        ("4Gb", "4Gi"),
        ("512 Mi", "512Mi"),
        ("1073741824B", "1073741824"),
        ("1,5GiB", "1.5Gi"),
        ("10 gigabytes", None),
        ("512Mi", None),
        ("lots", None),
        ("1048576K", "1048576Ki"),
        (" 512Mi", "512Mi"),
    ],
)
def test_what_was_meant(text: str, better: str | None) -> None:
    assert suggest_size(text) == better


@pytest.mark.parametrize(
    ("text", "better"),
    [("2 cores", "2"), ("0,5", "0.5"), ("500M", "500m"), ("100.5m", "100m"), ("x", None), ("2", None)],
)
def test_what_cpu_was_meant(text: str, better: str | None) -> None:
    assert suggest_cpu(text) == better
