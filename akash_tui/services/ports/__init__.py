"""What services need from the outside world: the Protocols, the values that cross them, the error tree.

One implementation each, in `adapters`. The practice network is not a second one: it is a server,
and the same adapters talk to it over real sockets.

What its parts define is imported from here, except `notifier`; the errors live in `services/errors.py` and are
re-exported for code that needs the ports anyway.
"""

from __future__ import annotations

from akash_tui.domain.akash.address import HD_PATH, USUAL_PATHS
from akash_tui.domain.market.observations import MarketPrice, Reach
from akash_tui.services.errors import (
    ONE_ENDPOINT_SAYS,
    AkashError,
    BadFile,
    BadInput,
    BadSdl,
    BeyondBounds,
    BidGone,
    Busy,
    DiskFault,
    HostRefused,
    Insufficient,
    LeaseEnded,
    Locked,
    ManifestLost,
    ManifestRefused,
    NeverIncluded,
    NoBid,
    NothingNew,
    NotReady,
    NotRunning,
    NotSignedIn,
    NoWorkload,
    OrderGone,
    OutOfGas,
    PriceMoved,
    PriceNotQuoted,
    ProviderDenied,
    ProviderFault,
    ProviderUnreachable,
    ProviderUntrusted,
    Refused,
    ShellFailed,
    Stale,
    TxForgotten,
    TxUnknown,
    Unreachable,
    WrongChain,
)
from akash_tui.services.ports.chain import (
    LONGEST_LIFE,
    Account,
    AktPrice,
    Chain,
    ChainParams,
    Head,
    MintRecord,
    MintStatus,
    SecondReads,
    SignedTx,
    TxDraft,
    TxResult,
    Wake,
    mint_halted,
)
from akash_tui.services.ports.clock import Backoff, Clock
from akash_tui.services.ports.gateway import (
    ForwardedPort,
    Gateway,
    LeasedIp,
    LeaseStatus,
    LogLine,
    PodEvent,
    RemoteShell,
    ServiceStatus,
    ShellOutput,
)
from akash_tui.services.ports.indexer import UNCHANGED, UNCONDITIONAL, Conditions, Indexer, SourceAnswer, Unchanged
from akash_tui.services.ports.wallets import (
    WORD_COUNTS,
    ExportedWallet,
    KeyElsewhere,
    PassphraseNeed,
    Signer,
    Vault,
    WalletRef,
)
