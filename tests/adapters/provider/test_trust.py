"""Who a provider's server must prove to be, and that nothing secret leaves before it has."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import ssl
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from akash_tui.adapters.provider import connection
from akash_tui.adapters.provider.address import read_endpoint, resolve
from akash_tui.adapters.provider.client import Timeouts
from akash_tui.adapters.provider.http import MAX_BODY
from akash_tui.adapters.system.clock import SystemClock
from akash_tui.adapters.wallet.keys import KeySigner
from akash_tui.domain.akash.entities import BidId
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Certificate, Provider
from akash_tui.services.ports import (
    Gateway,
    LeaseStatus,
    ProviderDenied,
    ProviderFault,
    ProviderUnreachable,
    ProviderUntrusted,
    Unreachable,
)
from tests.adapters.provider.scripted_gateways import (
    MAINNET,
    OTHER,
    OWNER,
    PRACTICE,
    RECORDINGS,
    FakeChain,
    Identity,
    Reply,
    Seen,
    answering,
    authority,
    dripping,
    endless,
    gateway_over,
    hanging_up,
    issued_by,
    provider_identity,
    saying,
    serving,
    silent,
)
from tests.helpers.worlds import GIVE_UP

QUICK = Timeouts(connect=1.0, read=0.5, probe=1.5, status=1.5, manifest=1.5)
SIGNER = KeySigner.from_words("abandon " * 11 + "about")
LEASE = BidId(SIGNER.address, 1162, 1, 1, OWNER)
MANIFEST = b'[{"name":"dcloud","services":[{"name":"web"}]}]'
OK = answering(200, '{"services":{"web":{"name":"web","total":1,"ready_replicas":1}}}')
needs_recordings = pytest.mark.skipif(not RECORDINGS.is_dir(), reason=f"no recordings at {RECORDINGS}")


class ShiftedClock(SystemClock):
    """The system's clocks, moved by what a test says."""

    def __init__(self, wall: timedelta = timedelta(0)) -> None:
        self.wall = wall
        self.passed = 0.0

    def now(self) -> datetime:
        return super().now() + self.wall

    def monotonic(self) -> float:
        return super().monotonic() + self.passed


def gateway_for(
    *published: Certificate, network: Network = PRACTICE, clock: SystemClock | None = None
) -> tuple[Gateway, FakeChain]:
    chain = FakeChain(list(published))
    return gateway_over(chain, QUICK, clock, network), chain


def claims(token: str) -> dict[str, Any]:
    part = token.removeprefix("Bearer ").split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return found


async def status_of(gateway: Gateway, provider: Provider) -> LeaseStatus:
    """The status of the lease, which the provider is expected to have."""
    found = await gateway.lease_status(provider, LEASE, SIGNER)
    assert found is not None
    return found


async def refused(
    seen: Seen, gateway: Gateway, kind: type[ProviderFault] = ProviderUntrusted, host: str = "localhost"
) -> None:
    """All three calls fail as `kind`, and not one byte of a request got through."""
    provider = seen.provider(host=host)
    with pytest.raises(kind) as caught:
        await gateway.send_manifest(provider, 1162, MANIFEST, SIGNER)
    assert type(caught.value) is kind
    assert "Nothing was sent" in caught.value.advice
    with pytest.raises(kind):
        await gateway.lease_status(provider, LEASE, SIGNER)
    reach = await gateway.probe(provider)
    assert not reach.ok
    assert reach.note
    raw = b"".join(seen.requests)
    assert b"uthorization" not in raw
    assert b"dcloud" not in raw
    assert b"Bearer" not in raw
    assert seen.authorizations == []


# --- the certificate on chain -------------------------------------------------------------------


