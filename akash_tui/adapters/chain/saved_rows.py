"""Rows of `akash-tui bids -o json` and its `bid` events, read back: the bids, and what was known beside them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from pydantic import Field

from akash_tui.adapters.chain.rest_json.fields import (
    Dec,
    InstantOrNone,
    Int32,
    Int64,
    JsonModel,
    Many,
    Text,
    at,
    first_of,
)
from akash_tui.adapters.chain.rest_json.group import DecCoinJson
from akash_tui.domain.akash.entities import Bid, BidId, BidState
from akash_tui.domain.akash.gpu import GpuModel, GpuSource
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, DEFAULT_BLOCK_SECONDS, MICRO, UACT, BlockTime, rounded
from akash_tui.domain.akash.provider import Provider, ProviderProfile
from akash_tui.domain.akash.resources import Attribute, ResourceOffer, Resources
from akash_tui.domain.bids.row_builder import payable
from akash_tui.domain.bids.saved_bids import SavedBids
from akash_tui.domain.market.observations import MarketPrice, Reach

_STATES = {"open": BidState.OPEN, "taken": BidState.ACTIVE, "lost": BidState.LOST, "gone": BidState.CLOSED}
_ANY = Attribute(GpuModel("nvidia", "*").key(), "true")
_SECONDS = Decimal("0.001")
_PRICE_ROUNDING = Decimal("0.0000005")
"""Half of the last place of `price_h`."""
_ROUNDING = Decimal("0.005")
"""Half of the last place of `lasts_h`."""
_LONGEST = Decimal(10) ** 9
"""Hours; more is no figure of ours."""

Share = Annotated[float, Field(ge=0, le=1)]
Milliseconds = Annotated[float, Field(ge=0, le=1e9)]


class GpuRowJson(JsonModel):
    """One GPU of a row; empty vendor and model with the source `none` are "not disclosed"."""

    vendor: Text = ""
    model: Text = ""
    vram_gib: Int32 | None = None
    interface: Text | None = None
    count: Int32 = 0
    source: Text = ""

    @property
    def gpu(self) -> GpuModel:
        return GpuModel(self.vendor, self.model, self.vram_gib, self.interface)


class RowIdJson(JsonModel):
    """What a row and every event about a bid name it by."""

    owner: Text
    dseq: Int64
    gseq: Int32
    oseq: Int32
    provider: Text

    @property
    def id(self) -> BidId:
        return BidId(self.owner, self.dseq, self.gseq, self.oseq, self.provider)


class BidRowJson(RowIdJson):
    """One row, or one `bid` event, which has less."""

    host: Text | None = None
    organization: Text | None = None
    price: DecCoinJson
    price_h: Dec | None = None
    gpus: Many[GpuRowJson] = ()
    audited: bool | None = None
    auditors: Many[Text] = ()
    region: Text | None = None
    lasts_h: Dec | None = None
    median: Dec | None = at("market", "median", default=None)
    median_read_at: InstantOrNone = at("market", "read_at", default=None)
    vram_gib: Int32 | None = None
    uptime_1d: Share | None = at("uptime", "1d", default=None)
    uptime_7d: Share | None = at("uptime", "7d", default=None)
    uptime_30d: Share | None = at("uptime", "30d", default=None)
    reclamation_h: Dec | None = None
    version: Text | None = None
    latency_ms: Milliseconds | None = None
    state: Text = "open"
    created_at: Int64 = 0
    read_at: InstantOrNone = first_of(("at",), default=None)
    event: Text = Field("")

    def bid(self) -> Bid:
        """The bid on chain; its offer names the GPUs as far as the bid itself did."""
        state = BidState.CLOSED if self.event == "bid_gone" else _STATES.get(self.state, BidState.UNKNOWN)
        notice = None if self.reclamation_h is None else self.reclamation_h * 3600
        return Bid(self.id, state, self.price.value(), self.created_at, tuple(self._offers()), notice)

    def _offers(self) -> Iterable[ResourceOffer]:
        candidates = [gpu for gpu in self.gpus if gpu.source == GpuSource.CANDIDATES]
        if candidates:  # one of them, so they are one offer
            yield _offer(candidates[0].count, [Attribute(gpu.gpu.key(), "true") for gpu in candidates])
        for gpu in self.gpus:
            if gpu.source == GpuSource.BID:
                yield _offer(gpu.count, [Attribute(gpu.gpu.key(), "true")])
            elif gpu.source == GpuSource.PROVIDER:
                yield _offer(gpu.count, [_ANY])
            elif gpu.source == GpuSource.NONE and gpu.count:
                yield _offer(gpu.count, [])
        if not self.gpus:
            yield _offer(0, [])

    def provider_gpus(self) -> set[GpuModel]:
        """The models, or the VRAM, that only the provider's attributes named."""
        found = {gpu.gpu for gpu in self.gpus if gpu.source == GpuSource.PROVIDER}
        named = [gpu.gpu for gpu in self.gpus if gpu.source == GpuSource.BID]
        if self.vram_gib is not None and len(named) == 1 and named[0].vram_gib is None:
            found.add(GpuModel(named[0].vendor, named[0].model, self.vram_gib, named[0].interface))
        return found

    @property
    def is_paid(self) -> bool:
        """Whether its price is one in ACT."""
        return self.price.denom == UACT and payable(self.price.amount)

    def block_seconds(self) -> tuple[Decimal, Decimal] | None:
        """Least and most seconds per block by which its hourly price can have been computed; None without one."""
        if not self.is_paid or not self.price_h or not _PRICE_ROUNDING * 10 < self.price_h < MICRO:
            return None
        least, most = (
            self.price.amount * 3600 / ((self.price_h + off) * MICRO) for off in (_PRICE_ROUNDING, -_PRICE_ROUNDING)
        )
        return (least, most) if least > _SECONDS and most < 3600 else None


