"""Where wallets live and who signs for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from akash_tui.services.errors import NotSignedIn


@dataclass(frozen=True, slots=True)
class WalletRef:
    """A wallet's public side. `watch_only` wallets have no key here."""

    name: str
    address: str
    watch_only: bool = False
    store: str = ""
    """`keyring`, `file`, `watch`, or `practice` for the throw-away account of the practice network."""


class Signer(Protocol):
    """A secp256k1 account key that never leaves its holder."""

    @property
    def address(self) -> str: ...

    @property
    def public_key(self) -> bytes:
        """33 bytes, compressed."""

    def sign(self, message: bytes) -> bytes:
        """64 bytes r‖s over SHA-256 of `message`; RFC 6979, low S."""


@dataclass(frozen=True, slots=True)
class KeyElsewhere:
    """The `Signer` of a transaction that is signed elsewhere: it can be simulated, and signs nothing."""

    address: str
    public_key: bytes = b""

    def sign(self, message: bytes) -> bytes:
        raise NotSignedIn("This is to be signed elsewhere; nothing was signed.", "Leave --unsigned out to sign here.")


class Vault(Protocol):
    """Where wallets live: the OS keyring, or an encrypted file where there is none."""

    def wallets(self) -> list[WalletRef]: ...

    def wallet(self, name: str | None) -> WalletRef | None:
        """By name; None asks for the default one."""

    def add(self, name: str, words: str) -> WalletRef:
        """Store a BIP-39 mnemonic. `BadInput` if a word or the checksum is wrong, or the name is taken."""

    def watch(self, name: str, address: str) -> WalletRef: ...

    def signer(self, name: str) -> Signer:
        """`NotSignedIn` for watch-only wallets, `Locked` without the right passphrase."""

    def create(self, name: str) -> tuple[WalletRef, str]:
        """A new wallet of 24 words; the words are returned once, to be shown and forgotten."""

    def rename(self, name: str, new_name: str) -> WalletRef: ...

    def remove(self, name: str) -> None:
        """Forget a wallet and its key for good."""

    def export(self, name: str) -> str:
        """The words of a wallet. `NotSignedIn` for watch-only ones."""

    def set_default(self, name: str) -> None: ...
