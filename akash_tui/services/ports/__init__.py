"""What services need from the outside world: the Protocols, the values that cross them, the error tree.

One implementation each, in `adapters`. The practice network is not a second one: it is a server,
and the same adapters talk to it over real sockets.

Everybody imports from here, and nobody outside from the parts.
"""

from __future__ import annotations

from akash_tui.domain.observed import MarketPrice, Reach

from .chain import Chain
from .chain_values import (
    Account,
    AktPrice,
    ChainParams,
    Head,
    MintRecord,
    MintStatus,
    SignedTx,
    TxDraft,
    TxResult,
    Wake,
)
from .clock import Clock
from .errors import (
    AkashError,
    BadInput,
    BadSdl,
    BidGone,
    Busy,
    HostRefused,
    Insufficient,
    LeaseEnded,
    Locked,
    ManifestRefused,
    NeverIncluded,
    NoBid,
    NotReady,
    NotRunning,
    NotSignedIn,
    NoWorkload,
    OrderGone,
    PriceMoved,
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
from .gateway import Gateway, Shell
from .indexer import Indexer
from .lease_values import ForwardedPort, LeasedIp, LeaseStatus, LogLine, PodEvent, ServiceStatus, ShellOutput
from .wallets import Signer, Vault, WalletRef

__all__ = [
    "Account",
    "AkashError",
    "AktPrice",
    "BadInput",
    "BadSdl",
    "BidGone",
    "Busy",
    "Chain",
    "ChainParams",
    "Clock",
    "ForwardedPort",
    "Gateway",
    "Head",
    "HostRefused",
    "Indexer",
    "Insufficient",
    "LeaseEnded",
    "LeaseStatus",
    "LeasedIp",
    "Locked",
    "LogLine",
    "ManifestRefused",
    "MarketPrice",
    "MintRecord",
    "MintStatus",
    "NeverIncluded",
    "NoBid",
    "NoWorkload",
    "NotReady",
    "NotRunning",
    "NotSignedIn",
    "OrderGone",
    "PodEvent",
    "PriceMoved",
    "ProviderDenied",
    "ProviderFault",
    "ProviderUnreachable",
    "ProviderUntrusted",
    "Reach",
    "Refused",
    "ServiceStatus",
    "Shell",
    "ShellFailed",
    "ShellOutput",
    "SignedTx",
    "Signer",
    "Stale",
    "TxDraft",
    "TxForgotten",
    "TxResult",
    "TxUnknown",
    "Unreachable",
    "Vault",
    "Wake",
    "WalletRef",
    "WrongChain",
]
