"""Policy files: read strictly, told where they are wrong, and never widened by anything."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

import pytest

from akash_tui.domain.bids.rule import Wait, parse_preferences
from akash_tui.services.automation.policy import Policy, read_policy
from akash_tui.services.ports import BadInput

PROVIDER = "akash1qqu4u4n3n8w7zfa0hk9vd8dvy0xv0x0x0x0kf3"


def written(folder: Path, text: str) -> Path:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_key_ends_in_the_rule(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        f"""
rule = "prefer"
prefer = ["h100", "any >= 40 GB <= 0.80"]
wait = "45s or 5 bids"
uptime_7d = 99.5
reachable = true
same_provider = true
budget = "1.20/h"
filter = "vram>=48"
avoid = ["{PROVIDER}"]
audited = true
allow_undisclosed = true
""",
    )
    rule = read_policy(path).as_rule(None)
    assert (rule.kind, rule.budget_h) == ("prefer", Decimal("1.20"))
    assert rule.prefer == parse_preferences("h100, any >= 40 GB <= 0.80")
    assert (rule.wait, rule.uptime_7d) == (Wait(Decimal(45), 5), Decimal("99.5"))
    assert (rule.reachable, rule.same_provider) == (True, True)
    assert (rule.only.text, rule.avoid) == ("vram>=48", frozenset({PROVIDER}))
    assert (rule.audited_only, rule.allow_undisclosed) == (True, True)


def test_a_file_as_it_was_written_before_there_were_prices_in_it(tmp_path: Path) -> None:
    text = 'rule = "prefer"\nprefer = ["h100", "a100", "any"]\nbudget = "1.20"\n'
    rule = read_policy(written(tmp_path, text)).as_rule(None)
    assert rule.words == "prefer h100,a100,any"
    assert (rule.wait, rule.uptime_7d, rule.reachable, rule.same_provider) == (None, None, False, False)


def test_an_empty_one_is_cheapest_with_disclosed_gpus(tmp_path: Path) -> None:
    rule = read_policy(written(tmp_path, "")).as_rule(None)
    assert (rule.kind, rule.budget_h, rule.allow_undisclosed) == ("cheapest", None, False)


@pytest.mark.parametrize(
    ("policy", "option", "counts"), [("1", "2", "1"), ("2", "1", "1"), ("2", None, "2"), ("$30 24h", None, "1.25")]
)
def test_the_lower_budget_counts(policy: str, option: str | None, counts: str) -> None:
    rule = Policy(budget=policy).as_rule(None if option is None else Decimal(option))
    assert rule.budget_h == Decimal(counts)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('\nbudegt = "1"', "line 2: Unknown policy key budegt"),
        ("[limits]\nbudget = 1", "line 1: Unknown policy key limits"),
        ("budget = 1.20", "line 1: budget: Input should be a valid string"),
        ('# a\n\nbudget = "cheap"', "line 3: budget: 'cheap' is not an amount"),
        ('budget = "24h"', "line 1: budget: it names no price per hour"),
        ('filter = "vram>>48"', "line 1: filter: "),
        ('rule = "best"', "line 1: rule: Input should be 'cheapest' or 'prefer'"),
        ('rule = "prefer"', "line 1: rule: rule = "),
        ('rule = "cheapest"\nprefer = ["h100"]', "line 1: rule: rule = "),
        ('\nprefer = ["h100 < 1"]', "line 2: prefer: '<' at 6 is not understood"),
        ('prefer = ["h100, a100"]', "is not one preference"),
        ('wait = "soon"', "line 1: wait: 'soon' is not an amount"),
        ("uptime_7d = 101", "line 1: uptime_7d: Input should be less than or equal to 100"),
        ('audited = "yes"', "line 1: audited: Input should be a valid boolean"),
        ('avoid = ["somebody"]', "line 1: avoid: String should match"),
        ("rule = cheapest\n", "at line 1"),
    ],
)
def test_what_is_wrong_is_told_with_its_line_and_key(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(BadInput) as caught:
        read_policy(written(tmp_path, text))
    assert said in caught.value.title
    assert re.search(r" = |keys are", caught.value.advice)


def test_files_that_are_no_policy(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="does not exist"):
        read_policy(tmp_path / "none.toml")
    with pytest.raises(BadInput, match="too large"):
        read_policy(written(tmp_path, "#" * 70_000))
    (tmp_path / "raw.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(BadInput, match="UTF-8"):
        read_policy(tmp_path / "raw.toml")
