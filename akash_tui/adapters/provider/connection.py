"""Connections to providers' gateways whose owner is proved before anything is sent."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from akash_tui.adapters.provider.address import GatewayAddress, read_endpoint, resolve
from akash_tui.adapters.provider.tls import pinned_context, public_context, usable_certificates
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Provider, provider_name
from akash_tui.domain.text import clean
from akash_tui.services.ports import Chain, Clock, ProviderUnreachable, ProviderUntrusted

if TYPE_CHECKING:
    from httpcore import AsyncNetworkStream

CONNECT_SECONDS = 5.0
"""For each of: name resolution, one TCP connect, one TLS handshake."""
TRUST_SECONDS = 300.0
"""How long certificates read from the chain are used for calls that carry no manifest."""


class _Proof(Enum):
    """How a server may prove its identity, in the order in which they are tried."""

    PINNED = "pinned"
    """One of the account's certificates on chain, byte for byte."""
    PUBLIC = "public"
    """A CA certificate for the host name (recordings, fact 30: shown for exactly that SNI)."""
    PINNED_UNNAMED = "pinned, no SNI"
    """As `PINNED`; without SNI a server shows its on-chain certificate even when its CA one has lapsed."""


@dataclass(slots=True)
class _Trust:
    """One account's certificates as read from the chain, and when (monotonic seconds)."""

    ders: frozenset[bytes]
    context: ssl.SSLContext | None
    read_at: float
    proof: _Proof | None = None
    """What worked last."""

    def proofs(self) -> list[_Proof]:
        possible = [proof for proof in _Proof if self.context is not None or proof is _Proof.PUBLIC]
        return sorted(possible, key=lambda proof: proof is not self.proof)


@dataclass(frozen=True, slots=True)
class Connection:
    """An open stream to a server that has proved to be the provider; ready for HTTP or a websocket."""

    stream: AsyncNetworkStream
    endpoint: GatewayAddress


class Connector:
    """Opens verified connections; caches each account's certificates for `TRUST_SECONDS`."""

    def __init__(self, network: Network, chain: Chain, clock: Clock, *, connect_seconds: float = CONNECT_SECONDS):
        self._public_hosts_only = network.public and not network.practice
        self._chain = chain
        self._clock = clock
        self._seconds = connect_seconds
        self._trusts: dict[str, _Trust] = {}
        self._public: ssl.SSLContext | None = None

    @asynccontextmanager
    async def open(self, provider: Provider, *, fresh: bool = False) -> AsyncIterator[Connection]:
        """Connect and verify; closed on leaving. `fresh` reads the certificates from the chain first.

        Raises `ProviderUnreachable` without a connection, `ProviderUntrusted` if nothing proves the
        account, and the chain's own errors when the certificates cannot be read.
        """
        endpoint = read_endpoint(provider.host_uri)
        addresses = await resolve(endpoint, public=self._public_hosts_only, timeout=self._seconds)
        known = self._trusts.get(provider.owner)
        trust = await self._trust(provider.owner, 0.0 if fresh else TRUST_SECONDS)
        try:
            stream = await self._prove(trust, provider, endpoint, addresses)
        except ProviderUntrusted:
            newer = await self._trust(provider.owner, 0.0) if trust is known else trust
            if newer.ders == trust.ders:
                raise
            stream = await self._prove(newer, provider, endpoint, addresses)  # the provider has changed its certificate
        try:
            yield Connection(stream, endpoint)
        finally:
            with suppress(OSError):
                await stream.aclose()

    async def _trust(self, owner: str, max_age: float) -> _Trust:
        known = self._trusts.get(owner)
        if known is not None and self._clock.monotonic() - known.read_at < max_age:
            return known
        published, now = await self._chain.certificates(owner), self._clock.now()

        def load() -> tuple[frozenset[bytes], ssl.SSLContext | None]:
            ders = usable_certificates(published, owner, now)
            return ders, pinned_context(ders) if ders else None

        ders, context = await asyncio.to_thread(load)  # the first time it loads a large library
        trust = _Trust(ders, context, self._clock.monotonic(), known.proof if known else None)
        self._trusts[owner] = trust
        return trust

    async def _prove(
        self, trust: _Trust, provider: Provider, endpoint: GatewayAddress, addresses: tuple[str, ...]
    ) -> AsyncNetworkStream:
        reasons = []
        for proof in trust.proofs():
            context = trust.context if proof is not _Proof.PUBLIC else await self._public_context()
            assert context is not None  # proofs() offers no pinned one without it
            name = None if proof is _Proof.PINNED_UNNAMED else endpoint.host
            stream = await self._connect(endpoint, addresses)
            try:
                secured = await self._handshake(stream, context, name, endpoint)
            except ssl.SSLCertVerificationError as error:
                reasons.append(f"{proof.value}: {error.verify_message}")
                continue
            if proof is _Proof.PUBLIC or secured.get_extra_info("ssl_object").getpeercert(True) in trust.ders:
                trust.proof = proof
                return secured
            reasons.append(f"{proof.value}: another certificate, signed by the one on chain")
            await secured.aclose()
        who = provider_name(provider.owner, provider).full
        raise ProviderUntrusted(
            f"The server at {endpoint.authority} cannot prove that it is provider {who}",
            "Its certificate is neither the one on chain nor valid for its host name. Nothing was sent. "
            "Try again in a few minutes, or choose another provider.",
            detail=clean("; ".join(reasons), 500),
        )

    async def _connect(self, endpoint: GatewayAddress, addresses: tuple[str, ...]) -> AsyncNetworkStream:
        import httpcore

        last: Exception | None = None
        for address in addresses:
            try:
                return await httpcore.AnyIOBackend().connect_tcp(address, endpoint.port, timeout=self._seconds)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
        slow = isinstance(last, httpcore.ConnectTimeout)
        raise ProviderUnreachable(
            f"The provider at {endpoint.authority} "
            + (f"did not answer within {self._seconds:g} s" if slow else "refuses connections"),
            "It may be down. Try again, or choose another provider.",
            detail=clean(str(last)),
        ) from last

    async def _handshake(
        self, stream: AsyncNetworkStream, context: ssl.SSLContext, name: str | None, endpoint: GatewayAddress
    ) -> AsyncNetworkStream:
        """TLS over `stream`; certificate errors pass through, all others become `ProviderUnreachable`."""
        import httpcore

        try:
            return await stream.start_tls(context, name, timeout=self._seconds)
        except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
            cause = error.__cause__
            if isinstance(cause, ssl.SSLCertVerificationError):
                raise cause from None
            raise ProviderUnreachable(
                f"The server at {endpoint.authority} {_tls_trouble(cause)}",
                "Nothing was sent. It may be restarting, or not be an Akash provider. Try again, or choose another.",
                detail=clean(str(cause or error)),
            ) from error
        except BaseException:
            await stream.aclose()
            raise

    async def _public_context(self) -> ssl.SSLContext:
        if self._public is None:
            self._public = await asyncio.to_thread(public_context)
        return self._public


def _tls_trouble(cause: BaseException | None) -> str:
    reason = (getattr(cause, "reason", None) or "").upper()
    if "VERSION" in reason and "WRONG" not in reason:
        return "does not speak TLS 1.3"
    if reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"):
        return "does not speak TLS at all"
    if isinstance(cause, TimeoutError):
        return "did not finish the TLS handshake in time"
    return "closed the connection during the TLS handshake"
