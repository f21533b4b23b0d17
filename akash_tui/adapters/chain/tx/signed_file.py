"""Transactions that are signed elsewhere: written for `akash tx sign`, and taken back once they are signed.

What comes back is somebody else's file. Everything in it is read strictly, understood, and its signature checked with
the account's number, before a byte of it is sent.
"""

from __future__ import annotations

import json
from dataclasses import replace
from functools import partial
from typing import Final

from akash_tui.adapters.chain.endpoints.pool import Pool
from akash_tui.adapters.chain.endpoints.reads import Reads
from akash_tui.adapters.chain.tx.amino import amino_bytes
from akash_tui.adapters.chain.tx.decode import decode
from akash_tui.adapters.chain.tx.messages import coin_proto, encode
from akash_tui.adapters.chain.tx.proto_json import from_json, to_json
from akash_tui.adapters.chain.tx.signatures import DIRECT, address_of_keys, is_signed, modes_of
from akash_tui.adapters.chain.tx.tx_bytes import expiry, raw_bytes, sign_bytes, tx_hash
from akash_tui.adapters.chain.tx.tx_lookup import TxLookup
from akash_tui.adapters.system.bounded_json import JsonLimits, loads
from akash_tui.domain.akash.messages import Message, actor
from akash_tui.domain.akash.money import Coin
from akash_tui.services.ports import Account, BadInput, Clock, SignedTx, TxDraft
from akash_tui.wire import cosmos_tx_pb2

LIMITS: Final = JsonLimits(bytes=1 << 20, parts=20_000, values=40_000)
"""A transaction of the largest SDL that a chain takes has a few thousand parts."""
KNOWN_CHAINS: Final = ("akashnet-2", "sandbox-2", "testnet-oracle", "testnet-reclamation")
"""Chains that a signature may be for instead, so that the error can name it."""
MOST_DIGITS: Final = 30
"""An amount with more is none."""
_SIGN_AGAIN: Final = "Sign it again: akash tx sign FILE --from KEY --chain-id {chain} --node URL > SIGNED."


class SignedFiles:
    """Writes unsigned transactions and reads signed ones, for the chain whose id the endpoints were verified for."""

    def __init__(self, pool: Pool, reads: Reads, lookup: TxLookup, clock: Clock) -> None:
        self._pool = pool
        self._reads = reads
        self._lookup = lookup
        self._clock = clock

    def unsigned(self, draft: TxDraft) -> str:
        """See the port; the shape of recordings/chain/tx-create-deployment.unsigned.json."""
        body = cosmos_tx_pb2.TxBody(messages=[encode(m) for m in draft.messages], memo=draft.memo)
        fee = cosmos_tx_pb2.Fee(amount=[coin_proto(draft.fee)], gas_limit=draft.gas_limit, granter=draft.fee_granter)
        whole = {
            "body": to_json(body),
            "auth_info": {"signer_infos": [], "fee": to_json(fee), "tip": None},
            "signatures": [],
        }
        return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"

    async def read_signed(self, text: str, owner: str) -> SignedTx:
        """See the port."""
        tx = _parsed(text)
        draft = _draft(tx)
        if draft.signer != owner:
            raise BadInput(
                f"This transaction belongs to {draft.signer}, and the wallet is {owner}.",
                "Give the wallet that it belongs to: --wallet NAME; akash-tui wallet watch NAME ADDRESS adds one.",
            )
        info = _signer(tx, draft.signer)
        body, auth = tx.body.SerializeToString(deterministic=True), tx.auth_info.SerializeToString(deterministic=True)
        raw = raw_bytes(body, auth, tx.signatures[0])
        now = self._clock.now()
        signed = SignedTx(
            draft, raw, tx_hash(raw), None, sequence=info.sequence, last_height=tx.body.timeout_height, since=now
        )
        if tx.body.unordered:
            stamp = tx.body.timeout_timestamp
            expires = expiry(stamp.seconds * 10**9 + stamp.nanos)
            left = max(0.0, (expires - now).total_seconds())
            signed = replace(signed, sequence=None, since=None, expires=expires, over_at=self._clock.monotonic() + left)
        account = await self._reads.account(owner)
        if account is None:
            raise BadInput(
                f"{owner} is not on {self._pool.network.label}: it was never funded there.",
                "Check the network: akash-tui networks.",
            )
        self._verify(tx, info, account)
        await self._check_sequence(signed, account)
        return signed

    def _verify(self, tx: _Tx, info: cosmos_tx_pb2.SignerInfo, account: Account) -> None:
        chain_id = self._pool.network.chain_id
        signs = partial(_sign_bytes, tx, info.sequence, account.number)
        try:
            if is_signed(info, tx.signatures[0], partial(signs, chain_id)):
                return
            others = [c for c in KNOWN_CHAINS if c != chain_id and is_signed(info, tx.signatures[0], partial(signs, c))]
        except ValueError as error:
            raise BadInput(f"The file cannot be sent: {error}.", _advice(chain_id)) from None
        if others:
            raise BadInput(f"The file was signed for {others[0]}, not for {chain_id}.", _advice(chain_id))
        raise BadInput(
            "The signature does not belong to what is in the file: it was changed after signing, or signed for another "
            f"chain or account number (here: {chain_id}, {account.number}).",
            _advice(chain_id),
        )

    async def _check_sequence(self, tx: SignedTx, account: Account) -> None:
        """Raise `BadInput` where the sequence cannot be the next one, unless that is because the chain has the
        transaction already."""
        if tx.sequence is None or tx.sequence == account.sequence:
            return
        if tx.sequence > account.sequence:
            raise BadInput(
                f"Its sequence is {tx.sequence} and the account's next one is {account.sequence}: "
                "other transactions come first.",
                "Send those first, or sign it again with the account's sequence.",
            )
        if await self._lookup.everywhere(tx.hash) is None:
            raise BadInput(
                f"Its sequence {tx.sequence} is used already, by another transaction: the account's next one is "
                f"{account.sequence}.",
                _advice(self._pool.network.chain_id),
            )


