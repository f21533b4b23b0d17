"""Change a running deployment's SDL: see what changes, sign its new hash, send the manifest again, go back if refused.

On chain only the manifest's hash can change (MsgUpdateDeployment); resources, replicas and prices are what was
leased. A provider that refuses the new manifest keeps running the old one (provider recordings, fact 15).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace

from akash_tui.domain.akash.entities import DeploymentId, DeploymentState, Lease
from akash_tui.domain.akash.group_changes import Difference, differences
from akash_tui.domain.akash.manifest_changes import ManifestChange, changes
from akash_tui.domain.akash.messages import UpdateDeployment
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.domain.sdl.edit.parameters import has_secrets
from akash_tui.domain.sdl.problem import SdlProblem, Severity
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.secret_values import filled
from akash_tui.services.core.session import Session
from akash_tui.services.deployment import create
from akash_tui.services.deployment.manifest_delivery import MANIFEST_WAIT, deliver
from akash_tui.services.deployment.recover_sdl import RecoveredSdl, find_sdl
from akash_tui.services.ports import BadInput, BadSdl, Stale, TxResult
from akash_tui.services.spending.quotes import Quote
from akash_tui.services.spending.quoting import read_deployment, read_snapshot, running_leases, simulate_quote
from akash_tui.services.spending.spend import JournalPurpose, spend
from akash_tui.services.spending.tx_settlement import refuse_while_open
from akash_tui.services.storage.journal_entries import IntentKind
from akash_tui.services.storage.sdl_versions import SdlVersion, SdlVersions


@dataclass(frozen=True, slots=True)
class UpdateQuote(Quote):
    """Swap the deployment's hash; costs gas only."""

    former: bytes
    """The hash that is on chain now; anything else at the moment of signing makes this stale."""


@dataclass(frozen=True, slots=True)
class UpdatePlan:
    """What an update does. Without `quote` the chain has this version already and it is only sent again."""

    id: DeploymentId
    name: str
    version: SdlVersion
    quote: UpdateQuote | None
    changes: tuple[ManifestChange, ...] | None
    """None where the former manifest is not here to compare with."""
    stays: tuple[Difference, ...]
    """What the SDL changes and an update cannot: prices, placement."""
    leases: tuple[Lease, ...]
    """Their providers get the new manifest."""
    former: SdlVersion | None
    """To go back to; None where it is not here."""


@dataclass(frozen=True, slots=True)
class RunningSdl(RecoveredSdl):
    """What an edit begins with: the SDL that runs, and what is on chain."""

    name: str
    groups: tuple[GroupSpec, ...]
    manifest: bytes | None
    """What runs now, to compare with; None where it is not here."""
    closed: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """A text compared with what runs, without any request."""

    problems: tuple[SdlProblem, ...]
    """Why it does not compile."""
    changes: tuple[ManifestChange, ...] | None
    fixed: tuple[Difference, ...]
    """What an update cannot change, and providers would refuse."""
    stays: tuple[Difference, ...]
    compiled: Compiled = field(repr=False)
    """The text's compiled form, for `plan`."""

    @property
    def same(self) -> bool:
        """True if the text compiles and an update with it would change nothing."""
        return self.changes == () and not self.fixed and not self.problems


