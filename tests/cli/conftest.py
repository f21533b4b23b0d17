"""The command line as a user runs it: a process, a home of its own, a practice network beside it."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

WORDS = "abandon " * 11 + "about"
ADDRESS = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


class Home:
    """One home folder, and commands run in it without a terminal."""

    def __init__(self, path: Path) -> None:
        self.path = path
        secret = path / "passphrase"
        path.mkdir(mode=0o700, exist_ok=True)
        secret.write_text("correct horse\n")
        secret.chmod(0o600)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(path),
            "LANG": "C.UTF-8",
            "AKASH_TUI_HOME": str(path),
            "AKASH_TUI_PASSPHRASE_FILE": str(secret),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "akash_tui", *args]

    def run(self, *args: str, stdin: str = "", timeout: float = 120) -> Answer:
        done = subprocess.run(
            self.command(*args), input=stdin, capture_output=True, text=True, env=self.env, timeout=timeout, check=False
        )
        return Answer(done.returncode, done.stdout, done.stderr)

    def start(self, *args: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*args),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.env,
        )

    def import_wallet(self) -> None:
        """The wallet `main`, as if it had been imported here."""
        for each in _imported().iterdir():
            if each.is_dir():
                shutil.copytree(each, self.path / each.name)
            else:
                shutil.copy(each, self.path / each.name)


@cache
def _imported() -> Path:
    """A home in which the wallet was imported once; making its key file is slow on purpose."""
    folder = Path(tempfile.mkdtemp(prefix="akash-tui-wallet-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = Home(folder / "home")
    answer = home.run("wallet", "import", "main", "--stdin", stdin=WORDS)
    assert answer.code == 0, answer.err
    return home.path


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


Practice = Callable[..., dict[str, Any]]


@pytest.fixture
def practice(home: Home) -> Iterator[Practice]:
    """Start a practice network in the test's home; it is stopped at the end."""
    running: list[subprocess.Popen[str]] = []

    def start(scenario: str = "calm", block_time: str = "0.05", *, fund: bool = True) -> dict[str, Any]:
        process = home.start("practice", "--scenario", scenario, "--block-time", block_time)
        running.append(process)
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        assert line.startswith("{"), process.stderr.read()
        for pipe in (process.stdout, process.stderr):
            threading.Thread(target=pipe.read, daemon=True).start()
        world: dict[str, Any] = json.loads(line)
        if fund:
            home.import_wallet()
            request = urllib.request.Request(world["faucet"], json.dumps({"address": ADDRESS}).encode(), method="POST")
            request.add_header("Content-Type", "application/json")
            with urllib.request.urlopen(request, timeout=20) as answer:
                assert json.load(answer)["tx"]
            _wait_for_funds(world["rest"])
        return world

    yield start
    for process in running:
        process.terminate()
        process.wait(20)


def _wait_for_funds(rest: str) -> None:
    """Ask the node until the faucet's second token, ACT, is there too."""
    give_up = time.monotonic() + 30
    while time.monotonic() < give_up:
        with urllib.request.urlopen(f"{rest}/cosmos/bank/v1beta1/balances/{ADDRESS}", timeout=20) as answer:
            if {coin["denom"] for coin in json.load(answer)["balances"]} == {"uakt", "uact"}:
                return
    raise AssertionError("the faucet's tokens never came")
