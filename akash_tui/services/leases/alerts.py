"""What the lease list shows becomes alerts, each thing once, and the one place where alerts leave the program.

Everything that watches (leases, funds, the market) makes an `Alert` and delivers it here, once: by the bell, a desktop
notification, the user's own command. What is on is the user's choice (`alerts` in settings.json): only the bell is,
until they say otherwise. An alert that cannot be delivered is returned as an error, never raised: nothing that watches
may stop because a notification failed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from decimal import Decimal

from akash_tui.domain.akash.entities import DeploymentId, EscrowState, LeaseId
from akash_tui.domain.akash.lease_end import how_long, ran_out, spent, why_ended
from akash_tui.domain.akash.money import UACT, exact, plain, rate, units
from akash_tui.domain.alert import Alert
from akash_tui.services.leases.attention import LOW_HOURS, Attention, attention_items, failed_by_provider
from akash_tui.services.leases.lease_list import LeaseRound
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.ports import AkashError
from akash_tui.services.ports.notifier import Notifier
from akash_tui.services.storage.settings import AlertSettings

OWNER = "lease_closed_owner"
BACK = Decimal("1.1")
"""A threshold counts as left behind once the funds last so much longer: no alert for every wobble around it."""
_OVER = {"dry": "It ran out of funds and was closed", "closed": "It was closed", "ended": "Its lease is over"}
GRACE_SECONDS = 60
"""A person who takes a lease has just seen until when its funds last: no alert again at once."""
ALERTED = {"dry", "manifest_due", "not_running", "reclaiming"}
"""Codes of attention items that become alerts as soon as they are urgent; low funds have their own thresholds."""


def threshold_text(hours: Decimal) -> str:
    """A threshold in its usual unit: `12 h`, `1.5 h`, `15 min`."""
    return f"{plain(hours)} h" if hours >= 1 else f"{max(1, round(hours * 60))} min"


class AlertRules:
    """Remembers which alerts were given; one for each session."""

    def __init__(self, chain_id: str, low_hours: Sequence[Decimal]) -> None:
        self._chain_id = chain_id
        self._low = sorted(low_hours)
        self._alerted: set[tuple[DeploymentId, str, str]] = set()
        self._level: dict[DeploymentId, Decimal] = {}
        self._alive: set[LeaseId] = set()
        """Leases that ran at the last check of one deployment alone."""

    def check(self, view: DeploymentView) -> list[Alert]:
        """What is new about one deployment that is watched alone; what is over at the first check is not new."""
        alive = {v.lease.id for v in view.leases if v.lease.state.is_running}
        lost, self._alive = self._alive - alive, alive
        return self.new_alerts(LeaseRound((view,), (view,) if lost else ()))

    def new_alerts(self, seen: LeaseRound) -> list[Alert]:
        """What is new in this round."""
        found = [alert for view in seen.over if (alert := self._over(view)) is not None]
        for view in seen.views:
            found += self._now(view)
        ids = {view.id for view in seen.views}
        self._alerted = {key for key in self._alerted if key[0] in ids}
        self._level = {id: level for id, level in self._level.items() if id in ids}
        return found

    def _now(self, view: DeploymentView) -> list[Alert]:
        urgent = [a for a in attention_items(view) if a.code in ALERTED and a.urgent]
        keys = {(view.id, a.code, a.lease) for a in urgent}
        before = {key for key in self._alerted if key[0] == view.id}
        self._alerted = (self._alerted - before) | keys
        new = [self._alert(view, a) for a in urgent if (view.id, a.code, a.lease) not in before]
        low = self._funds(view)
        return new + ([] if low is None else [low])

    def _funds(self, view: DeploymentView) -> Alert | None:
        """The lowest threshold that was passed since the last alert: of several at once only that one is news."""
        lasts = view.lasts_hours
        if lasts is None or view.left <= 0:
            return None
        youngest = max((v.lease.created_at for v in view.leases if v.lease.state.is_running), default=view.height)
        if (view.height - youngest) * view.block_time.seconds < GRACE_SECONDS:
            return None
        level = self._level.get(view.id)
        if level is not None and lasts > level * BACK:
            level = next((t for t in self._low if t > level and lasts < t), None)
            if level is None:
                self._level.pop(view.id, None)
            else:
                self._level[view.id] = level
        passed = next((t for t in self._low if lasts < t), None)
        if passed is None or (level is not None and passed >= level):
            return None
        self._level[view.id] = passed
        text = (
            f"The funds last {how_long(lasts)} more (less than {threshold_text(passed)}), "
            f"{units(view.left)} ACT at ≈ ${rate(view.price_h)} an hour."
        )
        urgent = passed == self._low[0] or passed <= LOW_HOURS
        return Alert("low_runway", view.name, text, urgent, self._facts(view))

    def _over(self, view: DeploymentView) -> Alert | None:
        """A deployment or lease that ended without its owner's doing; who ends it themselves needs no alert."""
        over = sorted((v for v in view.leases if not v.lease.state.is_running), key=lambda v: v.lease.closed_on)
        ended = [v.lease for v in over]
        dry = view.deployment.escrow.state is EscrowState.OVERDRAWN
        if not ended or (ended[-1].reason == OWNER and not dry):
            return None
        last = ended[-1]
        code = "dry" if dry else "closed" if view.state == "closed" else "ended"
        what = _OVER[code]
        why = "" if code == "dry" and ran_out(last) else f": {why_ended(last)}"  # the alert says that already
        cost = exact(sum((spent(x, view.height) for x in ended if x.price.denom == UACT), Decimal(0)))
        avoid = " Avoid this provider next time." if failed_by_provider(over[-1]) else ""
        facts = self._facts(view) | {"provider": last.id.provider, "reason": last.reason}
        return Alert(code, view.name, f"{what}{why}. It cost {cost} ACT.{avoid}", True, facts)

    def _alert(self, view: DeploymentView, item: Attention) -> Alert:
        provider = {"provider": item.lease.rpartition("/")[2]} if item.lease else {}
        return Alert(item.code, view.name, item.text, True, self._facts(view) | provider)

    def _facts(self, view: DeploymentView) -> dict[str, str]:
        facts = {
            "chain_id": self._chain_id,
            "owner": view.id.owner,
            "dseq": str(view.id.dseq),
            "name": view.name,
            "left_act": units(view.left, 6).replace(",", ""),
            "price_h": plain(round(view.price_h, 6)),
        }
        if view.lasts_hours is not None:
            facts["lasts_hours"] = plain(round(view.lasts_hours, 2))
        return facts


