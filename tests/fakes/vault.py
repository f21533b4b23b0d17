"""Wallets in memory."""

from __future__ import annotations

from akash_tui.services.ports import WalletRef

OWNER = "akash1qqu4u4n3n8w7zfa0hk9vd8dvy0xv0x0x0x0kf3"


class FakeVault:
    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def wallets(self) -> list[WalletRef]:
        return [WalletRef(name, OWNER, store="file") for name in self.words]

    def add(self, name: str, words: str) -> WalletRef:
        self.words[name] = words
        return WalletRef(name, OWNER, store="file")

    def watch(self, name: str, address: str) -> WalletRef:
        return WalletRef(name, address, watch_only=True)

    def create(self, name: str) -> tuple[WalletRef, str]:
        words = " ".join(f"word{number}" for number in range(24))
        return self.add(name, words), words
