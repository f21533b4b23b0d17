"""What services need from the outside world, and how it may fail.

One implementation each, in `adapters`. The practice network is not a second one: it is a server,
and the same adapters talk to it over real sockets.

    AkashError
    ├── BadInput                 exit 2   what the user gave cannot be used
    │   └── BadSdl               exit 2   …an SDL, with all its problems
    ├── NotSignedIn              exit 2   no wallet, a watch-only one, or read-only mode
    ├── Locked                   exit 2   the vault cannot be opened
    ├── Busy                     exit 2   another akash-tui is at work on the same deployment
    ├── Insufficient             exit 3   not enough of a token
    ├── Refused                  exit 3   the chain said no (codespace, code, log)
    │   └── NeverIncluded        exit 3   …no block took it in time: nothing was spent, doing it again is safe
    ├── Stale                    exit 3   the world moved between look and act
    │   ├── BidGone
    │   ├── OrderGone
    │   └── PriceMoved
    ├── TxUnknown                exit 3   sent, and nobody can say yet whether it counts
    ├── NoBid                    exit 4   no acceptable bid
    ├── Unreachable              exit 5   no node (or indexer) answers
    ├── WrongChain               exit 5   the node serves another chain
    ├── ProviderFault            exit 6   the provider failed or refused
    │   ├── ProviderUnreachable
    │   ├── ProviderUntrusted             its certificate or address proves nothing: nothing was sent
    │   ├── ProviderDenied                it does not accept our token, or not for this
    │   ├── LeaseEnded                    the lease is over on chain
    │   └── ManifestRefused               final: trying again cannot help
    └── NotRunning               exit 7   leased, but not running in time (the lease is kept)

Every message is already clean text: adapters clean what strangers wrote before it gets here.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import ClassVar, Protocol

from akash_tui.domain.market import (
    Bid,
    BidId,
    BidState,
    Deployment,
    DeploymentId,
    DeploymentState,
    Lease,
    LeaseId,
    LeaseState,
    Order,
    OrderId,
)
from akash_tui.domain.messages import Message
from akash_tui.domain.money import BlockTime, Coin
from akash_tui.domain.network import Network
from akash_tui.domain.observed import MarketPrice as MarketPrice
from akash_tui.domain.observed import Reach as Reach
from akash_tui.domain.provider import Audit, Certificate, Provider, ProviderProfile
from akash_tui.domain.series import Series
from akash_tui.domain.supply import AktMarket, Capacity, GpuDay, ProviderSheet

# --- errors -------------------------------------------------------------------------------------


class AkashError(Exception):
    """Something a user can be told: what happened (`title`), what to do (`advice`), whether to retry."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "error"
    """A stable word for scripts (the `code` of a `failed` event)."""
    retry: ClassVar[bool] = False

    def __init__(self, title: str, advice: str = "", *, detail: str = "") -> None:
        super().__init__(title)
        self.title = title
        self.advice = advice
        self.detail = detail
        """The raw answer, cleaned; for the problem log and `--debug`."""


class BadInput(AkashError):
    exit_code = 2
    code = "bad_input"


class BadSdl(BadInput):
    """The SDL does not compile; `problems` are `domain.sdl` problems with line and column."""

    code = "bad_sdl"

    def __init__(self, title: str, advice: str = "", *, problems: Sequence[object] = (), detail: str = "") -> None:
        super().__init__(title, advice, detail=detail)
        self.problems = tuple(problems)


class NotSignedIn(AkashError):
    exit_code = 2
    code = "not_signed_in"


class Locked(AkashError):
    exit_code = 2
    code = "locked"


class Busy(AkashError):
    """Another process (or task) is doing something with the same deployment; nothing was done here."""

    exit_code = 2
    code = "busy"
    retry = True


