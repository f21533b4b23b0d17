"""The doctor: every code is explained truly, findings point at their place, mending changes nothing else."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from pathlib import Path

import pytest

import akash_tui.domain.sdl as package
from akash_tui.adapters.sdl import yaml_nodes
from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.sdl.explain.codes import EXPLANATIONS, explain
from akash_tui.domain.sdl.explain.explanation import Explanation
from akash_tui.domain.sdl.lint.doctor import diagnose
from akash_tui.domain.sdl.lint.prices import Medians
from akash_tui.domain.sdl.problem import Severity
from tests.conformance import go_cases, load, needs_shared, sdl_cases
from tests.domain.sdl.lint.example_files import BASE, example_files

READER = SdlFiles()

MARKET = Medians({"rtx4090": Decimal("0.5"), "rtx3090": Decimal("0.4"), "a100": Decimal("1.2")}, "2 minutes old")
SPELLING = [
    "automatic-deployment-cicd-template",
    "bark-small",
    "centrifuge",
    "chromadb",
    "handshake",
    "onetimepad",
    "tensorflow-jupyter-ezkl",
]


def found(text: str, medians: Medians | None = MARKET) -> set[str]:
    return {p.code for p in READER.check(text, "x.yaml", medians).problems}


def test_a_compiled_file_is_diagnosed_again_alike() -> None:
    """The screen does so when prices come in: the second look finds what the first found."""
    web_only = BASE.replace("gpu:", "gpus:")
    for text in (BASE, web_only):
        compiled = READER.read(text, "x.yaml")
        assert diagnose(compiled, MARKET) == diagnose(compiled, MARKET) == diagnose(compiled, MARKET)


def with_gpus(*models: str) -> str:
    return BASE.replace("- model: rtx4090", "\n                ".join(f"- model: {m}" for m in models))


def test_the_good_file_is_good() -> None:
    assert READER.check(BASE, "x", MARKET).problems == ()


@pytest.mark.parametrize("each", EXPLANATIONS.values(), ids=lambda e: e.code)
def test_examples_keep_their_word(each: Explanation) -> None:
    bad, good = example_files(each)
    assert bad != good
    assert each.code in found(bad)
    assert each.code not in found(good)
    assert each.title
    assert each.why
    assert all(line.isprintable() for line in (each.bad + each.good).splitlines())


def test_every_code_is_explained() -> None:
    sources = [*Path(package.__file__).parent.rglob("*.py"), Path(yaml_nodes.__file__)]
    written = {
        code
        for path in sources
        if "explain" not in path.parts
        for code in re.findall(r'"((?:sdl|yaml)\.[a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert written == set(EXPLANATIONS)


def test_explain_finds_short_names() -> None:
    assert explain("sdl.gpu-wildcard") is explain("gpu-wildcard") is not None
    assert explain("tag") is explain("yaml.tag")
    assert explain("nothing") is None


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "column"),
    [
        ("denom: uact", "denom: uakt", "sdl.denom-old", 40, 18),
        ("rtx4090", "rtx-4090", "sdl.gpu-unknown", 35, 26),
        ("nginx:1.27", "host:5000/nginx", "sdl.image-tag", 5, 12),
        ("MODE=fast", "API_KEY=abc123", "sdl.env-secret", 7, 9),
        ("    env:", "    envs:", "sdl.unknown-key", 6, 5),
        ("amount: 1000", "amount: 1", "sdl.price-low", 41, 19),
    ],
)
def test_findings_point_at_their_place(old: str, new: str, code: str, line: int, column: int) -> None:
    problems = {p.code: p for p in READER.check(BASE.replace(old, new), "x.yaml", MARKET).problems}
    assert (problems[code].line, problems[code].column) == (line, column)


def test_a_secret_is_never_repeated() -> None:
    for problem in READER.check(BASE.replace("MODE=fast", "API_KEY=hunter2")).problems:
        assert "hunter2" not in str(problem.to_json())


@pytest.mark.parametrize(
    "line",
    ["API_KEY=", "API_KEY=${KEY}", "PASSWORD=change-me", "MAX_NEW_TOKENS=50", "TOKEN_FILE=/run/t", "KEYBOARD=us"],
)
def test_what_is_no_secret(line: str) -> None:
    assert "sdl.env-secret" not in found(BASE.replace("MODE=fast", line))


def test_images_with_a_digest_are_fixed() -> None:
    assert "sdl.image-tag" not in found(BASE.replace("nginx:1.27", f"nginx@sha256:{'a' * 64}"))


def test_many_problems_come_at_once() -> None:
    text = BASE
    for old, new in [
        ("port: 80", 'port: "80"'),
        ("units: 2", "units: 2 cores"),
        ("512Mi", "512mb"),
        ("1Gi", "1 GB"),
        ("nginx:1.27", "nginx"),
        ("rtx4090", "RTX4090"),
        ("uact", "uakt"),
        ("profile: web", "profile: wbe"),
    ]:
        text = text.replace(old, new, 1)
    assert found(text) >= {
        "sdl.number",
        "sdl.cpu-units",
        "sdl.unit-spelling",
        "sdl.compute-profile-missing",
        "sdl.gpu-unknown",
        "sdl.image-tag",
    }
    lines = [p.line for p in READER.check(text).problems]
    assert lines == sorted(lines)


# --- markets and GPUs -----------------------------------------------------------------------------


def test_without_market_data_no_word_on_prices() -> None:
    for amount in ("1", "9000000"):
        assert found(BASE.replace("amount: 1000", f"amount: {amount}"), None) == set()


def test_price_limits_follow_units_and_block_time() -> None:
    text = BASE.replace("amount: 1000", "amount: 450")
    assert found(text) == set()
    assert found(text.replace("gpu:\n          units: 1", "gpu:\n          units: 4")) == {"sdl.price-low"}
    slow = BlockTime(Decimal(60), measured=True)
    assert {p.code for p in READER.check(text, "x", MARKET, slow).problems} == {"sdl.price-low"}


def test_the_first_model_is_the_first_by_name() -> None:
    assert "sdl.gpu-first" in found(with_gpus("rtx4090", "a100"))
    assert "sdl.gpu-first" in found(with_gpus("rtx4090", "aaa1"))
    assert "sdl.gpu-first" not in found(with_gpus("rtx4090", "rtx3090"))
    assert "sdl.gpu-first" not in found(with_gpus("rtx4090", "a100"), None)


def test_a_variant_that_exists_is_fine() -> None:
    assert found(with_gpus("a100\n                  ram: 80Gi\n                  interface: sxm"), None) == set()
    assert found(with_gpus("h200\n                  interface: pcie"), None) == {"sdl.gpu-variant"}


# --- mending --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "mended"),
    [
        ("size: 512Mi", "size: 6GB", "size: 6Gi"),
        ("size: 512Mi", "size: 512mi # small", "size: 512Mi # small"),
        ("size: 512Mi", "size: '4Gb'", "size: 4Gi"),
        ("port: 80\n", 'port: "80"\n', "port: 80\n"),
        ("denom: uact", "denom: ibc/12AB", "denom: uact"),
        ("rtx4090", "RTX-4090", "rtx4090"),
        ("- model: rtx4090", "- model: a100\n                  ram: 80", "- model: a100\n                  ram: 80Gi"),
        (
            "- model: rtx4090",
            "- model: a100\n                  interface: SXM4",
            "- model: a100\n                  interface: sxm",
        ),
        ("units: 2\n", "units: 0,5\n", "units: 0.5\n"),
        ("global: true", "global: 'true'", "global: true"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_mending_changes_the_value_only(old: str, new: str, mended: str, newline: str) -> None:
    text, expected = (("# ü 😀\n" + BASE.replace(old, part, 1)).replace("\n", newline) for part in (new, mended))
    result, problems = READER.fix(text)
    assert result == expected
    assert problems
    assert READER.read(result).ok
    assert READER.fix(result) == (result, ())


def test_mending_keeps_a_byte_order_mark() -> None:
    result, _ = READER.fix("\ufeff" + BASE.replace("512Mi", "512MB"))
    assert result == "\ufeff" + BASE


@needs_shared
@pytest.mark.parametrize("name", SPELLING)
def test_every_file_with_a_bad_unit_compiles_after_mending(name: str) -> None:
    (file,) = (f for f in sdl_cases("sdl") if f.stem == name)
    assert "ParseFloat" in load(file.with_suffix(".json"))["go"]["error"]
    text = file.read_text(encoding="utf-8")
    result, problems = READER.fix(text)
    assert READER.read(result).ok
    assert {"sdl.unit-spelling"} <= {p.code for p in problems} <= {"sdl.unit-spelling", "sdl.denom-old"}
    before, after = text.splitlines(), result.splitlines()
    assert len(before) == len(after)
    changed = {i + 1 for i, (a, b) in enumerate(zip(before, after, strict=True)) if a != b}
    assert changed == {p.line for p in problems}


@needs_shared
def test_no_refused_spelling_is_left_out() -> None:
    refused = {
        f.stem for f in sdl_cases("sdl") if "ParseFloat" in (load(f.with_suffix(".json"))["go"].get("error") or "")
    }
    assert refused == set(SPELLING)


@pytest.mark.parametrize("file", go_cases(), ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_mending_never_harms(file: Path) -> None:
    text = file.read_bytes().decode("utf-8", "replace")
    compiled = READER.read(text)
    result, problems = READER.fix(text)
    assert (result != text) == bool(problems)
    again = READER.check(result)
    assert not any(p.fixable for p in again.problems)
    if compiled.ok:
        assert again.compiled.ok
        if {p.code for p in problems} <= {"sdl.denom-old"}:
            assert again.compiled.version == compiled.version
    comments = re.compile(r"#.*")
    assert comments.findall(text) == comments.findall(result)


@pytest.mark.parametrize("file", go_cases(), ids=lambda f: f"{f.parent.name}/{f.stem}")
def test_errors_of_the_compiler_are_all_there(file: Path) -> None:
    checked = READER.check(file.read_bytes(), file.name, MARKET)
    assert set(checked.compiled.problems) <= set(checked.problems)
    assert checked.compiled == READER.read(file.read_bytes(), file.name)
    if checked.ok:
        assert checked.compiled.ok
        assert all(p.severity is not Severity.ERROR for p in checked.problems)


def test_a_long_file_takes_less_than_a_second() -> None:
    many = "".join(
        f"  s{i}:\n    image: nginx\n    env:\n" + "".join(f"      - V{j}=x\n" for j in range(20)) + "    expose:\n"
        "      - port: 80\n        to:\n          - global: true\n"
        for i in range(520)
    )
    text = BASE.replace("services:\n", "services:\n" + many).replace(
        "deployment:\n",
        "deployment:\n" + "".join(f"  s{i}:\n    akash:\n      profile: web\n      count: 1\n" for i in range(520)),
    )
    assert len(text) > 200_000
    started = time.process_time()
    assert READER.check(text, "x", MARKET).compiled.ok
    assert time.process_time() - started < 1
