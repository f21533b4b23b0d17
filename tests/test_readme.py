"""The README and docs/ say what is true: the key table is the registry's, commands run, pictures and links exist.

The rule for commands: every line of a shell block is parsed by the program itself. It is also run, on a practice
network in a home of its own, unless `reason_not_run` names why it cannot be: it serves or watches until it is stopped,
needs a terminal, or names an endpoint that is only an example.

`python tests/test_readme.py` writes the key table again.
"""

from __future__ import annotations

import ast
import io
import json
import re
import shlex
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import click
import pytest

from tests.helpers.worlds import served

ROOT = Path(__file__).resolve().parent.parent
README, KEYS, COMMANDS = ROOT / "README.md", ROOT / "docs" / "keys.md", ROOT / "docs" / "command-line.md"
PAGES = [README, *sorted((ROOT / "docs").rglob("*.md"))]
GUIDES = [*PAGES, *(ROOT / f"{name}.md" for name in ("ARCHITECTURE", "CONTRIBUTING", "GLOSSARY", "SECURITY"))]
DSEQ = "812301"
"""Stands for the reader's own deployment; where a command is run, the newest one takes its place."""
WORDS = {
    "main": "abandon " * 11 + "about",
    "second": "legal winner thank year wave sausage worth useful legal winner thank yellow",
}
_TABLE = re.compile(r"(<!-- keys:begin[^\n]*-->\n).*?(<!-- keys:end -->)", re.DOTALL)
_BLOCK = re.compile(r"^```(sh|toml|json)\n(.*?)^```", re.DOTALL | re.MULTILINE)


def blocks(text: str, language: str) -> list[str]:
    return [found[2] for found in _BLOCK.finditer(text) if found[1] == language]


def shell_lines(page: Path) -> list[str]:
    return lines_of(page.read_text(encoding="utf-8"))


def lines_of(text: str) -> list[str]:
    lines = [line.split(" # ")[0].strip() for block in blocks(text, "sh") for line in block.splitlines()]
    return [line for line in lines if line]


def words_of(line: str) -> list[str]:
    """The arguments of the program in a shell line, behind a pipe and before a redirection."""
    own = line.rsplit("| akash-tui ", 1)[-1].removeprefix("akash-tui").strip()
    return shlex.split(re.split(r" [<>] ", own)[0])


PROGRAM_LINES = [
    (page, line) for page in GUIDES for line in shell_lines(page) if re.search(r"(^|\| )akash-tui( |$)", line)
]


def reason_not_run(line: str) -> str | None:
    """Why a line of the docs is parsed but not run; None: it is run."""
    words = words_of(line)
    if line.startswith("curl"):
        return "names an endpoint that is only an example"
    if "--rest" in words:
        return "names endpoints that are only an example"
    if "--watch" in words or words[:1] in (["practice"], ["demo"], []) or "watch 'gpu" in line:
        return "serves, shows or watches until it is stopped"
    if words[:1] == ["speed"]:
        return "needs a network whose time can be sped up; the one here has a block time of its own"
    if words[:2] == ["wallet", "create"]:
        return "shows the words on a terminal only"
    if "policy.toml" in words:
        return "waits for bids that meet all lines of the page at once; tests of policies run them"
    if "shell" in words:
        return "talks to the terminal; tests/cli runs it as a process of its own"
    return None


def parse(words: list[str]) -> click.Command:
    """Parse as the program does, types and required arguments included; raises click's errors."""
    from akash_tui.cli.app import root
    from akash_tui.cli.options import GlobalOptions

    command: click.Command = root
    context = root.make_context("akash-tui", list(words), obj=GlobalOptions(SimpleNamespace()))  # type: ignore[arg-type]
    while isinstance(command, click.Group):
        rest = [*context._protected_args, *context.args]
        if not rest:
            break
        name, found, rest = command.resolve_command(context, rest)
        assert found is not None
        command = found
        context = command.make_context(name, rest, parent=context)
    return command


def with_keys(text: str) -> str:
    from akash_tui.ui.actions.registry import key_table_markdown

    table = key_table_markdown().strip()
    return _TABLE.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", text)


