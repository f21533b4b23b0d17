"""Recovery words and passphrases are nowhere after a crash: in commands, on the screen, on practice, in the keyring.

Every case types or stores planted secrets, and something then raises an exception that carries them, in one of the ways
in which an exception can carry text. What was printed, drawn, logged, reported and written is then searched.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import keyring
import keyring.backend
import keyring.backends.fail
import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from akash_tui.adapters.wallet import keys, vault_file
from akash_tui.adapters.wallet.vault import DiskVault
from akash_tui.compose import Program
from akash_tui.domain.secret import Secret
from akash_tui.ui.wallet_keys import import_wallet, words_dialog
from tests.cli.home import Home
from tests.secret_errors import KINDS, WORDS, break_with, files_of, found_in
from tests.ui.fakes import Stage_, until
from tests.ui.scripted import script_services
from tests.ui.wallet_keys.stages import dialog, fill, stage_with_vault

PLANTED = WORDS[1]
PASSPHRASE = "planted Sesame 7731 open"


def leaks(*texts: str) -> list[str]:
    """The texts that hold the words, two neighbours of them, or the passphrase."""
    plain = [text.replace("&#160;", " ") for text in texts]
    return [*found_in(PLANTED, *plain), *(text for text in plain if PASSPHRASE.lower() in text.lower())]


def breaking(kind: str) -> Callable[..., NoReturn]:
    """A function that raises an exception which carries both secrets, whatever it is given."""

    def broken(*args: object, **more: object) -> NoReturn:
        break_with(kind, f"{PLANTED} {PASSPHRASE}")

    return broken


class BrokenKeyring(keyring.backend.KeyringBackend):
    """Takes what it is given, and from `broken` on raises whatever carries it."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}
        self.broken: Callable[..., NoReturn] | None = None

    def get_password(self, service: str, username: str) -> str | None:
        if self.broken is not None:
            self.broken()
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        if self.broken is not None:
            self.broken(password)
        self.held[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.broken is not None:
            self.broken()
        del self.held[service, username]


@dataclass
class Scene:
    """A home with planted secrets, and the texts that came out of it."""

    home: Home
    patch: pytest.MonkeyPatch
    kind: str
    texts: list[str] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.home.path.parent / "akash-tui.log"

    @property
    def broken(self) -> Callable[..., NoReturn]:
        return breaking(self.kind)

    def run(self, *args: str, stdin: str = "", fails: bool = True) -> None:
        """Run a command with a log, and with --debug."""
        for more in (("--log", str(self.log)), ("--debug",)):
            answer = self.home.run(*args, *more, stdin=stdin)
            assert (answer.code != 0) is fails, answer
            self.texts += [answer.out, answer.err]
            if not fails:
                return

    def import_planted(self) -> None:
        self.run("wallet", "import", "main", "--stdin", stdin=PLANTED, fails=False)


@pytest.fixture(params=KINDS)
def scene(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Scene]:
    home = Home(tmp_path / "home")
    (home.path / "passphrase").write_text("")
    secret = tmp_path / "outside"
    secret.mkdir()
    (secret / "passphrase").write_text(PASSPHRASE + "\n")
    home.env["AKASH_TUI_PASSPHRASE_FILE"] = str(secret / "passphrase")
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield Scene(home, monkeypatch, request.param)
    keyring.set_keyring(before)


# --- commands, the keyring, practice --------------------------------------------------------------------


def import_with_a_broken_file(scene: Scene) -> None:
    scene.patch.setattr(vault_file, "seal", scene.broken)
    scene.run("wallet", "import", "main", "--stdin", stdin=PLANTED)


def import_with_a_broken_derivation(scene: Scene) -> None:
    scene.patch.setattr(keys, "derive", scene.broken)
    scene.run("wallet", "import", "main", "--stdin", stdin=PLANTED)


def export_with_a_broken_file(scene: Scene) -> None:
    scene.import_planted()
    scene.patch.setattr(vault_file, "make_file", scene.broken)
    scene.run("wallet", "export", "main", "--file", str(scene.home.path / "main.akash-wallet"))


def import_of_a_file_with_a_broken_cipher(scene: Scene) -> None:
    scene.import_planted()
    file = scene.home.path / "main.akash-wallet"
    scene.run("wallet", "export", "main", "--file", str(file), fails=False)
    scene.patch.setattr(vault_file, "_open", scene.broken)
    scene.run("wallet", "import", "copy", "--file", str(file))


def remove_with_a_broken_list(scene: Scene) -> None:
    scene.import_planted()
    scene.patch.setattr("akash_tui.adapters.wallet.vault.save", scene.broken)
    scene.run("wallet", "remove", "main", "--yes")


def signing_with_a_broken_file(scene: Scene) -> None:
    scene.import_planted()
    scene.patch.setattr(vault_file, "_open", scene.broken)
    vault = DiskVault(scene.home.path, lambda what: PASSPHRASE, use_keyring=False)

    def wallets(program: Program, ask: object = None) -> NoReturn:
        vault.signer("main")
        raise AssertionError("it did not break")

    scene.patch.setattr(Program, "wallets", wallets)
    scene.run("wallet", "list")


def a_keyring_that_breaks_at_each_step(scene: Scene) -> None:
    backend = BrokenKeyring()
    keyring.set_keyring(backend)
    backend.broken = scene.broken
    scene.run("wallet", "import", "main", "--stdin", stdin=PLANTED)
    backend.broken = None
    scene.import_planted()
    backend.broken = scene.broken
    scene.run("wallet", "remove", "main", "--yes")
    scene.run("wallet", "export", "main", "--file", str(scene.home.path / "main.akash-wallet"))


def the_practice_wallet_breaks(scene: Scene) -> None:
    """Its words are in a plain file by design; the planted ones stand for it in the exception alone."""
    scene.patch.setattr(Program, "practice_wallet", scene.broken)
    (scene.home.path / "practice-wallet").write_text("not a wallet\n")
    scene.run("wallet", "list")
    scene.patch.setattr(Program, "serve_practice", scene.broken)
    scene.run("practice")


@pytest.mark.parametrize(
    "case",
    [
        import_with_a_broken_file,
        import_with_a_broken_derivation,
        export_with_a_broken_file,
        import_of_a_file_with_a_broken_cipher,
        remove_with_a_broken_list,
        signing_with_a_broken_file,
        a_keyring_that_breaks_at_each_step,
        the_practice_wallet_breaks,
    ],
    ids=lambda case: case.__name__,
)
def test_nothing_of_them_is_left_by_a_command(
    scene: Scene, case: Callable[[Scene], None], capfd: pytest.CaptureFixture[str]
) -> None:
    case(scene)
    out, err = capfd.readouterr()
    assert scene.log.exists(), "the log was written, so that it can be searched"
    assert not leaks(out, err, *scene.texts, scene.log.read_text(), *files_of(scene.home.path))


# --- the screen -----------------------------------------------------------------------------------------


async def to_the_words(app: Stage_, pilot: Pilot[Any]) -> None:
    """As far as the words of a new wallet, which are the planted ones."""
    app.app.do_create_wallet()
    await dialog(app, pilot, "Create a wallet")
    await pilot.press("enter")
    await dialog(app, pilot, "How many")
    await pilot.press("enter")
    await dialog(app, pilot, "A passphrase")
    await fill(app, pilot, first=PASSPHRASE, second=PASSPHRASE)


async def saving_breaks(app: Stage_, pilot: Pilot[Any], broken: Callable[..., NoReturn], patch: Any) -> None:
    """In a worker, after everything was typed: the app goes on."""
    patch.setattr(words_dialog, "places_to_ask", lambda count: [1, 2, 3])
    patch.setattr(vault_file, "seal", broken)
    await to_the_words(app, pilot)
    await dialog(app, pilot, "The words of main")
    await pilot.press("y")
    await dialog(app, pilot, "Check your words")
    typed = PLANTED.split()
    await fill(app, pilot, word1=typed[0], word2=typed[1], word3=typed[2])
    await dialog(app, pilot, "That did not work")


async def drawing_the_words_breaks(app: Stage_, pilot: Pilot[Any], broken: Callable[..., NoReturn], patch: Any) -> None:
    """While the words are on the screen: the app ends."""
    await to_the_words(app, pilot)
    await dialog(app, pilot, "The words of main")
    app.app.call_later(broken)
    await pilot.pause()


async def a_key_breaks_while_words_are_typed(
    app: Stage_, pilot: Pilot[Any], broken: Callable[..., NoReturn], patch: Any
) -> None:
    """In the handler of a key, with the words in a field: the app ends."""
    app.app.do_import_wallet()
    await dialog(app, pilot, "Import a wallet")
    await pilot.press("enter")
    await until(pilot, lambda: app.app.screen.query("#text"))
    await pilot.press("enter")
    await dialog(app, pilot, "Its recovery words")
    app.app.screen.query_one("#words", Input).value = PLANTED
    await pilot.pause()
    patch.setattr(import_wallet, "BadInput", ZeroDivisionError)
    patch.setattr(DiskVault, "check_words", broken)
    await pilot.press("enter")
    await pilot.pause()


async def the_key_breaks_at_unlocking(
    app: Stage_, pilot: Pilot[Any], broken: Callable[..., NoReturn], patch: Any
) -> None:
    """At a signature after the idle lock, with the passphrase typed: the app goes on."""
    lock = app.app.idle_lock
    assert lock is not None
    lock.prompt.secret = Secret(PASSPHRASE)
    lock.session.lock()
    lock.session.require_signer = broken  # type: ignore[method-assign]
    app.app.do_unlock()
    await dialog(app, pilot, "That did not work")


@pytest.mark.parametrize("kind", ["context", "group"])
@pytest.mark.parametrize(
    ("case", "ends"),
    [
        (saving_breaks, False),
        (drawing_the_words_breaks, True),
        (a_key_breaks_while_words_are_typed, True),
        (the_key_breaks_at_unlocking, False),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
async def test_nothing_of_them_is_left_by_the_screen(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    case: Callable[..., Any],
    ends: bool,
    kind: str,
) -> None:
    monkeypatch.delenv("AKASH_TUI_PASSPHRASE_FILE", raising=False)
    monkeypatch.setattr(keys, "new_words", lambda count: Secret(PLANTED))
    script_services(monkeypatch)
    stage = stage_with_vault(tmp_path / "home")
    pictures: list[str] = []

    async def play() -> None:
        async with stage.app.run_test(size=(100, 30)) as pilot:
            await stage.ready(pilot)
            await case(stage, pilot, breaking(kind), monkeypatch)
            pictures.append(stage.app.export_screenshot())
            await pilot.press("escape", "exclamation_mark")
            pictures.append(stage.app.export_screenshot())

    if ends:
        with pytest.raises(Exception):  # noqa: B017, PT011 - the app's end raises it, of whatever type
            await play()
        assert stage.app.return_code == 1
    else:
        await play()
    printed = "".join((*map(str, stage.app._exit_renderables), *capfd.readouterr()))
    assert not leaks(printed, *pictures, *files_of(tmp_path))
    reports = [path.read_text(encoding="utf-8") for path in (tmp_path / "home" / "crashes").iterdir()]
    assert reports, "it broke, and a report was written"
    assert all("break_with" in report for report in reports), "\n".join(reports)


# --- the process ----------------------------------------------------------------------------------------

LOOKS_AT_ITSELF = """
import os, sys
from pathlib import Path
from akash_tui.compose import Program
from akash_tui.cli.app import run
code = run(Program(Path(sys.argv[1])), ["wallet", "import", "main", "--stdin"])
for name in ("cmdline", "environ"):
    path = Path("/proc/self") / name
    if path.exists():
        print(path.read_bytes().decode("utf-8", "replace"))
sys.exit(code)
"""


def test_they_are_neither_arguments_nor_environment(tmp_path: Path) -> None:
    secret = tmp_path / "passphrase"
    secret.write_text(PASSPHRASE)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "AKASH_TUI_PASSPHRASE_FILE": str(secret),
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    run = partial(subprocess.run, input=PLANTED, capture_output=True, text=True, env=environment, check=True)
    done = run([sys.executable, "-c", LOOKS_AT_ITSELF, str(tmp_path / "home")])
    assert "akash1" in done.stdout
    assert not leaks(done.stdout, done.stderr, *files_of(tmp_path / "home"))
