"""Turns what a fleet shows into alerts: each thing once, again only after it was gone."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from akash_tui.domain.akash.entities import DeploymentId, EscrowState, LeaseId
from akash_tui.domain.akash.lease_end import by_provider, how_long, spent, why_ended
from akash_tui.domain.akash.money import UACT, plain, rate, units
from akash_tui.domain.alert import Alert
from akash_tui.services.leases.attention import Attention, alarms
from akash_tui.services.leases.lease_list import LeaseRound
from akash_tui.services.leases.lease_reader import DeploymentView

OWNER = "lease_closed_owner"
BACK = Decimal("1.1")
"""A threshold counts as left behind once the funds last so much longer: no alert for every wobble around it."""
GRACE_SECONDS = 60
"""Whoever takes a lease has just seen until when its funds last: not told again at once."""
TOLD = {"dry", "manifest_due", "not_running", "reclaiming"}
"""Alarms of `watch` that become alerts as soon as they are urgent; low funds have thresholds of their own."""


class AlertRules:
    """Remembers what was told; one for each session."""

    def __init__(self, chain_id: str, low_hours: Sequence[Decimal]) -> None:
        self._chain_id = chain_id
        self._low = sorted(low_hours)
        self._told: set[tuple[DeploymentId, str, str]] = set()
        self._level: dict[DeploymentId, Decimal] = {}
        self._alive: set[LeaseId] = set()
        """Leases that ran at the last look at one deployment alone."""

    def look(self, view: DeploymentView) -> list[Alert]:
        """What is new about one deployment that is watched alone; what is over at the first look is no news."""
        alive = {v.lease.id for v in view.leases if v.lease.state.is_running}
        lost, self._alive = self._alive - alive, alive
        return self.news(LeaseRound((view,), (view,) if lost else ()))

    def news(self, seen: LeaseRound) -> list[Alert]:
        """What is new in this round."""
        found = [alert for view in seen.over if (alert := self._over(view)) is not None]
        for view in seen.views:
            found += self._now(view)
        ids = {view.id for view in seen.views}
        self._told = {key for key in self._told if key[0] in ids}
        self._level = {id: level for id, level in self._level.items() if id in ids}
        return found

    def _now(self, view: DeploymentView) -> list[Alert]:
        urgent = [a for a in alarms(view) if a.code in TOLD and a.urgent]
        keys = {(view.id, a.code, a.lease) for a in urgent}
        before = {key for key in self._told if key[0] == view.id}
        self._told = (self._told - before) | keys
        new = [self._alert(view, a) for a in urgent if (view.id, a.code, a.lease) not in before]
        low = self._funds(view)
        return new + ([] if low is None else [low])

    def _funds(self, view: DeploymentView) -> Alert | None:
        """The threshold that was passed since it was told last."""
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
        says = (
            f"The funds last {how_long(lasts)} more (less than {plain(passed)} h), "
            f"{units(view.left)} ACT at ≈ ${rate(view.price_h)} an hour."
        )
        return Alert("low_runway", view.name, says, passed == self._low[0], self._facts(view))

    def _over(self, view: DeploymentView) -> Alert | None:
        """A deployment or lease that ended without its owner's doing; who ends it themselves need not be told."""
        ended = sorted((v.lease for v in view.leases if not v.lease.state.is_running), key=lambda x: x.closed_on)
        dry = view.deployment.escrow.state is EscrowState.OVERDRAWN
        if not ended or (ended[-1].reason == OWNER and not dry):
            return None
        last = ended[-1]
        code = "dry" if dry else "closed" if view.state == "closed" else "ended"
        what = {"dry": "It ran dry and was closed", "closed": "It was closed", "ended": "Its lease is over"}[code]
        cost = units(sum((spent(x, view.height) for x in ended if x.price.denom == UACT), Decimal(0)))
        avoid = " Avoid this provider next time." if by_provider(last) else ""
        facts = self._facts(view) | {"provider": last.id.provider, "reason": last.reason}
        return Alert(code, view.name, f"{what}: {why_ended(last)}. It cost {cost} ACT.{avoid}", True, facts)

    def _alert(self, view: DeploymentView, alarm: Attention) -> Alert:
        provider = {"provider": alarm.lease.rpartition("/")[2]} if alarm.lease else {}
        return Alert(alarm.code, view.name, alarm.says, True, self._facts(view) | provider)

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
