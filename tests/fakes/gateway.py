"""A provider gateway that obeys a script."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from akash_tui.domain.akash.entities import LeaseId
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.ports import ForwardedPort, LeaseStatus, ProviderFault, Reach, ServiceStatus, Signer
from tests.fakes.chain import FakeChain
from tests.fakes.clock import FakeClock


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
