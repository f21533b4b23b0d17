"""Whether an endpoint that cannot be used now shows why: it stands at the last block before an upgrade.

A node that was started again during such a halt reports that it is catching up, with nobody to catch up with.
"""

from __future__ import annotations

from collections.abc import Awaitable
from datetime import datetime
from typing import Any, Final, Protocol

from akash_tui.adapters.chain.errors.endpoint import EndpointFault, NodeError
from akash_tui.adapters.chain.rest_json.chain import BlockJson, UpgradePlan
from akash_tui.adapters.chain.rest_json.fields import value_of
from akash_tui.domain.akash.calendar import Calendar, ChainPlans
from akash_tui.domain.akash.money import DEFAULT_BLOCK_SECONDS

_LATEST: Final = "/cosmos/base/tendermint/v1beta1/blocks/latest"
_PLAN: Final = "/cosmos/upgrade/v1beta1/current_plan"


class Get(Protocol):
    """One GET at one endpoint, parsed. Raises `EndpointFault` or `NodeError`."""

    def __call__(self, path: str, reader: Any, /) -> Awaitable[Any]: ...


async def standstill(get: Get, network: str, now: datetime) -> Calendar | None:
    """The calendar of an endpoint that stands still for its upgrade; None if it does not, or cannot be read."""
    try:
        head = await get(_LATEST, BlockJson.model_validate_json)
        upgrade = await get(_PLAN, value_of(UpgradePlan))
    except (EndpointFault, NodeError):
        return None
    calendar = Calendar(network, ChainPlans(upgrade), head.height, head.time, DEFAULT_BLOCK_SECONDS, now, silent=True)
    return calendar if calendar.halt_seen and calendar.halted_since is not None else None