class Insufficient(AkashError):
    """Not enough of a token: `need` and `have` in micro-units when they are known."""

    exit_code = 3
    code = "insufficient_funds"

    def __init__(
        self, title: str, advice: str = "", *, need: Coin | None = None, have: Coin | None = None, detail: str = ""
    ) -> None:
        super().__init__(title, advice, detail=detail)
        self.need = need
        self.have = have


class Refused(AkashError):
    """The chain refused a transaction (in CheckTx, simulation or execution) or a query."""

    exit_code = 3
    code = "refused"

    def __init__(self, title: str, advice: str = "", *, codespace: str = "", number: int = 0, detail: str = "") -> None:
        super().__init__(title, advice, detail=detail)
        self.codespace = codespace
        self.number = number


class NeverIncluded(Refused):
    """A transaction's time-out has passed in block time and no block holds it: it can never count."""

    code = "never_included"
    retry = True


class Stale(AkashError):
    exit_code = 3
    code = "stale"


class BidGone(Stale):
    code = "bid_gone"


class OrderGone(Stale):
    code = "order_gone"


class PriceMoved(Stale):
    code = "price_moved"


class TxUnknown(AkashError):
    """Sent, not found, not yet impossible. `tx_hash` is what `resume` will look for."""

    exit_code = 3
    code = "tx_unknown"
    retry = True

    def __init__(self, title: str, advice: str = "", *, tx_hash: str, detail: str = "") -> None:
        super().__init__(title, advice, detail=detail)
        self.tx_hash = tx_hash


class NoBid(AkashError):
    exit_code = 4
    code = "no_bid"


class Unreachable(AkashError):
    exit_code = 5
    code = "unreachable"
    retry = True


class WrongChain(AkashError):
    exit_code = 5
    code = "wrong_chain"


class ProviderFault(AkashError):
    """The provider answered with an error; `status` is its HTTP status, 0 without one."""

    exit_code = 6
    code = "provider_fault"
    retry = True

    def __init__(self, title: str, advice: str = "", *, status: int = 0, detail: str = "") -> None:
        super().__init__(title, advice, detail=detail)
        self.status = status


class ProviderUnreachable(ProviderFault):
    code = "provider_unreachable"


class ProviderUntrusted(ProviderFault):
    code = "provider_untrusted"
    retry = False


class ProviderDenied(ProviderFault):
    """The provider does not accept our token, or not for what was asked."""

    code = "provider_denied"
    retry = False


class LeaseEnded(ProviderFault):
    """The lease is over on chain: no manifest and no waiting can help."""

    code = "lease_ended"
    retry = False


class ManifestRefused(ProviderFault):
    code = "manifest_refused"
    retry = False


class NotReady(ProviderFault):
    """What was asked for does not run yet; it may in a moment."""

    code = "not_ready"


class NoWorkload(ProviderFault):
    """The provider has nothing for this lease: no manifest was accepted, or the lease is over."""

    code = "no_workload"


class ShellFailed(ProviderFault):
    """The provider could not run the command, or cannot say how it ended."""

    code = "shell_failed"
    retry = False


class NotRunning(AkashError):
    exit_code = 7
    code = "not_running"


# --- values that cross the ports ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Head:
    """The newest block a node has told us of, and when we read it."""

    height: int
    time: datetime
    chain_id: str
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the chain knows it. Without `has_pubkey` providers cannot check our tokens."""

    address: str
    number: int
    sequence: int
    has_pubkey: bool


@dataclass(frozen=True, slots=True)
class ChainParams:
    """Parameters of the deployment and market modules."""

    min_deposits: tuple[Coin, ...]
    order_max_bids: int
    min_reclamation_seconds: Decimal
    max_reclamation_seconds: Decimal

    def min_deposit(self, denom: str) -> Coin | None:
        return next((c for c in self.min_deposits if c.denom == denom), None)


@dataclass(frozen=True, slots=True)
class AktPrice:
    """USD per AKT by the chain's own oracle, and when it said so; unhealthy prices are marked."""

    usd: Decimal
    at: datetime | None
    healthy: bool


