"""One practice chain for many sessions; each session has REST endpoints of its own, with faults and lies of its own."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from akash_tui.compose import Program
from akash_tui.practice.api.rest import rest_app
from akash_tui.practice.provider.scenarios import SCENARIOS
from akash_tui.practice.server.network import PracticeNetwork
from akash_tui.practice.sockets.flaky import LOOPBACK
from akash_tui.practice.sockets.listeners import Listener, drop
from akash_tui.practice.sockets.lying import Lie, LyingRest
from akash_tui.practice.state.books import DepositGrant, FeeGrant
from akash_tui.practice.state.crypto import encode_address
from tests.soak.points import BY_NAME

BLOCK_TIME = 0.05
START = {"uakt": 500_000_000, "uact": 100_000_000}
"""What every wallet begins with."""
POOR = {"uakt": START["uakt"], "uact": 300_000}
"""What a wallet begins with that deposits from a grant: less than the smallest deposit."""
GRANTER = {"uakt": 50_000_000, "uact": 60_000_000}
"""What begins with whoever grants it."""
DEPOSIT_GRANT = 40_000_000
"""uact that may be deposited from the granter's balance."""
FEE_GRANT = 5_000_000
"""uakt of fees that the granter would pay; the program never asks for that."""
NETWORK_FAULTS = ("lost request", "lost answer", "503", "cut answer")


@dataclass(frozen=True, slots=True)
class NetworkFault:
    """What breaks at the nth request of a point: one of NETWORK_FAULTS."""

    kind: str
    point: str
    number: int


class FaultyRest:
    """Before an endpoint: breaks single requests, chosen by their point."""

    def __init__(self, app: ASGIApp, faults: Sequence[NetworkFault]) -> None:
        self._app, self.faults = app, tuple(faults)
        self._seen: Counter[str] = Counter()
        self.struck = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        fault = self._fault(scope) if scope["type"] == "http" else None
        if fault is None:
            await self._app(scope, receive, send)
            return
        self.struck += 1
        if fault.kind == "lost request":
            drop(scope)
        elif fault.kind == "503":
            await send({"type": "http.response.start", "status": 503, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body", "body": b""})
        else:
            await self._cut(scope, receive, send, whole=fault.kind == "cut answer")

    def _fault(self, scope: Scope) -> NetworkFault | None:
        found = None
        for fault in self.faults:
            if BY_NAME[fault.point].is_request(scope["method"], scope["path"]):
                self._seen[fault.point] += 1
                if self._seen[fault.point] == fault.number:
                    found = fault
        return found

    async def _cut(self, scope: Scope, receive: Receive, send: Send, *, whole: bool) -> None:
        """The request is carried out, and its answer never comes, or ends in the middle."""

        async def half(message: Message) -> None:
            if whole and message["type"] == "http.response.body":
                message = {**message, "body": message["body"][: len(message["body"]) // 2], "more_body": True}
            if whole:
                await send(message)

        await self._app(scope, receive, half)
        drop(scope)


@dataclass
class Endpoint:
    """One REST endpoint of one session."""

    listener: Listener
    faulty: FaultyRest
    liar: LyingRest

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.listener.port}"

    def be_honest(self) -> None:
        """From now on neither faults nor lies."""
        self.faulty.faults, self.liar.lies = (), ()


class SoakNetwork:
    """The practice network of a soak, in this process, so that its books can be read."""

    def __init__(self, seed: int) -> None:
        self.practice = PracticeNetwork(SCENARIOS["calm"], seed, BLOCK_TIME)
        self.world = self.practice.world

    @asynccontextmanager
    async def endpoints(
        self, lies: Sequence[tuple[Lie, ...]], faults: Sequence[NetworkFault], seed: str
    ) -> AsyncIterator[list[Endpoint]]:
        """REST endpoints that tell these lies (one entry each); the network faults strike at the first."""
        app = rest_app(self.world)
        made: list[Endpoint] = []
        try:
            for number, about in enumerate(lies):
                liar = LyingRest(app, about, f"{seed}/{number}")
                endpoint = Endpoint(Listener(), FaultyRest(liar, faults if number == 0 else ()), liar)
                made.append(endpoint)
                await endpoint.listener.open(endpoint.faulty)
            yield made
        finally:
            for endpoint in made:
                endpoint.listener.close()
            await asyncio.sleep(0)

    async def wallet(self, home: Path, endpoints: Sequence[Endpoint], start: Mapping[str, int] = START) -> str:
        """Make a home whose client uses these endpoints, with a wallet that has `start`; its address."""
        urls = [endpoint.url for endpoint in endpoints]
        ready = self.practice.ready | {"rest": urls[0], "rest_endpoints": urls, "lies": {}}
        address = await asyncio.to_thread(_make_home, home, ready)
        await self._give(address, start)
        return address

    async def grant(self, address: str) -> str:
        """Let somebody pay deposits and fees of this wallet; the granter's address."""
        granter = encode_address(hashlib.sha256(f"granter of {address}".encode()).digest()[:20])
        await self._give(granter, GRANTER)
        deposits = DepositGrant(granter, address, DEPOSIT_GRANT, ("deployment",))
        self.world.books.deposit_grants.put((address, granter), deposits)
        self.world.books.fee_grants.put((address, granter), FeeGrant(granter, address, FEE_GRANT))
        return granter

    async def _give(self, address: str, coins: Mapping[str, int]) -> None:
        for denom, amount in coins.items():
            self.world.give(address, denom, amount)
        await self.until(lambda: self.world.books.balances.get((address, "uact")) is not None)

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait block by block for something on the chain."""
        while not condition():
            block = asyncio.Event()
            cancel = self.world.subscribe(lambda _: block.set())  # noqa: B023 (it is of this turn)
            await block.wait()
            cancel()


def _make_home(home: Path, ready: dict[str, Any]) -> str:
    home.mkdir(mode=0o700, parents=True)
    (home / "practice.json").write_text(json.dumps(ready), encoding="utf-8")
    return Program(home).practice_wallet().address


@asynccontextmanager
async def soak_network(seed: int) -> AsyncIterator[SoakNetwork]:
    """A network that makes blocks until the context ends."""
    network = SoakNetwork(seed)
    await network.practice.open()
    try:
        yield network
    finally:
        await network.practice.close()