AT_ONCE = 2
"""Hooks and notifications under way at once; more wait their turn."""
MOST_WAITING = 50
"""More than this many waiting alerts are not delivered outside: a hook that hangs must not pile up work."""


class AlertDelivery:
    """Delivers alerts in the ways that the user chose; owned by one front end."""

    def __init__(
        self,
        settings: AlertSettings,
        notifier: Notifier,
        *,
        bell: Callable[[], None],
        terminal: Callable[[str], None] | None = None,
    ) -> None:
        """`terminal` writes an escape sequence to the user's terminal; None where there is none."""
        self.settings = settings
        self._notifier = notifier
        self._bell = bell
        self._terminal = terminal
        self._gate = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def deliver(self, alert: Alert) -> list[AkashError]:
        """Deliver one alert; what could not be done comes back, nothing is raised."""
        if alert.urgent and self.settings.bell:
            self._bell()
        if not (self.settings.desktop or self.settings.hook):
            return []
        if self._waiting >= MOST_WAITING:
            return [
                AkashError("Too many alerts wait for the hook; one was left out.", "Find out why the hook is slow.")
            ]
        self._waiting += 1
        try:
            async with self._gate:
                return [*await self._on_desktop(alert), *await self._by_hook(alert)]
        finally:
            self._waiting -= 1

    async def _on_desktop(self, alert: Alert) -> list[AkashError]:
        if not self.settings.desktop:
            return []
        sequence = None if self._terminal is None else self._notifier.sequence(alert)
        if sequence is not None and self._terminal is not None:
            self._terminal(sequence)
            return []
        try:
            await self._notifier.show(alert)
        except AkashError as error:
            return [error]
        return []

    async def _by_hook(self, alert: Alert) -> list[AkashError]:
        if not self.settings.hook:
            return []
        try:
            await self._notifier.run(self.settings.hook, alert)
        except AkashError as error:
            return [error]
        return []