def test_the_key_table_is_the_registrys() -> None:
    text = KEYS.read_text(encoding="utf-8")
    assert _TABLE.search(text)
    assert with_keys(text) == text, "run: python tests/test_readme.py"


@pytest.mark.parametrize(("page", "line"), PROGRAM_LINES, ids=[f"{p.stem}:{line}" for p, line in PROGRAM_LINES])
def test_every_command_of_the_docs_is_one_that_the_program_takes(page: Path, line: str) -> None:
    command = parse(words_of(line))
    assert not isinstance(command, click.Group) or not words_of(line) or command.name == "root"


def test_a_command_that_does_not_exist_is_found() -> None:
    for wrong in ("lease lost 812301", "deploy my.yaml --not-an-option", "lease show", "bids 812301 --sort"):
        with pytest.raises(click.UsageError):
            parse(shlex.split(wrong))


def leaves(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from leaves(child, f"{path} {name}".strip())
    else:
        yield path, command


def test_every_command_has_examples_in_its_help_that_it_takes() -> None:
    from akash_tui.cli.app import root
    from akash_tui.cli.examples import EXAMPLES

    commands = dict(leaves(root))
    assert set(commands) == set(EXAMPLES) - {""}
    for path, command in commands.items():
        assert "Examples:" in (command.epilog or "")
        for line in EXAMPLES[path]:
            assert parse(words_of(line)) is command, line


def test_every_make_target_of_the_docs_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    named = {found for page in GUIDES for found in re.findall(r"(?:`|^)make ([a-z]+)", page.read_text(), re.MULTILINE)}
    assert {"demo", "test", "check"} <= named
    assert named <= targets


# --- running them ------------------------------------------------------------------------------


class World:
    """A home with a funded wallet and a practice network beside it, and the files that the docs name."""

    def __init__(self, home: Path, folder: Path, answer: dict[str, str]) -> None:
        self.home, self.folder, self.endpoints = home, folder, answer

    def run(self, line: str, monkeypatch: pytest.MonkeyPatch) -> int:
        """The exit code of one line, run in this process."""
        from akash_tui.cli.app import run
        from akash_tui.compose import Program

        words = [self.newest() if word == DSEQ else word for word in words_of(line)]
        redirected = re.search(r" < (\S+)", line)
        text = (self.folder / redirected[1]).read_bytes() if redirected else b""
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text), encoding="utf-8"))
        return run(Program(self.home), words)

    def newest(self) -> str:
        from akash_tui.services.storage.journal import Journal

        journal = Journal(self.home / "journal.db")
        try:
            return next(str(intent.dseq) for intent in journal.intents() if intent.dseq)
        finally:
            journal.close()

    def save_bids(self) -> None:
        with urllib.request.urlopen(f"{self.endpoints['rest']}/akash/market/v1beta5/bids/list", timeout=20) as answer:
            (self.folder / "saved-bids.json").write_bytes(answer.read())


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    home, folder = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("docs")
    home.chmod(0o700)
    secret = folder / "passphrase"
    secret.write_text("correct horse\n")
    secret.chmod(0o600)
    sdl = (ROOT / "sdl_templates" / "vllm-chat.yaml").read_text(encoding="utf-8")
    (folder / "my.yaml").write_text(sdl)
    (folder / "new.yaml").write_text(sdl.replace("VLLM_NO_USAGE_STATS=1", "VLLM_NO_USAGE_STATS=0"))
    from akash_tui.services.automation.policy import read_policy

    (folder / "policy.toml").write_text(blocks(COMMANDS.read_text(encoding="utf-8"), "toml")[0])
    read_policy(folder / "policy.toml")
    (folder / "policy.toml").write_text(
        'wait = "1 bids"\n'
    )  # all of the page at once: few bids pass, after a long wait
    (folder / "words").write_text(WORDS["second"])
    (folder / "first-words").write_text(WORDS["main"])
    (home / "settings.json").write_text(json.dumps({"collect_seconds": 1}))
    (home / "settings.json").chmod(0o600)
    with served(home, "calm") as practice, pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("AKASH_TUI_HOME", str(home))
        patch.setenv("AKASH_TUI_PASSPHRASE_FILE", str(secret))
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        made = World(home, folder, practice.ready)
        assert made.run("akash-tui wallet import main --stdin < first-words", patch) == 0
        yield made


