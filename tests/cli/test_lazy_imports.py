"""What a command loads: help, version and completion only click and the table, and no command what it does not need."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from akash_tui.cli.commands import COMMANDS

HEAVY = (
    *("pydantic", "asyncio", "textual", "rich", "cryptography", "httpx", "google.protobuf", "keyring", "websockets"),
    *("sqlite3", "starlette", "plotext", "platformdirs", "filelock", "logging.handlers"),
    *("akash_tui.services.core.session", "akash_tui.services.ports", "akash_tui.domain.akash.entities"),
    *("akash_tui.services.storage.settings", "akash_tui.adapters.wallet", "akash_tui.practice.chain"),
)
CHILD = """
import sys
from akash_tui.__main__ import main
try:
    main()
except SystemExit as end:
    code = end.code
print(*(m for m in {names!r} if m in sys.modules), file=sys.stderr)
sys.exit(code)
"""


def loaded(home: Path, *args: str, names: tuple[str, ...] = HEAVY, **environment: str) -> list[str]:
    """Which of `names` one command line has loaded, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-c", CHILD.format(names=names), *args],
        capture_output=True,
        text=True,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "AKASH_TUI_HOME": str(home), **environment},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout or environment  # a completion may have nothing to offer
    return done.stderr.split()


@pytest.mark.parametrize(
    "args", [["--version"], ["--help"], *([*path.split(), "--help"] for path in ("lease", "deploy", "practice"))]
)
def test_help_and_version_load_nothing_heavy_and_touch_no_home(tmp_path: Path, args: list[str]) -> None:
    home = tmp_path / "home"
    assert loaded(home, *args, names=(*HEAVY, "akash_tui.compose") if args[0] != "practice" else HEAVY) == []
    assert not home.exists()


def test_the_help_of_no_command_loads_anything_heavy(tmp_path: Path) -> None:
    """All in one process: what one of them loads is there at the end."""
    code = "\n".join(
        (
            "import sys",
            "from akash_tui.cli.app import run",
            f"for path in {list(COMMANDS)!r}:",
            "    assert run(None, [*path.split(), '--help']) == 0",
            f"print(*(m for m in {HEAVY!r} if m in sys.modules), file=sys.stderr)",
        )
    )
    environment = {"PATH": os.environ["PATH"], "AKASH_TUI_HOME": str(tmp_path / "home"), "LANG": "C.UTF-8"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stderr.split() == []
    assert not (tmp_path / "home").exists()


def test_completing_a_name_loads_no_command(tmp_path: Path) -> None:
    home = tmp_path / "home"
    line = {"_AKASH_TUI_COMPLETE": "bash_complete", "COMP_WORDS": "akash-tui le", "COMP_CWORD": "1"}
    assert loaded(home, names=(*HEAVY, "akash_tui.cli.lease", "akash_tui.compose"), **line) == []
    assert not home.exists()


@pytest.mark.parametrize("words", ["--network ma", "lease close 8", "wallet show s", "deploy vll"])
def test_completing_a_value_loads_what_reads_the_name_and_no_more(tmp_path: Path, words: str) -> None:
    """Asked at each key: everything else makes the shell wait."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "journal.db").write_bytes(b"")
    names = tuple({*HEAVY} - {"sqlite3"})
    line = {"_AKASH_TUI_COMPLETE": "bash_complete", "COMP_WORDS": f"akash-tui {words}"}
    line["COMP_CWORD"] = str(1 + words.count(" "))
    assert loaded(home, **line, names=names) == []


def test_checking_a_file_loads_the_compiler_and_no_more(tmp_path: Path) -> None:
    file = Path(__file__).resolve().parents[2] / "sdl_templates" / "web-page.yaml"
    home = tmp_path / "home"
    assert loaded(home, "sdl", "check", str(file)) == []
    assert not home.exists()


def test_secrets_are_protected_before_a_command_line_is_read(tmp_path: Path) -> None:
    """When `run` begins: no core dumps, no reading of the memory, no message of an exception that nobody caught."""
    code = "\n".join(
        (
            "import sys, threading",
            "import akash_tui.cli.app as app",
            "from akash_tui.adapters.system.memory import memory_faults",
            "def run(entry, arguments):",
            "    print(memory_faults(), *(h.__module__ for h in (sys.excepthook, threading.excepthook,",
            "          sys.unraisablehook)))",
            "    return 0",
            "app.run = run",
            "from akash_tui.__main__ import main",
            "main()",
        )
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    faults = "[]" if sys.platform.startswith("linux") else ""
    assert done.stdout.split()[-3:] == ["akash_tui.services.redaction"] * 3
    assert done.stdout.startswith(faults)
