"""From exec to the first usable screen, akash-tui beside posting, the friendliest large Textual app."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import HEAD, Figures, Skipped, ratio
from tests.bench.terminal import SETTLED_SECONDS, STABLE_SECONDS, Start, measure_start

ROOT = Path(__file__).resolve().parents[2]
POSTING = ROOT / ".bench" / "posting"
REQUIREMENTS = ("posting>=2.11,<3", "tree-sitter<0.26")
"""Its Textual dies of a segmentation fault with tree-sitter 0.26."""
GOAL = 0.75


def run(pairs: int) -> Iterator[str]:
    """Lines of the report; the two programs take turns, and one start of each is thrown away."""
    ours, theirs = _akash_tui(), _posting()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        collection = home / "collection"
        collection.mkdir()
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": folder,
            "LANG": "C.UTF-8",
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "AKASH_TUI_HOME": str(home / "akash"),
        }
        commands = {
            "akash-tui": [str(ours)],
            "posting": [str(theirs), "--collection", str(collection)],
        }
        whole: dict[str, list[float]] = {name: [] for name in commands}
        stable: dict[str, list[float]] = {name: [] for name in commands}
        for turn in range(pairs + 1):
            for name, command in commands.items():
                start: Start | None = measure_start(command, environment)
                if start is None:
                    raise Skipped(f"{name} showed no stable frame (is something wrong with its start?)")
                if turn:
                    whole[name].append(start.whole * 1000)
                    stable[name].append(start.stable * 1000)
    yield HEAD
    for name in commands:
        yield Figures.of(whole[name]).line(f"{name}: exec → first whole frame", "ms")
        yield Figures.of(stable[name]).line(f"{name}: exec → first stable frame", "ms")
    for what, found in (("whole", whole), ("stable", stable)):
        yield ratio(
            f"first {what} frame, akash-tui / posting",
            Figures.of(found["akash-tui"]).median,
            Figures.of(found["posting"]).median,
            GOAL,
        )
    yield f"    posting {_version(theirs)}; 120×40 pty, turns interleaved, byte code warm; whole: the text then"
    yield f"    stands for {SETTLED_SECONDS:g} s, stable: for {STABLE_SECONDS:g} s"


def _akash_tui() -> Path:
    command = Path(sys.executable).parent / "akash-tui"
    if not command.exists():
        raise Skipped(f"{command} is not installed (make .venv/.ready-dev)")
    return command


def _posting() -> Path:
    """posting in an environment of its own, installed when it is first needed."""
    command = POSTING / "bin" / "posting"
    if not command.exists():
        print(f"  installing posting into {POSTING.relative_to(ROOT)} (once) ...", flush=True)
        try:
            subprocess.run([sys.executable, "-m", "venv", str(POSTING)], check=True, capture_output=True)
            subprocess.run(
                [str(POSTING / "bin" / "python"), "-m", "pip", "install", "--quiet", *REQUIREMENTS],
                check=True,
                capture_output=True,
                timeout=600,
            )
        except (subprocess.SubprocessError, OSError) as error:
            shutil.rmtree(POSTING, ignore_errors=True)
            raise Skipped(f"posting cannot be installed here ({type(error).__name__})") from error
    return command


def _version(command: Path) -> str:
    python = command.parent / "python"
    ask = "from importlib.metadata import version as v; print(v('posting'), 'on textual', v('textual'))"
    return subprocess.run([str(python), "-c", ask], capture_output=True, text=True, timeout=60).stdout.strip()
