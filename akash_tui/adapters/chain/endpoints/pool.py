"""Several REST endpoints as one: the first that works is used, a failing one waits its turn.

Every endpoint has to prove its chain id (`node_info`) before its first use, and again after it was
unreachable. Reads are tried again, at other endpoints and later; nothing here repeats a write by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeVar

from pydantic import ValidationError

from akash_tui.adapters.chain.endpoints.http import RestHttp, host_of, join
from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError, ServesOtherChain
from akash_tui.adapters.chain.errors.mapping import refusal_of_text
from akash_tui.adapters.chain.rest_json.chain import NodeInfo, Syncing
from akash_tui.domain.akash.network import Network
from akash_tui.services.ports import AkashError, Backoff, Clock, Refused, Unreachable, WrongChain

if TYPE_CHECKING:
    import httpx

ROUNDS: Final = 3
"""How often a read goes round all endpoints before it gives up."""
_BACKOFF: Final = 0.3
_PENALTY, _LONGEST_PENALTY = 15.0, 240.0
"""Seconds that a failed endpoint stands back while others work; doubled with each failure in a row."""
_THREAD_BYTES: Final = 512 * 1024
"""Bodies above this are parsed in a thread, so that the screen goes on."""

T = TypeVar("T")
M_co = TypeVar("M_co", covariant=True)
M = TypeVar("M")


class Reader(Protocol[M_co]):
    """Reads JSON into something; ValueError (pydantic's too) for what it is not. Every pydantic model is one."""

    def model_validate_json(self, json_data: bytes, /) -> M_co: ...


@dataclass(slots=True)
class RestEndpoint:
    """One REST endpoint and what we know of it."""

    url: str
    backoff: Backoff
    """While its pause lasts, the endpoint is only used if nothing else works."""
    verified: bool = False
    indexes_txs: bool = True
    """False if the node keeps no index of transactions: it can never find one."""
    reason: str = ""
    other_chain: str | None = None
    proving: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def host(self) -> str:
        return host_of(self.url)


class Pool:
    """All REST endpoints of one network."""

    def __init__(self, network: Network, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.network = network
        self.endpoints = [RestEndpoint(url, Backoff(clock, _PENALTY, _LONGEST_PENALTY)) for url in network.rest]
        self._clock = clock
        self._http = RestHttp(network.rest, transport)

    async def aclose(self) -> None:
        await self._http.aclose()

    # --- reads ----------------------------------------------------------------------------

    async def read(self, path: str, model: Reader[M], params: Mapping[str, str | int] | None = None) -> M:
        """GET and parse, from whichever endpoint answers first and well.

        Raises `Unreachable`, `WrongChain`, or `Refused` if the nodes say no. "Not found" is `NodeError`.
        """
        return await self.each(lambda endpoint: self.get(endpoint, path, model, params))

    async def read_or_none(
        self, path: str, model: Reader[M], params: Mapping[str, str | int] | None = None
    ) -> M | None:
        """Like `read`; None for what the chain does not have."""
        try:
            return await self.read(path, model, params)
        except NodeError:
            return None

    async def each(self, call: Callable[[RestEndpoint], Awaitable[T]], *, rounds: int = ROUNDS) -> T:
        """Run `call` at one endpoint after the other until one succeeds.

        `NodeError` ends it at once when it says "not found"; other answers of a node are final too,
        except those that may be the node's own trouble: then every endpoint is asked once.
        """
        troubled: NodeError | None = None
        tried: set[str] = set()
        backoff = Backoff(self._clock, _BACKOFF, _BACKOFF * 2**rounds, jitter=(0.7, 1.3))
        for turn in range(rounds):
            pause = 0.0
            for endpoint in self._in_order():
                if troubled is not None and endpoint.url in tried:
                    continue
                tried.add(endpoint.url)
                try:
                    await self.prove(endpoint)
                    answer = await call(endpoint)
                except EndpointFault as fault:
                    self._blame(endpoint, fault)
                    pause = max(pause, fault.retry_after or 0.0)
                except NodeError as said:
                    self._praise(endpoint)
                    if said.not_found:
                        raise
                    if not (said.node_trouble or said.not_offered):
                        raise _final(said) from said
                    troubled = said
                else:
                    self._praise(endpoint)
                    return answer
            if troubled is not None:
                raise _final(troubled) from troubled
            if not self._usable():
                break
            if turn + 1 < rounds:
                await self._clock.sleep(max(pause, backoff.failed()))
        raise self._gave_up()

    async def get(
        self, endpoint: RestEndpoint, path: str, model: Reader[M], params: Mapping[str, str | int] | None = None
    ) -> M:
        """One GET at one endpoint, parsed. Raises `EndpointFault` or `NodeError`."""
        return await parse(await self._http.get(join(endpoint.url, path, params)), model)

    async def post(self, endpoint: RestEndpoint, path: str, body: Mapping[str, Any], model: Reader[M]) -> M:
        """One POST at one endpoint, parsed. Raises `EndpointFault` or `NodeError`."""
        return await parse(await self._http.post(join(endpoint.url, path), body), model)

    # --- endpoints ------------------------------------------------------------------------

    async def prove(self, endpoint: RestEndpoint) -> None:
        """Check once that the endpoint serves our chain and is not still catching up."""
        if endpoint.verified:
            return
        async with endpoint.proving:
            if endpoint.verified:
                return
            try:
                info = await self.get(endpoint, "/cosmos/base/tendermint/v1beta1/node_info", NodeInfo)
                found = info.default_node_info.network
                if found != self.network.chain_id:
                    raise ServesOtherChain(found)
                state = await self.get(endpoint, "/cosmos/base/tendermint/v1beta1/syncing", Syncing)
            except NodeError as said:
                raise EndpointFault(f"it does not say who it is ({said.status})") from said
            if state.syncing:
                raise EndpointFault("it is still catching up with the chain")
            endpoint.indexes_txs = info.indexes_txs
            endpoint.other_chain = None
            endpoint.verified = True

    async def proven(self) -> list[RestEndpoint]:
        """Every endpoint that serves our chain now, best first; raises if there is none."""

        async def works(endpoint: RestEndpoint) -> bool:
            try:
                await self.prove(endpoint)
            except EndpointFault as fault:
                self._blame(endpoint, fault)
                return False
            return True

        order = self._in_order()
        good = [e for e, ok in zip(order, await asyncio.gather(*map(works, order)), strict=True) if ok]
        if not good:
            raise self._gave_up()
        return good

    def blame(self, endpoint: RestEndpoint, reason: str) -> None:
        """Let an endpoint stand back for a reason that its answers show (for example: it lags)."""
        self._blame(endpoint, EndpointFault(reason))

    def _in_order(self) -> list[RestEndpoint]:
        """Endpoints in the order to ask: rested ones as configured, then the soonest ready; never another chain's."""
        return sorted(self._usable(), key=lambda e: e.backoff.left)

    def _usable(self) -> list[RestEndpoint]:
        return [e for e in self.endpoints if e.other_chain is None]

    def _praise(self, endpoint: RestEndpoint) -> None:
        endpoint.backoff.succeeded()
        endpoint.reason = ""

    def _blame(self, endpoint: RestEndpoint, fault: EndpointFault) -> None:
        endpoint.backoff.failed(fault.retry_after)
        endpoint.reason = fault.reason
        endpoint.verified = False  # whoever answers there next may be somebody else
        if isinstance(fault, ServesOtherChain):
            endpoint.other_chain = fault.chain_id

    def _gave_up(self) -> Unreachable | WrongChain:
        said = "; ".join(f"{e.host}: {e.reason}" for e in self.endpoints if e.reason)
        others = sorted({e.other_chain for e in self.endpoints if e.other_chain is not None})
        if others:
            for endpoint in self.endpoints:
                endpoint.other_chain = None  # ask again next time: an endpoint can be repaired
            return WrongChain(
                f"The node serves the chain {', '.join(map(repr, others))}, not {self.network.chain_id!r}.",
                "Check the network's endpoints and chain id; nothing was signed.",
                detail=said,
            )
        return Unreachable(
            f"No node of {self.network.label} answers."
            if self.endpoints
            else f"No REST endpoint is known for {self.network.label}.",
            "In the app N, then enter, starts it again; for the command line `akash-tui practice` does."
            if self.network.practice
            else "Check the connection, or use other endpoints; `akash-tui doctor` tests each one.",
            detail=said,
        )


def _final(said: NodeError) -> AkashError:
    if said.not_offered:
        return Refused(
            "The node does not offer this request.",
            "Its chain may have another version than this program expects; look for an update.",
            number=said.code,
            detail=said.message,
        )
    return refusal_of_text(said.message)


async def parse(body: bytes, model: Reader[M]) -> M:
    """JSON → model; `EndpointFault` for anything that is not what the chain's API promises."""
    try:
        if len(body) > _THREAD_BYTES:
            return await asyncio.to_thread(model.model_validate_json, body)
        return model.model_validate_json(body)
    except (ValidationError, ValueError) as error:
        raise EndpointFault(f"its answer is not the JSON we expect ({_where(error)})") from None


def _where(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        return ".".join(str(part) for part in first["loc"][:6] if not isinstance(part, str) or part.isidentifier()) or (
            "malformed"
        )
    return "malformed"
