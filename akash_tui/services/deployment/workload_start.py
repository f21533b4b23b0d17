"""Whether what a provider shows is the manifest that was sent to it, and since when it is not.

The first status after an update is still that of the old workload; the new one is there when its generation is another
and its replicas are updated and available (shared reference, 11; recording `lease_status_timeline_update`). A provider
that lost its reservation accepts every manifest and has nothing for the lease, for good.
"""

from __future__ import annotations

from akash_tui.domain.akash.entities import LeaseId
from akash_tui.domain.akash.manifest_copy import replaced, services_in
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core.run_state import DeploymentRun, FormerWorkload
from akash_tui.services.core.session import Session
from akash_tui.services.ports import LeaseStatus, ManifestLost, ProviderFault, Refused, ServiceStatus, Unreachable
from akash_tui.services.storage.sdl_versions import SdlVersions

SETTLE_SECONDS = 10.0
"""A provider shows another generation within a second of an accepted manifest; so long it is waited for where it is not
known whether one must come."""
RESEND_SECONDS = 15.0
"""A provider that does not run an accepted manifest for so long gets it once more: it may have been killed since."""
LOST_SECONDS = 40.0
"""After so long that is reported: an accepted manifest shows in the lease's status at once (recordings, fact 34)."""


async def note_former(session: Session, run: DeploymentRun, provider: Provider, lease: LeaseId) -> None:
    """Before a manifest is sent: note what runs for the lease, if anything may. Never raises a fault of the provider;
    what cannot be read counts as changed."""
    if not _may_run(session, run, lease):
        return
    status: LeaseStatus | None = None
    copy: object = None
    try:
        signer = await session.provider_signer()
        status = await session.gateway.lease_status(provider, lease, signer)
        if status is None:
            run.former.pop(lease, None)
            return
        copy = await session.gateway.manifest(provider, lease, signer)
    except (ProviderFault, Unreachable, Refused) as fault:
        run.read_error = fault
    spec = run.groups.get(lease.gseq)
    group = spec.name if spec is not None else ""
    surely, other = replaced(copy or run.former_manifest, run.manifest)
    mine = frozenset(name for g, name in surely if g == group), frozenset(name for g, name in other if g == group)
    if not copy and not run.former_manifest:
        mine = frozenset(), frozenset(services_by_group(run.manifest).get(group, {}))
    generations = {} if status is None else {s.name: s.generation for s in status.services}
    run.former[lease] = FormerWorkload(generations, *mine)


def _may_run(session: Session, run: DeploymentRun, lease: LeaseId) -> bool:
    """False for a lease made here whose first manifest is still to come: then nobody has to be asked."""
    saved = next((s for s in session.journal.leases(run.chain_id, run.id) if s.id == lease), None)
    return saved is None or saved.delivered or SdlVersions(session.journal).updated(run.chain_id, run.id)


def services_by_group(manifest: bytes) -> dict[str, dict[str, int]]:
    """Services and how many replicas each has, by group name; empty without a manifest."""
    found: dict[str, dict[str, int]] = {}
    for (group, name), service in services_in(manifest).items():
        count = service.get("count")
        found.setdefault(group, {})[name] = count if isinstance(count, int) else 1
    return found


class StartWatch:
    """What is known about the start of one run's leases, from status to status."""

    def __init__(self, run: DeploymentRun) -> None:
        self.run = run
        self._wanted = services_by_group(run.manifest)
        self._absent: dict[LeaseId, float] = {}
        """Since when a provider has shown nothing of the manifest."""

    def see(self, lease: LeaseId, status: LeaseStatus | None, now: float) -> None:
        """Take an answer of a provider; None: it has nothing for the lease."""
        if status is None or self._shows_former(lease, status):
            self._absent.setdefault(lease, now)
        else:
            self._absent.pop(lease, None)

    def absent_for(self, lease: LeaseId, now: float) -> float:
        """Seconds since an answer first showed nothing of the accepted manifest; 0 if the last one did. Silence since
        then counts too: ask it of a lease whose provider has just answered."""
        since = self._absent.get(lease)
        return 0.0 if since is None else now - since

    def ready(self, lease: LeaseId, status: LeaseStatus | None, now: float) -> bool:
        """True when every service that the manifest names for the lease is up, and is what was sent."""
        if status is None or not status.services or self._shows_former(lease, status):
            return False
        spec = self.run.groups.get(lease.gseq)
        wanted = self._wanted.get(spec.name, {}) if spec is not None else {}
        if not set(wanted) <= {s.name for s in status.services}:
            return False
        if not all(s.has(max(1, wanted.get(s.name, s.total))) for s in status.services):
            return False
        former = self.run.former.get(lease)
        if former is None:
            return True
        settled = now - self.run.accepted_at.get(lease, now) >= SETTLE_SECONDS
        return all(settled or _moved(former, s) for s in status.services if s.name in former.changed | former.replaced)

    def _shows_former(self, lease: LeaseId, status: LeaseStatus) -> bool:
        """True while a service whose pods must be replaced is the one from before."""
        former = self.run.former.get(lease)
        return former is not None and any(
            s.name in former.replaced and s.generation is not None and s.generation == former.generations.get(s.name)
            for s in status.services
        )

    def lost(self, lease: LeaseId, who: str) -> ManifestLost:
        """What is reported about the provider named `who`, which accepted the manifest and does not run it."""
        run = self.run
        if lease in run.former:
            return ManifestLost(
                f"The provider {who} accepted the new manifest twice and still runs the old one.",
                f"Send it again: akash-tui resume --yes; if that does not help, deploy it elsewhere and end this one: "
                f"akash-tui lease close {run.id.dseq}.",
            )
        return ManifestLost(
            f"The provider {who} accepted the manifest twice and has nothing for this lease: nothing runs, and it "
            "costs.",
            "Choose another bid (p in the app, or deploy --on-fail requote), or end it: "
            f"akash-tui lease close {run.id.dseq}.",
        )


def _moved(former: FormerWorkload, service: ServiceStatus) -> bool:
    before = former.generations.get(service.name)
    return service.generation is not None and before is not None and service.generation != before
