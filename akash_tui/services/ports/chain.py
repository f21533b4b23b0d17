"""The Akash chain, as services see it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Protocol

from akash_tui.domain.akash.entities import (
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
from akash_tui.domain.akash.messages import Message
from akash_tui.domain.akash.money import BlockTime, Coin
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Audit, Certificate, Provider
from akash_tui.services.ports.chain_values import (
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
from akash_tui.services.ports.errors import AkashError
from akash_tui.services.ports.wallets import Signer


class Chain(Protocol):
    """One Akash chain. Reads raise `Unreachable`, `WrongChain` or `Refused`; "not there" is None."""

    network: Network

    async def verify(self) -> Head:
        """Check that the endpoints serve `network.chain_id`; needed once before anything is signed."""

    async def head(self) -> Head:
        """The newest block that an endpoint reports now."""

    async def block_time(self) -> BlockTime:
        """Measured over the newest blocks; an assumption, marked so, where that is impossible."""

    async def account(self, address: str) -> Account | None:
        """None if the address was never funded."""

    async def balances(self, address: str) -> tuple[Coin, ...]:
        """Every denomination that the address has, in micro-units."""

    async def params(self) -> ChainParams:
        """Parameters of the deployment and market modules."""

    async def akt_price(self) -> AktPrice | None:
        """By the chain's oracle; None where it has no price."""

    async def deployment(self, id: DeploymentId) -> Deployment | None: ...

    async def deployments(self, owner: str, state: DeploymentState | None = None) -> list[Deployment]:
        """All of one owner; None as state means every state."""

    async def orders(self, id: DeploymentId) -> list[Order]:
        """The orders of every group, closed ones included."""

    async def order(self, id: OrderId) -> Order | None: ...

    async def bids(self, id: DeploymentId, state: BidState | None = None) -> list[Bid]:
        """The bids on every order of a deployment; None as state means every state."""

    async def won_bids(self, owner: str) -> list[Bid]:
        """The bids behind all leases of `owner` that are active, in one list."""

    async def bid(self, id: BidId) -> Bid | None: ...

    async def leases(self, owner: str, dseq: int | None = None, state: LeaseState | None = None) -> list[Lease]:
        """All of one owner, or of one deployment; None as state means every state."""

    async def lease(self, id: LeaseId) -> Lease | None: ...

    async def providers(self) -> list[Provider]:
        """Every provider that is registered, whether it answers or not."""

    async def provider(self, owner: str) -> Provider | None: ...

    async def certificates(self, owner: str) -> list[Certificate]:
        """Valid (not revoked) ones only."""

    async def audits(self, owner: str) -> list[Audit]:
        """What auditors have signed about one provider."""

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

    async def find_tx(self, tx_hash: str) -> TxResult | None:
        """None while no endpoint that was asked has it in a block."""

    def error_of(self, result: TxResult) -> AkashError:
        """The sentence and advice for a transaction that failed in its block."""

    async def aclose(self) -> None:
        """Close every connection; safe to call twice."""
