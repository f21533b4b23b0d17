"""Questions on a terminal, ctrl+c in the middle of one, and readers that go away while money is moving."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests.cli.conftest import Practice
from tests.cli.home import Home
from tests.e2e.real_terminal import RealTerminal
from tests.helpers.worlds import GIVE_UP

CTRL_C = "\x03"


def _deploy(home: Home, *more: str) -> RealTerminal:
    arguments = ("--network", "practice", "deploy", "vllm-chat", "--collect", "2s", *more)
    secret = home.env["AKASH_TUI_PASSPHRASE_FILE"]
    return RealTerminal(*arguments, home=home.path, columns=160, lines=60, env={"AKASH_TUI_PASSPHRASE_FILE": secret})


def _open_deployments(home: Home) -> list[str]:
    return [row["state"] for row in home.run("--network", "practice", "lease", "list", "-o", "json").json]


def test_asking_waits_for_bids_and_leases_the_chosen_one(home: Home, practice: Practice) -> None:
    practice()
    with _deploy(home) as terminal:
        terminal.until("create deployment", "[y/N]")
        terminal.press("y\n")
        terminal.until("Which bid for group 1")
        terminal.press("1\n")
        terminal.until("an hour, until about")
        terminal.press("y\n")
        text = terminal.until("done: running")
        assert "✓ chosen by hand: " in text
        assert terminal.wait() == 0
    assert _open_deployments(home) == ["running"]


@pytest.mark.parametrize(
    ("question", "answers"),
    [("create deployment", ""), ("Which bid for group 1", "y\n"), ("an hour, until about", "y\n1\n")],
)
def test_ctrl_c_ends_a_question_at_once_and_leaves_nothing_open(
    home: Home, practice: Practice, question: str, answers: str
) -> None:
    practice()
    with _deploy(home) as terminal:
        terminal.press(answers)
        terminal.until(question)
        terminal.press(CTRL_C)
        terminal.until("error: Interrupted.", "try: ")
        assert terminal.wait() == 130
    assert _open_deployments(home) == []


def test_on_a_terminal_practice_shows_where_it_is_and_what_to_do(home: Home) -> None:
    with RealTerminal(
        "practice", "--scenario", "calm", "--block-time", "0.05", home=home.path, columns=100, lines=40
    ) as terminal:
        text = terminal.until("PRACTICE network practice-", "faucet ", "deploy web-page", "ctrl+c stops it.")
        assert '{"v"' not in text
        (rest,) = [line.split()[1] for line in text.splitlines() if line.strip().startswith("rest ")]
        assert json.loads((home.path / "practice.json").read_text())["rest"] == rest
        terminal.press(CTRL_C)
        assert terminal.wait() == 0


def test_a_reader_that_goes_away_does_not_end_a_deploy_half_way(home: Home, practice: Practice) -> None:
    practice()
    command = home.command(
        *("--network", "practice", "deploy", "vllm-chat", "--accept", "cheapest"),
        *("--collect", "0.5s", "--yes", "-o", "jsonl"),
    )
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=home.env)
    assert process.stdout is not None
    assert process.stderr is not None
    assert '"created"' in process.stdout.readline()
    process.stdout.close()
    errors = process.stderr.read()
    assert process.wait(GIVE_UP) == 0, errors
    process.stderr.close()
    assert "continuing without it" in errors
    assert _open_deployments(home) == ["running"]


def test_a_reader_that_goes_away_is_no_fault_of_a_list(home: Home) -> None:
    script = f"{sys.executable} -m akash_tui preset list; echo code $? >&2"
    done = subprocess.run(
        ["sh", "-c", f"({script}) | true"], env=home.env, capture_output=True, text=True, timeout=GIVE_UP, check=False
    )
    assert done.stderr.strip() == "code 0"


def test_yes_still_shows_the_quotes_that_it_answers(home: Home, practice: Practice) -> None:
    practice()
    answer = home.run(
        *("--network", "practice", "deploy", "vllm-chat", "--accept", "cheapest", "--hours", "48"),
        *("--collect", "0.5s", "--yes", "-o", "jsonl"),
    )
    assert answer.code == 0, answer
    assert "0.50 ACT" in answer.err
    assert "Deposit raised by" in answer.err
    assert all(line["event"] for line in answer.lines)
