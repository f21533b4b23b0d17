"""Certificates on chain: the checks of the cert module, on the PEM itself."""

from __future__ import annotations

import base64
from dataclasses import replace
from functools import partial
from typing import Any

from akash_tui.practice.messages.kinds import Kind
from akash_tui.practice.state.books import Certificate
from akash_tui.practice.state.context import Context
from akash_tui.practice.state.crypto import address_fault
from akash_tui.practice.state.refusal import Refusal, sdk
from akash_tui.wire import cert_v1_pb2

refuse = partial(Refusal, "cert")
"""A refusal of the cert module."""


def _check_owner(owner: str) -> None:
    if address_fault(owner):
        raise sdk(7, "MsgCreate: Invalid Owner Address: invalid address")


def _check_create(message: Any) -> None:
    _check_owner(message.owner)
    _serial(message)


def _serial(message: Any) -> str:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from cryptography.x509.oid import NameOID

    try:
        cert = x509.load_pem_x509_certificate(message.cert)
    except ValueError as error:
        raise refuse(6, "invalid certificate value") from error
    names = cert.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if not names or names[0].value != message.owner:
        raise refuse(6, "invalid certificate value")
    der = cert.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if _pem_body(message.pubkey) != der:
        raise refuse(7, "invalid pubkey value")
    return str(cert.serial_number)


def _pem_body(pem: bytes) -> bytes | None:
    lines = pem.decode("ascii", "replace").strip().splitlines()
    if len(lines) < 3 or lines[0] != "-----BEGIN EC PUBLIC KEY-----":
        return None
    try:
        return base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError:
        return None


def _create(ctx: Context, message: Any) -> None:
    serial = _serial(message)
    if (message.owner, serial) in ctx.books.certificates:
        raise refuse(3, "certificate exists")
    cert, pubkey = (base64.b64encode(each).decode() for each in (message.cert, message.pubkey))
    ctx.books.certificates.put((message.owner, serial), Certificate(message.owner, serial, "valid", cert, pubkey))


def _check_revoke(message: Any) -> None:
    _check_owner(message.id.owner)
    if not message.id.serial.isdecimal():
        raise refuse(5, "invalid serial number")


def _revoke(ctx: Context, message: Any) -> None:
    key = (message.id.owner, message.id.serial)
    certificate = ctx.books.certificates.need(key, refuse(1, "certificate not found"))
    if certificate.state == "revoked":
        raise refuse(4, "certificate already revoked")
    ctx.books.certificates.put(key, replace(certificate, state="revoked"))


KINDS = [
    Kind(cert_v1_pb2.MsgCreateCertificate, "owner", _check_create, _create),
    Kind(cert_v1_pb2.MsgRevokeCertificate, "id.owner", _check_revoke, _revoke),
]
