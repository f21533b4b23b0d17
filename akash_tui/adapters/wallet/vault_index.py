"""The public list of wallets: names, addresses, where each key is stored. No secret is in it."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from akash_tui.adapters.wallet.address import valid_address
from akash_tui.private_files import read_plain_file, write_private
from akash_tui.services.ports import HD_PATH, BadInput, Locked, WalletRef

VERSION = 1
LIMIT = 1_000_000
"""Bytes; a longer file is not a list of wallets."""
STORES = ("keyring", "file", "watch")
PATH = re.compile(r"m(?:/[0-9]{1,10}'?){0,10}")
"""What a derivation path looks like; `keys.checked_path` knows the bounds of its numbers."""
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,31}")
_ID = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class WalletIndex:
    """The list as read. `id` distinguishes this home's keyring entries from those of other homes."""

    id: str
    wallets: tuple[WalletRef, ...] = ()
    default: str | None = None

    def find(self, name: str) -> WalletRef | None:
        return next((w for w in self.wallets if w.name.casefold() == name.casefold()), None)

    def at(self, address: str) -> WalletRef | None:
        return next((w for w in self.wallets if w.address == address), None)

    @property
    def default_wallet(self) -> WalletRef | None:
        """The chosen one; else the only one."""
        chosen = self.find(self.default) if self.default else None
        return chosen or (self.wallets[0] if len(self.wallets) == 1 else None)

    def having(self, wallet: WalletRef) -> WalletIndex:
        """With `wallet` added, or in place of the one of the same name."""
        others = tuple(w for w in self.wallets if w.name.casefold() != wallet.name.casefold())
        return replace(self, wallets=(*others, wallet))

    def without(self, name: str) -> WalletIndex:
        others = tuple(w for w in self.wallets if w.name.casefold() != name.casefold())
        default = self.default if self.default and any(w.name == self.default for w in others) else None
        return replace(self, wallets=others, default=default)


def checked_name(name: str) -> str:
    """A name that is safe to print, to type and to put in a path; `BadInput` otherwise."""
    if not _NAME.fullmatch(name):
        raise BadInput(
            "This cannot be a wallet's name.",
            "Use 1 to 32 letters, digits, dots, dashes and underscores, beginning with a letter or digit.",
        )
    return name


def load(path: Path) -> WalletIndex:
    """Read the list; a new one if there is no file. `Locked` if it cannot be understood: it is never replaced then."""
    try:
        raw = read_plain_file(path, LIMIT)
    except FileNotFoundError:
        return WalletIndex(secrets.token_hex(8))
    except OSError as problem:
        raise Locked(
            "The list of wallets cannot be read.", f"{problem.strerror}. Check {path}.", detail=str(problem)
        ) from None
    try:
        if len(raw) > LIMIT:
            raise ValueError("too long")
        return _parse(json.loads(raw))
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise Locked(
            "The list of wallets is damaged; nothing was changed.",
            f"Restore {path} from a copy, or move it away and import your words again.",
            detail=f"{type(problem).__name__}: {problem}"[:200],
        ) from None


def save(path: Path, index: WalletIndex) -> None:
    """Write the list, whole or not at all."""
    wallets = [
        {"name": w.name, "address": w.address, "store": w.store} | ({} if w.path == HD_PATH else {"path": w.path})
        for w in index.wallets
    ]
    data = {"v": VERSION, "id": index.id, "default": index.default, "wallets": wallets}
    try:
        write_private(path, (json.dumps(data, indent=1) + "\n").encode("ascii"))
    except OSError as problem:
        raise Locked(
            "The list of wallets cannot be written.", f"{problem.strerror}. Check {path.parent}.", detail=str(problem)
        ) from None


def _parse(data: object) -> WalletIndex:
    if not isinstance(data, dict):
        raise ValueError("not an object")
    if data["v"] != VERSION:
        raise ValueError(f"version {data['v']!r} is unknown to this program")
    id, default = data["id"], data["default"]
    if not isinstance(id, str) or not _ID.fullmatch(id) or not (default is None or isinstance(default, str)):
        raise ValueError("bad head")
    if not isinstance(data["wallets"], list):
        raise ValueError("not a list")
    wallets = tuple(_wallet(item) for item in data["wallets"])
    if len({w.name.casefold() for w in wallets}) != len(wallets) or len({w.address for w in wallets}) != len(wallets):
        raise ValueError("a name or address twice")
    return WalletIndex(id, wallets, default)


def _wallet(item: object) -> WalletRef:
    if not isinstance(item, dict):
        raise ValueError("a wallet is not an object")
    name, address, store = item["name"], item["address"], item["store"]
    if not isinstance(name, str) or not _NAME.fullmatch(name) or store not in STORES:
        raise ValueError("bad wallet")
    if not isinstance(address, str) or not valid_address(address):
        raise ValueError("bad address")
    path = item.get("path", HD_PATH)
    if not isinstance(path, str) or not PATH.fullmatch(path):
        raise ValueError("bad path")
    return WalletRef(name, address, watch_only=store == "watch", store=store, path=path)
