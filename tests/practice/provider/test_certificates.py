"""Certificates of practice providers: the recorded fields, and TLS as the real gateway speaks it."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from akash_tui.practice.provider.certificates import restored, self_signed, server_context
from akash_tui.practice.sockets.listeners import Listener
from tests.helpers.worlds import GIVE_UP
from tests.practice.gateway.recorded import recording

OWNER = "akash1lrnw4zp0etztt3yjvfpct3vmz0tztr9lgz4zwf"
WHEN = 1_795_416_184_105_775_867


async def nothing(scope: object, receive: object, send: object) -> None:
    await asyncio.Event().wait()


def test_the_certificate_has_the_recorded_fields() -> None:
    mine = x509.load_pem_x509_certificate(self_signed(OWNER, b"seed", WHEN).cert_pem)
    assert mine.serial_number == WHEN
    assert mine.subject == mine.issuer
    assert mine.subject.get_attributes_for_oid(NameOID.COMMON_NAME)[0].value == OWNER
    (extra,) = (a for a in mine.subject if a.oid.dotted_string == "2.23.133.2.6")
    assert extra.value == "v0.0.1"
    mine.verify_directly_issued_by(mine)


def test_it_is_made_like_the_recorded_one() -> None:
    try:
        told = recording("tls_no_sni")["tls"]["chain"][0]
    except FileNotFoundError:
        pytest.skip("no recordings")
    theirs = x509.load_pem_x509_certificate(told["pem"].encode())
    mine = x509.load_pem_x509_certificate(self_signed(OWNER, b"seed", WHEN).cert_pem)
    for kind in (x509.KeyUsage, x509.ExtendedKeyUsage, x509.BasicConstraints):
        assert (
            mine.extensions.get_extension_for_class(kind).value == theirs.extensions.get_extension_for_class(kind).value
        )
    assert type(mine.public_key()) is type(theirs.public_key())
    assert mine.signature_algorithm_oid == theirs.signature_algorithm_oid
    assert (
        mine.not_valid_after_utc - mine.not_valid_before_utc == theirs.not_valid_after_utc - theirs.not_valid_before_utc
    )


def test_a_restored_identity_serves_the_certificate_on_chain() -> None:
    first = self_signed(OWNER, b"seed", WHEN)
    again = restored(OWNER, first.serial, b"seed", first.cert_pem)
    assert again == first
    server_context(again)
    with pytest.raises(ssl.SSLError):
        server_context(restored(OWNER, first.serial, b"another seed", first.cert_pem))


async def test_only_tls_1_3_is_spoken_and_the_certificate_is_shown_for_every_name() -> None:
    identity = self_signed(OWNER, b"seed", WHEN)
    listener = Listener()
    await listener.open(nothing, server_context(identity))
    der = x509.load_pem_x509_certificate(identity.cert_pem)
    want = hashlib.sha256(ssl.PEM_cert_to_DER_cert(identity.cert_pem.decode())).hexdigest()
    assert der.serial_number == identity.serial

    def shake(name: str | None, most: ssl.TLSVersion | None = None) -> tuple[str | None, str | None, str]:
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.set_alpn_protocols(["h2", "http/1.1"])
        if most:
            context.maximum_version = most
        with (
            socket.create_connection(("127.0.0.1", listener.port), timeout=GIVE_UP) as plain,
            context.wrap_socket(plain, server_hostname=name) as secure,
        ):
            shown = hashlib.sha256(secure.getpeercert(binary_form=True) or b"").hexdigest()
            return secure.version(), secure.selected_alpn_protocol(), shown

    try:
        for name in ("localhost", "mtls.localhost", None):
            assert await asyncio.to_thread(shake, name) == ("TLSv1.3", None, want)
        with pytest.raises((ssl.SSLError, ConnectionError)):
            await asyncio.to_thread(shake, "localhost", ssl.TLSVersion.TLSv1_2)
    finally:
        listener.close()


async def test_a_closed_listener_refuses_and_cuts_what_was_open() -> None:
    listener = Listener()
    await listener.open(nothing)
    reader, writer = await asyncio.open_connection("127.0.0.1", listener.port)
    writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    await writer.drain()
    listener.close()
    with suppress(ConnectionResetError):
        assert await asyncio.wait_for(reader.read(), 5) == b""
    writer.close()
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection("127.0.0.1", listener.port)
