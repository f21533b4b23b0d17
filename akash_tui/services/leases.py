"""All deployments of a wallet, as the chain tells them, with what only our journal knows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.gpu import GpuOffer
from akash_tui.domain.market import Deployment, DeploymentId, Lease, Order
from akash_tui.domain.money import BlockTime
from akash_tui.domain.provider import Provider
from akash_tui.services.events import RunningService
from akash_tui.services.journal import SavedDeployment
from akash_tui.services.ports import AkashError, LeaseStatus
from akash_tui.services.session import Session


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

    @property
    def services(self) -> tuple[RunningService, ...]:
        """Its services with their ways in; empty while not asked or nothing runs."""
        raise NotImplementedError


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

    @property
    def id(self) -> DeploymentId:
        return self.deployment.id

    @property
    def name(self) -> str:
        """Our name for it, or the name of its first group."""
        raise NotImplementedError

    @property
    def state(self) -> str:
        """One word: waiting (for bids or a choice), leased, running (services asked and up), dry, closed, unknown."""
        raise NotImplementedError


class Leases:
    """Lists and reads deployments; never signs."""

    def __init__(self, session: Session) -> None:
        self.session = session

    async def all(self, *, closed: bool = False) -> list[DeploymentView]:
        """The wallet's deployments, newest first; with `closed` also those that ended."""
        raise NotImplementedError

    async def one(self, id: DeploymentId, *, services: bool = True) -> DeploymentView:
        """One deployment, its providers asked for their services (faults are in the views, not raised).

        Raises `BadInput` if the chain does not know it.
        """
        raise NotImplementedError
