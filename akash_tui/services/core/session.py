"""The open connections of one network and one wallet, and what every service is given."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Protocol

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, BlockTime
from akash_tui.domain.akash.network import Network
from akash_tui.domain.text import clean
from akash_tui.services.core.chain_calendar import ChainCalendar
from akash_tui.services.core.provider_cache import ProviderCache
from akash_tui.services.core.secret_values import SecretValues
from akash_tui.services.errors import no_wallet
from akash_tui.services.memory.bid_memory import BidMemory
from akash_tui.services.memory.memory_file import memory_path
from akash_tui.services.memory.provider_notes import ProviderNotes
from akash_tui.services.ports import (
    AkashError,
    Chain,
    Clock,
    Gateway,
    Head,
    Indexer,
    KeyElsewhere,
    Locked,
    NotSignedIn,
    Signer,
    Unreachable,
    WalletRef,
)
from akash_tui.services.ports.grants import Payers
from akash_tui.services.ports.lock_holder import LockHolder
from akash_tui.services.storage.journal import Journal
from akash_tui.services.storage.locks import NumberClaims, deployment_lock, lock_holder
from akash_tui.services.storage.settings import Bounds

if TYPE_CHECKING:
    from akash_tui.domain.akash.gpu import GpuModel
    from akash_tui.domain.market.fit_reasons import Change
    from akash_tui.domain.sdl.build.compiler import Compiled
    from akash_tui.domain.sdl.lint.doctor import DoctorReport
    from akash_tui.domain.sdl.lint.prices import Medians
    from akash_tui.domain.sdl.problem import SdlProblem


class SdlReader(Protocol):
    """Reads and edits SDL text; what is wrong with it is in the result's `problems`, never raised."""

    def read(self, text: str, file: str) -> Compiled:
        """The compiled form; `diagnose` checks it further without compiling again."""

    def check(
        self, text: str, file: str, medians: Medians | None = None, block_time: BlockTime = ASSUMED_BLOCK_TIME
    ) -> DoctorReport:
        """Everything wrong with it at once; `medians` are market prices to compare its own with."""

    def fix(self, text: str, file: str = "-") -> tuple[str, tuple[SdlProblem, ...]]:
        """The text with all that can be fixed safely, and what that was; every other byte stays."""

    def gpu_choices(self, text: str) -> list[GpuModel]:
        """The GPU models that the text accepts, without repeats, in the file's order."""

    def with_gpu_choices(self, text: str, keep: Collection[GpuModel]) -> str:
        """The same text accepting only these; every other byte stays. ValueError if that cannot be done."""

    def with_attributes(self, text: str, wanted: Mapping[str, str]) -> str:
        """The same text asking these attributes of its providers. ValueError if that cannot be done."""

    def with_value(self, text: str, key: str, value: str) -> str:
        """The same text with one value set by its place (`services.web.image`, `web.env.MODEL`, or `MODEL`, a variable
        of any service). ValueError with a sentence if that cannot be done."""

    def value(self, text: str, key: str) -> str | None:
        """The value that stands where `with_value` would set one; None if there is none."""

    def with_highest_price(self, text: str, hourly: Decimal, block_time: BlockTime) -> str:
        """The same text whose groups together cost at most this many ACT an hour. ValueError if that cannot be done."""

    def with_change(self, text: str, change: Change, block_time: BlockTime) -> str:
        """The same text with one change that lets more providers bid; every other byte stays. ValueError with a
        sentence if it must be made by hand."""


