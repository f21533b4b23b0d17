"""Who asks a provider's gateway, and for which deployment or lease: authentication as the real daemon does it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive

from akash_tui.practice.chain.world import World
from akash_tui.practice.gateway.tokens import (
    NoPublicKey,
    Tenant,
    TokenFault,
    UnknownAccount,
    bearer,
    read_token,
)
from akash_tui.practice.provider.go_json import encode
from akash_tui.practice.provider.hardware import Stock
from akash_tui.practice.provider.seeds import ProviderSeed
from akash_tui.practice.provider.tenancy import LeaseKey, Tenancy
from akash_tui.practice.sockets.listeners import drop
from akash_tui.practice.state.books import Account

UINT64, UINT32 = 2**64 - 1, 2**32 - 1


@dataclass(slots=True)
class Gateway:
    """One provider's gateway state. `wall` is Unix time in seconds, with which tokens are checked."""

    provider: str
    seed: ProviderSeed
    world: World
    tenancy: Tenancy
    stock: Stock
    wall: Callable[[], float]
    latency: float = 0.0
    """Seconds every answer takes."""
    attack: str = ""
    """How it attacks its tenants' programs (a scenario); see `hostility`."""
    hangs_after_unknown: bool = False
    """As the real daemon: after a token of an account that is not on chain, only known accounts get answers."""
    _known: set[str] = field(default_factory=set)
    _stuck: bool = False

    async def tenant(self, connection: HTTPConnection) -> Tenant | None:
        """The caller; None without a token. Raises Answer for a refusal, Dropped where the daemon crashes."""
        try:
            token = bearer(connection.headers.get("authorization"))
            if token is None:
                return None
            tenant = read_token(token, self._lookup, self.wall())
        except UnknownAccount as fault:
            if self._stuck:
                raise Silence from fault
            self._stuck = self.hangs_after_unknown
            raise Answer(message(fault.status, fault.message)) from fault
        except TokenFault as fault:
            raise Answer(message(fault.status, fault.message)) from fault
        except NoPublicKey as fault:
            raise Dropped from fault
        self._known.add(tenant.owner)
        return tenant

    def _lookup(self, address: str) -> Account | None:
        if self._stuck and address not in self._known:
            raise Silence
        return self.world.books.accounts.get((address,))


class Answer(Exception):
    """An answer that ends the request early."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class Dropped(Exception):
    """The handler of the real daemon panics here: the connection ends without an answer."""


class Silence(Exception):
    """The real daemon never answers here."""


def text(status: int, body: str) -> Response:
    """An error as Go's http.Error writes it."""
    return Response(body + "\n", status, {"X-Content-Type-Options": "nosniff"}, media_type="text/plain; charset=utf-8")


def empty(status: int) -> Response:
    """A status without body and without Content-Type."""
    return Response(status_code=status)


def message(status: int, words: str) -> Response:
    """An authentication error: JSON."""
    return Response(encode({"message": words}), status, media_type="application/json")


def as_json(value: Any) -> Response:
    """A good answer."""
    return Response(encode(value), 200, {"Content-Type": "application/json; charset=UTF-8"})


UNAUTHORIZED = 401, "unauthorized access"


@dataclass(frozen=True, slots=True)
class Call:
    """An authenticated request for a deployment or a lease."""

    tenant: Tenant
    dseq: int
    gseq: int = 0
    oseq: int = 0

    def lease_key(self, provider: str) -> LeaseKey:
        """The lease that the path names: the owner is the token's, the provider the server's."""
        return (self.tenant.owner, self.dseq, self.gseq, self.oseq, provider)


async def call_of(gateway: Gateway, connection: HTTPConnection, scope: str | None) -> Call:
    """Check token, path and scope in the daemon's order, or raise Answer (or Dropped, Silence)."""
    tenant = await gateway.tenant(connection)
    if tenant is None:
        raise Answer(message(*UNAUTHORIZED))
    parameters = connection.path_params
    dseq = _number(parameters["dseq"], UINT64)
    gseq, oseq = (_number(parameters[k], UINT32) if k in parameters else 0 for k in ("gseq", "oseq"))
    if scope is not None and not tenant.may(scope, gateway.provider, dseq, gseq or None, oseq or None):
        raise Answer(message(*UNAUTHORIZED))
    return Call(tenant, dseq, gseq, oseq)


def _number(word: str, most: int) -> int:
    if not re.fullmatch(r"[0-9]+", word):
        raise Answer(text(400, f'strconv.ParseUint: parsing "{word}": invalid syntax'))
    if int(word) > most:
        raise Answer(text(400, f'strconv.ParseUint: parsing "{word}": value out of range'))
    return int(word)


async def until_gone(receive: Receive) -> None:
    """Read and ignore until the other side leaves."""
    while (await receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
        pass


@asynccontextmanager
async def watched(receive: Receive) -> AsyncIterator[asyncio.Task[None]]:
    """A task that is done as soon as the other side has left."""
    leaving = asyncio.create_task(until_gone(receive))
    try:
        yield leaving
    finally:
        leaving.cancel()


async def guarded(request: Request, work: Awaitable[Response]) -> Response:
    """The handler's answer, or what its exceptions stand for."""
    try:
        return await work
    except Answer as answer:
        return answer.response
    except Dropped:
        drop(request.scope)
    except Silence:
        pass
    await until_gone(request.receive)
    return empty(499)  # nobody is there to read it
