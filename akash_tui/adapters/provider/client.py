"""A provider's own server: reachability, manifests, lease status and host names.

Every call opens a new connection, checks the certificate, and only then makes the token it needs: for this
provider and deployment, for this one purpose, valid for some minutes. So a leaked token is worth little.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from akash_tui.adapters.provider.address import read_endpoint
from akash_tui.adapters.provider.connection import CONNECT_SECONDS, Connector
from akash_tui.adapters.provider.error_mapping import (
    WRONG_VERSION,
    general_fault,
    host_fault,
    is_stale,
    manifest_fault,
    stale_token,
    token_time,
    wrong_version,
)
from akash_tui.adapters.provider.http import HttpAnswer, HttpRequest, deadline, exchange
from akash_tui.adapters.provider.jwt import Scope, make_token
from akash_tui.adapters.provider.lease_status import read_lease_status, read_moved
from akash_tui.adapters.provider.stock import read_stock, read_window
from akash_tui.adapters.provider.streams import Streams, lease_path
from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.domain.akash.network import Network
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.text import clean
from akash_tui.services.ports import (
    AkashError,
    Chain,
    Clock,
    LeaseStatus,
    ProviderFault,
    Reach,
    Signer,
)

_PROBES_AT_ONCE = 8
_BIG = 1 << 14
"""Bytes from which on only one JSON answer is read at a time, so that other tasks run in between."""
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds until a whole call gives up; `read` is the longest silence within it.

    Providers allow a manifest 120 s themselves, but answer within one or two when healthy.
    """

    connect: float = CONNECT_SECONDS
    read: float = 20.0
    probe: float = 10.0
    status: float = 25.0
    manifest: float = 60.0


