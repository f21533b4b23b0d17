"""CPU time of commands that need no network, beside `python -c "import click"`."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import HEAD, Figures, Skipped, ratio

ROOT = Path(__file__).resolve().parents[2]
HELP_GOAL, CHECK_GOAL = 3.0, 5.0


def run(pairs: int) -> Iterator[str]:
    """Lines of the report; all commands take turns, and one round is thrown away."""
    program = Path(sys.executable).parent / "akash-tui"
    if not program.exists():
        raise Skipped(f"{program} is not installed (make .venv/.ready-dev)")
    complete = {"_AKASH_TUI_COMPLETE": "bash_complete", "COMP_WORDS": "akash-tui le", "COMP_CWORD": "1"}
    sdl = str(ROOT / "sdl_templates" / "vllm-chat.yaml")
    ours: dict[str, tuple[list[str], dict[str, str], float]] = {
        "--version": (["--version"], {}, HELP_GOAL),
        "--help": (["--help"], {}, HELP_GOAL),
        "lease --help": (["lease", "--help"], {}, HELP_GOAL),
        "deploy --help": (["deploy", "--help"], {}, HELP_GOAL),
        "completion of a name": ([], complete, HELP_GOAL),
        "sdl check FILE": (["sdl", "check", sdl], {}, CHECK_GOAL),
    }
    click: list[float] = []
    times: dict[str, list[float]] = {name: [] for name in ours}
    with tempfile.TemporaryDirectory() as folder:
        environment = {"PATH": os.environ["PATH"], "HOME": folder, "LANG": "C.UTF-8"}
        for turn in range(pairs + 1):
            base = _cpu([sys.executable, "-c", "import click"], environment)
            found = {name: _cpu([str(program), *args], environment | more) for name, (args, more, _) in ours.items()}
            if turn:
                click.append(base)
                for name, value in found.items():
                    times[name].append(value)
    yield HEAD
    yield Figures.of(click).line("python -c 'import click'", "ms")
    for name, values in times.items():
        yield Figures.of(values).line(name, "ms")
    for name, (_, _, goal) in ours.items():
        yield ratio(f"{name} / import click", Figures.of(times[name]).median, Figures.of(click).median, goal)
    yield "    CPU time of the process (user and system), turns interleaved, byte code warm"


def _cpu(command: list[str], environment: dict[str, str]) -> float:
    """Milliseconds of CPU that one run takes."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, env=environment, capture_output=True, check=True, timeout=60)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return 1000 * (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
