"""The quote of a change to a group, as its dialog shows it."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from akash_tui.domain.akash.money import UAKT, Coin
from akash_tui.services.deployment.groups import GroupAction
from akash_tui.services.spending.payers import Payment
from akash_tui.ui.lease_actions.groups import group_sheet
from tests.fakes.clock import FrozenClock
from tests.ui.fakes import ID, common


def quote(step: GroupAction) -> Any:
    return SimpleNamespace(
        **common(FrozenClock()), id=ID, step=step, name="dcloud", ends=(), ends_h=0, left=4_400_000, last=False,
        beyond=(), fee=Coin(UAKT, 4_500), payment=Payment(),
    )  # fmt: skip


def test_new_bids_say_which_rule_they_have_and_whom_it_leaves_out() -> None:
    avoid = {"akash1bad": "it refused the manifest"}
    sheet = group_sheet(quote(GroupAction.REQUOTE), avoid=avoid, names={}, runs=False, rule="h100 ≤ 1.50")
    lines = {line.label: line.value for line in sheet.lines if hasattr(line, "label")}
    assert lines["rule"] == "h100 ≤ 1.50: it is off on the new bids until R turns it on"
    assert lines["avoids"] == "akash1bad: it refused the manifest"
    without = group_sheet(quote(GroupAction.REQUOTE), avoid={}, names={}, runs=False)
    assert "rule" not in {line.label for line in without.lines if hasattr(line, "label")}