class HttpsGateway(Streams):
    """Implements `ports.Gateway`: requests here, streams in `Streams`. Connects at each call."""

    def __init__(self, network: Network, chain: Chain, clock: Clock, timeouts: Timeouts = Timeouts()) -> None:
        connector = Connector(network, chain, clock, connect_seconds=timeouts.connect)
        super().__init__(connector, chain, clock, open_seconds=timeouts.status)
        self._timeouts = timeouts
        self._probes = asyncio.Semaphore(_PROBES_AT_ONCE)
        self._turn = asyncio.Lock()

    async def probe(self, provider: Provider) -> Reach:
        async with self._probes:
            try:
                answer = await self._public(provider, "/status")
                status = await self._read(answer, _unchanged) if answer.status == 200 else None
            except (AkashError, ValueError) as error:
                return Reach(False, None, self._clock.now(), clean(str(error)).removesuffix("."))
        note = ""
        if answer.status != 200:
            note = f"HTTP {answer.status}"
        elif not isinstance(status, dict) or status.get("address") != provider.owner:
            note = "its status page names another account"
        stock, window_s = (None, None) if note else (read_stock(status), read_window(status))
        return Reach(not note, round(answer.seconds * 1000, 1), self._clock.now(), note, stock, window_s)

    async def send_manifest(self, provider: Provider, dseq: int, manifest: bytes, signer: Signer) -> None:
        request = HttpRequest("PUT", f"/deployment/{dseq:d}/manifest", manifest)
        services, seconds = _service_names(manifest), self._timeouts.manifest
        answer = await self._private(
            provider, request, signer, "send-manifest", seconds, fresh=True, dseq=dseq, services=services
        )
        if answer.status == 200:
            return
        if answer.status == 422 and answer.message().startswith(WRONG_VERSION):
            raise wrong_version(answer, same_as_chain=await self._on_chain(signer.address, dseq, manifest))
        raise manifest_fault(answer)

    async def lease_status(self, provider: Provider, lease: LeaseId, signer: Signer) -> LeaseStatus | None:
        request = HttpRequest("GET", f"{lease_path(lease)}/status")
        answer = await self._private(provider, request, signer, "status", self._timeouts.status, dseq=lease.dseq)
        if answer.status == 404 and not answer.body:
            return None
        if answer.status != 200:
            raise general_fault(answer)
        try:
            return await self._read(answer, lambda value: read_lease_status(value, self._clock.now()))
        except ValueError as error:
            raise ProviderFault(
                "The provider's lease status cannot be read.",
                "Try again; if it stays like this, choose another provider.",
                status=answer.status,
                detail=clean(str(error)),
            ) from error

    async def manifest(self, provider: Provider, lease: LeaseId, signer: Signer) -> object | None:
        request = HttpRequest("GET", f"{lease_path(lease)}/manifest")
        answer = await self._private(provider, request, signer, "get-manifest", self._timeouts.status, dseq=lease.dseq)
        if answer.status == 404:
            return None
        if answer.status != 200:
            raise general_fault(answer)
        try:
            return await self._read(answer, _unchanged)
        except ValueError as error:
            raise ProviderFault(
                "The provider's copy of the manifest cannot be read.", "Try again.", detail=clean(str(error))
            ) from error

    async def move_hosts(
        self, provider: Provider, lease: LeaseId, hosts: Sequence[str], signer: Signer
    ) -> tuple[str, ...]:
        body = {
            "hostnames_to_migrate": list(hosts),
            "destination_dseq": lease.dseq,
            "destination_gseq": lease.gseq,
        }
        request = HttpRequest("POST", "/hostname/migrate", json.dumps(body).encode())
        # names move from one deployment to another, so this token is for the provider and the action alone
        answer = await self._private(
            provider, request, signer, "hostname-migrate", self._timeouts.status, fresh=True, dseq=None
        )
        if answer.status != 200:
            raise host_fault(answer)
        try:
            return await self._read(answer, lambda value: read_moved(value, hosts))
        except ValueError as error:
            raise ProviderFault(
                "The provider's answer about the names cannot be read.",
                "Check which addresses the lease has now; moving them again is safe.",
                status=answer.status,
                detail=clean(str(error)),
            ) from error

    async def aclose(self) -> None:
        """No connection outlives its call, so there is nothing to close."""

    async def _read(self, answer: HttpAnswer, read: Callable[[object], _T]) -> _T:
        """Convert an answer's JSON with `read`. Large ones wait for each other, so that many block no key."""
        if len(answer.body) < _BIG:
            return read(answer.json())
        async with self._turn:
            try:
                return read(answer.json())
            finally:
                await asyncio.sleep(0)

    async def _public(self, provider: Provider, path: str) -> HttpAnswer:
        authority = read_endpoint(provider.host_uri).authority
        async with deadline(authority, self._timeouts.probe), self._connector.open(provider) as connection:
            return await exchange(connection, HttpRequest("GET", path), self._clock, read_seconds=self._timeouts.read)

    async def _private(
        self,
        provider: Provider,
        request: HttpRequest,
        signer: Signer,
        scope: Scope,
        seconds: float,
        *,
        dseq: int | None,
        fresh: bool = False,
        services: Sequence[str] = (),
    ) -> HttpAnswer:
        """Send with a token. If the provider refuses its times, a second one is made by the provider's clock.

        That is safe: such a token is for this provider and deployment alone, and just as short-lived.
        """
        sent = False

        async def send(now: datetime, fresh: bool) -> HttpAnswer:
            nonlocal sent
            async with self._connector.open(provider, fresh=fresh) as connection:
                token = make_token(
                    signer, now=now, provider=provider.owner, scope=(scope,), dseq=dseq, services=services
                )
                authorized = replace(request, token=token)
                sent = True
                return await exchange(connection, authorized, self._clock, read_seconds=self._timeouts.read)

        await self._require_public_key(signer.address)
        try:
            async with deadline(read_endpoint(provider.host_uri).authority, seconds):
                answer = await send(self._clock.now(), fresh)
                if not is_stale(answer):
                    return answer
                again = await send(token_time(answer, self._clock.now()), False)
        except ProviderFault as fault:
            fault.sent = sent
            raise
        if is_stale(again):
            raise stale_token(again, self._clock.now())
        return again

    async def _on_chain(self, owner: str, dseq: int, manifest: bytes) -> bool | None:
        """Whether the chain expects exactly this manifest; None if the chain cannot be reached."""
        try:
            deployment = await self._chain.deployment(DeploymentId(owner, dseq))
        except AkashError:
            return None
        return deployment is not None and deployment.hash == hashlib.sha256(manifest).digest()


def _unchanged(value: object) -> object:
    return value


def _service_names(manifest: bytes) -> tuple[str, ...]:
    """The services named in a manifest; none if it is not a manifest (the provider will report that)."""
    try:
        groups = json.loads(manifest)
        return tuple(str(service["name"]) for group in groups for service in group["services"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return ()
