"""Signed transactions of the practice actors: what a provider, the faucet or a test needs to take part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from akash_tui.practice.chain.world import World
from akash_tui.practice.state.crypto import Key
from akash_tui.wire import cosmos_base_pb2, cosmos_secp256k1_pb2, cosmos_signing_pb2
from akash_tui.wire import cosmos_tx_pb2 as tx_pb

TTL_NS = 300 * 10**9


def signed(world: World, key: Key, *messages: Any, gas: int = 1_500_000) -> bytes:
    """A transaction of messages (protobuf classes of akash_tui.wire), unordered, valid for five minutes."""
    timeout = world.time_ns + TTL_NS + next(world.ticks)  # every transaction gets its own nanosecond
    return sign_tx(
        key,
        messages,
        chain_id=world.chain_id,
        account_number=world.books.accounts[(key.address,)].number,
        timeout_ns=timeout,
        gas=gas,
        fee=gas * world.params.min_gas_price_micro // 1_000_000 + 1,
    )


def sign_tx(
    key: Key,
    messages: Iterable[Any],
    *,
    chain_id: str,
    account_number: int,
    sequence: int = 0,
    timeout_ns: int | None = None,
    gas: int = 2_000_000,
    fee: int | dict[str, int] = 50_000,
    memo: str = "",
    timeout_height: int = 0,
    granter: str = "",
) -> bytes:
    """A signed transaction: unordered with `timeout_ns`, else with the sequence. A plain `fee` is uakt."""
    body = tx_pb.TxBody(memo=memo, timeout_height=timeout_height)
    for message in messages:
        body.messages.add().Pack(message, "/")
    if timeout_ns is not None:
        body.unordered = True
        body.timeout_timestamp.FromNanoseconds(timeout_ns)
    auth = tx_pb.AuthInfo()
    info = auth.signer_infos.add(sequence=sequence)
    info.public_key.Pack(cosmos_secp256k1_pb2.PubKey(key=key.pubkey), "/")
    info.mode_info.single.mode = cosmos_signing_pb2.SIGN_MODE_DIRECT
    auth.fee.gas_limit = gas
    auth.fee.granter = granter
    for denom, amount in fee.items() if isinstance(fee, dict) else [("uakt", fee)]:
        auth.fee.amount.append(cosmos_base_pb2.Coin(denom=denom, amount=str(amount)))
    signed_part = {"body_bytes": body.SerializeToString(), "auth_info_bytes": auth.SerializeToString()}
    doc = tx_pb.SignDoc(**signed_part, chain_id=chain_id, account_number=account_number)
    return tx_pb.TxRaw(**signed_part, signatures=[key.sign(doc.SerializeToString())]).SerializeToString()
