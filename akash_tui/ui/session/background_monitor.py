"""What the app reads of everything deployed, again and again: the lease list, alerts, automatic top-ups, and the
runtime limits that it keeps.

Belongs to the session, not to a screen, and ends with it; nothing is watched after that.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from akash_tui.domain.akash.entities import DeploymentId
from akash_tui.domain.akash.money import units
from akash_tui.domain.alert import Alert
from akash_tui.domain.text import short_address
from akash_tui.services.automation.auto_top_up import AutoTopUp, DoneTopUp
from akash_tui.services.automation.stop_after import CLOSED, DoneStop, StopAfter
from akash_tui.services.leases.alerts import AlertRules
from akash_tui.services.leases.lease_list import LeaseList, LeaseRound
from akash_tui.services.leases.other_wallets import other_wallets
from akash_tui.services.leases.runtime_limits import LimitState, SavedLimit
from akash_tui.services.ports import AkashError
from akash_tui.services.storage.standing_orders import StandingOrder
from akash_tui.services.sweep.items import SweepResult
from akash_tui.services.sweep.reader import sweep_of
from akash_tui.ui.widgets import formatting

if TYPE_CHECKING:
    from akash_tui.services.core.session import Session
    from akash_tui.ui.session.error_handling import ErrorHandlingApp

READ_SECONDS = 20.0
SWEEP_SECONDS = 60.0
"""What serves nothing is looked for so often; at once when its list is in sight or money was moved."""
SWEEP_SECONDS_PRACTICE = 10.0
NOTICE_SECONDS = 30.0
READ_SECONDS_PRACTICE = 4.0
"""Time may pass faster there than on mainnet."""


class BackgroundMonitor:
    """Reads all deployments until cancelled; `lease_list.summaries` and `orders` are there for every screen."""

    def __init__(
        self,
        app: ErrorHandlingApp,
        session: Session,
        moved: Callable[[], None],
        closed: Callable[[DeploymentId], None] = lambda id: None,
    ) -> None:
        """`moved` is called when money was moved, `closed` when a deployment was closed here."""
        self.app = app
        self.session = session
        self._moved, self._closed = moved, closed
        self.lease_list = LeaseList(session, app.program.home)
        self.auto = AutoTopUp(session)
        self.orders: dict[DeploymentId, StandingOrder] = {}
        """Every standing order of this wallet here, with what it has spent."""
        self.stop = StopAfter(session)
        self.limits: dict[DeploymentId, LimitState] = {}
        """How far every runtime limit of this wallet is, as of the last round."""
        self._alert_rules = AlertRules(session.network.chain_id, app.program.settings.alerts.low_hours)
        self._read_requested = asyncio.Event()
        self._reported: dict[DeploymentId, str] = {}
        """Why a top-up could not be made: each reason is reported once."""
        self._not_closed: dict[DeploymentId, str] = {}
        """Why a deployment could not be closed at its limit: each reason is reported once."""
        self.sweep: SweepResult | None = None
        """What is open and serves nothing, as it was read last; None until then."""
        self.others = ""
        """What belongs to other wallets of this home: `2 more belong to wallet main`; "" without any."""
        self._swept_at: float | None = None
        self._noticed = False
        """Whether the person was shown, once in this session, what serves nothing."""
        self._counted: tuple[object, int] = None, 0
        """The last answer of `need_attention`, and for which moment it was."""

    def refresh_now(self) -> None:
        """Read again now."""
        self._read_requested.set()

    def sweep_now(self) -> None:
        """Read again now, what serves nothing too."""
        self._swept_at = None
        self._read_requested.set()

    def need_attention(self) -> int:
        """How many deployments need attention now: out of funds or low on them, or paid for and not running."""
        key = self.lease_list.revision, int(self.session.clock.monotonic())
        if self._counted[0] != key:
            now = self.session.clock.now()
            found = sum(s.at(now).needs_attention for s in self.lease_list.summaries or ())
            self._counted = key, found
        return self._counted[1]

    async def run(self) -> None:
        """Read until cancelled; a read that fails is reported quietly and tried again."""
        self._read_orders()
        await self.lease_list.open()
        pause = READ_SECONDS_PRACTICE if self.session.network.practice else READ_SECONDS
        while True:
            self._read_requested.clear()
            async with self.app.guard("reading your deployments", loud=False):
                await self._read_once()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._read_requested.wait(), pause)

    async def _read_once(self) -> None:
        seen = await self.lease_list.read()
        self._raise_alerts(seen)
        await self._keep_limits()  # before top-ups: what ends now needs none
        await self._top_up()
        self._raise_alerts(LeaseRound(await self.lease_list.ask(), ()))
        await self._sweep()

    async def _sweep(self) -> None:
        now = self.session.clock.monotonic()
        pause = SWEEP_SECONDS_PRACTICE if self.session.network.practice else SWEEP_SECONDS
        if self._swept_at is None or now - self._swept_at >= pause:
            self._swept_at = now
            self.sweep = await sweep_of(self.session, self.app.program.home, self.lease_list.views or ())
            wallets = await asyncio.to_thread(self.app.program.wallets().wallets)
            self.others = other_wallets(self.session, wallets)
        if self.sweep is not None and not self._noticed and not self.app.status.answered:
            self._noticed = True
            if self.sweep.notice and getattr(self.app.screen, "where", "") != "sweep":
                self.app.status.say(f"{self.sweep.notice}. U shows it.", "warn", NOTICE_SECONDS)

    def _refuse_locked(self) -> None:
        """Nobody is asked for a passphrase out of nowhere, and nothing else waits for the answer. Raises `Locked`."""
        if self.session.locked:
            raise self.session.locked_error()

    def _raise_alerts(self, seen: LeaseRound) -> None:
        for alert in self._alert_rules.new_alerts(seen):
            self.app.alert(alert)

    # -- runtime limits ----------------------------------------------------------------

    async def _keep_limits(self) -> None:
        """Close what has reached its limit; what an earlier start left overdue is closed in the first round."""
        before, self.limits = self.limits, await self.stop.states()
        if before or self.limits:
            self.lease_list.revision += 1
        for state in self.limits.values():
            if not state.due or self.session.readonly:
                continue
            try:
                self._refuse_locked()
                done = await self.stop.run(state.saved)
            except AkashError as fault:
                if self._not_closed.get(state.saved.id) != fault.title:
                    self._not_closed[state.saved.id] = fault.title
                    self._report(
                        state.saved, "stop_failed", f"Closing failed: {fault.title} {fault.advice}", urgent=True
                    )
            else:
                self._not_closed.pop(state.saved.id, None)
                if isinstance(done, DoneStop):
                    self._closed(state.saved.id)
                    refund = done.result.refund
                    back = "" if refund is None else f"; {formatting.amount(refund)} came back"
                    for who, coin in done.result.others:
                        back += f", {formatting.amount(coin)} went back to {short_address(who)}"
                    text = f"Closed after {state.saved.limit.words}, as you asked{back}."
                    self._report(state.saved, "stopped", text, urgent=False, tx=done.result.tx)
                    self._moved()
                elif done is not None and done.over != CLOSED:
                    self._report(done, "stop_failed", f"Its runtime limit is over: {done.over}.", urgent=True)

    def _report(self, saved: SavedLimit, code: str, text: str, *, urgent: bool, **more: str) -> None:
        facts = {"chain_id": saved.chain_id, "dseq": str(saved.id.dseq), "limit": saved.limit.typed, **more}
        self.app.alert(Alert(code, self._name(saved.id), text, urgent, facts))

    # -- automatic top-ups -------------------------------------------------------------

    def _read_orders(self) -> None:
        self.orders = {order.id: order for order in self.auto.all()}
        self.lease_list.revision += 1

    def changed(self) -> None:
        """A standing order was made or ended: read and apply the orders at once."""
        self._read_orders()
        self._reported.clear()
        self.refresh_now()

    async def _top_up(self) -> None:
        for order in [o for o in self.orders.values() if o.active]:
            if self.session.readonly:
                return
            try:
                self._refuse_locked()
                done = await self.auto.run(order)
            except AkashError as fault:
                if self._reported.get(order.id) != fault.title:
                    self._reported[order.id] = fault.title
                    text = f"Automatic top-up failed: {fault.title} {fault.advice}"
                    self.app.alert(Alert("top_up_failed", self._name(order.id), text, True, self._facts(order)))
            else:
                self._reported.pop(order.id, None)
                if done is not None:
                    self._read_orders()
                    self.app.alert(self._added(done) if isinstance(done, DoneTopUp) else self._stopped(done))
                    self._moved()

    def _added(self, done: DoneTopUp) -> Alert:
        order, quote = done.order, done.quote
        added = f"{formatting.amount(quote.deposit)} added automatically ({_spent_of_cap(order)})"
        text = f"{added}{formatting.until(quote.ends_at, quote.lasts_hours)}."
        return Alert("topped_up", quote.name, text, False, self._facts(order) | {"tx": done.result.hash})

    def _stopped(self, order: StandingOrder) -> Alert:
        text = f"Automatic top-up is off: {order.stopped}."
        return Alert("top_up_stopped", self._name(order.id), text, True, self._facts(order))

    def _name(self, id: DeploymentId) -> str:
        return next((s.name for s in self.lease_list.summaries or () if s.id == id), str(id.dseq))

    def _facts(self, order: StandingOrder) -> dict[str, str]:
        return {"chain_id": order.chain_id, "dseq": str(order.id.dseq), "spent_act": units(order.spent, 6)}


def _spent_of_cap(order: StandingOrder) -> str:
    return f"{units(order.spent)} of {units(order.cap)} ACT"
