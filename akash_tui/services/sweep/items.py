"""What is open and serves nothing, judged from what was read: why, what it locks, what it costs, and how sure that is.

Careful by rule: a workload "does not run" only by its provider's own word, and only once its lease is old enough; what
nobody could say is "not known". Only what is `sure` is closed together with others.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Final

from akash_tui.domain.akash.calendar import Calendar
from akash_tui.domain.akash.entities import Bid, BidState, DeploymentId, Lease, Order, OrderId, OrderState
from akash_tui.domain.akash.lease_end import seconds_text
from akash_tui.domain.akash.money import UACT, Coin, rate, units
from akash_tui.domain.bids.row_builder import BID_LIFE_SECONDS
from akash_tui.domain.text import plural
from akash_tui.services.leases.attention import START_SECONDS
from akash_tui.services.leases.lease_reader import DeploymentView, LeaseView, takes_bids
from akash_tui.services.spending.quoting import rate_of, refund

CHOICE_SECONDS: Final = 3600
"""An order with bids that nobody has chosen among for so long serves nothing."""
DOWN_SECONDS: Final = 300
"""A workload that has started before may be restarting: it counts once it was seen down twice, so far apart."""
ENDS_SOON: Final = timedelta(days=14)
"""Leases are listed for the end of their chain from so long before it on."""


class SweepReason(StrEnum):
    """Why a deployment is in the list."""

    NO_LEASE = "no_lease"
    """Nothing is leased, and no order is open: its groups are paused or closed."""
    NO_BIDS = "no_bids"
    """Its order is older than providers keep a bid open, and no bid is left."""
    ORDER_FULL = "order_full"
    """Its order has had as many bids as the chain takes, and none can be accepted any more."""
    NOTHING_NEW = "nothing_new"
    """The chain takes no new bids and leases."""
    WAITING = "waiting"
    """Bids may still come, or wait for a choice."""
    NOT_RUNNING = "not_running"
    """Leased, and by its provider's own word nothing of it runs."""
    NOT_KNOWN = "not_known"
    """Leased or not, running or not: somebody who would know could not be asked, or contradicts another."""
    CHAIN_ENDS = "chain_ends"
    """Leased on a chain that stops for good soon."""

    @property
    def words(self) -> str:
        """It in a list: `not running`."""
        return "no new bids" if self is SweepReason.NOTHING_NEW else self.value.replace("_", " ")


@dataclass(frozen=True, slots=True)
class SweepItem:
    """One deployment that is open and may serve nothing."""

    id: DeploymentId
    name: str
    reason: SweepReason
    text: str
    """One sentence."""
    advice: str
    locked: Coin
    """Micro-ACT of our own deposits that a close gives back, estimated."""
    others: Coin
    """The same of other depositors (grants)."""
    price_h: Decimal
    """ACT an hour of the leases that run."""
    leases: int
    """Leases that run, and that a close ends."""
    age_seconds: float
    """Since it was created."""
    takes_bids: bool
    sure: bool
    """It surely serves nothing: closed together with others. Never for what is not known."""

    @property
    def shows_bids(self) -> bool:
        """Whether its bids say more of it than what is leased."""
        return not self.leases and self.takes_bids


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """The orders of a deployment that has no lease, and their bids."""

    orders: tuple[Order, ...]
    bids: tuple[Bid, ...]
    most_bids: int
    """How many bids an order takes."""

    @property
    def open_orders(self) -> list[Order]:
        """Orders that could still lead to a lease."""
        return [order for order in self.orders if order.state is OrderState.OPEN]

    @property
    def open_bids(self) -> int:
        """Bids that can be accepted now."""
        taking = {order.id for order in self.open_orders}
        return sum(bid.state is BidState.OPEN and bid.id.order in taking for bid in self.bids)

    @property
    def full(self) -> bool:
        """Whether no order can get another bid: closed ones count too."""
        return all(self._bids_of(order.id) >= self.most_bids for order in self.open_orders)

    def _bids_of(self, id: OrderId) -> int:
        return sum(bid.id.order == id for bid in self.bids)


@dataclass(frozen=True, slots=True)
class SweepFacts:
    """What is known besides the deployments themselves."""

    orders: dict[DeploymentId, OrderFacts]
    calendar: Calendar | None = None
    touched: dict[DeploymentId, int] | None = None
    """The block of the newest transaction that this home made for a deployment."""
    doubts: dict[DeploymentId, tuple[str, str]] | None = None
    """Why nothing can be said of a deployment now, and what to do, a sentence each."""
    seen_down: Collection[DeploymentId] = ()
    """Deployments whose workload was seen down before, long enough ago."""


