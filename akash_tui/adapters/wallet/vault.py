"""Wallets: keys in the system's keyring, or in encrypted files where there is none.

Recovery words leave a `Secret` only inside a call that uses them, and never appear in an error. A new wallet is `add`
with `new_words`, after its owner has them on paper.
Secrets are written before the list names them, and removed before the list forgets them, so a
crash in between loses nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from akash_tui.adapters.wallet.address import valid_address
from akash_tui.adapters.wallet.vault_file import SealedFiles
from akash_tui.adapters.wallet.vault_index import WalletIndex, checked_name, load, save
from akash_tui.domain.passphrase import LEAST, strength
from akash_tui.domain.secret import Secret
from akash_tui.private_files import private_folder, read_plain_file
from akash_tui.services.ports import (
    HD_PATH,
    USUAL_PATHS,
    BadInput,
    Busy,
    ExportedWallet,
    Locked,
    NotSignedIn,
    PassphraseNeed,
    Signer,
    WalletRef,
)
from akash_tui.services.ports.lock_holder import noted_holder, read_holder

if TYPE_CHECKING:
    from akash_tui.adapters.wallet.vault_keyring import SystemKeyring

PASSPHRASE_FILE = "AKASH_TUI_PASSPHRASE_FILE"
"""Environment variable: a file whose first line is the passphrase of the wallet files."""
_FILE_LIMIT = 4096
LOCK_SECONDS = 10.0
"""So long a change of the wallets waits for another process; one that asks a person may take longer."""

Ask = Callable[[str], str]
"""Asks the person for a passphrase, given what for; raises `Locked` if nobody can be asked."""


class DiskVault:
    """The wallets under `home`: implements `ports.Vault`. Nothing is read or asked before it is needed.

    Calls may take long (a keyring that asks to be unlocked, scrypt): not for an event loop's thread.
    """

    def __init__(self, home: Path, ask: Ask | None = None, *, use_keyring: bool = True) -> None:
        self._home = home
        self._list = home / "wallets.json"
        self._files = SealedFiles(home / "wallets")
        self._ask = ask
        self._use_keyring = use_keyring
        self._opened_by_it: str | None = None
        """The account of the wallet file that the passphrase of `prepare` opens; None before, and for the first one."""

    def wallets(self) -> list[WalletRef]:
        return list(load(self._list).wallets)

    def wallet(self, name: str | None) -> WalletRef | None:
        """By name; None asks for the default one (or the only one)."""
        index = load(self._list)
        return index.default_wallet if name is None else index.find(name)

    @property
    def store(self) -> str:
        """Where a new key would go: `keyring` or `file`."""
        return "file" if self._keyring is None else "keyring"

    def check_name(self, name: str, *, restores: bool = False, address: str = "") -> None:
        """`BadInput` if no new wallet can have this name, or it cannot be of this account: as `add` refuses it, before
        anything is asked for. One that `restores` may have the name of a watch-only wallet, or of one whose words were
        lost; without its `address` the accounts are not compared."""
        index = load(self._list)
        if address:
            self._free(index, checked_name(name), address)
            return
        known = index.find(checked_name(name))
        if known is not None and not (restores and (known.watch_only or self._lost(known, index))):
            raise BadInput(f"There is a wallet called {known.name} already.", "Choose another name.")

    def new_words(self, count: int = 24) -> Secret:
        """Fresh recovery words, stored nowhere."""
        from akash_tui.adapters.wallet.keys import new_words

        return new_words(count)

    def check_words(self, words: Secret) -> Secret:
        """The words in their usual form. `BadInput` that names the place of a wrong word, never the word."""
        from akash_tui.adapters.wallet.keys import tidy_words

        return tidy_words(words)

    def accounts(self, words: Secret, paths: Sequence[str] = USUAL_PATHS) -> list[tuple[str, str]]:
        """Each path with the address there. `BadInput` for words or a path that are none."""
        from akash_tui.adapters.wallet.keys import accounts_of

        return accounts_of(words, paths)

    def passphrase_need(self) -> PassphraseNeed:
        """What storing another key takes: nothing, a new passphrase, or the one that the wallet files have."""
        if self._keyring is not None or os.environ.get(PASSPHRASE_FILE):
            return ""
        return "known" if self._sealed_wallet() is not None else "new"

    def prepare(self) -> Secret | None:
        """Ask for the passphrase that another key is stored with, and check it; None if none is needed.

        One passphrase opens all wallet files: a second wallet's must open the first one's. `Locked` if it does not;
        `BadInput` for a new one that differs from its repetition or is too easy to guess.
        """
        if self._keyring is not None:
            return None
        known = self._sealed_wallet()
        if known is not None:
            passphrase = self._passphrase("Passphrase for your wallet files")
            self._files.load(known.address, passphrase).wipe()
            self._opened_by_it = known.address
            return passphrase
        return self.new_passphrase(f"New passphrase for your wallet files, at least {LEAST} characters")

    def new_passphrase(self, what: str) -> Secret:
        """A passphrase that was asked for twice and judged. `BadInput` if the two differ or it is too easy to guess."""
        passphrase = self._passphrase(what)
        refuse_weak(passphrase)
        if not os.environ.get(PASSPHRASE_FILE) and passphrase != self._passphrase("The same passphrase again"):
            raise BadInput("The two passphrases differ.", "Nothing was saved; try again.")
        return passphrase

    def add(self, name: str, words: str | Secret, path: str = HD_PATH, passphrase: Secret | None = None) -> WalletRef:
        """Store a BIP-39 mnemonic; it becomes the default if there is none. Without the passphrase of `prepare`, that
        is asked for here.

        `BadInput`: a wrong word or checksum, a taken name, an account that is here already. Under the same
        name, a watch-only wallet becomes a full one, and one whose words were lost gets them back.
        """
        from akash_tui.adapters.wallet.keys import KeySigner, checked_path, tidy_words

        words = Secret(words)  # the caller's text must not stay in this frame
        checked_name(name)
        checked_path(path)
        words = tidy_words(words)
        address = KeySigner.from_words(words, path).address
        self._free(load(self._list), name, address)
        ref = WalletRef(name, address, watch_only=False, store=self.store, path=path)
        if passphrase is None:
            passphrase = self.prepare()
        with self._locked():
            index = load(self._list)
            self._free(index, name, address)  # again: another process may have been quicker than the person
            if self._keyring is not None:
                self._keyring.save(index.id, address, words)
            elif passphrase is not None:
                known = self._sealed_wallet()
                if known is not None and known.address != self._opened_by_it:  # made since it was asked for
                    self._files.load(known.address, passphrase).wipe()
                self._files.save(address, words, passphrase, path)
            self._save_with(index.having(ref), ref)
        return ref

    def watch(self, name: str, address: str) -> WalletRef:
        """Follow an account without its key."""
        if not valid_address(address):
            raise BadInput("This is not an Akash address.", "It looks like akash1… and has 44 characters.")
        ref = WalletRef(checked_name(name), address, watch_only=True, store="watch")
        with self._locked():
            index = load(self._list)
            self._free(index, name, address, watch=True)
            self._save_with(index.having(ref), ref)
        return ref

    def signer(self, name: str) -> Signer:
        """`NotSignedIn` for unknown and watch-only wallets, `Locked` without the right passphrase."""
        from akash_tui.adapters.wallet.keys import KeySigner

        ref = self._known(name)
        signer = KeySigner.from_words(self._words(ref), ref.path)
        if signer.address != ref.address:
            raise Locked("The stored words belong to another account; nothing was signed.", f"Wallet {ref.name}.")
        return signer

    def export(self, name: str) -> Secret:
        """The words of a wallet, to be shown to its owner. `NotSignedIn` for watch-only ones."""
        return self._words(self._known(name))

    def export_file(self, name: str, file: Path, passphrase: Secret) -> WalletRef:
        """Write the words into a new file, encrypted with a passphrase of its own, and read it back.

        `BadInput`: there is such a file, it cannot be written, the passphrase is too easy to guess.
        """
        from akash_tui.adapters.wallet.vault_file import write_export

        refuse_weak(passphrase)
        ref = self._known(name)
        write_export(file, ref.address, ref.path, self._words(ref), passphrase)
        return ref

    def read_export(self, file: Path) -> ExportedWallet:
        """What an exported file says of itself. `BadInput` if it is none, or damaged."""
        from akash_tui.adapters.wallet.vault_file import read_export

        return read_export(file)

    def open_export(self, exported: ExportedWallet, passphrase: Secret | None = None) -> Secret:
        """Its words; the passphrase is asked for if it is not given. `Locked` if it is wrong, `BadInput` if the words
        are another account's."""
        from akash_tui.adapters.wallet.vault_file import open_export

        words = open_export(exported, passphrase or self._passphrase("Passphrase of the file"))
        if self.accounts(words, [exported.path]) != [(exported.path, exported.address)]:
            raise BadInput("The words in this file belong to another account than it says.", "Nothing was imported.")
        return words

    def rename(self, name: str, new_name: str) -> WalletRef:
        checked_name(new_name)
        with self._locked():
            index = load(self._list)
            ref = self._known(name, index)
            other = index.find(new_name)
            if other is not None and other != ref:
                raise BadInput(f"There is a wallet called {other.name} already.", "Choose another name.")
            new = replace(ref, name=new_name)
            wallets = tuple(new if w == ref else w for w in index.wallets)
            default = new_name if index.default == ref.name else index.default
            save(self._list, replace(index, wallets=wallets, default=default))
        return new

    def remove(self, name: str) -> None:
        """Forget a wallet and its key for good."""
        with self._locked():
            index = load(self._list)
            ref = self._known(name, index)
            if ref.store == "file":
                self._files.remove(ref.address)
            elif ref.store == "keyring":
                self._the_keyring().remove(index.id, ref.address)
            save(self._list, index.without(ref.name))

    def set_default(self, name: str) -> None:
        with self._locked():
            index = load(self._list)
            save(self._list, replace(index, default=self._known(name, index).name))

    # --- inside -----------------------------------------------------------------------------------

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Change the list alone: other processes wait for a while. A killed process frees the lock.

        Raises `Busy`, which says who holds it, if it stays taken: its holder may be asking a person for something.
        """
        from filelock import FileLock, Timeout

        private_folder(self._home)
        # without the fallback to a lock by mere existence, which would outlive a killed holder
        lock = FileLock(self._home / "wallets.lock", timeout=LOCK_SECONDS, mode=0o600, fallback_to_soft=False)
        note = self._home / "wallets.holder"
        try:
            lock.acquire()
        except Timeout:
            holder = read_holder(note)
            who = "Another akash-tui" if holder is None else f"Another akash-tui, {holder.words},"
            raise Busy(
                f"{who} is changing the wallets of this home; nothing was done here.",
                "It may be waiting for an answer in its own terminal. When it is done, try again.",
            ) from None
        try:
            with noted_holder(note, "akash-tui"):
                yield
        finally:
            lock.release()

    @cached_property
    def _keyring(self) -> SystemKeyring | None:
        if not self._use_keyring:
            return None
        from akash_tui.adapters.wallet.vault_keyring import system_keyring

        return system_keyring()

    def _the_keyring(self) -> SystemKeyring:
        if self._keyring is None:
            raise Locked(
                "This wallet is in the system's keyring, which cannot be reached from here.",
                "Use the session it was made in, or import its words again under the same name.",
            )
        return self._keyring

    def _save_with(self, index: WalletIndex, ref: WalletRef) -> None:
        first = index.default is None and not ref.watch_only
        save(self._list, replace(index, default=ref.name) if first else index)

    def _known(self, name: str, index: WalletIndex | None = None) -> WalletRef:
        ref = (index or load(self._list)).find(name)
        if ref is None:
            raise NotSignedIn("There is no wallet of this name.", "akash-tui wallet list shows those that are there.")
        return ref

    def _free(self, index: WalletIndex, name: str, address: str, *, watch: bool = False) -> None:
        named, same = index.find(name), index.at(address)
        if named is not None and named == same and not watch and (named.watch_only or self._lost(named, index)):
            return
        if same is not None:
            kind = "watch-only " if same.watch_only else ""
            raise BadInput(
                f"This account is here already, as the {kind}wallet {same.name}.",
                f"Use {same.name}" + (", or import its words under that name." if same.watch_only else "."),
            )
        if named is not None:
            raise BadInput(f"There is a wallet called {named.name} already.", "Choose another name.")

    def _lost(self, ref: WalletRef, index: WalletIndex) -> bool:
        """Whether the words of a wallet cannot be had here any more, whatever the passphrase."""
        try:
            if ref.store == "file":
                self._files.check(ref.address)
            else:
                self._the_keyring().load(index.id, ref.address)
        except Locked:
            return True
        return False

    def _words(self, ref: WalletRef) -> Secret:
        if ref.watch_only:
            raise NotSignedIn(
                f"{ref.name} is watch-only: its key is not here.", "Import its words under this name to sign with it."
            )
        if ref.store == "keyring":
            return self._the_keyring().load(load(self._list).id, ref.address)
        self._files.check(ref.address)  # a damaged file is reported before a passphrase is asked for
        return self._files.load(ref.address, self._passphrase(f"Passphrase for the wallet {ref.name}"))

    def _sealed_wallet(self) -> WalletRef | None:
        """A wallet whose file is whole; None if there is none, and with it no passphrase yet."""
        for ref in load(self._list).wallets:
            if ref.store == "file":
                try:
                    self._files.check(ref.address)
                except Locked:
                    continue
                return ref
        return None

    def _passphrase(self, prompt: str) -> Secret:
        given = os.environ.get(PASSPHRASE_FILE)
        if given:
            secret = _first_line(Path(given))
        elif self._ask is not None:
            secret = Secret(self._ask(prompt))
        else:
            raise Locked(
                "The wallet files need a passphrase, and nobody can be asked.",
                f"Put it into a private file and set {PASSPHRASE_FILE} to its path.",
            )
        if not secret:
            raise Locked("The passphrase is empty.", "Nothing was opened or saved; try again.")
        return secret


def refuse_weak(passphrase: Secret) -> None:
    """`BadInput` for a passphrase that is too short or among the first that somebody would try."""
    fault = strength(passphrase).fault
    if fault is not None:
        raise BadInput(fault, "Nothing was saved. Choose a longer one: four random words are good.")


def _first_line(path: Path) -> Secret:
    try:
        return Secret(read_plain_file(path, _FILE_LIMIT).decode().split("\n", 1)[0].removesuffix("\r"))
    except OSError as problem:
        raise Locked(
            f"{PASSPHRASE_FILE} cannot be read.", f"{problem.strerror}. Check {path}.", detail=type(problem).__name__
        ) from None
    except UnicodeDecodeError:
        pass  # that error carries the bytes themselves, so ours must not carry it along
    raise Locked(f"{PASSPHRASE_FILE} is not UTF-8 text.", f"Check {path}.")
