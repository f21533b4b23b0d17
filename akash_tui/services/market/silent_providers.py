"""Who could bid, with what this machine has seen of each before, and why those are silent who have not."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.gpu import GpuModel
from akash_tui.domain.akash.money import ASSUMED_BLOCK_TIME, UACT, BlockTime, per_hour
from akash_tui.domain.akash.resources import GroupSpec, highest_price
from akash_tui.domain.bids.bid_memory import UsualDelay
from akash_tui.domain.market.median_price import medians_of
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.screening import Relaxation, Verdict
from akash_tui.domain.market.unmet import unmet
from akash_tui.domain.silence import (
    NOTHING_SEEN,
    SeenOfProvider,
    Silence,
    cap_of,
    everybody,
    explain,
    known_first,
    price_relaxation,
    ranked,
)
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.market.who_could_bid import WhoAnswer, WhoCouldBid, window_of
from akash_tui.services.memory.bid_memory import BidMemory

MOST_EXPLAINED = 40
"""This many of those that fit are looked up and explained; nobody reads more."""
PROBE_SECONDS = 4.0
"""How long their own status pages are waited for."""


@dataclass(frozen=True, slots=True)
class WhoPage:
    """All that a screen shows of it."""

    answer: WhoAnswer
    seen: Mapping[str, SeenOfProvider]
    """By address."""
    silences: tuple[Silence, ...]
    """Of those that fit and have not bid, in the order of the screening, known causes first; empty before an order."""
    relaxations: tuple[Relaxation, ...]
    """The best first."""
    sentence: str
    """Why nobody has bid, in one sentence; "" before an order."""
    typical: UsualDelay | None
    """How long after an order bids come here."""

    @property
    def best(self) -> Relaxation | None:
        """The change that is worth most."""
        return self.relaxations[0] if self.relaxations else None


@dataclass(frozen=True, slots=True)
class OpenOrder:
    """An order under way: of which deployment, who has bid, and for how many seconds it has been open."""

    deployment: DeploymentId
    bid: Collection[str]
    waited: float


async def silence_of(who: WhoCouldBid, run: DeploymentRun, groups: Sequence[GroupSpec] = ()) -> WhoPage:
    """Who fits the groups of a run (empty: all), and why those are silent who have not bid. Raises where no provider
    can be read."""
    compiled = who.session.sdl.read(run.sdl, run.name) if run.sdl else None
    return await who_page(
        who,
        groups or list(run.groups.values()),
        window_s=window_of(compiled) if compiled is not None else None,
        block_time=run.block_time,
        order=OpenOrder(run.id, frozenset(run.book.providers), waited(run)),
    )


def waited(run: DeploymentRun) -> float:
    """Seconds since the order; 0 while that is not known."""
    return (run.clock.now() - run.asked_at).total_seconds() if run.asked_at is not None else 0.0


async def who_page(
    who: WhoCouldBid,
    groups: Sequence[GroupSpec],
    *,
    window_s: int | None = None,
    block_time: BlockTime | None = None,
    order: OpenOrder | None = None,
) -> WhoPage:
    """Compare the groups with all providers, and look up what was seen of those that fit; with an `order`, explain
    the silence of those who have not bid. Raises as `WhoCouldBid.providers` does."""
    session = who.session
    answer, prices = await asyncio.gather(who.of(groups, window_s=window_s), who.prices())
    fitting = answer.screening.fitting[:MOST_EXPLAINED]
    seen, typical = await asyncio.to_thread(_seen, session.memory, fitting, order.deployment if order else None)
    block_time = block_time or ASSUMED_BLOCK_TIME
    cap, most = cap_of(groups, block_time), highest_price(groups, UACT)
    silences: list[Silence] = []
    if order is not None:
        silent = [verdict for verdict in fitting if verdict.provider.owner not in order.bid]
        await _probe(session, [verdict.provider.owner for verdict in silent])
        need = min((group.gpu_count for group in groups), default=0)
        silences = [
            explain(
                verdict,
                seen.get(verdict.provider.owner, NOTHING_SEEN),
                cap=cap,
                waited=order.waited,
                reach=session.provider_cache.reach.get(verdict.provider.owner),
                need=need,
            )
            for verdict in silent
        ]
    total = per_hour(most, block_time) if most is not None else None
    price = price_relaxation(answer.screening, seen, cap=cap, cap_total_h=total)
    usual = await asyncio.to_thread(_usual, session.memory, prices, answer.screening.relaxations)
    changes = ranked(answer.screening.relaxations, price, silences, usual, cap)
    sentence = everybody(answer.screening, silences) if order is not None else ""
    if order is not None and not fitting:
        sentence = " ".join(await asyncio.to_thread(unmet, groups, answer.read.providers)) or sentence
    return WhoPage(answer, seen, known_first(silences), changes, sentence, typical)


def _seen(
    memory: BidMemory, fitting: Sequence[Verdict], of: DeploymentId | None
) -> tuple[dict[str, SeenOfProvider], UsualDelay | None]:
    """A few rows for each of them. `of`: the deployment whose orders are open, and no answer missed yet."""
    found = {}
    for verdict in fitting:
        owner = verdict.provider.owner
        prices = {gpu: price for gpu in verdict.gpus if (price := memory.usual_price(owner, gpu)) is not None}
        past = memory.answered(owner, verdict.gpus, besides=of)
        found[owner] = SeenOfProvider(prices, memory.usual_delay(owner), past)
    return found, memory.typical_delay()


def _usual(memory: BidMemory, prices: Sequence[MarketPrice], changes: Iterable[Relaxation]) -> dict[GpuModel, Decimal]:
    """What the models that could be accepted too usually cost, in ACT per GPU-hour: the least that is known, of the
    medians of the market and of the bids seen here."""
    found = {}
    for gpu in {change.change.gpu for change in changes if change.change.gpu is not None}:
        seen = memory.usual_price(None, gpu)
        known = [*medians_of(gpu, prices), *([seen.low] if seen is not None else [])]
        if known:
            found[gpu] = min(known)
    return found


async def _probe(session: Session, owners: Sequence[str]) -> None:
    """Ask their status pages, as far as they answer in time."""
    if owners:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(session.provider_cache.gather(owners, PROBE_SECONDS), PROBE_SECONDS * 2)