def _offer(count: int, attributes: Sequence[Attribute]) -> ResourceOffer:
    return ResourceOffer(Resources(0, 0, 0, (), max(0, count), tuple(attributes)), 1)


@dataclass(slots=True)
class SavedRows:
    """Rows as they stand in a file; a later one takes the place of an earlier one of the same bid."""

    saved_at: datetime
    rows: dict[BidId, BidRowJson] = field(default_factory=dict)

    def add(self, value: object) -> None:
        """Take one row or event. ValueError if it cannot be read."""
        if isinstance(value, dict) and value.get("event") == "bid_gone":
            self._gone(value)
        else:
            row = BidRowJson.model_validate(value)
            self.rows[row.id] = row

    def _gone(self, value: dict[str, object]) -> None:
        """The bid that an event reports as gone, if it came before; an event that names no bid changes nothing."""
        try:
            id = RowIdJson.model_validate(value).id
        except ValueError:
            return
        row = self.rows.get(id)
        if row is not None:
            self.rows[id] = row.model_copy(update={"event": "bid_gone"})

    def saved_bids(self, bids: Sequence[Bid], *, more: bool) -> SavedBids:
        """The bids of the rows after `bids`, with all that the rows say."""
        rows = list(self.rows.values())
        seconds = self._block_seconds()
        return SavedBids(
            (*bids, *(row.bid() for row in rows)),
            providers=tuple(Provider(row.provider, f"https://{row.host}:8443") for row in rows if row.host),
            profiles=self._profiles(),
            reach={
                row.provider: Reach(True, row.latency_ms, row.read_at or self.saved_at)
                for row in rows
                if row.latency_ms is not None
            },
            prices=tuple(self._prices()),
            block_time=ASSUMED_BLOCK_TIME
            if seconds is None
            else BlockTime(seconds, measured=seconds != DEFAULT_BLOCK_SECONDS),
            funds=None if seconds is None else self._funds(seconds),
            more=more,
        )

    def _profiles(self) -> dict[str, ProviderProfile]:
        gpus: dict[str, set[GpuModel]] = {}
        for row in self.rows.values():
            gpus.setdefault(row.provider, set()).update(row.provider_gpus())
        return {
            row.provider: ProviderProfile(
                owner=row.provider, name=None, host_uri="", online=None, audited=row.audited,
                uptime_1d=row.uptime_1d, uptime_7d=row.uptime_7d, uptime_30d=row.uptime_30d, region=row.region,
                country=None, organization=row.organization, version=row.version, leases=None,
                gpus=tuple(sorted(gpus[row.provider], key=str)), auditors=row.auditors,
                read_at=row.read_at or self.saved_at,
            )
            for row in self.rows.values()
        }  # fmt: skip

    def _block_seconds(self) -> Decimal | None:
        """The roundest number that explains the hourly prices; where they differ, that of the most exact one."""
        ranges = [found for row in self.rows.values() if (found := row.block_seconds()) is not None]
        if not ranges:
            return None
        least, most = max(low for low, _ in ranges), min(high for _, high in ranges)
        if least > most:
            least, most = min(ranges, key=lambda found: found[1] - found[0])
        middle = (least + most) / 2
        rounds = (rounded(middle, places) for places in range(9))
        return next((seconds for seconds in rounds if least <= seconds <= most), middle)

    def _funds(self, seconds: Decimal) -> Decimal | None:
        """Micro-units in escrow, by the hours that they pay for; None where the rows do not agree, being for several
        deployments."""
        rows = [r for r in self.rows.values() if r.lasts_h is not None and 0 <= r.lasts_h < _LONGEST and r.is_paid]
        hours = [(row.lasts_h or Decimal(0), row.price.amount * 3600 / seconds) for row in rows]
        low = max(((lasts - _ROUNDING) * an_hour for lasts, an_hour in hours), default=Decimal(0))
        high = min(((lasts + _ROUNDING) * an_hour for lasts, an_hour in hours), default=Decimal(-1))
        return (low + high) / 2 if low <= high else None

    def _prices(self) -> Iterable[MarketPrice]:
        """The medians that rows were compared with, each model once."""
        done: set[GpuModel] = set()
        for row in self.rows.values():
            named = {gpu.gpu for gpu in row.gpus if gpu.source in (GpuSource.BID, GpuSource.PROVIDER)}
            if row.median is None or len(named) != 1:
                continue
            found = named.pop()
            model = GpuModel(found.vendor, found.model, row.vram_gib, found.interface)
            if model not in done:
                done.add(model)
                when = row.median_read_at or row.read_at or self.saved_at
                yield MarketPrice(model, None, row.median, None, None, None, when)
