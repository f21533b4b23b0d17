"""The help of `practice` and `demo` lists the scenarios, and a crash report of a demo outlives the demo's home."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from akash_tui.cli.options import GlobalOptions
from akash_tui.cli.practice import demo, move_reports, practice, speed
from akash_tui.compose import Program, practice_scenarios
from akash_tui.services.errors import BadInput
from akash_tui.services.storage.crash_report import write_crash_report


def test_a_report_is_moved_into_the_real_home_and_stays_private(tmp_path: Path) -> None:
    written = write_crash_report(tmp_path / "demo", ValueError())
    (saved,) = move_reports(tmp_path / "demo", tmp_path / "home")
    assert saved == tmp_path / "home" / "crashes" / written.name
    assert "ValueError" in saved.read_text(encoding="utf-8")
    assert saved.stat().st_mode & 0o777 == 0o600
    assert not written.exists()


def test_without_a_report_the_real_home_is_left_alone(tmp_path: Path) -> None:
    assert move_reports(tmp_path / "demo", tmp_path / "home") == []
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (practice, ["--speed", "0"]),
        (practice, ["--speed", "5", "--block-time", "1"]),
        (demo, ["--speed", "-1"]),
        (speed, ["601"]),
    ],
)
def test_a_speed_that_cannot_be_is_refused(command: click.Command, words: list[str], tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="speed"):
        CliRunner().invoke(command, words, obj=GlobalOptions(Program(tmp_path)), catch_exceptions=False)


@pytest.mark.parametrize("command", [practice, demo])
def test_the_help_describes_every_scenario(command: click.Command) -> None:
    listed = " ".join(CliRunner().invoke(command, ["--help"]).output.partition("Scenarios:")[2].split())
    for name, description in practice_scenarios().items():
        assert f"{name} {description}" in listed


def test_the_page_about_the_practice_network_describes_the_same_scenarios() -> None:
    page = (Path(__file__).parents[2] / "docs" / "practice.md").read_text(encoding="utf-8")
    table = page.partition("| scenario |")[2].partition("\n\n")[0]
    assert dict(re.findall(r"^\| `(.+?)` \| (.+) \|$", table, re.MULTILINE)) == practice_scenarios()
