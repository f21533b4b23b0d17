"""A secret parameter goes to the provider and is found nowhere else; to send it again it is given again."""

from __future__ import annotations

import sqlite3
import subprocess
from contextlib import closing, suppress
from pathlib import Path

import pytest

from akash_tui.services.storage.crash_report import write_crash_report
from tests.cli.conftest import Practice
from tests.cli.home import Home
from tests.fakes.session import SDL
from tests.helpers.worlds import GIVE_UP

SECRET = "pl4nted-hunter2-Zq"
OTHER = "an0ther-hunter3-Zq"
TEXT = "# parameter MODE: choice fast slow | How it runs\n# parameter TOKEN: secret | Token of nobody\n" + SDL.replace(
    "image: nginx:1.27\n", "image: nginx:1.27\n    env: [MODE=fast, TOKEN=]\n"
)
ON = ("--network", "practice")


def planted(folder: Path) -> list[Path]:
    """Files that have a secret in them, as it is or as a byte string."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(word.encode() in path.read_bytes() for word in (SECRET, OTHER))]


READ_EVERY = 0.01
"""Seconds; read without a pause, it would take a processor from the process that is read."""


def watched(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Its output; while it runs, what the system shows of it to others is read again and again."""
    seen = b""
    running = True
    while running:
        for part in ("cmdline", "environ"):
            try:
                seen += Path(f"/proc/{process.pid}/{part}").read_bytes()
            except OSError:
                break
        with suppress(subprocess.TimeoutExpired):
            running = process.wait(READ_EVERY) is None
    out, err = process.communicate(timeout=GIVE_UP)
    assert SECRET.encode() not in seen
    return out, err


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str, str]:
    """The SDL, the secret and another one."""
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in (("my.yaml", TEXT), ("token", f"{SECRET}\n"), ("other", OTHER)):
        (folder / name).write_text(text)
    return str(folder / "my.yaml"), str(folder / "token"), str(folder / "other")


def test_it_is_found_nowhere_and_given_again(
    home: Home, practice: Practice, tmp_path: Path, files: tuple[str, str, str]
) -> None:
    sdl, token, other = files
    practice()
    log = str(home.path / "log.txt")
    accept = ("--accept", "cheapest", "--max-price", "5/h", "--collect", "1s", "--yes", "-o", "jsonl", "--log", log)
    # what is not given, or given as an argument, is refused before anything is sent
    missing = home.run(*ON, "deploy", sdl, *accept)
    assert (missing.code, "TOKEN=@FILE" in missing.err) == (2, True), missing.err
    argument = home.run(*ON, "deploy", sdl, "--set", f"TOKEN={SECRET}", *accept)
    assert (argument.code, "never an argument" in argument.err, SECRET in argument.err) == (2, True, False)

    out, err = watched(home.start(*ON, "deploy", sdl, "--set", f"TOKEN=@{token}", "--set", "MODE=slow", *accept))
    assert '"event":"done"' in out, err
    assert '"exit_code":0' in out, err
    assert SECRET not in out + err
    assert "TOKEN: The provider sees it in clear; it is not saved here." in err
    (row,) = home.run(*ON, "lease", "list", "-o", "json").json
    dseq = row["dseq"]
    status = home.run(*ON, "lease", "status", dseq, "-o", "json")
    assert status.code == 0
    recovered = home.run(*ON, "lease", "recover", dseq).out
    assert "TOKEN=]" in recovered
    assert "MODE=slow" in recovered
    try:
        raise RuntimeError(SECRET)
    except RuntimeError as error:
        write_crash_report(home.path, error)
    # the bid memory and the receipt are among the files that are searched
    assert list(home.path.glob("memory/*.db"))
    assert len(list(home.path.glob("receipts/*"))) == 2
    assert planted(home.path) == []

    # as if it had been killed before the manifest was delivered: the same value again, or nothing is sent
    with closing(sqlite3.connect(home.path / "journal.db")) as db, db:
        db.execute("UPDATE leases SET delivered_at = NULL")
    for values, words in (((), "TOKEN=@FILE"), (("--set", f"TOKEN=@{other}"), "not the secret values that it was")):
        refused = home.run(*ON, "resume", "--yes", *values)
        assert (refused.code, words in refused.out + refused.err) == (2, True), refused
    resumed = home.run(*ON, "resume", "--yes", "--set", f"TOKEN=@{token}")
    assert (resumed.code, "handed over now" in resumed.out) == (0, True), resumed

    # an update and the same once more: given again, or refused with the reason
    changed = Path(sdl)
    changed.write_text(TEXT.replace("nginx:1.27", "nginx:1.28"))
    assert home.run(*ON, "lease", "update", dseq, sdl, "--yes").code == 2
    update = home.run(*ON, "lease", "update", dseq, sdl, "--set-file", f"TOKEN={token}", "--yes", "--run-wait", "20s")
    assert update.code == 0, update.err
    assert "nginx:1.27 → nginx:1.28" in update.out + update.err
    again = home.run(*ON, "lease", "update", dseq, sdl, "--set", f"TOKEN=@{other}", "--yes", "--dry-run", "-o", "json")
    assert again.json["former"] != again.json["version"]

    assert planted(home.path) == []
    # beside the files that the person wrote, nothing has it
    assert sorted(path.name for path in planted(tmp_path)) == ["other", "token"]
