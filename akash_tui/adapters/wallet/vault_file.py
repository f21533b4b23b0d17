"""Recovery words in encrypted files, one per account, for machines without a keyring.

scrypt makes the key from the passphrase, AES-256-GCM seals the words together with everything in
the head (parameters, address), and a checksum distinguishes a damaged file from a wrong passphrase.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from pathlib import Path
from typing import Any

from akash_tui.domain.secret import Secret
from akash_tui.private_files import read_plain_file, write_private
from akash_tui.services.ports import Locked

VERSION = 1
SCRYPT_N = 2**17
"""Cost of one guess: 128 MiB of memory and some tenths of a second (OWASP's choice for scrypt)."""
_LEAST_N, _MOST_N = 2**15, 2**20  # an edited file must neither weaken the key nor eat all memory
_R, _P = 8, 1
_LIMIT = 16_384


class SealedFiles:
    """The folder of sealed wallets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, address: str) -> Path:
        return self.folder / f"{address}.sealed"

    def save(self, address: str, words: Secret, passphrase: Secret) -> None:
        """Seal the words; an older file of the same account is replaced."""
        salt, nonce = secrets.token_bytes(16), secrets.token_bytes(12)
        head = {"v": VERSION, "address": address, "kdf": "scrypt", "n": SCRYPT_N, "r": _R, "p": _P,
                "salt": _text(salt), "cipher": "aes-256-gcm", "nonce": _text(nonce)}  # fmt: skip
        sealed = _cipher(passphrase, head).encrypt(nonce, words.reveal().encode(), _canonical(head))
        whole = head | {"sealed": _text(sealed), "sum": _sum(head, sealed)}
        try:
            write_private(self.path(address), (json.dumps(whole, indent=1) + "\n").encode("ascii"))
        except OSError as problem:
            raise Locked(
                "The wallet file cannot be written.", f"{problem.strerror}. Check {self.folder}.", detail=str(problem)
            ) from None

    def load(self, address: str, passphrase: Secret) -> Secret:
        """Open one. `Locked`: no file, a damaged one, a newer version's, or the wrong passphrase."""
        from cryptography.exceptions import InvalidTag

        head, sealed = self._read(address)
        try:
            nonce = base64.b64decode(head["nonce"])
            return Secret(_cipher(passphrase, head).decrypt(nonce, sealed, _canonical(head)).decode())
        except InvalidTag:
            raise Locked("The passphrase is wrong.", "Nothing is lost; try again.") from None
        except MemoryError:
            raise Locked(
                "There is too little memory to open the wallet file.", "It needs 128 MiB for a moment."
            ) from None

    def check(self, address: str) -> None:
        """Raise `Locked` if the file is missing or damaged; needs no passphrase."""
        self._read(address)

    def remove(self, address: str) -> None:
        """Forget the file; fine if it is gone already."""
        try:
            self.path(address).unlink(missing_ok=True)
        except OSError as problem:
            raise Locked(
                "The wallet file cannot be removed.", f"{problem.strerror}. Check {self.folder}.", detail=str(problem)
            ) from None

    def _read(self, address: str) -> tuple[dict[str, Any], bytes]:
        path = self.path(address)
        try:
            raw = read_plain_file(path, _LIMIT)
        except FileNotFoundError:
            raise Locked(
                "The wallet's file is gone.", f"Restore {path}, or import the words again under the same name."
            ) from None
        except OSError as problem:
            raise Locked(
                "The wallet's file cannot be read.", f"{problem.strerror}. Check {path}.", detail=str(problem)
            ) from None
        try:
            head, sealed = _parse(raw, address)
        except (ValueError, KeyError, TypeError, RecursionError) as problem:
            raise Locked(
                "The wallet's file is damaged; it was left as it is.",
                f"Restore {path} from a copy, or import the words again under the same name.",
                detail=f"{type(problem).__name__}: {problem}"[:200],
            ) from None
        return head, sealed


def _parse(raw: bytes, address: str) -> tuple[dict[str, Any], bytes]:
    if len(raw) > _LIMIT:
        raise ValueError("too long")
    head = json.loads(raw)
    if not isinstance(head, dict):
        raise ValueError("not an object")
    if head["v"] != VERSION:
        raise ValueError(f"version {head['v']!r} is unknown to this program")
    sealed = base64.b64decode(head.pop("sealed"), validate=True)
    if head.pop("sum") != _sum(head, sealed):
        raise ValueError("the checksum is wrong")
    n = head["n"]
    fits = head["kdf"] == "scrypt" and head["cipher"] == "aes-256-gcm" and (head["r"], head["p"]) == (_R, _P)
    if not fits or type(n) is not int or not _LEAST_N <= n <= _MOST_N or n & (n - 1):
        raise ValueError("parameters outside of what is allowed")
    if head["address"] != address:
        raise ValueError("the file of another account")
    if len(base64.b64decode(head["salt"])) != 16 or len(base64.b64decode(head["nonce"])) != 12:
        raise ValueError("bad salt or nonce")
    return head, sealed


def _cipher(passphrase: Secret, head: dict[str, Any]) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    kdf = Scrypt(salt=base64.b64decode(head["salt"]), length=32, n=head["n"], r=head["r"], p=head["p"])
    return AESGCM(kdf.derive(passphrase.reveal().encode()))


def _canonical(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode("ascii")


def _sum(head: dict[str, Any], sealed: bytes) -> str:
    return hashlib.sha256(_canonical(head) + b"\n" + sealed).hexdigest()[:32]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
