"""What to expect of an SDL before it is deployed: what it asks for, its highest price, who could bid and has bid."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import UACT, BlockTime, per_hour, rate_span
from akash_tui.domain.akash.resources import Attribute, GroupSpec, highest_price
from akash_tui.domain.market.median_price import medians_of
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.screening import Screening
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.domain.sdl.complete.market_choices import NO_CHOICES, MarketChoices, market_choices
from akash_tui.domain.text import plural
from akash_tui.services.market.market_data import Market
from akash_tui.services.market.who_could_bid import ProvidersRead, WhoCouldBid, window_of
from akash_tui.services.ports import AkashError


@dataclass(frozen=True, slots=True)
class SeenPrices:
    """What bids that were seen here asked an hour for GPUs as many and of models as accepted, in ACT."""

    low: Decimal
    high: Decimal
    count: int
    days: int
    """How far back was looked."""

    @property
    def span(self) -> str:
        """`0.24–0.52`."""
        return rate_span(self.low, self.high)

    @property
    def basis(self) -> str:
        """`14 bids seen here in 30 days`."""
        return f"{plural(self.count, 'bid')} seen here in {plural(self.days, 'day')}"


@dataclass(frozen=True, slots=True)
class SdlOutlook:
    """Figures of a compiled SDL. None is unknown."""

    services: int
    gpus: int
    price_h: Decimal | None
    """The most that it pays an hour, in ACT; None if it asks in another token."""
    medians: tuple[Decimal, ...]
    """US dollars per GPU-hour over recent bids, of each accepted model with a price, the lowest first."""
    screening: Screening | None
    """Who could bid; None until the providers have been read."""
    have_bid: int | None
    """How many of those that fit have bid before at this price; None without GPUs, or while nobody is known."""
    seen: SeenPrices | None = None
    """What bids seen here asked; None where none was seen, or it asks for no GPU."""


class SdlForecaster:
    """Reads what is known of providers and prices once, then answers for any text without waiting for anybody."""

    def __init__(self, market: Market, who: WhoCouldBid) -> None:
        self._market = market
        self.who = who
        self._prices: Sequence[MarketPrice] = ()
        self.choices: MarketChoices = NO_CHOICES
        """What can be written where something of the market stands."""
        self.fault: AkashError | None = None
        """Why the providers are not known."""

    @property
    def read(self) -> ProvidersRead | None:
        """The providers, and how old they are; None before they were read."""
        return self.who.cached

    @property
    def known(self) -> object:
        """Equal to what it was before, unless more is known of the providers."""
        return self.who.known

    async def learn(self) -> None:
        """Read providers and prices; what does not answer stays unknown."""
        try:
            await self.who.providers()
            self.fault = None
        except AkashError as error:
            self.fault = error
        try:
            self._prices = (await self._market.gpus.get()).value
        except AkashError as error:
            self.fault = self.fault or error
        sheets = self._market.providers.cached
        known = sheets.value if sheets is not None else ()
        self.choices = await asyncio.to_thread(market_choices, self._prices, known)

    def outlook(self, compiled: Compiled, block_time: BlockTime) -> SdlOutlook | None:
        """The figures of a compiled SDL; None if it does not compile. It computes and reads the disk: for a thread."""
        if not compiled.ok or compiled.document is None:
            return None
        groups = compiled.groups
        gpus = sum(group.gpu_count for group in groups)
        price = highest_price(groups, UACT)
        price_h = per_hour(price, block_time) if price is not None else None
        accepted = [model for group in groups for model in group.gpu_models]
        medians = sorted({price for model in accepted for price in medians_of(model, self._prices)})
        answer = self.who.now(groups, window_s=window_of(compiled))
        screening = answer.screening if answer is not None else None
        have_bid = None
        if screening is not None and gpus and price_h is not None:
            before = self._market.session.memory.providers_that_bid(accepted, price_h / gpus)
            have_bid = sum(1 for verdict in screening.fitting if verdict.provider.owner in before)
        services = len({use.service for use in compiled.document.uses()})
        return SdlOutlook(services, gpus, price_h, tuple(medians), screening, have_bid, self._seen(accepted, gpus))

    def _seen(self, models: Iterable[GpuModel], gpus: int) -> SeenPrices | None:
        memory = self._market.session.memory
        found = [seen for model in dict.fromkeys(models) if (seen := memory.usual_price(None, model)) is not None]
        if not gpus or not found:
            return None
        low, high = min(each.low for each in found), max(each.high for each in found)
        return SeenPrices(low * gpus, high * gpus, sum(each.count for each in found), found[0].days)

    def fits(self, compiled: Compiled, models: Sequence[GpuModel]) -> Mapping[GpuModel, int]:
        """For each model, how many providers that have it could bid if the order accepted it; nothing while nobody is
        known. It computes: for a thread."""
        answer = self.who.now([_accepting(group, models) for group in compiled.groups], window_s=window_of(compiled))
        if answer is None:
            return {}
        fitting = answer.screening.fitting
        return {model: sum(any(model.matches(gpu) for gpu in each.gpus) for each in fitting) for model in models}


def _accepting(group: GroupSpec, models: Iterable[GpuModel]) -> GroupSpec:
    """The same group with these models wherever it asks for a GPU."""
    named = tuple(Attribute(model.key(), "true") for model in models)
    units = (
        replace(unit, resources=replace(unit.resources, gpu_attributes=named)) if unit.resources.gpu_units else unit
        for unit in group.units
    )
    return replace(group, units=tuple(units))
