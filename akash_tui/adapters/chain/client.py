"""`ports.Chain`, assembled from its parts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import TYPE_CHECKING

from akash_tui.adapters.chain.endpoints.events import WakeStream
from akash_tui.adapters.chain.endpoints.head import HeadReader
from akash_tui.adapters.chain.endpoints.pool import Pool
from akash_tui.adapters.chain.endpoints.reads import Reads
from akash_tui.adapters.chain.errors.mapping import error_of
from akash_tui.adapters.chain.tx.broadcast import Broadcaster
from akash_tui.adapters.chain.tx.prepare_tx import TxPreparer
from akash_tui.adapters.chain.tx.tx_lookup import TxLookup
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.messages import Message
from akash_tui.domain.akash.money import BlockTime
from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import AkashError, Clock, Head, SignedTx, Signer, TxDraft, TxResult, Wake

if TYPE_CHECKING:
    import httpx


class ChainClient(Reads):
    """One Akash chain over REST, with wake-ups from its websocket. Connects at first use."""

    def __init__(self, network: Network, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.network = network
        pool = Pool(network, clock, transport)
        super().__init__(pool)
        self._heads = HeadReader(pool, clock)
        self._wakes = WakeStream(network, clock)
        self._lookup = TxLookup(pool, self._heads, self._wakes, clock)
        self._preparer = TxPreparer(pool, self, self._heads)
        self._broadcaster = Broadcaster(pool, self._lookup, clock)

    async def verify(self) -> Head:
        await self._pool.proven()
        return await self._heads.head()

    async def head(self) -> Head:
        return await self._heads.head()

    async def block_time(self) -> BlockTime:
        return await self._heads.block_time()

    def wakes(self, about: DeploymentId | None = None) -> AsyncIterator[Wake]:
        return self._wakes.wakes(about)

    async def simulate(self, messages: Sequence[Message], signer: Signer, memo: str = "") -> TxDraft:
        return await self._preparer.simulate(messages, signer, memo)

    async def sign(self, draft: TxDraft, signer: Signer, *, gas_limit: int | None = None) -> SignedTx:
        return await self._preparer.sign(draft, signer, gas_limit=gas_limit)

    async def broadcast(self, tx: SignedTx) -> None:
        await self._broadcaster.broadcast(tx)

    async def confirm(self, tx: SignedTx) -> TxResult:
        return await self._lookup.confirm(tx)

    async def find_tx(self, tx_hash: str) -> TxResult | None:
        return await self._lookup.find(tx_hash)

    def error_of(self, result: TxResult) -> AkashError:
        return error_of(result)

    async def aclose(self) -> None:
        await self._wakes.aclose()
        await self._pool.aclose()
