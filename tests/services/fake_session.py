"""A session over the fakes, and a provider gateway that obeys a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from akash_tui.adapters.sdl.sdl import SdlFiles
from akash_tui.domain.akash.entities import LeaseId
from akash_tui.domain.akash.provider import Provider
from akash_tui.domain.sdl import Compiled
from akash_tui.services.core.session import Session
from akash_tui.services.ports import (
    ForwardedPort,
    LeaseStatus,
    ProviderFault,
    Reach,
    ServiceStatus,
    Signer,
    WalletRef,
)
from akash_tui.services.storage.journal import Journal
from tests.services.fake_chain import NETWORK, OWNER, FakeChain
from tests.services.fake_clock import FakeClock

SDL = """\
version: "2.0"
services:
  web:
    image: nginx:1.27
    expose:
      - port: 80
        as: 80
        to:
          - global: true
profiles:
  compute:
    web:
      resources:
        cpu: {units: 1}
        memory: {size: 1Gi}
        storage: {size: 1Gi}
        gpu:
          units: 1
          attributes:
            vendor:
              nvidia:
                - model: a100
                - model: h100
                - model: rtx4090
  placement:
    dcloud:
      pricing:
        web: {denom: uact, amount: 10000}
deployment:
  web:
    dcloud: {profile: web, count: 1}
"""


class FakeSigner:
    address = OWNER
    public_key = b"\x02" + bytes(32)

    def sign(self, message: bytes) -> bytes:
        return bytes(64)


@dataclass
class FakeGateway:
    """Takes a manifest after the scripted faults; its workload is ready after some questions."""

    chain: FakeChain
    clock: FakeClock
    faults: list[ProviderFault] = field(default_factory=list)
    accepted: dict[tuple[str, int], bytes] = field(default_factory=dict)
    tries: int = 0
    questions: int = 0
    ready_after: int = 2
    services: tuple[str, ...] = ("web",)
    gate: Callable[[str], None] = lambda name: None

    async def probe(self, provider: Provider) -> Reach:
        return Reach(ok=True, latency_ms=12.0, at=self.clock.now())

    async def send_manifest(self, provider: Provider, dseq: int, manifest: bytes, signer: Signer) -> None:
        self.gate("manifest")
        self.tries += 1
        assert (await self.chain.account(signer.address)).has_pubkey, "a token before the first transaction"  # type: ignore[union-attr]
        if self.faults:
            raise self.faults.pop(0)
        if not any(x.id.provider == provider.owner and x.id.dseq == dseq for x in self.chain.leases_.values()):
            raise ProviderFault("no lease for deployment", status=404)
        self.accepted[provider.owner, dseq] = manifest
        self.gate("manifest done")

    async def lease_status(self, provider: Provider, lease: LeaseId, signer: Signer) -> LeaseStatus | None:
        self.gate("status")
        if (provider.owner, lease.dseq) not in self.accepted:
            return None
        self.questions += 1
        ready = 1 if self.questions > self.ready_after else 0
        services = tuple(ServiceStatus(n, ready, 1, (f"{n}.example",)) for n in self.services)
        ports = (ForwardedPort("web", "p.example", 22, 31022, "TCP"),)
        return LeaseStatus(services, ports, (), self.clock.now())

    async def aclose(self) -> None:
        return None


@dataclass
class Bench:
    """One home, one chain, one gateway; `session()` is a fresh start of the program on them."""

    home: Path
    clock: FakeClock = field(default_factory=FakeClock)
    chain: FakeChain = field(init=False)
    gateway: FakeGateway = field(init=False)

    def __post_init__(self) -> None:
        self.chain = FakeChain(self.clock)
        self.gateway = FakeGateway(self.chain, self.clock)

    def session(self, **changes: Any) -> Session:
        given: dict[str, Any] = {
            "network": NETWORK,
            "chain": self.chain,
            "gateway": self.gateway,
            "indexer": None,
            "journal": Journal(self.home / "journal.db"),
            "clock": self.clock,
            "sdl": SdlFiles(),
            "wallet": WalletRef("main", OWNER),
            "signer": FakeSigner(),
        }
        return Session(**(given | changes))


def compiled(sdl: str) -> Compiled:
    """The SDL as services are given it."""
    return SdlFiles().read(sdl, "deploy.yaml")


def act(text: str) -> int:
    """`"1.5"` ACT in micro-units."""
    return int(Decimal(text) * 1_000_000)
