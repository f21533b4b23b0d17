"""What the practice chain remembers: frozen rows in branchable tables.

States are the words REST uses (`open`, `active`, `lost`, `insufficient_funds`, ...). `spec` and `resources_offer` are
stored in REST's own JSON shape (`spec["resources"][0]["resource"]["gpu"]["units"]["val"] == "1"`). Hashes, keys and
certificates are base64 text, again as REST shows them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from akash_tui.practice.state.amounts import DecCoin
from akash_tui.practice.state.store import Charge, Table

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Account:
    """An account; `module` names a module account (with its permissions), `pubkey` is base64 once it has signed."""

    address: str
    number: int
    sequence: int = 0
    pubkey: str | None = None
    many: str = ""
    """Base64 of the LegacyAminoPubKey of an account of several keys, once they have signed."""
    module: str = ""
    permissions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployment; `hash` is base64 of 32 bytes, `min_window` the demanded reclamation window (`3600s`) or None."""

    owner: str
    dseq: int
    state: str  # active | closed
    hash: str
    created_at: int
    min_window: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A group of a deployment and its spec in REST's JSON shape."""

    owner: str
    dseq: int
    gseq: int
    state: str  # open | paused | insufficient_funds | closed
    spec: Json
    created_at: int


@dataclass(frozen=True, slots=True)
class Order:
    """One call for bids on a group."""

    owner: str
    dseq: int
    gseq: int
    oseq: int
    state: str  # open | active | closed
    spec: Json
    created_at: int
    min_window: str | None = None

    @property
    def key(self) -> tuple[str, int, int, int]:
        """Its place in the book of orders, and the beginning of its bids' places."""
        return (self.owner, self.dseq, self.gseq, self.oseq)


@dataclass(frozen=True, slots=True)
class Bid:
    """A provider's offer for an order; the price is per block for the whole group."""

    owner: str
    dseq: int
    gseq: int
    oseq: int
    provider: str
    state: str  # open | active | lost | closed
    price: DecCoin
    created_at: int
    resources_offer: tuple[Json, ...] = ()
    reclamation_window: str | None = None

    @property
    def key(self) -> tuple[str, int, int, int, str]:
        """Its place in the book of bids; a lease has the same one."""
        return (self.owner, self.dseq, self.gseq, self.oseq, self.provider)


ALIVE = ("active", "reclaiming")
"""States of a lease that runs and costs."""


@dataclass(frozen=True, slots=True)
class Lease:
    """An accepted bid; `reason` is `lease_closed_invalid` while it lives.

    A provider with a reclamation window may start to reclaim (at a height) and close after the deadline (Unix seconds).
    """

    owner: str
    dseq: int
    gseq: int
    oseq: int
    provider: str
    state: str  # active | insufficient_funds | closed | reclaiming
    price: DecCoin
    created_at: int
    closed_on: int = 0
    reason: str = "lease_closed_invalid"
    reclamation_window: str | None = None
    reclaim_started: int = 0
    reclaim_deadline: int = 0
    reclaim_reason: str = "lease_closed_invalid"

    @property
    def key(self) -> tuple[str, int, int, int, str]:
        """Its place in the book of leases, the same as its bid's."""
        return (self.owner, self.dseq, self.gseq, self.oseq, self.provider)


@dataclass(frozen=True, slots=True)
class Deposit:
    """What one depositor has left in an escrow account."""

    owner: str
    height: int
    source: str  # balance | grant
    denom: str
    atto: int


