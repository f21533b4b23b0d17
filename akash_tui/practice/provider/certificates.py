"""Self-signed TLS certificates of practice providers, made as Akash's own tools make them (recordings, fact 31)."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import os
import ssl
import tempfile
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier

_VERSION_OID = ObjectIdentifier("2.23.133.2.6")
_P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


@dataclass(frozen=True, slots=True)
class Identity:
    """A provider's certificate and the private key that only its gateway holds."""

    owner: str
    serial: int
    cert_pem: bytes
    pubkey_pem: bytes
    """Headed `EC PUBLIC KEY`, as the chain wants it."""
    key_pem: bytes


def tls_key(seed: bytes) -> ec.EllipticCurvePrivateKey:
    """The P-256 key that belongs to a seed, so that a restored world can serve the certificate on its chain."""
    number = int.from_bytes(hashlib.sha512(b"practice tls " + seed).digest(), "big") % (_P256_ORDER - 1) + 1
    return ec.derive_private_key(number, ec.SECP256R1())


def self_signed(owner: str, seed: bytes, not_before_ns: int) -> Identity:
    """A certificate for account `owner`, valid one year; its serial is its time in nanoseconds."""
    key = tls_key(seed)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, owner), x509.NameAttribute(_VERSION_OID, "v0.0.1")])
    start = dt.datetime.fromtimestamp(not_before_ns // 1_000_000_000, dt.UTC)
    usage = x509.KeyUsage(False, False, True, True, False, False, False, False, False)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(not_before_ns)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=365))
        .add_extension(usage, critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        )
        .add_extension(x509.BasicConstraints(False, None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    return restored(owner, not_before_ns, seed, certificate.public_bytes(Encoding.PEM))


def restored(owner: str, serial: int, seed: bytes, cert_pem: bytes) -> Identity:
    """The identity behind a certificate that is already on chain."""
    key = tls_key(seed)
    public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return Identity(
        owner,
        serial,
        cert_pem,
        public.replace(b" PUBLIC KEY", b" EC PUBLIC KEY"),
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )


def server_context(identity: Identity) -> ssl.SSLContext:
    """TLS 1.3 only, no ALPN; a client certificate is asked for and not required (recordings, facts 28 and 29)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_mode = ssl.CERT_OPTIONAL
    handle, name = tempfile.mkstemp(prefix="practice-", suffix=".pem")
    try:  # the ssl module reads keys from files only
        with os.fdopen(handle, "wb") as file:
            file.write(identity.key_pem + identity.cert_pem)
        context.load_cert_chain(name)
    finally:
        Path(name).unlink(missing_ok=True)
    return context
