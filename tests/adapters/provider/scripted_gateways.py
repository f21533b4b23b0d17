"""Small TLS servers on loopback that send exactly what a test wants, and record what they received."""

from __future__ import annotations

import asyncio
import contextlib
import json
import ssl
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from akash_tui.adapters.provider.client import HttpsGateway, Timeouts
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.domain.akash.entities import Deployment, DeploymentId
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Certificate, Provider
from akash_tui.services.ports import Account, Chain, Gateway
from tests.conformance import SHARED

RECORDINGS = SHARED / "recordings" / "provider"
OWNER = "akash1lrnw4zp0etztt3yjvfpct3vmz0tztr9lgz4zwf"
OTHER = "akash1pmvlt7jkta68ahlvpx67rh6q5pfdl2wqle8v32"
PRACTICE = Network("practice", "practice-1", (), (), practice=True, public=False)
MAINNET = Network("mainnet", "akashnet-2", (), ())

Reply = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def recording(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RECORDINGS / f"{name}.json").read_text())
    return found


# --- certificates -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Identity:
    """A certificate and its key, as PEM, and the certificate as DER."""

    pem: bytes
    key: bytes
    certificate: x509.Certificate
    private: ec.EllipticCurvePrivateKey

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    def on_chain(self, owner: str = OWNER, state: str = "valid") -> Certificate:
        return Certificate(owner, state, self.pem)

    def context(self, *, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = min(newest, ssl.TLSVersion.TLSv1_3)
        context.maximum_version = newest
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "it.pem")
            path.write_bytes(self.pem + self.key)
            context.load_cert_chain(path)
        return context


def provider_identity(
    owner: str = OWNER,
    *,
    starts: timedelta = timedelta(days=-1),
    ends: timedelta = timedelta(days=365),
    authority: bool = False,
    also_at: datetime | None = None,
) -> Identity:
    """Self-signed, with the fields of the recorded one (`tls_sni_localhost`), or with CA powers.

    Valid from now + `starts` to now + `ends`; with `also_at` around that moment too. A client whose clock stands
    at another time needs both: it compares the dates itself, and its TLS library does so by the system's clock.
    """
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, owner),
            x509.NameAttribute(x509.ObjectIdentifier("2.23.133.2.6"), "v0.0.1"),
        ]
    )
    return _certify(
        name, name, None, "localhost", starts, ends, authority=authority, like_a_provider=True, also_at=also_at
    )


def issued_by(issuer: Identity, host: str, cn: str | None = None) -> Identity:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, cn or host)])
    day = timedelta(days=1)
    return _certify(name, issuer.certificate.subject, issuer.private, host, -day, 90 * day)


def authority() -> Identity:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test CA")])
    day = timedelta(days=1)
    return _certify(name, name, None, "ca.test", -day, 90 * day, authority=True)


def _certify(
    subject: x509.Name,
    issuer: x509.Name,
    issuer_key: ec.EllipticCurvePrivateKey | None,
    host: str,
    starts: timedelta,
    ends: timedelta,
    *,
    authority: bool = False,
    like_a_provider: bool = False,
    also_at: datetime | None = None,
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    first, last = min(now, also_at or now), max(now, also_at or now)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(first + starts)
        .not_valid_after(last + ends)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    )
    if like_a_provider and not authority:
        usage = dict.fromkeys(
            ("digital_signature", "content_commitment", "key_agreement", "key_cert_sign", "crl_sign"), False
        )
        usage |= dict.fromkeys(("encipher_only", "decipher_only"), False)
        builder = builder.add_extension(
            x509.KeyUsage(key_encipherment=True, data_encipherment=True, **usage), critical=True
        ).add_extension(x509.NameConstraints([x509.DNSName(host)], None), critical=True)
    if not authority:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.SERVER_AUTH]), critical=False
        ).add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    certificate = builder.sign(issuer_key or key, hashes.SHA256())
    return Identity(
        certificate.public_bytes(serialization.Encoding.PEM),
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate,
        key,
    )


# --- the world the adapter sees -----------------------------------------------------------------


