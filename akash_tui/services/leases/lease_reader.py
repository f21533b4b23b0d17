"""All deployments of a wallet, as the chain has them, with what only our journal knows."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import (
    Bid,
    BidState,
    Deployment,
    DeploymentId,
    DeploymentState,
    EscrowState,
    GroupState,
    Lease,
    LeaseId,
    Order,
    OrderState,
)
from akash_tui.domain.akash.gpu import GpuOffer
from akash_tui.domain.akash.lease_end import by_provider, why_ended
from akash_tui.domain.akash.manifest_hosts import hosts_of_group
from akash_tui.domain.akash.money import UACT, BlockTime, lasts_hours, per_hour
from akash_tui.domain.akash.provider import Provider, ProviderName, ProviderProfile, provider_name
from akash_tui.domain.bids.gpu_disclosure import disclose
from akash_tui.services.core.concurrency import each, together
from akash_tui.services.core.events import RunningService, running_services
from akash_tui.services.core.remembering import remember_ended
from akash_tui.services.core.session import Session
from akash_tui.services.leases.host_holders import MisplacedHostName, misplaced_hosts
from akash_tui.services.leases.running_version import runs_current
from akash_tui.services.ports import (
    AkashError,
    Head,
    LeaseStatus,
    Locked,
    NotSignedIn,
    ProviderFault,
    ProviderUnreachable,
    Refused,
    Unreachable,
)
from akash_tui.services.spending.quoting import ends_at, rate_of, read_deployment, running_leases
from akash_tui.services.storage.journal_entries import SavedDeployment
from akash_tui.services.storage.sdl_versions import SdlVersions

CONCURRENT = 6
"""Provider records read at once."""


@dataclass(frozen=True, slots=True)
class LeaseView:
    """One lease with its provider, its GPUs and (when asked) its services."""

    lease: Lease
    provider: Provider | None
    gpus: tuple[GpuOffer, ...]
    price_h: Decimal | None
    delivered: bool | None
    """Whether our journal saw the provider take the manifest; None if it does not know the lease."""
    status: LeaseStatus | None = None
    fault: AkashError | None = None
    """Why its provider could not be asked."""
    tried: bool = True
    """Whether a manifest was sent to it at all, as far as known: a journal that does not know the lease cannot say."""
    current: bool | None = None
    """Whether the provider's copy is the manifest that the chain expects; None while that is unknown."""

    misplaced: tuple[MisplacedHostName, ...] = ()
    """Custom host names of its manifest that it did not get."""
    profile: ProviderProfile | None = None
    """What the indexer lists of its provider, as far as it was read."""

    @property
    def provider_name(self) -> ProviderName:
        """What its provider is called."""
        return provider_name(self.lease.id.provider, self.provider, self.profile)

    @property
    def outdated(self) -> bool:
        """True if something runs, and it is not the version on chain."""
        if self.status is None or not self.status.services:
            return False
        return self.current is False or (self.current is None and self.delivered is False)

    @property
    def services(self) -> tuple[RunningService, ...]:
        """Its services with their endpoints; empty while not asked or nothing runs."""
        return () if self.status is None else running_services(self.lease.id.provider, self.status)


@dataclass(frozen=True, slots=True)
class DeploymentView:
    """One deployment: state, cost, what is left. Money is projected from the last settlement to `height`."""

    deployment: Deployment
    saved: SavedDeployment | None
    leases: tuple[LeaseView, ...]
    orders: tuple[Order, ...]
    """Only filled for a single deployment (`one`)."""
    price_h: Decimal
    """ACT per hour of the leases that run."""
    left: Decimal
    """Micro-ACT left now; negative when overdrawn."""
    lasts_hours: Decimal | None
    lasts_until: datetime | None
    block_time: BlockTime
    height: int
    read_at: datetime
    asked: bool = False
    """Whether its providers were asked for their services."""
    open_bids: int | None = None
    """Bids that can be accepted, while nothing is leased and it takes bids; None otherwise, or if that is unknown."""

    @property
    def id(self) -> DeploymentId:
        return self.deployment.id

    @property
    def name(self) -> str:
        """Our name for it, or the name of its first group."""
        if self.saved is not None and self.saved.name:
            return self.saved.name
        return next((g.spec.name for g in self.deployment.groups), str(self.id.dseq))

    @property
    def state(self) -> str:
        """One word: waiting (for bids or a choice), leased, running (services asked and up), dry, closed, unknown."""
        if self.deployment.state is DeploymentState.CLOSED:
            return "closed"
        if self.deployment.state is not DeploymentState.ACTIVE:
            return "unknown"
        alive = [v for v in self.leases if v.lease.state.is_running]
        if not alive:
            return "waiting"
        if self.left <= 0:
            return "dry"  # out of funds, though nobody has settled it yet
        up = all(v.status is not None and v.status.running and not v.outdated for v in alive)
        return "running" if up else "leased"

    @property
    def ran_out(self) -> bool:
        """True if it was closed because its funds ran out."""
        return self.state == "closed" and self.deployment.escrow.state is EscrowState.OVERDRAWN