@dataclass(frozen=True, slots=True)
class EscrowAccount:
    """Money held for a deployment or a bid. Settled lazily: `funds` are as of block `settled_at`."""

    scope: str  # deployment | bid
    xid: str  # owner/dseq, or owner/dseq/gseq/oseq/provider
    owner: str
    state: str  # open | closed | overdrawn
    settled_at: int
    transferred: tuple[DecCoin, ...]
    funds: tuple[DecCoin, ...]
    deposits: tuple[Deposit, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Its place in the book of escrow accounts, and the beginning of its payments' places."""
        return (self.scope, self.xid)


@dataclass(frozen=True, slots=True)
class EscrowPayment:
    """A stream from an escrow account to a provider: `rate` per block; amounts in 10**-18 of the denom's unit."""

    scope: str
    xid: str  # of the account
    pid: str  # gseq/oseq/provider
    owner: str  # who is paid
    state: str  # open | closed | overdrawn
    denom: str
    rate: int
    balance: int = 0
    unsettled: int = 0
    withdrawn: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """Its place in the book of payments."""
        return (self.scope, self.xid, self.pid)


@dataclass(frozen=True, slots=True)
class Certificate:
    """A client or provider certificate on chain; both PEMs base64, the serial in decimal."""

    owner: str
    serial: str
    state: str  # valid | revoked
    cert: str
    pubkey: str


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider's entry; attributes in the order they were given."""

    owner: str
    host_uri: str
    attributes: tuple[tuple[str, str], ...]
    email: str = ""
    website: str = ""


@dataclass(frozen=True, slots=True)
class Audit:
    """Attributes of a provider that an auditor has signed, sorted by key."""

    owner: str
    auditor: str
    attributes: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class LedgerRecord:
    """A mint or burn of ACT in the BME ledger; `result` holds the executed or cancelled record in REST's shape."""

    denom: str
    to_denom: str
    source: str
    height: int
    sequence: int
    status: str  # pending | executed | canceled
    amount: int
    to: str
    result: Json | None = None


@dataclass(frozen=True, slots=True)
class DepositGrant:
    """A permission to deposit from the granter's balance, up to `limit` uact; `used`: some of it has been taken."""

    granter: str
    grantee: str
    limit: int
    scopes: tuple[str, ...]
    expiration: str | None = None
    used: bool = False


@dataclass(frozen=True, slots=True)
class FeeGrant:
    """A permission to pay fees from the granter's balance, up to `limit` uakt."""

    granter: str
    grantee: str
    limit: int
    expiration: str | None = None


@dataclass(frozen=True, slots=True)
class UpgradePlan:
    """A scheduled upgrade: no block `height` for `halt_blocks` block times, then the new version makes it."""

    name: str
    height: int
    halt_blocks: int


@dataclass(frozen=True, slots=True)
class AppliedUpgrade:
    """An upgrade that was carried out at a height."""

    name: str
    height: int


@dataclass(frozen=True, slots=True)
class Params:
    """The chain's parameters that messages are checked against."""

    order_max_bids: int = 20
    bid_min_deposit: int = 500_000
    deployment_min_deposit: int = 500_000
    min_gas_price_micro: int = 2_500  # 10**-6 uakt per gas: 0.0025uakt
    max_memo: int = 256
    min_mint: int = 10_000_000
    epoch_blocks: int = 10
    spread_bps: int = 25
    akt_price_milli: int = 850  # 0.85 USD
    mint_status: str = "healthy"  # healthy | warning | halt_cr (no minting) | halt_oracle (no burning either)
    min_window_s: int = 3_600
    max_window_s: int = 2_592_000
    nonce_ttl_s: int = 600
    sponsor: str = ""
    """An account that grants fees and deposits to everybody who gets coins from the faucet."""
    plan: UpgradePlan | None = None
    applied: tuple[AppliedUpgrade, ...] = ()


@dataclass(slots=True)
class Books:
    """All tables; `branch()` gives books whose changes can be written back whole or forgotten."""

    accounts: Table[Account] = field(default_factory=Table)  # (address,)
    balances: Table[int] = field(default_factory=Table)  # (address, denom)
    nonces: Table[int] = field(default_factory=Table)  # (timeout in ns, address) -> 1
    deployments: Table[Deployment] = field(default_factory=Table)  # (owner, dseq)
    groups: Table[Group] = field(default_factory=Table)  # (owner, dseq, gseq)
    orders: Table[Order] = field(default_factory=Table)  # (owner, dseq, gseq, oseq)
    bids: Table[Bid] = field(default_factory=Table)  # (owner, dseq, gseq, oseq, provider)
    leases: Table[Lease] = field(default_factory=Table)  # (owner, dseq, gseq, oseq, provider)
    escrow_accounts: Table[EscrowAccount] = field(default_factory=Table)  # (scope, xid)
    payments: Table[EscrowPayment] = field(default_factory=Table)  # (scope, xid, gseq/oseq/provider)
    certificates: Table[Certificate] = field(default_factory=Table)  # (owner, serial)
    providers: Table[Provider] = field(default_factory=Table)  # (owner,)
    audits: Table[Audit] = field(default_factory=Table)  # (owner, auditor)
    ledger: Table[LedgerRecord] = field(default_factory=Table)  # (height, sequence)
    deposit_grants: Table[DepositGrant] = field(default_factory=Table)  # (grantee, granter)
    fee_grants: Table[FeeGrant] = field(default_factory=Table)  # (grantee, granter)
    totals: Table[int] = field(default_factory=Table)  # (name,): "accounts", "remint_credit"

    def branch(self, charge: Charge | None = None) -> Books:
        """Books over these; `charge` is called for every read and write (gas)."""
        return Books(**{name: table.branch(charge) for name, table in self.tables()})

    def write_back(self) -> None:
        """Move this branch's changes into the books below."""
        for _, table in self.tables():
            table.write_back()

    def tables(self) -> Iterator[tuple[str, Table[Any]]]:
        """Name and table, in the order of the fields."""
        for name in TABLES:
            yield name, getattr(self, name)


TABLES = tuple(each.name for each in dataclasses.fields(Books))
