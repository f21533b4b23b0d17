"""The node's websocket: reasons to read again, never state.

One connection serves all readers. It reconnects automatically, with jittered backoff and from one endpoint to
the next; `lost` and `connected` say when readers must poll instead.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from akash_tui.adapters.system.bounded_json import JsonLimits, loads
from akash_tui.adapters.system.http_safety import tls_context
from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.network import Network, is_loopback
from akash_tui.services.ports import Backoff, Clock, Wake

if TYPE_CHECKING:
    from akash_tui.adapters.chain.endpoints.websocket import NodeSocket

QUERIES: Final = ("tm.event='Tx'", "tm.event='NewBlockHeader'")
FRAME_LIMITS: Final = JsonLimits(256 << 10, parts=5_000, values=20_000)
"""A recorded transaction event has at most 200 objects and lists, and 400 values."""
FLOOD_PAUSE: Final = 60.0
"""Seconds without a websocket after a flood; reading continues by polling."""
STALL_SECONDS: Final = 60.0
"""Without any frame for this long the connection counts as dead: blocks come every few seconds."""
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0
"""Seconds between two attempts to connect."""
_SCHEMES: Final = {"http": "ws", "https": "wss", "tcp": "ws", "ws": "ws", "wss": "wss"}


def websocket_url(rpc: str) -> str | None:
    """`…/websocket` below an RPC endpoint, with its path prefix; None if `rpc` is not a URL."""
    try:
        parts = urlsplit(rpc)
    except ValueError:
        return None
    if parts.scheme not in _SCHEMES or not parts.hostname:
        return None
    return urlunsplit((_SCHEMES[parts.scheme], parts.netloc, parts.path.rstrip("/") + "/websocket", "", ""))


class SubscriptionRefused(Exception):
    """The node answered a subscription with an error (too many clients, for example)."""


class OtherChain(Exception):
    """A block of another chain arrived on the websocket."""


def wake_of(frame: str | bytes, chain_id: str | None = None) -> Wake | None:
    """The wake-up in a frame: a block or a transaction with its height; None for anything else.

    Raises `SubscriptionRefused` for an error of the node, `OtherChain` if a header names another chain.
    """
    try:
        message = loads(frame if isinstance(frame, bytes) else frame.encode(), FRAME_LIMITS)
    except ValueError:
        return None
    if not isinstance(message, dict):
        return None
    if message.get("error"):
        raise SubscriptionRefused
    data = _inside(message, "result", "data")
    value = _inside(data, "value")
    match _inside(data, "type"):
        case "tendermint/event/Tx":
            return Wake("tx", _height(_inside(value, "TxResult", "height")))
        case "tendermint/event/NewBlockHeader" | "tendermint/event/NewBlock":
            header = _inside(value, "header") or _inside(value, "block", "header")
            named = _inside(header, "chain_id")
            if chain_id is not None and isinstance(named, str) and named != chain_id:
                raise OtherChain
            return Wake("block", _height(_inside(header, "height")))
    return None


def concerns(frame: str | bytes, about: DeploymentId) -> bool:
    """A quick test whether this transaction may be about a deployment: it names the owner, and its dseq or none.

    Deposits, for example, name no dseq in their events.
    """
    text = frame if isinstance(frame, str) else frame.decode("utf-8", "replace")
    return about.owner in text and (str(about.dseq) in text or "dseq" not in text)


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _height(value: Any) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 20:
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


class _Waiter:
    """One reader. Only the newest pending wake-up of each kind is stored: they all mean "read now"."""

    def __init__(self, about: DeploymentId | None) -> None:
        self.about = about
        self._pending: dict[str, Wake] = {}
        self._ready = asyncio.Event()
        self._failure: BaseException | None = None
        self._closed = False

    def put(self, wake: Wake) -> None:
        kind = "link" if wake.reason in ("lost", "connected") else wake.reason
        self._pending.pop(kind, None)
        self._pending[kind] = wake
        self._ready.set()

    def end(self, error: BaseException | None = None) -> None:
        """No more wake-ups will come: the stream was closed, or failed with an error that the reader must get."""
        self._failure = error
        self._closed = True
        self._ready.set()

    async def next(self) -> Wake | None:
        """The next wake-up; None when the chain has been closed."""
        while not self._pending:
            if self._failure is not None:
                raise self._failure
            if self._closed:
                return None
            self._ready.clear()
            await self._ready.wait()
        return self._pending.pop(next(iter(self._pending)))


class WakeStream:
    """The shared connection: open while there are readers."""

    def __init__(self, network: Network, clock: Clock) -> None:
        self._network = network
        self._clock = clock
        self._waiters: set[_Waiter] = set()
        self._task: asyncio.Task[None] | None = None
        self._link: Wake | None = None
        self._socket: NodeSocket | None = None

    @property
    def connected(self) -> bool:
        """True while the node announces blocks and transactions."""
        return self._link is not None and self._link.reason == "connected"

    async def wakes(self, about: DeploymentId | None = None) -> AsyncGenerator[Wake, None]:
        """Wake-ups until `aclose`, beginning with the state of the connection as soon as it is known."""
        waiter = _Waiter(about)
        self._waiters.add(waiter)
        if self._link is not None:
            waiter.put(self._link)
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="chain wake-ups")
            self._task.add_done_callback(self._ended)
        try:
            while (wake := await waiter.next()) is not None:
                yield wake
        finally:
            self._waiters.discard(waiter)
            if not self._waiters and self._task is not None:
                self._task.cancel()
                self._task = None
                self._link = None

    async def aclose(self) -> None:
        task, self._task = self._task, None
        self._link = None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for waiter in self._waiters:
            waiter.end()

    # --- the connection -------------------------------------------------------------------

    async def _run(self) -> None:
        from akash_tui.adapters.chain.endpoints.websocket import Flooded, LinkLost

        failures = 0
        backoff = Backoff(self._clock, _FIRST_PAUSE, _LONGEST_PAUSE, jitter=(0.5, 1.0))
        urls = [url for rpc in self._network.rpc if (url := websocket_url(rpc))]
        if not urls:
            self._publish(Wake("lost"))
            return
        while True:
            flooded = False
            try:
                async for _ in self._listen(urls[failures % len(urls)]):
                    failures = 0
                    backoff.succeeded()
            except (LinkLost, TimeoutError, SubscriptionRefused, OtherChain) as error:
                failures += 1
                flooded = isinstance(error, Flooded)
            if self._link is None or self._link.reason != "lost":
                self._publish(Wake("lost"))
            await (self._clock.sleep(FLOOD_PAUSE) if flooded else backoff.wait())

    async def _listen(self, url: str) -> AsyncIterator[Wake]:
        """One connection's wake-ups, each published before it is yielded; ends or raises when that is lost."""
        from akash_tui.adapters.chain.endpoints.websocket import NodeSocket, link_errors, receive

        if self._socket is None:
            self._socket = NodeSocket()
        tls = await asyncio.to_thread(tls_context) if url.startswith("wss:") else None
        socket = await self._socket.open(url, tls, proxy=not is_loopback(url))
        try:
            for number, query in enumerate(QUERIES):
                request = {"jsonrpc": "2.0", "method": "subscribe", "id": number, "params": {"query": query}}
                with link_errors():
                    await socket.send(json.dumps(request))
            answered = 0
            while True:
                async with asyncio.timeout(STALL_SECONDS):
                    frame = await receive(socket)
                wake = wake_of(frame, self._network.chain_id)
                if answered < len(QUERIES):
                    answered += wake is None
                    if answered == len(QUERIES):
                        self._publish(Wake("connected"))
                if wake is not None:
                    self._publish(wake, frame)
                    yield wake
                await asyncio.sleep(0)  # frames that wait already must not keep other tasks waiting
        finally:
            await socket.close()

    def _publish(self, wake: Wake, frame: str | bytes | None = None) -> None:
        if wake.reason in ("lost", "connected"):
            self._link = wake
        for waiter in self._waiters:
            about = waiter.about if wake.reason == "tx" else None
            if about is None or frame is None or concerns(frame, about):
                waiter.put(wake)

    def _ended(self, task: asyncio.Task[None]) -> None:
        error = None if task.cancelled() else task.exception()
        if error is not None:
            for waiter in self._waiters:
                waiter.end(error)
