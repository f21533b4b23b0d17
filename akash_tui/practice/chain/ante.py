"""The checks before any message runs, in the order and wording of the Cosmos SDK's ante handler."""

from __future__ import annotations

import base64
import math
from dataclasses import replace
from typing import Protocol

from akash_tui.practice.chain.amino import sign_doc
from akash_tui.practice.chain.tx import MANY_KEYS, PUBKEYS, Tx
from akash_tui.practice.rules.grants import use_fee_grant
from akash_tui.practice.rules.lifecycle import Lifecycle
from akash_tui.practice.rules.upgrade import refuse_ended
from akash_tui.practice.state.books import Account, Books, Params
from akash_tui.practice.state.context import UNLIMITED, Context, GasMeter
from akash_tui.practice.state.crypto import address_of, address_of_many, module_address, verify
from akash_tui.practice.state.events import plain
from akash_tui.practice.state.proto_json import timestamp_text
from akash_tui.practice.state.refusal import Refusal, sdk
from akash_tui.wire import cosmos_multisig_pb2, cosmos_multisig_v1beta1_pb2, cosmos_secp256k1_pb2, cosmos_tx_pb2

FEE_COLLECTOR = module_address("fee_collector")
GAS_SETUP = 12_000  # parameters and accounts read on the way
GAS_PER_BYTE, GAS_SIGNATURE, GAS_UNORDERED = 10, 1_000, 2_240
SIGVERIFY = "cosmos-sdk/x/auth/ante/sigverify.go:364"


class Chain(Protocol):
    """What the checks must know of the chain that a transaction is for."""

    chain_id: str
    params: Params
    verified: set[tuple[str, int, int]]
    """Signatures found good before: transaction hash, which signer, account number."""

    @property
    def height(self) -> int:
        """Of the last block."""

    @property
    def time_ns(self) -> int:
        """Of the last block."""


def run_ante(
    chain: Chain,
    books: Books,
    tx: Tx,
    *,
    check: bool = False,
    simulate: bool = False,
    height: int | None = None,
    time_ns: int | None = None,
) -> Context:
    """Check a transaction and take its fee on a branch of `books`, written back on success.

    `check`: for the mempool (minimum gas price applies). `simulate`: no signatures, no gas limit. Raises Refusal with
    `gas_used` set. The answer's context holds the gas meter and the events so far; its books are `books`.
    """
    validate_basic(tx)
    refuse_ended(chain.params, (kind.type_url for kind, _ in tx.messages))
    gas = GasMeter(UNLIMITED if simulate else tx.auth.fee.gas_limit)
    branch = books.branch(gas.charge)
    ctx = Context(
        books=branch,
        height=chain.height if height is None else height,
        time_ns=chain.time_ns if time_ns is None else time_ns,
        params=chain.params,
        hooks=Lifecycle(),
        gas=gas,
    )
    try:
        _timeouts(ctx, tx)
        if len(tx.body.memo) > ctx.params.max_memo:
            raise sdk(
                12,
                f"maximum number of characters is {ctx.params.max_memo} but received {len(tx.body.memo)} characters: "
                "memo too large",
            )
        gas.charge("txSize", GAS_SETUP + GAS_PER_BYTE * len(tx.raw))
        _fee(ctx, tx, check=check, simulate=simulate)
        _signatures(chain, ctx, tx, simulate=simulate)
    except Refusal as refusal:
        refusal.gas_used = gas.used
        raise
    branch.write_back()
    ctx.books = books
    return ctx


def validate_basic(tx: Tx) -> None:
    """Checks that need no state: messages present and well-formed, signatures and signers counted."""
    if not tx.messages:
        raise sdk(18, "must contain at least one message: invalid request")
    for kind, message in tx.messages:
        kind.check(message)
    if not tx.parts.signatures:
        raise sdk(15, "no signatures supplied")
    signers = tx.signers
    if len(tx.parts.signatures) != len(signers) or len(tx.auth.signer_infos) != len(signers):
        raise sdk(4, f"wrong number of signers; expected {len(signers)}, got {len(tx.parts.signatures)}: unauthorized")


