"""Sending signed transactions.

The same bytes may be sent any number of times: a node recognises them (code 19), so a second try after a broken
connection can never count twice. Once bytes *may* have reached a node, no later refusal is believed before the
hash has been looked up.

One node's refusal is not the chain's: it may lag, demand a higher fee than others, or refuse and still pass the
bytes on. So the other nodes, if there are any, are asked before a refusal is believed.
"""

from __future__ import annotations

from typing import Final

from akash_tui.adapters.chain.endpoints.pool import Pool, RestEndpoint
from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError
from akash_tui.adapters.chain.errors.mapping import refusal, refusal_of_text, with_need
from akash_tui.adapters.chain.rest_json.tx import BroadcastAnswer, base64_text
from akash_tui.adapters.chain.tx.tx_lookup import TxLookup
from akash_tui.services.ports import (
    AkashError,
    Backoff,
    Clock,
    Insufficient,
    Refused,
    SignedTx,
    TxUnknown,
    Unreachable,
)

_TXS: Final = "/cosmos/tx/v1beta1/txs"
_IN_MEMPOOL: Final = ("sdk", 19)
_MEMPOOL_FULL: Final = ("sdk", 20)
_TRIES: Final = 3
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 1.0
"""Seconds between two tries."""
_OPINIONS: Final = 3
"""So many nodes must refuse before a refusal is believed; all of them if there are fewer."""


class Broadcaster:
    """Broadcasts transactions, and decides the outcome as far as possible."""

    def __init__(self, pool: Pool, lookup: TxLookup, clock: Clock) -> None:
        self._pool = pool
        self._lookup = lookup
        self._clock = clock

    async def broadcast(self, tx: SignedTx) -> None:
        """Send; returns when a node has it. See `ports.Chain.broadcast`."""
        uncertain = False
        """True once the bytes may have reached a node whose answer did not arrive."""
        full: AkashError | None = None
        backoff = Backoff(self._clock, _FIRST_PAUSE, _LONGEST_PAUSE)
        for turn in range(_TRIES):
            refusals: list[AkashError] = []
            for endpoint in await self._endpoints(tx, uncertain):
                try:
                    refused = await self._send(endpoint, tx)
                except EndpointFault as fault:
                    uncertain = uncertain or fault.sent
                    self._pool.avoid(endpoint, fault.reason)
                    continue
                if refused is None:
                    return
                if isinstance(refused, Refused) and (refused.codespace, refused.number) == _MEMPOOL_FULL:
                    full = refused
                    continue
                refusals.append(refused)
                if uncertain or len(refusals) >= _OPINIONS:
                    break
            if refusals and uncertain:
                # the reason may be that another node, or a block, already has it
                await self._look_up(tx, refusals[0])
                return
            if refusals:
                raise refusals[0]
            if turn + 1 < _TRIES:
                await backoff.wait()
        if uncertain:
            raise TxUnknown(
                "The transaction was sent, but no node has confirmed it.",
                "Do not repeat it by hand: `akash-tui resume` finds out whether it went through.",
                tx_hash=tx.hash,
            )
        raise full or Unreachable(
            "No node could be reached to send the transaction.", "Nothing was sent; check the connection."
        )

    async def _endpoints(self, tx: SignedTx, uncertain: bool) -> list[RestEndpoint]:
        try:
            return await self._pool.proven()
        except AkashError as error:
            if not uncertain:
                raise
            raise TxUnknown(
                "The transaction was sent, but the node became unreachable before it answered.",
                "`akash-tui resume` finds out whether it went through.",
                tx_hash=tx.hash,
                detail=error.detail,
            ) from error

    async def _send(self, endpoint: RestEndpoint, tx: SignedTx) -> AkashError | None:
        """Send to one endpoint: None if it has the transaction, else its refusal.

        `EndpointFault` for an answer that is not clearly about our transaction.
        """
        body = {"tx_bytes": base64_text(tx.raw), "mode": "BROADCAST_MODE_SYNC"}
        try:
            answer = (await self._pool.post(endpoint, _TXS, body, BroadcastAnswer.model_validate_json)).tx_response
        except NodeError as error:
            if error.status == 400:
                return refusal_of_text(error.message)
            raise EndpointFault(f"it answered {error.status} to the transaction: {error.message}") from error
        if answer is None or answer.txhash.upper() != tx.hash:
            raise EndpointFault("its answer is not about our transaction")
        if answer.code == 0 or (answer.codespace, answer.code) == _IN_MEMPOOL:
            return None
        refused = refusal(answer.codespace, answer.code, answer.raw_log)
        return with_need(refused, tx.draft.messages) if isinstance(refused, Insufficient) else refused

    async def _look_up(self, tx: SignedTx, refused: AkashError) -> None:
        """Decide a refusal that may only mean "already known": success if it is found, else `TxUnknown`."""
        try:
            if await self._lookup.everywhere(tx.hash) is not None:
                return
        except AkashError:
            pass  # undecided: reported below
        raise TxUnknown(
            "The transaction was sent twice over a bad connection, and the answers do not agree.",
            "`akash-tui resume` finds out whether it went through.",
            tx_hash=tx.hash,
            detail=refused.detail,
        ) from refused
