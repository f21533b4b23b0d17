"""Options with a wrong dash: refused with the right form, wherever they stand."""

from __future__ import annotations

from pathlib import Path

import pytest

from akash_tui.cli.dashes import meant_option, refuse_wrong_dashes
from akash_tui.services.ports import BadInput
from tests.cli.home import Home


@pytest.mark.parametrize(
    ("arguments", "right"),
    [
        (["–network", "practice", "lease", "list"], "--network"),
        (["deploy", "web-page", "—accept", "cheapest"], "--accept"),
        (["sdl", "check", "−−strict"], "--strict"),
        (["lease", "list", "–o", "json"], "-o"),
        (["lease", "list", "–network=practice"], "--network"),
    ],
)
def test_an_option_with_a_dash_is_refused_with_its_right_form(arguments: list[str], right: str) -> None:
    with pytest.raises(BadInput) as caught:
        refuse_wrong_dashes(arguments)
    assert caught.value.advice == f"Write {right}."


def test_what_is_no_option_or_belongs_to_another_program_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "–network").write_text("a file of this name")
    refuse_wrong_dashes(["lease", "shell", "7", "--", "–x"])
    refuse_wrong_dashes(["sdl", "check", "–network", "-", "--strict", "-o", "–1"])


def test_on_the_command_line(home: Home) -> None:
    dashed = home.run("–network", "practice", "lease", "list")
    assert (dashed.code, dashed.err.splitlines()[-1]) == (2, "try: Write --network.")
    single = home.run("-network", "practice", "lease", "list")
    assert (single.code, single.err.splitlines()[-1]) == (2, "try: Write --network, with two hyphens.")
    assert meant_option(["lease", "list", "-o", "json"]) is None
