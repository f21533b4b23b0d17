"""The vault over both of its stores: a keyring (a backend of our own) and encrypted files."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import stat
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import keyring
import keyring.backend
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from akash_tui.adapters.wallet import vault as vault_module
from akash_tui.adapters.wallet import vault_file, vault_index
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.adapters.wallet.vault import PASSPHRASE_FILE, DiskVault
from akash_tui.adapters.wallet.vault_file import SealedFiles
from akash_tui.adapters.wallet.vault_keyring import SERVICE, SystemKeyring, system_keyring
from akash_tui.domain.secret import Secret
from akash_tui.services.ports import AkashError, BadInput, Busy, Locked, NotSignedIn, WalletRef
from tests.adapters.chain.tx.proto_values import TWELVE
from tests.helpers.waiting import until

OTHER = "zoo " * 11 + "wrong"
ADDRESS = KeySigner.from_words(TWELVE).address
OTHER_ADDRESS = KeySigner.from_words(OTHER).address
AS_FILE = WalletRef("main", ADDRESS, store="file")
PASSPHRASE = "correct horse battery staple"
SLIP = "horse with a hat"
TYPO = "typoword"
SHIPPED_COST = vault_file.SCRYPT_N
FRESH_SALT = vault_file._fresh_salt
"""As it is imported, before the tests seal at a lower one."""


class FakeKeyring(keyring.backend.KeyringBackend):
    """Stores entries in this object; fails with `fault` if that is set."""

    priority = 5

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.kept: dict[tuple[str, str], str] = {}
        self.fault: Exception | None = None
        self.forgetful = False

    def get_password(self, service: str, username: str) -> str | None:
        self._maybe()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._maybe(password)
        if not self.forgetful:
            self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._maybe()
        if (service, username) not in self.kept:
            raise keyring.errors.PasswordDeleteError("not there")
        del self.kept[service, username]

    def _maybe(self, heard: str = "") -> None:
        if self.fault is not None:
            raise type(self.fault)(f"{self.fault} {heard}")


@pytest.fixture(autouse=True)
def _quick_and_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(vault_file, "SCRYPT_N", 2**15)
    monkeypatch.delenv(PASSPHRASE_FILE, raising=False)
    before = keyring.get_keyring()
    keyring.set_keyring(keyring.backends.fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def fake() -> FakeKeyring:
    backend = FakeKeyring()
    keyring.set_keyring(backend)
    return backend


@pytest.fixture(params=["keyring", "file"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> DiskVault:
    if request.param == "keyring":
        keyring.set_keyring(FakeKeyring())
    found = DiskVault(tmp_path / "home", lambda prompt: PASSPHRASE)
    assert found.store == request.param
    return found


# --- what both stores do ------------------------------------------------------------------------


def test_a_wallet_comes_back_as_it_was(vault: DiskVault, tmp_path: Path) -> None:
    ref = vault.add("main", f"  {TWELVE.upper()}\n")
    assert (ref.name, ref.address, ref.watch_only, ref.store) == ("main", ADDRESS, False, vault.store)
    again = DiskVault(tmp_path / "home", lambda prompt: PASSPHRASE)
    assert again.wallets() == [ref]
    assert again.wallet("main") == again.wallet("MAIN") == again.wallet(None) == ref
    assert again.wallet("other") is None
    assert again.signer("main").address == ADDRESS
    assert again.signer("main").sign(b"x") == KeySigner.from_words(TWELVE).sign(b"x")
    assert again.export("main") == Secret(TWELVE)


def test_an_empty_home(vault: DiskVault, tmp_path: Path) -> None:
    assert vault.wallets() == []
    assert vault.wallet(None) is None
    with pytest.raises(NotSignedIn):
        vault.signer("main")
    assert not (tmp_path / "home").exists(), "looking must not leave anything"


@pytest.mark.parametrize("count", [12, 24])
def test_new_words_are_stored_by_add_alone(vault: DiskVault, tmp_path: Path, count: int) -> None:
    words = vault.new_words(count)
    assert len(words.reveal().split()) == count
    assert vault.wallets() == []
    ref = vault.add("new", words, passphrase=vault.prepare())
    assert KeySigner.from_words(words).address == ref.address == vault.signer("new").address
    with pytest.raises(BadInput):
        vault.new_words(13)


def test_an_account_at_another_path(vault: DiskVault, tmp_path: Path) -> None:
    path = "m/44'/118'/0'/0/3"
    listed = dict(vault.accounts(Secret(TWELVE)))
    assert listed["m/44'/118'/0'/0/0"] == ADDRESS
    assert len(set(listed.values())) == len(listed) == 9
    ref = vault.add("third", TWELVE, path)
    assert (ref.address, ref.path) == (listed[path], path)
    vault.add("main", TWELVE)
    assert DiskVault(tmp_path / "home", lambda prompt: PASSPHRASE).wallets() == vault.wallets()
    assert vault.signer("third").address == listed[path]
    with pytest.raises(BadInput, match="derivation path"):
        vault.add("bad", OTHER, "m/44'/118'/0'/0/x")


def test_what_may_be_a_new_name(vault: DiskVault) -> None:
    vault.watch("eye", ADDRESS)
    vault.add("full", OTHER)
    for name, restores in (("eye", False), ("full", False), ("full", True), ("a b", True)):
        with pytest.raises(BadInput):
            vault.check_name(name, restores=restores)
    vault.check_name("eye", restores=True)
    vault.check_name("free")


def test_two_wallets_and_the_default(vault: DiskVault) -> None:
    one = vault.add("one", TWELVE)
    two = vault.add("two", Secret(OTHER))
    assert vault.wallet(None) == one
    vault.set_default("two")
    assert vault.wallet(None) == two
    assert vault.rename("two", "Second").name == "Second"
    assert vault.wallet(None) == vault.wallet("second")
    assert vault.signer("Second").address == OTHER_ADDRESS
    vault.remove("second")
    assert vault.wallets() == [one]
    assert vault.wallet(None) == one
    with pytest.raises(NotSignedIn):
        vault.set_default("two")


def test_without_a_default_nothing_is_guessed(vault: DiskVault) -> None:
    vault.watch("a", ADDRESS)
    vault.watch("b", OTHER_ADDRESS)
    assert vault.wallet(None) is None


def test_watch_only(vault: DiskVault) -> None:
    ref = vault.watch("eye", ADDRESS)
    assert (ref.watch_only, ref.store) == (True, "watch")
    for use in (vault.signer, vault.export):
        with pytest.raises(NotSignedIn):
            use("eye")
    with pytest.raises(BadInput):
        vault.watch("bad", ADDRESS[:-1] + "q")
    full = vault.add("eye", TWELVE)
    assert vault.wallets() == [full]
    assert vault.signer("eye").address == ADDRESS
    with pytest.raises(BadInput):
        vault.watch("eye", ADDRESS)


def test_names_and_accounts_are_not_taken_twice(vault: DiskVault) -> None:
    vault.add("main", TWELVE)
    for name, words in (("main", TWELVE), ("MAIN", OTHER), ("second", TWELVE)):
        with pytest.raises(BadInput):
            vault.add(name, words)
    vault.add("second", OTHER)
    with pytest.raises(BadInput):
        vault.rename("second", "Main")
    assert [w.name for w in vault.wallets()] == ["main", "second"]
    assert vault.rename("main", "Main").name == "Main"


@pytest.mark.parametrize("name", ["", " ", "a b", "../x", "-rf", ".hidden", "a" * 33, "a/b", "a\x1b[31m", "ä", "a\n"])
def test_names_that_are_refused(vault: DiskVault, name: str) -> None:
    for act in (lambda: vault.add(name, TWELVE), lambda: vault.watch(name, ADDRESS), lambda: vault.check_name(name)):
        with pytest.raises(BadInput):
            act()
    vault.add("fine", TWELVE)
    with pytest.raises(BadInput):
        vault.rename("fine", name)


def test_removing_takes_the_words_too(vault: DiskVault, tmp_path: Path) -> None:
    vault.add("main", TWELVE)
    vault.remove("main")
    assert vault.wallets() == []
    assert not list((tmp_path / "home").rglob("*.sealed"))
    backend = keyring.get_keyring()
    assert not isinstance(backend, FakeKeyring) or not backend.kept
    vault.add("main", TWELVE)


def test_everything_is_private(vault: DiskVault, tmp_path: Path) -> None:
    old = os.umask(0)
    try:
        vault.add("main", TWELVE)
    finally:
        os.umask(old)
    for path in [tmp_path / "home", *(tmp_path / "home").rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_an_open_home_is_closed_but_a_shared_one_is_left(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir(mode=0o755)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o1777)
    for name in ("own", "shared"):
        DiskVault(tmp_path / name).watch("eye", ADDRESS)
    assert stat.S_IMODE((tmp_path / "own").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "shared").stat().st_mode) == 0o1777


# --- the encrypted files ------------------------------------------------------------------------


def in_files(home: Path, passphrase: str | None = PASSPHRASE) -> DiskVault:
    return DiskVault(home, (lambda prompt: passphrase) if passphrase is not None else None, use_keyring=False)


def the_file(home: Path) -> Path:
    (found,) = home.rglob("*.sealed")
    return found


def test_a_file_says_only_what_is_public(tmp_path: Path) -> None:
    in_files(tmp_path).add("main", TWELVE)
    for path in (p for p in tmp_path.rglob("*") if p.is_file()):
        text = path.read_bytes()
        assert b"abandon" not in text
        assert base64.b64encode(TWELVE.encode())[:12] not in text
        assert PASSPHRASE.encode() not in text
    head = json.loads(the_file(tmp_path).read_text())
    assert head["v"] == 1
    assert head["address"] == ADDRESS
    assert head["n"] >= 2**15


def test_the_shipped_cost_is_high_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_file, "SCRYPT_N", SHIPPED_COST)
    in_files(tmp_path).add("main", TWELVE)
    assert json.loads(the_file(tmp_path).read_text())["n"] >= 2**17
    assert in_files(tmp_path).signer("main").address == ADDRESS


def test_equal_words_are_sealed_differently(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault_file, "_fresh_salt", FRESH_SALT)
    in_files(tmp_path / "a").add("main", TWELVE)
    in_files(tmp_path / "b").add("main", TWELVE)
    one, two = (json.loads(the_file(tmp_path / x).read_text()) for x in "ab")
    assert one["sealed"] != two["sealed"]
    assert one["salt"] != two["salt"]
    assert one["nonce"] != two["nonce"]


@pytest.mark.parametrize("wrong", ["Correct horse battery staple", "x", PASSPHRASE + " "])
def test_the_wrong_passphrase(tmp_path: Path, wrong: str) -> None:
    in_files(tmp_path).add("main", TWELVE)
    with pytest.raises(Locked, match="passphrase is wrong"):
        in_files(tmp_path, wrong).signer("main")
    assert in_files(tmp_path).signer("main").address == ADDRESS


def test_one_passphrase_for_all_files(tmp_path: Path) -> None:
    in_files(tmp_path).add("main", TWELVE)
    with pytest.raises(Locked):
        in_files(tmp_path, "typo").add("second", OTHER)
    assert [w.name for w in in_files(tmp_path).wallets()] == ["main"]
    in_files(tmp_path).add("second", OTHER)
    assert in_files(tmp_path).signer("second").address == OTHER_ADDRESS


def test_one_passphrase_also_where_two_programs_make_the_first_wallet_at_once(tmp_path: Path) -> None:
    one, other = in_files(tmp_path), in_files(tmp_path, "a passphrase of another kind")
    first, second = one.prepare(), other.prepare()
    one.add("main", TWELVE, passphrase=first)
    with pytest.raises(Locked, match="passphrase is wrong"):
        other.add("second", OTHER, passphrase=second)
    assert [w.name for w in other.wallets()] == ["main"]
    assert len(list((tmp_path / "wallets").iterdir())) == 1


def test_a_new_passphrase_is_asked_twice(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return f"one of several answers {len(asked)}"

    with pytest.raises(BadInput, match="differ"):
        DiskVault(tmp_path, ask, use_keyring=False).add("main", TWELVE)
    assert len(asked) == 2
    assert not list(tmp_path.rglob("*"))


def test_nobody_can_be_asked(tmp_path: Path) -> None:
    with pytest.raises(Locked) as caught:
        in_files(tmp_path, None).add("main", TWELVE)
    assert PASSPHRASE_FILE in caught.value.advice
    with pytest.raises(Locked, match="empty"):
        in_files(tmp_path, "").add("main", TWELVE)


@pytest.mark.parametrize("ending", ["", "\n", "\r\n", "\nsecond line\n"])
def test_the_passphrase_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str) -> None:
    secret = tmp_path / "secret"
    secret.write_bytes((PASSPHRASE + ending).encode())
    monkeypatch.setenv(PASSPHRASE_FILE, str(secret))
    in_files(tmp_path / "home", "what a person would type").add("main", TWELVE)
    monkeypatch.delenv(PASSPHRASE_FILE)
    assert in_files(tmp_path / "home").signer("main").address == ADDRESS


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe\n"])
def test_a_passphrase_file_that_is_of_no_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv(PASSPHRASE_FILE, str(tmp_path / "secret"))
    with pytest.raises(Locked):
        in_files(tmp_path / "home").add("main", TWELVE)


def test_a_damaged_file_is_distinguished_from_a_wrong_passphrase_and_stays(tmp_path: Path) -> None:
    in_files(tmp_path).add("main", TWELVE)
    path = the_file(tmp_path)
    whole = path.read_bytes()

    def ask(prompt: str) -> str:
        raise AssertionError("asked for a passphrase although the file is damaged")

    edited = json.loads(whole)
    damaged = [whole[:cut] for cut in range(0, len(whole) - 2, 37)]
    damaged += [b"[]", b"null", b"{}", b"\xff" * 50, b"[" * 9000, whole.replace(b'"n": 32768', b'"n": 1024')]
    damaged += [json.dumps(edited | change).encode() for change in ({"v": 2}, {"address": OTHER_ADDRESS}, {"sum": ""})]
    for raw in damaged:
        path.write_bytes(raw)
        with pytest.raises(Locked, match="damaged") as caught:
            DiskVault(tmp_path, ask, use_keyring=False).signer("main")
        assert str(path) in caught.value.advice
        assert path.read_bytes() == raw
    path.write_bytes(whole)
    assert in_files(tmp_path).signer("main").address == ADDRESS


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_changed_file_ever_opens(tmp_path: Path, data: st.DataObject) -> None:
    home = tmp_path / "flip"
    if not home.exists():
        in_files(home).add("main", TWELVE)
    path = the_file(home)
    whole = path.read_bytes()
    field = data.draw(st.sampled_from(["salt", "nonce", "sealed", "n", "sum", "address", "kdf"]))
    edited = json.loads(whole)
    edited[field] = data.draw(st.text(max_size=24) | st.integers(-1, 2**70) | st.none() | st.just(edited[field] * 2))
    path.write_text(json.dumps(edited))
    try:
        with pytest.raises(Locked):
            in_files(home).signer("main")
    finally:
        path.write_bytes(whole)


def test_parameters_cannot_be_weakened_or_blown_up(tmp_path: Path) -> None:
    in_files(tmp_path).add("main", TWELVE)
    path = the_file(tmp_path)
    whole = json.loads(path.read_text())
    for change in ({"n": 2**10}, {"n": 2**30}, {"n": 40_000}, {"r": 1}, {"kdf": "none"}, {"cipher": "none"}):
        edited = whole | change
        head = {k: v for k, v in edited.items() if k not in ("sealed", "sum")}
        edited["sum"] = vault_file._sum(head, base64.b64decode(edited["sealed"]))
        path.write_text(json.dumps(edited))
        with pytest.raises(Locked, match="damaged"):
            in_files(tmp_path).signer("main")


def test_an_edited_head_with_a_right_checksum_does_not_open(tmp_path: Path) -> None:
    in_files(tmp_path).add("main", TWELVE)
    path = the_file(tmp_path)
    edited = json.loads(path.read_text()) | {"note": "mine"}
    head = {k: v for k, v in edited.items() if k not in ("sealed", "sum")}
    path.write_text(json.dumps(edited | {"sum": vault_file._sum(head, base64.b64decode(edited["sealed"]))}))
    with pytest.raises(Locked):
        in_files(tmp_path).signer("main")


def test_lost_words_can_be_brought_back_under_the_same_name(tmp_path: Path) -> None:
    in_files(tmp_path).add("main", TWELVE)
    the_file(tmp_path).write_bytes(b"{")
    with pytest.raises(BadInput):
        in_files(tmp_path).add("main", OTHER)
    in_files(tmp_path, "a new passphrase").add("main", TWELVE)
    assert in_files(tmp_path, "a new passphrase").signer("main").address == ADDRESS


def test_words_of_another_account_are_not_signed_with(fake: FakeKeyring, tmp_path: Path) -> None:
    vault = DiskVault(tmp_path)
    vault.add("main", TWELVE)
    (key,) = fake.kept
    fake.kept[key] = OTHER
    with pytest.raises(Locked, match="another account"):
        vault.signer("main")


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_files(tmp_path).add("main", TWELVE)
    before = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(Locked, match="written"):
        in_files(tmp_path).add("second", OTHER)
    with pytest.raises(Locked, match="written"):
        in_files(tmp_path).rename("main", "other")
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == before


# --- passphrases and exported files ---------------------------------------------------------------


@pytest.mark.parametrize("bad", ["short", "passwordpassword", "1234567890"])
def test_a_new_passphrase_is_judged_and_an_old_one_is_not(tmp_path: Path, bad: str) -> None:
    with pytest.raises(BadInput):
        in_files(tmp_path, bad).add("main", TWELVE)
    assert not list(tmp_path.rglob("*"))
    SealedFiles(tmp_path / "wallets").save(ADDRESS, Secret(TWELVE), Secret(bad))
    vault_index.save(tmp_path / "wallets.json", vault_index.load(tmp_path / "wallets.json").having(AS_FILE))
    assert in_files(tmp_path, bad).passphrase_need() == "known"
    assert in_files(tmp_path, bad).add("second", OTHER).store == "file"


def test_what_storing_a_key_takes(fake: FakeKeyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert DiskVault(tmp_path).passphrase_need() == ""
    assert in_files(tmp_path).passphrase_need() == "new"
    monkeypatch.setenv(PASSPHRASE_FILE, str(tmp_path / "secret"))
    assert in_files(tmp_path).passphrase_need() == ""


def test_an_exported_file_is_imported_elsewhere(vault: DiskVault, tmp_path: Path) -> None:
    path = "m/44'/118'/2'/0/0"
    ref = vault.add("main", TWELVE, path)
    file = tmp_path / "main.wallet"
    vault.export_file("main", file, Secret(SLIP))
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert not leaks(file.read_text())
    other = in_files(tmp_path / "other")
    exported = other.read_export(file)
    assert (exported.address, exported.path) == (ref.address, path)
    with pytest.raises(Locked, match="passphrase is wrong"):
        other.open_export(exported, Secret(PASSPHRASE))
    words = other.open_export(exported, Secret(SLIP))
    assert other.add("copy", words, exported.path).address == ref.address
    whole = file.read_bytes()
    with pytest.raises(BadInput, match="already"):
        vault.export_file("main", file, Secret(SLIP))
    assert file.read_bytes() == whole
    with pytest.raises(BadInput, match="cannot be written"):
        vault.export_file("main", tmp_path / "nowhere" / "x", Secret(SLIP))


def test_a_file_that_is_no_whole_export_is_named_before_any_key_is_derived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = in_files(tmp_path / "home")
    files.add("main", TWELVE)
    file = tmp_path / "main.wallet"
    files.export_file("main", file, Secret(SLIP))
    whole = file.read_bytes()
    good = json.loads(whole)

    def resealed(**change: object) -> bytes:
        edited = good | change
        head = {k: v for k, v in edited.items() if k not in ("sealed", "sum")}
        return json.dumps(edited | {"sum": vault_file._sum(head, base64.b64decode(edited["sealed"]))}).encode()

    cases: list[tuple[bytes, str]] = [
        (b"", "not an exported wallet"),
        (b"version: '2.0'", "not an exported wallet"),
        (b"\x00" * 1_000_000, "not an exported wallet"),
        (b'{"kdf": ' + b"[" * 16_000, "damaged"),
        (whole + b" " * 16_384, "not an exported wallet"),
        (resealed(v=2), "newer"),
        *((whole[:cut], "damaged") for cut in range(120, len(whole) - 2, 60)),
        *((resealed(n=n), "damaged") for n in (2**30, 2**19, 2**14, -1, 1e300, True, "131072")),
        *((resealed(**c), "damaged") for c in ({"r": 10**9}, {"p": 64}, {"address": "akash1\x1b[2J"}, {"path": "m/x"})),
        *((resealed(**c), "damaged") for c in ({"salt": 5}, {"nonce": ""}, {"path": 5}, {"kdf": "none"})),
    ]
    monkeypatch.setattr(vault_file, "_cipher", None)  # nothing may come so far
    for raw, word in cases:
        file.write_bytes(raw)
        with pytest.raises(BadInput, match=word) as caught:
            files.read_export(file)
        assert str(file) in caught.value.title
    monkeypatch.undo()
    for missing in (tmp_path / "none", tmp_path):
        with pytest.raises(BadInput, match="cannot be read"):
            files.read_export(missing)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput, match="cannot be read"):
        files.read_export(tmp_path / "pipe")


def test_words_of_another_account_in_an_export_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "main.wallet"
    file.write_bytes(vault_file.seal(OTHER_ADDRESS, "m/44'/118'/0'/0/0", Secret(TWELVE), Secret(SLIP)))
    vault = in_files(tmp_path / "home")
    with pytest.raises(BadInput, match="another account"):
        vault.open_export(vault.read_export(file), Secret(SLIP))


# --- the list -----------------------------------------------------------------------------------


def test_a_damaged_list_is_never_replaced(vault: DiskVault, tmp_path: Path) -> None:
    vault.add("main", TWELVE)
    path = tmp_path / "home" / "wallets.json"
    whole = path.read_bytes()
    good = json.loads(whole)
    twice = {**good, "wallets": good["wallets"] * 2}
    bad = [whole[:cut] for cut in range(0, len(whole) - 2, 29)]
    bad += [b"[]", b"null", b"[" * 100_000, b"x" * (vault_index.LIMIT + 5), json.dumps(twice).encode()]
    changes: list[dict[str, Any]] = [
        {"v": 2},
        {"id": 5},
        {"id": "../.."},
        {"wallets": {}},
        {"wallets": [5]},
        {"default": 5},
    ]
    for change in changes:
        bad.append(json.dumps(good | change).encode())
    changes = [{"name": "../x"}, {"address": "akash1x"}, {"store": "plain"}, {"name": None}]
    for change in changes:
        bad.append(json.dumps(good | {"wallets": [good["wallets"][0] | change]}).encode())
    acts: list[Callable[[], object]] = [
        vault.wallets,
        lambda: vault.wallet(None),
        lambda: vault.add("second", OTHER),
        lambda: vault.watch("second", OTHER_ADDRESS),
        lambda: vault.signer("main"),
        lambda: vault.rename("main", "x"),
        lambda: vault.remove("main"),
        lambda: vault.set_default("main"),
    ]
    for raw in bad:
        path.write_bytes(raw)
        for act in acts:
            with pytest.raises(Locked) as caught:
                act()
            assert str(path) in caught.value.advice
        assert path.read_bytes() == raw
    path.write_bytes(whole)
    assert vault.signer("main").address == ADDRESS


def test_homes_do_not_share_keyring_entries(fake: FakeKeyring, tmp_path: Path) -> None:
    one, two = DiskVault(tmp_path / "one"), DiskVault(tmp_path / "two")
    one.add("main", TWELVE)
    two.add("main", TWELVE)
    assert len(fake.kept) == 2
    two.remove("main")
    assert one.signer("main").address == ADDRESS
    (tmp_path / "one").rename(tmp_path / "moved")
    assert DiskVault(tmp_path / "moved").signer("main").address == ADDRESS


def test_listing_loads_nothing_heavy(tmp_path: Path) -> None:
    in_files(tmp_path).add("main", TWELVE)
    code = (
        "import sys; from pathlib import Path; from akash_tui.adapters.wallet.vault import DiskVault;"
        f"v = DiskVault(Path({str(tmp_path)!r})); assert v.wallet(None).name == 'main';"
        "print([m for m in ('cryptography', 'keyring', 'google', 'mnemonic') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_two_processes_lose_no_wallet(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from akash_tui.adapters.wallet.vault import DiskVault;"
        "from akash_tui.adapters.wallet.address import encode_address;"
        f"v = DiskVault(Path({str(tmp_path)!r}));"
        "[v.watch(f'{sys.argv[1]}{i}', encode_address(bytes([ord(sys.argv[1]), i]) * 10)) for i in range(15)]"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, letter]) for letter in "ab"]
    assert [p.wait(timeout=60) for p in running] == [0, 0]
    assert len(DiskVault(tmp_path).wallets()) == 30


# --- the keyring --------------------------------------------------------------------------------


class Plain(FakeKeyring):
    """What a plain text backend looks like from outside."""


Plain.__qualname__ = "PlaintextKeyring"


class Chain(keyring.backends.chainer.ChainerBackend):
    backends: list[keyring.backend.KeyringBackend] = []  # noqa: RUF012


def chain_of(*backends: keyring.backend.KeyringBackend) -> keyring.backend.KeyringBackend:
    chain = Chain()  # type: ignore[no-untyped-call]
    chain.backends = list(backends)
    return chain


def test_a_change_that_takes_long_is_named_with_its_process(
    vault: DiskVault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vault_module, "LOCK_SECONDS", 0.01)
    other = DiskVault(tmp_path / "home", use_keyring=False)
    with vault._locked(), pytest.raises(Busy, match=rf"Another akash-tui, process {os.getpid()} \(akash-tui\), since "):
        other.set_default("main")
    assert not list((tmp_path / "home").glob("*.holder"))


def test_backends_that_keep_no_secrets_are_not_used(tmp_path: Path) -> None:
    hidden = type("Keyring", (FakeKeyring,), {"__module__": "keyrings.alt.file"})()
    weak = type("Weak", (FakeKeyring,), {"priority": 0})()
    for backend in (
        keyring.backends.fail.Keyring(),
        keyring.backends.null.Keyring(),
        chain_of(),
        chain_of(keyring.backends.null.Keyring(), Plain()),
        Plain(),
        hidden,
        weak,
    ):
        keyring.set_keyring(backend)
        assert system_keyring() is None, backend
        assert DiskVault(tmp_path).store == "file"


def test_a_chain_gives_its_first_safe_backend() -> None:
    safe = FakeKeyring()
    keyring.set_keyring(chain_of(Plain(), safe, FakeKeyring()))
    found = system_keyring()
    assert found is not None
    found.save("home", "address", Secret("words"))
    assert safe.kept == {(SERVICE, "home/address"): "words"}


def test_a_broken_keyring_set_up_means_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> object:
        raise ModuleNotFoundError("No module named 'nowhere'")

    monkeypatch.setattr(keyring, "get_keyring", broken)
    assert DiskVault(tmp_path).store == "file"


def test_a_keyring_that_refuses(fake: FakeKeyring, tmp_path: Path) -> None:
    vault = DiskVault(tmp_path)
    vault.add("main", TWELVE)
    fake.fault = keyring.errors.KeyringLocked("Failed to unlock the collection!")
    for act in (lambda: vault.signer("main"), lambda: vault.add("second", OTHER), lambda: vault.remove("main")):
        with pytest.raises(Locked, match="keyring refused"):
            act()
    fake.fault = None
    assert [w.name for w in vault.wallets()] == ["main"]
    assert vault.signer("main").address == ADDRESS


def test_a_keyring_that_forgets(fake: FakeKeyring, tmp_path: Path) -> None:
    fake.forgetful = True
    vault = DiskVault(tmp_path)
    with pytest.raises(Locked, match="did not store"):
        vault.add("main", TWELVE)
    assert vault.wallets() == []
    fake.forgetful = False
    vault.add("main", TWELVE)
    fake.kept.clear()
    with pytest.raises(Locked, match="no words"):
        vault.signer("main")
    vault.add("main", TWELVE)
    assert vault.signer("main").address == ADDRESS
    fake.kept.clear()
    vault.remove("main")
    assert vault.wallets() == []


def test_a_keyring_wallet_where_there_is_no_keyring(fake: FakeKeyring, tmp_path: Path) -> None:
    DiskVault(tmp_path).add("main", TWELVE)
    keyring.set_keyring(keyring.backends.fail.Keyring())
    vault = DiskVault(tmp_path, lambda prompt: PASSPHRASE)
    assert [w.store for w in vault.wallets()] == ["keyring"]
    with pytest.raises(Locked, match="cannot be reached"):
        vault.signer("main")
    assert vault.add("main", TWELVE).store == "file"
    assert vault.signer("main").address == ADDRESS


# --- no secret leaves ---------------------------------------------------------------------------


def everything_shown(error: BaseException) -> str:
    """The error as any crash report could show it: texts, and the locals of all our frames and the libraries'."""
    seen: list[str] = []
    todo: list[BaseException | None] = [error]
    while todo:
        it = todo.pop()
        if it is None:
            continue
        todo += [it.__cause__, it.__context__]
        seen += [str(it), repr(it), repr(it.args), repr(getattr(it, "__dict__", {}))]
        seen += traceback.format_exception(it)
        step: TracebackType | None = it.__traceback__
        while step is not None:
            if Path(step.tb_frame.f_code.co_filename).name != Path(__file__).name:
                seen.append(repr(dict(step.tb_frame.f_locals)))
            step = step.tb_next
    return "\n".join(seen)


