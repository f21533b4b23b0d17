"""Deploy the same SDL once more, without the providers that failed the old deployment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.lease_end import why_ended
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.recover_sdl import find_sdl
from akash_tui.services.leases.attention import attention_items, failed_by_provider, lease_key
from akash_tui.services.leases.lease_reader import DeploymentView, Leases, LeaseView
from akash_tui.services.ports import BadInput, ProviderUnreachable
from akash_tui.services.storage.avoided_providers import AvoidedProviders

_TROUBLES = {
    "manifest_due": "it never accepted the manifest",
    "not_running": "it was paid for and did not run it",
    "old_version": "it did not apply an update",
    "unreachable": "it could not be asked",
    "reclaiming": "it is reclaiming its machine",
}
"""Attention items of a lease that speak against its provider."""
_NOTHING_SENT = {"manifest_due", "not_running"}
"""Those that say nothing against it where no manifest was sent."""


@dataclass(frozen=True, slots=True)
class RedeployPlan:
    """What a new deployment begins with."""

    id: DeploymentId
    """The one it comes from."""
    name: str
    file: str
    sdl: str
    exact: bool
    """False: rebuilt from its provider's copy, and not the same as what was deployed."""
    avoid: Mapping[str, str]
    """Address and reason."""
    runs: bool
    """Whether the old one still has a lease that costs."""


async def redeploy(session: Session, id: DeploymentId) -> RedeployPlan:
    """Read what it needs; nothing is signed. Raises `BadInput` if its SDL cannot be found any more."""
    view = await Leases(session).one(id)
    chain_id = session.network.chain_id
    avoid = AvoidedProviders(session.journal).of(chain_id, id) | to_avoid(view)
    found = await find_sdl(session, view.deployment)
    if not found.sdl:
        raise BadInput(
            f"The SDL of deployment {id.dseq} is not here, and no provider has a copy of it.",
            "Deploy it from its file.",
            detail=", ".join(found.missing),
        )
    runs = any(v.lease.state.is_running for v in view.leases)
    return RedeployPlan(id, view.name, found.file, found.sdl, found.exact, avoid, runs)


def to_avoid(view: DeploymentView) -> dict[str, str]:
    """Providers of a deployment that failed it, each with a clause that says how: they ended the lease themselves,
    never took the manifest, or a lease of theirs needs attention now. Complete if they were asked for services.

    What failed because no manifest was sent from here, as far as known, is not their fault; that they do not answer
    now is a reason all the same.
    """
    out: dict[str, str] = {}
    for seen in view.leases:
        lease = seen.lease
        if failed_by_provider(seen):
            out[lease.id.provider] = why_ended(lease)
        elif not lease.state.is_running and seen.delivered is False and seen.tried:
            out[lease.id.provider] = _TROUBLES["manifest_due"]
        elif lease.state.is_running and isinstance(seen.fault, ProviderUnreachable):
            out[lease.id.provider] = _TROUBLES["unreachable"]
    by_key = {lease_key(seen.lease.id): seen for seen in view.leases}
    for item in attention_items(view):
        if item.code in _TROUBLES:
            seen = by_key[item.lease]
            if not (item.code in _NOTHING_SENT and _never_sent(seen)):
                out[seen.lease.id.provider] = _TROUBLES[item.code]
    return out


def _never_sent(seen: LeaseView) -> bool:
    """True if nothing runs, and nobody knows of a manifest that was sent."""
    nothing = seen.status is None or not seen.status.services
    return nothing and (not seen.tried or seen.delivered is None)
