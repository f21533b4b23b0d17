"""Read what is open and serves nothing. Nothing here signs: closing is the same as everywhere.

Deployments come from `Leases` (their providers asked); of those without a lease the orders and bids are read, and what
this home's journal knows of a lease is looked up again, at another endpoint too: a node that hides a lease must not
make its deployment look unused.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from akash_tui.domain.akash.entities import DeploymentId, LeaseId
from akash_tui.services.core.concurrency import each, together
from akash_tui.services.core.session import Session
from akash_tui.services.leases.lease_reader import DeploymentView, Leases
from akash_tui.services.ports import AkashError, Locked, NotSignedIn, Refused, Unreachable
from akash_tui.services.storage.disk_cache import DiskCache, LineList
from akash_tui.services.sweep.items import (
    DOWN_SECONDS,
    OrderFacts,
    SweepFacts,
    SweepResult,
    is_down,
    sweep_items,
)

AT_ONCE = 4
ASK_SECONDS = 20.0
"""So long providers may take to say what runs; of a silent one it is then not known."""
NEWEST = 500
"""Transactions of this wallet, the newest ones, by which a deployment counts as just worked on."""
RESUME = "akash-tui resume looks it up on chain and repeats nothing."
AGAIN = "Sweep again, or use another endpoint."
_LONG_AGO = 24 * 3600.0
"""A workload seen down so long ago, and not since, may have run in between: seeing it again is the first time."""


async def read_sweep(session: Session, home: Path) -> SweepResult:
    """Read everything now. Raises what the lists of the chain raise; what else cannot be read is "not known"."""
    leases = Leases(session)
    await session.provider_cache.read_listed()
    views = await leases.all()
    if any(part.lease.state.is_running for view in views for part in view.leases):
        try:
            session.require_signer()  # before the time of the providers runs: a person may have to type a passphrase
        except (Locked, NotSignedIn):
            pass  # without the key providers answer nothing: each view says so
        else:
            views = await leases.asked_within(views, ASK_SECONDS)
    return await sweep_of(session, home, views)


async def sweep_of(session: Session, home: Path, views: Sequence[DeploymentView]) -> SweepResult:
    """What of these deployments serves nothing; their providers were asked before, as far as they were to be."""
    bare = [view for view in views if view.state == "waiting"]
    orders, doubts = await together(_orders(session, bare), _hidden_leases(session, bare))
    chain_id = session.network.chain_id
    undecided = {intent.deployment for intent in session.journal.open_intents(chain_id, session.owner)}
    touched: dict[DeploymentId, int] = {}
    for intent in session.journal.intents(chain_id, session.owner, NEWEST):
        if intent.deployment is not None and intent.height is not None:
            touched[intent.deployment] = max(touched.get(intent.deployment, 0), intent.height)
    for view in views:
        holder = session.holder(view.id)
        if holder is not None:
            doubts[view.id] = f"Another akash-tui is at work on it: {holder.words}.", "Wait until it is done."
        elif view.id in undecided:
            doubts[view.id] = "A transaction about it is undecided: it may still count.", RESUME
    seen = await asyncio.to_thread(_seen_down, DownSightings(home, chain_id, session.owner), views)
    facts = SweepFacts(orders, session.calendar.now(), touched, doubts, seen)
    items = sweep_items(views, facts)
    still_open = sum(view.state not in ("closed", "unknown") for view in views)
    return SweepResult(items, still_open - len(items), session.clock.now())


async def _orders(session: Session, views: Sequence[DeploymentView]) -> dict[DeploymentId, OrderFacts]:
    """Orders and bids of each; those that cannot be read are left out."""
    if not views:
        return {}
    try:
        params = await session.chain.params()
    except (Unreachable, Refused):
        return {}
    gate = asyncio.Semaphore(AT_ONCE)

    async def read(id: DeploymentId) -> tuple[DeploymentId, OrderFacts] | None:
        async with gate:
            try:
                orders, bids = await together(session.chain.orders(id), session.chain.bids(id))
            except (Unreachable, Refused):
                return None
            return id, OrderFacts(tuple(orders), tuple(bids), params.most_bids)

    return dict(found for found in await each(read(view.id) for view in views) if found is not None)


async def _hidden_leases(session: Session, views: Iterable[DeploymentView]) -> dict[DeploymentId, tuple[str, str]]:
    """Deployments that have no lease by the list, though one that this home made runs by what else is asked."""
    found: dict[DeploymentId, tuple[str, str]] = {}
    for view in views:
        for saved in session.journal.leases(session.network.chain_id, view.id):
            if await _runs(session, saved.id):
                found[view.id] = "Endpoints contradict each other about its lease: one says that it runs.", AGAIN
    return found


async def _runs(session: Session, id: LeaseId) -> bool:
    """Whether any endpoint says that this lease runs; one that cannot be asked says nothing."""
    for reads in (session.chain, session.chain.second()):
        if reads is None:
            continue
        try:
            lease = await reads.lease(id)
        except AkashError:
            continue
        if lease is not None and lease.state.is_running:
            return True
    return False


# --- seen down before -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DownSighting:
    """A deployment whose workload was seen down: at which block first, and last without having been up since."""

    dseq: int
    first: int
    last: int


class DownSightings:
    """The workloads of one wallet that were down when they were last asked for, on the disk: a command sees them once,
    and whether it is still so only the next one knows."""

    def __init__(self, home: Path, chain_id: str, owner: str) -> None:
        self._shelf = DiskCache(home, chain_id, "leases")
        self._name = f"{owner}-down"

    def load(self) -> dict[int, DownSighting]:
        """By deployment number."""
        found = self._shelf.load(self._name, LineList[DownSighting](DownSighting))
        return {each.dseq: each for each in found[1]} if found is not None else {}

    def save(self, sightings: Iterable[DownSighting], read_at: datetime) -> None:
        """Replace them."""
        self._shelf.save(self._name, LineList[DownSighting](DownSighting), read_at, list(sightings))


def _seen_down(store: DownSightings, views: Sequence[DeploymentView]) -> frozenset[DeploymentId]:
    """Those that are down now and were down before, so long ago that it is no restart; and remember what is seen."""
    known = store.load()
    now = dict(known)
    long_down: set[DeploymentId] = set()
    for view in views:
        alive = [part for part in view.leases if part.lease.state.is_running]
        asked = view.asked and all(part.fault is None for part in alive)
        if not alive or (asked and not all(is_down(view, part) for part in alive)):
            now.pop(view.id.dseq, None)
        elif asked:
            before = now.get(view.id.dseq)
            if before is None or _seconds(view, before.last) > _LONG_AGO or before.last > view.height:
                before = DownSighting(view.id.dseq, view.height, view.height)
            now[view.id.dseq] = replace(before, last=view.height)
            if _seconds(view, before.first) >= DOWN_SECONDS:
                long_down.add(view.id)
    open_ones = {view.id.dseq for view in views}
    now = {dseq: seen for dseq, seen in now.items() if dseq in open_ones}
    if now != known and views:
        store.save(now.values(), views[0].read_at)
    return frozenset(long_down)


def _seconds(view: DeploymentView, height: int) -> float:
    return float((view.height - height) * view.block_time.seconds)
