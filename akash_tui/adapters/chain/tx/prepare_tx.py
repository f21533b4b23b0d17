"""Simulate and sign: from messages to final bytes. Nothing here spends anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from akash_tui.adapters.chain.endpoints.head import CLOCK_TOLERANCE, HeadReader
from akash_tui.adapters.chain.endpoints.pool import Pool, RestEndpoint, node_failure
from akash_tui.adapters.chain.endpoints.reads import Reads
from akash_tui.adapters.chain.endpoints.upgrades import UpgradeReader
from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError
from akash_tui.adapters.chain.errors.mapping import in_words_of_chain, refusal_of_text, with_need
from akash_tui.adapters.chain.rest_json.chain import NodeConfig
from akash_tui.adapters.chain.rest_json.tx import Simulated, base64_text
from akash_tui.adapters.chain.tx import fees
from akash_tui.domain.akash.messages import Message, actor
from akash_tui.domain.akash.money import UAKT, BlockTime, Coin
from akash_tui.services.ports import (
    Clock,
    Head,
    Insufficient,
    NothingNew,
    NotSignedIn,
    SignedTx,
    Signer,
    TxDraft,
    Unreachable,
)

_SIMULATE: Final = "/cosmos/tx/v1beta1/simulate"
_PROBE_FEE: Final = Coin(UAKT, 1)
"""Fee of the first simulation, so that the gas of its transfer is counted."""


def time_to_live(block_time: BlockTime) -> timedelta:
    """How long a transaction may wait for its block: twenty blocks, at least 15 s, at most two minutes."""
    return timedelta(seconds=float(min(Decimal(120), max(Decimal(15), block_time.seconds * 20))))


class TxPreparer:
    """Simulations and signatures, for the chain whose id the endpoints were verified for."""

    def __init__(self, pool: Pool, reads: Reads, heads: HeadReader, upgrades: UpgradeReader, clock: Clock) -> None:
        self._clock = clock
        self._pool = pool
        self._reads = reads
        self._heads = heads
        self._upgrades = upgrades

    async def simulate(
        self, messages: Sequence[Message], signer: Signer, memo: str = "", fee_granter: str = "", more_gas: int = 0
    ) -> TxDraft:
        """Gas and fee of the messages, or the error that the chain would give.

        Simulates twice: once for the gas, once more with the real fee, so that a fee that cannot be paid is refused
        here and not after signing.
        """
        if any(actor(m) != signer.address for m in messages):
            # a simulation checks no signature: the chain would refuse only after signing
            raise NotSignedIn("This belongs to another account.", "Use the wallet that owns it.")
        config = await self._pool.read_or_none("/cosmos/base/node/v1beta1/config", NodeConfig.model_validate_json)
        price = fees.gas_price(config.price_of(UAKT) if config else Decimal(0))
        cost = _PROBE_FEE
        try:
            used = await self._run(messages, signer, memo, 0, cost, fee_granter)
            limit = fees.gas_limit(used, messages) + more_gas
            cost = fees.fee(limit, price)
            used = max(used, await self._run(messages, signer, memo, limit, cost, fee_granter))
        except Insufficient as error:
            if fee_granter and error.need in (_PROBE_FEE, cost):
                raise Insufficient(
                    f"{fee_granter}, which pays the fee, does not have that much AKT.",
                    "Ask its owner to fund it, or pay the fee yourself.",
                    detail=error.detail,
                ) from error
            if error.need == _PROBE_FEE:
                raise Insufficient(
                    "There is no AKT in the account to pay the fee.",
                    "Send it some AKT: a transaction costs about 0.01 AKT.",
                    have=error.have,
                    detail=error.detail,
                ) from error
            raise with_need(error, messages) from error
        return TxDraft(tuple(messages), signer.address, used, limit, cost, memo, fee_granter)

    async def _run(
        self, messages: Sequence[Message], signer: Signer, memo: str, limit: int, cost: Coin, granter: str
    ) -> int:
        from akash_tui.adapters.chain.tx.tx_bytes import draft_bytes

        timeout = await self._timeout(await self._heads.head())
        raw = draft_bytes(
            messages, signer.public_key, memo, timeout_ns=timeout, gas_limit=limit, fee=cost, granter=granter
        )
        try:
            return (await self._pool.each(partial(self._simulate_at, raw=raw))).gas_used
        except NothingNew as error:
            return (await self._simulated_elsewhere(raw, error)).gas_used

    async def _simulated_elsewhere(self, raw: bytes, error: NothingNew) -> Simulated:
        """What another host makes of it: that the chain takes nothing new is no word of one endpoint, and a chain that
        does not will refuse the transaction itself. Raises `error` if another host agrees, or there is none."""
        refused: set[str] = set()
        for endpoint in self._pool.endpoints:
            try:
                await self._pool.prove(endpoint)
                return await self._simulate_at(endpoint, raw)
            except NothingNew:
                refused.add(endpoint.host)
            except (EndpointFault, NodeError):
                continue
            if len(refused) > 1:
                break
        raise error

    async def _simulate_at(self, endpoint: RestEndpoint, raw: bytes) -> Simulated:
        try:
            body = {"tx_bytes": base64_text(raw)}
            return await self._pool.post(endpoint, _SIMULATE, body, Simulated.model_validate_json)
        except NodeError as error:
            if error.node_trouble and not in_words_of_chain(error.message):
                raise node_failure(error) from error
            # a refused simulation is HTTP 500 with a text of the chain: final
            raise refusal_of_text(error.message) from error

    async def sign(self, draft: TxDraft, signer: Signer, *, gas_limit: int | None = None) -> SignedTx:
        """Final bytes for the chain whose id the endpoints were verified for.

        Raises `Insufficient` without any funds, `Unreachable` if the node's time is not near our clock's.
        """
        from akash_tui.adapters.chain.tx.tx_bytes import sign_tx

        head = await self._heads.head()
        await self._check_time(head)
        account = await self._reads.account(signer.address)
        if account is None:
            raise Insufficient(
                "The account has never been funded.", "Send it some AKT first: it pays the fees.", need=draft.fee
            )
        cost = None if gas_limit is None else fees.scaled(draft.fee, draft.gas_limit, gas_limit)
        tx = sign_tx(
            draft,
            signer,
            chain_id=self._pool.network.chain_id,
            account_number=account.number,
            timeout_ns=await self._timeout(head),
            gas_limit=gas_limit,
            fee=cost,
        )
        # what the node calls now only makes the wait longer, never shorter
        now = self._clock.now()
        life = time_to_live(await self._heads.block_time()) + timedelta(seconds=1)
        left = max(life, (tx.expires or now) - now)
        return replace(tx, life=life, over_at=self._clock.monotonic() + left.total_seconds())

    async def _timeout(self, head: Head) -> int:
        from akash_tui.adapters.chain.tx.tx_bytes import unique_timeout

        return unique_timeout(head.time + time_to_live(await self._heads.block_time()) + timedelta(seconds=1))

    async def _check_time(self, head: Head) -> None:
        """`Unreachable` if the newest block is not near our own clock: which of the two is wrong is not known, unless
        the chain stands still for an upgrade."""
        apart = head.time - head.read_at
        if abs(apart) <= CLOCK_TOLERANCE:
            return
        upgrade = await self._upgrades.halting(head) if apart < timedelta(0) else None
        if upgrade is not None:
            raise Unreachable(
                f"{self._pool.network.label} is halted for upgrade {upgrade.name} since {head.time:%Y-%m-%d %H:%M:%S} "
                "UTC; nothing was signed.",
                "Leases keep running and cost nothing meanwhile. Try again when it makes blocks: akash-tui doctor.",
            )
        raise Unreachable(
            f"The node's newest block is {abs(apart).total_seconds():.0f} s "
            f"{'ahead of' if apart > timedelta(0) else 'behind'} this computer's clock; nothing was signed.",
            "One of the two is wrong, or the chain has stopped: akash-tui doctor compares them.",
        )
