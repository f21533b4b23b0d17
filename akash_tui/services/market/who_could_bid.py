"""Who could bid on an order, before anything is paid for: the providers that are known, compared with its groups.

The indexer lists them, else the chain and each provider's own status page do. Reading takes a bounded time, and its
answer is kept: the comparison itself asks nobody. What could not be read stays unknown.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from akash_tui.domain.akash.provider import Audit
from akash_tui.domain.akash.resources import GroupSpec
from akash_tui.domain.market.formatting import source_and_age
from akash_tui.domain.market.known_provider import KnownProvider, known_by_record, known_by_sheet
from akash_tui.domain.market.observations import MarketPrice
from akash_tui.domain.market.screening import NOBODY, Screening, screen
from akash_tui.domain.market.supply import FigureSource, GpuStock
from akash_tui.domain.sdl.build.compiler import Compiled
from akash_tui.services.core.concurrency import for_a_while
from akash_tui.services.core.session import Session
from akash_tui.services.market.market_data import Market
from akash_tui.services.ports import AkashError, Unchanged, Unreachable

READ_SECONDS = 10.0
"""How long reading the providers may take; the caller has something else to do."""
DETAIL_SECONDS = 4.0
"""How long asking about some of them may take after that."""
MOST_ASKED = 24
"""Providers about which more is asked, one by one: how many GPUs of each model they have free, or who signed."""
AT_ONCE = 4
MOST_GROUPS = 6
"""For more groups the indexer's screening is not asked."""


@dataclass(frozen=True, slots=True)
class ProvidersRead:
    """Every provider that is known, and where from."""

    providers: tuple[KnownProvider, ...]
    source: FigureSource
    read_at: datetime
    fault: AkashError | None = None
    """Why they could not be read again."""

    def words(self, now: datetime) -> str:
        """`indexer, 2 min old`."""
        return source_and_age(self.source, self.read_at, now)


@dataclass(frozen=True, slots=True)
class WhoAnswer:
    """The comparison, and what it was made from."""

    screening: Screening
    read: ProvidersRead
    listed: int | None = None
    """How many the indexer's own screening lists; None where it offers none, or failed."""

    @property
    def listed_words(self) -> str:
        """`9 by the indexer's own screening`; "" where it offers none."""
        return "" if self.listed is None else f"{self.listed} by the indexer's own screening"


