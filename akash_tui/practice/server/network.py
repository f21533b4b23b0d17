"""A whole practice network in one asyncio loop: chain, providers, indexer and faucet, each on its own loopback port."""

from __future__ import annotations

import asyncio
import base64
import os
import secrets
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from starlette.types import ASGIApp

from akash_tui.practice.api.clock import clock_route
from akash_tui.practice.api.faucet import UACT, UAKT, faucet_app
from akash_tui.practice.api.rest import rest_app
from akash_tui.practice.api.rpc import rpc_app
from akash_tui.practice.chain import snapshots
from akash_tui.practice.chain.follower import Follower
from akash_tui.practice.chain.world import World
from akash_tui.practice.gateway.access import Gateway
from akash_tui.practice.gateway.app import gateway_app
from akash_tui.practice.gateway.ingress import ingress_app
from akash_tui.practice.gateway.streams import stream_routes
from akash_tui.practice.indexer.app import indexer_app
from akash_tui.practice.indexer.trouble import troubled
from akash_tui.practice.provider.actors import Fleet, Provider
from akash_tui.practice.provider.certificates import Identity, restored, self_signed, server_context
from akash_tui.practice.provider.hardware import Stock
from akash_tui.practice.provider.scenarios import Scenario
from akash_tui.practice.provider.seeds import ProviderSeed
from akash_tui.practice.provider.tenancy import Tenancy
from akash_tui.practice.sockets.flaky import LOOPBACK, Trouble
from akash_tui.practice.sockets.listeners import Listener, refresh_dates
from akash_tui.practice.sockets.lying import Lie, LyingRest, drawn_lies
from akash_tui.practice.state import genesis
from akash_tui.practice.state.books import UpgradePlan
from akash_tui.practice.state.crypto import Key
from akash_tui.practice.tenants.day import Day
from akash_tui.practice.tenants.founding import populate
from akash_tui.practice.tenants.others import OtherTenants

Json = dict[str, Any]

SERVICES = ("rest", "rpc", "indexer", "faucet", "web")
PROVIDER_COINS = {"uakt": 5_000_000_000, "uact": 50_000_000_000}
HOUR_NS = 3600 * 10**9
YEAR_NS = 365 * 24 * HOUR_NS
PAST_BLOCKS = 120
PULL_RATE = 300e6
"""Bytes of an image that a provider pulls in a second if its workloads start within a block (seed.start)."""
BUSY_HEIGHT = 24_000_000
"""Where a world begins whose tenants have been there before."""
NOWHERE = f"https://{LOOPBACK}:1"
"""The gateway of a provider that has none: connections are refused."""


