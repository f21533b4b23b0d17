"""The name of each column: the same in its head, in filters, in `--sort` and `--columns`, and in hints.

What a person reads above a column can be typed, with `_` for a blank: `per GPU` is `per_gpu`. Names of former versions
are still read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

_HEADS: Final = {
    "gpu": "GPU",
    "vram": "VRAM",
    "price": "price/h",
    "per_gpu": "per GPU",
    "per_gb": "per GB",
    "left": "left ACT",
    "auto": "auto ACT",
    "locked": "locked ACT",
    "act": "ACT",
    "akt": "AKT",
    "until": "until about",
}
"""Heads that say more than the name: capitals, a unit."""
UNITS: Final = ("/h", " ACT", " about")
"""What may follow the name in a head."""
FORMER: Final = {
    "usd_h": "price",
    "price_h": "price",
    "usd_gpu_h": "per_gpu",
    "gpu_h": "per_gpu",
    "usd_gb_h": "per_gb",
    "gb_h": "per_gb",
    "usd_month": "per_month",
    "month": "per_month",
    "market": "vs_market",
    "hours": "lasts",
    "count": "gpus",
    "model": "gpu",
    "name": "provider",
    "stock": "free",
    "uptime": "uptime_7d",
    "up": "uptime_7d",
    "uptime1": "uptime_1d",
    "uptime7": "uptime_7d",
    "uptime30": "uptime_30d",
    "reclaim": "notice",
    "reachable": "online",
}
"""Names of former versions, and those that JSON has for the same things, by today's name."""


def head(name: str) -> str:
    """What stands above the column: `uptime 7d` for `uptime_7d`."""
    return _HEADS.get(name, name.replace("_", " "))


def aliases(names: Iterable[str], more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The former names of these columns; `more` are further ones, which count first."""
    known = set(names)
    found = {old: name for old, name in FORMER.items() if name in known and old not in known}
    return found | dict(more or {})
