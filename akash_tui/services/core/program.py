"""What the screens get from the place that sees both sides, `akash_tui/compose.py`.

Nothing else in the program knows which adapter is which. The command line uses `compose.Program` directly.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from akash_tui.domain.akash.network import Network
    from akash_tui.services.core.networks import Networks
    from akash_tui.services.core.session import SdlReader, Session
    from akash_tui.services.ports import Vault, WalletRef
    from akash_tui.services.ports.notifier import Notifier
    from akash_tui.services.storage.presets import Presets
    from akash_tui.services.storage.settings import Settings

Ask = Callable[[str], str]
"""Asks the person for a secret (a passphrase), given what for; raises `Locked` if nobody can be asked."""


PRACTICE_SCENARIO: Final = "busy"
"""What happens in a practice network that is started for a person, unless another scenario is asked for."""


class Home:
    """The home folder (AKASH_TUI_HOME) and what is read from its files when it is first asked for."""

    def __init__(self, home: Path | None = None) -> None:
        self._named = home
        self._settings: Settings | None = None

    @cached_property
    def home(self) -> Path:
        """The folder: as named, else this user's, found and made when it is first asked for.

        Raises `BadInput` or `DiskFault` if there can be none.
        """
        if self._named is not None:
            return self._named
        from akash_tui.services.storage.home import home_dir

        return home_dir()

    @property
    def settings(self) -> Settings:
        """Raises `BadInput` if the file cannot be used."""
        from akash_tui.services.storage import settings as settings_file

        if self._settings is None:
            self._settings = settings_file.load(self.home)
        return self._settings

    def reread_settings(self) -> Settings:
        """The settings as they are saved now; they are used from now on. Raises `BadInput` or `DiskFault`."""
        self._settings = None
        return self.settings

    def save_settings(self, settings: Settings) -> None:
        """Write what was changed of them, and use what the file has then from now on. Raises `BadInput` or `Busy`."""
        from akash_tui.services.storage import settings as settings_file

        self._settings = settings_file.save_changes(self.home, self.settings, settings)

    @cached_property
    def presets(self) -> Presets:
        """Shipped presets and the user's own."""
        from akash_tui.services.storage.presets import Presets

        return Presets(self.home)

    @property
    def networks(self) -> Networks:
        """Those that can be named now, by the settings of this moment."""
        from akash_tui.services.core.networks import Networks

        return Networks(self.home, self.settings)


class AppProgram(Home, ABC):
    """What the screens use. Cheap to make: heavy parts load when asked for."""

    @property
    @abstractmethod
    def sdl(self) -> SdlReader: ...

    @property
    @abstractmethod
    def notifier(self) -> Notifier:
        """Bells, notifications and hooks outside the program; for `services.leases.alerts`."""

    @abstractmethod
    def wallets(self, ask: Ask | None = None) -> Vault:
        """The wallets; `ask` is used only where a passphrase is needed."""

    @abstractmethod
    async def open(self, network: Network, wallet_name: str | None, readonly: bool, ask: Ask | None = None) -> Session:
        """Verify the chain id and open; None as wallet takes the default one, if any. A named one must exist."""

    @property
    @abstractmethod
    def owns_practice(self) -> bool:
        """True while a practice network runs that we started: it stops with us."""

    @property
    @abstractmethod
    def has_saved_practice(self) -> bool:
        """True if the state of a practice network is saved in this home, so that it would continue."""

    @abstractmethod
    async def start_practice(self, scenario: str = PRACTICE_SCENARIO, seed: int = 7) -> Network:
        """The practice network that runs, or ours, which continues where it stopped and stops again with us."""

    @abstractmethod
    async def fund(self, network: Network, address: str) -> str:
        """Ask the network's faucet (practice, sandbox) for tokens and wait for them; the transaction's hash."""

    @abstractmethod
    async def turn_clock(self, network: Network, speed: float | None = None) -> float:
        """How many times as fast as on mainnet a practice network's time passes, after setting it to `speed` if given.

        Raises `BadInput` on a network whose time cannot be sped up, `Unreachable`, `Refused`.
        """

    @abstractmethod
    def practice_wallet(self) -> WalletRef:
        """The throw-away wallet for practice in this home, made if it is not there yet; holds no real money."""