def to_run(text: str) -> list[str]:
    return [line for line in lines_of(text) if "akash-tui" in line and not reason_not_run(line)]


_PARTS = re.compile("^(?=## (?:Bids|Wallets)$)", re.MULTILINE)
"""Where the longest page is divided, so that its parts can run side by side, each with a deployment of its own."""
_ALL = [
    *((COMMANDS, text) for text in _PARTS.split(COMMANDS.read_text(encoding="utf-8"))),
    *((page, page.read_text(encoding="utf-8")) for page in PAGES if page != COMMANDS),
]
RUN = [(page, text) for page, text in _ALL if to_run(text)]


def test_the_longest_page_has_three_parts() -> None:
    assert [page for page, _ in RUN].count(COMMANDS) == 3
    assert sum(len(lines_of(text)) for page, text in RUN if page == COMMANDS) == len(shell_lines(COMMANDS))


@pytest.mark.slow
@pytest.mark.parametrize(("page", "text"), RUN, ids=[page.stem for page, _ in RUN])
def test_the_commands_of_a_page_run_in_their_order(
    page: Path, text: str, world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    lines = to_run(text)
    begin = []
    if (page, text) != RUN[0]:
        if not (world.home / "journal.db").exists():
            begin.append("akash-tui --network practice wallet fund")
        if any(DSEQ in line for line in lines):
            begin.append("akash-tui --network practice deploy my.yaml --accept cheapest --yes")
    for line in (*begin, *lines):
        if "saved-bids.json" in line:
            world.save_bids()
        code = world.run(line, monkeypatch)
        assert code == 0, f"{line}\n{capfd.readouterr().err}"


def test_most_commands_of_the_docs_are_run() -> None:
    lines = [line for page in PAGES for line in shell_lines(page) if "akash-tui" in line]
    assert sum(reason_not_run(line) is None for line in lines) > 0.6 * len(lines)


def test_the_settings_of_the_docs_are_read() -> None:
    from akash_tui.services.storage.settings import Settings

    for page in PAGES:
        for block in blocks(page.read_text(encoding="utf-8"), "json"):
            assert Settings.model_validate_json(block).model_dump(exclude_defaults=True)


# --- what the program itself advises, pictures, links -------------------------------------------


def test_every_command_that_the_program_advises_exists() -> None:
    from akash_tui.cli.app import root

    advised = 0
    for path in sorted((ROOT / "akash_tui").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Constant) and isinstance(node.value, str)):
                continue
            for first, second in re.findall(r"akash-tui ([a-z]+)\b(?: ([a-z]+(?:-[a-z]+)*)\b)?", node.value):
                command = root.get_command(click.Context(root), first)
                if command is None:
                    assert first in PROSE, f"{path.name}: akash-tui {first}"
                    continue
                advised += 1
                if second and isinstance(command, click.Group):
                    assert command.get_command(click.Context(command), second), f"{path.name}: {first} {second}"
    assert advised > 30


PROSE = {"alone", "is", "broke", "failed", "draft"}
"""Words that follow the program's name in plain sentences, and in the first line of a draft's file."""


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.stem)
def test_every_picture_and_link_exists(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_picture_is_shown_somewhere() -> None:
    shown = {Path(t).name for page in PAGES for t in re.findall(r"\]\(([^)#]+\.svg)\)", page.read_text("utf-8"))}
    assert len(shown) >= 8


def test_every_page_of_the_docs_is_linked_from_the_readme() -> None:
    text = README.read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert f"](docs/{page.name})" in text


def test_the_same_python_is_asked_for_everywhere_and_the_newest_is_not_refused() -> None:
    oldest = re.search(r'^requires-python = ">=([0-9.]+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert oldest is not None, "an upper bound needs a reason"
    for page in (README, ROOT / "CONTRIBUTING.md"):
        assert f"You need Python {oldest[1]} or newer and make." in page.read_text(encoding="utf-8")
    assert f"v >= ({oldest[1].replace('.', ', ')})" in (ROOT / "Makefile").read_text(encoding="utf-8")


if __name__ == "__main__":
    KEYS.write_text(with_keys(KEYS.read_text(encoding="utf-8")), encoding="utf-8")
