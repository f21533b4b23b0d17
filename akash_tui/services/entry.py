"""What the two front ends (screens, command line) get from the place that sees both sides.

`akash_tui/compose.py` implements it; nothing else in the program knows which adapter is which.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from akash_tui.domain.network import Network
from akash_tui.services.ports import Vault
from akash_tui.services.presets import Presets
from akash_tui.services.session import SdlReader, Session
from akash_tui.services.settings import Settings

Ask = Callable[[str], str]
"""Asks the person for a secret (a passphrase), given what for; raises `Locked` if nobody can be asked."""


class Entry(Protocol):
    """The program's own home and the ways out of it. Cheap to make: heavy parts load when asked for."""

    home: Path
    """Where all state lives (AKASH_TUI_HOME)."""

    @property
    def settings(self) -> Settings: ...

    @property
    def presets(self) -> Presets: ...

    @property
    def sdl(self) -> SdlReader: ...

    def vault(self, ask: Ask | None = None) -> Vault:
        """The wallets; `ask` is used only where a passphrase is needed."""

    def networks(self) -> list[Network]:
        """Every network that can be named now, the practice one only while it runs."""

    def network(self, name: str) -> Network:
        """By name; `BadInput` with the known names, or with how to start the practice network."""

    async def open(self, network: Network, wallet_name: str | None, readonly: bool, ask: Ask | None = None) -> Session:
        """Verify the chain id and open; None as wallet takes the default one, if any."""

    async def start_practice(self, scenario: str = "calm", seed: int = 7) -> Network:
        """The practice network that runs, or a fresh one started beside us; it ends with us."""

    async def fund(self, network: Network, address: str) -> str:
        """Ask the network's faucet (practice, sandbox) for tokens; returns the transaction's hash."""

    def throwaway_wallet(self, network: Network) -> str:
        """The name of the practice wallet of this world, made if it is not there yet."""

    def serve_practice(self, scenario: str, seed: int, block_time: float | None, state: Path | None) -> int:
        """Serve a practice network until SIGINT or SIGTERM; returns the exit code."""

    def run_app(self, network: str | None = None, *, readonly: bool = False, ascii_only: bool = False) -> int:
        """The full-screen app."""

    async def aclose(self) -> None:
        """End what was started beside us."""
