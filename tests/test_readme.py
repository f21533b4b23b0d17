"""The README says what is true: its key table is the registry's, its commands and pictures exist.

`python tests/test_readme.py` writes the key table anew.
"""

from __future__ import annotations

import ast
import re
import shlex
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
_TABLE = re.compile(r"(<!-- keys:begin[^\n]*-->\n).*?(<!-- keys:end -->)", re.DOTALL)


def with_keys(text: str) -> str:
    from akash_tui.ui.actions import key_table_markdown

    table = key_table_markdown().strip()
    return _TABLE.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", text)


def test_the_key_table_is_the_registrys() -> None:
    text = README.read_text(encoding="utf-8")
    assert _TABLE.search(text)
    assert with_keys(text) == text, "run: python tests/test_readme.py"


def test_every_command_exists_with_its_options() -> None:
    from akash_tui.cli.app import root

    lines = [line.split("#")[0].strip() for line in README.read_text(encoding="utf-8").splitlines()]
    commands = [shlex.split(line)[1:] for line in lines if line.startswith("akash-tui ")]
    assert len(commands) >= 12
    for words in commands:
        command: click.Command = root
        context = click.Context(root)
        options = {o: p for p in command.get_params(context) for o in p.opts}
        rest = iter(words)
        for word in rest:
            if word.startswith("-") and word != "-":
                assert word in options, f"{word} in: akash-tui {' '.join(words)}"
                option = options[word]
                if isinstance(option, click.Option) and not option.is_flag:
                    next(rest)
            elif isinstance(command, click.Group):
                found = command.get_command(context, word)
                assert found, f"{word} in: akash-tui {' '.join(words)}"
                command = found
                options |= {o: p for p in command.get_params(context) for o in p.opts}
        assert command is root or not isinstance(command, click.Group), f"no command in: akash-tui {' '.join(words)}"


def test_every_command_that_the_program_advises_exists() -> None:
    from akash_tui.cli.app import root

    said = 0
    for path in sorted((ROOT / "akash_tui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            for first, second in re.findall(r"akash-tui ([a-z]+)\b(?: ([a-z]+)\b)?", node.value):
                command = root.get_command(click.Context(root), first)
                if command is None:
                    assert first in PROSE, f"{path.name}: akash-tui {first}"
                    continue
                said += 1
                if second and isinstance(command, click.Group):
                    assert command.get_command(click.Context(command), second), f"{path.name}: {first} {second}"
    assert said > 30


PROSE = {"alone", "is", "broke"}
"""Words that follow the program's name in plain sentences."""


def test_every_picture_and_link_exists() -> None:
    text = README.read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)#]+)\)", text)
    assert any(t.endswith(".svg") for t in targets)
    for target in targets:
        if "://" not in target:
            assert (ROOT / target).exists(), target


if __name__ == "__main__":
    README.write_text(with_keys(README.read_text(encoding="utf-8")), encoding="utf-8")
