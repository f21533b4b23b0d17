"""Several REST endpoints as one: the first that works is used, a failing one is avoided for a while.

Every endpoint is asked for its chain id (`node_info`) before its first use, and again after a failure. Reads are
retried, at other endpoints and later; writes are never repeated here.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from akash_tui.adapters.chain.endpoints.http import REST_LIMITS, RestHttp, host_of, join
from akash_tui.adapters.chain.endpoints.standstill import standstill
from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError, ServesOtherChain
from akash_tui.adapters.chain.errors.mapping import in_words_of_chain, refusal_of_text
from akash_tui.adapters.chain.rest_json.chain import NodeInfo, Syncing
from akash_tui.adapters.chain.rest_json.fields import place_of
from akash_tui.adapters.system import bounded_json
from akash_tui.domain.akash.calendar import Calendar
from akash_tui.domain.akash.network import Network
from akash_tui.domain.text import clean
from akash_tui.services.ports import AkashError, Backoff, Clock, Refused, Unreachable, WrongChain

if TYPE_CHECKING:
    import httpx

ROUNDS: Final = 3
"""How often a read tries all endpoints before it gives up."""
_NODE: Final = "/cosmos/base/tendermint/v1beta1"
_BACKOFF: Final = 0.3
_PENALTY, _LONGEST_PENALTY = 15.0, 240.0
"""Seconds for which a failed endpoint is avoided while others work; doubled with each failure in a row."""

T = TypeVar("T")
Reader = Callable[[bytes], T]
"""Reads JSON into a value; ValueError (pydantic's included) for anything else."""


@dataclass(slots=True)
class RestEndpoint:
    """One REST endpoint and its state."""

    url: str
    backoff: Backoff
    """While its pause lasts, the endpoint is only used if nothing else works."""
    verified: bool = False
    indexes_txs: bool = True
    """False if the node has no index of transactions: it can never find one."""
    reason: str = ""
    other_chain: str | None = None
    halt: Calendar | None = None
    """What it shows of the upgrade that its chain stands still for, while it is of no use."""
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

    async def read_or_none(
        self, path: str, reader: Reader[T], params: Mapping[str, str | int] | None = None
    ) -> T | None:
        """GET and parse, from the first endpoint that gives a good answer; None for what the chain does not have.

        Raises `Unreachable`, `WrongChain`, or `Refused` if the nodes reject the request.
        """
        try:
            return await self.each(lambda endpoint: self.get(endpoint, path, reader, params))
        except NodeError:
            return None

    async def each(self, call: Callable[[RestEndpoint], Awaitable[T]]) -> T:
        """Run `call` at one endpoint after the other until one succeeds.

        "Not found" (`NodeError`) is final; so are a node's other errors, except those that may be the node's own
        trouble: then every endpoint is asked once. A 5xx that is not in the chain's own words is the node's failure:
        it is avoided, and asked again later like one that does not answer. Raises `Unreachable`, `WrongChain` or
        `Refused` otherwise.
        """
        troubled: NodeError | None = None
        tried: set[str] = set()
        backoff = Backoff(self._clock, _BACKOFF, _BACKOFF * 2**ROUNDS, jitter=(0.7, 1.3))
        for turn in range(ROUNDS):
            pause = 0.0
            for endpoint in self._in_order():
                if troubled is not None and endpoint.url in tried:
                    continue
                tried.add(endpoint.url)
                try:
                    await self.prove(endpoint)
                    answer = await call(endpoint)
                except EndpointFault as fault:
                    self._mark_failed(endpoint, fault)
                    pause = max(pause, fault.retry_after or 0.0)
                except NodeError as error:
                    if error.node_trouble and not error.not_offered and not in_words_of_chain(error.message):
                        self._mark_failed(endpoint, node_failure(error))
                        continue
                    self._mark_good(endpoint)
                    if error.not_found:
                        raise
                    if not (error.node_trouble or error.not_offered):
                        raise _final(error) from error
                    troubled = error
                else:
                    self._mark_good(endpoint)
                    return answer
            if troubled is not None:
                raise _final(troubled) from troubled
            if not self._usable():
                break
            if turn + 1 < ROUNDS:
                await self._clock.sleep(max(pause, backoff.failed()))
        raise self._unavailable()

    async def get(
        self, endpoint: RestEndpoint, path: str, reader: Reader[T], params: Mapping[str, str | int] | None = None
    ) -> T:
        """One GET at one endpoint, parsed. Raises `EndpointFault` or `NodeError`."""
        return await parse(await self._http.exchange("GET", join(endpoint.url, path, params)), reader)

    async def post(self, endpoint: RestEndpoint, path: str, body: Mapping[str, Any], reader: Reader[T]) -> T:
        """One POST at one endpoint, parsed. Raises `EndpointFault` or `NodeError`."""
        return await parse(await self._http.exchange("POST", join(endpoint.url, path), body), reader)

    # --- endpoints ------------------------------------------------------------------------

    async def prove(self, endpoint: RestEndpoint) -> None:
        """Check once that the endpoint serves our chain and is not still catching up."""
        if endpoint.verified:
            return
        async with endpoint.proving:
            if endpoint.verified:
                return
            try:
                info = await self.get(endpoint, f"{_NODE}/node_info", NodeInfo.model_validate_json)
                if info.network != self.network.chain_id:
                    raise ServesOtherChain(info.network)
                state = await self.get(endpoint, f"{_NODE}/syncing", Syncing.model_validate_json)
            except NodeError as error:
                raise EndpointFault(f"it does not report its chain ({error.status})") from error
            if state.syncing:
                endpoint.halt = await standstill(partial(self.get, endpoint), self.network.label, self._clock.now())
                raise EndpointFault("it is still catching up with the chain")
            endpoint.indexes_txs = info.tx_index != "off"
            endpoint.other_chain = endpoint.halt = None
            endpoint.verified = True

    async def proven(self) -> list[RestEndpoint]:
        """Every endpoint that serves our chain now, best first; raises if there is none."""

        async def works(endpoint: RestEndpoint) -> bool:
            try:
                await self.prove(endpoint)
            except EndpointFault as fault:
                self._mark_failed(endpoint, fault)
                return False
            return True

        order = self._in_order()
        good = [e for e, ok in zip(order, await asyncio.gather(*map(works, order)), strict=True) if ok]
        if not good:
            raise self._unavailable()
        return good

    def first_host(self) -> str:
        """The host that the next read asks first; "" without any."""
        return next((endpoint.host for endpoint in self._in_order()), "")

    def avoid(self, endpoint: RestEndpoint, reason: str) -> None:
        """Avoid an endpoint for a while, for a reason that its answers show (for example: it lags)."""
        self._mark_failed(endpoint, EndpointFault(reason))

    def _in_order(self) -> list[RestEndpoint]:
        """Endpoints in the order to ask: ready ones as configured, then the soonest ready; never another chain's."""
        return sorted(self._usable(), key=lambda e: e.backoff.left)

    def _usable(self) -> list[RestEndpoint]:
        return [e for e in self.endpoints if e.other_chain is None]

    def _mark_good(self, endpoint: RestEndpoint) -> None:
        endpoint.backoff.succeeded()
        endpoint.reason = ""

    def _mark_failed(self, endpoint: RestEndpoint, fault: EndpointFault) -> None:
        endpoint.backoff.failed(fault.retry_after)
        endpoint.reason = fault.reason
        endpoint.verified = False  # the next answer there may come from another server
        if isinstance(fault, ServesOtherChain):
            endpoint.other_chain = fault.chain_id

    def _unavailable(self) -> Unreachable | WrongChain:
        reasons = "; ".join(f"{e.host}: {e.reason}" for e in self.endpoints if e.reason)
        others = sorted({e.other_chain for e in self.endpoints if e.other_chain is not None})
        if others:
            for endpoint in self.endpoints:
                endpoint.other_chain = None  # ask again next time: an endpoint can be fixed
            return WrongChain(
                f"The node serves the chain {', '.join(map(repr, others))}, not {self.network.chain_id!r}.",
                "Check the network's endpoints and chain id; nothing was signed.",
                detail=reasons,
            )
        halt = next((e.halt for e in self.endpoints if e.halt is not None), None)
        if halt is not None:
            return Unreachable(halt.headline, halt.advice, detail=reasons)
        return Unreachable(
            f"No node of {self.network.label} answers."
            if self.endpoints
            else f"No REST endpoint is known for {self.network.label}.",
            "In the app press N, then enter, to start it again; on the command line run `akash-tui practice`."
            if self.network.practice
            else "Check the connection, or use other endpoints; `akash-tui doctor` tests each one.",
            detail=reasons,
        )


def node_failure(error: NodeError) -> EndpointFault:
    """A node's own failure, for example its RPC is away (gRPC code 2 with HTTP 500): no word of the chain."""
    return EndpointFault(f"it answered {error.status}: {clean(error.message, 160)}")


def _final(error: NodeError) -> AkashError:
    if error.not_offered:
        return Refused(
            "The node does not support this request.",
            "The chain may have another version than this program expects; check for an update.",
            number=error.code,
            detail=error.message,
        )
    return refusal_of_text(error.message)


async def parse(body: bytes, reader: Reader[T]) -> T:
    """JSON → value; `EndpointFault` for anything else, and for more than any real answer has."""

    def bounded(body: bytes) -> T:
        bounded_json.check(body, REST_LIMITS)
        return reader(body)

    try:
        return await bounded_json.read(body, bounded)
    except bounded_json.JsonTooLarge as error:
        raise EndpointFault(f"its answer {error}") from None
    except ValueError as error:
        raise EndpointFault(f"its answer is not the JSON we expect ({place_of(error)})") from None