@dataclass(frozen=True, slots=True)
class MintStatus:
    """Whether ACT can be minted from AKT (and burned back) now, and on which terms."""

    status: str
    """The chain's word, for example `mint_status_healthy` or `mint_status_halt_cr`."""
    mints_allowed: bool
    refunds_allowed: bool
    collateral_ratio: Decimal
    min_mint: tuple[Coin, ...]
    """A mint that yields less is cancelled some blocks later and paid back."""
    spread_bps: int
    """Hundredths of a percent taken off what is minted."""
    epoch_blocks: int
    """Blocks until a mint or burn is executed; more while collateral is low."""


@dataclass(frozen=True, slots=True)
class MintRecord:
    """One mint or burn in the chain's books: `status` is `pending`, `executed` or `canceled`."""

    source: str
    height: int
    sequence: int
    denom: str
    to_denom: str
    status: str
    burned: Coin | None
    minted: Coin | None
    """What came out, before `spread`; None until executed."""
    spread: Coin | None
    cancel_reason: str = ""


@dataclass(frozen=True, slots=True)
class TxDraft:
    """A transaction simulated but not signed: what it does, its gas limit and its fee."""

    messages: tuple[Message, ...]
    signer: str
    gas_used: int
    gas_limit: int
    fee: Coin
    memo: str = ""
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class SignedTx:
    """Final bytes. `hash` is known before sending; after `expires` (block time) they can never count."""

    draft: TxDraft
    raw: bytes = field(repr=False)
    hash: str
    expires: datetime | None
    """None for ordered transactions, which never time out by themselves."""


@dataclass(frozen=True, slots=True)
class TxResult:
    """A transaction found in a block. `code` 0 is success."""

    hash: str
    height: int
    code: int
    codespace: str
    log: str
    gas_used: int
    fee: Coin | None
    events: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()
    """(event type, ((key, value), …)) in order."""


@dataclass(frozen=True, slots=True)
class Wake:
    """A reason to read again now. Carries no state: REST answers alone do."""

    reason: str
    """`block`, `tx`, `connected` or `lost` (the websocket is gone: poll slower, say so)."""
    height: int | None = None


@dataclass(frozen=True, slots=True)
class ServiceStatus:
    """One service of a lease at its provider. Ready equals total (and total > 0) means running."""

    name: str
    ready: int
    total: int
    uris: tuple[str, ...]
    """Without scheme, as the provider gives them."""


@dataclass(frozen=True, slots=True)
class ForwardedPort:
    service: str
    host: str
    port: int
    external_port: int
    proto: str


@dataclass(frozen=True, slots=True)
class LeasedIp:
    service: str
    ip: str
    port: int
    external_port: int
    proto: str


@dataclass(frozen=True, slots=True)
class LeaseStatus:
    services: tuple[ServiceStatus, ...]
    ports: tuple[ForwardedPort, ...]
    ips: tuple[LeasedIp, ...]
    read_at: datetime

    @property
    def running(self) -> bool:
        return bool(self.services) and all(s.total > 0 and s.ready >= s.total for s in self.services)


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line that a pod wrote: cleaned, at most its colours (SGR sequences) left in it."""

    pod: str
    text: str


@dataclass(frozen=True, slots=True)
class PodEvent:
    """What Kubernetes tells of one object of a lease. All texts are cleaned; it tells no time."""

    type: str
    """`Normal` or `Warning`."""
    kind: str
    name: str
    reason: str
    note: str


@dataclass(frozen=True, slots=True)
class ShellOutput:
    """Bytes that a command printed, raw; with a terminal everything is standard output."""

    data: bytes
    error: bool


class Shell(Protocol):
    """A command that runs in a pod."""

    exit_code: int | None
    """Its exit code, once `output` has ended."""

    def output(self) -> AsyncIterator[ShellOutput]:
        """What it prints. Raises `ShellFailed` if it could not be run, `ProviderUnreachable` if it broke off."""

    async def type(self, data: bytes) -> None:
        """Input. Nothing tells the command that input has ended: send what it takes for an end."""

    async def resize(self, columns: int, rows: int) -> None: ...


@dataclass(frozen=True, slots=True)
class WalletRef:
    """A wallet's public side. `watch_only` wallets have no key here."""

    name: str
    address: str
    watch_only: bool = False
    store: str = ""
    """`keyring`, `file` or `watch`."""


