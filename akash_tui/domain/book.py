"""The bids of one deployment: what each gives, costs and how it changed. The only mutable model of the domain.

Owned by one task; readers look at `revision` and take whole views. No clock and no I/O: times and
heights are handed in. Taking a snapshot only notes what changed; rows are made when someone looks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import IntEnum, StrEnum

from akash_tui.domain.disclosure import Disclosure, disclose
from akash_tui.domain.gpu import GpuModel, GpuOffer, GpuSource
from akash_tui.domain.market import Bid, BidId, BidState, Order, OrderId, OrderState
from akash_tui.domain.money import ASSUMED_BLOCK_TIME, UACT, BlockTime, lasts_hours, per_hour, per_month
from akash_tui.domain.provider import Audit, Provider, ProviderProfile
from akash_tui.domain.observed import MarketPrice, Reach
from akash_tui.domain.resources import GroupSpec


class RowState(StrEnum):
    """OPEN can be taken (its order is open too); the others cannot, and say why in `gone_reason`."""

    OPEN = "open"
    GONE = "gone"
    LOST = "lost"
    TAKEN = "taken"


class Change(IntEnum):
    """The last change of a bid's price since we first saw it; `changed_at` says when."""

    DOWN = -1
    SAME = 0
    UP = 1
    NEW = 2


@dataclass(frozen=True, slots=True)
class BidRow:
    """One bid with all that is known of it; None is "not known". `rev` moves with every visible change."""

    id: BidId
    rev: int
    bid: Bid
    gseq: int
    provider: Provider | None
    profile: ProviderProfile | None
    reach: Reach | None
    disclosure: Disclosure
    price_h: Decimal | None
    """ACT per hour for the whole group; None if the price is not in uact."""
    gpu_h: Decimal | None
    """ACT per GPU-hour: `price_h` over all its GPUs."""
    month: Decimal | None
    lasts: Decimal | None
    """Hours that the escrow's funds pay for at this price alone."""
    vs_market: Decimal | None
    """Fraction above (+) or below (−) the market's median per GPU-hour; only for a known model."""
    region: str | None
    audited: bool | None
    auditors: tuple[str, ...]
    state: RowState
    first_seen: datetime
    created_at: int
    """Block height."""
    change: Change
    changed_at: datetime
    gone_reason: str
    gone_at: datetime | None

    @property
    def gpus(self) -> tuple[GpuOffer, ...]:
        return self.disclosure.gpus

    @property
    def disclosed(self) -> bool:
        """True if the GPU is known from the bid or the provider (or the group has none)."""
        return self.disclosure.known

    @property
    def name(self) -> str:
        """The best name for its provider: organization, host, or address."""
        if self.profile is not None and self.profile.name:
            return self.profile.name
        if self.provider is not None:
            return self.provider.organization or self.provider.host
        return self.id.provider

    @property
    def uptime(self) -> float | None:
        return None if self.profile is None else self.profile.uptime_7d


@dataclass(frozen=True, slots=True)
class Lane:
    """One acceptable model and its best open bid, None while nobody offers it."""

    model: GpuModel
    best: BidRow | None
    bids: int


@dataclass(frozen=True, slots=True)
class SortKey:
    """A column and its direction; unknown values always come last."""

    column: str
    descending: bool = False


SORT_COLUMNS = (
    "price", "gpu_h", "gpu", "count", "vram", "lasts", "market", "provider", "region", "uptime", "audited",
    "latency", "age", "state",
)  # fmt: skip
CHEAPEST = (SortKey("price"),)


class BidBook:
    """Bids of all groups of one deployment, kept after they are gone."""

    def __init__(self, groups: Mapping[int, GroupSpec] | None = None) -> None:
        self.revision = 0
        """Moves with every change that a reader can see."""
        self.height = 0
        self.updated_at: datetime | None = None
        """When the last snapshot was taken; None before the first."""

    def __len__(self) -> int: ...

    def apply(
        self,
        bids: Iterable[Bid],
        *,
        height: int,
        now: datetime,
        orders: Iterable[Order] | None = None,
    ) -> bool:
        """Take a whole snapshot (bids that are missing in it are gone); True if anything visible changed."""
        ...

    def learn(
        self,
        *,
        providers: Iterable[Provider] = (),
        profiles: Mapping[str, ProviderProfile] | None = None,
        audits: Mapping[str, Sequence[Audit]] | None = None,
        reach: Mapping[str, Reach] | None = None,
        prices: Iterable[MarketPrice] | None = None,
    ) -> bool:
        """Facts about providers that came in the background; True if a row changes by them."""
        ...

    def set_groups(self, groups: Mapping[int, GroupSpec]) -> None:
        """What was ordered, by gseq; decides which GPU models are acceptable."""

    def set_money(self, block_time: BlockTime, funds: Decimal | None) -> None:
        """Seconds per block for hourly figures, and the micro-ACT in escrow for `lasts`."""

    def rows(
        self, sort: Sequence[SortKey] = CHEAPEST, group: int | None = None, *, gone: bool = True
    ) -> Sequence[BidRow]:
        """Rows in order; `group` keeps one gseq, `gone=False` only what can be taken."""
        ...

    def row(self, id: BidId) -> BidRow | None: ...

    def changed(self, since: int) -> Sequence[BidRow]:
        """Rows that changed after `revision` was `since`, oldest change first."""
        ...

    def lanes(self, group: int | None = None) -> Sequence[Lane]:
        """Best open price per acceptable model; an order for any GPU lists the models that are offered."""
        ...

    @property
    def groups(self) -> Sequence[int]:
        """Known gseqs in order."""
        ...

    def order_open(self, gseq: int) -> bool | None:
        """True while the group's newest order takes bids; None while not known."""
        ...

    @property
    def first_bid_height(self) -> int | None:
        """Height of the oldest bid that is still open: providers withdraw theirs about 5 minutes later."""
        ...
