"""A provider's manifests, host names and workloads: what its gateway knows of the deployments it serves."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from akash_tui.practice.provider.manifest_check import ManifestFault, check_manifest, host_names
from akash_tui.practice.provider.workloads import Workload
from akash_tui.practice.state.books import ALIVE, Books, Lease

Json = dict[str, Any]
LeaseKey = tuple[str, int, int, int, str]


@dataclass(slots=True)
class Tenancy:
    """One provider's side of its tenants' deployments. `clock` is in seconds; `start` and `tick` too."""

    provider: str
    domain: str
    clock: Callable[[], float]
    start: float
    tick: float
    manifests: dict[tuple[str, int], list[Json]] = field(default_factory=dict)
    """The last accepted manifest per (owner, dseq): also one that came before its lease (recordings, fact 10)."""
    workloads: dict[LeaseKey, Workload] = field(default_factory=dict)
    hosts: dict[str, LeaseKey] = field(default_factory=dict)
    lag: int = 0
    """How many blocks late this provider sees the chain (a scenario)."""
    height: Callable[[], int] = lambda: 0
    hashes: dict[tuple[str, int], list[tuple[int, str]]] = field(default_factory=dict)
    """With a lag: every hash of a deployment and the block it came in."""
    rate: float | None = None
    """Bytes of an image that it pulls in a second; None: everything starts after `start`."""
    web: str = ""
    """Where the pages of its tenants' services are served."""
    refuse: bool = False
    """Refuse every manifest, whatever it says (a scenario)."""

    def submit(self, books: Books, owner: str, dseq: int, manifest: list[Json]) -> None:
        """Take a manifest for a deployment, or raise ManifestFault as the real provider answers."""
        deployment = books.deployments.get((owner, dseq))
        hash_ = self._hash(owner, dseq, deployment.hash) if deployment is not None else None
        if deployment is None or hash_ is None:
            raise ManifestFault(500, "rpc error: code = NotFound desc = Deployment not found: key not found")
        groups = list(books.groups.scan(owner, dseq))
        check_manifest(manifest, base64.b64decode(hash_), [group.spec for group in groups])
        if self.refuse:
            first = manifest[0]["services"][0]["name"]
            raise ManifestFault(422, f'manifest rejected: service "{first}" exposed on 80:TCP must have a hostname')
        leases = self._active(books, owner, dseq)
        for group in manifest:
            for host in host_names(group):
                holder = self.hosts.get(host)
                if holder is not None and holder[0] != owner and leases:
                    raise ManifestFault(500, f'hostname not allowed: host "{host}" in use')
        if deployment.state != "active":
            raise ManifestFault(404, "no lease for deployment")
        self.manifests[owner, dseq] = manifest
        if not leases:
            raise ManifestFault(404, "no lease for deployment")
        for lease in leases:
            self.run(books, lease)

    def _active(self, books: Books, owner: str, dseq: int) -> list[Lease]:
        return [
            x
            for x in books.leases.scan(owner, dseq)
            if x.provider == self.provider and x.state in ALIVE and x.created_at + self.lag <= self._now()
        ]

    def _now(self) -> int:
        return self.height() if self.lag else 2**62

    def _hash(self, owner: str, dseq: int, newest: str) -> str | None:
        """The deployment's hash as this provider sees it; None while it does not see the deployment at all."""
        if not self.lag:
            return newest
        seen = [hash_ for height, hash_ in self.hashes.get((owner, dseq), ()) if height + self.lag <= self._now()]
        return seen[-1] if seen else None

    def run(self, books: Books, lease: Lease) -> bool:
        """Deploy the known manifest for a lease; False if none has come yet."""
        manifest = self.manifests.get((lease.owner, lease.dseq))
        row = books.groups.get((lease.owner, lease.dseq, lease.gseq))
        if manifest is None or row is None:
            return False
        group = next((g for g in manifest if g["name"] == row.spec["name"]), None)
        if group is None:
            return False
        work = self.workloads.get(lease.key)
        if work is None:
            work = self.workloads[lease.key] = Workload(
                lease.key, self.domain, self.start, self.tick, rate=self.rate, web=self.web
            )
        work.withheld = {h for h in host_names(group) if self.hosts.setdefault(h, lease.key) != lease.key}
        work.deploy(group, self.clock())
        return True

    def move_hosts(self, owner: str, hosts: list[str], dseq: int, gseq: int) -> None:
        """Give a lease the custom host names that another one of its owner holds, or raise ManifestFault.

        Checks and texts in the real provider's order: it must run here, declare the names, and they must be the
        owner's (recordings: migrate_hostname_*).
        """
        work = next((w for key, w in self.workloads.items() if key[:3] == (owner, dseq, gseq)), None)
        if work is None:
            raise ManifestFault(400, "destination deployment does not exist")
        declared = host_names(work.group)
        for host in hosts:
            if host not in declared:
                raise ManifestFault(400, f'the hostname "{host}" is not used by this deployment')
        for host in hosts:
            holder = self.hosts.get(host)
            if holder is not None and holder[0] != owner:
                raise ManifestFault(400, f'hostname not allowed: host "{host}" in use')
        for host in hosts:
            holder = self.hosts.get(host)
            if holder is not None and holder in self.workloads:
                self.workloads[holder].withheld.add(host)
            self.hosts[host] = work.lease
            work.withheld.discard(host)

    def stop(self, key: LeaseKey) -> None:
        """Forget a lease that ended; its manifest goes with the deployment's last lease."""
        work = self.workloads.pop(key, None)
        if work is not None:
            work.closed_at = self.clock()
        self.hosts = {host: holder for host, holder in self.hosts.items() if holder != key}
        if not any(other[:2] == key[:2] for other in self.workloads):
            self.manifests.pop((key[0], key[1]), None)
