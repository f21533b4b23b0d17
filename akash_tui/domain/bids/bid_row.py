"""One bid as a table wants it: joined with its provider, its order and the market."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

from akash_tui.domain.akash.entities import Bid, BidId
from akash_tui.domain.akash.gpu import GpuModel, GpuOffer
from akash_tui.domain.akash.provider import Provider, ProviderName, ProviderProfile
from akash_tui.domain.bids.gpu_disclosure import Disclosure
from akash_tui.domain.market.observations import MarketPrice, Reach


class RowState(StrEnum):
    """OPEN can be taken (its order is open too); the others cannot, and say why in `gone_reason`."""

    OPEN = "open"
    GONE = "gone"
    LOST = "lost"
    TAKEN = "taken"


class PriceChange(IntEnum):
    """The last change of a bid's price since we first saw it; `changed_at` says when."""

    DOWN = -1
    SAME = 0
    UP = 1
    NEW = 2


@dataclass(frozen=True, slots=True)
class BidRow:
    """One bid with all that is known of it; None is "not known"."""

    id: BidId
    key: str
    """The id as text, made once: tables look rows up by it many times a second."""
    number: int
    """Counts the bids as the book met them; settles the order of equal ones."""
    bid: Bid
    gseq: int
    provider: Provider | None
    profile: ProviderProfile | None
    provider_name: ProviderName
    """What its provider is called, in full and in short."""
    reach: Reach | None
    disclosure: Disclosure
    price_h: Decimal | None
    """ACT per hour for the whole group; None if the price is not in uact, or is no price (see `oddity`)."""
    akt_h: Decimal | None
    """AKT per hour of a bid that is priced in uakt, as all were before AEP-76; None for every other."""
    gpu_h: Decimal | None
    """ACT per GPU-hour: `price_h` over all its GPUs."""
    gb_h: Decimal | None
    """ACT per GB of VRAM and hour; None unless the VRAM of every GPU is known."""
    month: Decimal | None
    lasts: Decimal | None
    """Hours that the escrow's funds pay for at this price alone."""
    vs_market: Decimal | None
    """Fraction above (+) or below (−) the market's median per GPU-hour; only for a known model."""
    market: MarketPrice | None
    """What `vs_market` was compared with: its source and when it was read."""
    oddity: str
    """Why the price cannot be meant; such a bid has no place in an order by price. "" is normal."""
    region: str | None
    audited: bool | None
    auditors: tuple[str, ...]
    state: RowState
    created_at: int
    """Block height."""
    change: PriceChange
    changed_at: datetime
    gone_reason: str
    gone_at: datetime | None

    @property
    def gpus(self) -> tuple[GpuOffer, ...]:
        """Its GPUs, each with how we know it."""
        return self.disclosure.gpus

    @property
    def name(self) -> str:
        """Its provider's full name, on the screen as in a script."""
        return self.provider_name.full

    @property
    def uptime(self) -> float | None:
        """Share of the last 7 days, 0..1."""
        return None if self.profile is None else self.profile.uptime_7d

    @property
    def uptime_1d(self) -> float | None:
        """Share of the last day, 0..1; None is unknown."""
        return None if self.profile is None else self.profile.uptime_1d

    @property
    def uptime_30d(self) -> float | None:
        """Share of the last 30 days, 0..1; None is unknown."""
        return None if self.profile is None else self.profile.uptime_30d

    @property
    def version(self) -> str | None:
        """The provider's software, as the indexer last saw it."""
        return None if self.profile is None else self.profile.version

    @property
    def reclaim_h(self) -> Decimal | None:
        """Hours of notice that the provider promises before it may take the GPU back; None: none named."""
        seconds = self.bid.reclamation_seconds
        return None if seconds is None else seconds / 3600


@dataclass(frozen=True, slots=True)
class BestPrice:
    """One acceptable model and its best open bid, None while nobody offers it."""

    model: GpuModel
    best: BidRow | None
    bids: int