def leaks(text: str) -> list[str]:
    """Secret words that a text shows: neighbours of a phrase, a misspelt word, a passphrase."""
    secrets = ("abandon abandon", "abandon about", "zoo zoo", "zoo wrong", PASSPHRASE, SLIP, TYPO)
    return [w for w in secrets if w in text.casefold()]


def test_the_leak_search_finds_leaks() -> None:
    def careless(words: str) -> None:
        raise ValueError("no")

    with pytest.raises(ValueError) as caught:  # noqa: PT011
        careless(TWELVE)
    assert not leaks(everything_shown(caught.value)), "locals of this file do not count"
    assert leaks(everything_shown(ValueError(TWELVE)))
    with pytest.raises(UnicodeDecodeError) as decode:
        (PASSPHRASE.encode() + b"\xff").decode()
    assert leaks(everything_shown(decode.value))


def errors_of_a_vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], object]]:
    files = in_files(tmp_path / "files")
    files.add("main", TWELVE)
    yield lambda: files.add("main", OTHER)
    yield lambda: files.add("second", TWELVE)
    yield lambda: files.add("x y", TWELVE)
    yield lambda: files.add("third", f"{TWELVE} {TYPO}")
    yield lambda: files.add("third", TWELVE.replace("about", "abandon"))
    yield lambda: files.add("third", TWELVE.replace("about", TYPO))
    yield lambda: in_files(tmp_path / "files", SLIP).signer("main")
    yield lambda: in_files(tmp_path / "files", SLIP).add("second", OTHER)
    yield lambda: in_files(tmp_path / "new", "").add("main", TWELVE)
    yield lambda: in_files(tmp_path / "new", TYPO).add("main", TWELVE)
    yield lambda: in_files(tmp_path / "new", None).add("main", TWELVE)
    answers = iter([PASSPHRASE, SLIP])
    yield lambda: DiskVault(tmp_path / "new", lambda prompt: next(answers), use_keyring=False).add("main", TWELVE)

    passphrase_file = tmp_path / "secret"
    passphrase_file.write_bytes(PASSPHRASE.encode() + b"\xff")
    with monkeypatch.context() as patch:
        patch.setenv(PASSPHRASE_FILE, str(passphrase_file))
        yield lambda: files.signer("main")

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        yield lambda: files.add("second", OTHER)
    files.export_file("main", tmp_path / "main.wallet", Secret(SLIP))
    exported = files.read_export(tmp_path / "main.wallet")
    yield lambda: files.open_export(exported, Secret(PASSPHRASE))
    yield lambda: files.export_file("main", tmp_path / "main.wallet", Secret(SLIP))

    backend = FakeKeyring()
    keyring.set_keyring(backend)
    ring = DiskVault(tmp_path / "ring")
    ring.add("main", TWELVE)
    backend.fault = keyring.errors.PasswordSetError("cannot store")
    yield lambda: ring.add("second", OTHER)
    yield lambda: ring.signer("main")
    yield lambda: ring.remove("main")
    backend.fault = None
    backend.forgetful = True
    yield lambda: ring.add("second", OTHER)
    backend.kept = dict.fromkeys(backend.kept, OTHER)
    yield lambda: ring.signer("main")
    backend.kept = dict.fromkeys(backend.kept, f"zoo zoo {TYPO}")
    yield lambda: ring.signer("main")


