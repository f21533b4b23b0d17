"""What the providers of a network really have, as choices for an SDL: GPU models, storage classes, attributes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from akash_tui.domain.akash.gpu import CAPABILITY_PREFIX, GpuModel
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.supply import ProviderSheet
from akash_tui.domain.text import clean

_CLASS_KEY: Final = ("capabilities/storage/", "/class")
_NO_WISH: Final = frozenset(("host", "email", "website", "organization", "status-page"))
"""Attributes that name a provider: an SDL that asks for one asks for a single provider by a wrong way."""
MOST_VALUES: Final = 60
"""Values of one attribute that are remembered; the ones that most providers have."""


@dataclass(frozen=True, slots=True)
class KnownGpu:
    """One GPU model that somebody has. None is unknown."""

    model: GpuModel
    free: int | None = None
    median: Decimal | None = None
    """US dollars per GPU-hour over recent bids."""


@dataclass(frozen=True, slots=True)
class MarketChoices:
    """What can be asked for with a chance of a bid; all empty while nothing was read."""

    gpus: tuple[KnownGpu, ...] = ()
    """By name; variants of one model stand together."""
    storage_classes: Mapping[str, int] = field(default_factory=dict)
    """By name, with how many providers have it."""
    attributes: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Values of each attribute, with how many providers have it; the most frequent first."""
    auditors: Mapping[str, int] = field(default_factory=dict)
    """Addresses, with how many providers they have signed."""

    @property
    def known(self) -> bool:
        """Whether anything was read."""
        return bool(self.gpus or self.attributes)


NO_CHOICES: Final = MarketChoices()


def market_choices(prices: Iterable[MarketPrice], sheets: Iterable[ProviderSheet]) -> MarketChoices:
    """The choices of these prices and providers; those known to be offline do not count."""
    gpus: dict[GpuModel, KnownGpu] = {}
    for price in prices:
        gpus.setdefault(price.gpu, KnownGpu(price.gpu, price.free, price.median))
    classes: Counter[str] = Counter()
    values: defaultdict[str, Counter[str]] = defaultdict(Counter)
    auditors: Counter[str] = Counter()
    for sheet in sheets:
        if sheet.profile.online is False:
            continue
        for gpu in sheet.profile.gpus:
            if not any(gpu.matches(known) for known in gpus):
                gpus[gpu] = KnownGpu(gpu)
        own: set[tuple[str, str]] = {(each.key, each.value) for each in sheet.attributes}
        classes.update({value for key, value in own if key.startswith(_CLASS_KEY[0]) and key.endswith(_CLASS_KEY[1])})
        for key, value in own:
            if value and key not in _NO_WISH and not key.startswith((CAPABILITY_PREFIX, _CLASS_KEY[0])):
                values[key][value] += 1
        auditors.update({auditor for each in sheet.attributes for auditor in each.auditors})
    return MarketChoices(
        tuple(sorted(gpus.values(), key=lambda c: (c.model.model, -(c.model.vram_gib or 0), c.model.interface or ""))),
        dict(classes.most_common()),
        {clean(key, 80): dict(values[key].most_common(MOST_VALUES)) for key in sorted(values)},
        dict(auditors.most_common(MOST_VALUES)),
    )
