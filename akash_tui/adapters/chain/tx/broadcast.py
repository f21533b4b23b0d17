"""Sending signed transactions.

The same bytes may be sent any number of times: a node recognises them (code 19), so a second try after a broken
connection can never count twice. Every answer but a clear acceptance means that they *may* have been taken.

One node's refusal is not the chain's: it may lag, demand a higher fee than others, or refuse and still pass the
bytes on. So the other nodes, if there are any, are asked, and two must agree before a refusal is believed.
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
_PASSED_MAY_MEAN_SEEN: Final = frozenset({("sdk", code) for code in (3, 18, 30, 32, 42)})
"""Refusals that a node also gives for a transaction that is in a block already: its time-out was used or is over."""
_TRIES: Final = 3
"""How often a full mempool is tried again; also how often one is sent whose time-out is not known."""
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 3.0
"""Seconds between two tries."""
_OPINIONS: Final = 3
"""This many nodes are asked, all of them if there are fewer; two of them must agree on a refusal."""


class Broadcaster:
    """Broadcasts transactions, and decides the outcome as far as possible."""

    def __init__(self, pool: Pool, lookup: TxLookup, clock: Clock) -> None:
        self._pool = pool
        self._lookup = lookup
        self._clock = clock

    async def broadcast(self, tx: SignedTx) -> None:
        """Send; returns when a node has it. See `ports.Chain.broadcast`.

        While no node answers it is tried until the transaction's time-out: the same bytes cannot count twice.
        """
        unclear = False
        """True once the bytes may have reached a node that did not clearly accept or refuse them."""
        full: dict[str, AkashError] = {}
        """By host, that its mempool is full: it has seen the bytes, whatever becomes of its connection later."""
        backoff = Backoff(self._clock, _FIRST_PAUSE, _LONGEST_PAUSE)
        turn = 0
        while True:
            turn += 1
            refusals: dict[str, AkashError] = {}
            for endpoint in await self._endpoints(tx, unclear or bool(full)):
                try:
                    refused = await self._send(endpoint, tx)
                except EndpointFault as fault:
                    unclear = unclear or fault.sent
                    self._pool.avoid(endpoint, fault.reason)
                    continue
                if refused is None:
                    return
                if isinstance(refused, Refused) and (refused.codespace, refused.number) == _MEMPOOL_FULL:
                    full[endpoint.host] = refused
                    continue
                refusals[endpoint.host] = refused
                if len(refusals) >= _OPINIONS:
                    break
            if (unclear or refusals) and await self._known(tx):
                return
            last = turn >= _TRIES if full or tx.over_at is None else self._clock.monotonic() >= tx.over_at
            if refusals:
                raise _judged(tx, refusals, unclear)
            if last and full and not unclear:
                raise _judged(tx, full, unclear)
            if last:
                break
            await backoff.wait()
        if unclear:
            raise TxUnknown(
                "The transaction was sent, but no node has confirmed it.",
                "Do not repeat it by hand: `akash-tui resume` finds out whether it went through.",
                tx_hash=tx.hash,
            )
        raise Unreachable(
            "No node could be reached to send the transaction.", "Nothing was sent; check the connection."
        )

    async def _endpoints(self, tx: SignedTx, unclear: bool) -> list[RestEndpoint]:
        """Those that work now; none while no node answers, which may be over in a moment."""
        try:
            return await self._pool.proven()
        except Unreachable:
            return []
        except AkashError as error:
            if not unclear:
                raise
            raise TxUnknown(
                "The transaction was sent, but the node then served another chain.",
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

    async def _known(self, tx: SignedTx) -> bool:
        """Whether a node has it in a block: then a refusal or a broken answer only meant "already known"."""
        try:
            return await self._lookup.everywhere(tx.hash) is not None
        except AkashError:
            return False  # undecided


def _judged(tx: SignedTx, refusals: dict[str, AkashError], unclear: bool) -> AkashError:
    """What refusals by host amount to: certain where two agree, else perhaps a lie about bytes that were taken."""
    by_reason: dict[tuple[str, str, int], list[AkashError]] = {}
    for refused in refusals.values():
        by_reason.setdefault(_reason(refused), []).append(refused)
    for (_, codespace, number), agreed in by_reason.items():
        if len(agreed) > 1 and (codespace, number) not in _PASSED_MAY_MEAN_SEEN:
            return agreed[0]
    first = next(iter(refusals.values()))
    if not unclear and len(refusals) == 1:
        return first.reported_by_one(tx.expires)
    unknown = TxUnknown(
        "The transaction was sent, and the nodes do not agree whether they have it.",
        "`akash-tui resume` finds out whether it went through.",
        tx_hash=tx.hash,
        detail=first.detail,
    )
    unknown.__cause__ = first
    return unknown


def _reason(refused: AkashError) -> tuple[str, str, int]:
    if isinstance(refused, Refused):
        return refused.code, refused.codespace, refused.number
    return refused.code, "", 0
