"""Collect bids live: a wake is a reason to read, the answer alone is what counts."""

from __future__ import annotations

from collections.abc import Callable

from akash_tui.domain.akash.entities import BidId, DeploymentState, OrderState
from akash_tui.domain.akash.money import UACT
from akash_tui.domain.bids.bid_row import BidRow, RowState
from akash_tui.services.core.chain_wakeups import ChainWakeups, wakeups
from akash_tui.services.core.events import BidSeen, BidWent
from akash_tui.services.core.remembering import remember_bids
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.ports import Clock, Refused, Unreachable

FACTS_SECONDS = 2.0
"""How long a new bid waits, before it is announced, for what is read about its provider."""
ORDERS_EVERY = 5
"""Reads of the bids between two of the orders, the deployment and the block time, unless a bid went."""


async def collect(session: Session, run: DeploymentRun) -> None:
    """Fill `run.book` until cancelled; returns when no order of the deployment takes bids any more.

    A read that fails keeps what is shown and sets `run.read_error`; the next comes later and later.
    """
    emitter = BidEventEmitter(run, session.provider_cache.is_learning)

    def learned() -> None:
        _learn(session, run)
        emitter.emit_changes()

    run.book.set_groups(run.groups)
    try:
        async with (
            wakeups(session.chain, session.clock, run.id) as waker,
            session.provider_cache.watching(learned) as want,
        ):
            reads = 0
            open_orders = True
            run.reads.wake = waker.refresh
            while True:
                begun = session.clock.monotonic()
                run.reads.stop(begun)
                for_choice, run.reads.asked = run.reads.asked, False
                try:
                    await _read_bids(session, run, waker)
                    if reads % ORDERS_EVERY == 0 or emitter.went():
                        open_orders = await _read_orders(session, run)
                    reads += 1
                    waker.backoff.succeeded()
                    run.reads.succeeded(begun, session.clock.monotonic())
                    run.read_error = None
                except (Unreachable, Refused) as fault:
                    pause = waker.backoff.failed()
                    run.read_error = fault
                    run.reads.asked = run.reads.asked or for_choice
                    run.touch()
                else:
                    want(run.book.providers)
                    _learn(session, run)
                    remember_bids(session, run)
                    emitter.emit_changes(all=for_choice or not open_orders)
                    if not open_orders:
                        return
                    pause = waker.poll_seconds
                run.reads.notify()
                await _wait(waker, pause, emitter, session.clock)
                if run.live != waker.live:
                    run.live = waker.live
                    run.touch()
    finally:
        run.reads.stop(session.clock.monotonic())
        run.live = False
        run.touch()


async def _wait(waker: ChainWakeups, seconds: float, emitter: BidEventEmitter, clock: Clock) -> None:
    """Until a wake or this many seconds; meanwhile bids are announced that have waited long enough for their facts."""
    end = clock.monotonic() + seconds
    while not await waker.wait(min(end - clock.monotonic(), emitter.due_in)) and clock.monotonic() < end:
        emitter.emit_changes()


async def _read_bids(session: Session, run: DeploymentRun, waker: ChainWakeups) -> None:
    """One request: all bids of all groups, in every state."""
    bids = await session.chain.bids(run.id)
    if run.book.apply(bids, height=waker.height, now=session.clock.now()):
        run.touch()


async def _read_orders(session: Session, run: DeploymentRun) -> bool:
    """Orders, escrow and block time; False if nothing of this deployment can be leased any more."""
    orders = run.orders = tuple(await session.chain.orders(run.id))
    deployment = await session.chain.deployment(run.id)
    run.block_time = await session.chain.block_time()
    if deployment is not None:
        run.funds = deployment.escrow.held(UACT)
    run.book.set_money(run.block_time, run.funds)
    run.book.update_orders(orders, session.clock.now())
    run.touch()
    if deployment is not None and deployment.state is DeploymentState.CLOSED:
        return False
    # a node may not list a new order yet: an empty answer decides nothing
    return not orders or any(order.state in (OrderState.OPEN, OrderState.UNKNOWN) for order in orders)


