"""The table of commands is true, and help and completion made from it are whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from akash_tui.cli.app import root, run
from akash_tui.cli.commands import COMMANDS, CommandGroup

PATHS = ["", *COMMANDS]


def find(path: str) -> click.Command:
    command: click.Command = root
    for name in path.split():
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    return command


def modules_with_commands() -> Iterator[tuple[str, click.Command]]:
    """Every click command that a module of the command line defines."""
    folder = Path(__file__).resolve().parents[2] / "akash_tui" / "cli"
    for path in sorted(folder.glob("*.py")):
        module = __import__(f"akash_tui.cli.{path.stem}", fromlist=["_"])
        for name, value in vars(module).items():
            if isinstance(value, click.Command) and not isinstance(value, click.Group):
                callback = value.callback
                if callback is not None and callback.__module__ == module.__name__:
                    yield f"{path.stem}:{name}", value


def test_the_table_names_every_command_there_is() -> None:
    assert {where for where, _ in modules_with_commands()} == {e.where for e in COMMANDS.values() if e.where}


@pytest.mark.parametrize("path", COMMANDS)
def test_the_table_says_of_a_command_what_it_says_of_itself(path: str) -> None:
    command = find(path)
    assert command.name == path.rpartition(" ")[2]
    assert COMMANDS[path].short == command.get_short_help_str(1000)
    assert isinstance(command, CommandGroup) == (not COMMANDS[path].where)


@pytest.mark.parametrize("path", PATHS)
def test_the_help_of_every_command_is_whole(path: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(None, [*path.split(), "--help"]) == 0
    out, err = capsys.readouterr()
    words = " ".join(out.split())
    command = find(path)
    assert err == ""
    assert words.startswith(f"Usage: akash-tui {path}".strip())
    assert " ".join((command.help or "").replace("\b", "").split()) in words
    for param in command.params:
        if isinstance(param, click.Option) and not param.hidden:
            assert re.search(rf"(?<![\w-]){re.escape(param.opts[-1])}(?![\w-])", words), param.opts
    if isinstance(command, click.Group):
        below = {p: e for p, e in COMMANDS.items() if p.rpartition(" ")[0] == path}
        assert len(below) > 1
        for one, entry in below.items():
            assert f"{one.rpartition(' ')[2]} {entry.short}" in words
    else:
        assert "Examples:" in words


def test_a_mistyped_command_is_answered_with_the_nearest_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(None, ["lese"]) == 2
    assert "lease" in capsys.readouterr().err
    assert run(None, ["lease", "lits"]) == 2
    assert "list" in capsys.readouterr().err


def completed(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], words: str) -> list[str]:
    """What the shell is given for the last word of a line: with zsh's form, three lines for each."""
    monkeypatch.setenv("_AKASH_TUI_COMPLETE", "zsh_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    with monkeypatch.context() as patch:
        patch.setattr("akash_tui.cli.app.discard_stdout", lambda: None)
        assert run(None, []) == 0
    return capfd.readouterr().out.splitlines()


def test_names_and_options_are_completed(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    assert completed(monkeypatch, capfd, "akash-tui le") == ["plain", "lease", COMMANDS["lease"].short]
    assert completed(monkeypatch, capfd, "akash-tui lease st")[1] == "status"
    assert "--accept" in completed(monkeypatch, capfd, "akash-tui deploy --acc")
    assert "--ascii" in completed(monkeypatch, capfd, "akash-tui --asc")


NETWORK_OPTIONS = ("--network", "--rest", "--rpc", "--chain-id", "--indexer", "--wallet", "--readonly")


@pytest.mark.parametrize("path", ["preset list", "sdl explain", "journal", "networks", "wallet create", "completion"])
def test_the_help_of_a_local_command_has_no_options_of_a_network_and_it_takes_them_all_the_same(
    path: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(None, [*path.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert not [name for name in NETWORK_OPTIONS if re.search(rf"(?m)^ +{name} ", shown)]
    known = {opt for param in find(path).params for opt in param.opts}
    assert set(NETWORK_OPTIONS) <= known


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_asks_the_program(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(None, ["completion", shell]) == 0
    assert f"_AKASH_TUI_COMPLETE={shell}_complete" in capsys.readouterr().out