def _timeouts(ctx: Context, tx: Tx) -> None:
    limit = tx.body.timeout_height
    if limit and ctx.height > limit:
        raise sdk(30, f"block height: {ctx.height}, timeout height: {limit}: tx timeout height")
    if tx.timeout_ns and ctx.time_ns > tx.timeout_ns:
        raise sdk(42, f"block time: {go_time(ctx.time_ns)}, timeout timestamp: {go_time(tx.timeout_ns)}: tx timeout")


def _fee(ctx: Context, tx: Tx, *, check: bool, simulate: bool) -> None:
    fee = tx.auth.fee
    if not simulate and fee.gas_limit == 0:
        raise sdk(41, "must provide positive gas: invalid gas limit")
    coins = {coin.denom: int(coin.amount or 0) for coin in fee.amount}
    text = ",".join(f"{coins[denom]}{denom}" for denom in sorted(coins))
    if check and not simulate:
        required = math.ceil(fee.gas_limit * ctx.params.min_gas_price_micro / 1_000_000)
        if coins.get("uakt", 0) < required:
            raise sdk(13, f"insufficient fees; got: {text} required: {required}uakt: insufficient fee")
    payer = fee.payer or tx.signers[0]
    if fee.granter and fee.granter != payer:
        use_fee_grant(ctx, fee.granter, payer, coins)
        payer = fee.granter
    if ctx.books.accounts.get((payer,)) is None:
        raise sdk(9, f"fee payer address: {payer} does not exist: unknown address")
    for denom, amount in sorted(coins.items()):
        if amount:
            try:
                ctx.pay(payer, FEE_COLLECTOR, denom, amount)
            except Refusal as refusal:
                if refusal.code != 5:
                    raise
                raise sdk(5, f"{refusal.text}: insufficient funds") from refusal
    ctx.emit(plain("tx", fee=text, fee_payer=payer))


def _signatures(chain: Chain, ctx: Context, tx: Tx, *, simulate: bool) -> None:
    accounts = [_account_with_key(ctx, tx, index, simulate=simulate) for index in range(len(tx.signers))]
    ctx.gas.charge("ante verify: secp256k1", GAS_SIGNATURE * len(accounts))
    if tx.body.unordered:
        _nonce(ctx, tx)
    for index, account in enumerate(accounts):
        info = tx.auth.signer_infos[index]
        if not tx.body.unordered and info.sequence != account.sequence:
            raise sdk(
                32,
                f"account sequence mismatch, expected {account.sequence}, got {info.sequence}: "
                "incorrect account sequence",
                SIGVERIFY,
            )
        if not simulate:
            _verify(chain, tx, index, account)
    for index, account in enumerate(accounts):
        signature = base64.b64encode(tx.parts.signatures[index]).decode()
        if not tx.body.unordered:
            ctx.emit(plain("tx", acc_seq=f"{account.address}/{account.sequence}"))
            account = replace(account, sequence=account.sequence + 1)
        ctx.emit(plain("tx", signature=signature))
        ctx.books.accounts.put((account.address,), account)


def _account_with_key(ctx: Context, tx: Tx, index: int, *, simulate: bool) -> Account:
    address = tx.signers[index]
    account = ctx.books.accounts.get((address,))
    if account is None:
        raise sdk(9, f"account {address} does not exist: unknown address")
    given = tx.auth.signer_infos[index].public_key
    if not given.type_url:
        if account.pubkey is None and not account.many and not simulate:
            raise sdk(8, "pubkey on account is not set: invalid pubkey")
        return account
    if given.type_url == MANY_KEYS:
        if address_of_many(*_many(given.value)) != address and not simulate:
            raise sdk(8, f"pubKey does not match signer address {address} with signer index: {index}: invalid pubkey")
        return account if simulate else replace(account, many=base64.b64encode(given.value).decode())
    if given.type_url not in PUBKEYS:
        raise sdk(8, f"{given.type_url} is not supported: invalid pubkey")
    pubkey = PUBKEYS[given.type_url].FromString(given.value).key
    if address_of(pubkey) != address and not simulate:
        raise sdk(8, f"pubKey does not match signer address {address} with signer index: {index}: invalid pubkey")
    if account.pubkey is None and not simulate:
        account = replace(account, pubkey=base64.b64encode(pubkey).decode())
    return account


