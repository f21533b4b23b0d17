"""What the chain has announced for itself: the upgrade plan, and whether new deployments have ended.

Read together with the head, but rarely: a plan is scheduled weeks ahead, and cancelled at most once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from akash_tui.adapters.chain.endpoints.http import segment
from akash_tui.adapters.chain.endpoints.pool import Pool, Reader, RestEndpoint
from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError
from akash_tui.adapters.chain.rest_json.chain import AppliedPlan, UpgradePlan
from akash_tui.adapters.chain.rest_json.fields import value_of
from akash_tui.domain.akash.calendar import ChainPlans, Upgrade
from akash_tui.services.ports import AkashError, Clock, Head, Refused

_UPGRADE: Final = "/cosmos/upgrade/v1beta1"
READ_EVERY: Final = 600.0
"""Seconds between two reads of the plan."""
NEAR_BLOCKS: Final = 600
"""About an hour. An upgrade that is nearer is read again every minute: it may be cancelled at the last moment."""
NEAR_EVERY: Final = 60.0
SUNSET_NAME: Final = "v3.0.0-sunset"
"""The name that the proposal (AEP-79) gives the upgrade that ends new deployments."""

T = TypeVar("T")


class UpgradeReader:
    """Reads the plans, and answers from memory in between; a read that fails is not repeated at once either."""

    def __init__(self, pool: Pool, clock: Clock) -> None:
        self._pool = pool
        self._clock = clock
        self._plans = ChainPlans()
        self._read_at: float | None = None
        self._sunset = SUNSET_NAME
        self._ask_applied = True

    async def plans(self, head: Head) -> ChainPlans:
        """As last read, or read now if that is due at this head. Raises `Unreachable` or `WrongChain`, once per try."""
        now = self._clock.monotonic()
        if self._read_at is not None and now - self._read_at < self._pause(head):
            return self._plans
        self._read_at = now
        before = self._plans.upgrade
        upgrade = await self._plan(head)
        if before is not None and before.ends_new and upgrade != before and head.height >= before.height:
            self._ask_applied = True  # it was due: it may have been carried out
        if upgrade is not None and upgrade.ends_new:
            self._sunset = upgrade.name
        self._plans = ChainPlans(upgrade, self._plans.ended_at)
        if self._ask_applied and self._plans.ended_at is None:
            self._plans = ChainPlans(upgrade, await self._applied(head))
            self._ask_applied = False
        return self._plans

    async def halting(self, head: Head) -> Upgrade | None:
        """The upgrade that this head stands still for, if its block is the last one before; None too where no node
        answers."""
        try:
            upgrade = (await self.plans(head)).upgrade
        except AkashError:
            upgrade = self._plans.upgrade
        return upgrade if upgrade is not None and head.height == upgrade.height - 1 else None

    async def halts_at(self, endpoint: RestEndpoint, head: Head) -> bool:
        """Whether one endpoint, whose own head this is, stands at the last block before its upgrade."""
        try:
            found = await self._pool.get(endpoint, f"{_UPGRADE}/current_plan", value_of(UpgradePlan))
        except (EndpointFault, NodeError):
            return False
        return found is not None and head.height == found.height - 1

    def _pause(self, head: Head) -> float:
        upgrade = self._plans.upgrade
        if upgrade is None:
            return READ_EVERY
        if head.height >= upgrade.height:
            return 0.0  # it is over: what comes next, or nothing, is read once
        return NEAR_EVERY if upgrade.height - head.height < NEAR_BLOCKS else READ_EVERY

    async def _plan(self, head: Head) -> Upgrade | None:
        """The plan that is still ahead; None without one, and from nodes that do not answer this. One that ends
        something counts only if no other endpoint contradicts it."""
        found = await self._read(f"{_UPGRADE}/current_plan", value_of(UpgradePlan), _ends)
        return found if found is not None and found.height > head.height else None

    async def _applied(self, head: Head) -> int | None:
        """The height at which the sunset was carried out."""
        path = f"{_UPGRADE}/applied_plan/{segment(self._sunset)}"
        height = await self._read(path, value_of(AppliedPlan), bool)
        return height if height is not None and 0 < height <= head.height else None

    async def _read(self, path: str, reader: Reader[T | None], is_grave: Callable[[T], object]) -> T | None:
        """One answer; None where nodes have none. A grave one is also asked of the other endpoints, and is None too if
        the first of them that answers says something else: nobody is advised to leave on one endpoint's word."""
        asked: list[RestEndpoint] = []

        async def read(endpoint: RestEndpoint) -> T | None:
            asked.append(endpoint)
            return await self._pool.get(endpoint, path, reader)

        try:
            found = await self._pool.each(read)
        except (NodeError, Refused):
            return None
        if found is None or not is_grave(found):
            return found
        for endpoint in self._pool.endpoints:
            if endpoint.host == asked[-1].host:
                continue
            try:
                await self._pool.prove(endpoint)
                other = await self._pool.get(endpoint, path, reader)
            except (EndpointFault, NodeError):
                continue
            return found if other == found else None
        return found


def _ends(upgrade: Upgrade) -> bool:
    return upgrade.ends_new or upgrade.is_final
