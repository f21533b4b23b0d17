"""Get a deployment's SDL back, from the journal or rebuilt from its provider's manifest."""

from __future__ import annotations

from dataclasses import dataclass

from akash_tui.domain.akash.entities import Deployment, DeploymentId
from akash_tui.domain.sdl.edit.rebuild import rebuild
from akash_tui.services.core.session import Session
from akash_tui.services.leases.lease_lookup import leases_of, provider_of
from akash_tui.services.ports import AkashError, NoWorkload, ProviderFault
from akash_tui.services.spending.quoting import read_deployment
from akash_tui.services.storage.sdl_versions import SdlVersion, SdlVersions


@dataclass(frozen=True, slots=True)
class RecoveredSdl:
    """An SDL, as far as anybody still has it. `exact`: its hash is the one on chain, so it is what runs."""

    file: str
    sdl: str
    """Empty where it cannot be found."""
    exact: bool
    source: str
    """journal, provider (rebuilt from its copy), earlier (of a version before the one on chain), or none."""
    missing: tuple[str, ...]
    """Groups whose providers could not be asked, with the reason."""


async def recover(session: Session, id: DeploymentId) -> RecoveredSdl:
    """The SDL of a deployment of this wallet, from any machine while it is leased.

    Raises `LeaseEnded` or `BadInput` without a lease to ask about, `NoWorkload` or the provider's fault
    if nothing came. What came back exactly is saved in the journal, so that it can be sent again.
    """
    return await _recover(session, await read_deployment(session, id))


async def find_sdl(session: Session, deployment: Deployment) -> RecoveredSdl:
    """The same; where it fails, the text of an earlier version or none, with the reason in `missing`."""
    try:
        return await _recover(session, deployment)
    except AkashError as fault:
        saved = session.journal.deployment(session.network.chain_id, deployment.id)
        if saved is not None and saved.sdl:
            return RecoveredSdl(saved.file, saved.sdl, False, "earlier", (fault.title,))
        return RecoveredSdl("deploy.yaml", "", False, "none", (fault.title,))


async def _recover(session: Session, deployment: Deployment) -> RecoveredSdl:
    chain_id, id = session.network.chain_id, deployment.id
    known = SdlVersions(session.journal).find(chain_id, id, deployment.hash)
    if known is not None and known.sdl:
        return RecoveredSdl(known.file, known.sdl, True, "journal", ())
    saved = session.journal.deployment(chain_id, id)
    groups: list[object] = []
    faults: list[AkashError] = []
    missing: list[str] = []
    signer = await session.provider_signer(ask=True)
    for lease in await leases_of(session, id):
        try:
            copy = await session.gateway.manifest(await provider_of(session, lease.id), lease.id, signer)
        except ProviderFault as fault:
            faults.append(fault)
            missing.append(f"group {lease.id.gseq}: {fault.title}")
            continue
        found = copy if isinstance(copy, list) else [copy]
        groups += [g for g in found if isinstance(g, dict)]
    specs = [g.spec for g in deployment.groups]
    try:
        text = rebuild(groups, specs)
    except ValueError as error:
        if faults:
            raise faults[0] from error
        raise NoWorkload(
            "The provider has no manifest of this deployment.", "Nothing is left of its SDL but what the chain shows."
        ) from error
    compiled = session.sdl.read(text, "recovered.yaml")
    exact = compiled.ok and compiled.version == deployment.hash
    if exact:
        version = SdlVersion(compiled.version, "recovered.yaml", text, compiled.manifest_json)
        SdlVersions(session.journal).save(chain_id, id, version, session.clock.now())
        if saved is None:
            SdlVersions(session.journal).use(chain_id, id, version, specs[0].name, session.clock.now())
    return RecoveredSdl("recovered.yaml", text, exact, "provider", tuple(missing))
