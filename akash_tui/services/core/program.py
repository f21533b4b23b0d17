"""What the two front ends (screens, command line) get from the place that sees both sides.

`akash_tui/compose.py` implements it; nothing else in the program knows which adapter is which.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from akash_tui.domain.akash.entities import Bid
from akash_tui.domain.akash.network import Network
from akash_tui.services.core.networks import Networks
from akash_tui.services.core.session import SdlReader, Session
from akash_tui.services.ports import Vault, WalletRef
from akash_tui.services.storage.presets import Presets
from akash_tui.services.storage.settings import Settings

if TYPE_CHECKING:
    from akash_tui.domain.akash.resources import GroupSpec
    from akash_tui.domain.bids.sorting import SortKey
    from akash_tui.domain.filtering.filter import Filter
    from akash_tui.services.ports.notifier import Notifier

Ask = Callable[[str], str]
"""Asks the person for a secret (a passphrase), given what for; raises `Locked` if nobody can be asked."""


class Wallets(Vault, Protocol):
    """The vault with what only a person at the keyboard does."""

    def create(self, name: str) -> tuple[WalletRef, str]:
        """A new wallet of 24 words; the words are returned once, to be shown and forgotten."""

    def rename(self, name: str, new_name: str) -> WalletRef: ...

    def remove(self, name: str) -> None:
        """Forget a wallet and its key for good."""

    def export(self, name: str) -> str:
        """The words of a wallet. `NotSignedIn` for watch-only ones."""

    def set_default(self, name: str) -> None: ...


class Entry(Protocol):
    """The program's own home and the ways out of it. Cheap to make: heavy parts load when asked for."""

    home: Path
    """Where all state lives (AKASH_TUI_HOME)."""

    @property
    def settings(self) -> Settings: ...

    def save_settings(self, settings: Settings) -> None: ...

    @property
    def presets(self) -> Presets: ...

    @property
    def networks(self) -> Networks: ...

    @property
    def sdl(self) -> SdlReader: ...

    @property
    def notifier(self) -> Notifier:
        """Bells, notifications and hooks outside the program; for `services.alerts.Alerts`."""

    def wallets(self, ask: Ask | None = None) -> Wallets:
        """The wallets; `ask` is used only where a passphrase is needed."""

    async def open(self, network: Network, wallet_name: str | None, readonly: bool, ask: Ask | None = None) -> Session:
        """Verify the chain id and open; None as wallet takes the default one, if any."""

    @property
    def owns_practice(self) -> bool:
        """True while a practice network runs that we started: it stops with us."""

    @property
    def kept_practice(self) -> bool:
        """True if a practice network of ours stands still in this home and would go on."""

    async def start_practice(self, scenario: str = "calm", seed: int = 7) -> Network:
        """The practice network that runs, or ours, which goes on where it stopped and stops again with us."""

    async def fund(self, network: Network, address: str) -> str:
        """Ask the network's faucet (practice, sandbox) for tokens; returns the transaction's hash."""

    def practice_wallet(self) -> WalletRef:
        """The throw-away wallet for practice in this home, made if it is not there yet; holds no real money."""

    def kept_practice_wallet(self) -> WalletRef | None:
        """The same if it is there; nothing is made."""

    def saved_bids(self, text: str) -> list[Bid]:
        """Bids of a saved answer: today's shape, the pre-Mainnet-8 one, bare or in a recording. `BadInput` else."""

    def groups_proto(self, groups: Sequence[GroupSpec]) -> list[bytes]:
        """Each group as `akash.deployment.v1beta4.GroupSpec` bytes."""

    def create_message(
        self,
        groups: Sequence[GroupSpec],
        version: bytes,
        owner: str,
        dseq: int,
        deposit: str,
        reclamation_ns: int | None,
    ) -> bytes:
        """`MsgCreateDeployment` bytes; `deposit` like `5000000uact`. `BadInput` if a part is malformed."""

    def serve_practice(
        self,
        scenario: str,
        seed: int,
        block_time: float | None,
        state: Path | None,
        parent: int | None,
        tell: Callable[[dict[str, Any]], None] | None = None,
    ) -> int:
        """Serve a practice network until SIGINT or SIGTERM (or until process `parent` is gone); the exit code. When it
        is ready `tell` is given what a client needs to know; without one it is printed as one line of JSON."""

    def run_app(
        self,
        network: Network | str | None = None,
        wallet: str | None = None,
        *,
        readonly: bool = False,
        ascii_only: bool = False,
        demo: tuple[str, int] | None = None,
    ) -> int:
        """The full-screen app at a network, by name or as given, with a wallet; None: the last one, the default one.

        `demo` (scenario, seed) opens it on a fresh practice network with a funded wallet."""

    def run_saved(
        self,
        bids: Sequence[Bid],
        source: str,
        wanted: Filter,
        keys: tuple[SortKey, ...],
        *,
        ascii_only: bool = False,
    ) -> int:
        """The bid board on a saved answer, read-only, without any network."""

    def at(self, home: Path) -> Entry:
        """The same program on another home (the demo's temporary one)."""

    async def aclose(self) -> None:
        """End what was started beside us."""