@dataclass(slots=True)
class Session:
    """Everything a service needs; owned by the code that opened it and also closes it."""

    network: Network
    chain: Chain
    gateway: Gateway
    indexer: Indexer | None
    journal: Journal
    clock: Clock
    sdl: SdlReader
    wallet: WalletRef | None = None
    signer: Signer | None = None
    wallet_names: Callable[[], Mapping[str, str]] = dict
    """Reads the names of this home's wallets, by address."""
    readonly: bool = False
    elsewhere: bool = False
    """Transactions are only written for signing elsewhere, so that a wallet without its key will do."""
    unlock: Callable[[], Signer] | None = None
    """Asked for the key at the first signature if `signer` is not there yet (may block on a prompt)."""
    ask_unlock: Callable[[], Awaitable[None]] | None = None
    """Of an app: asks the person to unlock a session that was locked, before something is signed. Raises `Locked`."""
    locked: bool = False
    """True after `lock`: the key is not loaded again by itself."""
    saved_bounds: Callable[[], Bounds] = Bounds
    """Reads from the settings, as they are saved now, how far the figures of a node are believed, and what may be
    spent."""
    given_bounds: Mapping[str, Decimal | None] = field(default_factory=dict)
    """Those of `bounds` that options of this command take the place of, by their names."""
    max_spend: Decimal | None = None
    """The most that this session may spend besides gas, of each token: in place of the limits of `bounds`."""
    payers: Payers = field(default_factory=Payers)
    """Who pays fees and deposits."""
    secrets: SecretValues = field(default_factory=SecretValues)
    """Where the secret parameters of an SDL come from: they are never written."""
    max_rate: Decimal | None = None
    """The rate that a person allowed for this session, whatever other sources say."""
    command: str = "akash-tui"
    """What runs in this session, as another process reads it that finds a deployment locked: without arguments."""
    allowed: set[str] = field(init=False, default_factory=set)
    """Keys of the figures beyond the bounds that a person has typed: each belongs to one quote."""
    signed: set[int] = field(init=False, default_factory=set)
    """Keys of the intents of this session."""
    current_versions: dict[LeaseId, tuple[bytes, tuple[tuple[str, int | None], ...]]] = field(
        init=False, default_factory=dict
    )
    """Leases whose provider was seen to run the version with this hash, at these generations of its services."""
    misplaced: dict[LeaseId, tuple[tuple[str, ...], float, tuple[tuple[str, LeaseId | None], ...]]] = field(
        init=False, default_factory=dict
    )
    """Host names that a lease did not get, when that was read (monotonic seconds), and who has each."""
    provider_cache: ProviderCache = field(init=False)
    calendar: ChainCalendar = field(init=False)
    claims: NumberClaims = field(init=False)
    memory: BidMemory = field(init=False)
    """What was seen of bids on this chain."""
    provider_notes: ProviderNotes = field(init=False)
    """Favourites, blocks and notes."""
    _seen_on_chain: bool = field(default=False, init=False)
    _read_last: Bounds | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self.provider_cache = ProviderCache(self.chain, self.gateway, self.indexer, self.clock)
        self.calendar = ChainCalendar(self.chain, self.clock)
        self.claims = NumberClaims(self.journal.path.parent / "locks")
        self.memory = BidMemory(memory_path(self.journal.path.parent, self.network.chain_id), self.clock.now)
        self.provider_notes = ProviderNotes(self.journal, self.network.chain_id)

    @property
    def bounds(self) -> Bounds:
        """The bounds and limits of this moment: another process, or a person with an editor, may have changed them.

        Raises `BadInput` or `DiskFault` where the settings cannot be used: what spends is not signed without them.
        """
        self._read_last = self.saved_bounds().model_copy(update=self.given_bounds)
        return self._read_last

    @property
    def fee_bounds(self) -> Bounds:
        """For what a transaction may cost: as `bounds`, or as they were read last while the settings cannot be used,
        so that a deployment can be closed all the same. Raises as `bounds` does if they were never read."""
        try:
            return self.bounds
        except AkashError:
            if self._read_last is None:
                raise
            return self._read_last

    @property
    def owner(self) -> str:
        """The wallet's address; raises `NotSignedIn` without a wallet."""
        if self.wallet is None:
            raise no_wallet()
        return self.wallet.address

    def require_signer(self) -> Signer:
        """The key that signs. Raises `NotSignedIn` (none, watch-only, read-only) or `Locked`."""
        if self.elsewhere:
            return KeyElsewhere(self.owner)
        if self.readonly:
            raise NotSignedIn("This session is read-only.", "Start again without --readonly to sign.")
        owner = self.owner
        if self.wallet is not None and self.wallet.watch_only:
            raise NotSignedIn(
                f"Wallet {self.wallet.name} is watch-only: its key is not here.",
                "Choose a wallet with a key: --wallet NAME.",
            )
        if self.locked:
            raise self.locked_error()
        if self.signer is None and self.unlock is not None:
            self.signer = self.unlock()
        if self.signer is None:
            raise NotSignedIn("The wallet's key is not loaded.", "Choose a wallet with a key: --wallet NAME.")
        if self.signer.address != owner:
            raise NotSignedIn("The loaded key belongs to another address than the wallet.", "Choose the wallet again.")
        return self.signer

    def locked_error(self) -> Locked:
        """The key was forgotten: which wallet it is, and how it is loaded again."""
        return Locked(f"{self.called} is locked.", "Unlock it: press : and choose unlock wallet.")

    @property
    def called(self) -> str:
        """`Wallet main`, at the beginning of a sentence."""
        return "The wallet" if self.wallet is None else f"Wallet {clean(self.wallet.name, 40)}"

    @property
    def has_key(self) -> bool:
        """Whether the wallet has a key here that signs."""
        return self.wallet is not None and not self.wallet.watch_only and not self.readonly

    def lock(self) -> None:
        """Forget the key: nothing is signed until `unlocked`."""
        self.signer, self.locked = None, True

    def unlocked(self) -> None:
        """Let the key be loaded again; `require_signer` does it."""
        self.locked = False

    async def signing_key(self) -> Signer:
        """The key, for what a person has asked for. A locked session asks for the passphrase, where one can be asked.

        Raises as `require_signer` does.
        """
        if self.locked and self.ask_unlock is not None:
            await self.ask_unlock()
        return self.require_signer()

    def alone(self, id: DeploymentId) -> AbstractContextManager[None]:
        """Hold the deployment's lock for one action. Raises `Busy`."""
        folder = self.journal.path.parent / "locks"
        return deployment_lock(folder, self.network.chain_id, id, self.command, now=self.clock.now())

    def holder(self, id: DeploymentId) -> LockHolder | None:
        """Which other process is at work on the deployment, as it says; None if none does. Takes no lock."""
        holder = lock_holder(self.journal.path.parent / "locks", self.network.chain_id, id)
        return None if holder is None or holder.is_this_process else holder

    async def head(self) -> Head:
        """The newest block, and with it what the chain has announced (`calendar`). Raises as `Chain.head` does; where
        no node answers and the chain's upgrade is due, the error is about the halt."""
        try:
            head = await self.chain.head()
        except Unreachable as error:
            calendar = self.calendar.now(silent=True)
            if calendar is None or calendar.halted_since is None:
                raise
            raise Unreachable(calendar.headline, calendar.advice, detail=error.detail) from error
        await self.calendar.read(head)
        return head

    async def provider_signer(self, *, ask: bool = False) -> Signer:
        """The key for providers' tokens, once the chain knows its public key. `ask`: a person waits for the answer, so
        a locked session asks for the passphrase.

        A token of an account that never signed a transaction makes provider daemons hang or drop the
        connection (provider recordings, facts 22 and 23), so it must never be sent.
        """
        signer = await self.signing_key() if ask else self.require_signer()
        if not self._seen_on_chain:
            account = await self.chain.account(signer.address)
            if account is None or not account.has_pubkey:
                raise NotSignedIn(
                    "This account has not signed anything on this chain yet, so providers cannot check it.",
                    "It can talk to providers after its first transaction is in a block.",
                )
            self._seen_on_chain = True
        return signer

    async def aclose(self) -> None:
        """Close every connection, and the journal; safe to call twice."""
        try:
            await self.provider_cache.aclose()
            await self.gateway.aclose()
            if self.indexer is not None:
                await self.indexer.aclose()
            await self.chain.aclose()
        finally:
            self.claims.release()
            self.memory.close()
            self.journal.close()