async def test_the_certificate_on_chain_is_trusted_and_the_token_is_narrow() -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(answering(200), OK, tls=identity.context()) as seen:
        before = datetime.now(UTC).timestamp()
        await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)
        assert (await status_of(gateway, seen.provider())).running
    sent, asked = (claims(a) for a in seen.authorizations)
    assert sent["iss"] == SIGNER.address
    assert sent["leases"] == {
        "access": "granular",
        "permissions": [
            {
                "provider": OWNER,
                "access": "granular",
                "deployments": [{"dseq": 1162, "scope": ["send-manifest"], "services": ["web"]}],
            }
        ],
    }
    entry = {"dseq": LEASE.dseq, "scope": ["status"], "services": ["*"]}
    assert asked["leases"]["permissions"] == [{"provider": OWNER, "access": "granular", "deployments": [entry]}]
    assert before - 32 <= sent["nbf"] <= before - 29
    assert sent["exp"] - before <= 600


async def test_one_of_several_certificates_on_chain_is_enough() -> None:
    old, new = provider_identity(), provider_identity()
    gateway, _ = gateway_for(old.on_chain(), new.on_chain())
    for identity in (old, new):
        async with serving(OK, tls=identity.context()) as seen:
            assert (await status_of(gateway, seen.provider())).running


Case = Callable[[], tuple[Identity, list[Certificate]]]


def _wrong() -> tuple[Identity, list[Certificate]]:
    return provider_identity(), [provider_identity().on_chain()]


def _same_name_no_certificate_on_chain() -> tuple[Identity, list[Certificate]]:
    return provider_identity(), []


def _revoked() -> tuple[Identity, list[Certificate]]:
    identity = provider_identity()
    return identity, [identity.on_chain(state="revoked")]


def _of_another_account() -> tuple[Identity, list[Certificate]]:
    identity = provider_identity(OTHER)
    return identity, [identity.on_chain(OTHER)]


def _another_accounts_published_as_ours() -> tuple[Identity, list[Certificate]]:
    identity = provider_identity(OTHER)
    return identity, [identity.on_chain(OWNER)]


def _expired() -> tuple[Identity, list[Certificate]]:
    identity = provider_identity(starts=timedelta(days=-9), ends=timedelta(days=-1))
    return identity, [identity.on_chain()]


def _not_yet_valid() -> tuple[Identity, list[Certificate]]:
    identity = provider_identity(starts=timedelta(days=1))
    return identity, [identity.on_chain()]


def _signed_by_the_one_on_chain() -> tuple[Identity, list[Certificate]]:
    root = provider_identity(authority=True)
    return issued_by(root, "localhost", cn=OWNER), [root.on_chain()]


