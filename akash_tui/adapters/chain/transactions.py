"""Simulate, sign and hand in transactions.

A transaction is handed in as the same bytes however often: the node recognises them (code 19), so a
second try after a broken connection can never count twice. Once bytes *may* have reached a node, no
later refusal is believed before the hash has been looked up.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Final

from akash_tui.adapters.chain import fees
from akash_tui.adapters.chain.errors import expected_sequence, refusal, refusal_of_text
from akash_tui.adapters.chain.faults import Answered, EndpointFault
from akash_tui.adapters.chain.finding import Finder
from akash_tui.adapters.chain.head import Heads
from akash_tui.adapters.chain.pool import Endpoint, Pool
from akash_tui.adapters.chain.reads import Reads
from akash_tui.adapters.chain.wire_chain import BroadcastAnswer, NodeConfig, Simulated
from akash_tui.domain.messages import (
    BurnAct,
    CloseDeployment,
    CloseLease,
    CreateDeployment,
    CreateLease,
    DepositDeployment,
    Message,
    MintAct,
    UpdateDeployment,
)
from akash_tui.domain.money import UAKT, BlockTime, Coin
from akash_tui.services.ports import (
    AkashError,
    Clock,
    Head,
    Insufficient,
    NotSignedIn,
    Refused,
    SignedTx,
    Signer,
    TxDraft,
    TxUnknown,
    Unreachable,
)

_SIMULATE: Final = "/cosmos/tx/v1beta1/simulate"
_TXS: Final = "/cosmos/tx/v1beta1/txs"
_PROBE_FEE: Final = Coin(UAKT, 1)
"""Fee of the first simulation: only there so that its transfer is counted."""
_IN_MEMPOOL: Final = ("sdk", 19)
_MEMPOOL_FULL: Final = ("sdk", 20)
_WRONG_SEQUENCE: Final = ("sdk", 32)
_TRIES: Final = 3


def time_to_live(block_time: BlockTime) -> timedelta:
    """How long a transaction may wait for its block: twenty blocks, at least 15 s, at most two minutes."""
    return timedelta(seconds=float(min(Decimal(120), max(Decimal(15), block_time.seconds * 20))))


class Transactions:
    """The writing half of `ports.Chain`."""

    def __init__(self, pool: Pool, reads: Reads, heads: Heads, finder: Finder, clock: Clock) -> None:
        self._pool = pool
        self._reads = reads
        self._heads = heads
        self._finder = finder
        self._clock = clock
        self._sequences: dict[str, int] = {}
        """Next sequence by account, as far as our own ordered transactions say."""

    # --- simulate and sign ----------------------------------------------------------------

    async def simulate(
        self, messages: Sequence[Message], signer: Signer, memo: str = "", *, ordered: bool = False
    ) -> TxDraft:
        """Gas and fee of the messages, or the error that the chain would give.

        Twice: once for the gas, once more with the real fee, so that a fee that cannot be paid is
        refused here and not after signing.
        """
        if any(_actor(m) != signer.address for m in messages):
            # a simulation checks no signature: the chain would only say so once it is signed
            raise NotSignedIn("This belongs to another account.", "Use the wallet that owns it.")
        config = await self._pool.read_or_none("/cosmos/base/node/v1beta1/config", NodeConfig)
        price = fees.gas_price(config.price_of(UAKT) if config else Decimal(0))
        try:
            used = await self._run(messages, signer, memo, ordered, 0, _PROBE_FEE)
            limit = fees.gas_limit(used, messages)
            cost = fees.fee(limit, price)
            used = max(used, await self._run(messages, signer, memo, ordered, limit, cost))
        except Insufficient as error:
            raise _explained(error, messages) from error
        return TxDraft(tuple(messages), signer.address, used, limit, cost, memo, ordered)

    async def _run(
        self, messages: Sequence[Message], signer: Signer, memo: str, ordered: bool, limit: int, cost: Coin
    ) -> int:
        from akash_tui.adapters.tx import draft_bytes

        for _ in range(2):
            timeout = None if ordered else await self._timeout()
            sequence = await self._sequence(signer.address) if ordered else None
            raw = draft_bytes(
                messages,
                signer.public_key,
                memo,
                sequence=sequence,
                timeout_ns=timeout,
                gas_limit=limit,
                fee=cost,
            )
            try:
                answer = await self._pool.each(partial(self._simulate_at, raw=raw))
            except Refused as error:
                if not ordered or (error.codespace, error.number) != _WRONG_SEQUENCE:
                    raise
                self._learn(signer.address, error.detail)
                continue
            return answer.gas_info.gas_used
        raise Refused("The account's sequence keeps changing.", "Wait for its other transactions, then try again.")

    async def _simulate_at(self, endpoint: Endpoint, raw: bytes) -> Simulated:
        try:
            return await self._pool.post(endpoint, _SIMULATE, {"tx_bytes": _base64(raw)}, Simulated)
        except Answered as said:
            # HTTP 500 with a text is how a simulation says no: final, not the node's own trouble
            raise refusal_of_text(said.message) from said

    async def sign(self, draft: TxDraft, signer: Signer, *, gas_limit: int | None = None) -> SignedTx:
        """Final bytes for the chain whose id the endpoints have proven."""
        from akash_tui.adapters.tx import sign_tx

        head = await self._heads.head()
        account = await self._reads.account(signer.address)
        if account is None:
            raise Insufficient(
                "The account has never been funded.", "Send it some AKT first: it pays the fees.", need=draft.fee
            )
        cost = None if gas_limit is None else fees.scaled(draft.fee, draft.gas_limit, gas_limit)
        return sign_tx(
            draft,
            signer,
            chain_id=self._pool.network.chain_id,
            account_number=account.number,
            sequence=max(account.sequence, self._sequences.get(signer.address, 0)) if draft.ordered else None,
            timeout_ns=None if draft.ordered else await self._timeout(head),
            gas_limit=gas_limit,
            fee=cost,
        )

    async def _timeout(self, head: Head | None = None) -> int:
        from akash_tui.adapters.tx import unique_timeout

        head = head or await self._heads.head()
        return unique_timeout(head.time + time_to_live(await self._heads.block_time()) + timedelta(seconds=1))

    async def _sequence(self, address: str) -> int:
        account = await self._reads.account(address)
        return max(account.sequence if account else 0, self._sequences.get(address, 0))

    def _learn(self, address: str, log: str) -> None:
        """Take the sequence that the chain expects, or forget ours and ask again."""
        expected = expected_sequence(log)
        if expected is None:
            self._sequences.pop(address, None)
        else:
            self._sequences[address] = expected

    # --- hand in --------------------------------------------------------------------------

    async def broadcast(self, tx: SignedTx) -> None:
        """Hand in; returns when a node has it. See `ports.Chain.broadcast`."""
        uncertain = False
        """True once the bytes may have reached a node without our hearing its answer."""
        full: AkashError | None = None
        for turn in range(_TRIES):
            for endpoint in await self._endpoints(tx, uncertain):
                try:
                    refused = await self._hand_in(endpoint, tx)
                except EndpointFault as fault:
                    uncertain = uncertain or fault.sent
                    self._pool.blame(endpoint, fault.reason)
                    continue
                if refused is None:
                    self._count(tx)
                    return
                if uncertain:
                    # it may be refused because the first try is in a block already
                    await self._look_up(tx, refused)
                    return
                if not (isinstance(refused, Refused) and (refused.codespace, refused.number) == _MEMPOOL_FULL):
                    raise refused
                full = refused
            if turn + 1 < _TRIES:
                await self._clock.sleep(0.5 * 2**turn)
        if uncertain:
            raise TxUnknown(
                "The transaction was sent, but no node has confirmed that it arrived.",
                "Do not repeat it by hand: `akash-tui resume` finds out whether it counts.",
                tx_hash=tx.hash,
            )
        raise full or Unreachable(
            "No node could be reached to hand in the transaction.", "Nothing was sent; check the connection."
        )

    async def _endpoints(self, tx: SignedTx, uncertain: bool) -> list[Endpoint]:
        try:
            return await self._pool.proven()
        except AkashError as error:
            if not uncertain:
                raise
            raise TxUnknown(
                "The transaction was sent, but the node went away before it answered.",
                "`akash-tui resume` finds out whether it counts.",
                tx_hash=tx.hash,
                detail=error.detail,
            ) from error

    async def _hand_in(self, endpoint: Endpoint, tx: SignedTx) -> AkashError | None:
        """One hand-in at one endpoint: None if it has it, else why not.

        An answer that is not clearly about our transaction is a fault.
        """
        body = {"tx_bytes": _base64(tx.raw), "mode": "BROADCAST_MODE_SYNC"}
        try:
            answer = (await self._pool.post(endpoint, _TXS, body, BroadcastAnswer)).tx_response
        except Answered as said:
            if said.status == 400:
                return refusal_of_text(said.message)
            raise EndpointFault(f"it answered {said.status} to the transaction: {said.message}") from said
        if answer is None or answer.txhash.upper() != tx.hash:
            raise EndpointFault("its answer is not about our transaction")
        if answer.code == 0 or (answer.codespace, answer.code) == _IN_MEMPOOL:
            return None
        if (answer.codespace, answer.code) == _WRONG_SEQUENCE:
            self._learn(tx.draft.signer, answer.raw_log)
        error = refusal(answer.codespace, answer.code, answer.raw_log)
        return _explained(error, tx.draft.messages) if isinstance(error, Insufficient) else error

    async def _look_up(self, tx: SignedTx, refused: AkashError) -> None:
        """Decide a refusal that may only mean "I have it already": found is fine, else nobody knows yet."""
        try:
            if await self._finder.everywhere(tx.hash) is not None:
                self._count(tx)
                return
        except AkashError:
            pass  # undecided: told below
        raise TxUnknown(
            "The transaction was sent twice over a bad connection, and the answers do not agree.",
            "`akash-tui resume` finds out whether it counts.",
            tx_hash=tx.hash,
            detail=refused.detail,
        ) from refused

    def _count(self, tx: SignedTx) -> None:
        if tx.draft.ordered:
            self._sequences[tx.draft.signer] = _sequence_of(tx.raw) + 1


def _explained(error: Insufficient, messages: Sequence[Message]) -> Insufficient:
    """Say what is needed where the chain's text does not."""
    if error.need == _PROBE_FEE:
        return Insufficient(
            "There is no AKT in the account to pay the fee.",
            "Send it some AKT: a transaction costs about 0.01 AKT.",
            have=error.have,
            detail=error.detail,
        )
    if error.need is not None:
        return error
    needs = [_spends(m) for m in messages]
    need = next((coin for coin in needs if coin is not None), None)
    return Insufficient(error.title, error.advice, need=need, have=error.have, detail=error.detail)


def _actor(message: Message) -> str:
    """The account that has to sign."""
    match message:
        case CreateDeployment() | UpdateDeployment() | CloseDeployment():
            return message.id.owner
        case CreateLease():
            return message.bid.owner
        case CloseLease():
            return message.lease.owner
        case DepositDeployment():
            return message.signer
        case MintAct() | BurnAct():
            return message.owner


def _spends(message: Message) -> Coin | None:
    match message:
        case CreateDeployment() | DepositDeployment():
            return message.deposit
        case MintAct() | BurnAct():
            return message.burn
    return None


def _sequence_of(raw: bytes) -> int:
    """The sequence that an ordered transaction was signed with."""
    from akash_tui.wire.cosmos_tx_pb2 import AuthInfo, TxRaw

    auth = AuthInfo.FromString(TxRaw.FromString(raw).auth_info_bytes)
    return int(auth.signer_infos[0].sequence)


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
