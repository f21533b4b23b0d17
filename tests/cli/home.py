"""One home folder and the commands that run in it: in this process, or in a real one where that matters."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from akash_tui.adapters.wallet.keys import KeySigner, new_words
from akash_tui.adapters.wallet.vault import DiskVault
from akash_tui.cli.app import run as run_command_line
from akash_tui.compose import Program
from tests.helpers.forks import PipedFork, program
from tests.helpers.worlds import GIVE_UP

WORDS = "abandon " * 11 + "about"
ADDRESS = "akash19rl4cm2hmr8afy4kldpxz3fka4jguq0a3mq6x0"
PASSPHRASE = "correct horse"


@dataclass
class Answer:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.out, self.err
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


class Home:
    """A home of its own, with commands run in it as from a pipe: without a terminal."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.address = ADDRESS
        """Of the wallet `main`, once it is there."""
        secret = path / "passphrase"
        path.mkdir(mode=0o700, exist_ok=True)
        secret.write_text(PASSPHRASE + "\n")
        secret.chmod(0o600)
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(path),
            "LANG": "C.UTF-8",
            "AKASH_TUI_HOME": str(path),
            "AKASH_TUI_PASSPHRASE_FILE": str(secret),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }

    def run(self, *args: str, stdin: str = "") -> Answer:
        """Run one command line in this process: what `__main__` does, on streams that are no terminal."""
        with self._as_process(stdin) as (out, err):
            code = run_command_line(Program(self.path), list(args))
        return Answer(code, out.getvalue().decode(), err.getvalue().decode())

    @contextmanager
    def _as_process(self, stdin: str) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
        streams, environment = (sys.stdin, sys.stdout, sys.stderr), dict(os.environ)
        out, err = io.BytesIO(), io.BytesIO()
        os.environ.clear()
        os.environ.update(self.env)
        sys.stdin = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        sys.stdout = io.TextIOWrapper(out, encoding="utf-8", write_through=True)
        sys.stderr = io.TextIOWrapper(err, encoding="utf-8", write_through=True)
        mine = (sys.stdin, sys.stdout, sys.stderr)
        try:
            yield out, err
        finally:
            sys.stdin, sys.stdout, sys.stderr = streams
            for stream in mine:
                stream.flush()
                stream.detach()
            os.environ.clear()
            os.environ.update(environment)

    def command(self, *args: str) -> list[str]:
        return [sys.executable, "-m", "akash_tui", *args]

    def run_process(self, *args: str, stdin: str = "") -> Answer:
        """The same as a process: where start, pipes, signals or the exit code itself are meant."""
        done = subprocess.run(
            self.command(*args), input=stdin, capture_output=True, text=True, env=self.env, timeout=2 * GIVE_UP,
            check=False,
        )  # fmt: skip
        return Answer(done.returncode, done.stdout, done.stderr)

    def fork(self, *args: str) -> PipedFork:
        """A process that runs beside the test, where only the start of Python is not meant."""
        return PipedFork(program, *args, env=self.env)

    def start(self, *args: str) -> subprocess.Popen[str]:
        """The same, started as by a shell."""
        return subprocess.Popen(
            self.command(*args),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=self.env,
        )

    def import_wallet(self, words: str = WORDS) -> None:
        """The wallet `main`, sealed in a file of this home."""
        DiskVault(self.path, lambda _: PASSPHRASE, use_keyring=False).add("main", words)
        self.address = KeySigner.from_words(words).address

    def import_fresh_wallet(self) -> None:
        """A wallet that no other test on the same network has."""
        self.import_wallet(new_words().reveal())