def _garbage_on_chain() -> tuple[Identity, list[Certificate]]:
    return provider_identity(), [Certificate(OWNER, "valid", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END")]


def _unknown_authority() -> tuple[Identity, list[Certificate]]:
    return issued_by(authority(), "localhost"), [provider_identity().on_chain()]


@pytest.mark.parametrize(
    "case",
    [
        _wrong,
        _same_name_no_certificate_on_chain,
        _revoked,
        _of_another_account,
        _another_accounts_published_as_ours,
        _expired,
        _not_yet_valid,
        _signed_by_the_one_on_chain,
        _garbage_on_chain,
        _unknown_authority,
    ],
)
async def test_a_server_that_proves_nothing_gets_nothing(
    case: Callable[[], tuple[Identity, list[Certificate]]],
) -> None:
    identity, published = case()
    gateway, _ = gateway_for(*published)
    async with serving(OK, tls=identity.context()) as seen:
        await refused(seen, gateway)
    assert seen.requests == []
    assert seen.connections == 0 or case is _signed_by_the_one_on_chain


async def test_a_renewed_certificate_is_found_by_asking_the_chain_once_more() -> None:
    old, new = provider_identity(), provider_identity()
    gateway, chain = gateway_for(old.on_chain())
    async with serving(OK, tls=old.context()) as seen:
        await gateway.lease_status(seen.provider(), LEASE, SIGNER)
        await gateway.lease_status(seen.provider(), LEASE, SIGNER)
    assert chain.certificate_reads == 1
    chain.published = [new.on_chain()]
    async with serving(OK, tls=new.context()) as seen:
        assert (await status_of(gateway, seen.provider())).running
        assert chain.certificate_reads == 2
    async with serving(OK, tls=old.context()) as seen:
        with pytest.raises(ProviderUntrusted):
            await gateway.lease_status(seen.provider(), LEASE, SIGNER)
        assert seen.requests == []


async def test_a_manifest_never_goes_out_on_old_trust() -> None:
    identity = provider_identity()
    gateway, chain = gateway_for(identity.on_chain())
    async with serving(OK, tls=identity.context()) as seen:
        await gateway.lease_status(seen.provider(), LEASE, SIGNER)
        chain.published = [identity.on_chain(state="revoked")]
        with pytest.raises(ProviderUntrusted):
            await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)
    assert len(seen.requests) == 1


async def test_trust_is_renewed_after_some_minutes() -> None:
    identity, clock = provider_identity(), ShiftedClock()
    gateway, chain = gateway_for(identity.on_chain(), clock=clock)
    async with serving(OK, tls=identity.context()) as seen:
        await gateway.lease_status(seen.provider(), LEASE, SIGNER)
        chain.published = []
        clock.passed += connection.TRUST_SECONDS
        with pytest.raises(ProviderUntrusted):
            await gateway.lease_status(seen.provider(), LEASE, SIGNER)
    assert len(seen.requests) == 1


async def test_without_the_chain_nobody_is_trusted() -> None:
    identity = provider_identity()
    gateway, chain = gateway_for(identity.on_chain())

    async def fail(owner: str) -> list[Certificate]:
        raise Unreachable("no node")

    chain.certificates = fail  # type: ignore[method-assign]
    async with serving(OK, tls=identity.context()) as seen:
        with pytest.raises(Unreachable):
            await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)
        reach = await gateway.probe(seen.provider())
    assert (reach.ok, reach.note) == (False, "no node")
    assert seen.connections == 0


# --- public certificates ------------------------------------------------------------------------