def _nonce(ctx: Context, tx: Tx) -> None:
    if any(info.sequence for info in tx.auth.signer_infos):
        raise sdk(18, "sequence is not allowed for unordered transactions: invalid request")
    if not tx.timeout_ns:
        raise sdk(18, "unordered transaction must have timeout_timestamp set: invalid request")
    if tx.timeout_ns > ctx.time_ns + ctx.params.nonce_ttl_s * 10**9:
        minutes = ctx.params.nonce_ttl_s // 60
        raise sdk(18, f"unordered tx ttl exceeds {minutes}m0s: invalid request")
    ctx.gas.charge("unordered tx", GAS_UNORDERED)
    for signer in tx.signers:
        key = (tx.timeout_ns, signer)
        if key in ctx.books.nonces:
            raise sdk(
                18,
                f"failed to add unordered nonce: already used timeout {tx.timeout_ns} for address {signer}: "
                "invalid request",
            )
        ctx.books.nonces.put(key, 1)


def _verify(chain: Chain, tx: Tx, index: int, account: Account) -> None:
    info = tx.auth.signer_infos[index]
    doc = cosmos_tx_pb2.SignDoc(
        body_bytes=tx.parts.body_bytes,
        auth_info_bytes=tx.parts.auth_info_bytes,
        chain_id=chain.chain_id,
        account_number=account.number,
    )
    amino = sign_doc(tx.body, tx.auth, chain.chain_id, account.number, info.sequence)
    signature = tx.parts.signatures[index]
    key = (tx.hash, index, account.number)
    if key in chain.verified:  # the same bytes passed before, in the mempool
        return
    modes = {1: doc.SerializeToString(), 127: amino}
    single = info.mode_info.WhichOneof("sum") == "single"
    if account.many and not single:
        good = _many_signed(account.many, info.mode_info.multi, amino, signature)
    elif account.pubkey is not None and single and info.mode_info.single.mode in modes:
        good = verify(base64.b64decode(account.pubkey), modes[info.mode_info.single.mode], signature)
    else:
        good = False
    if not good:
        raise sdk(
            4,
            f"signature verification failed; please verify account number ({account.number}) and chain-id "
            f"({chain.chain_id}): (unable to verify single signer signature): unauthorized",
        )
    chain.verified.add(key)


def _many(raw: bytes) -> tuple[int, list[bytes]]:
    """Threshold and keys of an account of several keys."""
    found = cosmos_multisig_pb2.LegacyAminoPubKey.FromString(raw)
    return found.threshold, [cosmos_secp256k1_pb2.PubKey.FromString(each.value).key for each in found.public_keys]


def _many_signed(many: str, multi: cosmos_tx_pb2.ModeInfo.Multi, message: bytes, signature: bytes) -> bool:
    """Whether as many keys as needed have signed; each key's bit says whether it has."""
    threshold, keys = _many(base64.b64decode(many))
    bits = "".join(f"{byte:08b}" for byte in multi.bitarray.elems)[: len(keys)]
    signers = [key for key, bit in zip(keys, bits, strict=False) if bit == "1"]
    parts = cosmos_multisig_v1beta1_pb2.MultiSignature.FromString(signature).signatures
    modes = [each.single.mode for each in multi.mode_infos]
    if len(signers) < threshold or len(parts) != len(signers) or modes != [127] * len(signers):
        return False
    return all(verify(key, message, part) for key, part in zip(signers, parts, strict=True))


def go_time(ns: int) -> str:
    """A time as Go prints it: `2026-11-23 06:33:55.499961037 +0000 UTC`."""
    return timestamp_text(ns).replace("T", " ").replace("Z", " +0000 UTC")
