"""What running leases cost, compared with today's market: the median, the lowest bid, and what moving would save.

A lease's price pays its CPU, memory and disk too, while the indexer's prices are for the GPU alone or nearly so; and
the lowest bid seen is no offer. So this is a reason to ask for bids, not a promise, and the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.gpu import GpuModel, GpuSource
from akash_tui.domain.akash.money import per_month
from akash_tui.domain.market.gpu_rows import GpuRow
from akash_tui.domain.market.supply import FigureSource
from akash_tui.services.leases.lease_reader import DeploymentView, LeaseView


@dataclass(frozen=True, slots=True)
class SavingsRow:
    """One running lease. Prices are USD (≈ ACT) per GPU-hour; None is "unknown", and `why` is the reason."""

    deployment: DeploymentId
    name: str
    provider: str
    model: str
    """As far as it is known: `a100 80 GB`, `?`."""
    count: int
    gpu_h: Decimal | None
    """What it costs now."""
    median: Decimal | None
    best: Decimal | None
    """The lowest bid that the indexer saw lately for the same model."""
    free: int | None
    """GPUs of the model that are free now."""
    why: str = ""
    source: FigureSource | None = None
    read_at: datetime | None = None

    @property
    def saves_month(self) -> Decimal | None:
        """USD a month that the lowest bid would save; negative if it would cost more. None if there is no room."""
        if self.free is not None and self.free < self.count:
            return None
        return self._month(self.best)

    @property
    def against_median(self) -> Decimal | None:
        """USD a month that it costs above the median; negative below."""
        return self._month(self.median)

    def _month(self, price: Decimal | None) -> Decimal | None:
        if price is None or self.gpu_h is None:
            return None
        return per_month((self.gpu_h - price) * self.count)


def requotes(views: Iterable[DeploymentView], market: Sequence[GpuRow]) -> list[SavingsRow]:
    """Every running lease with GPUs or without, the one that moving would save most on first."""
    found = [
        _requote(view, lease, market) for view in views for lease in view.leases if lease.lease.state.is_running
    ]  # fmt: skip
    return sorted(found, key=lambda r: (r.saves_month is None, -(r.saves_month or 0), r.deployment.dseq))


def _requote(view: DeploymentView, lease: LeaseView, market: Sequence[GpuRow]) -> SavingsRow:
    count = sum(offer.count for offer in lease.gpus)
    row, why = _same(lease, market)
    sure = bool(lease.gpus) and len({offer.model for offer in lease.gpus}) == 1
    model = row.gpu if row is not None else lease.gpus[0].model if sure else None
    price = lease.price_h / count if lease.price_h is not None and count else None
    if not why and row is not None and row.median is None:
        why = "the market has no price for it"
    if not why and price is None:
        why = "its price is not in ACT"
    return SavingsRow(
        deployment=view.id,
        name=view.name,
        provider=lease.lease.id.provider,
        model=_words(model),
        count=count,
        gpu_h=price,
        median=row.median if row is not None else None,
        best=row.minimum if row is not None else None,
        free=row.free if row is not None else None,
        why=why,
        source=row.source if row is not None else None,
        read_at=row.read_at if row is not None else None,
    )


def _same(lease: LeaseView, market: Sequence[GpuRow]) -> tuple[GpuRow | None, str]:
    """The market's row of the lease's GPU, or why there is none: never a guess between variants."""
    models = {offer.model for offer in lease.gpus}
    if not lease.gpus or not sum(offer.count for offer in lease.gpus):
        return None, "it has no GPU, and the indexer has prices of GPUs only"
    if len(models) > 1 or any(o.source not in (GpuSource.BID, GpuSource.PROVIDER) for o in lease.gpus):
        return None, "which GPU it got is uncertain"
    (model,) = models
    rows = [row for row in market if model.matches(row.gpu)]
    has = lease.provider.gpus if lease.provider is not None else ()
    variants = [gpu for gpu in has if model.matches(gpu) and gpu.vram_gib is not None]
    if len(rows) > 1 and variants:
        rows = [row for row in rows if any(gpu.matches(row.gpu) for gpu in variants)]
    if not rows:
        return None, "the market does not list this model now"
    if len(rows) > 1:
        names = ", ".join(_words(row.gpu) for row in rows)
        return None, f"its bid does not say which variant it is ({names})"
    return rows[0], ""


def _words(model: GpuModel | None) -> str:
    if model is None or not model.model:
        return "?"
    return f"{model.model} {model.vram_gib} GB" if model.vram_gib is not None else model.model