def sweep_items(views: Sequence[DeploymentView], facts: SweepFacts) -> tuple[SweepItem, ...]:
    """Those that may serve nothing: the sure ones first, by what they cost an hour and what they lock."""
    found = [item for view in views if (item := judge(view, facts)) is not None]
    return tuple(sorted(found, key=lambda i: (not i.sure, -i.price_h, -i.locked.amount, i.id)))


def judge(view: DeploymentView, facts: SweepFacts) -> SweepItem | None:
    """Why one deployment is in the list; None for one that is in use, closed, or too new to say."""
    if view.state in ("closed", "unknown"):
        return None
    alive = [part for part in view.leases if part.lease.state.is_running]
    item = _leased(view, alive, facts) if alive else _waiting(view, facts)
    doubt = (facts.doubts or {}).get(view.id)
    if item is None or doubt is None:
        return item
    return replace(item, reason=SweepReason.NOT_KNOWN, text=doubt[0], advice=doubt[1], sure=False)


def _item(view: DeploymentView, reason: SweepReason, text: str, advice: str, *, sure: bool = False) -> SweepItem:
    leases: list[Lease] = [part.lease for part in view.leases if part.lease.state.is_running]
    own, others = refund(view.deployment.escrow, view.id.owner, rate_of(leases), view.height)
    return SweepItem(
        id=view.id,
        name=view.name,
        reason=reason,
        text=text,
        advice=advice,
        locked=Coin(UACT, own),
        others=Coin(UACT, sum(coin.amount for _, coin in others)),
        price_h=view.price_h,
        leases=len(leases),
        age_seconds=_seconds(view, view.deployment.created_at),
        takes_bids=takes_bids(view.deployment),
        sure=sure,
    )


def _seconds(view: DeploymentView, height: int) -> float:
    """How long ago a block was, by the chain's own time."""
    return float((view.height - height) * view.block_time.seconds)


def _touched(view: DeploymentView, facts: SweepFacts, seconds: float) -> bool:
    """Whether this home has done something with it within this many seconds: a flow may be under way."""
    height = (facts.touched or {}).get(view.id)
    return height is not None and _seconds(view, height) < seconds


# --- without a lease ------------------------------------------------------------------------------------


def _waiting(view: DeploymentView, facts: SweepFacts) -> SweepItem | None:
    known = facts.orders.get(view.id)
    if known is None:
        return _item(view, SweepReason.NOT_KNOWN, "Its orders could not be read.", "Sweep again.")
    close = f"Close it: akash-tui lease close {view.id.dseq}."
    fresh = _touched(view, facts, BID_LIFE_SECONDS)
    if not known.open_orders:
        paused = "its group is paused" if len(view.deployment.groups) == 1 else "its groups are paused or closed"
        text = f"Nothing is leased and {paused}: no provider can bid."
        return _item(
            view, SweepReason.NO_LEASE, text, f"Start a group for new bids, or {_lower(close)}", sure=not fresh
        )
    age = _seconds(view, max(order.created_at for order in known.open_orders))
    since = f"for {_about(age)}"
    old = age > BID_LIFE_SECONDS and not fresh
    bids = known.open_bids
    if facts.calendar is not None and facts.calendar.new_ended:
        text = "This chain takes no new bids and leases: its order cannot lead to one any more."
        return _item(view, SweepReason.NOTHING_NEW, text, close, sure=old or facts.calendar.refused)
    if bids:
        wait = "waits" if bids == 1 else "wait"
        text = f"Its order has been open {since}, and {plural(bids, 'bid')} {wait} for a choice."
        take = f"accept one: akash-tui lease accept {view.id.dseq} --cheapest"
        advice = f"See them: akash-tui bids {view.id.dseq}; {take}; or {_lower(close)}"
        return _item(view, SweepReason.WAITING, text, advice, sure=old and age > CHOICE_SECONDS)
    ask = f"Ask again: akash-tui lease ask-again {view.id.dseq}; or {_lower(close)}"
    if known.full:
        text = f"Its order has had all {known.most_bids} bids that the chain takes, and none is left: no more can come."
        return _item(view, SweepReason.ORDER_FULL, text, ask, sure=not fresh)
    if not old:
        text = f"Its order has been open {since}: bids may still come."
        return _item(view, SweepReason.WAITING, text, f"Wait, or {_lower(close)}")
    text = f"Its order has been open {since} and no bid is left. A provider bids once for an order."
    return _item(view, SweepReason.NO_BIDS, text, ask, sure=True)


