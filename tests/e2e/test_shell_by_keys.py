"""A shell in a running service on a real terminal: keys, window size, the remote's exit code, the way out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.real_terminal import ENTER, RealTerminal

pytestmark = pytest.mark.pty
WORDS = "abandon " * 11 + "about"


class Here:
    """One home with a running web page on a practice network."""

    def __init__(self, home: Path) -> None:
        self.home = home
        secret = home / "passphrase"
        secret.write_text("correct horse\n")
        secret.chmod(0o600)
        self.extra = {"AKASH_TUI_PASSPHRASE_FILE": str(secret)}
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "AKASH_TUI_HOME": str(home),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
            **self.extra,
        }

    def run(self, *args: str, stdin: str = "") -> str:
        done = subprocess.run(
            [sys.executable, "-m", "akash_tui", *args],
            input=stdin, capture_output=True, text=True, env=self.env, timeout=120, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[Here, str]]:
    here = Here(tmp_path)
    practice = subprocess.Popen(
        [sys.executable, "-m", "akash_tui", "practice", "--scenario", "calm", "--block-time", "0.05"],
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=here.env,
    )  # fmt: skip
    try:
        assert practice.stdout is not None
        world = json.loads(practice.stdout.readline())
        here.run("wallet", "import", "main", "--stdin", stdin=WORDS)
        address = json.loads(here.run("wallet", "show", "-o", "json"))["address"]
        request = urllib.request.Request(world["faucet"], json.dumps({"address": address}).encode(), method="POST")
        request.add_header("Content-Type", "application/json")
        with urllib.request.urlopen(request, timeout=120) as answer:
            assert json.load(answer)["tx"]
        deploy = ("deploy", "web-page", "--accept", "cheapest", "--collect", "0.1s", "--yes", "-o", "jsonl")
        events = here.run("--network", "practice", *deploy).splitlines()
        yield here, json.loads(events[-1])["dseq"]
    finally:
        practice.terminate()
        practice.wait(120)


def _answered(questions: int) -> Callable[[str], bool]:
    return lambda text: text.count("stty size") >= questions and text.rstrip().endswith("#")


def test_a_shell_by_keys(running: tuple[Here, str]) -> None:
    here, dseq = running
    shell = ("--network", "practice", "lease", "shell", dseq)
    with RealTerminal(*shell, home=here.home, columns=93, lines=31, env=here.extra) as terminal:
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
    with RealTerminal(*shell, home=here.home, env=here.extra) as terminal:
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