def _learn(session: Session, run: DeploymentRun) -> None:
    if session.provider_cache.update_book(run.book):
        run.touch()


class BidEventEmitter:
    """Turns changed rows into events, each emitted once.

    A new bid waits a moment for what is being read about its provider: three events in a row would say less each.
    """

    def __init__(self, run: DeploymentRun, is_learning: Callable[[str], bool] = lambda owner: False) -> None:
        self._run = run
        self._is_learning = is_learning
        self._waiting: dict[BidId, float] = {}
        """New bids that wait for what is read about their providers, and until when at most."""
        self._since = -1
        self._emitted: dict[BidId, tuple[object, ...]] = {}
        """Of the bids that the book still knows, and for a while of more."""
        self._states: dict[BidId, RowState] = {}

    def went(self) -> bool:
        """True if a bid that was announced can no longer be taken: its order may have gone with it."""
        return any(
            row.state is not RowState.OPEN and self._states.get(row.id) is RowState.OPEN
            for row in self._run.book.changed(self._since)
        )

    @property
    def due_in(self) -> float:
        """Seconds until the next bid that waits is announced whatever is known by then; endless without one."""
        return max(0.0, min(self._waiting.values(), default=float("inf")) - self._run.clock.monotonic())

    def emit_changes(self, *, all: bool = False) -> None:
        """Emit what is new since the last call; with `all` also bids that still wait."""
        book = self._run.book
        since, self._since = self._since, book.revision
        now = self._run.clock.monotonic()
        rows = {row.id: row for row in book.changed(since)}
        self._waiting = {id: until for id, until in self._waiting.items() if book.row(id) is not None}
        rows |= {id: row for id in self._waiting if id not in rows and (row := book.row(id)) is not None}
        for row in rows.values():
            before = self._states.get(row.id)
            self._states[row.id] = row.state
            if row.state is RowState.OPEN:
                if all or not self._waits(row, now):
                    self._seen(row)
                continue
            if row.id in self._waiting:
                self._seen(row)
            if row.state in (RowState.GONE, RowState.LOST) and before is RowState.OPEN:
                self._run.emit(BidWent(self._run.head(), row.id, row.gone_reason))
        if len(self._states) > 2 * len(book) + 100:
            self._states = {id: state for id, state in self._states.items() if book.row(id) is not None}
            self._emitted = {id: facts_shown for id, facts_shown in self._emitted.items() if id in self._states}

    def _waits(self, row: BidRow, now: float) -> bool:
        """Whether a bid that was not announced yet still waits for what is read about its provider."""
        if row.id in self._emitted or not self._is_learning(row.id.provider):
            return False
        return now < self._waiting.setdefault(row.id, now + FACTS_SECONDS)

    def _seen(self, row: BidRow) -> None:
        self._waiting.pop(row.id, None)
        provider = row.provider
        facts_shown = (
            None if provider is None else provider.host,
            row.bid.price,
            row.price_h,
            row.gpus,
            row.audited,
            row.region,
            row.provider_name.organization,
        )
        if self._emitted.get(row.id) != facts_shown:
            self._emitted[row.id] = facts_shown
            self._run.emit(BidSeen(self._run.head(), row.id, *facts_shown))


async def read_once(session: Session, run: DeploymentRun) -> None:
    """One read of bids and orders outside of `collect`, for a new choice after a refusal."""
    run.book.set_groups(run.groups)
    await _read_bids(session, run, ChainWakeups(session.clock))
    await _read_orders(session, run)
    _learn(session, run)
    remember_bids(session, run)


async def read_in_full(session: Session, run: DeploymentRun, within: float = 8.0) -> None:
    """`read_once`, and what can be learned of those who bid; what has not come `within` seconds stays not known."""
    await read_once(session, run)
    await session.provider_cache.gather(run.book.providers, within)
    _learn(session, run)
    remember_bids(session, run)
