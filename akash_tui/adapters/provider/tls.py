"""TLS contexts that trust exactly one party: a provider's own on-chain certificate, or the public CAs.

A provider shows the self-signed certificate that it has published on chain, and nothing in it names
its host, so the usual check cannot work. Here the published certificates of that one account are the
only trust anchors, and the bytes presented must equal one of them. Providers with a CA certificate
are checked the usual way, host name included (shared reference, 4.3; recordings, facts 28-31).
"""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from datetime import datetime

from akash_tui.domain.akash.provider import Certificate

_MINIMUM = ssl.TLSVersion.TLSv1_3
"""Every provider speaks 1.3 and nothing below (recordings, fact 28)."""


def usable_certificates(certificates: Iterable[Certificate], owner: str, now: datetime) -> frozenset[bytes]:
    """The DER bytes of those that are valid, in time at `now` (aware) and whose only CN is `owner`.

    Unreadable ones are left out: the chain checks only CN and key.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding
    from cryptography.x509.oid import NameOID

    usable = set()
    for certificate in certificates:
        if certificate.owner != owner or certificate.state != "valid":
            continue
        try:
            parsed = x509.load_pem_x509_certificate(certificate.pem)
            names = [str(name.value) for name in parsed.subject.get_attributes_for_oid(NameOID.COMMON_NAME)]
            in_time = parsed.not_valid_before_utc <= now <= parsed.not_valid_after_utc
            der = parsed.public_bytes(Encoding.DER)
        except (ValueError, TypeError, x509.InvalidVersion):
            continue
        if names == [owner] and in_time:
            usable.add(der)
    return frozenset(usable)


def pinned_context(ders: frozenset[bytes]) -> ssl.SSLContext:
    """A context whose only trust anchors are these certificates; the host name is not checked.

    The caller must also compare the bytes that the peer presents: one of the anchors might be able to sign other
    certificates.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = _MINIMUM
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a leaf may be an anchor
    context.load_verify_locations(cadata="".join(ssl.DER_cert_to_PEM_cert(der) for der in sorted(ders)))
    return context


def public_context() -> ssl.SSLContext:
    """The usual CAs (`SSL_CERT_FILE` and `SSL_CERT_DIR` are honoured), host name checked. Takes about 40 ms."""
    import httpx

    context = httpx.create_ssl_context()
    context.check_hostname = True
    context.verify_mode = ssl.CERT_REQUIRED
    context.minimum_version = _MINIMUM
    return context