class _Tx:
    """A signed file as protobuf."""

    def __init__(self) -> None:
        self.body = cosmos_tx_pb2.TxBody()
        self.auth_info = cosmos_tx_pb2.AuthInfo()
        self.signatures: list[bytes] = []


def _parsed(text: str) -> _Tx:
    """The file as protobuf. Raises `BadInput` with the place of what is wrong."""
    tx = _Tx()
    try:
        whole = loads(text.encode(), LIMITS)
        if not isinstance(whole, dict) or set(whole) != {"body", "auth_info", "signatures"}:
            raise ValueError("it must have the parts body, auth_info and signatures, and no others")
        auth = dict(whole["auth_info"]) if isinstance(whole["auth_info"], dict) else whole["auth_info"]
        if isinstance(auth, dict) and auth.pop("tip", None) is not None:
            raise ValueError("auth_info.tip is not known")
        from_json(tx.body, whole["body"], "body")
        from_json(tx.auth_info, auth, "auth_info")
        raw = cosmos_tx_pb2.TxRaw()
        from_json(raw, {"signatures": whole["signatures"]})
        tx.signatures = list(raw.signatures)
    except (ValueError, RecursionError) as error:
        raise BadInput(
            f"The file is not a transaction of the official command line: {error}.",
            "Take the file that `akash tx sign` wrote, unchanged.",
        ) from None
    return tx


def _draft(tx: _Tx) -> TxDraft:
    """What it does. Raises `BadInput` for anything that this program does not send."""
    body, fee = tx.body, tx.auth_info.fee
    messages: list[Message] = []
    for packed in body.messages:
        message = decode(packed)
        if message is None:
            raise BadInput(
                f"The file has a message that this program does not send: {packed.type_url}.",
                "Send it with the official command line: akash tx broadcast FILE.",
            )
        messages.append(message)
    signers = list(dict.fromkeys(actor(message) for message in messages))
    if len(signers) != 1:
        raise BadInput(
            "The file has messages of several accounts." if signers else "The file has no message.",
            "Send it with the official command line: akash tx broadcast FILE.",
        )
    if body.extension_options or body.non_critical_extension_options or fee.payer not in ("", signers[0]):
        raise BadInput(
            "The file has options or a payer that this program does not know.",
            "Send it with the official command line: akash tx broadcast FILE.",
        )
    if len(fee.amount) != 1 or not fee.gas_limit:
        raise BadInput("The file names no single fee and gas limit.", "Write it again: --unsigned FILE.")
    digits = fee.amount[0].amount
    cost = Coin(fee.amount[0].denom, int(digits)) if digits.isdecimal() and len(digits) <= MOST_DIGITS else None
    if cost is None:
        raise BadInput("The file's fee is not a number.", "Write it again: --unsigned FILE.")
    return TxDraft(tuple(messages), signers[0], 0, fee.gas_limit, cost, body.memo, fee.granter)


def _signer(tx: _Tx, owner: str) -> cosmos_tx_pb2.SignerInfo:
    """The one signer's part. Raises `BadInput` without a signature, or for another account's."""
    infos, signatures = tx.auth_info.signer_infos, tx.signatures
    if not infos or not signatures:
        raise BadInput(
            "The file is not signed.",
            "Sign it first: akash tx sign FILE --from KEY --chain-id ID --node URL > SIGNED; then broadcast SIGNED.",
        )
    if len(infos) != 1 or len(signatures) != 1:
        raise BadInput(
            "The file has signatures of several accounts.",
            "Of an account of several keys, `akash tx multisign` makes the one file that can be sent.",
        )
    try:
        signed_by = address_of_keys(infos[0].public_key)
        amino = any(mode != DIRECT for mode in modes_of(infos[0]))
    except ValueError as error:
        raise BadInput(f"The file cannot be sent: {error}.", "Sign it with `akash tx sign`.") from None
    if signed_by != owner:
        raise BadInput(
            f"The file was signed by {signed_by}, and the transaction belongs to {owner}.",
            "Sign it with the key of the account that it belongs to.",
        )
    if amino and tx.body.unordered:
        raise BadInput("The file is unordered and signed with amino JSON.", "Write it again: --unsigned FILE.")
    if tx.body.unordered and not tx.body.HasField("timeout_timestamp"):
        raise BadInput("The file is unordered and has no time-out.", "Write it again: --unsigned FILE.")
    return infos[0]


def _sign_bytes(tx: _Tx, sequence: int, number: int, chain_id: str, mode: int) -> bytes:
    if mode == DIRECT:
        body, auth = tx.body.SerializeToString(deterministic=True), tx.auth_info.SerializeToString(deterministic=True)
        return sign_bytes(body, auth, chain_id=chain_id, account_number=number)
    return amino_bytes(tx.body, tx.auth_info.fee, chain_id=chain_id, account_number=number, sequence=sequence)


def _advice(chain_id: str) -> str:
    return _SIGN_AGAIN.format(chain=chain_id)