# --- ports --------------------------------------------------------------------------------------


class Clock(Protocol):
    """Time, so that tests can hold it still."""

    def now(self) -> datetime:
        """Aware UTC time of day."""

    def monotonic(self) -> float: ...

    async def sleep(self, seconds: float) -> None: ...


class Signer(Protocol):
    """A secp256k1 account key that never leaves its holder."""

    @property
    def address(self) -> str: ...

    @property
    def public_key(self) -> bytes:
        """33 bytes, compressed."""

    def sign(self, message: bytes) -> bytes:
        """64 bytes r‖s over SHA-256 of `message`; RFC 6979, low S."""


class Chain(Protocol):
    """One Akash chain. Reads raise `Unreachable`, `WrongChain` or `Refused`; "not there" is None."""

    network: Network

    async def verify(self) -> Head:
        """Check that the endpoints serve `network.chain_id`; needed once before anything is signed."""

    async def head(self) -> Head: ...

    async def block_time(self) -> BlockTime:
        """Measured over the newest blocks; an assumption, marked so, where that is impossible."""

    async def account(self, address: str) -> Account | None:
        """None if the address was never funded."""

    async def balances(self, address: str) -> tuple[Coin, ...]: ...

    async def params(self) -> ChainParams: ...

    async def akt_price(self) -> AktPrice | None: ...

    async def deployment(self, id: DeploymentId) -> Deployment | None: ...

    async def deployments(self, owner: str, state: DeploymentState | None = None) -> list[Deployment]: ...

    async def orders(self, id: DeploymentId) -> list[Order]: ...

    async def order(self, id: OrderId) -> Order | None: ...

    async def bids(self, id: DeploymentId, state: BidState | None = None) -> list[Bid]: ...

    async def bid(self, id: BidId) -> Bid | None: ...

    async def leases(self, owner: str, dseq: int | None = None, state: LeaseState | None = None) -> list[Lease]: ...

    async def lease(self, id: LeaseId) -> Lease | None: ...

    async def providers(self) -> list[Provider]: ...

    async def provider(self, owner: str) -> Provider | None: ...

    async def certificates(self, owner: str) -> list[Certificate]:
        """Valid (not revoked) ones only."""

    async def audits(self, owner: str) -> list[Audit]: ...

    async def mint_status(self) -> MintStatus | None:
        """None on chains without a mint."""

    async def mint_records(self, owner: str) -> list[MintRecord]:
        """Mints and burns of `owner`, oldest first."""

    def wakes(self, about: DeploymentId | None = None) -> AsyncIterator[Wake]:
        """Wake-ups for ever: new blocks and transactions; reconnects by itself with backoff.

        With `about`, only transactions that may concern that deployment wake (blocks always do).
        """

    async def simulate(self, messages: Sequence[Message], signer: Signer, memo: str = "") -> TxDraft:
        """Run without signing; raises what the chain would raise (`Refused`, `Insufficient`)."""

    async def sign(self, draft: TxDraft, signer: Signer, *, gas_limit: int | None = None) -> SignedTx:
        """Unordered, with a unique nanosecond time-out in block time. `gas_limit` overrides the draft's."""

    async def broadcast(self, tx: SignedTx) -> None:
        """Hand in. Returns if the node took it (or had it); raises `Refused`/`Insufficient` if it did not,
        `Unreachable` if surely nothing was sent, `TxUnknown` if no answer came."""

    async def confirm(self, tx: SignedTx) -> TxResult:
        """Wait until found in a block (code may be non-zero) or until it can never be: `TxUnknown` while
        undecided and the node gone, `Refused` once its time-out has passed in block time."""

    async def find_tx(self, tx_hash: str) -> TxResult | None: ...

    def error_of(self, result: TxResult) -> AkashError:
        """The sentence and advice for a transaction that failed in its block."""

    async def aclose(self) -> None: ...


