"""Whether what a provider runs is the version that the chain has: a provider may lose a manifest after its 200."""

from __future__ import annotations

from akash_tui.domain.akash.entities import LeaseId
from akash_tui.domain.akash.manifest_copy import is_copy_of
from akash_tui.domain.akash.provider import Provider
from akash_tui.services.core.session import Session
from akash_tui.services.ports import LeaseStatus, ProviderFault
from akash_tui.services.storage.sdl_versions import SdlVersions


async def runs_current(
    session: Session, provider: Provider, lease: LeaseId, hash: bytes, status: LeaseStatus | None
) -> bool | None:
    """Compare the provider's copy with the manifest that has the chain's `hash`.

    None where that cannot be known: nothing runs, the manifest is not here, or the copy cannot be read. Asked once for
    what the status shows; only a copy that differs is asked for again each time.
    """
    if status is None or not status.services:
        return None
    seen = (hash, tuple((s.name, s.generation) for s in status.services))
    if session.current_versions.get(lease) == seen:
        return True
    version = SdlVersions(session.journal).find(session.network.chain_id, lease.deployment, hash)
    if version is None or not version.manifest:
        return None
    try:
        copy = await session.gateway.manifest(provider, lease, await session.provider_signer())
    except ProviderFault:
        return None
    current = is_copy_of(copy, version.manifest)
    if current:
        session.current_versions[lease] = seen
    return current