class Updater:
    """Updates deployments of one session."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.versions = SdlVersions(session.journal)

    async def known(self, id: DeploymentId) -> RunningSdl:
        """What there is to edit; providers are asked for what the journal does not have. Raises `BadInput` if the
        chain does not know the deployment."""
        session, chain_id = self.session, self.session.network.chain_id
        deployment = await read_deployment(session, id)
        found = await find_sdl(session, deployment)
        saved = session.journal.deployment(chain_id, id)
        version = self.versions.find(chain_id, id, deployment.hash)
        return RunningSdl(
            name=saved.name if saved is not None else next((g.spec.name for g in deployment.groups), str(id.dseq)),
            **asdict(found),
            groups=tuple(g.spec for g in deployment.groups),
            manifest=None if version is None else self._comparable(version) or None,
            closed=deployment.state is DeploymentState.CLOSED,
        )

    def compare(self, known: RunningSdl, sdl: str, file: str) -> Comparison:
        """What an update with this text would change, and what it could not."""
        compiled = self.session.sdl.read(sdl, file)
        if not compiled.ok:
            errors = tuple(p for p in compiled.problems if p.severity is Severity.ERROR)
            return Comparison(errors or tuple(compiled.problems), None, (), (), compiled)
        found = differences(known.groups, compiled.groups)
        changed = None if known.manifest is None else changes(known.manifest, compiled.manifest_json)
        fixed, stays = tuple(d for d in found if d.blocking), tuple(d for d in found if not d.blocking)
        return Comparison((), changed, fixed, stays, compiled)

    async def plan(self, id: DeploymentId, compiled: Compiled, sdl: str, file: str) -> UpdatePlan:
        """Compare `compiled`, made of the text `sdl`, with the chain.

        Raises `BadSdl` (it does not compile, or wants what cannot change), `BadInput` (closed), and what a quote
        raises.
        """
        if not compiled.ok:
            raise BadSdl(
                f"{file} is not a valid SDL.",
                f"See every problem: akash-tui sdl check {file}.",
                problems=compiled.problems,
            )
        version = SdlVersion(compiled.version, file, sdl, compiled.manifest_json)
        return await self._plan(id, version, compiled)

    async def undo_plan(self, plan: UpdatePlan) -> UpdatePlan:
        """Back to what the deployment had before `plan`. Raises `BadInput` if that is not here."""
        if plan.former is None:
            raise BadInput(
                "The former SDL is not here, so there is nothing to go back to.",
                f"Give it: akash-tui lease update {plan.id.dseq} FILE.",
            )
        session, former = self.session, plan.former
        again = await filled(session.sdl, session.secrets, former.sdl, former.file, version=former.version)
        return await self._plan(plan.id, replace(former, manifest=again.compiled.manifest_json), again.compiled)

    def _comparable(self, version: SdlVersion) -> bytes:
        """A manifest to compare with another: with secret parameters, the one without their values."""
        if not has_secrets(version.sdl):
            return version.manifest
        return self.session.sdl.read(version.sdl, version.file).manifest_json

    async def _plan(self, id: DeploymentId, version: SdlVersion, compiled: Compiled) -> UpdatePlan:
        session = self.session
        deployment = await read_deployment(session, id)
        if deployment.state is DeploymentState.CLOSED:
            raise BadInput(f"Deployment {id.dseq} is closed; it cannot be updated.", "Deploy the SDL again.")
        found = differences([g.spec for g in deployment.groups], compiled.groups)
        fixed = [d for d in found if d.blocking]
        if fixed:
            raise BadSdl(
                f"{version.file} wants what an update cannot change. " + "; ".join(map(str, fixed)) + ".",
                f"Set it back in the file, or deploy it again and close this one: akash-tui deploy {version.file}.",
                problems=(),
            )
        leases = tuple(running_leases(await session.chain.leases(id.owner, id.dseq)))
        former = self.versions.find(session.network.chain_id, id, deployment.hash)
        saved = session.journal.deployment(session.network.chain_id, id)
        quote = None
        if deployment.hash != version.version:
            base = await simulate_quote(
                session, await read_snapshot(session), (UpdateDeployment(id, version.version),), 0, []
            )
            quote = UpdateQuote(**base, former=deployment.hash)
        return UpdatePlan(
            id=id,
            name=saved.name if saved is not None else next((g.name for g in compiled.groups), str(id.dseq)),
            version=version,
            quote=quote,
            changes=self._changes(former, version),
            stays=tuple(d for d in found if not d.blocking),
            leases=leases,
            former=former if former is not None and former.version != version.version else None,
        )

    def _changes(self, former: SdlVersion | None, version: SdlVersion) -> tuple[ManifestChange, ...] | None:
        before = self._comparable(former) if former is not None else b""
        return changes(before, self._comparable(version)) if before else None

    async def sign(self, plan: UpdatePlan) -> TxResult | None:
        """Save the version, sign exactly the quote, wait for its block; None where the chain has it already.

        Raises `Stale` if the deployment was updated elsewhere since the plan, and what a spend raises.
        """
        session, chain_id = self.session, self.session.network.chain_id
        result = None
        with session.alone(plan.id):
            await refuse_while_open(session, plan.id)
            self.keep(plan)
            if plan.quote is not None:
                if (await read_deployment(session, plan.id)).hash != plan.quote.former:
                    raise Stale(
                        f"Deployment {plan.id.dseq} was updated elsewhere since this was shown; nothing was signed.",
                        "Check the changes again.",
                    )
                about: dict[str, object] = {"name": plan.name, "version": plan.version.version.hex()}
                result = await spend(session, plan.quote, JournalPurpose(IntentKind.UPDATE, plan.id.dseq, about))
            self.versions.use(chain_id, plan.id, plan.version, plan.name, session.clock.now())
        return result

    def keep(self, plan: UpdatePlan) -> None:
        """Save both versions: once the chain has the new one, its manifest is here."""
        chain_id, now = self.session.network.chain_id, self.session.clock.now()
        if plan.former is not None:
            self.versions.save(chain_id, plan.id, plan.former, now)
        self.versions.save(chain_id, plan.id, plan.version, now)

    async def attach(self, plan: UpdatePlan) -> DeploymentRun:
        """A run that delivers exactly the plan's manifest, whatever a node that is behind may still say."""
        run = await create.attach(self.session, plan.id)
        run.manifest, run.version = plan.version.manifest, plan.version.version
        run.former_manifest = b"" if plan.former is None else plan.former.manifest
        return run

    async def deliver(self, run: DeploymentRun, *, wait: float = MANIFEST_WAIT) -> None:
        """Hand the manifest to each provider; one that does not see the update yet is asked again.

        Raises `ManifestRefused` where a provider will not have it: it then keeps running the former one.
        """
        with self.session.alone(run.id):
            await deliver(self.session, run, wait)
