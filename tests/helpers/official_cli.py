"""What `akash tx sign` and `akash tx multisign` do with an unsigned file, for tests: signatures of several modes."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

from akash_tui.adapters.chain.tx.proto_json import from_json, to_json
from akash_tui.adapters.wallet.address import address_of_many
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.practice.chain.amino import sign_doc
from akash_tui.wire import cosmos_multisig_v1beta1_pb2, cosmos_tx_pb2

Json = dict[str, Any]
DIRECT, AMINO = "SIGN_MODE_DIRECT", "SIGN_MODE_LEGACY_AMINO_JSON"


def key_json(key: KeySigner) -> Json:
    return {"@type": "/cosmos.crypto.secp256k1.PubKey", "key": base64.b64encode(key.public_key).decode()}


def many_address(threshold: int, keys: Sequence[KeySigner]) -> str:
    return address_of_many(threshold, [key.public_key for key in keys])


def signed(text: str, key: KeySigner, *, chain_id: str, number: int, sequence: int, mode: str = DIRECT) -> str:
    """The file signed by one key."""
    file: Json = json.loads(text)
    info = {"public_key": key_json(key), "mode_info": {"single": {"mode": mode}}, "sequence": str(sequence)}
    file["auth_info"]["signer_infos"] = [info]
    body, auth = parts(file)
    if mode == AMINO:
        message = sign_doc(body, auth, chain_id, number, sequence)
    else:
        message = cosmos_tx_pb2.SignDoc(
            body_bytes=body.SerializeToString(deterministic=True),
            auth_info_bytes=auth.SerializeToString(deterministic=True),
            chain_id=chain_id,
            account_number=number,
        ).SerializeToString(deterministic=True)
    file["signatures"] = [base64.b64encode(key.sign(message)).decode()]
    return json.dumps(file)


def multisigned(
    text: str,
    threshold: int,
    keys: Sequence[KeySigner],
    signers: Sequence[int],
    *,
    chain_id: str,
    number: int,
    sequence: int,
) -> str:
    """The file signed by those keys (by place) of an account of several."""
    file: Json = json.loads(text)
    body, auth = parts(file)
    message = sign_doc(body, auth, chain_id, number, sequence)
    bits = sum(0x80 >> place for place in signers)
    array = {"extra_bits_stored": len(keys) % 8, "elems": base64.b64encode(bytes([bits])).decode()}
    modes = [{"single": {"mode": AMINO}} for _ in signers]
    many = {
        "@type": "/cosmos.crypto.multisig.LegacyAminoPubKey",
        "threshold": threshold,
        "public_keys": [key_json(key) for key in keys],
    }
    file["auth_info"]["signer_infos"] = [
        {
            "public_key": many,
            "mode_info": {"multi": {"bitarray": array, "mode_infos": modes}},
            "sequence": str(sequence),
        }
    ]
    signatures = [keys[place].sign(message) for place in signers]
    whole = cosmos_multisig_v1beta1_pb2.MultiSignature(signatures=signatures).SerializeToString()
    file["signatures"] = [base64.b64encode(whole).decode()]
    return json.dumps(file)


def parts(file: Json) -> tuple[cosmos_tx_pb2.TxBody, cosmos_tx_pb2.AuthInfo]:
    """Body and auth info of a file as protobuf."""
    body, auth = cosmos_tx_pb2.TxBody(), cosmos_tx_pb2.AuthInfo()
    from_json(body, file["body"])
    from_json(auth, {name: value for name, value in file["auth_info"].items() if name != "tip"})
    return body, auth


def file_of(tx: cosmos_tx_pb2.TxRaw) -> str:
    """A transaction as the official command line writes it."""
    body = cosmos_tx_pb2.TxBody.FromString(tx.body_bytes)
    auth = to_json(cosmos_tx_pb2.AuthInfo.FromString(tx.auth_info_bytes)) | {"tip": None}
    signatures = [base64.b64encode(each).decode() for each in tx.signatures]
    return json.dumps({"body": to_json(body), "auth_info": auth, "signatures": signatures})
