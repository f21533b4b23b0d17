"""`ports.Chain`, assembled from its parts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from akash_tui.adapters.chain.endpoints.events import WakeStream
from akash_tui.adapters.chain.endpoints.head import HeadReader
from akash_tui.adapters.chain.endpoints.http import host_of
from akash_tui.adapters.chain.endpoints.pool import Pool
from akash_tui.adapters.chain.endpoints.reads import Reads
from akash_tui.adapters.chain.endpoints.upgrades import UpgradeReader
from akash_tui.adapters.chain.errors.mapping import refusal
from akash_tui.adapters.chain.tx.broadcast import Broadcaster
from akash_tui.adapters.chain.tx.prepare_tx import TxPreparer
from akash_tui.adapters.chain.tx.tx_lookup import TxLookup
from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import AkashError, Clock, Head, SignedTx, TxDraft, TxResult

if TYPE_CHECKING:
    import httpx

    from akash_tui.adapters.chain.tx.signed_file import SignedFiles


def _signed_files(pool: Pool, reads: Reads, lookup: TxLookup, clock: Clock) -> SignedFiles:
    from akash_tui.adapters.chain.tx.signed_file import SignedFiles

    return SignedFiles(pool, reads, lookup, clock)


class OtherHost(Reads):
    """`ports.SecondReads`: a chain by the endpoints of other hosts."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        super().__init__(pool)
        self.head = HeadReader(pool, clock).head


class ChainClient(Reads):
    """One Akash chain over REST, with wake-ups from its websocket. Connects at first use.

    `transport` replaces the sockets in tests.
    """

    def __init__(self, network: Network, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.network = network
        pool = Pool(network, clock, transport)
        super().__init__(pool)
        self._others: list[Pool] = []
        """Pools of the other hosts, opened when one is first compared with the endpoint that is asked first."""
        self._second: tuple[tuple[str, ...], OtherHost] | None = None
        self._clock, self._transport = clock, transport
        self._wakes = WakeStream(network, clock)
        heads = HeadReader(pool, clock)
        upgrades = UpgradeReader(pool, clock)
        preparer = TxPreparer(pool, self, heads, upgrades, clock)
        lookup = TxLookup(pool, heads, upgrades, self._wakes, clock)
        # the rest of `ports.Chain` are methods of the parts
        self.head = heads.head
        self.block_time = heads.block_time
        self.plans = upgrades.plans
        self.wakes = self._wakes.wakes
        self._signed_files: SignedFiles | None = None
        self._make_signed_files: Callable[[], SignedFiles] = lambda: _signed_files(pool, self, lookup, clock)
        self.simulate = preparer.simulate
        self.sign = preparer.sign
        self.broadcast = Broadcaster(pool, lookup, clock).broadcast
        self.confirm = lookup.confirm
        self.find_tx = lookup.find

    def second(self) -> OtherHost | None:
        first = self._pool.first_host()
        urls = tuple(url for url in self.network.rest if host_of(url) != first)
        if not urls:
            return None
        if self._second is None or self._second[0] != urls:
            pool = Pool(replace(self.network, rest=urls), self._clock, self._transport)
            self._others.append(pool)
            self._second = urls, OtherHost(pool, self._clock)
        return self._second[1]

    async def verify(self) -> Head:
        await self._pool.proven()
        return await self.head()

    @property
    def _files(self) -> SignedFiles:
        """Made when it is first needed: it loads what most commands do not."""
        if self._signed_files is None:
            self._signed_files = self._make_signed_files()
        return self._signed_files

    def unsigned(self, draft: TxDraft) -> str:
        return self._files.unsigned(draft)

    async def read_signed(self, text: str, owner: str) -> SignedTx:
        return await self._files.read_signed(text, owner)

    def error_of(self, result: TxResult) -> AkashError:
        return refusal(result.codespace, result.code, result.log)

    async def aclose(self) -> None:
        await self._wakes.aclose()
        for pool in self._others:
            await pool.aclose()
        await self._pool.aclose()
