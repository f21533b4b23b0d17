"""Deploy the same once more: its SDL as saved, and the providers that let it down, to be avoided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.services.core.session import Session
from akash_tui.services.deployment.avoid_rules import to_avoid
from akash_tui.services.deployment.recover_sdl import recover
from akash_tui.services.leases.lease_reader import DeploymentView, Leases
from akash_tui.services.ports import AkashError, BadInput
from akash_tui.services.spending.quoting import running_leases
from akash_tui.services.storage.avoided_providers import AvoidedProviders
from akash_tui.services.storage.sdl_versions import SdlVersions


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
    file, sdl, exact = await _sdl(session, view)
    return RedeployPlan(id, view.name, file, sdl, exact, avoid, bool(running_leases([v.lease for v in view.leases])))


async def _sdl(session: Session, view: DeploymentView) -> tuple[str, str, bool]:
    """File name, text, and whether it is exactly what the chain has."""
    id, saved = view.id, view.saved
    known = SdlVersions(session.journal).find(session.network.chain_id, id, view.deployment.hash)
    if known is not None and known.sdl:
        return known.file, known.sdl, True
    try:
        found = await recover(session, id)
    except AkashError as fault:
        if saved is not None and saved.sdl:  # of an earlier version: better than nothing, and said to be so
            return saved.file, saved.sdl, False
        raise BadInput(
            f"The SDL of deployment {id.dseq} is not here, and no provider has a copy of it.",
            "Deploy it from its file.",
            detail=fault.title,
        ) from fault
    return "recovered.yaml", found.sdl, found.exact
