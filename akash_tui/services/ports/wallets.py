"""Where wallets live and who signs for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal, Protocol

from akash_tui.domain.akash.address import HD_PATH, USUAL_PATHS
from akash_tui.domain.secret import Secret
from akash_tui.services.errors import NotSignedIn

WORD_COUNTS: Final = (24, 12)
"""How many words a new wallet may have: 256 and 128 bits."""

PassphraseNeed = Literal["", "new", "known"]


@dataclass(frozen=True, slots=True)
class WalletRef:
    """A wallet's public side. `watch_only` wallets have no key here."""

    name: str
    address: str
    watch_only: bool = False
    store: str = ""
    """`keyring`, `file`, `watch`, or `practice` for the throw-away account of the practice network."""
    path: str = HD_PATH
    """Where its recovery words lead; of no meaning for a watch-only wallet."""


@dataclass(frozen=True, slots=True)
class ExportedWallet:
    """What an encrypted file says of itself before it is opened."""

    file: Path
    address: str
    path: str


class Signer(Protocol):
    """A secp256k1 account key that never leaves its holder."""

    @property
    def address(self) -> str:
        """The account that it signs for."""

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

    def wallets(self) -> list[WalletRef]:
        """Every wallet of this home, watch-only ones too."""

    def wallet(self, name: str | None) -> WalletRef | None:
        """By name; None asks for the default one."""

    def check_name(self, name: str, *, restores: bool = False, address: str = "") -> None:
        """`BadInput` if no new wallet can have this name; one that `restores` may have that of a watch-only wallet.
        With an `address`, also if the wallet of that account cannot have it, since it is here already."""

    def new_words(self, count: int = 24) -> Secret:
        """Fresh recovery words, stored nowhere: they count only once `add` was called with them."""

    def check_words(self, words: Secret) -> Secret:
        """The words in their usual form. `BadInput` that names the place of a wrong word, never the word."""

    def accounts(self, words: Secret, paths: Sequence[str] = USUAL_PATHS) -> list[tuple[str, str]]:
        """Each path with the address that the words have there. `BadInput` for a path that is none."""

    def passphrase_need(self) -> PassphraseNeed:
        """What storing another key takes: nothing, a new passphrase, or the one that the wallet files have."""

    def prepare(self) -> Secret | None:
        """Ask for that passphrase and check it, so that `add` can be called later without a question; None if none is
        needed. `Locked`, or `BadInput` for a new one that is too easy to guess."""

    def new_passphrase(self, what: str) -> Secret:
        """A passphrase that was asked for twice. `BadInput` if the two differ or it is too easy to guess."""

    def add(self, name: str, words: str | Secret, path: str = HD_PATH, passphrase: Secret | None = None) -> WalletRef:
        """Store a BIP-39 mnemonic. `BadInput` if a word or the checksum is wrong, or the name is taken."""

    def watch(self, name: str, address: str) -> WalletRef:
        """Add an address without a key. `BadInput` if it is none, or the name is taken."""

    def signer(self, name: str) -> Signer:
        """`NotSignedIn` for watch-only wallets, `Locked` without the right passphrase."""

    def rename(self, name: str, new_name: str) -> WalletRef:
        """`NotSignedIn` if there is no wallet `name`, `BadInput` if `new_name` is taken or no name."""

    def remove(self, name: str) -> None:
        """Forget a wallet and its key for good."""

    def export(self, name: str) -> Secret:
        """The words of a wallet. `NotSignedIn` for watch-only ones."""

    def export_file(self, name: str, file: Path, passphrase: Secret) -> WalletRef:
        """Write the words into a new file, encrypted with a passphrase of its own. `BadInput` if there is a file."""

    def read_export(self, file: Path) -> ExportedWallet:
        """What such a file says of itself; needs no passphrase. `BadInput` if it is none."""

    def open_export(self, exported: ExportedWallet, passphrase: Secret | None = None) -> Secret:
        """Its words; the passphrase is asked for if it is not given. `Locked` if it is wrong."""

    def set_default(self, name: str) -> None:
        """Use this wallet where none is named. `NotSignedIn` if there is none of this name."""