class WhoCouldBid:
    """The providers of one session's market, ready to be compared; one for a session."""

    def __init__(self, market: Market) -> None:
        self._market = market
        self._read: ProvidersRead | None = None
        self._of: object = None
        """The market's answer that `_read` was made of."""
        self._stocks: dict[str, tuple[GpuStock, ...]] = {}
        self._signed: dict[str, tuple[Audit, ...]] = {}
        """What was asked about single providers, since the list was read."""

    @property
    def session(self) -> Session:
        """Whose providers these are."""
        return self._market.session

    @property
    def cached(self) -> ProvidersRead | None:
        """The providers as they were last read; None before."""
        return self._read

    @property
    def known(self) -> tuple[datetime | None, int, int]:
        """When they were read, and about how many more was asked: equal while `now` gives the same answer."""
        return self._read.read_at if self._read is not None else None, len(self._stocks), len(self._signed)

    async def providers(self, within: float = READ_SECONDS) -> ProvidersRead:
        """All that are known. Raises `Unreachable` if neither indexer nor chain has ever answered."""
        market = self._market
        answer, fault = None, None
        try:
            async with asyncio.timeout(within):
                answer = await market.providers.get()
        except TimeoutError:
            answer = await market.providers.last()
        except AkashError as error:
            fault = error
        if answer is None:  # the providers' own pages take long: the chain has their attributes at least
            session = market.session
            try:
                async with asyncio.timeout(within):
                    records = await session.chain.providers()
            except TimeoutError as error:
                raise fault or error_of_silence() from error
            known = tuple(known_by_record(record) for record in records)
            self._read, self._of = ProvidersRead(known, FigureSource.CHAIN, session.clock.now(), fault), None
        elif answer.value is not self._of or self._read is None:
            sheets = answer.value
            known = await asyncio.to_thread(lambda: tuple(known_by_sheet(sheet) for sheet in sheets))
            source = sheets[0].source if sheets else FigureSource.INDEXER
            self._stocks, self._signed = {}, {}
            self._read, self._of = ProvidersRead(known, source, answer.read_at, answer.fault), sheets
        return self._read

    async def of(
        self,
        groups: Iterable[GroupSpec],
        *,
        window_s: int | None = None,
        blocked: Mapping[str, str] = NOBODY,
        detail_seconds: float = DETAIL_SECONDS,
    ) -> WhoAnswer:
        """Compare these groups with all providers, of which those are blocked that the person blocked, and those of
        `blocked` (address and why); more is asked about some of those that fit, for at most
        `detail_seconds`. Raises as `providers` does."""
        wanted = tuple(groups)
        read = await self.providers()
        blocked = {**self.session.provider_notes.blocked(), **blocked}
        known = self._with_details(read.providers)
        found = await asyncio.to_thread(screen, wanted, known, window_s=window_s, blocked=blocked)
        if detail_seconds <= 0:
            return WhoAnswer(found, read)
        listed, more = await asyncio.gather(
            self._listed(wanted, window_s, detail_seconds), self._ask_more(wanted, read, found, detail_seconds)
        )
        if more or listed is not None:
            known = self._with_details(read.providers)
            if listed is not None:
                known = [replace(each, listed=each.owner in listed) for each in known]
            found = await asyncio.to_thread(screen, wanted, known, window_s=window_s, blocked=blocked)
        return WhoAnswer(found, read, None if listed is None else len(listed))

    async def prices(self, within: float = DETAIL_SECONDS) -> Sequence[MarketPrice]:
        """The prices of recent bids by model; those of last time, or none, if they cannot be read in time."""
        market = self._market
        try:
            async with asyncio.timeout(within):
                return (await market.gpus.get()).value
        except (AkashError, TimeoutError):
            last = await market.gpus.last()
            return last.value if last is not None else ()

    async def _listed(self, groups: Sequence[GroupSpec], window_s: int | None, within: float) -> frozenset[str] | None:
        """Whom the indexer's own screening lists for any of the groups; None where it fails or offers none."""
        indexer = self._market.session.indexer
        if indexer is None or not groups or len(groups) > MOST_GROUPS:
            return None
        try:
            async with asyncio.timeout(within):
                answers = await asyncio.gather(*(indexer.could_bid(group, window_s) for group in groups))
        except (AkashError, TimeoutError):  # it is an addition to what is known
            return None
        return frozenset(o for each in answers if not isinstance(each.value, Unchanged) for o in each.value)

    def now(
        self, groups: Iterable[GroupSpec], *, window_s: int | None = None, blocked: Mapping[str, str] = NOBODY
    ) -> WhoAnswer | None:
        """The same by what has been read already, without waiting for anybody; None if nothing has been."""
        if self._read is None:
            return None
        known = self._with_details(self._read.providers)
        blocked = {**self.session.provider_notes.blocked(), **blocked}
        return WhoAnswer(screen(groups, known, window_s=window_s, blocked=blocked), self._read)

    def _with_details(self, providers: Sequence[KnownProvider]) -> list[KnownProvider]:
        if not self._stocks and not self._signed:
            return list(providers)
        return [self._with_detail(each) for each in providers]

    def _with_detail(self, provider: KnownProvider) -> KnownProvider:
        stock, audits = self._stocks.get(provider.owner), self._signed.get(provider.owner)
        if stock is not None:
            provider = replace(provider, stock=stock)
        if audits is not None:
            signed = {
                pair: tuple(a.auditor for a in audits if any((e.key, e.value) == pair for e in a.attributes))
                for pair in provider.attributes
            }
            provider = replace(provider, attributes=signed, signatures_known=True)
        return provider

    async def _ask_more(
        self, groups: Sequence[GroupSpec], read: ProvidersRead, found: Screening, within: float
    ) -> bool:
        """How many GPUs of each model those have free that have several, and who signed; True if something came."""
        indexed = read.source is FigureSource.INDEXER
        wants_signed = not indexed and any(g.signed_by.all_of or g.signed_by.any_of for g in groups)
        mixed = [v.provider for v in found.fitting if v.free is None and v.gpus] if indexed else []
        unsigned = [v.provider for v in found.fitting if not v.provider.signatures_known] if wants_signed else []
        before = len(self._stocks), len(self._signed)

        async def one(owner: str) -> None:
            with contextlib.suppress(AkashError):  # what is missing stays unknown
                if not indexed:
                    self._signed[owner] = tuple(await self._market.session.chain.audits(owner))
                elif counted := await self._market.stock(owner):
                    self._stocks[owner] = tuple(counted)

        due = [p.owner for p in (*mixed, *unsigned) if p.owner not in self._stocks and p.owner not in self._signed]
        await for_a_while((partial(one, owner) for owner in due[:MOST_ASKED]), at_once=AT_ONCE, seconds=within)
        return before != (len(self._stocks), len(self._signed))


def window_of(compiled: Compiled) -> int | None:
    """The shortest reclamation window that an SDL demands, in whole seconds; None without one."""
    return None if compiled.reclamation_ns is None else -(-compiled.reclamation_ns // 10**9)


def error_of_silence() -> Unreachable:
    """Neither the indexer nor a node has answered in time."""
    return Unreachable("No source has listed the providers in time.", "Try again in a moment.")


def of_session(session: Session) -> WhoCouldBid:
    """For a session that has no market of its own."""
    return WhoCouldBid(Market(session, None))
