"""What a wallet's deployments hold in escrow, what they cost an hour, and until when that lasts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import BlockTime, lasts_hours
from akash_tui.services.leases.lease_summary import LeaseSummary
from akash_tui.services.spending.quoting import ends_at


@dataclass(frozen=True, slots=True)
class LockedDeployment:
    """One deployment's escrow, projected to the moment that was asked for."""

    id: DeploymentId
    name: str
    left: int
    """Whole micro-ACT left; negative where it owes."""
    price_h: Decimal
    """ACT per hour of its leases; 0 while nothing runs."""
    lasts_hours: Decimal | None
    """None while nothing costs."""
    lasts_until: datetime | None


@dataclass(frozen=True, slots=True)
class LockedFunds:
    """All open deployments of a wallet."""

    deployments: tuple[LockedDeployment, ...]
    """The one that runs out first comes first; those that cost nothing last."""
    total: int
    """Micro-ACT held in all; what a deployment owes is not taken off."""
    price_h: Decimal
    """ACT per hour of everything that runs."""
    runs_hours: Decimal | None
    """Hours that the whole wallet pays for, escrow and `wallet_act` together; None while nothing costs."""
    runs_until: datetime | None

    @property
    def first_out(self) -> LockedDeployment | None:
        """The deployment that runs out first; None while nothing costs."""
        return next((each for each in self.deployments if each.lasts_hours is not None), None)


def locked_funds(summaries: Iterable[LeaseSummary], wallet_act: int, now: datetime) -> LockedFunds:
    """The funds of these deployments at `now`, closed ones left out. `wallet_act`: micro-ACT outside escrow."""
    open_ones = [summary.at(now) for summary in summaries if summary.state != "closed"]
    found = [
        LockedDeployment(
            id=each.id,
            name=each.name,
            left=int(each.left.to_integral_value(ROUND_FLOOR)),
            price_h=each.price_h,
            lasts_hours=each.lasts_hours,
            lasts_until=each.lasts_until,
        )
        for each in open_ones
    ]
    found.sort(key=lambda each: (each.lasts_hours is None, each.lasts_hours or 0, each.id.dseq))
    running = [each for each in open_ones if each.rate > 0]
    hours = None
    if running:
        funds = sum((max(each.left, Decimal(0)) for each in running), Decimal(wallet_act))
        block_time = BlockTime(running[0].block_seconds, measured=True)
        hours = lasts_hours(funds, sum((each.rate for each in running), Decimal(0)), block_time)
    return LockedFunds(
        deployments=tuple(found),
        total=sum(max(0, each.left) for each in found),
        price_h=sum((each.price_h for each in found), Decimal(0)),
        runs_hours=hours,
        runs_until=ends_at(now, hours),
    )
