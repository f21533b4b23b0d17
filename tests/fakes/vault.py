"""Wallets in memory."""

from __future__ import annotations

from collections.abc import Sequence

from akash_tui.domain.secret import Secret
from akash_tui.services.ports import HD_PATH, USUAL_PATHS, WalletRef

OWNER = "akash1qqu4u4n3n8w7zfa0hk9vd8dvy0xv0x0x0x0kf3"


class FakeVault:
    """Takes any words, and asks for nothing."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def wallets(self) -> list[WalletRef]:
        return [WalletRef(name, OWNER, store="file") for name in self.words]

    def check_name(self, name: str, *, restores: bool = False, address: str = "") -> None:
        return None

    def new_words(self, count: int = 24) -> Secret:
        return Secret(" ".join(f"word{number}" for number in range(count)))

    def check_words(self, words: Secret) -> Secret:
        return words

    def accounts(self, words: Secret, paths: Sequence[str] = USUAL_PATHS) -> list[tuple[str, str]]:
        return [(path, OWNER) for path in paths]

    def passphrase_need(self) -> str:
        return ""

    def prepare(self) -> None:
        return None

    def add(self, name: str, words: str | Secret, path: str = HD_PATH, passphrase: Secret | None = None) -> WalletRef:
        self.words[name] = Secret(words).reveal()
        return WalletRef(name, OWNER, store="file", path=path)

    def watch(self, name: str, address: str) -> WalletRef:
        return WalletRef(name, address, watch_only=True)
