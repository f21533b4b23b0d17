"""Recovery words in encrypted files: one per account where there is no keyring, and those that a person exports.

scrypt makes the key from the passphrase, AES-256-GCM seals the words together with everything in
the head (parameters, address, path), and a checksum distinguishes a damaged file from a wrong passphrase.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from akash_tui.adapters.wallet.address import valid_address
from akash_tui.adapters.wallet.vault_index import PATH
from akash_tui.domain.secret import Secret
from akash_tui.domain.text import clean
from akash_tui.private_files import make_file, read_plain_file, write_private
from akash_tui.services.ports import HD_PATH, BadInput, ExportedWallet, Locked

VERSION = 1
SCRYPT_N = 2**17
"""Cost of one guess: 128 MiB of memory and some tenths of a second (OWASP's choice for scrypt)."""
_LEAST_N, _MOST_N = 2**15, 2**18  # an edited file must neither weaken the key nor eat all memory: 256 MiB at most
_R, _P = 8, 1
_LIMIT = 16_384


class SealedFiles:
    """The folder of sealed wallets."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, address: str) -> Path:
        return self.folder / f"{address}.sealed"

    def save(self, address: str, words: Secret, passphrase: Secret, path: str = HD_PATH) -> None:
        """Seal the words; an older file of the same account is replaced."""
        data = seal(address, path, words, passphrase)
        try:
            write_private(self.path(address), data)
        except OSError as problem:
            reason = _reason(problem)
        else:
            return
        raise Locked("The wallet file cannot be written.", f"{reason}. Check {self.folder}.", detail=reason)

    def load(self, address: str, passphrase: Secret) -> Secret:
        """Open one. `Locked`: no file, a damaged one, a newer version's, or the wrong passphrase."""
        head, sealed = self._read(address)
        return _open(head, sealed, passphrase)

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
            head, sealed = _parse(raw)
            if head["address"] != address:
                raise ValueError("the file of another account")
        except (ValueError, KeyError, TypeError, RecursionError) as problem:
            raise Locked(
                "The wallet's file is damaged; it was left as it is.",
                f"Restore {path} from a copy, or import the words again under the same name.",
                detail=f"{type(problem).__name__}: {problem}"[:200],
            ) from None
        return head, sealed


# --- files that a person exports: the same format ---------------------------------------------------


def write_export(file: Path, address: str, path: str, words: Secret, passphrase: Secret) -> None:
    """Seal the words into a new file of mode 0600, and read it back. `BadInput` if it cannot be written."""
    data = seal(address, path, words, passphrase)
    try:
        make_file(file, data)
    except FileExistsError:
        raise BadInput(
            f"There is a file {clean(str(file))} already.", "Choose another name; nothing was written."
        ) from (None)
    except OSError as problem:
        reason = _reason(problem)
        raise BadInput(f"{clean(str(file))} cannot be written.", f"{reason}. Choose another place.") from None
    if open_export(read_export(file), passphrase) != words:
        raise BadInput(f"{clean(str(file))} does not hold the words.", "Check the disk, and export again elsewhere.")


def read_export(file: Path) -> ExportedWallet:
    """What an exported file says of itself. `BadInput`: no file, another file, a part of one, a newer version's."""
    head, _ = _exported(file)
    return ExportedWallet(file, head["address"], head.get("path", HD_PATH))


def open_export(exported: ExportedWallet, passphrase: Secret) -> Secret:
    """The words of an exported file. `Locked`: a wrong passphrase; `BadInput`: the file is not as it was read."""
    head, sealed = _exported(exported.file)
    if (head["address"], head.get("path", HD_PATH)) != (exported.address, exported.path):
        raise BadInput(f"{clean(str(exported.file))} has changed meanwhile.", "Import it again.")
    return _open(head, sealed, passphrase)


def _exported(file: Path) -> tuple[dict[str, Any], bytes]:
    name = clean(str(file))
    try:
        raw = read_plain_file(file, _LIMIT)
    except OSError as problem:
        raise BadInput(f"{name} cannot be read.", f"{problem.strerror}. Check the path.", detail=str(problem)) from None
    if len(raw) > _LIMIT or b'"kdf"' not in raw:
        raise BadInput(
            f"{name} is not an exported wallet.", "Such a file comes from: akash-tui wallet export NAME --file FILE"
        )
    try:
        return _parse(raw)
    except _NewerVersion:
        fault = f"{name} was exported by a newer akash-tui.", "Update akash-tui, then import it again."
    except (ValueError, KeyError, TypeError, RecursionError):
        fault = (
            f"{name} is damaged: a part is missing or was changed.",
            "Use another copy of it, or the recovery words. No passphrase opens it.",
        )
    raise BadInput(*fault)


def _reason(problem: OSError) -> str:
    """What the system says of this error's number: the error's own text may hold what was to be written."""
    return os.strerror(problem.errno) if problem.errno is not None else type(problem).__name__


# --- the format ----------------------------------------------------------------------------------------


class _NewerVersion(ValueError):
    """The file of a later version of this program."""


def seal(address: str, path: str, words: Secret, passphrase: Secret) -> bytes:
    """The whole file. `Locked` where there is too little memory for scrypt."""
    salt, nonce = _fresh_salt(), secrets.token_bytes(12)
    head = {"v": VERSION, "address": address, "kdf": "scrypt", "n": SCRYPT_N, "r": _R, "p": _P,
            "salt": _text(salt), "cipher": "aes-256-gcm", "nonce": _text(nonce)}  # fmt: skip
    if path != HD_PATH:
        head["path"] = path
    with _cipher(passphrase, head) as cipher:
        sealed = cipher.encrypt(nonce, words.buffer, _canonical(head))
    return (json.dumps(head | {"sealed": _text(sealed), "sum": _sum(head, sealed)}, indent=1) + "\n").encode("ascii")


def _fresh_salt() -> bytes:
    """Of one file alone: equal passphrases never give equal keys."""
    return secrets.token_bytes(16)


def _open(head: dict[str, Any], sealed: bytes, passphrase: Secret) -> Secret:
    from cryptography.exceptions import InvalidTag

    nonce = base64.b64decode(head["nonce"])
    try:
        with _cipher(passphrase, head) as cipher:
            return Secret(cipher.decrypt(nonce, sealed, _canonical(head)).decode())
    except InvalidTag:
        raise Locked("The passphrase is wrong.", "Nothing is lost; try again.") from None


def _parse(raw: bytes) -> tuple[dict[str, Any], bytes]:
    """The head and what is sealed; everything in it is bounded before a key is derived."""
    if len(raw) > _LIMIT:
        raise ValueError("too long")
    head = json.loads(raw)
    if not isinstance(head, dict):
        raise ValueError("not an object")
    if head["v"] != VERSION:
        raise _NewerVersion(f"version {str(head['v'])[:20]!r} is unknown to this program")
    sealed = base64.b64decode(head.pop("sealed"), validate=True)
    if head.pop("sum") != _sum(head, sealed):
        raise ValueError("the checksum is wrong")
    n = head["n"]
    fits = head["kdf"] == "scrypt" and head["cipher"] == "aes-256-gcm" and (head["r"], head["p"]) == (_R, _P)
    if not fits or type(n) is not int or not _LEAST_N <= n <= _MOST_N or n & (n - 1):
        raise ValueError("parameters outside of what is allowed")
    if not isinstance(head["address"], str) or not valid_address(head["address"]):
        raise ValueError("no address")
    if not PATH.fullmatch(head.get("path", HD_PATH)):
        raise ValueError("no path")
    if len(base64.b64decode(head["salt"])) != 16 or len(base64.b64decode(head["nonce"])) != 12:
        raise ValueError("bad salt or nonce")
    return head, sealed


@contextmanager
def _cipher(passphrase: Secret, head: dict[str, Any]) -> Iterator[Any]:
    """AES-256-GCM with the key of the passphrase, which is overwritten at the end."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key = bytearray(32)
    try:
        _derive(passphrase, base64.b64decode(head["salt"]), head["n"], key)
        yield AESGCM(key)
    except MemoryError:
        raise Locked("There is too little memory for the wallet file.", "It needs 256 MiB for a moment.") from None
    finally:
        key[:] = bytes(32)


def _derive(passphrase: Secret, salt: bytes, n: int, key: bytearray) -> None:
    """Fill `key` from the passphrase by scrypt with the cost `n`."""
    from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

    kdf = Scrypt(salt=salt, length=len(key), n=n, r=_R, p=_P)
    if hasattr(kdf, "derive_into"):  # cryptography 47 and newer: into a buffer that can be overwritten
        kdf.derive_into(passphrase.buffer, key)
    else:
        key[:] = kdf.derive(bytes(passphrase.buffer))


def _canonical(head: dict[str, Any]) -> bytes:
    return json.dumps(head, sort_keys=True, separators=(",", ":")).encode("ascii")


def _sum(head: dict[str, Any], sealed: bytes) -> str:
    return hashlib.sha256(_canonical(head) + b"\n" + sealed).hexdigest()[:32]


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")
