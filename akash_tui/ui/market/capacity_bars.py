"""How much the network has and how much of it is leased, as bars: in a line or two, or one a line."""

from __future__ import annotations

from decimal import Decimal

from textual.content import Content

from akash_tui.domain.market import formatting as market_formatting
from akash_tui.domain.market.supply import Amounts, Capacity
from akash_tui.domain.text import NOT_KNOWN, plural
from akash_tui.services.core.cached_answer import CachedValue
from akash_tui.services.ports import AkashError
from akash_tui.ui.widgets.styles import joined

_NAMES = (("gpu", "GPU"), ("cpu", "CPU"), ("memory", "memory"), ("storage", "storage"))


def capacity_line(
    answer: CachedValue[Capacity] | None, fault: AkashError | None, columns: int, *, plain: bool
) -> Content:
    """All four side by side; two lines where one is too short."""
    if answer is None:
        return joined((f" {fault.title}" if fault is not None else " reading capacity…", "muted"))
    parts: list[Content] = []
    for name, title in _NAMES:
        amounts: Amounts = getattr(answer.value.resources, name)
        full, empty = market_formatting.bar(amounts.taken_share, 20 if name == "gpu" else 8, ascii_only=plain)
        more = f"  {market_formatting.taken(name, amounts)}" if name == "gpu" else ""
        share = market_formatting.percent(amounts.taken_share)
        parts.append(joined((f"{title} ", "muted"), (full, "accent"), (empty, "muted"), f"{more}  {share}"))
    who = f"{_who(answer.value)} online"
    gap = Content("   ")
    first, rest = parts[0], gap.join(parts[1:])
    one = joined(" ", gap.join([first, rest, Content(who)]))
    if one.cell_length <= columns - 1:
        return one
    return Content("\n").join([joined(" ", first, "   ", (who, "muted")), joined(" ", rest)])


def capacity_bars(
    answer: CachedValue[Capacity] | None, fault: AkashError | None, leases: Decimal | None, columns: int, *, plain: bool
) -> Content:
    """One below the other, with what is free; and how many leases run."""
    if answer is None:
        return joined((fault.title if fault is not None else "reading capacity…", "muted"))
    width = max(8, min(60, columns - 68))
    rows = []
    for name, title in _NAMES:
        amounts: Amounts = getattr(answer.value.resources, name)
        full, empty = market_formatting.bar(amounts.taken_share, width, ascii_only=plain)
        rows.append(
            joined(
                (f"{title:<8}", "muted"),
                (full, "accent"),
                (empty, "muted"),
                f" {market_formatting.percent(amounts.taken_share):>5}  {market_formatting.taken(name, amounts)}",
                (f" · {market_formatting.amount(name, amounts.available)} free", "muted"),
            )
        )
    count = NOT_KNOWN if leases is None else f"{leases:,.0f}"
    who = f"{_who(answer.value)} {'answers' if answer.value.providers == 1 else 'answer'}"
    rows.append(joined(f"{who} · {'1 active lease' if leases == 1 else f'{count} active leases'}"))
    return Content("\n").join(rows)


def _who(capacity: Capacity) -> str:
    """`62 providers`; `17 of 18 providers` where each one was asked."""
    if capacity.asked is None:
        return plural(capacity.providers, "provider")
    return market_formatting.of_providers(capacity.providers, capacity.asked)