def takes_bids(deployment: Deployment) -> bool:
    """True while a group of it is open: neither paused nor closed."""
    return any(group.state is GroupState.OPEN for group in deployment.groups)


class Leases:
    """Lists and reads deployments; never signs a transaction."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def all(self, *, closed: bool = False) -> list[DeploymentView]:
        """The wallet's deployments, newest first; with `closed` also those that ended.

        One bounded round whatever their number: a few lists of the whole wallet, then each provider's record that
        is not known yet, a few at a time. No provider is asked for services (`asked` does that).
        """
        session = self.session
        owner = session.owner
        state = None if closed else DeploymentState.ACTIVE
        head, block_time, deployments, leases, bids = await together(
            session.head(),
            session.chain.block_time(),
            session.chain.deployments(owner, state),
            session.chain.leases(owner),
            session.chain.owner_bids(owner, BidState.ACTIVE),
        )
        by_id: dict[DeploymentId, list[Lease]] = {}
        for lease in leases:
            if closed or lease.state.is_running:
                by_id.setdefault(lease.id.deployment, []).append(lease)
        won = {bid.id: bid for bid in bids}
        shown = [(deployment, by_id.get(deployment.id, [])) for deployment in deployments]
        taking = {d.id for d, found in shown if takes_bids(d) and not running_leases(found)}
        open_bids = await self._open_bids(owner, leases) if taking else {}
        records = await self._records({x.id.provider for _, found in shown for x in found})
        saved = {s.id: s for s in session.journal.deployments(session.network.chain_id, owner)}
        views: list[DeploymentView] = []
        for deployment, found in shown:
            parts = self._parts(deployment, found, won, records, block_time)
            view = self._view(deployment, saved.get(deployment.id), parts, (), head, block_time)
            bids_now = open_bids.get(deployment.id, 0) if deployment.id in taking else None
            views.append(replace(view, open_bids=bids_now))
        return sorted(views, key=lambda v: (v.deployment.created_at, v.id.dseq), reverse=True)

    async def _open_bids(self, owner: str, leases: Sequence[Lease]) -> Counter[DeploymentId]:
        """How many bids can be accepted; the losers of an order stay open after its lease, and do not count."""
        over = {lease.id.order for lease in leases}
        bids = await self.session.chain.owner_bids(owner, BidState.OPEN)
        return Counter(b.id.deployment for b in bids if b.id.order not in over)

    async def one(self, id: DeploymentId, *, services: bool = True) -> DeploymentView:
        """One deployment, its providers asked for their services (faults are in the views, not raised).

        Raises `BadInput` if the chain does not know it.
        """
        session = self.session
        deployment = await read_deployment(session, id)
        head, block_time, leases, orders, bids = await together(
            session.head(),
            session.chain.block_time(),
            session.chain.leases(id.owner, id.dseq),
            session.chain.orders(id),
            session.chain.bids(id),
        )
        records = await self._records({lease.id.provider for lease in leases})
        parts = self._parts(deployment, leases, {bid.id: bid for bid in bids}, records, block_time)
        saved = session.journal.deployment(session.network.chain_id, id)
        view = self._view(deployment, saved, parts, tuple(orders), head, block_time)
        if takes_bids(deployment) and not running_leases(leases):
            taking = {order.id for order in orders if order.state is OrderState.OPEN}
            view = replace(view, open_bids=sum(b.state is BidState.OPEN and b.id.order in taking for b in bids))
        return await self.asked(view) if services else view

    async def asked(self, view: DeploymentView) -> DeploymentView:
        """The same deployment with what the providers of its running leases say now; faults are in the view."""
        deployment = view.deployment
        return replace(view, leases=tuple(await each(self._ask(part, deployment) for part in view.leases)), asked=True)

    async def asked_within(self, views: Sequence[DeploymentView], seconds: float) -> list[DeploymentView]:
        """Each as `asked` reads it, a few at a time; as it was where that takes longer, or without the wallet's key."""
        gate = asyncio.Semaphore(CONCURRENT)

        async def ask(view: DeploymentView) -> DeploymentView:
            try:
                async with asyncio.timeout(seconds), gate:
                    found = await self.asked(view)
            except TimeoutError:
                return view
            return view if any(isinstance(v.fault, NotSignedIn | Locked) for v in found.leases) else found

        return await each(ask(view) for view in views)

    async def _ask(self, part: LeaseView, deployment: Deployment) -> LeaseView:
        if not part.lease.state.is_running or (part.provider is None and part.fault is not None):
            return part
        try:
            if part.provider is None:
                raise ProviderUnreachable(
                    "The chain has no record of this provider.",
                    "Nothing can reach the workload then: close the lease and choose another provider.",
                )
            signer = await self.session.provider_signer()
            status = await self.session.gateway.lease_status(part.provider, part.lease.id, signer)
            current = await runs_current(self.session, part.provider, part.lease.id, deployment.hash, status)
            elsewhere = await self._misplaced(part.provider, part.lease.id, deployment, status)
        except (ProviderFault, NotSignedIn, Locked, Unreachable, Refused) as error:
            return replace(part, status=None, fault=error, current=None, misplaced=())
        return replace(part, status=status, fault=None, current=current, misplaced=elsewhere)

    async def _misplaced(
        self, provider: Provider, lease: LeaseId, deployment: Deployment, status: LeaseStatus | None
    ) -> tuple[MisplacedHostName, ...]:
        session = self.session
        version = SdlVersions(session.journal).find(session.network.chain_id, deployment.id, deployment.hash)
        group = next((g.spec.name for g in deployment.groups if g.id.gseq == lease.gseq), "")
        if status is None or version is None or not version.manifest:
            return ()
        try:
            return await misplaced_hosts(session, provider, lease, hosts_of_group(version.manifest, group), status)
        except (ProviderFault, Unreachable, Refused):
            return ()  # the status is read, and whether it runs has nothing to do with its names

    async def _records(self, owners: set[str]) -> dict[str, Provider | AkashError | None]:
        """Each provider's record, or why it could not be read."""
        gate = asyncio.Semaphore(CONCURRENT)

        async def read(owner: str) -> tuple[str, Provider | AkashError | None]:
            async with gate:
                try:
                    return owner, await self.session.provider_cache.provider(owner)
                except (Unreachable, Refused) as error:
                    return owner, error

        return dict(await each(read(owner) for owner in owners))

    def _view(
        self,
        deployment: Deployment,
        saved: SavedDeployment | None,
        leases: Sequence[LeaseView],
        orders: tuple[Order, ...],
        head: Head,
        block_time: BlockTime,
    ) -> DeploymentView:
        rate = rate_of([v.lease for v in leases])
        left = deployment.escrow.projected(UACT, rate, head.height)
        lasts = lasts_hours(left, rate, block_time)
        now = self.session.clock.now()
        return DeploymentView(
            deployment=deployment,
            saved=saved,
            leases=tuple(sorted(leases, key=lambda v: (v.lease.id.gseq, v.lease.id.oseq))),
            orders=orders,
            price_h=per_hour(rate, block_time),
            left=left,
            lasts_hours=lasts,
            lasts_until=ends_at(now, lasts),
            block_time=block_time,
            height=head.height,
            read_at=now,
        )

    def _parts(
        self,
        deployment: Deployment,
        leases: Sequence[Lease],
        bids: Mapping[LeaseId, Bid],
        records: Mapping[str, Provider | AkashError | None],
        block_time: BlockTime,
    ) -> list[LeaseView]:
        saved = self.session.journal.leases(self.session.network.chain_id, deployment.id)
        delivered = {lease.id: lease.delivered for lease in saved}
        untried = {lease.id for lease in saved if not lease.tried}
        ended = [x for x in leases if by_provider(x) and x.id not in untried]
        remember_ended(self.session, {lease.id: why_ended(lease) for lease in ended})
        specs = {group.id.gseq: group.spec for group in deployment.groups}
        parts = []
        for lease in leases:
            bid, record = bids.get(lease.id), records[lease.id.provider]
            provider = record if isinstance(record, Provider) else None
            parts.append(
                LeaseView(
                    lease=lease,
                    provider=provider,
                    gpus=disclose(bid.offers if bid is not None else (), specs.get(lease.id.gseq), provider).gpus,
                    price_h=per_hour(lease.price.amount, block_time) if lease.price.denom == UACT else None,
                    delivered=delivered.get(lease.id),
                    tried=lease.id not in untried,
                    fault=record if isinstance(record, AkashError) else None,
                    profile=self.session.provider_cache.profiles.get(lease.id.provider),
                )
            )
        return parts
