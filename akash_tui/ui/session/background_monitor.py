"""The rounds that the app makes over everything deployed: what the list shows, alerts, automatic top-ups.

Belongs to the desk, not to a screen, and lasts as long as its session; nothing is watched after that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import units
from akash_tui.domain.alert import Alert
from akash_tui.services.automation.auto_top_up import AutoTopUp, DoneTopUp, StoppedOrder
from akash_tui.services.leases.alert_rules import AlertRules
from akash_tui.services.leases.lease_list import LeaseList, LeaseRound
from akash_tui.services.ports import AkashError
from akash_tui.services.storage.standing_orders import StandingOrder
from akash_tui.ui.widgets import formatting as words

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.ui.session.error_handling import ErrorHandlingApp

ROUND_SECONDS = 20.0
ROUND_PRACTICE = 4.0
"""The practice network's blocks come every second."""


class BackgroundMonitor:
    """Reads the fleet for ever; `fleet.standings` and `orders` are there for every screen."""

    def __init__(self, app: ErrorHandlingApp, session: Session, moved: Callable[[], None]) -> None:
        """`moved` is called when money was moved."""
        self.app = app
        self.session = session
        self._moved = moved
        self.fleet = LeaseList(session, app.entry.home)
        self.auto = AutoTopUp(session)
        self.orders: dict[DeploymentId, StandingOrder] = {}
        """Every standing order of this wallet here, with what it has spent."""
        self._sentry = AlertRules(session.network.chain_id, app.entry.settings.alerts.low_hours)
        self._soon = asyncio.Event()
        self._said: dict[DeploymentId, str] = {}
        """Why a top-up could not be made, told once."""

    def refresh_now(self) -> None:
        """Make the next round now."""
        self._soon.set()

    async def run(self) -> None:
        """Rounds until cancelled; a round that fails is told quietly and tried again."""
        self._read_orders()
        await self.fleet.open()
        pause = ROUND_PRACTICE if self.session.network.practice else ROUND_SECONDS
        while True:
            self._soon.clear()
            async with self.app.guard("reading your deployments", loud=False):
                await self._round()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._soon.wait(), pause)

    async def _round(self) -> None:
        seen = await self.fleet.read()
        self._tell(seen)
        await self._top_up()
        self._tell(LeaseRound(await self.fleet.ask(), ()))

    def _tell(self, seen: LeaseRound) -> None:
        for alert in self._sentry.news(seen):
            self.app.alert(alert)

    # -- automatic top-ups -------------------------------------------------------------

    def _read_orders(self) -> None:
        self.orders = {order.id: order for order in self.auto.all()}
        self.fleet.revision += 1

    def changed(self) -> None:
        """An order was agreed to or ended: look at it at once."""
        self._read_orders()
        self._said.clear()
        self.refresh_now()

    async def _top_up(self) -> None:
        for order in [o for o in self.orders.values() if o.active]:
            if self.session.readonly:
                return
            try:
                done = await self.auto.run(order)
            except AkashError as fault:
                if self._said.get(order.id) != fault.title:
                    self._said[order.id] = fault.title
                    says = f"It could not be topped up by itself: {fault.title} {fault.advice}"
                    self.app.alert(Alert("top_up_failed", self._name(order.id), says, True, self._facts(order)))
            else:
                self._said.pop(order.id, None)
                if done is not None:
                    self._read_orders()
                    self.app.alert(self._made(done) if isinstance(done, DoneTopUp) else self._stopped(done))
                    self._moved()

    def _made(self, done: DoneTopUp) -> Alert:
        order, quote = done.order, done.quote
        until = f"; it lasts until about {words.local_time(quote.ends_at)} here" if quote.ends_at is not None else ""
        says = f"{words.amount(quote.deposit)} added by itself ({_spent(order)}){until}."
        return Alert("topped_up", quote.name, says, False, self._facts(order) | {"tx": done.result.hash})

    def _stopped(self, done: StoppedOrder) -> Alert:
        says = f"It is not topped up by itself any more: {done.why}."
        return Alert("top_up_stopped", self._name(done.order.id), says, True, self._facts(done.order))

    def _name(self, id: DeploymentId) -> str:
        return next((s.name for s in self.fleet.standings or () if s.id == id), str(id.dseq))

    def _facts(self, order: StandingOrder) -> dict[str, str]:
        return {"chain_id": order.chain_id, "dseq": str(order.id.dseq), "spent_act": units(order.spent, 6)}


def _spent(order: StandingOrder) -> str:
    return f"{units(order.spent)} of {units(order.cap)} ACT"