def test_no_error_shows_a_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    count = 0
    for act in errors_of_a_vault(tmp_path, monkeypatch):
        with pytest.raises(AkashError) as caught:
            act()
        text = everything_shown(caught.value)
        text += f"{caught.value.title} {caught.value.advice} {caught.value.detail}"
        assert not leaks(text), (count, caught.value.title, leaks(text), text)
        count += 1
    assert count == 22


def test_nothing_shown_by_the_vault_is_secret(vault: DiskVault, capfd: pytest.CaptureFixture[str]) -> None:
    ref = vault.add("main", TWELVE)
    signer = vault.signer("main")
    shown = repr(vault) + repr(vars(vault)) + repr(ref) + repr(signer) + str(signer)
    out, err = capfd.readouterr()
    assert not leaks(shown + out + err)


# --- one process at a time ------------------------------------------------------------------------

HOLDER = """
import sys
from pathlib import Path
from akash_tui.adapters.wallet.vault import DiskVault
with DiskVault(Path(sys.argv[1]))._locked():
    print("locked", flush=True)
    sys.stdin.read()
"""


def holding(home: Path) -> subprocess.Popen[str]:
    """A process that holds the lock."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "locked\n"
    return holder


async def test_another_process_waits_and_a_killed_one_frees_the_lock(tmp_path: Path) -> None:
    home = tmp_path / "home"
    holder = holding(home)
    try:
        watching = asyncio.create_task(asyncio.to_thread(lambda: DiskVault(home).watch("main", ADDRESS)))
        await asyncio.sleep(0.3)
        assert not watching.done()
        holder.kill()
        holder.wait()
        await until(watching.done)
        watching.result()
    finally:
        holder.kill()
        holder.communicate()
    assert (home / "wallets.lock").stat().st_mode & 0o777 == 0o600
    assert [w.name for w in DiskVault(home).wallets()] == ["main"]


def test_secret_parameters_are_kept_under_names_beside_the_wallets() -> None:
    store = SystemKeyring(FakeKeyring())
    assert store.load_secret("work") is None
    store.save_secret("work", Secret("hunter2"))
    store.save_secret("work", Secret("hunter3"))
    assert store.load_secret("work") == Secret("hunter3")
    store.remove_secret("work")
    store.remove_secret("work")
    assert store.load_secret("work") is None
