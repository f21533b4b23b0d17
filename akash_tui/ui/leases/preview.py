"""A deployment in the preview beside the list: its money as the list has it, its leases as they were read last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from textual.content import Content

from akash_tui.domain.akash.money import UACT, Coin, rate
from akash_tui.services.leases.attention import attention_items
from akash_tui.services.leases.lease_reader import DeploymentView
from akash_tui.services.storage.standing_orders import order_line
from akash_tui.ui.leases.columns import LeaseRow
from akash_tui.ui.leases.detail_lines import lease_lines, stop_line
from akash_tui.ui.widgets import formatting
from akash_tui.ui.widgets.labelled_lines import BLANK, LabelledLine

SHOWN_BY_LEASES = ("unreachable", "reclaiming", "low_runway")
"""What the lines of a lease, or the money above, say anyway."""


def preview_lines(row: LeaseRow, view: DeploymentView | None, now: datetime) -> list[LabelledLine | Content]:
    """Lines for the pane; `view` is what was read last of it, None where only the list of an earlier start is known."""
    state, tone = row.state
    out: list[LabelledLine | Content] = [LabelledLine("state", state, tone), *_money(row)]
    if row.limit is not None:
        out += stop_line(row.limit, now)
    if view is None:
        out += [LabelledLine("provider", name.full) for name in row.names]
        return [*out, LabelledLine("dseq", row.id)]
    for item in attention_items(view):
        if item.code not in SHOWN_BY_LEASES:
            out.append(LabelledLine("!" if item.urgent else "note", item.text, "bad" if item.urgent else "warn"))
    for seen in view.leases:
        if seen.lease.state.is_running:
            name = seen.provider_name.filled(row.profiles.get(seen.lease.id.provider)).full
            out += [BLANK, *lease_lines(seen, name, busy=False, now=now)]
    return [*out, BLANK, LabelledLine("dseq", row.id)]


def _money(row: LeaseRow) -> Iterator[LabelledLine]:
    summary = row.summary
    yield LabelledLine("costs", f"≈ ${rate(summary.price_h)} an hour" if summary.price_h else "nothing now")
    if summary.state != "closed":
        left = formatting.amount(Coin(UACT, int(abs(summary.left))))
        hours = summary.lasts_hours
        until = "" if hours is None else f", until {formatting.lasts_until(summary.lasts_until, hours)}"
        text = f"nothing; {left} owed" if summary.left < 0 else left + until
        yield LabelledLine("left", text, row.left[1] or row.lasts[1])
    if row.order is not None:
        yield LabelledLine("top-up", order_line(row.order), "" if row.order.active else "warn")
