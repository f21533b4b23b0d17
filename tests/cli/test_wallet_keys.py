"""`wallet import`, `export` and `remove` from a script: files, accounts, and what is refused."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from akash_tui.adapters.wallet.keys import KeySigner, new_words
from akash_tui.cli import wallet_keys
from akash_tui.domain.secret import Secret
from akash_tui.services.ports import HD_PATH
from tests.cli.home import ADDRESS, WORDS, Home
from tests.helpers.worlds import fund
from tests.secret_errors import files_of, found_in

Practice = Callable[..., dict[str, Any]]


@pytest.mark.parametrize(
    ("options", "path"),
    [
        ((), HD_PATH),
        (("--index", "3"), "m/44'/118'/0'/0/3"),
        (("--hd-path", "m/44'/118'/2'/0/0"), "m/44'/118'/2'/0/0"),
    ],
)
def test_any_account_of_the_words_is_imported(home: Home, options: tuple[str, ...], path: str) -> None:
    answer = home.run("wallet", "import", "main", "--stdin", *options, "-o", "json", stdin=WORDS)
    assert answer.json["address"] == KeySigner.from_words(WORDS, path).address
    assert answer.json["path"] == path
    assert home.run("wallet", "list", "-o", "json").json[0]["path"] == path


def test_an_encrypted_file_goes_to_another_home(home: Home, tmp_path: Path) -> None:
    home.import_wallet()
    file = tmp_path / "main.akash-wallet"
    done = home.run("wallet", "export", "main", "--file", str(file), "-o", "json")
    assert done.json["file"] == str(file)
    assert "Strength: weak" in done.err
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert home.run("wallet", "export", "main", "--file", str(file)).code == 2, "a file is never replaced"
    other = Home(tmp_path / "other")
    copied = other.run("wallet", "import", "copy", "--file", str(file))
    assert copied.out.split()[1] == ADDRESS
    assert not found_in(WORDS, done.out, done.err, copied.out, copied.err, *files_of(tmp_path))
    (other.path / "passphrase").write_text("quite another one\n")
    again = other.run("wallet", "import", "again", "--file", str(file))
    assert "This account is here already, as the wallet copy." in again.err, "before the passphrase is looked at"
    assert home.run("wallet", "remove", "main", "--yes", "--force").code == 0
    home.env["AKASH_TUI_PASSPHRASE_FILE"] = str(other.path / "passphrase")
    wrong = home.run("wallet", "import", "third", "--file", str(file))
    assert (wrong.code, "The passphrase is wrong" in wrong.err) == (2, True)
    file.write_bytes(file.read_bytes()[:-40])
    cut = home.run("wallet", "import", "third", "--file", str(file))
    assert (cut.code, "damaged" in cut.err) == (2, True)


@pytest.mark.parametrize(
    ("command", "words"),
    [
        (("import", "main", "--stdin", "--index", "1", "--hd-path", "m/0"), "exclude each other"),
        (("import", "main", "--file", "x", "--stdin"), "Give --file alone"),
        (("import", "main", "--stdin", "--hd-path", "m/44x"), "not a derivation path"),
        (("import", "main", "--file", "nowhere"), "cannot be read"),
        (("import", "taken", "--stdin"), "a wallet called taken already"),
        (("create", "taken"), ""),
        (("export", "taken"), ""),
        (("export", "nobody", "--file", "x"), "no wallet called nobody"),
        (("remove", "taken"), "no terminal to ask: Type taken"),
        (("remove", "nobody", "--yes"), "no wallet called nobody"),
    ],
)
def test_what_is_refused(home: Home, command: tuple[str, ...], words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    home.run("wallet", "import", "taken", "--stdin", "--index", "4", stdin=WORDS)
    monkeypatch.setattr(wallet_keys, "open", _no_terminal, raising=False)
    answer = home.run("wallet", *command, stdin=WORDS)
    assert answer.code == 2
    assert (words or "no terminal to show the words on") in answer.err
    assert [w["name"] for w in home.run("wallet", "list", "-o", "json").json] == ["taken"]


def _no_terminal(*args: object, **more: object) -> None:
    raise OSError


def test_a_passphrase_that_is_too_easy_is_refused(home: Home) -> None:
    (home.path / "passphrase").write_text("short\n")
    answer = home.run("wallet", "import", "main", "--stdin", stdin=WORDS)
    assert answer.code == 2
    assert "at least 10 characters" in answer.err
    assert home.run("wallet", "list", "-o", "json").json == []


def test_accounts_are_listed_with_their_balances_to_choose_from(
    home: Home, practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = new_words()
    address = KeySigner.from_words(words, "m/44'/118'/0'/0/2").address
    fund(practice(fund=False), address)
    monkeypatch.setattr(wallet_keys, "can_ask", lambda: True)
    asked: list[str] = []

    def prompt(text: str, **more: object) -> int:
        asked.append(text)
        return 1

    monkeypatch.setattr(click, "prompt", prompt)
    monkeypatch.setattr(wallet_keys, "_read_words", lambda from_stdin: Secret(words))
    answer = home.run("--network", "practice", "wallet", "import", "main")
    assert answer.out.split()[1] == address
    assert asked == ["Which account?"]
    first, second = answer.err.splitlines()[1:3]
    assert address in first
    assert "AKT" in first
    assert "empty" in second


def test_a_wallet_with_an_open_deployment_is_removed_only_by_force(
    home: Home, practice: Practice, tmp_path: Path
) -> None:
    words = new_words().reveal()
    ready = practice(fund=False)
    home.import_wallet(words)
    fund(ready, home.address)
    made = home.run(
        *("--network", "practice", "deploy", "web-page", "--accept", "none", "--collect", "0.5s"),
        *("--yes", "--on-fail", "keep", "-o", "json"),
    )
    named = ("--network", "practice", "wallet", "remove", "main", "--yes")
    refused = home.run(*named)
    assert refused.code == 2, made.err
    assert "open deployment" in refused.err
    unnamed = home.run("wallet", "remove", "main", "--yes")
    assert "On practice: 1 open deployment" in unnamed.err, "the journal knows where it was used"
    found = (home.path / "practice.json").read_text()
    (home.path / "practice.json").write_text(found.replace(ready["rest"], "http://127.0.0.1:1"))
    silent = home.run(*named)
    assert "could not be asked" in silent.err
    assert home.run("wallet", "list", "-o", "json").json[0]["name"] == "main"
    assert home.run(*named, "--force").code == 0
    assert [w["name"] for w in home.run("wallet", "list", "-o", "json").json] == []
    assert not list(home.path.rglob("*.sealed"))
    (home.path / "practice.json").write_text(found)
    home.import_wallet(words)  # what is open is closed at the end
