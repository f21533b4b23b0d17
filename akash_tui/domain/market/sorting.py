"""In which order the lists of GPU models and of providers can be shown.

Loads nothing of what it sorts: the help of a command names these columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from akash_tui.domain.market.gpu_rows import GpuRow
    from akash_tui.domain.market.supply import ProviderSheet

SORTS: Final[dict[str, Callable[[GpuRow], Any]]] = {
    "model": lambda r: (r.gpu.model, r.gpu.vendor, -(r.gpu.vram_gib or 0)),
    "vram": lambda r: r.gpu.vram_gib,
    "free": lambda r: r.free,
    "total": lambda r: r.total,
    "providers": lambda r: r.providers_free,
    "price": lambda r: r.minimum,
    "median": lambda r: r.median,
    "max": lambda r: r.maximum,
}
"""Columns to sort by; what is not known comes last either way."""


def in_order(rows: Iterable[GpuRow], column: str, *, reverse: bool = False) -> list[GpuRow]:
    """Rows by one column of `SORTS`."""
    key = SORTS[column]
    known = [row for row in rows if key(row) is not None]
    unknown = [row for row in rows if key(row) is None]
    return [*sorted(known, key=key, reverse=reverse), *unknown]


def _name(sheet: ProviderSheet) -> str:
    from akash_tui.domain.akash.provider import provider_name

    return provider_name(sheet.owner, None, sheet.profile).full.casefold()


ORDERS: Final[dict[str, Callable[[ProviderSheet], Any]]] = {
    "free": lambda s: None if s.resources.gpu.available is None else -s.resources.gpu.available,
    "name": _name,
    "uptime": lambda s: None if s.profile.uptime_7d is None else -s.profile.uptime_7d,
    "region": lambda s: s.profile.region,
    "leases": lambda s: None if s.profile.leases is None else -s.profile.leases,
}
"""What the list can be sorted by; the most free GPUs, the best uptime and the most leases first."""
