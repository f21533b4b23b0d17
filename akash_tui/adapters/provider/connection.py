"""Connections to providers' gateways that have proved whose they are before anybody may write to them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from akash_tui.adapters.provider.address import GatewayAddress, read_endpoint, resolve
from akash_tui.adapters.provider.tls import pinned_context, presented_by, public_context, usable_certificates
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.text import clean, short_address
from akash_tui.services.ports import Chain, Clock, ProviderUnreachable, ProviderUntrusted

if TYPE_CHECKING:
    from httpcore import AsyncNetworkStream

CONNECT_SECONDS = 5.0
"""For each of: name resolution, one TCP connect, one TLS handshake."""
TRUST_SECONDS = 300.0
"""How long certificates read from the chain are used for calls that carry no manifest."""


class _Way(Enum):
    """How a server may prove itself, in the order in which they are tried."""

    PINNED = "pinned"
    """One of the account's certificates on chain, byte for byte."""
    PUBLIC = "public"
    """A CA certificate for the host name (recordings, fact 30: shown for exactly that SNI)."""
    PINNED_UNNAMED = "pinned, no SNI"
    """As `PINNED`; without SNI a server shows its on-chain certificate even when its CA one has lapsed."""


@dataclass(slots=True)
class _Trust:
    """What the chain said about one account's certificates, and when (monotonic seconds)."""

    ders: frozenset[bytes]
    context: ssl.SSLContext | None
    read_at: float
    way: _Way | None = None
    """The way that worked last."""

    def ways(self) -> list[_Way]:
        possible = [way for way in _Way if self.context is not None or way is _Way.PUBLIC]
        return sorted(possible, key=lambda way: way is not self.way)


@dataclass(frozen=True, slots=True)
class Connection:
    """An open stream to a server that has proved to be the provider; ready for HTTP or a websocket."""

    stream: AsyncNetworkStream
    endpoint: GatewayAddress


class Connector:
    """Opens verified connections; remembers per account what the chain said, for `TRUST_SECONDS`."""

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
        account, and what the chain raises when it cannot be asked.
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
            stream = await self._prove(newer, provider, endpoint, addresses)  # it has rotated its certificate
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

        def judge() -> tuple[frozenset[bytes], ssl.SSLContext | None]:
            ders = usable_certificates(published, owner, now)
            return ders, pinned_context(ders) if ders else None

        ders, context = await asyncio.to_thread(judge)  # the first time it loads a large library
        trust = _Trust(ders, context, self._clock.monotonic(), known.way if known else None)
        self._trusts[owner] = trust
        return trust

    async def _prove(
        self, trust: _Trust, provider: Provider, endpoint: GatewayAddress, addresses: tuple[str, ...]
    ) -> AsyncNetworkStream:
        reasons = []
        for way in trust.ways():
            context = trust.context if way is not _Way.PUBLIC else await self._public_context()
            assert context is not None  # ways() offers no pinned way without one
            name = None if way is _Way.PINNED_UNNAMED else endpoint.host
            stream = await self._connect(endpoint, addresses)
            try:
                secured = await self._handshake(stream, context, name, endpoint)
            except ssl.SSLCertVerificationError as error:
                reasons.append(f"{way.value}: {error.verify_message}")
                continue
            if way is _Way.PUBLIC or presented_by(secured.get_extra_info("ssl_object")) in trust.ders:
                trust.way = way
                return secured
            reasons.append(f"{way.value}: another certificate, signed by the one on chain")
            await secured.aclose()
        raise ProviderUntrusted(
            f"The server at {endpoint.authority} does not prove that it is provider {short_address(provider.owner)}",
            "Its certificate is neither the one on chain nor valid for its host name. Nothing was sent. "
            "Try again in some minutes, or choose another provider.",
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
            + (f"did not answer within {self._seconds:g} s" if slow else "takes no connection"),
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
                "Nothing was sent. It may be restarting, or be no Akash provider. Try again, or choose another one.",
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
    return "broke off the TLS handshake"
