"""In which order the lists of GPU models and of providers can be shown.

Loads nothing of what it sorts: the help of a command names these columns.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from akash_tui.domain.market.gpu_rows import GpuRow
    from akash_tui.domain.market.supply import ProviderSheet

GPU_SORTS: Final[dict[str, Callable[[GpuRow], Any]]] = {
    "gpu": lambda r: (r.gpu.model, r.gpu.vendor, -(r.gpu.vram_gib or 0)),
    "vram": lambda r: r.gpu.vram_gib,
    "interface": lambda r: r.gpu.interface,
    "free": lambda r: r.free,
    "total": lambda r: r.total,
    "providers": lambda r: r.providers_free,
    "min": lambda r: r.minimum,
    "median": lambda r: r.median,
    "max": lambda r: r.maximum,
    "leased_7d": lambda r: r.leased_7d,
    "paid": lambda r: r.paid.gpu_h if r.paid is not None else None,
}
"""Columns of GPU models to sort by."""


def _name(sheet: ProviderSheet) -> str:
    from akash_tui.domain.akash.provider import provider_name

    return provider_name(sheet.owner, None, sheet.profile).full.casefold()


PROVIDER_SORTS: Final[dict[str, Callable[[ProviderSheet], Any]]] = {
    "free": lambda s: s.resources.gpu.available,
    "total": lambda s: s.resources.gpu.total,
    "provider": _name,
    "gpu": lambda s: ", ".join(dict.fromkeys(gpu.model for gpu in s.profile.gpus)) or None,
    "region": lambda s: s.profile.region,
    "uptime_7d": lambda s: s.profile.uptime_7d,
    "audited": lambda s: s.profile.audited,
    "version": lambda s: s.profile.version,
    "leases": lambda s: s.profile.leases,
}
"""Columns of providers to sort by."""
BEST_FIRST: Final = frozenset({"vram", "free", "total", "providers", "leased_7d", "uptime_7d", "audited", "leases"})
"""Columns whose high values are the good ones: they come first when somebody asks for that column."""