class PracticeNetwork:
    """One world with its servers. Ports are taken at once; open() starts serving and making blocks."""

    def __init__(
        self,
        scenario: Scenario,
        seed: int,
        block_time: float,
        saved: Mapping[str, Any] | None = None,
        *,
        now: Callable[[], int] = time.time_ns,
        speed: float | None = None,
        fund: str = "",
    ) -> None:
        """A fresh world, or the one that save() gave; `now` in nanoseconds since 1970 is the clock of all parts.

        With a `speed` its time passes that many times as fast, and clients may change that: `block_time`, for which
        prices are meant, is then stated to them. Without one, it is theirs to measure. The account `fund` has what the
        faucet gives from the start of a fresh world, so that nobody waits for a block.
        """
        self.scenario, self.seed, self.block_time = scenario, seed, block_time
        self._now = now
        self._shift = 0
        ports = saved["ports"] if saved else {}
        self._rest = [f"rest{number or ''}" for number in range(scenario.rest_endpoints)]
        self._lies = drawn_lies(seed, len(self._rest)) if scenario.lying else [()] * len(self._rest)
        services = dict.fromkeys((*SERVICES, *self._rest))
        self._listeners = {name: _listener(ports.get(name, 0)) for name in services}
        self._gateways: dict[str, tuple[Listener, Identity, Gateway]] = {}
        self._tasks: list[asyncio.Task[None]] = []
        self.world = World(
            f"practice-{secrets.token_hex(4)}",
            block_time=block_time,
            seed=seed,
            order_max_bids=scenario.order_max_bids,
            now=lambda: self._now() + self._shift,
            speed=speed or 1.0,
            first_height=BUSY_HEIGHT if scenario.busy else 1,
        )
        self._paced = speed is not None
        self._window_s = scenario.window_s(self.world.pace.interval)
        if self._window_s:
            self.world.params = replace(self.world.params, min_window_s=self._window_s)
        if scenario.mint_status != "healthy":
            self.world.params = replace(self.world.params, mint_status=scenario.mint_status)
        if scenario.sponsor:
            sponsor = Key.from_seed(f"sponsor/{seed}".encode()).address
            self.world.params = replace(self.world.params, sponsor=sponsor)
            if not saved:
                genesis.account(self.world.books, sponsor, PROVIDER_COINS)
        if scenario.upgrade:
            plan = UpgradePlan(scenario.upgrade, PAST_BLOCKS + scenario.upgrade_after, scenario.halt_blocks)
            self.world.params = replace(self.world.params, plan=plan)
        if saved:
            snapshots.restore(self.world, saved["world"])
        self.fleet = Fleet(
            self.world, [self._provider(each, ports, bool(saved)) for each in scenario.providers(seed)], scenario
        )
        self.fleet.on_death = self._die
        if saved:
            self.fleet.recall(saved["fleet"])
        if not saved:
            self._shift = -self._past_ns(PAST_BLOCKS)  # the world begins then
        if fund and not saved:
            genesis.account(self.world.books, fund, {"uakt": UAKT, "uact": UACT})
            genesis.sponsor(self.world.books, self.world.params.sponsor, fund)
        self.day = Day(self.world)
        self.others = OtherTenants(self.world, self.fleet, self.day) if scenario.busy else None
        if self.others is not None:
            if saved:
                self.others.recall(saved["tenants"])
            else:
                populate(self.others)
        self._shift = 0

    def _provider(self, seed: ProviderSeed, ports: Mapping[str, int], again: bool) -> Provider:
        if self._window_s:
            seed = replace(seed, reclamation=f"{self._window_s}s")
        key = seed.key(self.seed)
        stock = Stock(seed.nodes)
        if seed.full:
            stock.fill(("its owner",))
        tenancy = Tenancy(
            key.address,
            seed.domain,
            self.world.pace.seconds,
            seed.start * self.block_time,
            max(self.block_time / 3, 0.02),
            lag=self.scenario.lag_blocks,
            height=lambda: self.world.height,
            rate=PULL_RATE / seed.start if self.scenario.busy else None,
            web=f"{LOOPBACK}:{self._listeners['web'].port}",
        )
        if not again:
            self._genesis(seed, key.address, key.pubkey)
        if seed.served:
            listener = _listener(ports.get(key.address, 0))
            host_uri = f"https://{LOOPBACK}:{listener.port}"  # a restored provider may not have got its old port
            providers = self.world.books.providers
            providers.put((key.address,), replace(providers[(key.address,)], host_uri=host_uri))
            latency = min(seed.latency, self.world.pace.interval / 5)
            attacks = self.scenario.attacks
            gateway = Gateway(key.address, seed, self.world, tenancy, stock, self._seconds, latency)
            gateway.attack = attacks[len(self._gateways) % len(attacks)] if attacks else ""
            identity = self._identity_shown(key.address, f"{self.seed} {seed.name}".encode())
            self._gateways[key.address] = (listener, identity, gateway)
        return Provider(seed, key, self.world, stock, tenancy, self.scenario)

    def _seconds(self) -> float:
        return self._now() / 1e9

    def _genesis(self, seed: ProviderSeed, owner: str, pubkey: bytes) -> None:
        books, attributes = self.world.books, seed.attributes()
        contact = dict(attributes)
        genesis.account(books, owner, PROVIDER_COINS, pubkey)
        genesis.provider(books, owner, NOWHERE, attributes, email=contact["email"], website=contact["website"])
        for auditor in seed.auditors:
            genesis.audit(books, owner, auditor, attributes)

    def _identity_shown(self, owner: str, secret: bytes) -> Identity:
        """A gateway's identity: its own, or the wrong one of this scenario."""
        wrong = self.scenario.identities
        what = wrong[len(self._gateways) % len(wrong)] if wrong else ""
        own = self._identity(owner, secret, 2 * YEAR_NS if what == "expired" else HOUR_NS)
        if what == "revoked":
            certificates, key = self.world.books.certificates, (owner, str(own.serial))
            certificates.put(key, replace(certificates[key], state="revoked"))
        elif what == "unknown":
            return self_signed(owner, secret + b" unknown", self._now() - HOUR_NS)
        elif what == "other":
            return next((identity for _, identity, _ in self._gateways.values()), own)
        return own

    def _identity(self, owner: str, secret: bytes, age_ns: int) -> Identity:
        """The identity of the certificate on chain; one of this age is added if there is none."""
        row = next((c for c in self.world.books.certificates.scan(owner) if c.state == "valid"), None)
        if row is not None:
            return restored(owner, int(row.serial), secret, base64.b64decode(row.cert))
        identity = self_signed(owner, secret, self._now() - age_ns)
        genesis.certificate(self.world.books, owner, identity.serial, identity.cert_pem, identity.pubkey_pem)
        return identity

    def _die(self, provider: Provider) -> None:
        if provider.owner in self._gateways:
            self._gateways[provider.owner][0].close()

    @property
    def ready(self) -> Json:
        """What a client needs to know: the line that `akash-tui practice` prints."""
        url = {name: f"http://{LOOPBACK}:{listener.port}" for name, listener in self._listeners.items()}
        return {
            "v": 1,
            "rest": url["rest"],
            "rest_endpoints": [url[name] for name in self._rest],
            "rpc": url["rpc"],
            "ws": f"ws://{LOOPBACK}:{self._listeners['rpc'].port}/websocket",
            "indexer": url["indexer"],
            "faucet": url["faucet"],
            "chain_id": self.world.chain_id,
            "block_time": self.block_time,
            "speed": self.world.pace.speed,
            "clock": f"{url['faucet']}/clock" if self._paced else None,
            "pid": os.getpid(),
            "scenario": self.scenario.name,
            "seed": self.seed,
            "nodes": {url[name]: how for name, how in zip(self._rest, self.scenario.nodes, strict=False) if how},
            "lies": {url[name]: list(lies) for name, lies in zip(self._rest, self._lies, strict=True) if lies},
            "providers": [
                {"owner": owner, "host_uri": self.world.books.providers[(owner,)].host_uri} for owner in self._gateways
            ],
        }

    async def open(self) -> None:
        """Serve everything and start making blocks."""
        self._past()
        apps = {
            "rpc": rpc_app(self.world),
            "faucet": faucet_app(self.world, *([clock_route(self.world.pace)] if self._paced else [])),
            "web": ingress_app(provider.tenancy for provider in self.fleet.providers.values()),
            "indexer": troubled(indexer_app(self.fleet, self.day), self.scenario.indexer),
        }
        apps |= self._rest_apps()  # after the faucet, which has an account from the start: other nodes begin with it
        for name, app in apps.items():
            await self._listeners[name].open(app, line=self._line(name))
        for owner, (listener, identity, gateway) in self._gateways.items():
            if self.fleet.providers[owner].dead:
                listener.close()
            else:
                served = gateway_app(gateway, stream_routes(gateway))
                await listener.open(served, server_context(identity), self._line(owner))
        self.fleet.begin()
        if self.others is not None:
            self.others.begin()
        self._tasks = [asyncio.create_task(self.world.run()), asyncio.create_task(refresh_dates(self._everything()))]

    def _rest_apps(self) -> dict[str, ASGIApp]:
        """The REST application for each endpoint: honest, or behind its lies."""
        app = rest_app(self.world)
        if self.scenario.nodes:
            return {name: self._node(app, name, how) for name, how in zip(self._rest, self.scenario.nodes, strict=True)}
        named = zip(self._rest, self._lies, strict=True)
        return {name: LyingRest(app, lies, f"{self.seed}/{name}") if lies else app for name, lies in named}

    def _node(self, app: ASGIApp, name: str, how: str) -> ASGIApp:
        """The REST application of one of several nodes."""
        if how == "lags":
            return rest_app(Follower(self.world, self.scenario.node_lag))
        return LyingRest(app, (Lie.FAILING,), f"{self.seed}/{name}") if how == "fails" else app

    def _everything(self) -> list[Listener]:
        return [*self._listeners.values(), *(listener for listener, _, _ in self._gateways.values())]

    def _past(self) -> None:
        """Empty blocks before a fresh world's start: clients measure the block time over many blocks."""
        if not self.world.blocks:
            for number in range(PAST_BLOCKS, 0, -1):
                self._shift = -self._past_ns(number)
                self.world.make_block()
            self._shift = 0

    def _past_ns(self, blocks: int) -> int:
        return int(blocks * self.world.pace.interval * 1e9)

    def _line(self, name: str) -> Trouble | None:
        """The bad connection before a server, if this scenario has one; never before the faucet."""
        if not self.scenario.trouble or name == "faucet":
            return None
        return Trouble(f"{self.seed}/{name}", self.scenario.trouble, min(10.0, self.world.pace.interval * 5))

    async def close(self) -> None:
        """Stop making blocks and cut every connection."""
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self.drop_ports()
        await asyncio.sleep(0)  # aborted transports report their end in the next round

    def drop_ports(self) -> None:
        """Release the ports (also of a network that was never opened)."""
        for listener in self._everything():
            listener.close()

    def save(self) -> Json:
        """Everything a later process needs to continue this world."""
        ports = {name: listener.port for name, listener in self._listeners.items()}
        ports |= {owner: listener.port for owner, (listener, _, _) in self._gateways.items()}
        return {
            "v": 1,
            "scenario": self.scenario.name,
            "seed": self.seed,
            "block_time": self.block_time,
            "paced": self._paced,
            "ports": ports,
            "fleet": self.fleet.memory(),
            "tenants": self.others.memory() if self.others is not None else None,
            "world": snapshots.take(self.world),
        }


def _listener(port: int) -> Listener:
    """The wanted port if it is free, else any."""
    if port:
        with suppress(OSError):
            return Listener(port)
    return Listener()