class Gateway(Protocol):
    """Providers' own servers, over verified TLS. Raises the `ProviderFault` family."""

    async def probe(self, provider: Provider) -> Reach:
        """Ask the public status page, without credentials; never raises for a provider's fault."""

    async def send_manifest(self, provider: Provider, dseq: int, manifest: bytes, signer: Signer) -> None:
        """PUT the whole manifest. `ProviderFault` with `retry` while another try can help
        (404: does not see the lease yet; 500), `ManifestRefused` when none can."""

    async def lease_status(self, provider: Provider, lease: LeaseId, signer: Signer) -> LeaseStatus | None:
        """None while the provider has no workload for the lease (manifest not accepted yet, or closed)."""

    async def manifest(self, provider: Provider, lease: LeaseId, signer: Signer) -> object | None:
        """The provider's copy of the manifest of a running lease, as JSON values that nobody has checked; None
        if it has none. Its `endpoints` are lost, so it cannot be sent again as it is."""

    def logs(
        self,
        provider: Provider,
        lease: LeaseId,
        signer: Signer,
        *,
        services: Sequence[str] = (),
        follow: bool = False,
        tail: int | None = None,
    ) -> AsyncGenerator[LogLine, None]:
        """Lines of the pods that run now, `tail` last ones of each (None: all). Pods that come later never join
        a stream: open a new one after each accepted manifest. Raises `NotReady`, `NoWorkload`."""

    def events(
        self, provider: Provider, lease: LeaseId, signer: Signer, *, follow: bool = False
    ) -> AsyncGenerator[PodEvent, None]:
        """What Kubernetes tells, the stored events first. Raises `NoWorkload`."""

    def shell(
        self,
        provider: Provider,
        lease: LeaseId,
        signer: Signer,
        *,
        service: str,
        command: Sequence[str],
        pod: int = 0,
        tty: bool = False,
        stdin: bool = False,
    ) -> AbstractAsyncContextManager[Shell]:
        """Run `command` in a pod of `service`. A lease that the provider does not know looks like success
        (recordings, fact 47): ask for its status first."""

    async def aclose(self) -> None: ...


class Indexer(Protocol):
    """A public index of the network: extra facts, never needed for the main job."""

    async def profiles(self) -> dict[str, ProviderProfile]:
        """By provider address."""

    async def gpu_prices(self) -> list[MarketPrice]: ...

    async def sheets(self) -> list[ProviderSheet]:
        """Every provider with its hardware; without its last checks."""

    async def sheet(self, owner: str) -> ProviderSheet | None:
        """One provider with its last checks; None if the index does not know it."""

    async def capacity(self) -> Capacity:
        """What all providers that answer have, added up."""

    async def gpu_days(self) -> list[GpuDay]:
        """Every GPU model on every day that the index remembers, oldest first."""

    async def series(self, name: str) -> Series:
        """One of `domain.series.KINDS`, in the unit of its kind. `BadInput` for another name."""

    async def akt_market(self) -> AktMarket: ...

    async def aclose(self) -> None: ...


class Vault(Protocol):
    """Where wallets live: the OS keyring, or an encrypted file where there is none."""

    def wallets(self) -> list[WalletRef]: ...

    def wallet(self, name: str | None) -> WalletRef | None:
        """By name; None asks for the default one."""

    def add(self, name: str, words: str) -> WalletRef:
        """Store a BIP-39 mnemonic. `BadInput` if a word or the checksum is wrong, or the name is taken."""

    def watch(self, name: str, address: str) -> WalletRef: ...

    def signer(self, name: str) -> Signer:
        """`NotSignedIn` for watch-only wallets, `Locked` without the right passphrase."""
