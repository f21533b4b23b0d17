"""Every recorded TLS handshake of a real provider daemon: its server played again, and how our client meets it."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from akash_tui.adapters.provider.client import Timeouts
from akash_tui.adapters.provider.tls import usable_certificates
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.provider import Certificate
from akash_tui.services.ports import ProviderUnreachable, ProviderUntrusted
from tests.adapters.provider.handshakes import HANDSHAKES
from tests.adapters.provider.scripted_gateways import (
    OTHER,
    OWNER,
    RECORDINGS,
    FakeChain,
    Identity,
    answering,
    authority,
    gateway_over,
    issued_by,
    provider_identity,
    recording,
    serving,
)

pytestmark = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")

QUICK = Timeouts(connect=2, read=1, probe=3, status=3, manifest=3)
SIGNER = KeySigner.from_words("abandon " * 11 + "about")
LEASE = BidId(SIGNER.address, 1162, 1, 1, OWNER)
OK = answering(200, '{"services":{"web":{"name":"web","total":1,"ready_replicas":1}}}')


def server(own: Identity, public: Identity | None, seen: list[str | None]) -> ssl.SSLContext:
    """Chooses as the daemon does (fact 30): the CA certificate for exactly the host's name, its own one otherwise."""
    context, other = own.context(), public.context() if public else None

    def choose(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        seen.append(name)
        if other is not None and name == "localhost":
            sock.context = other

    context.sni_callback = choose
    context.set_alpn_protocols(["h2"])  # never chosen by the daemon, never asked for by us
    return context


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Identity:
    """A CA that this computer trusts, and every name leads to loopback."""
    root = authority()
    (tmp_path / "ca.pem").write_bytes(root.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)

    async def home(self: object, host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", home)
    return root


@pytest.mark.parametrize("name", [n for n, met in HANDSHAKES.items() if met])
async def test_a_recorded_handshake(name: str, trusted: Identity) -> None:
    met, known = HANDSHAKES[name], recording(name)["tls"]
    assert met is not None
    both = name.startswith("tls_ca_")
    own, public = provider_identity(), issued_by(trusted, "localhost") if both else None
    assert known["protocol"] == "TLSv1.3"
    assert known["alpn"] is None
    if name != "tls_ca_sni_uppercase":  # there our spelling differs, so the server's choice does
        assert (known["chain"][0]["issuer"] == "CN=Test CA") is met.public
        assert known["sni"] == met.names[0]
    heard: list[str | None] = []
    async with serving(OK, tls=server(own, public, heard)) as seen:
        gateway = gateway_over(FakeChain([own.on_chain()]), QUICK)
        status = await gateway.lease_status(seen.provider(host=met.host), LEASE, SIGNER)
        assert status is not None
        assert status.running
        assert tuple(heard) == met.names
        assert len(seen.requests) == 1
        # the same server for an account whose certificate on chain is another one
        stranger = gateway_over(FakeChain([provider_identity().on_chain()]), QUICK)
        if public is not None and "localhost" in met.names:
            status = await stranger.lease_status(seen.provider(host=met.host), LEASE, SIGNER)
            assert status is not None
            assert status.running
        else:
            with pytest.raises(ProviderUntrusted, match="cannot prove that it is provider"):
                await stranger.lease_status(seen.provider(host=met.host), LEASE, SIGNER)
            assert len(seen.requests) == 1


async def test_a_server_of_before_tls_1_3() -> None:
    """tls_1_2_refused the other way round: the daemon refuses 1.2, and so do we."""
    assert recording("tls_1_2_refused")["tls"]["alert"].startswith("alert protocol version")
    own = provider_identity()
    async with serving(OK, tls=own.context(newest=ssl.TLSVersion.TLSv1_2)) as seen:
        gateway = gateway_over(FakeChain([own.on_chain()]), QUICK)
        with pytest.raises(ProviderUnreachable, match=r"TLS") as caught:
            await gateway.lease_status(seen.provider(), LEASE, SIGNER)
    assert "Nothing was sent" in caught.value.advice
    assert seen.requests == []


def test_the_certificate_on_chain_is_the_one_of_the_handshakes() -> None:
    body = json.loads(recording("tls_onchain_certificate")["response"]["body"])
    chain = [
        Certificate(OWNER, row["certificate"]["state"], base64.b64decode(row["certificate"]["cert"]))
        for row in body["certificates"]
    ]
    day = datetime(2026, 12, 1, tzinfo=UTC)
    usable = usable_certificates(chain, OWNER, day)
    assert len(usable) == 1
    for name, met in HANDSHAKES.items():
        for leaf in recording(name).get("tls", {}).get("chain", [])[:1] if met else []:
            der = x509.load_pem_x509_certificate(leaf["pem"].encode()).public_bytes(Encoding.DER)
            assert (der in usable) is (not name.startswith("tls_ca_")), name  # those are another account's, or the CA's
    assert usable_certificates(chain, OTHER, day) == frozenset()
    assert usable_certificates(chain, OWNER, datetime(2028, 1, 1, tzinfo=UTC)) == frozenset()
