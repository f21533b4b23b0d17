"""A shell in a running service on a real terminal: keys, window size, the remote's exit code, the way out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.home import Home
from tests.e2e.real_terminal import ENTER, RealTerminal
from tests.helpers.worlds import fund, served

pytestmark = pytest.mark.pty


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Home, str]]:
    """One home with a running web page on a practice network."""
    home = Home(tmp_path / "home")
    with served(home.path, "calm") as practice:
        home.import_fresh_wallet()
        fund(practice.ready, home.address)
        deploy = ("deploy", "web-page", "--accept", "cheapest", "--collect", "0.1s", "--yes", "-o", "jsonl")
        answer = home.run("--network", "practice", *deploy)
        assert answer.code == 0, answer
        yield home, answer.lines[-1]["dseq"]


def _answered(questions: int) -> Callable[[str], bool]:
    return lambda text: text.count("stty size") >= questions and text.rstrip().endswith("#")


def test_a_shell_by_keys(running: tuple[Home, str]) -> None:
    home, dseq = running
    secret = {"AKASH_TUI_PASSPHRASE_FILE": home.env["AKASH_TUI_PASSPHRASE_FILE"]}
    shell = ("--network", "practice", "lease", "shell", dseq)
    with RealTerminal(*shell, home=home.path, columns=93, lines=31, env=secret) as terminal:
        terminal.until("# ")
        terminal.press("stty size" + ENTER)
        terminal.until("31 93")
        terminal.resize(101, 37)
        for asked in range(2, 30):  # the signal of the new size may come after the first keys
            terminal.press("stty size" + ENTER)
            terminal.until(_answered(asked))
            if "37 101" in terminal.text:
                break
        assert "37 101" in terminal.text
        terminal.press("exit 7" + ENTER)
        assert terminal.wait() == 7
    with RealTerminal(*shell, home=home.path, env=secret) as terminal:
        terminal.until("# ")
        terminal.press("~.")
        assert terminal.wait() == 255
        assert "Left the shell" in terminal.text


def test_a_shell_from_the_screen_and_back(tmp_path: Path) -> None:
    with RealTerminal("demo", "--scenario", "calm", "--speed", "6", home=tmp_path, columns=100, lines=30) as app:
        app.until("Presets and files", "PRACTICE", "100.00 ACT", "A web page")
        app.down_to("A web page", "Fine-tuning")
        app.press(ENTER)
        app.until("nginx", "deposit")
        app.press(ENTER)
        app.until("Ask for bids (y)", "gas")
        app.insist("y", "Ask for bids (y)")
        app.until("collecting", "no GPU", "✓")
        app.press("a")
        app.until("Lease it (y)")
        app.insist("y", "Lease it (y)")
        app.until("1 of 1 ready")
        app.press("s")
        app.until("shell in web", "# ", lambda text: "1 Deploy" not in text)
        app.press("exit 3" + ENTER)
        app.until("The shell in web ended with code 3", "1 of 1 ready", "1 Deploy", "? help")
        app.press("3")  # the keys are the app's again
        app.until("1 deployment")
        assert app.quit() == 0
        assert b"\x1b[?1049l" in app.raw[-4000:]
