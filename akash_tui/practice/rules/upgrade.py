"""Upgrades of the practice chain: the plan, the halt before it, and what a sunset ends (AEP-79)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from akash_tui.practice.state.books import AppliedUpgrade, Params, UpgradePlan
from akash_tui.practice.state.refusal import sdk

Json = dict[str, Any]

SUNSET = "sunset"
"""Upgrades whose name holds this end new deployments."""
FINAL_NAME = "v3.1.0-halt"
WIND_DOWN_S = 90 * 86_400
"""Seconds from the sunset to the last halt."""
ENDED = ("CreateDeployment", "UpdateDeployment", "StartGroup", "CreateBid", "CreateLease", "MintACT", "CreateProvider")
"""Messages that are refused from the sunset on; leases settle, close and can be topped up."""


def is_due(params: Params, height: int) -> bool:
    """Whether this block is the one that the upgrade makes."""
    return params.plan is not None and params.plan.height == height


def carried_out(params: Params, height: int, block_time: float) -> Params:
    """The parameters after the planned upgrade. After a sunset the last halt is planned at once."""
    assert params.plan is not None
    name = params.plan.name
    final = UpgradePlan(FINAL_NAME, height + int(WIND_DOWN_S / block_time), 1) if SUNSET in name else None
    return replace(params, plan=final, applied=(*params.applied, AppliedUpgrade(name, height)))


def refuse_ended(params: Params, type_urls: Iterable[str]) -> None:
    """Raise `Refusal` for a message that the sunset has ended."""
    sunset = next((each for each in params.applied if SUNSET in each.name), None)
    if sunset is None:
        return
    for type_url in type_urls:
        if type_url.rpartition(".Msg")[2] in ENDED:
            raise sdk(4, f"message {type_url} is disabled since upgrade {sunset.name}: unauthorized")


def plan_json(params: Params) -> Json:
    """The answer of `current_plan`."""
    plan = params.plan
    if plan is None:
        return {"plan": None}
    name_and_height = {"name": plan.name, "height": str(plan.height)}
    return {"plan": {**name_and_height, "time": "0001-01-01T00:00:00Z", "info": "", "upgraded_client_state": None}}


def applied_json(params: Params, name: str) -> Json:
    """The answer of `applied_plan`: height 0 for one that was not carried out."""
    return {"height": str(next((each.height for each in params.applied if each.name == name), 0))}