@dataclass
class FakeChain:
    """The three things the gateway asks the chain."""

    published: list[Certificate] = field(default_factory=list)
    account_of: Callable[[str], Account | None] = lambda address: Account(address, 1, True)
    deployments_by_id: dict[DeploymentId, Deployment] = field(default_factory=dict)
    network: Network = PRACTICE
    certificate_reads: int = 0
    unreachable: Exception | None = None

    async def certificates(self, owner: str) -> list[Certificate]:
        self.certificate_reads += 1
        return [c for c in self.published if c.owner == owner]

    async def account(self, address: str) -> Account | None:
        return self.account_of(address)

    async def deployment(self, id: DeploymentId) -> Deployment | None:
        if self.unreachable:
            raise self.unreachable
        return self.deployments_by_id.get(id)


def gateway_over(
    chain: FakeChain, timeouts: Timeouts, clock: SystemClock | None = None, network: Network = PRACTICE
) -> Gateway:
    """The adapter over a chain of which it only asks what `FakeChain` has."""
    return HttpsGateway(network, cast("Chain", chain), clock or SystemClock(), timeouts)


# --- servers ------------------------------------------------------------------------------------


@dataclass
class Seen:
    """What reached the application layer of a server: raw request texts, and the names asked for."""

    requests: list[bytes] = field(default_factory=list)
    names: list[str | None] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    @property
    def authorizations(self) -> list[str]:
        lines = [line for r in self.requests for line in r.split(b"\r\n") if line.lower().startswith(b"authorization:")]
        return [line.partition(b":")[2].strip().decode() for line in lines]

    def provider(self, owner: str = OWNER, host: str = "localhost") -> Provider:
        return Provider(owner, f"https://{host}:{self.port}")


async def read_request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = next(
        (int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
    )
    return head + await reader.readexactly(length)


@asynccontextmanager
async def serving(*replies: Reply, tls: ssl.SSLContext | None) -> AsyncIterator[Seen]:
    """Serve on loopback; the n-th request gets the n-th reply, further ones the last."""
    seen = Seen()
    if tls is not None and tls.sni_callback is None:
        tls.sni_callback = lambda sock, name, context: seen.names.append(name)

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        seen.connections += 1
        try:
            if tls is None:
                seen.requests.append(await reader.read(65536))
            else:
                seen.requests.append(await read_request(reader))
            await replies[min(len(seen.requests), len(replies)) - 1](reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0, ssl=tls)
    seen.port = server.sockets[0].getsockname()[1]
    try:
        yield seen
    finally:
        server.close()
        server.close_clients() if hasattr(server, "close_clients") else None


def saying(raw: bytes) -> Reply:
    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(raw)
        await writer.drain()

    return reply


def answering(status: int, body: str | bytes = b"", **headers: str) -> Reply:
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return saying("\r\n".join(lines).encode() + b"\r\n\r\n" + body)


def replaying(response: dict[str, Any]) -> Reply:
    """Send a recorded response byte for byte; without one do what the provider did: hang up, or say nothing."""
    if response.get("status") is None:
        return silent if "no answer" in response["transport_error"] else hanging_up
    headers, body = response.get("headers") or {}, (response.get("body") or "").encode()
    if headers.get("Transfer-Encoding") == "chunked":
        body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
    elif "Content-Length" not in headers:
        headers = {**headers, "Content-Length": str(len(body))}
    line = response.get("status_line") or f"HTTP/1.1 {response['status']} OK"
    head = "\r\n".join([line, *(f"{k}: {v}" for k, v in headers.items())])
    return saying(head.encode() + b"\r\n\r\n" + body)


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say nothing until the client gives up."""
    await reader.read()


async def hanging_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Close without a word."""


async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n[")
    while not writer.is_closing():
        writer.write(b'"' + b"a" * 65000 + b'",')
        await writer.drain()


def dripping(clock_seconds: float) -> Reply:
    """One byte at a time, for ever, each well within any read time-out."""

    async def reply(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await writer.drain()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(reader.read(1), clock_seconds)

    return reply