@pytest.fixture
def public_ca(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Identity:
    """A CA that this computer trusts for the time of a test."""
    root = authority()
    (tmp_path / "ca.pem").write_bytes(root.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    return root


def by_name(own: Identity, public: Identity, host: str, seen_names: list[str | None]) -> ssl.SSLContext:
    """As the recorded daemon chooses: the CA certificate for exactly the host's SNI, its own one otherwise."""
    context, other = own.context(), public.context()

    def choose(sock: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
        seen_names.append(name)
        if name == host:
            sock.context = other

    context.sni_callback = choose
    return context


async def test_a_public_certificate_for_the_host_is_trusted(public_ca: Identity) -> None:
    gateway, _ = gateway_for()
    async with serving(OK, tls=issued_by(public_ca, "localhost").context()) as seen:
        assert (await status_of(gateway, seen.provider())).running
        assert (await status_of(gateway, seen.provider(host="LOCALHOST"))).running
    assert seen.names == ["localhost"] * 2


async def test_a_public_certificate_for_another_host_is_not(public_ca: Identity) -> None:
    gateway, _ = gateway_for(provider_identity().on_chain())
    async with serving(OK, tls=issued_by(public_ca, "elsewhere.test").context()) as seen:
        await refused(seen, gateway)
    assert seen.requests == []


async def test_a_provider_with_both_certificates_is_met_by_name(public_ca: Identity) -> None:
    """tls_ca_sni_localhost: the first handshake finds the CA certificate, the second one trusts it."""
    own = provider_identity()
    names: list[str | None] = []
    gateway, _ = gateway_for(own.on_chain())
    context = by_name(own, issued_by(public_ca, "localhost"), "localhost", names)
    async with serving(OK, tls=context) as seen:
        await gateway.lease_status(seen.provider(), LEASE, SIGNER)
        assert names == ["localhost", "localhost"]
        await gateway.lease_status(seen.provider(), LEASE, SIGNER)
        assert names == ["localhost"] * 3  # what worked last is tried first


async def test_a_lapsed_public_certificate_does_not_matter_while_the_chain_vouches() -> None:
    """tls_ca_no_sni: asked without a name the daemon shows its on-chain certificate."""
    own = provider_identity()
    names: list[str | None] = []
    gateway, _ = gateway_for(own.on_chain())
    context = by_name(own, issued_by(authority(), "localhost"), "localhost", names)
    async with serving(OK, tls=context) as seen:
        assert (await status_of(gateway, seen.provider())).running
        await gateway.lease_status(seen.provider(), LEASE, SIGNER)
    assert names == ["localhost", "localhost", None, None]


# --- TLS itself ---------------------------------------------------------------------------------


async def test_tls_1_2_is_refused() -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(OK, tls=identity.context(newest=ssl.TLSVersion.TLSv1_2)) as seen:
        await refused(seen, gateway, ProviderUnreachable)
    assert seen.requests == []


async def test_an_alert_about_the_version_is_put_into_words() -> None:
    """A blocking server, because asyncio's own drops the connection before the alert is out."""
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    context = identity.context(newest=ssl.TLSVersion.TLSv1_2)

    def serve_one(listener: socket.socket) -> str:
        peer, _ = listener.accept()
        with peer:
            try:
                context.wrap_socket(peer, server_side=True).close()
            except ssl.SSLError as error:
                return str(error.reason)
        return "accepted"

    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(GIVE_UP)
        served = asyncio.create_task(asyncio.to_thread(serve_one, listener))
        with pytest.raises(ProviderUnreachable, match=r"does not speak TLS 1\.3"):
            await gateway.lease_status(Seen(port=listener.getsockname()[1]).provider(host="127.0.0.1"), LEASE, SIGNER)
        assert await served == "UNSUPPORTED_PROTOCOL"


async def test_a_server_without_tls_gets_a_handshake_and_no_more() -> None:
    gateway, _ = gateway_for(provider_identity().on_chain())
    async with serving(answering(200), tls=None) as seen:
        await refused(seen, gateway, ProviderUnreachable)
    assert all(request.startswith(b"\x16\x03") for request in seen.requests)


async def test_no_other_protocol_is_negotiated() -> None:
    """tls_alpn_h2: the daemon never chooses one, and we ask for HTTP/1.1 only."""
    identity = provider_identity()
    context = identity.context()
    context.set_alpn_protocols(["h2"])
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(OK, tls=context) as seen:
        assert (await status_of(gateway, seen.provider())).running


async def test_a_server_that_insists_on_a_client_certificate_is_a_sentence() -> None:
    """Its alert comes when we read the answer, not in the handshake (recordings, fact 32)."""
    identity = provider_identity()
    context = identity.context()
    context.verify_mode = ssl.CERT_REQUIRED
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(OK, tls=context) as seen:
        with pytest.raises(ProviderUnreachable):
            await gateway.lease_status(seen.provider(), LEASE, SIGNER)
    assert seen.requests == []


async def test_a_handshake_that_never_ends_is_cut_off() -> None:
    gateway, _ = gateway_for(provider_identity().on_chain())
    async with serving(silent, tls=None) as seen:
        with pytest.raises(ProviderUnreachable):
            await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)


# --- where a host leads -------------------------------------------------------------------------

BAD_URIS = [
    "http://provider.test:8443",
    "https://",
    "https://user:pw@provider.test",
    "https://provider.test/path",
    "https://provider.test?x=1",
    "https://provider.test#x",
    "https://provider.test:99999",
    "https://provider.test:0",
    "https://pro vider.test",
    "https://pro\r\nvider.test",
    "https://prövider.test",
    "https://[::1",
    "ftp://provider.test",
    "provider.test:8443",
    "",
    "https://" + "a" * 300,
]


@pytest.mark.parametrize("uri", BAD_URIS)
async def test_odd_addresses_are_refused(uri: str) -> None:
    gateway, chain = gateway_for(provider_identity().on_chain())
    provider = Provider(OWNER, uri)
    with pytest.raises(ProviderUntrusted) as caught:
        await gateway.send_manifest(provider, 1162, MANIFEST, SIGNER)
    assert not caught.value.sent
    assert not (await gateway.probe(provider)).ok
    assert chain.certificate_reads == 0


def test_usual_addresses_are_read() -> None:
    assert (read_endpoint("https://Provider.Example.com:8443/").authority) == "provider.example.com:8443"
    assert read_endpoint("https://provider.example.com").port == 443
    assert read_endpoint("https://[2001:db8::1]:8443").authority == "[2001:db8::1]:8443"


def answered_by(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[str]:
    """Let names resolve to `addresses`; gives the list of names asked for."""
    asked: list[str] = []

    async def getaddrinfo(self: object, host: str, port: int, **_: object) -> list[tuple[Any, ...]]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    return asked


NOT_PUBLIC = [
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.251",
    "240.0.0.1",
    "255.255.255.255",
    "::1",
    "::",
    "fe80::1%eth0",
    "fd00::1",
    "ff02::1",
    "::ffff:10.0.0.1",
    "64:ff9b::10.0.0.1",
    "2002:0a00:0001::1",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
    "64:ff9b:1::10.0.0.1",
    "fec0::1",
    "3ffe:ffff::1%eth0",
    "2001:db8::1",
    "198.18.0.1",
    "192.0.2.1",
]


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_a_public_network_never_leads_into_a_private_one(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answered_by(monkeypatch, "8.8.8.8", address)
    gateway, chain = gateway_for(provider_identity().on_chain(), network=MAINNET)
    with pytest.raises(ProviderUntrusted, match="not a public address"):
        await gateway.send_manifest(Provider(OWNER, "https://provider.test:8443"), 1162, MANIFEST, SIGNER)
    assert chain.certificate_reads == 0


async def test_a_loopback_server_is_refused_on_a_public_network() -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain(), network=MAINNET)
    async with serving(OK, tls=identity.context()) as seen:
        for host in ("localhost", "127.0.0.1", "[::ffff:127.0.0.1]"):
            await refused(seen, gateway, host=host)
    assert seen.connections == 0


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "127.1", "017700000001", "[::1]", "[::ffff:7f00:1]"])
async def test_other_spellings_of_loopback_are_seen_through(host: str) -> None:
    gateway, chain = gateway_for(provider_identity().on_chain(), network=MAINNET)
    with pytest.raises(ProviderUntrusted, match="not a public address"):
        await gateway.send_manifest(Provider(OWNER, f"https://{host}:8443"), 1162, MANIFEST, SIGNER)
    assert chain.certificate_reads == 0


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])
async def test_public_addresses_are_fine(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    answered_by(monkeypatch, address)
    assert await resolve(read_endpoint("https://provider.test"), public=True, timeout=1) == (address,)


async def test_the_connection_goes_to_the_checked_address(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is asked for once: a second answer could lead elsewhere."""
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    asked = answered_by(monkeypatch, "127.0.0.1")
    async with serving(OK, tls=identity.context()) as seen:
        await gateway.lease_status(seen.provider(host="provider.test"), LEASE, SIGNER)
    assert asked == ["provider.test"]
    assert seen.names == ["provider.test"]
    assert f"Host: provider.test:{seen.port}\r\n".encode() in seen.requests[0]


async def test_a_dead_first_address_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(OK, tls=identity.context()) as seen:
        answered_by(monkeypatch, "127.0.0.2", "127.0.0.1")
        assert (await status_of(gateway, seen.provider(host="provider.test"))).running


async def test_a_name_without_an_address_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    async def getaddrinfo(self: object, host: str, port: int, **_: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(asyncio.BaseEventLoop, "getaddrinfo", getaddrinfo)
    gateway, _ = gateway_for(provider_identity().on_chain())
    with pytest.raises(ProviderUnreachable, match="has no address"):
        await gateway.send_manifest(Provider(OWNER, "https://provider.test"), 1162, MANIFEST, SIGNER)


async def test_a_closed_port_is_unreachable() -> None:
    gateway, _ = gateway_for(provider_identity().on_chain())
    async with serving(OK, tls=None) as seen:
        pass
    with pytest.raises(ProviderUnreachable, match="refuses connections") as caught:
        await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)
    assert not caught.value.sent


# --- hostile answers of a server that is who it says ----------------------------------------------

REDIRECT = answering(307, "", Location="https://localhost:1/steal")
HOSTILE: dict[str, tuple[Reply, type[ProviderFault], str]] = {
    "redirect": (REDIRECT, ProviderFault, "redirects the request"),
    "endless body": (endless, ProviderFault, f"more than {MAX_BODY // 1024} KiB"),
    "huge declared body": (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9999999999\r\n\r\n{"), ProviderUnreachable, ""),
    "deep JSON": (answering(200, b'{"services":' + b"[" * 200_000), ProviderFault, "cannot be read"),
    "NaN": (answering(200, '{"services":{"web":{"total":NaN}}}'), ProviderFault, "cannot be read"),
    "not JSON": (answering(200, b"\xff\xfe<html>"), ProviderFault, "cannot be read"),
    "a list": (answering(200, "[]"), ProviderFault, "cannot be read"),
    "slow loris": (dripping(0.05), ProviderUnreachable, "did not answer within"),
    "silence": (silent, ProviderUnreachable, "did not answer within"),
    "hang up": (hanging_up, ProviderUnreachable, "closed the connection"),
    "no HTTP": (saying(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), ProviderUnreachable, "closed the connection"),
    "endless head": (
        saying(b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 30_000),
        ProviderUnreachable,
        "closed the connection",
    ),
    "cut body": (
        saying(b"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"),
        ProviderUnreachable,
        "closed the connection",
    ),
    "strange code": (answering(418, "I'm a \x1b]0;teapot\x07[/]"), ProviderFault, "HTTP 418"),
    "teapot in JSON": (answering(400, '{"message":{"a":1}}', Content_Type="application/json"), ProviderDenied, ""),
}


@pytest.mark.parametrize("case", HOSTILE)
async def test_hostile_answers_become_sentences(case: str) -> None:
    reply, kind, words = HOSTILE[case]
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(reply, tls=identity.context()) as seen:
        with pytest.raises(ProviderFault) as caught:
            await gateway.lease_status(seen.provider(), LEASE, SIGNER)
        assert not (await gateway.probe(seen.provider())).ok
    assert type(caught.value) is kind
    assert words in caught.value.title
    assert caught.value.title.isprintable()
    assert seen.connections == 2  # one for each call: nothing is followed, nothing repeated


@pytest.mark.parametrize("case", [c for c in HOSTILE if "JSON" not in c and c not in ("NaN", "a list")])
async def test_hostile_answers_to_a_manifest_become_sentences(case: str) -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(HOSTILE[case][0], tls=identity.context()) as seen:
        with pytest.raises(ProviderFault) as caught:
            await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)
    assert caught.value.advice
    assert len(seen.requests) == 1
    assert caught.value.sent


HOSTILE_STATUS = {
    "services": {
        "web\x1b[2J": {"total": -5, "ready_replicas": 10**30, "uris": ["javascript:alert(1)", "a b", "x@y", "ok.test"]},
        "bool": {"total": True, "ready_replicas": True, "uris": "abc"},
        "none": None,
    },
    "forwarded_ports": {
        "web": [{"host": "evil\nhost", "port": 1, "externalPort": 2}, {"host": "h", "port": 0, "externalPort": 70000}]
    },
    "ips": {"web": [{"IP": "1.2.3.4", "Port": 80, "ExternalPort": 81, "Protocol": "\x1b[31mtcp"}, 7], "b": {}},
}


async def test_a_hostile_status_is_made_harmless() -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(answering(200, json.dumps(HOSTILE_STATUS)), tls=identity.context()) as seen:
        found = await status_of(gateway, seen.provider())
    assert not found.running
    assert [(s.name, s.ready, s.total, s.uris) for s in found.services] == [
        ("bool", 0, 0, ()),
        ("none", 0, 0, ()),
        ("web", 0, 0, ("ok.test",)),
    ]
    assert found.ports == ()
    assert [(i.ip, i.proto) for i in found.ips] == [("1.2.3.4", "TCP")]


# --- clocks -------------------------------------------------------------------------------------


def http_date(shift: timedelta) -> str:
    return (datetime.now(UTC) + shift).strftime("%a, %d %b %Y %H:%M:%S GMT")


def stale(shift: timedelta = timedelta(0)) -> Reply:
    return answering(
        400, '{"message":"JWT has invalid claims"}', Content_Type="application/json", Date=http_date(shift)
    )


@pytest.mark.parametrize("minutes", [20, -20])
async def test_a_token_refused_for_its_times_is_made_again_by_the_providers_clock(minutes: int) -> None:
    identity = provider_identity()
    shift = timedelta(minutes=minutes)
    gateway, _ = gateway_for(identity.on_chain(), clock=ShiftedClock(-shift))
    async with serving(stale(), answering(200), tls=identity.context()) as seen:
        await gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER)
    first, second = (claims(a) for a in seen.authorizations)
    assert abs(second["nbf"] - first["nbf"] - shift.total_seconds()) < 5
    assert second["leases"] == first["leases"]
    assert second["exp"] - second["nbf"] <= 600


async def test_a_clock_that_is_wrong_is_named_when_nothing_helps() -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain(), clock=ShiftedClock(timedelta(minutes=-20)))
    async with serving(stale(), tls=identity.context()) as seen:
        with pytest.raises(ProviderDenied) as caught:
            await gateway.lease_status(seen.provider(), LEASE, SIGNER)
    assert len(seen.requests) == 2
    assert "s behind the provider's" in caught.value.advice
    assert not caught.value.retry


async def test_a_providers_absurd_clock_does_not_move_ours() -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(stale(timedelta(days=9000)), tls=identity.context()) as seen:
        with pytest.raises(ProviderDenied):
            await gateway.lease_status(seen.provider(), LEASE, SIGNER)
    first, second = (claims(a) for a in seen.authorizations)
    assert abs(second["exp"] - first["exp"]) < 10


# --- leaving nothing behind ---------------------------------------------------------------------


async def test_a_cancelled_call_closes_its_connection() -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    arrived, closed = asyncio.Event(), asyncio.Event()

    async def wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        arrived.set()
        await reader.read()
        closed.set()

    async with serving(wait, tls=identity.context()) as seen:
        task = asyncio.create_task(gateway.send_manifest(seen.provider(), 1162, MANIFEST, SIGNER))
        await asyncio.wait_for(arrived.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(closed.wait(), 5)
    await gateway.aclose()


async def test_every_call_has_its_own_connection_and_closes_it() -> None:
    identity = provider_identity()
    gateway, _ = gateway_for(identity.on_chain())
    async with serving(OK, tls=identity.context()) as seen:
        await gateway.lease_status(seen.provider(), LEASE, SIGNER)
        await gateway.lease_status(seen.provider(), LEASE, SIGNER)
    assert seen.connections == 2
    assert all(b"Connection: close" in request for request in seen.requests)


async def test_tokens_and_manifests_are_not_in_reprs() -> None:
    from akash_tui.adapters.provider.http import HttpRequest

    assert "secret" not in repr(HttpRequest("PUT", "/x", b"secret", "secret"))


@pytest.mark.parametrize("body", [b"[" + b"{}," * 6_000 + b"{}]", b"[" + b"1," * 30_000 + b"1]"], ids=["{},", "1,"])
def test_an_answer_of_countless_parts_is_not_even_read(body: bytes) -> None:
    from akash_tui.adapters.provider.http import HttpAnswer
    from akash_tui.adapters.system.bounded_json import JsonTooLarge

    with pytest.raises(JsonTooLarge, match="has more than"):
        HttpAnswer(200, body, "application/json", None, 0.0).json()
