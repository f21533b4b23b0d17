"""A deployment as a list needs it: small, no SDL, no secrets, so that it can wait on the disk for the next start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.gpu import GpuOffer
from akash_tui.domain.akash.money import BlockTime, lasts_hours
from akash_tui.domain.akash.provider import ProviderName
from akash_tui.domain.bids.row_builder import BID_LIFE_SECONDS
from akash_tui.services.leases.attention import LOW, LOW_HOURS, NOTHING_SECONDS, attention, attention_items
from akash_tui.services.leases.lease_reader import DeploymentView, takes_bids
from akash_tui.services.spending.quoting import ends_at, rate_of


@dataclass(frozen=True, slots=True)
class LeaseSummary:
    """Where one deployment stood when it was read; money is projected onward from there (`at`)."""

    id: DeploymentId
    name: str
    state: str
    """As `DeploymentView.state`."""
    gpus: tuple[GpuOffer, ...]
    providers: tuple[ProviderName, ...]
    """The providers of its running leases; of an ended deployment those that it had."""
    leases: tuple[str, ...]
    """Ids of the leases that run."""
    price_h: Decimal
    rate: Decimal
    """Micro-ACT a block."""
    left: Decimal
    """Micro-ACT left at `height`."""
    block_seconds: Decimal
    height: int
    created_at: int
    read_at: datetime
    attention: int
    """For sorting: 0 needs it most."""
    up: int | None = None
    """Services that are up; None while no provider was asked."""
    services: int | None = None
    takes_bids: bool = True
    """A group of it is open; False where all are paused or closed."""
    open_bids: int | None = None
    """As `DeploymentView.open_bids`."""
    problem: str = ""
    """One word for what its providers do not run though it costs: the manifest, or its version; empty if nothing."""
    ran_out: bool = False
    """It was closed because its funds ran out."""

    def at(self, now: datetime) -> LeaseSummary:
        """The same, its money as it must be at `now` if nothing happened since it was read."""
        blocks = max(0, int(Decimal((now - self.read_at).total_seconds()) / self.block_seconds))
        if not blocks:
            return self
        left = self.left - self.rate * blocks
        moved = replace(self, left=left, height=self.height + blocks, read_at=now)
        if self.state not in ("leased", "running"):
            return moved
        if left <= 0:
            return replace(moved, state="dry", attention=0)
        low = moved.lasts_hours is not None and moved.lasts_hours < LOW_HOURS
        return replace(moved, attention=min(self.attention, LOW)) if low else moved

    @property
    def bids_gone(self) -> bool:
        """Nothing is leased and no bid is left, longer after its creation than providers keep a bid open."""
        return self.state == "waiting" and self.open_bids == 0 and self.age_seconds > BID_LIFE_SECONDS

    @property
    def needs_attention(self) -> bool:
        """Out of funds, paid for and not running, or low on funds."""
        return self.attention <= LOW

    @property
    def lasts_hours(self) -> Decimal | None:
        """Hours that are paid for; None while nothing costs."""
        return lasts_hours(self.left, self.rate, BlockTime(self.block_seconds, measured=True))

    @property
    def lasts_until(self) -> datetime | None:
        """When the funds run out; None if nothing costs or it is too far away for a date."""
        return ends_at(self.read_at, self.lasts_hours)

    @property
    def age_seconds(self) -> float:
        """Since its creation, by the measured block time."""
        return float(self.block_seconds) * max(0, self.height - self.created_at)


def summarize(view: DeploymentView) -> LeaseSummary:
    """The summary of a view that a list stores."""
    alive = [v for v in view.leases if v.lease.state.is_running]
    shown = alive or view.leases
    statuses = [v.status for v in alive]
    known = bool(alive) and all(s is not None for s in statuses)
    found = [service for s in statuses if s is not None for service in s.services]
    return LeaseSummary(
        id=view.id,
        name=view.name,
        state=view.state,
        gpus=tuple(g for v in shown for g in v.gpus),
        providers=tuple(dict.fromkeys(v.provider_name for v in shown)),
        leases=tuple(str(v.lease.id) for v in alive),
        price_h=view.price_h,
        rate=rate_of([v.lease for v in alive]),
        left=view.left,
        block_seconds=view.block_time.seconds,
        height=view.height,
        created_at=view.deployment.created_at,
        read_at=view.read_at,
        attention=attention(view),
        up=sum(1 for s in found if s.up) if known else None,
        services=len(found) if known else None,
        takes_bids=takes_bids(view.deployment),
        open_bids=view.open_bids,
        problem=_problem(view),
        ran_out=view.ran_out,
    )


def _problem(view: DeploymentView) -> str:
    """`manifest`: a provider has nothing of what was sent, or nothing was sent; `version`: it runs another one."""
    if view.state not in ("leased", "running"):
        return ""
    codes = {item.code for item in attention_items(view)}
    alive = [v for v in view.leases if v.lease.state.is_running]
    old = any((view.height - v.lease.created_at) * view.block_time.seconds > NOTHING_SECONDS for v in alive)
    nothing = view.asked and any(v.fault is None and v.status is None for v in alive)
    if old and ("manifest_due" in codes or ("not_running" in codes and nothing)):
        return "manifest"
    return "version" if "old_version" in codes else ""
