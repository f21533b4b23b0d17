"""All deployments of a wallet, read again and again: known at once from the disk, fresh within one round of requests.

One task owns a list and writes it; screens read `standings` when `revision` moved. A round asks the chain for
lists, never deployment by deployment; providers are asked afterwards, a few at a time, and rarely.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.services.core.concurrency import each
from akash_tui.services.core.session import Session
from akash_tui.services.leases.lease_reader import DeploymentView, Leases, LeaseView
from akash_tui.services.leases.lease_summary import LeaseSummary, summarize
from akash_tui.services.leases.out_of_funds import OutOfFunds
from akash_tui.services.ports import AkashError, ProviderUnreachable
from akash_tui.services.storage.disk_cache import DiskCache, LineList

ASKED_AT_ONCE = 6
ASK_EVERY = 45.0
"""Seconds until a provider is asked again about a lease that ran."""
ASK_SOON = 12.0
"""The same while it does not run yet, or could not be asked."""
LOOK_UP_AT_ONCE = 4
MOST_LOOKED_UP = 20
"""Deployments that are over since the last round and are read one by one, in one round."""
SAVE_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class ProviderReply:
    """What a provider reported about one lease, and when (monotonic seconds)."""

    lease: LeaseView
    at: float
    version: bytes
    """The version on chain that its copy was compared with."""


@dataclass(frozen=True, slots=True)
class LeaseRound:
    """One reading of the chain: what is there, and what is over since the round before."""

    views: tuple[DeploymentView, ...]
    over: tuple[DeploymentView, ...]
    """Deployments that ended, or lost a lease, since they were last seen (by an earlier start too)."""


class LeaseList:
    """The deployments of one session's wallet."""

    def __init__(self, session: Session, home: Path) -> None:
        self.session = session
        self.views: tuple[DeploymentView, ...] | None = None
        self.summaries: tuple[LeaseSummary, ...] | None = None
        """None until something is known."""
        self.read_at: datetime | None = None
        """When this was read from the chain."""
        self.fault: AkashError | None = None
        """Why the last round failed; what is shown is then older."""
        self.revision = 0
        self.closed = False
        """Also those that ended."""
        self._unseen: dict[DeploymentId, DeploymentView] = {}
        """Those that ran out of funds, until the person has seen it; they stay in the list though they are closed."""
        self._shelf = DiskCache(home, session.network.chain_id, "leases")
        self._answers: dict[LeaseId, ProviderReply] = {}
        self._before: dict[DeploymentId, tuple[str, ...]] = {}
        self._saved_at: float | None = None

    async def open(self) -> None:
        """What an earlier start saved on the disk; no request is made."""
        found = await asyncio.to_thread(self._shelf.load, self.session.owner, _rows())
        if found is None or self.summaries is not None or found[0] > self.session.clock.now():
            return
        self.read_at, saved = found
        self.summaries = tuple(saved)
        self._before = {each.id: each.leases for each in saved if each.state != "closed"}
        self.revision += 1

    async def read(self) -> LeaseRound:
        """One round over the chain. Raises what the chain raises, keeping what was known."""
        leases = Leases(self.session)
        try:
            fresh = await leases.all(closed=self.closed)
        except AkashError as fault:
            self.fault = fault
            self.revision += 1
            raise
        self.fault = None
        self.views = tuple(self._with_answers(view) for view in fresh)
        over = await self._find_unseen(leases, await self._over(leases))
        known = {view.id for view in self.views}
        self.views += tuple(view for id, view in self._unseen.items() if id not in known)
        self.summaries = tuple(self._summary(view) for view in self.views)
        self.read_at = self.session.clock.now()
        self.revision += 1
        await self._save()
        return LeaseRound(self.views, tuple(over))

    def seen(self, id: DeploymentId) -> None:
        """The person has seen that this one ran out of funds: it leaves the list, for good. Others stay."""
        if self._unseen.pop(id, None) is None:
            return
        self._store().seen(id, self.session.clock.now())
        self.views = tuple(v for v in self.views or () if self.closed or v.id != id)
        self.summaries = tuple(self._summary(view) for view in self.views)
        self.revision += 1

    def _store(self) -> OutOfFunds:
        return OutOfFunds(self.session.journal, self.session.network.chain_id, self.session.owner)

    async def _find_unseen(self, leases: Leases, over: Sequence[DeploymentView]) -> list[DeploymentView]:
        """Note those that ran out of funds since the last round, and read what an earlier start left unseen.

        Returns what is over without those that the person saw before: an earlier start had no time to save the list.
        """
        store = self._store()
        for view in over:
            if view.ran_out:
                store.found(view.id, self.session.clock.now())
                self._unseen[view.id] = view
        wanted = store.unseen()[:MOST_LOOKED_UP]
        missing = await self._looked_up(leases, [id for id in wanted if id not in self._unseen])
        known = self._unseen | {view.id: view for view in missing}
        self._unseen = {id: known[id] for id in wanted if id in known}
        return [view for view in over if not view.ran_out or view.id in self._unseen]

    def _summary(self, view: DeploymentView) -> LeaseSummary:
        found = summarize(view)
        return replace(found, attention=0) if view.id in self._unseen else found

    async def ask(self) -> tuple[DeploymentView, ...]:
        """Ask the providers that are due what runs; the views with what is known now."""
        if self.views is None or self.session.readonly:
            return self.views or ()  # without a key providers answer nothing
        gate = asyncio.Semaphore(ASKED_AT_ONCE)
        dead: dict[str, AkashError] = {}

        async def ask(view: DeploymentView) -> None:
            async with gate:
                silent = [v for v in view.leases if v.lease.id.provider in dead]
                if silent and len(silent) == len([v for v in view.leases if v.lease.state.is_running]):
                    asked = replace(view, leases=tuple(_silent(v, dead) for v in view.leases), asked=True)
                else:
                    asked = await Leases(self.session).asked(view)
            now = self.session.clock.monotonic()
            for part in asked.leases:
                if isinstance(part.fault, ProviderUnreachable):
                    dead[part.lease.id.provider] = part.fault
                self._answers[part.lease.id] = ProviderReply(part, now, asked.deployment.hash)
            self._put(asked)

        await each(ask(view) for view in self.views if self._due(view))
        return self.views

    def _due(self, view: DeploymentView) -> bool:
        now = self.session.clock.monotonic()
        for part in view.leases:
            if part.lease.state.is_running:
                known = self._answers.get(part.lease.id)
                well = known is not None and known.lease.status is not None and known.lease.status.running
                if known is None or known.version != view.deployment.hash:
                    return True
                if now - known.at >= (ASK_EVERY if well else ASK_SOON):
                    return True
        return False

    def _with_answers(self, view: DeploymentView) -> DeploymentView:
        """What the chain shows now with what the providers last reported about the same leases."""
        alive = [v for v in view.leases if v.lease.state.is_running]
        if not alive or any(v.lease.id not in self._answers for v in alive):
            return view

        def known(part: LeaseView) -> LeaseView:
            answer = self._answers.get(part.lease.id)
            if answer is None:
                return part
            last = answer.lease
            # a comparison with an older version says nothing about this one; what runs is known all the same
            current = last.current if answer.version == view.deployment.hash else None
            return replace(part, status=last.status, fault=last.fault, current=current, misplaced=last.misplaced)

        return replace(view, leases=tuple(known(v) for v in view.leases), asked=True)

    async def _over(self, leases: Leases) -> list[DeploymentView]:
        """Deployments that lost a lease, or all, since they were seen last; read one by one, there are few."""
        now = {
            view.id: tuple(str(v.lease.id) for v in view.leases if v.lease.state.is_running)
            for view in self.views or ()
            if view.state != "closed"
        }
        lost = [id for id, before in self._before.items() if id not in now or not set(before) <= set(now[id])]
        found = await self._looked_up(leases, lost[:MOST_LOOKED_UP])
        seen = {view.id for view in found}
        self._before = now | {id: self._before[id] for id in lost if id not in seen}  # these are read next time
        return found

    async def _looked_up(self, leases: Leases, ids: Sequence[DeploymentId]) -> list[DeploymentView]:
        """These one by one; what cannot be read is left out, and wanted again in the next round."""
        gate = asyncio.Semaphore(LOOK_UP_AT_ONCE)

        async def read_one(id: DeploymentId) -> DeploymentView | None:
            async with gate:
                try:
                    return await leases.one(id, services=False)
                except AkashError:  # a fault about what is over must not stop the watch over the others
                    return None

        return [view for view in await each(read_one(id) for id in ids) if view is not None]

    def _put(self, asked: DeploymentView) -> None:
        """One deployment is known better now."""
        self.views = tuple(asked if v.id == asked.id else v for v in self.views or ())
        better = self._summary(asked)
        self.summaries = tuple(better if s.id == better.id else s for s in self.summaries or ())
        self.revision += 1

    async def _save(self) -> None:
        now = self.session.clock.monotonic()
        if self._saved_at is not None and now - self._saved_at < SAVE_SECONDS:
            return
        self._saved_at = now
        open_ones = [s for s in self.summaries or () if s.state != "closed"]
        at = self.read_at or self.session.clock.now()
        await asyncio.to_thread(self._shelf.save, self.session.owner, _rows(), at, open_ones)


def _silent(part: LeaseView, dead: dict[str, AkashError]) -> LeaseView:
    return replace(part, status=None, fault=dead.get(part.lease.id.provider, part.fault))


def _rows() -> LineList[LeaseSummary]:
    return LineList(LeaseSummary)
