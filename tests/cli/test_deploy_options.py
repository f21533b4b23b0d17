"""What `deploy` understands and refuses before it asks a network."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import click
import pytest

from akash_tui.cli.app import run
from akash_tui.cli.deploy import deploy
from akash_tui.compose import Program
from akash_tui.domain.bids.budget import Budget
from akash_tui.services.ports import BadInput


def parsed(*options: str) -> dict[str, object]:
    return deploy.make_context("deploy", ["my.yaml", *options], parent=click.Context(deploy)).params


@pytest.mark.parametrize(
    ("text", "cap"),
    [("1.20", "1.2"), ("1.20/h", "1.2"), ("$30 24h", "1.25"), ("1.20/h 24h $30", "1.2"), ("30 ACT 2d", "0.625")],
)
def test_a_budget_is_written_as_in_the_app(text: str, cap: str) -> None:
    found = parsed("--budget", text)["budget"]
    assert isinstance(found, Budget)
    assert found.cap_h == Decimal(cap)


@pytest.mark.parametrize("text", ["$30", "24h", "cheap", "0", "1.20/h 2/h"])
def test_a_budget_without_a_price_per_hour_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="--budget"):
        parsed("--budget", text)


@pytest.mark.parametrize(("text", "hours"), [("24", 24), ("24h", 24), ("2d", 48), ("1d 12h", 36)])
def test_hours_are_written_as_in_the_app(text: str, hours: int) -> None:
    assert parsed("--hours", text)["hours"] == hours


@pytest.fixture
def sdl(tmp_path: Path) -> Path:
    path = tmp_path / "my.yaml"
    path.write_bytes((Path(__file__).resolve().parents[2] / "sdl_templates" / "vllm-chat.yaml").read_bytes())
    return path


def answer(tmp_path: Path, capfd: pytest.CaptureFixture[str], *args: str) -> tuple[int, str]:
    code = run(Program(tmp_path), ["deploy", *args, "--yes"])
    return code, capfd.readouterr().err


def test_a_preferred_model_that_the_sdl_does_not_accept_is_refused(
    tmp_path: Path, sdl: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for wrong, *more in (("h101",), ("h100,h101",), ("h101,any",), ("h101", "--dry-run")):
        code, err = answer(tmp_path, capfd, str(sdl), "--prefer", wrong, *more)
        assert code == 2
        assert "error: --prefer: the SDL does not accept h101." in err
        assert "It accepts " in err


def test_preferred_models_of_the_sdl_and_any_are_taken(
    tmp_path: Path, sdl: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for right in ("rtx4090", "RTX4090,any", "any"):
        code, err = answer(tmp_path, capfd, str(sdl), "--prefer", right)
        assert (code, err.splitlines()[0]) == (2, "error: No network is named.")


def test_an_sdl_that_takes_any_gpu_takes_any_preference(
    tmp_path: Path, sdl: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = [line for line in sdl.read_text().splitlines() if "- model:" not in line]
    at = next(i for i, line in enumerate(lines) if line.strip() == "nvidia:")
    lines[at] = lines[at].rstrip() + " []"
    sdl.write_text("\n".join(lines) + "\n")
    _, err = answer(tmp_path, capfd, str(sdl), "--prefer", "h101")
    assert "No network is named." in err


def test_a_model_preferred_where_no_gpu_is_asked_for_is_refused(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    code, err = answer(tmp_path, capfd, "web-page", "--prefer", "h100")
    assert code == 2
    assert "the SDL asks for no GPU" in err


def test_a_policy_needs_one_model_that_the_sdl_accepts(
    tmp_path: Path, sdl: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text('rule = "prefer"\nprefer = ["h101", "h102"]\n')
    code, err = answer(tmp_path, capfd, str(sdl), "--accept", str(policy))
    assert code == 2
    assert "The policy's prefer: the SDL does not accept h101, h102." in err
    policy.write_text('rule = "prefer"\nprefer = ["h101", "rtx4090"]\n')
    assert "No network is named." in answer(tmp_path, capfd, str(sdl), "--accept", str(policy))[1]


def test_a_command_that_only_reads_does_not_say_that_it_signs(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run(Program(tmp_path), ["lease", "list"]) == 2
    err = capfd.readouterr().err
    assert "error: No network is named." in err
    assert "signs" not in err