def _lower(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


def _about(seconds: float) -> str:
    """A duration in its largest unit that says enough."""
    return seconds_text(seconds if seconds < 60 else seconds // 60 * 60)


# --- leased -----------------------------------------------------------------------------------------------


def _leased(view: DeploymentView, alive: Sequence[LeaseView], facts: SweepFacts) -> SweepItem | None:
    young = any(_seconds(view, part.lease.created_at) <= START_SECONDS for part in alive)
    down = [part for part in alive if is_down(view, part)]
    costs = f" It costs ≈ ${rate(view.price_h)} an hour."
    close = f"akash-tui lease close {view.id.dseq}"
    names = ", ".join(dict.fromkeys(part.provider_name.full for part in alive))
    if len(down) == len(alive) and not young:
        if not any(part.status is not None for part in alive):
            text = f"{names} has nothing for this lease: nothing runs.{costs}"
            advice = f"Send its manifest: akash-tui resume --yes; or close it: {close}."
            sure = not _touched(view, facts, START_SECONDS)
        else:
            again = view.id in facts.seen_down
            once = "" if again else " Seen once so far: it may be starting again."
            text = f"{names} reports that no service of it is up.{once}{costs}"
            advice = f"See why: akash-tui lease events {view.id.dseq}; or close it: {close}."
            sure = again and not _touched(view, facts, START_SECONDS)
        return _item(view, SweepReason.NOT_RUNNING, text, advice, sure=sure)
    ending = _ending(view, facts.calendar, close)
    if ending is not None or any(_is_up(part) for part in alive) or young:
        return ending
    silent = next((part for part in alive if part.status is None), alive[0])
    advice = f"Sweep again, or: akash-tui lease status {view.id.dseq}."
    if silent.fault is not None:
        why = f"{silent.provider_name.full} cannot be asked ({silent.fault.title.rstrip('.')})"
    else:
        why = f"{silent.provider_name.full} was not asked, or did not answer in time"
        advice = f"Providers answer only to the wallet's key. {advice}"
    return _item(view, SweepReason.NOT_KNOWN, f"Whether it runs is not known: {why}.{costs}", advice)


def is_down(view: DeploymentView, part: LeaseView) -> bool:
    """Whether the lease's provider itself says, now, that nothing of it is up."""
    if not view.asked or part.fault is not None:
        return False
    return part.status is None or not any(service.ready > 0 for service in part.status.services)


def _is_up(part: LeaseView) -> bool:
    return part.status is not None and any(service.ready > 0 for service in part.status.services)


def _ending(view: DeploymentView, calendar: Calendar | None, close: str) -> SweepItem | None:
    """A lease on a chain that stops for good soon; None where that is not announced, or far away."""
    if calendar is None or not calendar.winds_down:
        return None
    end = calendar.chain_end
    if end is not None and end - calendar.now > ENDS_SOON:
        return None
    if calendar.halted_since is not None and calendar.plans.upgrade is not None and calendar.plans.upgrade.is_final:
        return _item(view, SweepReason.CHAIN_ENDS, calendar.headline, calendar.advice)
    when = "at a time that is not known" if end is None else f"about {end:%Y-%m-%d %H:%M} UTC"
    text = f"A node reports that this chain stops for good {when}; what is locked then does not come back."
    advice = f"Save its SDL: akash-tui lease recover {view.id.dseq}; then close it: {close}."
    return _item(view, SweepReason.CHAIN_ENDS, text, advice)


# --- all together -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SweepResult:
    """All that was found in one reading."""

    items: tuple[SweepItem, ...]
    in_use: int
    """Open deployments that are not in the list."""
    read_at: datetime

    @property
    def sure(self) -> tuple[SweepItem, ...]:
        """Those that "close all" closes."""
        return tuple(item for item in self.items if item.sure)

    @property
    def notice(self) -> str:
        """`Not in use: 1 order, 5.00 ACT`; "" where nothing is surely unused and nothing ends."""
        sure, ending = self.sure, [item for item in self.items if item.reason is SweepReason.CHAIN_ENDS]
        said = []
        if sure:
            orders, leased = [i for i in sure if not i.leases], [i for i in sure if i.leases]
            parts = [plural(len(orders), "order")] if orders else []
            parts += [f"{plural(len(leased), 'deployment')} that {_do_not(len(leased))} run"] if leased else []
            costs = sum((item.price_h for item in sure), Decimal(0))
            hourly = f", ≈ ${rate(costs)} an hour" if costs else ""
            locked = units(sum(item.locked.amount + item.others.amount for item in sure))
            said.append(f"Not in use: {' and '.join(parts)}, {locked} ACT{hourly}")
        if ending:
            said.append(f"{'On' if not said else 'on'} a chain that ends: {plural(len(ending), 'deployment')}")
        return "; ".join(said)


def _do_not(count: int) -> str:
    return "does not" if count == 1 else "do not"
