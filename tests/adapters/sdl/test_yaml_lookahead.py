"""A fault of the YAML has the line that Go's yaml.v3 reports.

`broken.yaml` is a good file; each case of `broken_lines.json` replaces a piece of it, and has what yaml.v3 v3.0.1
answered for the result (empty: it reads the file).
"""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from akash_tui.adapters.sdl import yaml_lookahead
from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.adapters.sdl.yaml_nodes import read_nodes
from akash_tui.domain.sdl.read.nodes import ReadFault

HERE = Path(__file__).parent
WHOLE = (HERE / "broken.yaml").read_text(encoding="utf-8")
CASES = json.loads((HERE / "broken_lines.json").read_text(encoding="utf-8"))

SERVICE = """\
version: "2.0"
services:
  web:
    image: %s
    command:
      - sh
      - -c
      - >
%s        echo two
profiles:
  compute:
"""


def broken(case: dict[str, str]) -> str:
    assert case["old"] in WHOLE
    return WHOLE.replace(case["old"], case["new"], 1)


def test_the_whole_file_is_good_and_the_cases_are_many() -> None:
    assert SdlFiles().read(WHOLE).ok
    assert sum(bool(case["go"]) for case in CASES) >= 45


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["about"])
def test_the_line_is_that_of_go(case: dict[str, str]) -> None:
    found = read_nodes(broken(case))
    if not case["go"]:
        assert not isinstance(found, ReadFault)
        return
    assert isinstance(found, ReadFault)
    stated = re.match(r"yaml: line (\d+): ", case["go"])
    assert found.line == (int(stated[1]) if stated else 1)


@pytest.mark.parametrize(
    ("text", "line", "noticed"),
    [
        (SERVICE % ('"nginx:1.27', ""), 4, 12),
        (SERVICE % ("nginx:1.27", "  echo one &&\n"), 9, 11),
    ],
    ids=["a quote that is not closed", "a block text less indented"],
)
def test_the_message_says_where_it_was_noticed(text: str, line: int, noticed: int) -> None:
    (problem,) = SdlFiles().read(text).problems
    assert (problem.code, problem.line) == ("yaml.syntax", line)
    assert f"(noticed on line {noticed})" in problem.message


def test_a_fault_on_one_line_is_said_once() -> None:
    (problem,) = SdlFiles().read(WHOLE.replace("    image: postgres", "\timage: postgres")).problems
    assert (problem.line, problem.column) == (48, 1)
    assert "noticed" not in problem.message


def test_a_very_long_broken_file_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_lookahead, "LARGEST", 100)
    case = next(c for c in CASES if "mapping values" in c["go"])
    assert isinstance(read_nodes(broken(case)), ReadFault)


@pytest.mark.parametrize("open_", ["[", "{", "[{", "[a: "])
def test_brackets_without_end_cost_no_time(open_: str) -> None:
    text = "a: b\n" + open_ * (yaml_lookahead.LARGEST // len(open_) - 10)
    assert yaml_lookahead.first_fault(text) is None
    assert yaml_lookahead.scanner_fault(text, len(text)) is None
    assert isinstance(read_nodes(text), ReadFault)


@pytest.mark.parametrize("seed", range(5))
def test_no_damage_makes_the_second_reading_fail(seed: int) -> None:
    rng = random.Random(seed)
    for _ in range(60):
        at = rng.randrange(len(WHOLE))
        text = WHOLE[:at] + rng.choice(['"', "'", "\t", ":", "- ", "{", "]", "*", "|", "\n"]) + WHOLE[at + 1 :]
        found = read_nodes(text)
        assert not isinstance(found, ReadFault) or 1 <= found.line <= text.count("\n") + 1
