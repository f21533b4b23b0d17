"""What the bid memory is given of a run: the bids that it reads, and what becomes of those that are taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from akash_tui.domain.akash.entities import LeaseId, Order, OrderId, OrderState
from akash_tui.domain.bids.bid_memory import BidOutcome, SeenBid, SeenOrder
from akash_tui.domain.bids.bid_row import BidRow
from akash_tui.services.core.run_state import DeploymentRun
from akash_tui.services.core.session import Session
from akash_tui.services.memory.thinning import KEEP_DAYS
from akash_tui.services.memory.writing import BidResult

ORDERS_SECONDS = 10.0
"""How often the memory is given the orders of a run of which no bid changes."""

LONG_AGO = 10_000_000
"""Blocks; a node may name any height, and what is older than this is not remembered anyway."""


def remember_bids(session: Session, run: DeploymentRun) -> None:
    """Put the bids that are new or changed, and their orders, into the memory; returns at once."""
    rows, run.remembered = run.book.changed(run.remembered), run.book.revision
    now = session.clock.monotonic()
    if not rows and now - run.orders_remembered < ORDERS_SECONDS:
        return
    run.orders_remembered = now
    oldest = session.clock.now() - timedelta(days=KEEP_DAYS)
    orders = {order.id: order for order in run.orders}
    bids = [bid for row in rows if (bid := _seen(session, run, row, orders)).seen_at > oldest]
    wanted = {bid.id.order for bid in bids}
    asked = [_asked(session, run, id, orders.get(id)) for id in {*orders, *wanted}]
    session.memory.put([*(order for order in asked if order.id in wanted or order.asked_at > oldest), *bids])


def remember_taken(session: Session, leases: Iterable[LeaseId]) -> None:
    """Note that these bids were leased."""
    session.memory.put(BidResult(id, BidOutcome.TAKEN) for id in leases)


def remember_running(session: Session, run: DeploymentRun) -> None:
    """Note that its leases run, and how long after they were accepted, where that was in this run of the program."""
    seconds = None if run.signed_at is None else round(session.clock.monotonic() - run.signed_at)
    running = [lease.id for lease in run.leases if lease.state.is_running]
    session.memory.put(BidResult(id, BidOutcome.RUNNING, seconds) for id in running)


def remember_failed(session: Session, leases: Iterable[LeaseId], why: str) -> None:
    """Note that leases were given up or ended by their providers."""
    session.memory.put(BidResult(id, BidOutcome.FAILED, why=why.rstrip(".")) for id in leases)


def remember_ended(session: Session, leases: Mapping[LeaseId, str]) -> None:
    """Note leases that their providers were seen to have ended, each with the reason: once in a run of the program."""
    session.memory.put_once(BidResult(id, BidOutcome.FAILED, why=why) for id, why in leases.items())


def _at(session: Session, run: DeploymentRun, height: int) -> datetime:
    """When a block was made, as far as its height says; now where the newest height is not known."""
    blocks = min(max(0, run.book.height - height), LONG_AGO)
    return session.clock.now() - timedelta(seconds=blocks * float(run.book.block_time.seconds))


def _seen(session: Session, run: DeploymentRun, row: BidRow, orders: Mapping[OrderId, Order]) -> SeenBid:
    order = orders.get(row.id.order)
    delay = None
    if order is not None and 0 < order.created_at <= row.created_at:
        delay = round(min(row.created_at - order.created_at, LONG_AGO) * run.book.block_time.seconds)
    return SeenBid(
        id=row.id,
        seen_at=_at(session, run, row.created_at),
        delay=delay,
        gpu=row.disclosure.only_model,
        gpus=row.disclosure.count,
        price=row.bid.price,
        gpu_h=None if row.oddity else row.gpu_h,
    )


def _asked(session: Session, run: DeploymentRun, id: OrderId, order: Order | None) -> SeenOrder:
    """`order` is None while the node does not list it yet."""
    now, spec = session.clock.now(), run.groups.get(id.gseq)
    models, gpus = ((), 0) if spec is None else (spec.gpu_models, spec.gpu_count)
    if order is None:
        return SeenOrder(id, now, now, models, gpus)
    return SeenOrder(
        id, _at(session, run, order.created_at), now if order.state is OrderState.OPEN else None, models, gpus
    )
