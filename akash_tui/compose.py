"""Where both sides meet: gives the front ends their adapters. The only module that knows which is which.

Everything heavy (TLS, protobuf, keyring, the practice server) is imported when it is first needed.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from akash_tui.services.core.program import PRACTICE_SCENARIO, AppProgram, Ask
from akash_tui.services.errors import BadInput, NotSignedIn, Unreachable
from akash_tui.services.storage.home import JOURNAL_FILE

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from akash_tui.domain.akash.messages import Message
    from akash_tui.domain.akash.network import Network
    from akash_tui.domain.akash.resources import GroupSpec
    from akash_tui.domain.bids.saved_bids import SavedBids
    from akash_tui.domain.filtering.filter import Filter
    from akash_tui.domain.filtering.sorting import SortKey
    from akash_tui.practice_process import PracticeProcess
    from akash_tui.services.core.secret_values import SecretStore
    from akash_tui.services.core.session import SdlReader, Session
    from akash_tui.services.ports import Signer, Vault, WalletRef
    from akash_tui.services.ports.notifier import Notifier

PRACTICE_WALLET = "practice"
FAUCET_SECONDS = 30.0


class Program(AppProgram):
    """One home folder with everything that belongs to it."""

    practice_block_seconds: float | None = None
    """The block time of practice networks that are started here; None: mainnet's, and their time can be sped up."""
    practice_speed: float = 1.0
    """How many times as fast as on mainnet time passes in them at first."""

    # --- what belongs to the home --------------------------------------------------------------

    @cached_property
    def sdl(self) -> SdlReader:
        from akash_tui.adapters.sdl.sdl import SdlFiles

        return SdlFiles()

    @cached_property
    def notifier(self) -> Notifier:
        from akash_tui.adapters.system.notifications import SystemNotifier

        return SystemNotifier(os.environ)

    def memory_faults(self) -> list[str]:
        """What keeps secrets in memory less private than they could be, in words; empty if nothing does."""
        from akash_tui.adapters.system.memory import memory_faults

        return memory_faults()

    def wallets(self, ask: Ask | None = None) -> Vault:
        """The vault of this home."""
        from akash_tui.adapters.wallet.vault import DiskVault

        return DiskVault(self.home, ask)

    def secret_store(self) -> SecretStore | None:
        """The keyring for secret parameters; None where there is none."""
        from akash_tui.adapters.wallet.vault_keyring import system_keyring

        return system_keyring()

    def at(self, home: Path) -> Program:
        """The same program on another home (the demo's temporary one)."""
        return Program(home)

    # --- connections --------------------------------------------------------------------------

    async def open(self, network: Network, wallet_name: str | None, readonly: bool, ask: Ask | None = None) -> Session:
        from dataclasses import replace

        from akash_tui.adapters.chain.client import ChainClient
        from akash_tui.adapters.indexer.client import ConsoleIndexer
        from akash_tui.adapters.provider.client import HttpsGateway
        from akash_tui.adapters.system.clock import SystemClock
        from akash_tui.services.core.secret_values import SecretValues
        from akash_tui.services.core.session import Session
        from akash_tui.services.ports.grants import Payers
        from akash_tui.services.storage import settings
        from akash_tui.services.storage.journal import Journal

        wallet, unlock = self._signing(network, wallet_name, ask)
        clock = SystemClock()
        if not network.practice:
            network = replace(network, block_factor=self.settings.bounds.block_factor)
        chain = ChainClient(network, clock)
        try:
            await chain.verify()
            return Session(
                network=network,
                chain=chain,
                gateway=HttpsGateway(network, chain, clock),
                indexer=ConsoleIndexer(network, clock) if network.indexer else None,
                journal=Journal(self.home / JOURNAL_FILE),
                clock=clock,
                sdl=self.sdl,
                wallet=wallet,
                wallet_names=lambda: {ref.address: ref.name for ref in self.wallets(ask).wallets()},
                readonly=readonly,
                unlock=unlock,
                saved_bounds=lambda: settings.load(self.home).bounds,
                payers=Payers() if network.practice else self.settings.payers,
                secrets=SecretValues(store=self.secret_store),
            )
        except BaseException:
            await chain.aclose()
            raise

    def _signing(
        self, network: Network, name: str | None, ask: Ask | None
    ) -> tuple[WalletRef | None, Callable[[], Signer] | None]:
        ref = self.wallet_for(network, name)
        if ref is None:
            return None, None
        if ref.store == "practice":
            return ref, self._practice_signer
        vault = self.wallets(ask)
        return ref, lambda: vault.signer(ref.name)

    def wallet_for(self, network: Network, name: str | None) -> WalletRef | None:
        """The wallet that `open` signs with; None without one. Raises `NotSignedIn` for a name that is not there."""
        if network.practice and name in (None, PRACTICE_WALLET) and self._practice_words.exists():
            return self.practice_wallet()
        ref = self.wallets().wallet(name or self.settings.default_wallet)
        if ref is None and name is not None:
            raise NotSignedIn(f"There is no wallet called {name}.", "akash-tui wallet list shows those that are there.")
        return ref

    # --- the practice network -----------------------------------------------------------------

    @property
    def _practice_words(self) -> Path:
        return self.home / "practice-wallet"

    def practice_wallet(self) -> WalletRef:
        """Its recovery words are stored in a plain file, since they never hold real money."""
        from akash_tui.services.ports import WalletRef

        if not self._practice_words.exists():
            from mnemonic import Mnemonic

            from akash_tui.services.storage.locks import write_once

            write_once(self._practice_words, lambda: Mnemonic("english").generate(strength=128) + "\n")
        return WalletRef(PRACTICE_WALLET, self._practice_signer().address, store="practice")

    def saved_practice_wallet(self) -> WalletRef | None:
        """The throw-away wallet if it is there; nothing is made."""
        return self.practice_wallet() if self._practice_words.exists() else None

    def _practice_signer(self) -> Signer:
        from akash_tui.adapters.wallet.keys import KeySigner
        from akash_tui.services.storage.files import read_user_text

        words = read_user_text(self._practice_words, "the practice wallet's words", 4096)
        return KeySigner.from_words(words.strip())

    @cached_property
    def _practice(self) -> PracticeProcess:
        from akash_tui.practice_process import PracticeProcess

        return PracticeProcess(self)

    @property
    def owns_practice(self) -> bool:
        return self._practice.runs

    @property
    def has_saved_practice(self) -> bool:
        return self._practice.has_world

    async def start_practice(self, scenario: str = PRACTICE_SCENARIO, seed: int = 7) -> Network:
        """The one that runs in this home, or a fresh one as a process of its own that ends with us."""
        from akash_tui.practice_process import FreshWorld

        def fresh() -> FreshWorld:
            fund = self.practice_wallet().address
            return FreshWorld(scenario, seed, fund, self.practice_block_seconds, self.practice_speed)

        return await self._practice.start(fresh)

    async def fund(self, network: Network, address: str) -> str:
        if network.faucet is None:
            raise BadInput(f"{network.called} has no faucet.", "Send AKT to the wallet from elsewhere.")
        from akash_tui.adapters.system import faucet

        tx = await faucet.request_tokens(network.faucet, address, FAUCET_SECONDS)
        await self._in_block(network, tx)
        return tx

    async def turn_clock(self, network: Network, speed: float | None = None) -> float:
        if network.clock is None:
            raise BadInput(
                f"The time of {network.called} cannot be sped up.",
                "Only that of a practice network of mainnet's pace can.",
            )
        from akash_tui.adapters.system.practice_clock import clock_speed

        return await clock_speed(network.clock, speed)

    async def _in_block(self, network: Network, tx: str) -> None:
        import asyncio

        from akash_tui.adapters.chain.client import ChainClient
        from akash_tui.adapters.system.clock import SystemClock

        chain = ChainClient(network, SystemClock())
        try:
            async with asyncio.timeout(FAUCET_SECONDS):
                while await chain.find_tx(tx) is None:  # noqa: ASYNC110 - the block is on another machine
                    await asyncio.sleep(0.1)
        except TimeoutError:
            raise Unreachable("The faucet's transaction did not get into a block.", "Try again in a moment.") from None
        finally:
            await chain.aclose()

    def serve_practice(
        self,
        scenario: str,
        seed: int,
        block_time: float | None,
        state: Path | None,
        parent: int | None,
        on_ready: Callable[[dict[str, Any]], None] | None = None,
        speed: float = 1.0,
        fund: str = "",
    ) -> int:
        """Serve a practice network until SIGINT or SIGTERM (or until process `parent` is gone); the exit code. When it
        is ready `on_ready` is given what a client needs to know; without one it is printed as one line of JSON."""
        from akash_tui.practice.server.process import print_ready, serve

        return serve(scenario, seed, block_time, state, self.home, parent, on_ready or print_ready, speed, fund)

    # --- the rest -----------------------------------------------------------------------------

    def saved_bids(self, answer: str | bytes, saved_at: datetime | None = None) -> SavedBids:
        """Bids of a saved answer, or of our own JSON; `saved_at` is its age. `BadInput` says what it is else."""
        from akash_tui.adapters.chain.saved_bids import parse_saved

        return parse_saved(answer, saved_at)

    def groups_proto(self, groups: Sequence[GroupSpec]) -> list[bytes]:
        """Each group as `akash.deployment.v1beta4.GroupSpec` bytes."""
        from akash_tui.adapters.chain.tx.messages import groups_proto

        return groups_proto(groups)

    def message_proto(self, message: Message) -> bytes:
        """The message's own protobuf bytes, without the Any around them. `BadInput` if a number is out of range."""
        from akash_tui.adapters.chain.tx.messages import encode

        return bytes(encode(message).value)

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
        import asyncio

        from akash_tui.ui.app import AkashApp

        app = AkashApp(self, network, wallet, readonly=readonly, ascii_only=ascii_only, demo=demo)
        try:
            app.run()
        finally:
            asyncio.run(self.aclose())
        return app.return_code or 0

    def run_saved(
        self, saved: SavedBids, source: str, wanted: Filter, keys: tuple[SortKey, ...], *, ascii_only: bool = False
    ) -> int:
        """The bid list of a saved answer, read-only, without any network."""
        from akash_tui.adapters.system.clock import SystemClock
        from akash_tui.ui.saved_bids_app import SavedBidsApp

        app = SavedBidsApp(self, saved, source, SystemClock(), wanted, keys, ascii_only=ascii_only)
        app.run()
        return app.return_code or 0

    async def aclose(self) -> None:
        """Stop the practice network that we started."""
        await self._practice.stop()


def practice_scenarios() -> dict[str, str]:
    """The scenarios of the practice network by name, each with a sentence that describes it."""
    from akash_tui.practice.provider.scenarios import SCENARIOS

    return {name: each.description for name, each in SCENARIOS.items()}
