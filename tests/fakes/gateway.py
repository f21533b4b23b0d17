"""A provider gateway that obeys a script."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from akash_tui.domain.akash.entities import LeaseId
from akash_tui.domain.akash.manifest_hosts import declared_hosts
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
    forgets: bool = False
    """It restarted between bid and lease: it accepts every manifest and has nothing, for good."""
    applies_after: float = 0.0
    """Seconds after an accepted update at which its cluster shows the new version."""
    broken: set[str] = field(default_factory=set)
    """Images that never become ready."""
    versions: dict[tuple[str, int], list[tuple[float, bytes]]] = field(default_factory=dict)
    """What it runs: each accepted manifest that differs from the one before, and from when on it shows."""

    hosts: dict[str, int] = field(default_factory=dict)
    """Which deployment has each custom host name: the first that asked for it."""

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
        for host in declared_hosts(json.loads(manifest)):
            self.hosts.setdefault(host, dseq)
        if not self.forgets:
            versions = self.versions.setdefault((provider.owner, dseq), [])
            if not versions or versions[-1][1] != manifest:
                versions.append((self.clock.elapsed + (self.applies_after if versions else 0.0), manifest))
        self.gate("manifest done")

    def shown(self, provider: Provider, dseq: int) -> list[bytes]:
        """The versions that its cluster has seen so far, the last one runs."""
        if (provider.owner, dseq) not in self.accepted:
            self.versions.pop((provider.owner, dseq), None)  # a test let it forget
        return [m for at, m in self.versions.get((provider.owner, dseq), []) if at <= self.clock.elapsed]

    async def lease_status(self, provider: Provider, lease: LeaseId, signer: Signer) -> LeaseStatus | None:
        self.gate("status")
        versions = self.shown(provider, lease.dseq)
        if not versions:
            return None
        self.questions += 1
        ready = 1 if self.questions > self.ready_after else 0
        if any(image.encode() in versions[-1] for image in self.broken):
            ready = 0
        hosts = [h for h in declared_hosts(json.loads(versions[-1])) if self.hosts.get(h) == lease.dseq]
        uris = [(n, (f"{n}.example", *hosts)) for n in self.services]
        services = tuple(ServiceStatus(n, ready, 1, found, 1, ready, len(versions)) for n, found in uris)
        ports = (ForwardedPort("web", "p.example", 22, 31022, "TCP"),)
        return LeaseStatus(services, ports, (), self.clock.now())

    async def manifest(self, provider: Provider, lease: LeaseId, signer: Signer) -> object | None:
        self.gate("get manifest")
        versions = self.shown(provider, lease.dseq)
        if not versions:
            return None
        groups: list[dict[str, Any]] = json.loads(versions[-1])
        for service in (s for group in groups for s in group["services"]):
            service["resources"]["endpoints"] = None
        return groups

    async def aclose(self) -> None:
        return None
